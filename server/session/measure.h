/* measure.h -- what the answers of each model have shown of it.
 *
 * How many tokens it makes of our estimate: that of llm/tokens.h is right within a
 * third, and every answer says how many tokens the question really had.  And whether
 * it thinks aloud before it answers, without saying where it begins.  Remembered by address and
 * model for the life of the session, also when the settings change.
 */
#ifndef TT_SESSION_MEASURE_H
#define TT_SESSION_MEASURE_H

#include "llm/tokens.h"

struct tt_measure {
    tt_str base_url, model; /* owned, in one block */
    struct tt_tokens_ratio ratio;
    bool thinks_aloud;
};

/* All zero knows nothing. */
struct tt_measures {
    struct tt_measure *rows; /* owned */
    size_t n, cap;
};

void tt_measures_release(struct tt_measures *measures);

/* A question of about `estimate` tokens (in this model's own) had `actual`. */
void tt_measures_learn(struct tt_measures *measures, tt_str base_url, tt_str model,
                       uint64_t estimate, uint64_t actual);

/* An answer of it began with thoughts of which only the end had a tag. */
void tt_measures_thinks(struct tt_measures *measures, tt_str base_url, tt_str model);
bool tt_measures_think(const struct tt_measures *measures, tt_str base_url, tt_str model);

/* By what an estimate for this model is to be multiplied; 1 when nothing is known. */
double tt_measures_ratio(const struct tt_measures *measures, tt_str base_url, tt_str model);

#endif
