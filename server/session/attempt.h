/* attempt.h -- the life of one request to a model.
 *
 *   accepted -> (key) -> asking -> answering -> checking -> delivering -> done
 *                          ^  |        |            |
 *                          |  +--------+------------+--> backing off, another
 *                          +--- model, or one re-ask        (each a new request)
 *
 * An attempt belongs to its session and is found by its id.  It keeps a counted
 * reference to the snapshot that the user saw when asking, and of everything
 * else only ids.  A finished attempt stays for a while (TT_ATTEMPTS_KEPT), so
 * that it can be decided, retried, refined and explained.
 */
#ifndef TT_SESSION_ATTEMPT_H
#define TT_SESSION_ATTEMPT_H

#include "llm/stream.h"
#include "lsp/window.h"
#include "prompt/prompt.h"
#include "session/preview.h"
#include "session/progress.h"
#include "session/state.h"
#include "trimtab/edit.h"
#include "trimtab/task.h"

#define TT_ATTEMPTS_KEPT 32
/* An editor that does not say for so long what became of an edit is not waited for any
 * more; some ask their user first. */
#define TT_ATTEMPT_UNANSWERED_MS 120000u

enum tt_attempt_stage {
    TT_ATTEMPT_FOLDER,    /* waits for what the workspace says: what is never sent */
    TT_ATTEMPT_READING,   /* looks for code that goes along, off the loop */
    TT_ATTEMPT_KEY,       /* waits for an API key */
    TT_ATTEMPT_ASKING,    /* the request is on its way; nothing came yet */
    TT_ATTEMPT_ANSWERING, /* the answer streams */
    TT_ATTEMPT_WAITING,   /* backs off before it asks again */
    TT_ATTEMPT_CHECKING,  /* the edit engine works, off the loop */
    TT_ATTEMPT_APPLYING,  /* the client was asked to apply the edit */
    TT_ATTEMPT_DECLINED,  /* it did not; what was typed before may still be on its way */
    TT_ATTEMPT_PROPOSED,  /* done, and waits for trimtab.decide */
    TT_ATTEMPT_DONE,
};

/* Who gets the result. */
enum tt_attempt_delivery {
    TT_DELIVER_APPLY,   /* workspace/applyEdit; the call was answered when it was accepted */
    TT_DELIVER_PROPOSE, /* the call is answered with the proposal */
    TT_DELIVER_RESOLVE, /* the call is answered with the action and its edit */
    TT_DELIVER_COMPARE, /* one side of a duel (compare.h) */
};

/* What is asked.  Slices are borrowed during tt_attempt_start. */
struct tt_attempt_ask {
    struct tt_snapshot *snapshot;        /* a reference is taken */
    struct tt_range range;               /* of the cursor or selection */
    tt_str instruction;                  /* of the user; or of the action */
    const struct tt_task_action *action; /* NULL: an instruction */
    tt_str rule;                         /* id of the rule that offered the action; may be empty */
    bool everywhere;           /* what that rule finds in all of the document: fix_all.h */
    const tt_str *diagnostics; /* of other servers, one line each */
    size_t n_diagnostics;
    enum tt_prompt_scope scope;
    bool has_scope; /* false: the smallest that holds the range */
    tt_str model;   /* named by the user for this request; may be empty */
    enum tt_attempt_delivery delivery;
    uint64_t call;                      /* PROPOSE and RESOLVE: the call to answer; else 0 */
    tt_str resolve_action;              /* RESOLVE: the action as the client sent it, raw JSON */
    tt_str resolve_menu, resolve_entry; /* RESOLVE: which menu, and what of it */
    tt_str progress_token;              /* of the client, raw JSON; may be empty */
    uint64_t refines;                   /* the attempt that this follows up; 0: none */
    uint64_t retries;                   /* the attempt that this does again; 0: none */
    uint64_t duel;                      /* COMPARE: the duel that it belongs to */
};

struct tt_attempt {
    struct tt_attempt *next;
    struct tt_session *session;
    uint64_t id;
    enum tt_attempt_stage stage;
    struct tt_arena arena; /* owns the slices below; lives as long as the attempt */

    struct tt_snapshot *snapshot;   /* one reference; NULL after the end */
    struct tt_document_place place; /* of the snapshot */
    tt_str uri, key, path;      /* the client's spelling; normalised; relative to the workspace */
    tt_str bytes;               /* the snapshot's text, whole; in text_arena */
    struct tt_arena text_arena; /* released at the end */
    struct tt_range range;      /* what was asked */
    struct tt_range target;     /* what may change: whole lines */
    struct tt_range symbol;     /* the enclosing definition; empty: none */
    struct tt_range imports;
    struct tt_range *places; /* the parts of the target that may change; in `arena` */
    size_t n_places;         /* 0: all of it.  Else the edit is reviewed as one */
    bool everywhere;
    tt_str new_path, new_uri; /* with TT_PROMPT_NEW_FILE: where it goes, once that is known */
    tt_str instruction, rule, model_named;
    tt_str words; /* what the model is told instead of `instruction`; empty: that */
    const struct tt_task_action *action;
    enum tt_prompt_scope scope;
    enum tt_attempt_delivery delivery;
    uint64_t call;
    tt_str resolve_action, resolve_menu, resolve_entry;
    uint64_t refines, retries, duel;
    struct tt_prompt_memo *memo;     /* of a decision alone; borrowed; NULL: none */
    struct tt_task_reading *reading; /* likewise */
    struct tt_prompt_turn turn;      /* with `refines`: what was asked and answered before */

    /* What goes along (context.h); in `arena`. */
    tt_str *diagnostics, *conventions, *harden;
    size_t n_diagnostics, n_conventions, n_harden;
    tt_str rules_text; /* the project's, for assistants */
    struct tt_prompt_file *overlay;
    size_t n_overlay;
    struct tt_prompt_item *items;
    size_t n_items;

    struct tt_task_result task;
    struct tt_decision decision;
    tt_str *tried; /* model ids that failed for this request */
    size_t n_tried, cap_tried;
    bool reserved;
    uint64_t reservation;

    struct tt_prompt prompt;
    struct tt_arena prompt_arena; /* of the prompt in use */
    struct tt_llm_stream *stream;
    uint64_t http, timer; /* ids; 0: none under way */
    uint32_t caps;        /* after a 400, without the optional ones */
    uint32_t caps_before; /* those that were rejected, while caps_reduced */
    bool caps_reduced;
    bool larger_output; /* the answer did not fit once: twice the room */
    bool region_asked;  /* the answer shall be the target as a whole, in a fence */
    unsigned retries_done, reasks;
    uint64_t key_serial;            /* of the key that was sent last */
    struct tt_ask_renewal *renewal; /* that key was refused, and is fetched anew; in `arena` */
    bool renewed;                   /* ... once for each model */
    tt_str reask_answer, reask_reason;
    tt_str answer; /* the whole reply, as the model wrote it */
    tt_str why;    /* its one or two lines of explanation; may be empty */

    struct tt_edit_plan *plan; /* owned; NULL: none yet */
    enum tt_verdict verdict;
    bool held, has_verdict;
    tt_str reason; /* for the user: of the verdict, or what failed */
    size_t applied_hunks;

    /* What of it was accepted: hunks by their ids, or (NULL) all but the noise. */
    tt_str *accepted; /* in `arena` */
    size_t n_accepted;
    bool accepted_all;
    bool ask_first;       /* setting `confirm`: the editor asks, and was not told yes yet */
    bool unwanted;        /* cancelled while the client had it */
    unsigned sends;       /* how often the client was asked to apply it */
    bool unanswered;      /* it did not say in time whether it did */
    int64_t sent_version; /* of the document, then */
    tt_str declined;      /* DECLINED: why, in the client's words; in `arena` */

    struct tt_preview preview;
    struct tt_progress progress;
    uint64_t began_ms, asked_ms, first_byte_ms, ended_ms, reported_ms;
    int64_t wall_ms;
    struct tt_llm_usage usage;        /* of all requests of this attempt */
    uint64_t estimated_out;           /* bytes of answer so far, while usage is not known */
    bool estimated;                   /* a part of `usage` is our guess */
    double cost_usd;                  /* < 0: price not known */
    double settled_usd;               /* what of it the budget has been told */
    uint64_t counted_in, counted_out; /* tokens that an outcome has told of */
    unsigned payments;                /* outcomes of kind `spent` */
    uint64_t patience_from;           /* when this question was first put: retries count in */
    tt_str answered_by;               /* the model as the provider names it */
    bool cancelled;
    bool ran_out; /* the answer was longer than it was allowed to be */
    bool unasked; /* only a decision is wanted: the code alone says what task it is */
};

/* Begin.  On success the attempt runs and *id is its id.  TT_EINVALID with a
 * sentence in `why` when it cannot even begin: no model can be used, the target
 * is too large, the file is one that is never sent. */
int tt_attempt_start(struct tt_session *session, const struct tt_attempt_ask *ask, uint64_t *id,
                     struct tt_buf *why);

/* NULL: there is none (any more).  `name` is "e5d2f09a1-12", as clients and receipts
 * know it: different in each session. */
struct tt_attempt *tt_attempt_find(struct tt_session *session, uint64_t id);
struct tt_attempt *tt_attempt_named(struct tt_session *session, tt_str name);
tt_str tt_attempt_name(const struct tt_attempt *attempt, char out[24]);
bool tt_attempt_running(const struct tt_attempt *attempt);
size_t tt_attempts_running(const struct tt_session *session);

/* The newest one whose edit was applied to this document. */
struct tt_attempt *tt_attempt_last_applied(struct tt_session *session, tt_str uri);

void tt_attempt_cancel(struct tt_attempt *attempt); /* no-op when it does not run */
void tt_attempts_cancel_all(struct tt_session *session);
void tt_attempts_release(struct tt_session *session);

void tt_attempts_on_keys(struct tt_session *session); /* a key became known */
/* Other settings are in force: models may stand elsewhere in them, or be gone. */
void tt_attempts_on_settings(struct tt_session *session);
/* True when the event belonged to an attempt. */
bool tt_attempts_on_event(struct tt_session *session, const struct tt_event *event);

/* What a decision alone is wanted for: titles, `trimtab.explain`.  All borrowed. */
struct tt_decide_ask {
    const struct tt_snapshot *snapshot;
    tt_str bytes; /* the snapshot's */
    struct tt_range range;
    const struct tt_task_action *action; /* NULL: an instruction, or neither */
    tt_str instruction;
    tt_str model;                    /* named by the user; may be empty */
    bool what_if;                    /* as if every key were there */
    struct tt_prompt_memo *memo;     /* of several decisions at one place; NULL: none */
    struct tt_task_reading *reading; /* likewise */
    const struct tt_range *imports;  /* tt_source_imports, where somebody knows it; NULL */
};

/* `out` is initialised by the caller. */
int tt_attempt_decide(struct tt_session *session, const struct tt_decide_ask *ask,
                      struct tt_decision *out);

/* --- deliver*.c ---------------------------------------------------------------- */

/* The plan is ready or held: give it to whoever asked. */
void tt_deliver(struct tt_attempt *attempt);
/* A resolve that was delivered before, for another call of the same; false (and the
 * call not answered) when there is nothing to give, or the text has changed. */
bool tt_deliver_resolved_again(struct tt_attempt *attempt, struct tt_call *call, tt_str action);
/* The proposal as the client sees it, moved to the newest text; strings in the
 * arena.  TT_ESTALE, TT_ENOMEM. */
int tt_deliver_proposal(struct tt_attempt *attempt, struct tt_arena *arena,
                        struct tt_lsp_proposal *out);
/* Ask the user, with one button that carries the proposal out and one that discards it. */
void tt_deliver_ask(struct tt_attempt *attempt, enum tt_lsp_message_type type, tt_str text);
/* Answer with the verdict on an answer that cannot be used: a proposal without
 * hunks. */
void tt_deliver_refusal(struct tt_attempt *attempt, struct tt_call *call);
/* The document's version now, or (closed) when it was asked about; 0: not known. */
int64_t tt_deliver_version(const struct tt_attempt *attempt);
/* trimtab.decide: apply these hunks (NULL: all that are not noise) of a proposal. */
/* The document has another text, or (timer) none came: an edit that was declined
 * because of typing is moved over it and sent again, or given up. */
void tt_deliver_on_change(struct tt_session *session, tt_str key);
void tt_deliver_on_timer(struct tt_attempt *attempt);
/* The client was asked to apply the edit: wait for so long. */
void tt_deliver_wait(struct tt_attempt *attempt, uint64_t ms);

int tt_deliver_decided(struct tt_attempt *attempt, const tt_str *hunks, size_t n, bool all,
                       struct tt_buf *why);

/* --- back from deliver*.c to attempt.c ------------------------------------------- */

/* The end: receipt, progress, the answer to a call that still waits. */
void tt_attempt_finish(struct tt_attempt *attempt);
/* A part of it, for who answers a call first: the client's token ends with the call. */
void tt_attempt_end_progress(struct tt_attempt *attempt);
/* ... with a refusal or a failure that the user must see. */
void tt_attempt_refuse(struct tt_attempt *attempt, tt_str reason);

/* --- receipt.c -------------------------------------------------------------------- */

/* What could not be checked of an edit that is ready, a sentence; empty: nothing.
 * Borrowed from the plan. */
tt_str tt_attempt_warning(const struct tt_attempt *attempt);
/* One JSON object: no code, no key. */
int tt_receipt_write(const struct tt_attempt *attempt, struct tt_buf *out);
/* "sonnet, 1,204 in, 310 out, $0.01, 3.2 s" */
void tt_receipt_words(const struct tt_attempt *attempt, struct tt_buf *out);

#endif
