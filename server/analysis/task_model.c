/* task_model.c -- see task_model.h.
 *
 * A feature counts its value, times what its group counts ("r": in the range), and a
 * group with many features counts less for each of them: a long function says no more
 * than a short one.
 */
#include "analysis/task_model.h"

#include <math.h>

struct task_group {
    char letter;
    int counts; /* in 256ths */
    bool many;  /* the more there are, the less counts each */
};

#include "analysis/task_weights.def"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define VAGUE    TASK_LABELS /* the instruction names no task: the place decides */
#define LABELS   (TASK_LABELS + 1)
#define NO_ROW   UINT16_MAX /* the model has no such feature, or does not read its group */

struct model {
    const uint32_t *features; /* hashes, sorted */
    const uint32_t *first;    /* n + 1: where the cells of each begin */
    const uint16_t *cells;
    const int32_t *bias;
    const struct task_group *groups;
    size_t n, n_first, n_cells, n_bias, n_groups;
    double unit, temperature;
};

#define MODEL(name, NAME)                                                                          \
    {                                                                                              \
        name##_features, name##_first, name##_cells, name##_bias, name##_groups,                   \
            COUNT(name##_features), COUNT(name##_first), COUNT(name##_cells), COUNT(name##_bias),  \
            COUNT(name##_groups), NAME##_UNIT, NAME##_TEMPERATURE                                  \
    }

static const struct model models[] = { MODEL(place, PLACE), MODEL(asked, ASKED) };

/* What one feature of a group counts, in 65536ths of its value. */
struct factors {
    int32_t of[128]; /* by letter; 0: the group is not read */
};

static bool reads_group(const struct model *m, char letter)
{
    for (size_t i = 0; i < m->n_groups; i++) {
        if (m->groups[i].letter == letter)
            return true;
    }
    return false;
}

/* Each step is the same whatever it finds: nothing for the processor to guess. */
static uint16_t find(const struct model *m, uint32_t hash)
{
    const uint32_t *at = m->features;

    for (size_t left = m->n; left > 1;) {
        size_t half = left / 2;

        at += at[half] <= hash ? half : 0;
        left -= half;
    }
    return *at == hash ? (uint16_t)(at - m->features) : NO_ROW;
}

void task_features_find(struct task_features *f)
{
    for (size_t k = 0; k < COUNT(models); k++) {
        bool reads[128];

        for (size_t letter = 0; letter < COUNT(reads); letter++)
            reads[letter] = reads_group(&models[k], (char)letter);
        for (uint32_t i = f->n_found; i < f->n; i++)
            f->at[i].row[k] = reads[(unsigned char)f->at[i].space[0] & 127]
                                  ? find(&models[k], f->at[i].hash)
                                  : NO_ROW;
    }
    f->n_found = f->n;
}

/* Returns how many features the model knows. */
static uint32_t read_factors(const struct model *m, const struct task_features *f,
                             struct factors *out)
{
    uint32_t sizes[128] = { 0 }, known = 0;

    for (uint32_t i = 0; i < f->n; i++) {
        if (f->at[i].row[m - models] == NO_ROW)
            continue;
        sizes[(unsigned char)f->at[i].space[0] & 127]++;
        known++;
    }
    *out = (struct factors){ { 0 } };
    for (size_t i = 0; i < m->n_groups; i++) {
        const struct task_group *g = &m->groups[i];
        uint32_t size = sizes[(unsigned char)g->letter & 127];

        size = size < COUNT(shrinks) ? size : (uint32_t)COUNT(shrinks) - 1;
        out->of[(unsigned char)g->letter & 127] = g->counts * (g->many ? shrinks[size] : 256);
    }
    return known;
}

/* By how much its weights count, in 2^20ths. */
static int64_t strength(const struct factors *factors, const struct task_feature *feature)
{
    return (int64_t)factors->of[(unsigned char)feature->space[0] & 127] * feature->value;
}

static int weight_of(uint16_t cell)
{
    return (int8_t)(cell & 255);
}

/* Probabilities from sums. */
static void soften(const struct model *m, const int64_t sums[LABELS], double p[LABELS])
{
    double most = -INFINITY, total = 0;

    for (size_t k = 0; k < LABELS; k++) {
        p[k] = (double)sums[k] / 1048576 * m->unit / m->temperature;
        most = p[k] > most ? p[k] : most;
    }
    for (size_t k = 0; k < LABELS; k++)
        total += p[k] = exp(p[k] - most);
    for (size_t k = 0; k < LABELS; k++)
        p[k] /= total;
}

/* Returns how many features the model knows. */
static uint32_t probabilities(const struct model *m, const struct task_features *f,
                              double p[LABELS])
{
    struct factors factors;
    int64_t sums[LABELS];
    uint32_t known = read_factors(m, f, &factors);

    for (size_t k = 0; k < LABELS; k++)
        sums[k] = (int64_t)m->bias[k] * 1048576;
    for (uint32_t i = 0; i < f->n; i++) {
        uint16_t row = f->at[i].row[m - models];

        if (row == NO_ROW)
            continue;
        int64_t by = strength(&factors, &f->at[i]);
        for (uint32_t c = m->first[row]; c < m->first[row + 1]; c++)
            sums[m->cells[c] >> 8] += by * weight_of(m->cells[c]);
    }
    soften(m, sums, p);
    return known;
}

/* A hint of 100 makes a task e times as likely. */
static void take_hints(double p[LABELS], const int *hints)
{
    double total = 0;

    for (size_t k = 0; k < TASK_LABELS; k++)
        total += p[k] *= exp((hints[k] < 300 ? hints[k] : 300) / 100.0);
    for (size_t k = 0; k < TASK_LABELS; k++)
        p[k] /= total;
}

void task_judgement_level(struct task_judgement *judged)
{
    double total = 0;

    for (size_t k = 0; k < TASK_LABELS; k++)
        total += judged->p[k];
    for (size_t k = 0; k < TASK_LABELS; k++)
        judged->p[k] /= total;
}

void task_judge(struct task_features *f, bool asked, const int *hints, struct task_judgement *out)
{
    double p[LABELS] = { 0 }, place[LABELS];

    task_features_find(f);
    out->known = probabilities(&models[0], f, place);
    out->vague = 1;
    if (asked) {
        out->known += probabilities(&models[1], f, p);
        out->vague = p[VAGUE];
    }
    for (size_t k = 0; k < TASK_LABELS; k++)
        p[k] += out->vague * place[k];
    if (hints)
        take_hints(p, hints);
    out->first = out->second = TT_TASK_OTHER;
    for (size_t k = 0; k < TASK_LABELS; k++) {
        out->p[k] = p[k];
        if (p[k] > p[out->first])
            out->first = (enum tt_task)k;
    }
    for (size_t k = 0; k < TASK_LABELS; k++) {
        if (k != out->first && (out->second == out->first || p[k] > p[out->second]))
            out->second = (enum tt_task)k;
    }
}

/* Which task's sum the feature is; TT_TASK_COUNT when it is none. */
static enum tt_task sum_of(const struct task_feature *feature)
{
    for (int k = 0; feature->space[0] == 's' && k < TT_TASK_COUNT; k++) {
        tt_str id = tt_str_from(tt_task_id((enum tt_task)k));

        if (task_feature_hash(feature->space, id, TT_STR("")) == feature->hash)
            return (enum tt_task)k;
    }
    return TT_TASK_COUNT;
}

void task_explain(struct task_features *f, bool asked, enum tt_task task, int *pieces,
                  struct task_sums *sums)
{
    const struct model *m = &models[asked];
    struct factors factors;

    memset(pieces, 0, TASK_PIECES_MAX * sizeof(*pieces));
    *sums = (struct task_sums){ { 0 }, { 0 } };
    task_features_find(f);
    read_factors(m, f, &factors);
    for (uint32_t i = 0; i < f->n; i++) {
        uint16_t row = f->at[i].row[asked];

        if (row == NO_ROW)
            continue;
        for (uint32_t c = m->first[row]; c < m->first[row + 1]; c++) {
            if (m->cells[c] >> 8 != (int)task)
                continue;
            double said = (double)(strength(&factors, &f->at[i]) * weight_of(m->cells[c])) /
                          1048576 * m->unit * 100;
            enum tt_task sum = sum_of(&f->at[i]);

            if (sum != TT_TASK_COUNT)
                (f->at[i].space[2] == 'w' ? sums->words : sums->code)[sum] += (int)said;
            else if (f->at[i].piece < f->n_pieces)
                pieces[f->at[i].piece] += (int)said;
        }
    }
}

static const char *fault_of(const struct model *m)
{
    if (m->n_first != m->n + 1 || m->first[m->n] != m->n_cells)
        return "the cells are not as many as said";
    if (m->n_bias != LABELS)
        return "the labels are others";
    if (!m->n || m->n >= NO_ROW)
        return "there are too many features, or none";
    if (m->unit <= 0 || m->temperature <= 0)
        return "no unit";
    for (size_t i = 0; i < m->n; i++) {
        if ((i && m->features[i - 1] >= m->features[i]) || m->first[i] > m->first[i + 1])
            return "the features are not sorted";
    }
    for (size_t i = 0; i < m->n_cells; i++) {
        if (m->cells[i] >> 8 >= LABELS || !weight_of(m->cells[i]))
            return "a cell has no label";
    }
    for (size_t i = 0; i < m->n_groups; i++) {
        if (m->groups[i].counts <= 0 || (unsigned char)m->groups[i].letter > 127)
            return "a group counts nothing";
    }
    return NULL;
}

const char *task_model_fault(void)
{
    const char *fault = fault_of(&models[0]);

    return fault ? fault : fault_of(&models[1]);
}
