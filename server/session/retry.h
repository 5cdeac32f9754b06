/* retry.h -- what a session remembers about asking again.
 *
 * A purse that all retries are paid from: when a provider is down for everybody,
 * asking it more often than that mends nothing.  Successes and time fill it.
 * And what a model was found not to accept, so that it is not sent twice.
 */
#ifndef TT_SESSION_RETRY_H
#define TT_SESSION_RETRY_H

#include "trimtab/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TT_RETRY_PURSE  500u /* full */
#define TT_RETRY_PRICE  14u  /* of one retry; given back when it succeeds */
#define TT_RETRY_SECOND 1u   /* comes back by itself, each second */

struct tt_retry_quirk {
    char *key;                 /* owned: the address and the model */
    uint32_t refused, instead; /* capabilities to leave out, and to use for them */
};

/* All zero is a full purse and no knowledge. */
struct tt_retry {
    uint64_t spent, counted_ms;
    struct tt_retry_quirk *quirks; /* owned */
    size_t n_quirks, cap_quirks;
};

void tt_retry_release(struct tt_retry *retry); /* as new: also when the settings change */

/* Pay for one retry; false when the purse is empty: do not ask again. */
bool tt_retry_pay(struct tt_retry *retry, uint64_t now_ms);
void tt_retry_succeeded(struct tt_retry *retry, unsigned retries);

/* A request with the capabilities `after` was accepted where one with `before`
 * was not. */
void tt_retry_learn(struct tt_retry *retry, tt_str base_url, tt_str model, uint32_t before,
                    uint32_t after);
uint32_t tt_retry_caps(const struct tt_retry *retry, tt_str base_url, tt_str model, uint32_t caps);

#endif
