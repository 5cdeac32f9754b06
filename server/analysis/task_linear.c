/* task_linear.c -- see task_linear.h. */
#include "analysis/task_linear.h"

static int label_of(uint16_t cell)
{
    return cell >> 8;
}

static int weight_of(uint16_t cell)
{
    return (int8_t)(cell & 255);
}

static double to_score(const struct task_linear *m, int64_t sum)
{
    return (double)sum / 1048576 * m->unit / m->temperature;
}

uint32_t task_linear_scores(const struct task_linear *m, const struct task_features *f,
                            double scores[TASK_SCORES])
{
    struct task_factors factors;
    int64_t sums[TASK_SCORES];
    uint32_t known = task_factors_read(&m->vocabulary, f, &factors);

    for (size_t k = 0; k < TASK_SCORES; k++)
        sums[k] = (int64_t)m->bias[k] * 1048576;
    for (uint32_t i = 0; i < f->n; i++) {
        uint16_t row = f->at[i].row[m->vocabulary.slot];

        if (row == TASK_NO_ROW)
            continue;
        int64_t by = task_strength(&factors, &f->at[i]);
        for (uint32_t c = m->first[row]; c < m->first[row + 1]; c++)
            sums[label_of(m->cells[c])] += by * weight_of(m->cells[c]);
    }
    for (size_t k = 0; k < TASK_SCORES; k++)
        scores[k] = to_score(m, sums[k]);
    return known;
}

void task_linear_explain(const struct task_linear *m, const struct task_features *f,
                         enum tt_task task, double *said)
{
    struct task_factors factors;

    task_factors_read(&m->vocabulary, f, &factors);
    for (uint32_t i = 0; i < f->n; i++) {
        uint16_t row = f->at[i].row[m->vocabulary.slot];

        said[i] = 0;
        if (row == TASK_NO_ROW)
            continue;
        for (uint32_t c = m->first[row]; c < m->first[row + 1]; c++) {
            if (label_of(m->cells[c]) == (int)task)
                said[i] = (double)(task_strength(&factors, &f->at[i]) * weight_of(m->cells[c])) /
                          1048576 * m->unit;
        }
    }
}

const char *task_linear_fault(const struct task_linear *m)
{
    const char *fault = task_vocabulary_fault(&m->vocabulary);

    if (fault)
        return fault;
    if (m->n_first != m->vocabulary.n + 1 || m->first[m->vocabulary.n] != m->n_cells)
        return "the cells are not as many as said";
    if (m->n_bias != TASK_SCORES)
        return "the labels are others";
    if (m->unit <= 0 || m->temperature <= 0)
        return "no unit";
    for (size_t i = 0; i < m->vocabulary.n; i++) {
        if (m->first[i] > m->first[i + 1])
            return "the cells are not sorted";
    }
    for (size_t i = 0; i < m->n_cells; i++) {
        if (label_of(m->cells[i]) >= TASK_SCORES || !weight_of(m->cells[i]))
            return "a cell has no label";
    }
    return NULL;
}
