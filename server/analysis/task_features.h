/* task_features.h -- what is read of code and words, as numbers for the model.
 *
 * A feature is a place ("in the range", "in the unit"), a kind of thing ("call")
 * and a name; its hash is all that the model knows of it.  Beside it stands the
 * piece of code or text that it was read from, which is what users are shown.
 * Names of local variables, comments and white space are never features.
 */
#ifndef TT_ANALYSIS_TASK_FEATURES_H
#define TT_ANALYSIS_TASK_FEATURES_H

#include "trimtab/range.h"
#include "trimtab/str.h"

#include <stdint.h>

#define TASK_FEATURES_MAX     3800
#define TASK_FEATURES_OF_UNIT 2000 /* the rest is for what is nearer */
#define TASK_PIECES_MAX       640
#define TASK_VALUE_ONE        16 /* a feature that is just there */

/* Where something was read; what evidence shows. */
struct task_piece {
    const char *kind; /* of struct tt_evidence; static */
    tt_str text;      /* borrowed from the input, or static */
    bool has_range;
    struct tt_range range;
};

struct task_feature {
    uint32_t hash;
    int16_t value;     /* in sixteenths */
    uint16_t piece;    /* index; TASK_PIECES_MAX: none is shown */
    const char *space; /* "u:call"; static */
    uint16_t row[2];   /* where each model has it: task_model.c's */
};

struct task_features {
    uint32_t n, n_pieces;
    uint32_t n_found[2]; /* those that were looked up, by model */
    struct task_feature at[TASK_FEATURES_MAX];
    struct task_piece pieces[TASK_PIECES_MAX];
    uint16_t index[8192]; /* by hash: 1 + the place in `at` */
};

void task_features_init(struct task_features *f);

/* What is used of a large struct is small. */
void task_features_copy(struct task_features *to, const struct task_features *from);

/* The piece for the features that follow; the same one twice is one. */
uint16_t task_piece(struct task_features *f, const char *kind, tt_str text,
                    const struct tt_range *range);

/* Add a feature; of one that is there already the larger value stays.  `space` is
 * static.  Upper case counts as lower.  Ignored when there is no room. */
void task_feature_add(struct task_features *f, const char *space, tt_str name, int value,
                      uint16_t piece);
/* A name of two parts. */
void task_feature_add2(struct task_features *f, const char *space, tt_str a, tt_str b, int value,
                       uint16_t piece);

/* Each word of "unitPrice", "UNIT_PRICE", "unit-price" as a feature. */
void task_feature_words(struct task_features *f, const char *space, tt_str name, uint16_t piece);

/* Each word of a text, of letters only: at most `max`. */
void task_feature_text(struct task_features *f, const char *space, tt_str text, size_t max,
                       uint16_t piece);

/* A count as "2", "3-4", "5-8", ... */
void task_feature_count(struct task_features *f, const char *space, uint32_t count);

/* Is it there? */
bool task_feature_known(const struct task_features *f, const char *space, tt_str name);

uint32_t task_feature_hash(const char *space, tt_str a, tt_str b);

#endif
