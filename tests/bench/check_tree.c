/* check_tree.c -- all rules over a folder, for measuring precision and speed.
 *
 *   check_tree [--rule ID]... [--all] [--quiet] FOLDER
 *
 * Prints one line a finding with its source line, then numbers a rule.  --all
 * runs the rules too that ship switched off.
 */
#include "analysis/rules.h"
#include "base/buf.h"
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "text/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define FILE_BYTES_AT_MOST ((long)4 << 20)

struct totals {
    size_t files, parsed, lines, findings, warnings, safe;
    size_t of[1024]; /* findings by rule */
};

struct run {
    struct tt_rules *rules;
    struct tt_parser *parser;
    struct totals totals;
    bool quiet;
};

static size_t count_lines(tt_str bytes)
{
    size_t n = 0;

    for (size_t i = 0; i < bytes.n; i++)
        n += bytes.p[i] == '\n';
    return n;
}

static size_t line_of(tt_str bytes, uint32_t offset, tt_str *text)
{
    size_t line = 1, from = 0, end;

    for (size_t i = 0; i < offset; i++) {
        if (bytes.p[i] == '\n') {
            line++;
            from = i + 1;
        }
    }
    for (end = from; end < bytes.n && bytes.p[end] != '\n';)
        end++;
    while (from < end && strchr(" \t", bytes.p[from]))
        from++;
    *text = tt_str_sub(bytes, from, end);
    if (text->n > 150)
        text->n = 150;
    return line;
}

static void show(struct run *run, const struct tt_source *source, const struct tt_findings *found)
{
    for (size_t i = 0; i < found->n; i++) {
        const struct tt_finding *f = &found->at[i];
        tt_str text;
        size_t line = line_of(source->bytes, f->range.start, &text);

        for (size_t r = 0; r < tt_rules_count(run->rules); r++)
            run->totals.of[r] += tt_rules_at(run->rules, r) == f->rule;
        run->totals.findings++;
        run->totals.warnings += f->severity >= TT_SEVERITY_WARNING;
        run->totals.safe += f->n_edits > 0;
        if (!run->quiet)
            printf("%.*s %s%s %.*s:%zu: %.*s\n", TT_STR_ARG(f->rule->id),
                   tt_severity_name(f->severity), f->n_edits > 0 ? "+fix" : "",
                   TT_STR_ARG(source->path), line, TT_STR_ARG(text));
    }
}

static void check(struct run *run, const char *path, tt_str bytes)
{
    struct tt_source source = { tt_lang_for_path(tt_str_from(path)), bytes, NULL,
                                tt_str_from(path) };
    struct tt_text *text = NULL;
    struct TSTree *tree = NULL;
    struct tt_arena arena;
    struct tt_findings found;

    run->totals.files++;
    run->totals.lines += count_lines(bytes);
    if (!tt_rules_wants(run->rules, source.lang, bytes, source.path) ||
        tt_text_create(bytes, &text, NULL) != 0)
        return;
    run->totals.parsed++;
    tt_arena_init(&arena);
    if (tt_parse(run->parser, source.lang, text, NULL, NULL, &tree) == 0) {
        source.tree = tree;
        if (tt_rules_exec(run->rules, &source, NULL, &arena, &found) == 0)
            show(run, &source, &found);
    }
    tt_tree_destroy(tree);
    tt_text_unref(text);
    tt_arena_release(&arena);
}

static void read_file(struct run *run, const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = -1;

    if (!file)
        return;
    if (fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    rewind(file);
    char *bytes = size > 0 && size < FILE_BYTES_AT_MOST ? malloc((size_t)size) : NULL;
    if (bytes && fread(bytes, 1, (size_t)size, file) == (size_t)size)
        check(run, path, (tt_str){ bytes, (size_t)size });
    free(bytes);
    fclose(file);
}

static void walk(struct run *run, const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        char path[4096];
        struct stat st;

        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "node_modules") == 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (lstat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            walk(run, path);
        else if (S_ISREG(st.st_mode) && tt_lang_for_path(tt_str_from(path)))
            read_file(run, path);
    }
    if (dir)
        closedir(dir);
}

static void sum_up(const struct run *run, double seconds)
{
    const struct totals *t = &run->totals;

    for (size_t i = 0; i < tt_rules_count(run->rules); i++) {
        if (t->of[i])
            printf("%6zu %.*s\n", t->of[i], TT_STR_ARG(tt_rules_at(run->rules, i)->id));
    }
    printf("%zu files, %zu parsed, %zu lines, %zu findings (%zu warnings, %zu with a safe fix), "
           "%.2f a 1000 lines, %.2f s\n",
           t->files, t->parsed, t->lines, t->findings, t->warnings, t->safe,
           t->lines ? 1000.0 * (double)t->findings / (double)t->lines : 0, seconds);
}

int main(int argc, char **argv)
{
    static tt_str only[64];
    struct tt_rules_options opt = { .only = only };
    struct tt_rule_override on = { TT_STR_INIT("*"), { 0 }, { 0 }, TT_SEVERITY_WARNING };
    struct run run = { .parser = tt_parser_create() };
    const char *folder = ".";
    struct timespec a, b;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rule") == 0 && i + 1 < argc && opt.n_only < 64)
            only[opt.n_only++] = tt_str_from(argv[++i]);
        else if (strcmp(argv[i], "--all") == 0)
            opt.settings = &on, opt.n_settings = 1;
        else if (strcmp(argv[i], "--quiet") == 0)
            run.quiet = true;
        else
            folder = argv[i];
    }
    if (!run.parser || tt_rules_create(&opt, NULL, NULL, &run.rules) != 0)
        return 2;
    clock_gettime(CLOCK_MONOTONIC, &a);
    walk(&run, folder);
    clock_gettime(CLOCK_MONOTONIC, &b);
    sum_up(&run, (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec));
    tt_rules_destroy(run.rules);
    tt_parser_destroy(run.parser);
    return 0;
}
