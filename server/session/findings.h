/* findings.h -- what the rules find in each open document.
 *
 * Rules run over whole documents in jobs, some time after the last change; the
 * results are kept with the snapshot that they are for.  A menu at a cursor
 * does not wait for that: it runs the rules over the items at the cursor.
 */
#ifndef TT_SESSION_FINDINGS_H
#define TT_SESSION_FINDINGS_H

#include "session/state.h"
#include "session/touched.h"

/* Per document; owned by session->doc_states. */
struct tt_doc_state {
    struct tt_session *session;
    char *key;                    /* owned */
    struct tt_snapshot *analysed; /* a reference: what `findings` are for; NULL: nothing yet */
    struct tt_arena arena;        /* owns the findings */
    struct tt_findings findings;
    struct tt_rules_ref *rules; /* a reference: findings point into them */
    struct tt_rules_job *job;   /* under way; owned by itself; NULL: none */
    bool error_cause;           /* of the last results: tt_source.error_cause */
    bool dirty;                 /* something changed since it began */
    uint64_t timer;             /* id; 0: not armed */
    uint64_t round;             /* of results, for result ids */
    uint64_t *pulls;            /* owned: calls that wait for the next result */
    size_t n_pulls, cap_pulls;

    struct tt_touched touched; /* whose diagnostics come first */

    struct tt_heard *heard; /* owned: what other linters say, see diagnostics.c */
    size_t n_heard, next_heard;

    uint64_t flat_generation; /* of `flat`; 0: none */
    struct tt_buf flat;       /* the newest text, for menus */
};

/* NULL when out of memory or (create false) when there is none. */
struct tt_doc_state *tt_doc_state(struct tt_session *session, tt_str key, bool create);
void tt_doc_states_release(struct tt_session *session);

/* The document has a new text, or new rules apply to it. */
void tt_findings_changed(struct tt_session *session, tt_str key, bool at_once);
/* Somebody waits for the results of the newest text. */
void tt_findings_want(struct tt_doc_state *state);
void tt_findings_refresh_all(struct tt_session *session);
void tt_findings_closed(struct tt_session *session, const struct tt_snapshot *snapshot);
void tt_findings_on_tree(struct tt_session *session, struct tt_snapshot *snapshot);
bool tt_findings_on_timer(struct tt_session *session, uint64_t id);

/* The rules of this language may not have been compiled yet, which takes some
 * tenths of a second and is a job's business: no result of these rules is there
 * for the document, and one is on its way. */
bool tt_findings_cold(struct tt_session *session, const struct tt_snapshot *snapshot);

/* The findings that touch `range` (bytes) of this snapshot, in `arena`: from
 * the last results when they are for it, else found now; none while cold. */
int tt_findings_at(struct tt_session *session, struct tt_snapshot *snapshot, struct tt_range range,
                   struct tt_arena *arena, struct tt_findings *out);

/* All findings of the newest result for exactly this snapshot; NULL: not yet. */
const struct tt_findings *tt_findings_of(struct tt_session *session,
                                         const struct tt_snapshot *snapshot);

/* The newest text as one slice, kept until the text changes. */
tt_str tt_findings_bytes(struct tt_session *session, const struct tt_snapshot *snapshot);

/* --- diagnostics.c ------------------------------------------------------------- */

/* What other linters say of the document, as a client sends it along with a request for
 * actions.  A finding that one of them says is no longer among the diagnostics, until
 * its line or one beside it is another; the menu goes on offering what mends it. */
struct tt_lsp_diagnostic;
void tt_diagnostics_heard(struct tt_session *session, struct tt_snapshot *snapshot,
                          const struct tt_lsp_diagnostic *others, size_t n);

/* Ask a client that can do so to pull them anew, of all documents. */
void tt_diagnostics_refresh(struct tt_session *session);

/* Results came: for who does not pull, and for who does and waits. */
void tt_diagnostics_publish(struct tt_doc_state *state);
void tt_diagnostics_answer_pulls(struct tt_doc_state *state);
void tt_diagnostics_fail_pulls(struct tt_doc_state *state, const char *why);
/* The session shuts down: pulls that still wait are answered with an error. */
void tt_diagnostics_give_up(struct tt_session *session);

/* As the client will see it; strings in `arena`. */
void tt_findings_diagnostic(const struct tt_session *session, const struct tt_snapshot *snapshot,
                            const struct tt_finding *finding, struct tt_arena *arena,
                            struct tt_lsp_diagnostic *out);

#endif
