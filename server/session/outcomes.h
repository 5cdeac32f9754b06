/* outcomes.h -- what became of an edit, told to the router and kept for good.
 *
 * Each request that was answered has at most one outcome of quality, under one
 * id: whichever is known first counts, and a second one is passed over.
 *
 *   refused    our own checks did not take the answer
 *   rejected   the user decided against the proposal
 *   ignored    a proposal that nobody answered
 *   switched   the user asked another model for the same instead
 *   won, lost  a duel
 *   kept, edited, undone   it was applied, and then watched (watch.c)
 *
 * Beside it stands one `spent` for each model that was asked: tokens, money and
 * time, whatever became of the answer.  A transport error, a cancelled request
 * and a document that changed meanwhile say nothing of a model's quality.
 */
#ifndef TT_SESSION_OUTCOMES_H
#define TT_SESSION_OUTCOMES_H

#include "session/attempt.h"

struct tt_watch;

/* --- outcomes.c ------------------------------------------------------------------- */

/* The outcome of an attempt, as far as it is known; its id, decision and other
 * slices live in `arena`. */
void tt_outcomes_fill(const struct tt_attempt *attempt, enum tt_outcome_kind kind,
                      struct tt_arena *arena, struct tt_outcome *out);
/* Learn and keep it; its time is now. */
void tt_outcomes_record(struct tt_session *session, struct tt_outcome *outcome);
void tt_outcomes_add(struct tt_attempt *attempt, enum tt_outcome_kind kind);

/* Did the model answer, whole or as far as it was allowed to?  What a transport error or
 * the user ended says nothing of it. */
bool tt_outcomes_answered(const struct tt_attempt *attempt);

/* A request was paid for: `usd` since the last time; < 0: price not known. */
void tt_outcomes_spent(struct tt_attempt *attempt, double usd);
/* The attempt is over: did our checks refuse its answer? */
void tt_outcomes_finished(struct tt_attempt *attempt);
/* It began: does it stand for one that another model has answered before? */
void tt_outcomes_started(struct tt_attempt *attempt);
/* It will be forgotten. */
void tt_outcomes_forgotten(struct tt_attempt *attempt);

/* --- history.c ---------------------------------------------------------------------- */

/* Read what earlier sessions have kept, in a job. */
void tt_history_begin(struct tt_session *session);

/* --- watch.c: edits that were applied ------------------------------------------------ */

/* These edits of `now` were handed to the client.  They count once the document
 * shows them, however they come there. */
void tt_watch_sent(struct tt_attempt *attempt, const struct tt_snapshot *now,
                   const struct tt_text_edit *edits, size_t n);
/* It said that it did not apply them, or something else is known of the attempt. */
void tt_watch_drop(struct tt_session *session, uint64_t attempt);

void tt_watch_on_change(struct tt_session *session, tt_str key);
void tt_watch_on_save(struct tt_session *session, tt_str key);
void tt_watch_on_open(struct tt_session *session, tt_str key);
void tt_watch_on_close(struct tt_session *session, tt_str key);
bool tt_watch_on_timer(struct tt_session *session, uint64_t id);
/* The session ends: what is known by now counts, also of open proposals. */
void tt_watch_end(struct tt_session *session);
void tt_watch_release(struct tt_session *session);

#endif
