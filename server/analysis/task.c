/* task.c -- weighs what the words, the code and the path say, and decides. */
#include "trimtab/task.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/task_score.h"
#include "syntax/lang.h"

#include <stdlib.h>

#define LOW_END 0.35

/* ---- evidence ---- */

static bool same_evidence(const struct tt_evidence *e, enum tt_task task, const char *kind,
                          tt_str text)
{
    return e->task == task && strcmp(e->kind, kind) == 0 && tt_str_eq(e->text, text);
}

/* The quietest piece makes room for a louder one. */
static struct tt_evidence *evidence_slot(struct tt_task_result *r, int weight)
{
    size_t quietest = 0;

    if (r->n_evidence < TT_EVIDENCE_MAX)
        return &r->evidence[r->n_evidence++];
    for (size_t i = 1; i < r->n_evidence; i++) {
        if (r->evidence[i].weight < r->evidence[quietest].weight)
            quietest = i;
    }
    return r->evidence[quietest].weight < weight ? &r->evidence[quietest] : NULL;
}

void task_add(struct task_score *score, enum tt_task task, int weight, const char *kind,
              tt_str text, const struct tt_range *range)
{
    struct tt_task_result *r = score->result;

    if (weight <= 0)
        return;
    for (size_t i = 0; i < r->n_evidence; i++) {
        if (same_evidence(&r->evidence[i], task, kind, text)) {
            /* Once more the same: it does not say more, unless it is nearer. */
            if (weight > r->evidence[i].weight) {
                score->of[task] += weight - r->evidence[i].weight;
                r->evidence[i].weight = weight;
            }
            return;
        }
    }
    score->of[task] += weight;
    struct tt_evidence *slot = evidence_slot(r, weight);
    if (!slot)
        return;
    *slot = (struct tt_evidence){ kind, text, range != NULL, { 0 }, task, weight };
    if (range)
        slot->range = *range;
}

static int by_weight(const void *a, const void *b)
{
    const struct tt_evidence *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    if (x->task != y->task)
        return x->task < y->task ? -1 : 1;
    return (x->range.start > y->range.start) - (x->range.start < y->range.start);
}

/* ---- rows that have a low end ---- */

static double clamp(double value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

/* How large the piece of work is, by what the task's row scales with. */
static double complexity_of(enum tt_task task, const struct tt_complexity *c,
                            const struct task_code *code)
{
    switch (task) {
    case TT_TASK_REST_1:
    case TT_TASK_REST_2:
    case TT_TASK_REST_3:
    case TT_TASK_REST_5:
        return clamp((c->resources > 1 ? 0.16 + 0.2 * (c->resources - 1) : 0) +
                     0.04 * code->routes + 0.15 * (c->files - 1));
    case TT_TASK_DB_2:
    case TT_TASK_DB_3:
        return task_sql_complexity(c);
    case TT_TASK_DB_1:
    case TT_TASK_DB_6:
        return clamp(0.15 * c->tables + 0.1 * c->files);
    case TT_TASK_ASYNC_1:
    case TT_TASK_ASYNC_2:
        return clamp(0.08 * c->awaits + 0.04 * c->branches);
    default:
        return clamp(0.06 * c->branches + 0.03 * c->awaits + 0.05 * code->functions +
                     0.15 * (c->files - 1) + 0.1 * c->joins);
    }
}

/* What a row becomes at its other end. */
static void settle_pairs(struct task_score *score, const struct task_code *code, bool words)
{
    struct tt_complexity *c = &score->result->complexity;
    int *of = score->of;

    /* The low end collects what speaks for either; the high end must be earned. */
    if (of[TT_TASK_DB_3] > 0 && task_sql_complexity(c) >= LOW_END) {
        of[TT_TASK_DB_2] += of[TT_TASK_DB_3];
        of[TT_TASK_DB_3] = 0;
    } else if (of[TT_TASK_DB_2] > 0 && of[TT_TASK_DB_3] > 0) {
        of[TT_TASK_DB_2] += of[TT_TASK_DB_3] / 2;
    }
    bool many = complexity_of(TT_TASK_REST_1, c, code) >= LOW_END;
    if (of[TT_TASK_REST_5] > 0 && (many || (words && of[TT_TASK_REST_1] > 40))) {
        of[TT_TASK_REST_1] += of[TT_TASK_REST_5];
        of[TT_TASK_REST_5] = 0;
    }
    if (of[TT_TASK_ASYNC_2] > 0) {
        of[TT_TASK_ASYNC_2] += of[TT_TASK_ASYNC_1] / 2;
    }
    if (of[TT_TASK_TEST_1] > 0 && of[TT_TASK_TEST_2] > 0 &&
        of[TT_TASK_TEST_1] + 75 >= of[TT_TASK_TEST_2]) {
        of[TT_TASK_TEST_1] += of[TT_TASK_TEST_2];
        of[TT_TASK_TEST_2] = 0;
    }
    if (of[TT_TASK_DB_5] >= 40) {
        of[TT_TASK_DB_5] += of[TT_TASK_DB_4];
    }
}

/* ---- what code and words together mean ---- */

/* A long handler that reads the request, asks the database and decides: what it
 * shows first is that it does everything at once. */
static void mixed_concerns(struct task_score *score, const struct task_code *code)
{
    static const enum tt_task parts[] = { TT_TASK_REST_5, TT_TASK_DB_2,  TT_TASK_DB_3,
                                          TT_TASK_DB_4,   TT_TASK_ERR_2, TT_TASK_ASYNC_1,
                                          TT_TASK_ASYNC_2 };
    int most = 0;

    if (!code->handler || code->nodes < 280 || score->result->complexity.branches < 5 ||
        (!code->database && score->of[TT_TASK_DB_4] < 20))
        return;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        most = score->of[parts[i]] > most ? score->of[parts[i]] : most;
    task_add(score, TT_TASK_REF_1, most + 20, "node", TT_STR("one handler with several concerns"),
             NULL);
}

/* Without an instruction the code alone decides, and some kinds of code are
 * stronger than what they are about. */
static void settle_code(struct task_score *score, const struct task_code *code)
{
    int *of = score->of;

    if (code->in_comment) {
        memset(of, 0, sizeof(score->of));
        return;
    }
    /* What a handler asks of the database is a part of what it is. */
    if (code->handler && of[TT_TASK_REST_2] >= 30)
        of[TT_TASK_DB_3] /= 2;
    if (code->test && code->error_paths)
        of[TT_TASK_TEST_1] += 60;
    /* Pagination and status codes are what this handler is about. */
    if (of[TT_TASK_REST_2] >= 36 && of[TT_TASK_REST_5] > 0)
        of[TT_TASK_REST_2] += of[TT_TASK_REST_5];
    if (of[TT_TASK_REST_3] >= 34 && of[TT_TASK_REST_5] > 0)
        of[TT_TASK_REST_3] += of[TT_TASK_REST_5];
    mixed_concerns(score, code);
    if (of[TT_TASK_ERR_2] > 0 && of[TT_TASK_REST_5] > 0 && of[TT_TASK_ERR_2] < 40)
        of[TT_TASK_ERR_2] /= 2;
}

/* "Write tests for the retry helper" is about tests: what is to be done counts more
 * than what it is done to. */
static void intents_first(struct task_score *words)
{
    static const enum tt_task topics[] = {
        TT_TASK_ERR_1,  TT_TASK_ERR_2,  TT_TASK_AUTH_1, TT_TASK_AUTH_2,  TT_TASK_AUTH_3,
        TT_TASK_DB_1,   TT_TASK_DB_2,   TT_TASK_DB_3,   TT_TASK_DB_4,    TT_TASK_DB_5,
        TT_TASK_REST_1, TT_TASK_REST_2, TT_TASK_REST_5, TT_TASK_ASYNC_1, TT_TASK_ASYNC_2,
        TT_TASK_FEAT_1, TT_TASK_OTHER,
    };
    const int *of = words->of;

    if (of[TT_TASK_TEST_2] < 110 && of[TT_TASK_DOC_1] < 100 && of[TT_TASK_REST_3] < 130)
        return;
    for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
        words->of[topics[i]] /= 2;
}

/* With an instruction the code only says which of the things asked for is meant. */
static void join_scores(struct task_score *words, const struct task_score *code,
                        const struct task_code *facts)
{
    for (int i = 0; i < TT_TASK_COUNT; i++) {
        int add = code->of[i] > 120 ? 120 : code->of[i];

        if (words->of[i] > 0)
            words->of[i] += add / 3;
    }
    /* What is no backend code stays that, whatever topic the words touch. */
    if (code->of[TT_TASK_OTHER] >= 60)
        words->of[TT_TASK_OTHER] += code->of[TT_TASK_OTHER] + 20;
    /* "Document this": of an API when it is one. */
    if (words->of[TT_TASK_DOC_1] > 0 && words->of[TT_TASK_DOC_1] < 120 && facts->handler)
        words->of[TT_TASK_REST_3] += words->of[TT_TASK_DOC_1] + 20;
}

static bool mentions_failure(tt_str text)
{
    static const char *const marks[] = { "raises(",      "toThrow",  "rejects",   "assertThrows",
                                         "assertRaises", "rejected", "invalid",   "Invalid",
                                         "error",        "Error",    "Exception", "fails",
                                         "400",          "401",      "403",       "404",
                                         "409",          "422",      "500",       "empty",
                                         "expired",      "missing",  "boundary",  "negative",
                                         "wantErr",      "timeout",  "null",      "unauthorized" };
    size_t n = 0;

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        n += tt_str_has(text, tt_str_from(marks[i]));
    return n > 0;
}

static void pick(const struct task_score *score, struct tt_task_result *out)
{
    int best = 0, second = 0;

    for (int i = 0; i < TT_TASK_COUNT; i++) {
        if (score->of[i] > best) {
            second = best;
            out->second = out->task;
            best = score->of[i];
            out->task = (enum tt_task)i;
        } else if (score->of[i] > second) {
            second = score->of[i];
            out->second = (enum tt_task)i;
        }
    }
    out->confidence = best > 0 ? (double)best / (best + second + 25) : 0;
}

static void read_action(struct task_score *score, tt_str action)
{
    const struct tt_task_action *known = action.n ? tt_task_action_find(action) : NULL;
    enum tt_task task = known ? known->task : tt_task_from_id(action);

    if (task != TT_TASK_COUNT && task != TT_TASK_OTHER)
        task_add(score, task, 400, "action", action, NULL);
}

static void read_diagnostics(struct task_score *score, const struct tt_task_input *in,
                             tt_str language)
{
    for (size_t i = 0; i < in->n_diagnostics && i < 8; i++) {
        struct tt_task_result scratch = { 0 };
        struct task_score one = { .result = &scratch };

        task_read_words(&one, in->diagnostics[i], language);
        for (int k = 0; k < TT_TASK_COUNT; k++) {
            if (one.of[k] > 0)
                task_add(score, (enum tt_task)k, one.of[k] / 4, "diagnostic", in->diagnostics[i],
                         NULL);
        }
    }
}

static uint16_t files_spoken_of(tt_str words)
{
    if (tt_str_has_nocase(words, TT_STR("all files")) ||
        tt_str_has_nocase(words, TT_STR("across")) || tt_str_has_nocase(words, TT_STR("modules")) ||
        tt_str_has_nocase(words, TT_STR("every file")))
        return 3;
    return 1;
}

struct tt_task_reading {
    bool filled;
    struct task_score score;
    struct tt_task_result result; /* score.result points here only while it is read */
    struct task_code facts;
};

struct tt_task_reading *tt_task_reading_create(void)
{
    return calloc(1, sizeof(struct tt_task_reading));
}

void tt_task_reading_destroy(struct tt_task_reading *reading)
{
    free(reading);
}

void tt_task_reading_forget(struct tt_task_reading *reading)
{
    if (reading)
        reading->filled = false;
}

static void read_source(const struct tt_task_input *in, struct task_score *score,
                        struct task_code *facts)
{
    task_read_path(score, in->source, facts);
    task_read_code(score, in->source, in->range, facts);
    facts->error_paths =
        facts->test && mentions_failure(tt_str_sub(in->source->bytes, facts->test_unit.start,
                                                   facts->test_unit.end));
}

/* `score` and its result are fresh. */
static void gather(const struct tt_task_input *in, struct task_score *score,
                   struct task_code *facts, tt_str language)
{
    struct tt_task_reading *reading = in->reading;
    struct tt_task_result *result = score->result;

    if (!in->source)
        return;
    if (reading && reading->filled) {
        *score = reading->score;
        *result = reading->result;
        *facts = reading->facts;
        score->result = result;
    } else {
        read_source(in, score, facts);
    }
    if (reading && !reading->filled) {
        reading->score = *score;
        reading->result = *result;
        reading->facts = *facts;
        reading->filled = true;
    }
    read_diagnostics(score, in, language);
}

/* The evidence of the words stands before that of the code. */
static void merge_evidence(struct tt_task_result *out, const struct tt_task_result *code,
                           const struct task_score *words)
{
    for (size_t i = 0; i < code->n_evidence; i++) {
        struct tt_evidence e = code->evidence[i];

        if (words && words->of[e.task] <= 0)
            continue;
        if (words)
            e.weight /= 3;
        struct tt_evidence *slot = evidence_slot(out, e.weight);
        if (slot)
            *slot = e;
    }
}

void tt_task_classify(const struct tt_task_input *in, struct tt_task_result *out)
{
    struct tt_task_result code_result = { 0 };
    struct task_score code = { .result = &code_result }, words = { .result = out };
    struct task_code facts = { 0 };
    tt_str language = in->source && in->source->lang ? tt_lang_name(in->source->lang) : TT_STR("");

    *out = (struct tt_task_result){ 0 };
    gather(in, &code, &facts, language);
    code_result.complexity.files = files_spoken_of(in->instruction);
    read_action(&words, in->action);
    bool asked = task_read_words(&words, in->instruction, language) || words.of[0] != 0 ||
                 out->n_evidence > 0;
    uint16_t resources = out->complexity.resources;
    out->complexity = code_result.complexity;
    if (resources > out->complexity.resources)
        out->complexity.resources = resources;
    if (asked) {
        intents_first(&words);
        join_scores(&words, &code, &facts);
        merge_evidence(out, &code_result, &words);
    } else {
        settle_code(&code, &facts);
        memcpy(words.of, code.of, sizeof(words.of));
        merge_evidence(out, &code_result, NULL);
    }
    settle_pairs(&words, &facts, asked);
    pick(&words, out);
    out->complexity.value = complexity_of(out->task, &out->complexity, &facts);
    qsort(out->evidence, out->n_evidence, sizeof(out->evidence[0]), by_weight);
}

/* ---- actions at a place ---- */

static const struct tt_task_action *action_for(enum tt_task task)
{
    static const struct {
        enum tt_task from, to;
    } same[] = {
        { TT_TASK_DB_3, TT_TASK_DB_2 },       { TT_TASK_DB_5, TT_TASK_DB_4 },
        { TT_TASK_REST_1, TT_TASK_REST_2 },   { TT_TASK_REST_5, TT_TASK_REST_2 },
        { TT_TASK_ASYNC_1, TT_TASK_ASYNC_2 }, { TT_TASK_TEST_2, TT_TASK_TEST_1 },
    };

    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        if (same[i].from == task)
            task = same[i].to;
    }
    return tt_task_action_find(tt_str_from(tt_task_id(task)));
}

static void offer(enum tt_task task, const struct tt_task_action **out, size_t *n, size_t max)
{
    const struct tt_task_action *action = action_for(task);

    for (size_t i = 0; i < *n; i++) {
        if (out[i] == action)
            return;
    }
    if (action && *n < max)
        out[(*n)++] = action;
}

size_t tt_task_actions(const struct tt_source *source, struct tt_range range,
                       struct tt_task_reading *reading, const struct tt_task_action **out,
                       size_t max)
{
    struct tt_task_input in = { .source = source, .range = range, .reading = reading };
    struct tt_task_result result = { 0 };
    struct task_score score = { .result = &result };
    struct task_code facts = { 0 };
    tt_str language = source->lang ? tt_lang_name(source->lang) : TT_STR("");
    size_t n = 0;

    gather(&in, &score, &facts, language);
    settle_code(&score, &facts);
    settle_pairs(&score, &facts, false);
    for (;;) {
        int best = 0;

        for (int i = 1; i < TT_TASK_COUNT; i++) {
            if (score.of[i] > score.of[best])
                best = i;
        }
        if (best == 0 || score.of[best] < 20)
            break;
        offer((enum tt_task)best, out, &n, max);
        score.of[best] = 0;
    }
    if (source->lang && !facts.test)
        offer(facts.handler ? TT_TASK_REST_3 : TT_TASK_DOC_1, out, &n, max);
    if (source->lang && facts.functions > 0 && !facts.test)
        offer(TT_TASK_TEST_1, out, &n, max);
    return n;
}
