/* scan.c -- see scan.h.
 *
 * As many threads as processors take one file after the other.  Each has its own
 * parser; the rules are shared, which they allow.
 */
#include "app/scan.h"

#include "app/files.h"
#include "app/out.h"
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "trimtab/error.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#define MAX_THREADS 16

struct crew {
    const struct tt_walk *walk;
    const struct tt_rules *rules;
    const struct tt_cli_settings *settings;
    struct tt_scan *out;
    atomic_size_t next;
    uint64_t began;
    bool shows; /* a line of progress, on a terminal */
};

#define PROGRESS_AFTER_MS 500 /* a short walk says nothing */
#define PROGRESS_EVERY_MS 100

/* By the thread of the caller only, between two files. */
static void show_progress(const struct crew *crew, uint64_t *shown)
{
    uint64_t now = uv_hrtime() / 1000000;
    size_t done = atomic_load(&crew->next);

    if (!crew->shows || now - crew->began < PROGRESS_AFTER_MS || now - *shown < PROGRESS_EVERY_MS)
        return;
    *shown = now;
    fprintf(stderr, "\r\033[K%zu of %zu files", done < crew->walk->n ? done : crew->walk->n,
            crew->walk->n);
    fflush(stderr);
}

static int look_at(const struct crew *crew, struct tt_parser *parser, const char *path,
                   struct tt_scan_file *file)
{
    int err = tt_code_load(&file->code, path, crew->settings->config->max_file_bytes);
    struct tt_source source;

    if (err)
        return err;
    source = tt_code_source(&file->code);
    if (!source.lang || !tt_rules_wants(crew->rules, source.lang, source.bytes, source.path))
        return 0;
    err = tt_code_parse(&file->code, parser);
    if (err)
        return err;
    source = tt_code_source(&file->code);
    return tt_rules_exec(crew->rules, &source, NULL, &file->arena, &file->findings);
}

/* Of nine files in ten nothing; of the others the text, for excerpts.  A tree is ten
 * times as large as its text. */
static void keep_what_is_needed(struct tt_scan_file *file)
{
    file->sound = file->code.tree && !tt_tree_has_error(file->code.tree);
    tt_tree_destroy(file->code.tree);
    file->code.tree = NULL;
    if (file->findings.n)
        return;
    tt_code_release(&file->code);
    tt_arena_release(&file->arena);
    file->findings.at = NULL;
}

static void take_files(struct crew *crew, bool shows)
{
    uint64_t shown = 0;
    struct tt_parser *parser = tt_parser_create();
    size_t i;

    while ((i = atomic_fetch_add(&crew->next, 1)) < crew->walk->n) {
        struct tt_scan_file *file = &crew->out->files[i];

        tt_arena_init(&file->arena);
        file->err = parser ? look_at(crew, parser, crew->walk->paths[i], file) : TT_ENOMEM;
        if (file->err)
            file->findings.n = 0;
        keep_what_is_needed(file);
        if (shows)
            show_progress(crew, &shown);
    }
    if (shown)
        fputs("\r\033[K", stderr);
    tt_parser_destroy(parser);
}

static void work(void *arg)
{
    take_files(arg, false);
}

static void run_crew(struct crew *crew)
{
    uv_thread_t threads[MAX_THREADS];
    unsigned wanted = uv_available_parallelism(), n = 0;

    if (wanted > MAX_THREADS)
        wanted = MAX_THREADS;
    while (n + 1 < wanted && n + 1 < crew->walk->n &&
           uv_thread_create(&threads[n], work, crew) == 0)
        n++;
    take_files(crew, true); /* this thread, too */
    while (n > 0)
        uv_thread_join(&threads[--n]);
}

int tt_scan_run(const struct tt_walk *walk, const struct tt_rules *rules,
                const struct tt_cli_settings *settings, struct tt_scan *out)
{
    struct crew crew = { .walk = walk,
                         .rules = rules,
                         .settings = settings,
                         .out = out,
                         .began = uv_hrtime() / 1000000,
                         .shows = isatty(STDERR_FILENO) };

    *out = (struct tt_scan){ .files = calloc(walk->n + 1, sizeof(*out->files)), .n = walk->n };
    if (!out->files)
        return TT_ENOMEM;
    run_crew(&crew);
    for (size_t i = 0; i < out->n; i++) {
        out->n_findings += out->files[i].findings.n;
        out->looked_at += !out->files[i].err;
        if (out->files[i].err)
            tt_say("%s was left out: %s", walk->paths[i], tt_file_why(out->files[i].err));
    }
    return 0;
}

void tt_scan_release(struct tt_scan *scan)
{
    for (size_t i = 0; i < scan->n && scan->files; i++) {
        tt_code_release(&scan->files[i].code);
        tt_arena_release(&scan->files[i].arena);
    }
    free(scan->files);
    *scan = (struct tt_scan){ 0 };
}
