/* world.h -- the simulated world that one session lives in; who looks after what of it.
 *
 * Editor and server share nothing but messages on two queues; the editor's text is kept by
 * code of its own (text.h).  Whatever breaks a promise is said by sim_fail, once: the
 * first failure ends the session.
 */
#ifndef TT_SIM_WORLD_H
#define TT_SIM_WORLD_H

#include "sim.h"

#include "fake_io.h"
#include "model.h"
#include "text.h"

#include "session/attempt.h"
#include "session/state.h"

#include <cjson/cJSON.h>
#include <string.h>

#define DOCS        4
#define ANTHROPIC   "sk-ant-sim-0123456789"
#define OPENAI      "sk-sim-9876543210"
#define EDITORS_KEY "sk-sim-of-the-editor-77"
#define MAX_ACTIONS 24
#define MAX_LATE    8

/* --- what the editor waits for ------------------------------------------------------- */

enum kind { ASK, RESOLVE, MENU, PULL, QUICK }; /* QUICK: everything that is answered by itself */

/* How this editor counts the versions of a document. */
enum sim_versions { COUNTED, REUSED, ABSENT };

/* How it leaves: when all is done, or in the midst of things, politely or not. */
enum sim_end { SETTLED, SHUTDOWN, EXIT, GONE };

struct request {
    int id, doc, version;
    enum kind kind;
    bool answered, waits;   /* waits: its answer comes at the end of an attempt */
    bool automatic;         /* a menu that nobody asked for */
    uint64_t seen_ms;       /* when a resolve reached the server */
    bool look;              /* a resolve only to look at it */
    size_t stops;           /* index of the ask that it is to end, plus one; 0: none */
    bool chosen;            /* of a menu for one text; the server had another then, or not */
    unsigned offered, seen; /* hashes of the two */
    char only[32];          /* the kind of action that a menu was asked for; empty: any */
    char previous[24];      /* the diagnostics that the editor has */
    size_t cancelled_at;    /* index of the first message after the cancel; 0: not cancelled */
};

struct ask {
    uint64_t attempt;
    int doc;
    char name[32];
    size_t stopped_at; /* as cancelled_at, of the attempt */
    bool explicit_act, applied;
    bool over;            /* when last seen */
    bool again;           /* may be given twice: an action that is resolved */
    const char *family;   /* of the model that was named; NULL: none */
    bool open[DOCS];      /* in the server, when it began */
    struct sim_text code; /* owned: what was pointed at */
};

struct inbox {
    char *json; /* owned */
    int seen_version[DOCS];
    unsigned seen_generation[DOCS];
    unsigned seen_hash[DOCS];
    bool seen_open[DOCS];
};

struct progress {
    char token[64];
    bool begun, ended;
};

/* An action of a menu, which came in message `index`. */
struct action {
    cJSON *json; /* owned */
    int doc;
    size_t index;
    unsigned text; /* hash of what the server made it for */
};

/* What became of an edit, not yet said. */
struct late_answer {
    cJSON *id, *result; /* owned */
};

struct preview {
    char name[32];
    bool done;
};

struct sim;

/* Two queues: what is on its way to the server, and to the editor. */
struct outgoing {
    char *json; /* owned */
    void (*on_delivery)(struct sim *sim, int argument);
    int argument;
};

/* A text on its way to the server. */
struct sent_text {
    int doc, version;
    unsigned generation;
    struct sim_text text;
};

/* What this editor is like. */
struct habits {
    enum sim_encoding encoding;
    enum sim_versions versions;
    bool by_resolve; /* actions get their edits by codeAction/resolve */
    bool picks;      /* resolves whatever the cursor passes in a menu */
    bool full_text;  /* sends the whole text with each change */
    bool pulls;      /* asks for diagnostics */
    bool plain;      /* knows commands only, no code actions */
    bool tags;       /* knows the tag LLMGenerated */
    bool confirms;   /* knows change annotations */
    bool settings;   /* can be asked for them */
    bool never_initialized;
    bool previews, asks, counts; /* shows previews; questions with buttons; progress */
    enum sim_end end;
    bool refuses; /* its user often says no to an edit */
    bool slow_to_apply, never_applies;
    bool calm; /* nobody types much */
};

struct sim {
    const struct sim_plan *plan;
    struct sim_result *result;
    struct random random; /* of this step */
    struct fake_io fake;
    struct tt_session *session;
    struct random clock_random;
    uint64_t clock_us;
    bool slow;
    struct habits habits;
    bool rewrites; /* there is something that needs no model, and the rules are on */
    bool breaks;   /* the models often break the syntax */
    bool patient;  /* answers may take very long, and people do something else */
    bool settling; /* everything comes to its end */
    bool down;     /* the models have too much to do, all the time */
    unsigned faults_percent;
    unsigned starved_percent; /* of the steps, when allocations fail */
    struct sim_doc docs[DOCS];

    struct outgoing *outbox; /* to the server */
    size_t n_outbox, cap_outbox, delivered;
    struct sent_text *sent_texts;
    size_t n_sent_texts, cap_sent_texts;
    struct inbox *inbox; /* from the server */
    size_t n_inbox, cap_inbox, handled;

    struct request *requests;
    size_t n_requests, cap_requests;
    int next_id;
    struct ask *asks;
    size_t n_asks, cap_asks;
    struct sim_transfer *transfers;
    size_t n_transfers, cap_transfers, seen_https;
    uint64_t newest_attempt;
    struct progress *progress;
    size_t n_progress, cap_progress;
    struct preview *previews;
    size_t n_previews, cap_previews;

    struct action actions[MAX_ACTIONS]; /* of the last menus */
    int n_actions;
    struct late_answer late[MAX_LATE];
    unsigned n_late, unanswered_edits;
    char proposals[8][32];
    int proposal_docs[8], n_proposals;
    char duels[4][32];
    int n_duels;
    unsigned told, told_before; /* messages to the user; ... when last looked */
    char *last_told;            /* owned */
    bool told_certificate;      /* since then: whose certificate it was */
    char status[32];
    bool off; /* the settings that the server was told of last switch models off */
    unsigned step;
};

#define GROW(list, n, cap)                                                                         \
    do {                                                                                           \
        if ((n) == (cap)) {                                                                        \
            (cap) = (cap) ? (cap)*2 : 64;                                                          \
            (list) = realloc((list), (cap) * sizeof(*(list)));                                     \
            if (!(list))                                                                           \
                abort();                                                                           \
        }                                                                                          \
    } while (0)

/* --- world.c: finding things, and saying what happens ---------------------------------- */

/* A promise was broken. */
void sim_fail(struct sim *sim, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* For a replay. */
void sim_say(struct sim *sim, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The dice of this step: in [0, n). */
uint32_t sim_below(struct sim *sim, uint32_t n);
bool sim_chance(struct sim *sim, unsigned percent);
struct ask *sim_ask_of(struct sim *sim, uint64_t attempt);
struct ask *sim_ask_named(struct sim *sim, const char *name);
int sim_doc_of(struct sim *sim, const char *uri); /* -1: none */
int sim_doc_of_slice(struct sim *sim, tt_str uri);
bool sim_holds_key(const char *text);

/* --- wire.c: the pipe between editor and server ------------------------------------------ */

/* Takes the message.  `on_delivery` is told when the server gets it: just before, or
 * (of a cancel) just after it has dealt with it. */
void sim_post(struct sim *sim, cJSON *message, void (*on_delivery)(struct sim *, int),
              int argument);
void sim_notify(struct sim *sim, const char *method, cJSON *params,
                void (*on_delivery)(struct sim *, int), int argument);
struct request *sim_request(struct sim *sim, const char *method, cJSON *params, enum kind kind,
                            int doc, bool waits);
void sim_reply(struct sim *sim, const cJSON *id, cJSON *result); /* takes the result */
void sim_reply_error(struct sim *sim, const cJSON *id, const char *words);
cJSON *sim_range_json(struct sim_position start, struct sim_position end);
cJSON *sim_document_params(struct sim *sim, const struct sim_doc *doc, bool version);

void sim_drain(struct sim *sim); /* what the session sent is on its way */
void sim_deliver_one(struct sim *sim);
/* Whatever is under way arrives, `most` messages a direction. */
void sim_pump(struct sim *sim, unsigned most);

/* --- documents.c ------------------------------------------------------------------------------ */

void sim_open(struct sim *sim, int i);
void sim_close(struct sim *sim, int i);
void sim_open_or_close(struct sim *sim);
void sim_save(struct sim *sim);
void sim_type(struct sim *sim, int i);
void sim_undo(struct sim *sim, int i);
void sim_keep_past(struct sim_doc *doc); /* so that it can be undone */
void sim_replace_all(struct sim *sim, int i, const struct sim_text *text);
void sim_check_texts(struct sim *sim);
/* Without memory the server may lose a document, when it says so: then it edits nothing. */
bool sim_is_lost(struct sim *sim, int i);

/* --- attempts.c, network.c: what the session began ----------------------------------------------
 */

void sim_look_around(struct sim *sim);
void sim_look_at_asks(struct sim *sim, bool just_begun);
void sim_begin_transfer(struct sim *sim, struct sim_transfer *t, const struct tt_attempt *a,
                        const struct fake_http *http);
bool sim_transfer_open(struct sim *sim, const struct sim_transfer *t);
void sim_network(struct sim *sim, bool much); /* some bytes of a transfer, or its end */
void sim_check_transfers(struct sim *sim);

/* --- edits.c: edits that come --------------------------------------------------------------------
 */

/* Take a WorkspaceEdit of message `index` as an editor does.  `by_model`: an answer must
 * have said it; else it is an offline rewrite. */
bool sim_take_edit(struct sim *sim, const cJSON *edit, size_t index, bool by_model);
/* The text after these LSP edits; false (with a failure) when they are no edits of it. */
bool sim_apply_edits(struct sim *sim, const struct sim_text *before, const cJSON *edits,
                     struct sim_text *out, size_t *replaced);
struct sim_transfer *sim_writer_of(struct sim *sim, const struct sim_text *before,
                                   const struct sim_text *after);
void sim_check_new_place(struct sim *sim, const struct ask *ask, const char *uri);

/* --- inbox.c, answers.c: the editor reads
 * ---------------------------------------------------------- */

void sim_read_one(struct sim *sim);
void sim_on_server_request(struct sim *sim, const char *method, const cJSON *message, size_t index);
void sim_on_notification(struct sim *sim, const char *method, const cJSON *params, size_t index);
void sim_check_diagnostics(struct sim *sim, int doc, const cJSON *items);
void sim_answer_late(struct sim *sim); /* one edit that was taken is answered for */

/* --- user.c, commands.c, steps.c: what people do
 * ------------------------------------------------------ */

int sim_an_open_doc(struct sim *sim); /* -1: none */
cJSON *sim_some_range(struct sim *sim, const struct sim_doc *doc);
void sim_menu(struct sim *sim);
void sim_choose_action(struct sim *sim);
void sim_pick(struct sim *sim); /* the cursor moves through the last menu */
void sim_menu_in_peace(struct sim *sim);
void sim_pull(struct sim *sim); /* diagnostics */
void sim_cancel_request(struct sim *sim);
void sim_cancel_seen(struct sim *sim, int id);

struct request *sim_execute(struct sim *sim, const char *command, cJSON *argument, enum kind kind,
                            int doc, bool waits);
void sim_ask(struct sim *sim);
void sim_fix(struct sim *sim);
void sim_decide(struct sim *sim);
void sim_follow_up(struct sim *sim);
void sim_duel(struct sim *sim);
void sim_cancel_attempt(struct sim *sim);
void sim_stop_seen(struct sim *sim, int index);
void sim_stop_all_seen(struct sim *sim, int unused);

void sim_one_step(struct sim *sim);

/* --- starve.c: without memory
 * ------------------------------------------------------------------------ */

void sim_starve_begin(struct sim *sim); /* before the session is made */
void sim_starve_step(struct sim *sim);  /* perhaps an allocation fails in this step */

#endif
