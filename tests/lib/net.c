/* net.c -- see net.h. */
#include "net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BATCH        64
#define RATE         0.002f
#define DECAY        0.1f
#define WARM_UP      0.1f /* share of the steps in which the rate rises; then it falls to 0 */
#define MOMENT_1     0.9f
#define MOMENT_2     0.999f
#define DROP         0.5f /* of `in` and `hidden` */
#define DROP_FEATURE 0.15f
#define SMOOTH       0.05f /* of each label's share, spread over all labels */
#define FIRST_VECTOR 0.02f /* deviation of what vectors begin with */
#define PER_FEATURE  (sizeof(struct net_feature) / sizeof(float))
#define PER_LAYERS   (sizeof(struct net_layers) / sizeof(float))

bool net_read(FILE *in, struct net_problem *p)
{
    uint32_t head[5];

    *p = (struct net_problem){ 0 };
    if (fread(head, 4, 5, in) != 5 || head[2] != NET_LABELS)
        return false;
    p->n_rows = head[0];
    p->n_features = head[1];
    p->epochs = head[3];
    p->seed = head[4];
    p->part = calloc((size_t)p->n_features + 1, sizeof(*p->part));
    if (!p->part || fread(p->part, 4, p->n_features, in) != p->n_features)
        return false;
    p->rows = fit_rows_read(in, p->n_rows, NET_LABELS);
    return p->rows != NULL;
}

void net_release(struct net_problem *p)
{
    fit_rows_release(p->rows, p->n_rows);
    free(p->part);
}

/* ---- numbers that are the same everywhere ---- */

struct random {
    uint64_t state;
};

/* xorshift64*, Vigna 2016 */
static uint32_t any(struct random *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return (uint32_t)(r->state * 2685821657736338717u >> 32);
}

static float between_0_and_1(struct random *r)
{
    return (float)(any(r) >> 8) / 16777216.0f;
}

/* Mean 0, deviation 1, near enough to normal. */
static float normal(struct random *r)
{
    float sum = 0;

    for (int i = 0; i < 12; i++)
        sum += between_0_and_1(r);
    return sum - 6;
}

/* e^x for x <= 0: (e^(x/1024))^1024, of which the first is a short series. */
static float exponential(float x)
{
    double y = (double)x / 1024;

    if (x < -80)
        return 0;
    y = 1 + y * (1 + y / 2 * (1 + y / 3 * (1 + y / 4)));
    for (int i = 0; i < 10; i++)
        y *= y;
    return (float)y;
}

/* ---- one row, forwards and backwards ---- */

struct net {
    const struct net_problem *problem;
    struct net_feature *features, *slopes;
    struct net_layers *layers, *layer_slopes;
    struct random random;
    float *kept; /* of each feature of the row: 0, or by how much it counts more */
};

struct pass {
    float normed[NET_IN], deviation[NET_PARTS];
    float in[NET_IN], hidden[NET_HIDDEN], score[NET_LABELS];
    float in_kept[NET_IN], hidden_kept[NET_HIDDEN];
};

static void drop(struct random *r, float *kept, size_t n, float share)
{
    for (size_t i = 0; i < n; i++)
        kept[i] = between_0_and_1(r) < share ? 0 : 1 / (1 - share);
}

static void normalise(const struct net_layers *w, size_t part, const float sum[NET_VECTOR],
                      struct pass *p)
{
    float mean = 0, square = 0;
    size_t from = part * NET_VECTOR;

    for (size_t d = 0; d < NET_VECTOR; d++)
        mean += sum[d] / NET_VECTOR;
    for (size_t d = 0; d < NET_VECTOR; d++)
        square += (sum[d] - mean) * (sum[d] - mean) / NET_VECTOR;
    p->deviation[part] = sqrtf(square + 1e-5f);
    for (size_t d = 0; d < NET_VECTOR; d++) {
        p->normed[from + d] = (sum[d] - mean) / p->deviation[part];
        p->in[from + d] = p->normed[from + d] * w->gain[from + d] + w->offset[from + d];
    }
}

static void add_up(struct net *net, const struct fit_row *row, struct pass *p)
{
    float sums[NET_PARTS][NET_VECTOR] = { { 0 } };

    memcpy(p->score, net->layers->b2, sizeof(p->score));
    for (uint32_t i = 0; i < row->n; i++) {
        const struct net_feature *f = &net->features[row->at[i]];
        float *sum = sums[net->problem->part[row->at[i]]], value = row->value[i] * net->kept[i];

        for (size_t d = 0; d < NET_VECTOR; d++)
            sum[d] += value * f->vector[d];
        for (size_t k = 0; k < NET_LABELS; k++)
            p->score[k] += value * f->label[k];
    }
    for (size_t part = 0; part < NET_PARTS; part++)
        normalise(net->layers, part, sums[part], p);
}

static void forwards(struct net *net, const struct fit_row *row, struct pass *p)
{
    const struct net_layers *w = net->layers;

    add_up(net, row, p);
    memcpy(p->hidden, w->b1, sizeof(p->hidden));
    for (size_t d = 0; d < NET_IN; d++) {
        p->in[d] *= p->in_kept[d];
        for (size_t j = 0; j < NET_HIDDEN; j++)
            p->hidden[j] += w->w1[d][j] * p->in[d];
    }
    for (size_t j = 0; j < NET_HIDDEN; j++) {
        p->hidden[j] = p->hidden[j] > 0 ? p->hidden[j] * p->hidden_kept[j] : 0;
        for (size_t k = 0; k < NET_LABELS; k++)
            p->score[k] += w->w2[j][k] * p->hidden[j];
    }
}

/* The loss's slope by each score, times what the row counts. */
static void slopes_of_scores(const struct fit_row *row, float count, const struct pass *p,
                             float slope[NET_LABELS])
{
    float most = p->score[0], sum = 0;

    for (size_t k = 1; k < NET_LABELS; k++)
        most = p->score[k] > most ? p->score[k] : most;
    for (size_t k = 0; k < NET_LABELS; k++)
        sum += slope[k] = exponential(p->score[k] - most);
    for (size_t k = 0; k < NET_LABELS; k++)
        slope[k] = count * (slope[k] / sum - row->target[k] * (1 - SMOOTH) - SMOOTH / NET_LABELS);
}

/* In one order, of which a processor can do eight at a time. */
static float dot(const float *a, const float *b, size_t n)
{
    float sums[8] = { 0 }, sum = 0;

    for (size_t i = 0; i < n; i += 8)
        for (size_t k = 0; k < 8; k++)
            sums[k] += a[i + k] * b[i + k];
    for (size_t k = 0; k < 8; k++)
        sum += sums[k];
    return sum;
}

/* From slopes of scores to slopes of what goes in. */
static void backwards_to_in(struct net *net, const struct pass *p, const float score[NET_LABELS],
                            float in[NET_IN])
{
    const struct net_layers *w = net->layers;
    struct net_layers *s = net->layer_slopes;
    float hidden[NET_HIDDEN];

    for (size_t k = 0; k < NET_LABELS; k++)
        s->b2[k] += score[k];
    for (size_t j = 0; j < NET_HIDDEN; j++) {
        for (size_t k = 0; k < NET_LABELS; k++)
            s->w2[j][k] += score[k] * p->hidden[j];
        hidden[j] = p->hidden[j] > 0 ? dot(w->w2[j], score, NET_LABELS) * p->hidden_kept[j] : 0;
        s->b1[j] += hidden[j];
    }
    for (size_t d = 0; d < NET_IN; d++) {
        for (size_t j = 0; j < NET_HIDDEN; j++)
            s->w1[d][j] += hidden[j] * p->in[d];
        in[d] = dot(w->w1[d], hidden, NET_HIDDEN) * p->in_kept[d];
    }
}

static void backwards_to_sum(struct net *net, const struct pass *p, size_t part,
                             const float in[NET_IN], float sum[NET_VECTOR])
{
    float mean = 0, along = 0;
    size_t from = part * NET_VECTOR;

    for (size_t d = 0; d < NET_VECTOR; d++) {
        net->layer_slopes->gain[from + d] += in[from + d] * p->normed[from + d];
        net->layer_slopes->offset[from + d] += in[from + d];
        sum[d] = in[from + d] * net->layers->gain[from + d];
        mean += sum[d] / NET_VECTOR;
        along += sum[d] * p->normed[from + d] / NET_VECTOR;
    }
    for (size_t d = 0; d < NET_VECTOR; d++)
        sum[d] = (sum[d] - mean - p->normed[from + d] * along) / p->deviation[part];
}

static void learn_from(struct net *net, const struct fit_row *row, float count)
{
    float score[NET_LABELS], in[NET_IN], sums[NET_PARTS][NET_VECTOR];
    struct pass p;

    drop(&net->random, net->kept, row->n, DROP_FEATURE);
    drop(&net->random, p.in_kept, NET_IN, DROP);
    drop(&net->random, p.hidden_kept, NET_HIDDEN, DROP);
    forwards(net, row, &p);
    slopes_of_scores(row, count, &p, score);
    backwards_to_in(net, &p, score, in);
    for (size_t part = 0; part < NET_PARTS; part++)
        backwards_to_sum(net, &p, part, in, sums[part]);
    for (uint32_t i = 0; i < row->n; i++) {
        struct net_feature *s = &net->slopes[row->at[i]];
        const float *sum = sums[net->problem->part[row->at[i]]];
        float value = row->value[i] * net->kept[i];

        for (size_t k = 0; k < NET_LABELS; k++)
            s->label[k] += value * score[k];
        for (size_t d = 0; d < NET_VECTOR; d++)
            s->vector[d] += value * sum[d];
    }
}

/* ---- steps ---- */

struct moments {
    float *first, *second;
};

struct step {
    float rate, correct_1, correct_2;
};

/* Adam; the slopes are zero afterwards. */
static void move(const struct step *s, float *w, float *slope, struct moments m, size_t n,
                 float decay)
{
    for (size_t i = 0; i < n; i++) {
        m.first[i] = MOMENT_1 * m.first[i] + (1 - MOMENT_1) * slope[i];
        m.second[i] = MOMENT_2 * m.second[i] + (1 - MOMENT_2) * slope[i] * slope[i];
        w[i] -= s->rate * (m.first[i] / s->correct_1 / (sqrtf(m.second[i] / s->correct_2) + 1e-8f) +
                           decay * w[i]);
        slope[i] = 0;
    }
}

struct course {
    struct net net;
    struct moments of_features, of_layers;
    uint32_t *order;   /* of the rows */
    uint32_t *touched; /* features that the batch has */
    uint8_t *is_touched;
    float power_1, power_2; /* of the moments' shares, by the steps so far */
};

static void shuffle(struct course *c)
{
    for (uint32_t i = c->net.problem->n_rows; i > 1; i--) {
        uint32_t k = any(&c->net.random) % i, other = c->order[k];

        c->order[k] = c->order[i - 1];
        c->order[i - 1] = other;
    }
}

static uint32_t touch(struct course *c, const struct fit_row *row, uint32_t n)
{
    for (uint32_t i = 0; i < row->n; i++) {
        if (!c->is_touched[row->at[i]])
            c->touched[n++] = row->at[i];
        c->is_touched[row->at[i]] = 1;
    }
    return n;
}

/* `done`: the share of all steps. */
static void one_batch(struct course *c, uint32_t from, uint32_t n, float done)
{
    struct step step;
    uint32_t n_touched = 0;

    for (uint32_t i = from; i < from + n; i++) {
        const struct fit_row *row = &c->net.problem->rows[c->order[i]];

        learn_from(&c->net, row, row->share / (float)n);
        n_touched = touch(c, row, n_touched);
    }
    c->power_1 *= MOMENT_1;
    c->power_2 *= MOMENT_2;
    step.rate = RATE * (done < WARM_UP ? done / WARM_UP : (1 - done) / (1 - WARM_UP));
    step.correct_1 = 1 - c->power_1;
    step.correct_2 = 1 - c->power_2;
    move(&step, (float *)c->net.layers, (float *)c->net.layer_slopes, c->of_layers, PER_LAYERS, 0);
    for (uint32_t i = 0; i < n_touched; i++) {
        size_t at = (size_t)c->touched[i] * PER_FEATURE;
        struct moments m = { c->of_features.first + at, c->of_features.second + at };

        move(&step, (float *)c->net.features + at, (float *)c->net.slopes + at, m, PER_FEATURE,
             DECAY);
        c->is_touched[c->touched[i]] = 0;
    }
}

static void fill(float *w, size_t n, struct random *r, float most)
{
    for (size_t i = 0; i < n; i++)
        w[i] = (2 * between_0_and_1(r) - 1) * most;
}

static void begin(struct course *c)
{
    const struct net_problem *p = c->net.problem;
    struct net_layers *w = c->net.layers;
    struct random *r = &c->net.random;

    r->state = 88172645463325252u + p->seed;
    for (uint32_t i = 0; i < p->n_features; i++)
        for (size_t d = 0; d < NET_VECTOR; d++)
            c->net.features[i].vector[d] = FIRST_VECTOR * normal(r);
    for (size_t d = 0; d < NET_IN; d++)
        w->gain[d] = 1;
    fill(w->w1[0], (size_t)NET_IN * NET_HIDDEN, r, 1 / sqrtf(NET_IN));
    fill(w->b1, NET_HIDDEN, r, 1 / sqrtf(NET_IN));
    fill(w->w2[0], (size_t)NET_HIDDEN * NET_LABELS, r, 1 / sqrtf(NET_HIDDEN));
    for (uint32_t i = 0; i < p->n_rows; i++)
        c->order[i] = i;
    c->power_1 = c->power_2 = 1;
}

static void train(struct course *c)
{
    const struct net_problem *p = c->net.problem;
    uint32_t batches = (p->n_rows + BATCH - 1) / BATCH, steps = 0;

    begin(c);
    for (uint32_t epoch = 0; epoch < p->epochs; epoch++) {
        shuffle(c);
        for (uint32_t at = 0; at < p->n_rows; at += BATCH) {
            uint32_t n = p->n_rows - at < BATCH ? p->n_rows - at : BATCH;

            one_batch(c, at, n, (float)++steps / (float)(batches * p->epochs));
        }
    }
}

static uint32_t longest(const struct net_problem *p)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < p->n_rows; i++)
        most = p->rows[i].n > most ? p->rows[i].n : most;
    return most;
}

struct net_feature *net_train(const struct net_problem *p, struct net_layers *layers)
{
    size_t n = (size_t)p->n_features + 1;
    struct course c = {
        .net = { .problem = p,
                 .features = calloc(n, sizeof(struct net_feature)),
                 .slopes = calloc(n, sizeof(struct net_feature)),
                 .layers = layers,
                 .layer_slopes = calloc(1, sizeof(struct net_layers)),
                 .kept = calloc(longest(p) + 1, sizeof(float)) },
        .of_features = { calloc(n * PER_FEATURE, sizeof(float)),
                         calloc(n * PER_FEATURE, sizeof(float)) },
        .of_layers = { calloc(PER_LAYERS, sizeof(float)), calloc(PER_LAYERS, sizeof(float)) },
        .order = calloc((size_t)p->n_rows + 1, sizeof(uint32_t)),
        .touched = calloc(n, sizeof(uint32_t)),
        .is_touched = calloc(n, 1),
    };
    bool enough = c.net.features && c.net.slopes && c.net.layer_slopes && c.net.kept &&
                  c.of_features.first && c.of_features.second && c.of_layers.first &&
                  c.of_layers.second && c.order && c.touched && c.is_touched;

    *layers = (struct net_layers){ 0 };
    if (enough)
        train(&c);
    free(c.net.slopes);
    free(c.net.layer_slopes);
    free(c.net.kept);
    free(c.of_features.first);
    free(c.of_features.second);
    free(c.of_layers.first);
    free(c.of_layers.second);
    free(c.order);
    free(c.touched);
    free(c.is_touched);
    if (!enough)
        free(c.net.features);
    return enough ? c.net.features : NULL;
}
