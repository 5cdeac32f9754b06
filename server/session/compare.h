/* compare.h -- a duel: the same question to two models, judged blind. */
#ifndef TT_SESSION_COMPARE_H
#define TT_SESSION_COMPARE_H

#include "session/attempt.h"

/* The best candidate that is another model than the choice; NULL: there is none. */
const struct tt_candidate *tt_compare_rival(const struct tt_decision *decision);

/* Ask the model that the router would choose and the best other one.  The call
 * is answered with both proposals, in an order drawn here, once both are there
 * (or at once with an error). */
void tt_compare_start(struct tt_session *session, struct tt_call *call, struct tt_attempt_ask *ask);

/* Is the answer of this duel still owed?  Then its attempts must be kept. */
bool tt_compare_waits(const struct tt_session *session, uint64_t id);

/* One side is over, whatever became of it. */
void tt_compare_on_finished(struct tt_session *session, const struct tt_attempt *attempt);

/* The user's judgement: "a", "b" or "none"; answered with which was which. */
void tt_compare_rate(struct tt_session *session, struct tt_call *call, tt_str id, tt_str winner);

void tt_compare_release(struct tt_session *session);

#endif
