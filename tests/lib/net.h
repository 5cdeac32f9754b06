/* net.h -- a small neural network over features of which few are there at a time: what
 * tests/tools/train_tasks.mjs trains.  The same numbers give the same weights, on each
 * machine: all sums have one order, and nothing is asked of the C library that rounds
 * differently from processor to processor.
 *
 * A feature speaks in two ways: for each label at once, and as a vector.  The vectors of a
 * part (the instruction, the place) are added, normalised, and both parts go through a
 * hidden layer, which learns what words mean at which kind of place.
 *
 *   sum[p]   = sum of value * vector over the features of part p
 *   in       = gain * (sum[p] - mean) / deviation + offset, of both parts
 *   hidden   = max(0, w1 in + b1)
 *   score    = w2 hidden + b2 + sum of value * label weights over all features
 *
 * Trained by Adam (Kingma and Ba 2015) with decoupled decay, on batches, with dropout of
 * features, of `in` and of `hidden`, and smoothed labels. */
#ifndef TT_TEST_NET_H
#define TT_TEST_NET_H

#include "fit.h"

#define NET_LABELS FIT_LABELS
#define NET_VECTOR 64
#define NET_PARTS  2
#define NET_IN     (NET_PARTS * NET_VECTOR)
#define NET_HIDDEN 128

struct net_feature {
    float label[NET_LABELS], vector[NET_VECTOR];
};

struct net_layers {
    float gain[NET_IN], offset[NET_IN];
    float w1[NET_IN][NET_HIDDEN], b1[NET_HIDDEN];
    float w2[NET_HIDDEN][NET_LABELS], b2[NET_LABELS];
};

struct net_problem {
    uint32_t n_rows, n_features;
    uint32_t epochs, seed;
    uint32_t *part; /* of each feature: 0 or 1 */
    struct fit_row *rows;
};

/* Reads a problem (see train_tasks.mjs: all numbers have four bytes); false when it ends
 * early, says what cannot be, or memory does.  Release it in each case. */
bool net_read(FILE *in, struct net_problem *problem);
void net_release(struct net_problem *problem);

/* n_features features, to be freed, and the layers.  NULL: out of memory. */
struct net_feature *net_train(const struct net_problem *problem, struct net_layers *layers);

#endif
