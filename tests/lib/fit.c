/* fit.c -- see fit.h. */
#include "fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define K        FIT_LABELS
#define REMEMBER 8
#define ENOUGH   1e-4 /* what a round must gain, of the loss */

static bool take(FILE *in, void *to, size_t n)
{
    return fread(to, 4, n, in) == n;
}

struct fit_row *fit_rows_read(FILE *in, uint32_t n_rows, uint32_t n_labels)
{
    struct fit_row *rows = calloc((size_t)n_rows + 1, sizeof(*rows));

    for (uint32_t i = 0; rows && i < n_rows; i++) {
        struct fit_row *row = &rows[i];
        bool whole =
            take(in, &row->n, 1) && take(in, &row->share, 1) && take(in, row->target, n_labels);

        row->at = whole ? calloc((size_t)row->n + 1, sizeof(*row->at)) : NULL;
        row->value = whole ? calloc((size_t)row->n + 1, sizeof(*row->value)) : NULL;
        if (!row->at || !row->value || !take(in, row->at, row->n) ||
            !take(in, row->value, row->n)) {
            fit_rows_release(rows, n_rows);
            return NULL;
        }
    }
    return rows;
}

void fit_rows_release(struct fit_row *rows, uint32_t n_rows)
{
    for (uint32_t i = 0; rows && i < n_rows; i++) {
        free(rows[i].at);
        free(rows[i].value);
    }
    free(rows);
}

bool fit_read(FILE *in, struct fit *fit)
{
    *fit = (struct fit){ 0 };
    if (!take(in, &fit->n_rows, 4) || !take(in, &fit->l2, 1) || fit->n_labels > FIT_LABELS)
        return false;
    fit->rows = fit_rows_read(in, fit->n_rows, fit->n_labels);
    return fit->rows != NULL;
}

void fit_release(struct fit *fit)
{
    fit_rows_release(fit->rows, fit->n_rows);
}

/* Scores to probabilities less the target, times the share; returns the row's loss. */
static double turn(const struct fit *fit, const struct fit_row *row, float z[K])
{
    float most = z[0], sum = 0;
    double loss = 0;

    for (uint32_t k = 1; k < fit->n_labels; k++)
        most = z[k] > most ? z[k] : most;
    for (uint32_t k = 0; k < K; k++) {
        z[k] = k < fit->n_labels ? expf(z[k] - most) : 0;
        sum += z[k];
    }
    for (uint32_t k = 0; k < K; k++) {
        float p = z[k] / sum;

        if (row->target[k] > 0)
            loss -= (double)(row->share * row->target[k] * logf(p > 1e-30f ? p : 1e-30f));
        z[k] = row->share * (p - row->target[k]);
    }
    return loss;
}

static double loss_at(const struct fit *fit, const float *weights, float *slope)
{
    size_t bias = (size_t)fit->n_features * K;
    double loss = 0;

    memset(slope, 0, (bias + K) * sizeof(*slope));
    for (uint32_t r = 0; r < fit->n_rows; r++) {
        const struct fit_row *row = &fit->rows[r];
        float z[K];

        memcpy(z, weights + bias, sizeof(z));
        for (uint32_t j = 0; j < row->n; j++) {
            const float *from = weights + (size_t)row->at[j] * K;
            for (size_t k = 0; k < K; k++)
                z[k] += from[k] * row->value[j];
        }
        loss += turn(fit, row, z);
        for (size_t k = 0; k < K; k++)
            slope[bias + k] += z[k];
        for (uint32_t j = 0; j < row->n; j++) {
            float *to = slope + (size_t)row->at[j] * K;
            for (size_t k = 0; k < K; k++)
                to[k] += z[k] * row->value[j];
        }
    }
    for (size_t i = 0; i < bias; i++) {
        loss += 0.5 * (double)(fit->l2 * weights[i] * weights[i]);
        slope[i] += fit->l2 * weights[i];
    }
    return loss;
}

static double dot(const float *a, const float *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static void add_to(float *a, double factor, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i] += (float)factor * b[i];
}

/* The last steps, oldest first, and what they showed of the curvature. */
struct steps {
    float *moved[REMEMBER], *turned[REMEMBER];
    double inverse[REMEMBER];
    size_t n;
};

/* Where to go: the slope, corrected by the last steps. */
static void direction(const struct steps *s, const float *slope, float *way, size_t n)
{
    double shares[REMEMBER];
    double scale = 1 / sqrt(dot(slope, slope, n));

    memcpy(way, slope, n * sizeof(*way));
    for (size_t i = s->n; i-- > 0;) {
        shares[i] = dot(s->moved[i], way, n) * s->inverse[i];
        add_to(way, -shares[i], s->turned[i], n);
    }
    if (s->n)
        scale = 1 / (s->inverse[s->n - 1] * dot(s->turned[s->n - 1], s->turned[s->n - 1], n));
    for (size_t i = 0; i < n; i++)
        way[i] *= (float)scale;
    for (size_t i = 0; i < s->n; i++)
        add_to(way, shares[i] - dot(s->turned[i], way, n) * s->inverse[i], s->moved[i], n);
}

static void remember(struct steps *s, const float *next, const float *weights,
                     const float *next_slope, const float *slope, size_t n)
{
    if (s->n == REMEMBER) { /* the oldest one's memory serves the newest */
        float *moved = s->moved[0], *turned = s->turned[0];

        memmove(s->moved, s->moved + 1, (REMEMBER - 1) * sizeof(s->moved[0]));
        memmove(s->turned, s->turned + 1, (REMEMBER - 1) * sizeof(s->turned[0]));
        memmove(s->inverse, s->inverse + 1, (REMEMBER - 1) * sizeof(s->inverse[0]));
        s->moved[REMEMBER - 1] = moved;
        s->turned[REMEMBER - 1] = turned;
        s->n--;
    }
    float *moved = s->moved[s->n], *turned = s->turned[s->n];
    for (size_t i = 0; i < n; i++) {
        moved[i] = next[i] - weights[i];
        turned[i] = next_slope[i] - slope[i];
    }
    double curve = dot(moved, turned, n);
    if (curve > 1e-12)
        s->inverse[s->n++] = 1 / curve;
}

/* `parts`: weights, slope, way, next weights, next slope, and the steps' memory. */
static void descend(const struct fit *fit, float **parts, size_t n)
{
    float *weights = parts[0], *slope = parts[1], *way = parts[2];
    float *next = parts[3], *next_slope = parts[4];
    struct steps steps = { .n = 0 };
    double loss = loss_at(fit, weights, slope);

    for (size_t i = 0; i < REMEMBER; i++) {
        steps.moved[i] = parts[5 + 2 * i];
        steps.turned[i] = parts[6 + 2 * i];
    }
    for (uint32_t round = 0; round < fit->rounds; round++) {
        double next_loss = INFINITY;

        direction(&steps, slope, way, n);
        double fall = -dot(way, slope, n);
        if (fall > -1e-9)
            break;
        for (double length = 1; length > 1e-6; length /= 2) {
            for (size_t i = 0; i < n; i++)
                next[i] = weights[i] - (float)length * way[i];
            next_loss = loss_at(fit, next, next_slope);
            if (next_loss <= loss + 1e-4 * length * fall)
                break;
        }
        remember(&steps, next, weights, next_slope, slope, n);
        double gain = (loss - next_loss) / fabs(loss);
        memcpy(weights, next, n * sizeof(*weights));
        memcpy(slope, next_slope, n * sizeof(*slope));
        loss = next_loss;
        if (gain < ENOUGH)
            break;
    }
}

#define PARTS (5 + 2 * REMEMBER)

float *fit_weights(const struct fit *fit)
{
    size_t n = ((size_t)fit->n_features + 1) * K;
    float *parts[PARTS] = { NULL };
    bool enough = true;

    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = calloc(n, sizeof(float));
        enough = enough && parts[i];
    }
    if (enough)
        descend(fit, parts, n);
    for (size_t i = enough; i < PARTS; i++)
        free(parts[i]);
    return enough ? parts[0] : NULL;
}
