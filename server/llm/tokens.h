/* tokens.h -- how many tokens a text will be, without the model's tokenizer.
 *
 * One pass over the bytes, no tables, several hundred MB/s.  The estimate of
 * code and prose lies 10 to 35 % over the truth for the families that we
 * measured and is practically never under it, so that an admission check
 * against a context size errs to the safe side.  The truth comes with the
 * answer (`usage`) and corrects the next estimate by a ratio per model.
 */
#ifndef TT_LLM_TOKENS_H
#define TT_LLM_TOKENS_H

#include "trimtab/str.h"

#include <stdint.h>

/* What a tokenizer family makes of the same text. */
enum tt_tokens_family {
    TT_TOKENS_OTHER, /* unknown: counted like OpenAI's */
    TT_TOKENS_OPENAI,
    TT_TOKENS_CLAUDE,     /* up to 4.6 */
    TT_TOKENS_CLAUDE_NEW, /* Opus 4.7 and all 5: about 30 % more for the same text */
};

/* By the model's name, with or without a vendor before a slash. */
enum tt_tokens_family tt_tokens_family(tt_str model);

/* The plain estimate of a text, of any bytes. */
uint64_t tt_tokens_text(tt_str text);

/* A plain estimate in the tokens of a family. */
uint64_t tt_tokens_scale(uint64_t plain, enum tt_tokens_family family);

/* What messages cost beyond their text. */
#define TT_TOKENS_PER_MESSAGE 4
#define TT_TOKENS_PER_REQUEST 7

/* The ratio of truth to estimate, learned per model from `usage`. */
struct tt_tokens_ratio {
    double value; /* 1 until the first observation; always in [0.6, 1.6] */
    uint32_t n;   /* observations, saturating */
};

#define TT_TOKENS_RATIO_INIT                                                                       \
    {                                                                                              \
        1.0, 0                                                                                     \
    }

/* `estimate` is the scaled one; nothing is learned when either is below 64
 * (too noisy) or when the answer looks cut off (see below). */
void tt_tokens_learn(struct tt_tokens_ratio *ratio, uint64_t estimate, uint64_t actual);

/* For people: estimate times ratio. */
uint64_t tt_tokens_likely(uint64_t estimate, const struct tt_tokens_ratio *ratio);

/* For the check against a context size: as above, never less than the ratio
 * says, and a tenth more. */
uint64_t tt_tokens_admit(uint64_t estimate, const struct tt_tokens_ratio *ratio);

/* Did the server read much less than was sent?  Ollama cuts a long prompt to
 * its context size and says nothing; an edit made from half a prompt is
 * refused.  `estimate` as tt_tokens_likely gives it.  False when `actual` is
 * unknown (0) or the prompt is short. */
bool tt_tokens_was_cut(uint64_t estimate, uint64_t actual);

#endif
