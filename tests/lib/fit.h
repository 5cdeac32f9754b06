/* fit.h -- multinomial logistic regression with L2, by L-BFGS from zero: what
 * tests/tools/train_tasks.mjs calculates with.  The same numbers give the same weights. */
#ifndef TT_TEST_FIT_H
#define TT_TEST_FIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define FIT_LABELS 32 /* at most: weights stand in rows of so many */

struct fit_row {
    uint32_t n;
    uint32_t *at; /* features */
    float *value;
    float share; /* what the row counts */
    float target[FIT_LABELS];
};

struct fit {
    uint32_t n_rows, n_features, n_labels, rounds;
    float l2;
    struct fit_row *rows;
};

/* Rows, to be released; NULL when they end early or memory does. */
struct fit_row *fit_rows_read(FILE *in, uint32_t n_rows, uint32_t n_labels);
void fit_rows_release(struct fit_row *rows, uint32_t n_rows);

/* Reads such a problem (see train_tasks.mjs: all numbers have four bytes); false when it
 * ends early or memory does. */
bool fit_read(FILE *in, struct fit *fit);
void fit_release(struct fit *fit);

/* Weights: (n_features + 1) rows, the last one the bias.  NULL: out of memory. */
float *fit_weights(const struct fit *fit);

#endif
