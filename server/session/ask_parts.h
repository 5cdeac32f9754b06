/* ask_parts.h -- what the files ask*.c share; for them only. */
#ifndef TT_SESSION_ASK_PARTS_H
#define TT_SESSION_ASK_PARTS_H

#include "session/ask.h"

/* --- ask_decide.c -------------------------------------------------------------- */

/* What every prompt of this question says, but for the syntax of the answer. */
void tt_ask_prompt_input(const struct tt_attempt *attempt, struct tt_prompt_input *in);

/* Into `out`, which is initialised: the attempt's own decision or a fresh one. */
int tt_ask_decide_as(struct tt_attempt *attempt, uint32_t larger_than, bool what_if,
                     struct tt_decision *out);

/* Set money aside for the choice; TT_EINVALID with a sentence when there is none. */
int tt_ask_reserve(struct tt_attempt *attempt, struct tt_buf *why);

/* --- ask_send.c ---------------------------------------------------------------- */

/* Once the key is known.  Failures end the attempt. */
void tt_ask_send(struct tt_attempt *attempt);

/* What may be asked for; 0: no limit known.  The wire form adds room for thinking
 * where a model thinks out of the same tokens. */
uint32_t tt_ask_most_output(const struct tt_attempt *attempt, const struct tt_model_facts *facts);

/* Of timeouts.total_ms, which holds for a question with all its retries; at least 1. */
uint64_t tt_ask_patience_left(const struct tt_attempt *attempt);

/* --- ask_key.c ----------------------------------------------------------------- */

/* The key was refused: is there another one?  True: that is being looked for, or tried. */
bool tt_ask_renew_key(struct tt_attempt *attempt, const struct tt_llm_failure *failure,
                      tt_str sentence);

/* --- ask_fail.c ---------------------------------------------------------------- */

/* The stream ended without a complete answer. */
void tt_ask_failed(struct tt_attempt *attempt, const struct tt_llm_outcome *outcome);

/* ... and nothing mends it at once: the same model again, another one, or the end. */
void tt_ask_go_on(struct tt_attempt *attempt, const struct tt_llm_failure *failure,
                  tt_str sentence);

/* --- ask_cost.c ---------------------------------------------------------------- */

/* Count what this request used. */
void tt_ask_count(struct tt_attempt *attempt);
void tt_ask_drop_stream(struct tt_attempt *attempt);

#endif
