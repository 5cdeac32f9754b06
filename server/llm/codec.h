/* codec.h -- between the stream and the two wire formats, for this module only.
 *
 * A codec turns one parsed event (or one whole answer) into calls of the
 * functions below; answer.c keeps what they add up to.  A codec holds no state
 * of its own.
 */
#ifndef TT_LLM_CODEC_H
#define TT_LLM_CODEC_H

#include "base/buf.h"
#include "llm/json.h"
#include "llm/stream.h"

/* A tool call, while it comes and after. */
struct tt_llm_call {
    uint32_t index;   /* the provider's */
    bool open;        /* more arguments may come */
    bool whole;       /* its arguments are JSON */
    size_t n;         /* the position among the whole ones */
    struct tt_buf id; /* owned, as all three */
    struct tt_buf name;
    struct tt_buf arguments;
};

/* Where the text stands with respect to <think>...</think> at its beginning. */
struct tt_llm_think {
    enum { TT_LLM_THINK_START, TT_LLM_THINK_INSIDE, TT_LLM_THINK_PAST } at;
    struct tt_buf held; /* bytes that may still become a mark */
};

enum tt_llm_stop_kind {
    TT_LLM_STOP_NONE,
    TT_LLM_STOP_FINE,
    TT_LLM_STOP_LIMIT,
    TT_LLM_STOP_CONTEXT,
    TT_LLM_STOP_REFUSED,
    TT_LLM_STOP_UNKNOWN, /* a word that proves nothing */
};

/* What the answer is so far. */
struct tt_llm_answer {
    struct tt_arena arena; /* owned: the small strings of the outcome */
    struct tt_llm_outcome outcome;
    struct tt_buf text;        /* owned */
    struct tt_buf refusal;     /* owned: the model's words when it declines */
    struct tt_llm_call *calls; /* owned; n_calls of them */
    size_t n_calls;
    size_t room; /* bytes that text and calls may still take */
    struct tt_llm_think think;
    bool strip_think;
    bool mended;   /* the event being read had unreadable characters */
    bool damaged;  /* ... and content came of it */
    bool bad_call; /* a tool call whose arguments are no JSON */
    enum tt_llm_stop_kind stop;
    bool ended;      /* the end mark proper: message_stop, [DONE] */
    bool understood; /* at least one event was what we expect */
    bool failed;     /* an error was said in the answer */
    int err;         /* TT_ENOMEM, TT_ETOOBIG; sticky */
    tt_llm_event_cb cb;
    void *arg;
};

void tt_llm_answer_text(struct tt_llm_answer *answer, tt_str text);
void tt_llm_answer_refusal(struct tt_llm_answer *answer, tt_str text);
void tt_llm_answer_thinking(struct tt_llm_answer *answer, size_t bytes);
void tt_llm_answer_model(struct tt_llm_answer *answer, tt_str model);
void tt_llm_answer_usage(struct tt_llm_answer *answer); /* outcome.usage was changed */
/* May be told more than once; one event is made of it. */
void tt_llm_answer_stop(struct tt_llm_answer *answer, tt_str word, enum tt_llm_stop_kind kind);

/* Find or open a call.  A new id at a known index is a new call: some servers
 * number all of them 0.  NULL when it is out of memory or there are too many. */
struct tt_llm_call *tt_llm_answer_call(struct tt_llm_answer *answer, uint32_t index, tt_str id,
                                       tt_str name);
struct tt_llm_call *tt_llm_answer_call_at(struct tt_llm_answer *answer, uint32_t index);
void tt_llm_answer_arguments(struct tt_llm_answer *answer, struct tt_llm_call *call, tt_str part);
void tt_llm_answer_object(struct tt_llm_answer *answer, struct tt_llm_call *call,
                          const cJSON *arguments); /* all of them at once */
void tt_llm_answer_close_call(struct tt_llm_answer *answer, struct tt_llm_call *call);
void tt_llm_answer_close_calls(struct tt_llm_answer *answer);

/* An error in the answer: `json` is the whole event or body. */
void tt_llm_answer_error(struct tt_llm_answer *answer, tt_str json);

void tt_llm_answer_init(struct tt_llm_answer *answer, size_t max, bool strip_think,
                        tt_llm_event_cb cb, void *arg);
void tt_llm_answer_release(struct tt_llm_answer *answer);

/* The outcome's failure is set: tell the owner of the stream, once. */
void tt_llm_answer_report(struct tt_llm_answer *answer);

/* think.c: pass `text` on without the thinking at its beginning; gives how many
 * bytes of it were thinking.  `pass` is called zero to two times. */
size_t tt_llm_think_filter(struct tt_llm_think *think, tt_str text,
                           void (*pass)(struct tt_llm_answer *, tt_str),
                           struct tt_llm_answer *answer);

/* What is still held back was text after all. */
void tt_llm_think_end(struct tt_llm_think *think, void (*pass)(struct tt_llm_answer *, tt_str),
                      struct tt_llm_answer *answer);

/* One per wire format.  `event` takes one SSE event; `whole` an answer that is
 * one JSON object.  Both ignore what they do not know. */
struct tt_llm_codec {
    void (*event)(struct tt_llm_answer *answer, tt_str name, tt_str data);
    void (*whole)(struct tt_llm_answer *answer, const cJSON *root, tt_str body);
};

extern const struct tt_llm_codec tt_llm_anthropic, tt_llm_openai;

#endif
