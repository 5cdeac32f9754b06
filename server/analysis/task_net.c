/* task_net.c -- see task_net.h. */
#include "analysis/task_net.h"

#include <math.h>

#define VECTOR TASK_NET_VECTOR
#define IN     TASK_NET_IN
#define HIDDEN TASK_NET_HIDDEN

/* Letters of base64 (RFC 4648) for -32 to 31. */
static const int8_t weights[128] = {
    ['A'] = -32, ['B'] = -31, ['C'] = -30, ['D'] = -29, ['E'] = -28, ['F'] = -27, ['G'] = -26,
    ['H'] = -25, ['I'] = -24, ['J'] = -23, ['K'] = -22, ['L'] = -21, ['M'] = -20, ['N'] = -19,
    ['O'] = -18, ['P'] = -17, ['Q'] = -16, ['R'] = -15, ['S'] = -14, ['T'] = -13, ['U'] = -12,
    ['V'] = -11, ['W'] = -10, ['X'] = -9,  ['Y'] = -8,  ['Z'] = -7,  ['a'] = -6,  ['b'] = -5,
    ['c'] = -4,  ['d'] = -3,  ['e'] = -2,  ['f'] = -1,  ['g'] = 0,   ['h'] = 1,   ['i'] = 2,
    ['j'] = 3,   ['k'] = 4,   ['l'] = 5,   ['m'] = 6,   ['n'] = 7,   ['o'] = 8,   ['p'] = 9,
    ['q'] = 10,  ['r'] = 11,  ['s'] = 12,  ['t'] = 13,  ['u'] = 14,  ['v'] = 15,  ['w'] = 16,
    ['x'] = 17,  ['y'] = 18,  ['z'] = 19,  ['0'] = 20,  ['1'] = 21,  ['2'] = 22,  ['3'] = 23,
    ['4'] = 24,  ['5'] = 25,  ['6'] = 26,  ['7'] = 27,  ['8'] = 28,  ['9'] = 29,  ['+'] = 30,
    ['/'] = 31,
};

static float weight_of(char letter)
{
    return (float)weights[(unsigned char)letter & 127];
}

static float in_layer(int16_t weight)
{
    return (float)weight / TASK_NET_LAYER_UNITS;
}

/* What is known of a case on the way through. */
struct pass {
    float deviation[TASK_NET_PARTS];
    float in[IN], hidden[HIDDEN], scores[TASK_SCORES];
};

/* What the instruction says is one part (words, and sums of them and of the code), the place
 * the other. */
static size_t part_of(const struct task_feature *feature)
{
    return feature->space[0] == 'w' || feature->space[0] == 's' ? 0 : 1;
}

/* How much the weights of a feature count: those for labels, those of the vector. */
static void strengths(const struct task_net *m, const struct task_factors *factors,
                      const struct task_feature *feature, float out[2])
{
    float by = (float)task_strength(factors, feature) / 1048576;
    uint16_t row = feature->row[m->vocabulary.slot];

    out[0] = by * (float)m->units[row][0] / TASK_NET_UNITS;
    out[1] = by * (float)m->units[row][1] / TASK_NET_UNITS;
}

static void normalise(const struct task_net *m, size_t part, const float sum[VECTOR],
                      struct pass *p)
{
    float mean = 0, square = 0;

    for (size_t d = 0; d < VECTOR; d++)
        mean += sum[d] / VECTOR;
    for (size_t d = 0; d < VECTOR; d++)
        square += (sum[d] - mean) * (sum[d] - mean) / VECTOR;
    p->deviation[part] = sqrtf(square + 1e-5f);
    for (size_t d = 0, i = part * VECTOR; d < VECTOR; d++, i++)
        p->in[i] =
            (sum[d] - mean) / p->deviation[part] * in_layer(m->gain[i]) + in_layer(m->offset[i]);
}

static void add_up(const struct task_net *m, const struct task_features *f,
                   const struct task_factors *factors, struct pass *p)
{
    float sums[TASK_NET_PARTS][VECTOR] = { { 0 } }, by[2];

    for (size_t k = 0; k < TASK_SCORES; k++)
        p->scores[k] = in_layer(m->b2[k]);
    for (uint32_t i = 0; i < f->n; i++) {
        uint16_t row = f->at[i].row[m->vocabulary.slot];

        if (row == TASK_NO_ROW)
            continue;
        float *sum = sums[part_of(&f->at[i])];
        strengths(m, factors, &f->at[i], by);
        for (size_t k = 0; k < TASK_SCORES; k++)
            p->scores[k] += by[0] * weight_of(m->letters[row][k]);
        for (size_t d = 0; d < VECTOR; d++)
            sum[d] += by[1] * weight_of(m->letters[row][TASK_SCORES + d]);
    }
    for (size_t part = 0; part < TASK_NET_PARTS; part++)
        normalise(m, part, sums[part], p);
}

static void forwards(const struct task_net *m, const struct task_features *f,
                     const struct task_factors *factors, struct pass *p)
{
    add_up(m, f, factors, p);
    for (size_t j = 0; j < HIDDEN; j++)
        p->hidden[j] = in_layer(m->b1[j]);
    for (size_t d = 0; d < IN; d++)
        for (size_t j = 0; j < HIDDEN; j++)
            p->hidden[j] += in_layer(m->w1[d * HIDDEN + j]) * p->in[d];
    for (size_t j = 0; j < HIDDEN; j++) {
        p->hidden[j] = p->hidden[j] > 0 ? p->hidden[j] : 0;
        for (size_t k = 0; k < TASK_SCORES; k++)
            p->scores[k] += in_layer(m->w2[j * TASK_SCORES + k]) * p->hidden[j];
    }
}

uint32_t task_net_scores(const struct task_net *m, const struct task_features *f,
                         double scores[TASK_SCORES])
{
    struct task_factors factors;
    struct pass p;
    uint32_t known = task_factors_read(&m->vocabulary, f, &factors);

    forwards(m, f, &factors, &p);
    for (size_t k = 0; k < TASK_SCORES; k++)
        scores[k] = (double)p.scores[k] / m->temperature;
    return known;
}

/* What a hidden unit says for the task, less what it says for each label on average. */
static float says_for(const struct task_net *m, size_t j, enum tt_task task)
{
    const int16_t *w2 = m->w2 + j * TASK_SCORES;
    float mean = 0;

    for (size_t k = 0; k < TASK_SCORES; k++)
        mean += in_layer(w2[k]) / TASK_SCORES;
    return in_layer(w2[task]) - mean;
}

/* By how much the score of the task grows with each number of the parts' sums. */
static void slopes(const struct task_net *m, const struct pass *p, enum tt_task task,
                   float slope[IN])
{
    float hidden[HIDDEN];

    for (size_t j = 0; j < HIDDEN; j++)
        hidden[j] = p->hidden[j] > 0 ? says_for(m, j, task) : 0;
    for (size_t part = 0; part < TASK_NET_PARTS; part++) {
        float mean = 0, *of = slope + part * VECTOR;

        for (size_t d = 0, i = part * VECTOR; d < VECTOR; d++, i++) {
            of[d] = 0;
            for (size_t j = 0; j < HIDDEN; j++)
                of[d] += in_layer(m->w1[i * HIDDEN + j]) * hidden[j];
            of[d] *= in_layer(m->gain[i]) / p->deviation[part];
            mean += of[d] / VECTOR;
        }
        for (size_t d = 0; d < VECTOR; d++)
            of[d] -= mean;
    }
}

void task_net_explain(const struct task_net *m, const struct task_features *f, enum tt_task task,
                      double *said)
{
    struct task_factors factors;
    struct pass p;
    float slope[IN], by[2];

    task_factors_read(&m->vocabulary, f, &factors);
    forwards(m, f, &factors, &p);
    slopes(m, &p, task, slope);
    for (uint32_t i = 0; i < f->n; i++) {
        uint16_t row = f->at[i].row[m->vocabulary.slot];
        float along = 0;

        said[i] = 0;
        if (row == TASK_NO_ROW)
            continue;
        const float *of = slope + part_of(&f->at[i]) * VECTOR;
        strengths(m, &factors, &f->at[i], by);
        for (size_t d = 0; d < VECTOR; d++)
            along += of[d] * weight_of(m->letters[row][TASK_SCORES + d]);
        said[i] = (double)(by[0] * weight_of(m->letters[row][task]) + by[1] * along);
    }
}

const char *task_net_fault(const struct task_net *m)
{
    const char *fault = task_vocabulary_fault(&m->vocabulary);

    if (fault)
        return fault;
    if (m->n_rows != m->vocabulary.n)
        return "the rows are not as many as the features";
    if (!m->has_layers)
        return "a layer has another size";
    if (m->temperature <= 0)
        return "no temperature";
    for (size_t i = 0; i < m->n_rows; i++) {
        if (!m->units[i][0] || !m->units[i][1])
            return "a feature has no unit";
        for (size_t k = 0; k < TASK_NET_PER_FEATURE; k++) {
            char letter = m->letters[i][k];

            if (letter != 'g' && !weight_of(letter))
                return "a weight is no letter of base64";
        }
    }
    return NULL;
}
