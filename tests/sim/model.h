/* model.h -- models that tell the truth, lie, stall, fail and stop half-way. */
#ifndef TT_SIM_MODEL_H
#define TT_SIM_MODEL_H

#include "base/io.h"
#include "text.h"

/* What a model's answer is worth. */
enum sim_answer {
    SIM_TRUE,     /* one line of the target, exactly as it stands */
    SIM_TWO,      /* two lines of it, in two blocks */
    SIM_FLUSH,    /* four lines of it, without their indentation */
    SIM_FILE,     /* a new file: in answer to a question for one only */
    SIM_OUTSIDE,  /* a line that was not asked about */
    SIM_NOWHERE,  /* a line that does not exist */
    SIM_TWICE,    /* a line that stands twice in the target */
    SIM_BROKEN,   /* would break the syntax */
    SIM_OMITTED,  /* "... existing code ..." */
    SIM_SILENT,   /* says nothing that is an edit */
    SIM_OVERLAP,  /* two blocks about the same line */
    SIM_HALF,     /* a block that does not end, in an answer that claims to be whole */
    SIM_TRUNCATED /* ended by the token limit */
};

/* How its transfer goes. */
enum sim_fault {
    SIM_WHOLE,
    SIM_CUT,      /* the connection ends in the middle */
    SIM_NO_MARK,  /* the transfer ends well, but the provider's end mark never comes */
    SIM_ERROR_IN, /* an error event in the stream, under status 200 */
    SIM_STALL,    /* nothing more comes until a timeout */
    SIM_STATUS,   /* an HTTP error */
    SIM_NO_CONNECTION,
    SIM_TLS, /* a proxy that shows a certificate of its own */
};

struct sim_transfer {
    uint64_t http;    /* tt_io's id */
    uint64_t attempt; /* the session's */
    unsigned serial;  /* stands in every line that the answer writes: trusted_<serial>q */
    int doc;
    enum sim_answer answer;
    enum sim_fault fault;
    char old[2][256], fresh[2][256]; /* whole lines with their newlines; [0] = '\0': none */
    char *stream;                    /* owned */
    size_t n, at, cut;
    unsigned model;               /* hash of its name: who was asked */
    bool stuck;                   /* nothing of it comes for a very long time */
    bool head_sent, ended, whole; /* whole: all of it arrived, and its end was proven */
};

/* What is asked: lines [first, last] of `text`, the snapshot, may change. */
struct sim_question {
    const struct sim_text *text;
    unsigned first, last;
    unsigned asked_first, asked_last; /* the lines that were pointed at */
    bool strict;                      /* what lies outside of these lines must not change */
    bool broken;   /* its syntax is wrong already, or not known: breaking it proves nothing */
    bool new_file; /* a file that does not exist yet */
    bool breaks;   /* a model that often breaks the syntax */
    bool anthropic;
    unsigned faults_percent;
};

/* Choose what to say. */
void sim_transfer_init(struct sim_transfer *t, struct random *random,
                       const struct sim_question *question);
void sim_transfer_free(struct sim_transfer *t);

/* Could this answer ever be applied?  (SIM_BROKEN only by an explicit act.) */
bool sim_transfer_lies(const struct sim_transfer *t);
const char *sim_answer_name(enum sim_answer answer);
const char *sim_fault_name(enum sim_fault fault);

#endif
