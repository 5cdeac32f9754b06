/* task.c -- reads what the words, the code and the path say, and lets the model decide. */
#include "trimtab/task.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/task_evidence.h"
#include "analysis/task_model.h"
#include "analysis/task_reading.h"
#include "syntax/lang.h"

#include <stdlib.h>

/* ---- how large it is ---- */

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

static uint16_t files_spoken_of(tt_str words)
{
    if (tt_str_has_nocase(words, TT_STR("all files")) ||
        tt_str_has_nocase(words, TT_STR("across")) || tt_str_has_nocase(words, TT_STR("modules")) ||
        tt_str_has_nocase(words, TT_STR("every file")))
        return 3;
    return 1;
}

/* ---- what is read ---- */

struct tt_task_reading *tt_task_reading_create(void)
{
    return calloc(1, sizeof(struct tt_task_reading));
}

void tt_task_reading_destroy(struct tt_task_reading *reading)
{
    free(reading);
}

void tt_task_reading_move(struct tt_task_reading *reading)
{
    if (reading)
        reading->filled = false;
}

void tt_task_reading_forget(struct tt_task_reading *reading)
{
    tt_task_reading_move(reading);
    if (reading)
        reading->n_imports = 0;
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

static void read_source(const struct tt_task_input *in, struct task_score *score,
                        struct task_code *facts)
{
    const struct tt_source *source = in->source;

    task_read_path(score, source, facts);
    task_read_code(score, source, in->range, facts, in->reading ? &in->reading->n_imports : NULL);
    facts->error_paths =
        facts->test &&
        mentions_failure(tt_str_sub(source->bytes, facts->test_unit.start, facts->test_unit.end));
    if (!source->tree || facts->in_comment)
        task_see_plain(score->features, source, in->range);
    task_see_facts(score->features, source, score, facts);
}

static void copy(struct task_gathered *to, const struct task_gathered *from)
{
    to->code = from->code;
    to->result = from->result;
    to->facts = from->facts;
    task_features_copy(&to->features, &from->features);
    to->code.result = &to->result;
    to->code.features = &to->features;
}

struct task_gathered *task_gather(const struct tt_task_input *in, struct task_gathered *own)
{
    struct tt_task_reading *reading = in->source ? in->reading : NULL;
    struct task_gathered *g = reading ? &reading->gathered : own;

    if (reading && reading->filled)
        return g;
    g->result = (struct tt_task_result){ 0 };
    g->code = (struct task_score){ .result = &g->result, .features = &g->features };
    g->facts = (struct task_code){ 0 };
    task_features_init(&g->features);
    if (in->source && in->source->bytes.n)
        read_source(in, &g->code, &g->facts);
    if (reading) {
        task_features_find_place(&g->features);
        reading->filled = true;
        reading->judged = false;
    }
    return g;
}

void task_judge_place(const struct tt_task_input *in, struct task_gathered *g,
                      struct task_judgement *out)
{
    struct tt_task_reading *reading = in->reading;
    bool kept = reading && g == &reading->gathered;

    if (kept && reading->judged) {
        *out = reading->judgement;
        return;
    }
    task_judge(&g->features, false, NULL, out);
    if (!kept)
        return;
    reading->judgement = *out;
    reading->judged = true;
}

static tt_str language_of(const struct tt_task_input *in)
{
    return in->source && in->source->lang ? tt_lang_name(in->source->lang) : TT_STR("");
}

/* Adds the instruction to the features of the code. */
static void read_instruction(const struct tt_task_input *in, struct task_features *f,
                             struct task_score *words)
{
    task_see_words(f, in->instruction);
    words->features = f;
    task_read_words(words, in->instruction, language_of(in));
    task_see_sums(f, "s:words", "s:wanted", words->of);
}

void task_features_of(const struct tt_task_input *in, struct task_features *f)
{
    struct tt_task_result result = { 0 };
    struct task_score words = { .result = &result };
    struct task_gathered own;

    task_features_copy(f, &task_gather(in, &own)->features);
    if (in->instruction.n)
        read_instruction(in, f, &words);
}

/* What others say at the place is a hint: nothing was learned of it. */
static void read_diagnostics(const struct tt_task_input *in, struct task_score *hints)
{
    for (size_t i = 0; i < in->n_diagnostics && i < 8; i++) {
        struct tt_task_result scratch = { 0 };
        struct task_score one = { .result = &scratch };

        task_read_words(&one, in->diagnostics[i], language_of(in));
        for (int k = 0; k < TT_TASK_COUNT; k++) {
            if (one.of[k] > 0)
                task_add(hints, (enum tt_task)k, one.of[k], "diagnostic", in->diagnostics[i], NULL);
        }
    }
}

static enum tt_task task_of_action(tt_str action)
{
    const struct tt_task_action *known = action.n ? tt_task_action_find(action) : NULL;
    enum tt_task task = known ? known->task : tt_task_from_id(action);

    return task == TT_TASK_OTHER ? TT_TASK_COUNT : task;
}

static void decide(const struct tt_task_input *in, const struct task_judgement *judged,
                   struct tt_task_result *out)
{
    enum tt_task named = task_of_action(in->action);

    if (named != TT_TASK_COUNT) { /* the user's choice, not a guess */
        out->task = named;
        out->second = judged->first == named ? judged->second : judged->first;
        out->confidence = 1;
        *task_evidence_slot(out, 400) =
            (struct tt_evidence){ "action", in->action, false, { 0, 0 }, named, 400 };
    } else if (judged->known) {
        out->task = judged->first;
        out->second = judged->second;
        out->confidence = judged->p[judged->first];
    }
}

static void measure(const struct tt_task_input *in, const struct task_gathered *g,
                    const struct tt_complexity *words, struct tt_task_result *out)
{
    out->complexity = g->result.complexity;
    out->complexity.files = files_spoken_of(in->instruction);
    if (words->resources > out->complexity.resources)
        out->complexity.resources = words->resources;
    out->complexity.value = complexity_of(out->task, &out->complexity, &g->facts);
}

void tt_task_classify(const struct tt_task_input *in, struct tt_task_result *out)
{
    struct tt_task_result word_result = { 0 }, hint_result = { 0 };
    struct task_score words = { .result = &word_result }, hints = { .result = &hint_result };
    struct task_judgement judged;
    struct task_gathered own, *g;
    bool asked = in->instruction.n > 0;

    *out = (struct tt_task_result){ 0 };
    g = task_gather(in, &own);
    if (asked) {
        if (g != &own)
            copy(&own, g);
        g = &own;
        read_instruction(in, &g->features, &words);
    }
    read_diagnostics(in, &hints);
    if (asked || in->n_diagnostics) {
        task_judge(&g->features, asked, hints.of, &judged);
    } else {
        task_judge_place(in, g, &judged);
        task_judgement_level(&judged);
    }
    decide(in, &judged, out);
    if (!in->no_evidence && (judged.known || out->n_evidence))
        task_show_evidence(out, asked && judged.vague < 0.5, g, &word_result, &hint_result);
    measure(in, g, &word_result.complexity, out);
}
