/* tasks.c -- labelled cases (tests/data/tasks/README.md), one JSON object a line from
 * stdin, and what classification makes of each, one line each.
 *
 *   bench_tasks features   what the model reads: {"id", "asked", "features": [[hash,
 *                          value, space, text], ...]}
 *   bench_tasks classify   {"id", "task", "second", "confidence"}
 *   bench_tasks fit        weights for a problem of numbers (tests/lib/fit.h)
 *   bench_tasks net        features, then layers of a network (tests/lib/net.h)
 *   bench_tasks time       how long a question takes at the cursor, in microseconds
 */
#include "analysis/source.h"
#include "analysis/task_score.h"
#include "fit.h"
#include "net.h"
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "text/text.h"
#include "trimtab/task.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct one {
    cJSON *json;
    struct tt_text *text;
    struct TSTree *tree;
    struct tt_source source;
    struct tt_task_input in;
};

static tt_str text_of(const cJSON *object, const char *name)
{
    return tt_str_from(cJSON_GetStringValue(cJSON_GetObjectItem(object, name)));
}

static uint32_t number_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(object, name);

    return cJSON_IsNumber(item) && item->valueint > 0 ? (uint32_t)item->valueint : 1;
}

/* The bytes from the first line to the last one, without the end of that; from 1. */
static struct tt_range lines_to_bytes(tt_str text, uint32_t first, uint32_t last)
{
    struct tt_range range = { 0, 0 };
    uint32_t line = 1, i = 0;

    for (; i < text.n && line < first; i++)
        line += text.p[i] == '\n';
    range.start = i;
    for (; i < text.n && (line < last || text.p[i] != '\n'); i++)
        line += text.p[i] == '\n';
    range.end = i;
    return range;
}

static bool open_case(struct tt_parser *parser, const char *line, struct one *one)
{
    *one = (struct one){ .json = cJSON_Parse(line) };
    tt_str code = text_of(one->json, "code");
    const cJSON *range = cJSON_GetObjectItem(one->json, "range");

    if (!one->json || tt_text_create(code, &one->text, NULL))
        return false;
    one->source = (struct tt_source){ .bytes = code, .path = text_of(one->json, "path") };
    one->source.lang = tt_lang_for_path(one->source.path);
    if (one->source.lang && tt_parse(parser, one->source.lang, one->text, NULL, NULL, &one->tree))
        return false;
    one->source.tree = one->tree;
    one->in = (struct tt_task_input){
        .source = &one->source,
        .range = lines_to_bytes(code, number_of(range, "start_line"), number_of(range, "end_line")),
        .instruction = text_of(one->json, "instruction"),
    };
    return true;
}

static void close_case(struct one *one)
{
    tt_tree_destroy(one->tree);
    tt_text_unref(one->text);
    cJSON_Delete(one->json);
}

static void put_string(tt_str text)
{
    putchar('"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < ' ')
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void put_features(const struct one *one)
{
    static struct task_features f;

    task_features_of(&one->in, &f);
    printf("{\"id\":");
    put_string(text_of(one->json, "id"));
    printf(",\"asked\":%s,\"features\":[", one->in.instruction.n ? "true" : "false");
    for (uint32_t i = 0; i < f.n; i++) {
        const struct task_feature *one_of = &f.at[i];

        printf("%s[%u,%d,\"%s\",", i ? "," : "", one_of->hash, one_of->value, one_of->space);
        put_string(one_of->piece < f.n_pieces ? f.pieces[one_of->piece].text : TT_STR(""));
        putchar(']');
    }
    printf("]}\n");
}

static void put_task(const struct one *one)
{
    struct tt_task_result result;

    tt_task_classify(&one->in, &result);
    printf("{\"id\":");
    put_string(text_of(one->json, "id"));
    printf(",\"task\":\"%s\",\"second\":\"%s\",\"confidence\":%.4f}\n", tt_task_id(result.task),
           tt_task_id(result.second), result.confidence);
}

static void put_time(const struct one *one)
{
    struct timespec from, to;
    struct tt_task_result result;
    double best = 1e9;

    for (int i = 0; i < 5; i++) {
        clock_gettime(CLOCK_MONOTONIC, &from);
        tt_task_classify(&one->in, &result);
        clock_gettime(CLOCK_MONOTONIC, &to);
        double us =
            (double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3;
        best = us < best ? us : best;
    }
    printf("%.1f\n", best);
}

static int put_weights(void)
{
    struct fit fit;
    float *weights = fit_read(stdin, &fit) ? fit_weights(&fit) : NULL;
    size_t n = ((size_t)fit.n_features + 1) * FIT_LABELS;
    bool done = weights && fwrite(weights, sizeof(*weights), n, stdout) == n;

    free(weights);
    fit_release(&fit);
    return done ? 0 : 1;
}

static int put_net(void)
{
    static struct net_layers layers;
    struct net_problem problem;
    struct net_feature *features = net_read(stdin, &problem) ? net_train(&problem, &layers) : NULL;
    bool done =
        features &&
        fwrite(features, sizeof(*features), problem.n_features, stdout) == problem.n_features &&
        fwrite(&layers, sizeof(layers), 1, stdout) == 1;

    free(features);
    net_release(&problem);
    return done ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "fit") == 0)
        return put_weights();
    if (argc > 1 && strcmp(argv[1], "net") == 0)
        return put_net();
    struct tt_parser *parser = tt_parser_create();
    const char *what = argc > 1 ? argv[1] : "classify";
    void (*put)(const struct one *) = strcmp(what, "features") == 0 ? put_features
                                      : strcmp(what, "time") == 0   ? put_time
                                                                    : put_task;
    char *line = NULL;
    size_t cap = 0, n = 0;

    while (getline(&line, &cap, stdin) > 0) {
        struct one one;

        n++;
        if (!open_case(parser, line, &one)) {
            fprintf(stderr, "line %zu cannot be read\n", n);
            return 1;
        }
        put(&one);
        close_case(&one);
    }
    free(line);
    tt_parser_destroy(parser);
    return 0;
}
