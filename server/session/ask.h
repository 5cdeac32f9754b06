/* ask.h -- an attempt's question: decided, written, sent, listened to. */
#ifndef TT_SESSION_ASK_H
#define TT_SESSION_ASK_H

#include "session/attempt.h"

/* What kind of task this is: before the decision. */
void tt_ask_classify(struct tt_attempt *attempt);

/* Classify, measure, decide.  TT_EINVALID with a sentence when no model can be
 * asked. */
int tt_ask_decide(struct tt_attempt *attempt, struct tt_buf *why);

/* Send the question, once the key is known.  Failures end the attempt. */
void tt_ask_begin(struct tt_attempt *attempt);

/* The same question again, with what was wrong with the answer. */
void tt_ask_again(struct tt_attempt *attempt, tt_str advice);

/* A timer or transfer of this attempt. */
void tt_ask_on_event(struct tt_attempt *attempt, const struct tt_event *event);

/* The engine read the answer: thoughts in front of it explain nothing, and of a model whose
 * thoughts have no beginning that is remembered. */
void tt_ask_without_thoughts(struct tt_attempt *attempt);
/* May what came of this model's answer so far be thoughts that look like the answer? */
bool tt_ask_thinks_aloud(const struct tt_attempt *attempt);

/* End the transfer and the timer that are under way, if any; what was used so
 * far is counted. */
void tt_ask_stop(struct tt_attempt *attempt);

/* Tell the router what it cost. */
void tt_ask_settle(struct tt_attempt *attempt);

/* For the progress: "Add timeout and retry", "claude-sonnet-5: asking". */
tt_str tt_ask_title(const struct tt_attempt *attempt);
tt_str tt_ask_waiting_words(struct tt_attempt *attempt);

/* check.c: the answer is complete; let the edit engine judge it, off the loop. */
void tt_check_begin(struct tt_attempt *attempt);
/* What the engine is told, but for the answer: in `arena`, with the tree borrowed.
 * TT_ENOMEM. */
int tt_check_input(struct tt_attempt *attempt, struct tt_arena *arena, struct TSTree *tree,
                   struct tt_edit_input *out);

#endif
