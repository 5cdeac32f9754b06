/* scan.c -- see scan.h.
 *
 * As many threads as processors take one file after the other.  Each has its own
 * parser; the rules are shared, which they allow.
 */
#include "app/scan.h"

#include "analysis/paths.h"
#include "analysis/typescript.h"
#include "app/files.h"
#include "app/out.h"
#include "base/map.h"
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

#define PUT_OFF_AT_MOST 256
#define PATH_AT_MOST    ((size_t)1 << 16)

/* One thread. */
struct worker {
    struct crew *crew;
    struct tt_parser *parser;        /* owned; NULL: no memory */
    struct tt_map projects;          /* of TypeScript: tsconfig.json -> what was found out */
    size_t put_off[PUT_OFF_AT_MOST]; /* files to come back to */
    size_t n_put_off;
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

static void sleep_a_little(void *data)
{
    (void)data;
    uv_sleep(1);
}

/* tt_typescript_has_cause, once for a project. */
static bool has_error_cause(struct worker *worker, const struct tt_lang *lang, tt_str path)
{
    static const struct tt_file_reader reader = { .read = tt_file_load };
    static char yes, no;
    struct tt_buf project = TT_BUF_INIT(PATH_AT_MOST);
    const char *known = NULL;

    if (tt_typescript_project(&reader, lang, path, &project)) {
        known = tt_map_get(&worker->projects, tt_buf_str(&project));
        if (!known) {
            known = tt_typescript_has_cause(&reader, tt_buf_str(&project)) ? &yes : &no;
            (void)!tt_map_put(&worker->projects, tt_buf_str(&project), known == &yes ? &yes : &no);
        }
    }
    tt_buf_release(&project);
    return known == &yes;
}

/* Rules know the file by its place in the project, as in an editor: what the folders above it are
 * called, and where the command was given, says nothing about it. */
static int look_inside(struct worker *worker, tt_str path, struct tt_scan_file *file)
{
    static const struct tt_rules_run run = { .idle = sleep_a_little };
    const struct crew *crew = worker->crew;
    struct tt_source source = tt_code_source(&file->code);

    source.path = tt_cli_relative(crew->settings, path);
    file->aside = tt_path_is_aside(source.path, source.bytes);
    if (!source.lang || !tt_rules_wants(crew->rules, source.lang, source.bytes, source.path))
        return 0;
    int err = tt_code_parse(&file->code, worker->parser);
    if (err)
        return err;
    source.tree = file->code.tree;
    source.error_cause = has_error_cause(worker, source.lang, path);
    return tt_rules_exec(crew->rules, &source, &run, &file->arena, &file->findings);
}

static int look_at(struct worker *worker, const char *path, struct tt_scan_file *file)
{
    struct tt_buf absolute = TT_BUF_INIT(PATH_AT_MOST);
    int err = tt_code_load(&file->code, path, worker->crew->settings->config->max_file_bytes);

    if (!err)
        err = tt_path_absolute(path, &absolute);
    if (!err)
        err = look_inside(worker, tt_buf_str(&absolute), file);
    tt_buf_release(&absolute);
    return err;
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

static void take_file(struct worker *worker, size_t i)
{
    const struct crew *crew = worker->crew;
    struct tt_scan_file *file = &crew->out->files[i];

    tt_arena_init(&file->arena);
    file->err = worker->parser ? look_at(worker, crew->walk->paths[i], file) : TT_ENOMEM;
    if (file->err)
        file->findings.n = 0;
    keep_what_is_needed(file);
}

static bool is_compiling(const struct crew *crew, size_t i)
{
    const struct tt_lang *lang = tt_lang_for_path(tt_str_from(crew->walk->paths[i]));

    return lang && tt_rules_compiling(crew->rules, lang);
}

/* Those whose rules another thread was compiling; with `wait` all of them. */
static void take_put_off(struct worker *worker, bool wait)
{
    while (worker->n_put_off > 0) {
        size_t i = worker->put_off[worker->n_put_off - 1];

        if (is_compiling(worker->crew, i)) {
            if (!wait)
                return;
            sleep_a_little(NULL);
            continue;
        }
        worker->n_put_off--;
        take_file(worker, i);
    }
}

/* From both ends by turns: what lies far apart is often of different languages, so that two
 * threads begin by compiling the rules of two. */
static size_t file_of_turn(const struct crew *crew, size_t turn)
{
    return turn % 2 ? crew->walk->n - 1 - turn / 2 : turn / 2;
}

static void take_files(struct crew *crew, bool shows)
{
    struct worker worker = { .crew = crew, .parser = tt_parser_create() };
    uint64_t shown = 0;
    size_t turn;

    tt_map_init(&worker.projects, 1);
    while ((turn = atomic_fetch_add(&crew->next, 1)) < crew->walk->n) {
        size_t i = file_of_turn(crew, turn);

        if (worker.n_put_off < PUT_OFF_AT_MOST && is_compiling(crew, i)) {
            worker.put_off[worker.n_put_off++] = i;
        } else {
            take_file(&worker, i);
            take_put_off(&worker, false);
        }
        if (shows)
            show_progress(crew, &shown);
    }
    take_put_off(&worker, true);
    if (shown)
        fputs("\r\033[K", stderr);
    tt_map_release(&worker.projects);
    tt_parser_destroy(worker.parser);
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

bool tt_scan_failed(const struct tt_scan *scan, const struct tt_walk *walk,
                    const char *const *words, size_t n)
{
    for (size_t i = 0; i < scan->n; i++) {
        for (size_t k = 0; scan->files[i].err && k < n; k++) {
            if (strcmp(walk->paths[i], words[k]) == 0)
                return true;
        }
    }
    return false;
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
