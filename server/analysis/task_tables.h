/* task_tables.h -- the weights that ./dev train made (task_weights.def), for the files that
 * calculate with them. */
#ifndef TT_ANALYSIS_TASK_TABLES_H
#define TT_ANALYSIS_TASK_TABLES_H

#include "trimtab/task.h"

#include <stddef.h>
#include <stdint.h>

#define TASK_LABELS TT_TASK_INLINE_1 /* each row but the last, which nothing shows */
#define TASK_VAGUE  TASK_LABELS      /* the instruction names no task: the place decides */
#define TASK_SCORES (TASK_LABELS + 1)

/* What features of a group count: those whose space begins with the letter. */
struct task_group {
    char letter;
    int counts; /* in 256ths */
    bool many;  /* the more there are, the less counts each */
};

/* Which features a model knows. */
struct task_vocabulary {
    const uint32_t *features; /* hashes, sorted */
    const struct task_group *groups;
    size_t n, n_groups;
    size_t slot; /* in task_feature.row */
};

/* Multinomial logistic regression: a feature has a cell for each label that it says
 * something about; the label is the upper byte, the weight the lower one, signed. */
struct task_linear {
    struct task_vocabulary vocabulary;
    const uint32_t *first; /* n + 1: where the cells of each begin */
    const uint16_t *cells;
    const int32_t *bias;
    size_t n_first, n_cells, n_bias;
    double unit, temperature;
};

/* A network with one hidden layer.  Each feature has a weight for each label, and a vector;
 * the vectors of a part (0: the instruction, 1: the place) are added and normalised. */
#define TASK_NET_VECTOR      64
#define TASK_NET_PARTS       2
#define TASK_NET_IN          (TASK_NET_PARTS * TASK_NET_VECTOR)
#define TASK_NET_HIDDEN      128
#define TASK_NET_PER_FEATURE (TASK_SCORES + TASK_NET_VECTOR)
#define TASK_NET_UNITS       65536.0f
#define TASK_NET_LAYER_UNITS 4096.0f

struct task_net {
    struct task_vocabulary vocabulary;
    const uint16_t (*units)[2]; /* of its weights for labels, of its vector; in 65536ths */
    const char (*letters)[TASK_NET_PER_FEATURE]; /* task_net_weight() reads them */
    /* in 4096ths: gain[IN], offset[IN], w1[IN][HIDDEN], b1[HIDDEN], w2[HIDDEN][SCORES], b2[SCORES]
     */
    const int16_t *gain, *offset, *w1, *b1, *w2, *b2;
    size_t n_rows;   /* of units and letters: equal to the vocabulary's, or 0 */
    bool has_layers; /* each as long as said */
    double temperature;
};

extern const struct task_linear task_place;
extern const struct task_net task_asked;

/* By how many features a group has: what each counts, in 256ths. */
extern const uint16_t task_shrinks[];
extern const size_t task_shrinks_count;

#endif
