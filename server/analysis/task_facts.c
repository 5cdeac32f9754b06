/* task_facts.c -- features of what is known of the place: its file, its language,
 * facts of the code, and what the tables of signals added up to. */
#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "analysis/task_score.h"
#include "syntax/lang.h"

#define NO_PIECE TASK_PIECES_MAX

/* What is in the file when no grammar tells what is a comment. */
static tt_str skip_comment(tt_str text)
{
    if (tt_str_starts(text, TT_STR("--")) || tt_str_starts(text, TT_STR("//")) ||
        (text.n && text.p[0] == '#')) {
        const char *lf = memchr(text.p, '\n', text.n);
        return lf ? tt_str_sub(text, (size_t)(lf - text.p), text.n) : TT_STR("");
    }
    if (tt_str_starts(text, TT_STR("/*"))) {
        const char *end = memmem(text.p, text.n, "*/", 2);
        return end ? tt_str_sub(text, (size_t)(end - text.p) + 2, text.n) : TT_STR("");
    }
    return text;
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Words of code in a language that we have no grammar for. */
static void read_words(struct task_features *f, tt_str file, struct tt_range range,
                       const char *space, const char *parts, size_t most)
{
    tt_str text = tt_str_sub(file, range.start, range.end);

    for (size_t n = 0; text.n && n < most;) {
        tt_str rest = skip_comment(text);
        if (rest.n != text.n) {
            text = rest;
            continue;
        }
        size_t end = 0;
        while (end < text.n && letter(text.p[end]))
            end++;
        if (end >= 2 && end <= 40) {
            tt_str word = tt_str_sub(text, 0, end);
            uint32_t at = (uint32_t)(word.p - file.p);
            struct tt_range where = { at, at + (uint32_t)end };
            uint16_t piece = task_piece(f, "word", word, &where);

            task_feature_add(f, space, word, TASK_VALUE_ONE, piece);
            task_feature_words(f, parts, word, piece);
            n++;
        }
        text = tt_str_sub(text, end ? end : 1, text.n);
    }
}

void task_see_plain(struct task_features *f, const struct tt_source *source, struct tt_range range)
{
    struct tt_range lines = task_lines_of(source->bytes, range), around = lines;

    for (uint32_t n = 0; around.start > 0 && n < 1500; n++)
        around.start--;
    around.end =
        around.end + 1500 < source->bytes.n ? around.end + 1500 : (uint32_t)source->bytes.n;
    read_words(f, source->bytes, lines, "r:txt", "r:in", 150);
    read_words(f, source->bytes, around, "u:txt", "u:in", 200);
}

static void see_path(struct task_features *f, tt_str path)
{
    tt_str file = tt_path_file(path);
    uint16_t piece = task_piece(f, "path", path, NULL);
    size_t from = 0;

    for (size_t i = 0; i <= path.n; i++) {
        if (i < path.n && path.p[i] != '/')
            continue;
        tt_str part = tt_str_sub(path, from, i);
        if (i == path.n) {
            task_feature_words(f, "p:file", part, piece);
        } else {
            task_feature_add(f, "p:dir", part, TASK_VALUE_ONE, piece);
            task_feature_words(f, "p:in", part, piece);
        }
        from = i + 1;
    }
    for (size_t i = file.n; i-- > 0;) {
        if (file.p[i] == '.') {
            task_feature_add(f, "p:end", tt_str_sub(file, i, file.n), TASK_VALUE_ONE,
                             task_piece(f, "language", tt_str_sub(file, i, file.n), NULL));
            break;
        }
    }
}

static void fact(struct task_features *f, bool so, const char *name)
{
    if (so)
        task_feature_add(f, "f:is", tt_str_from(name), TASK_VALUE_ONE,
                         task_piece(f, "node", tt_str_from(name), NULL));
}

static void see_facts(struct task_features *f, const struct task_code *code)
{
    fact(f, code->handler, "handler");
    fact(f, code->test, "test");
    fact(f, code->migration, "migration");
    fact(f, code->in_comment, "comment");
    fact(f, code->database, "database");
    fact(f, code->error_paths, "failures");
    fact(f, code->pages, "pages");
    fact(f, code->whole, "several items");
    fact(f, code->handler && code->database, "handler with a database");
    fact(f, code->handler && code->pages, "handler of pages");
    fact(f, code->test && code->error_paths, "test of failures");
    fact(f, code->test && !code->error_paths, "test without failures");
    task_feature_count(f, "f:routes", code->routes);
    task_feature_count(f, "f:functions", code->functions);
    task_feature_count(f, "f:nodes", code->nodes);
}

static void see_counts(struct task_features *f, const struct tt_complexity *c)
{
    task_feature_count(f, "f:resources", c->resources);
    task_feature_count(f, "f:joins", c->joins);
    task_feature_count(f, "f:ctes", c->ctes);
    task_feature_count(f, "f:windows", c->windows);
    task_feature_count(f, "f:subqueries", c->subqueries);
    task_feature_count(f, "f:branches", c->branches);
    task_feature_count(f, "f:awaits", c->awaits);
    task_feature_count(f, "f:tables", c->tables);
    if (task_sql_complexity(c) >= 0.35)
        task_feature_add(f, "f:is", TT_STR("complex sql"), TASK_VALUE_ONE, NO_PIECE);
}

void task_see_sums(struct task_features *f, const char *space, const char *first, const int *of)
{
    int best = 0;

    for (int i = 0; i < TT_TASK_COUNT; i++) {
        int sum = of[i] > 160 ? 160 : of[i];

        if (sum > 0)
            task_feature_add(f, space, tt_str_from(tt_task_id((enum tt_task)i)),
                             sum * TASK_VALUE_ONE / 100, NO_PIECE);
        if (of[i] > of[best])
            best = i;
    }
    if (of[best] > 0)
        task_feature_add(f, first, tt_str_from(tt_task_id((enum tt_task)best)), TASK_VALUE_ONE,
                         NO_PIECE);
}

void task_see_facts(struct task_features *f, const struct tt_source *source,
                    const struct task_score *score, const struct task_code *code)
{
    tt_str language = source->lang ? tt_lang_name(source->lang) : TT_STR("none");

    task_feature_add(f, "f:lang", language, TASK_VALUE_ONE,
                     task_piece(f, "language", language, NULL));
    see_path(f, source->path);
    see_facts(f, code);
    see_counts(f, &score->result->complexity);
    task_see_sums(f, "s:code", "s:first", score->of);
    task_see_sums(f, "s:here", "s:nearest", score->in_range);
}
