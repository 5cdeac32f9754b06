/* parsing.c -- when and where documents are parsed.
 *
 * Each change is parsed on the loop thread first: what it touched alone, which is
 * enough for most of what is typed, else the whole text for as long as the budget
 * says.  What does not fit goes on in a job, from where it was.  The job's result is
 * for the text of its beginning: the changes that came since are applied to the
 * tree, and the parse after that is a short one again.
 */
#include "documents/state.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define BUSY_BYTES   (32u << 10)       /* longer texts do not try the loop when jobs are taken */
#define RETIRE_BYTES ((size_t)4 << 20) /* freeing more than that takes milliseconds */
#define JOB_US       10000000u         /* a parse of 4 MiB takes about one second */

struct tt_parse_job {
    struct tt_job job;
    struct tt_documents *docs; /* NULL: gone */
    struct tt_document *doc;   /* NULL: closed */
    struct tt_parse_job *next;
    uint64_t generation; /* of the text; loop thread */
    bool useless;        /* nothing of the text is left; loop thread */
    atomic_bool cancel;

    /* owned; of the job while it runs */
    struct tt_parser *parser;
    bool suspended;
    const struct tt_lang *lang;
    struct tt_text *text;
    struct TSTree *old;
    struct TSTree *result;
    int err;
};

/* --- parsers -------------------------------------------------------------- */

static struct tt_parser *take_parser(struct tt_documents *docs)
{
    return docs->n_parsers ? docs->parsers[--docs->n_parsers] : tt_parser_create();
}

static void give_parser(struct tt_documents *docs, struct tt_parser *parser)
{
    if (docs && docs->n_parsers <= docs->options.max_jobs)
        docs->parsers[docs->n_parsers++] = parser;
    else
        tt_parser_destroy(parser);
}

/* --- accounts ------------------------------------------------------------- */

static void count_tree(struct tt_documents *docs, struct tt_document *doc, size_t bytes)
{
    docs->tree_bytes += bytes - doc->tree_bytes;
    docs->n_trees += (size_t)(bytes > 0) - (size_t)(doc->tree_bytes > 0);
    doc->tree_bytes = bytes;
}

static void set_waiting(struct tt_documents *docs, struct tt_document *doc, bool waiting)
{
    docs->n_waiting += (size_t)waiting - (size_t)doc->waiting;
    doc->waiting = waiting;
}

static void drop_base(struct tt_document *doc)
{
    tt_tree_destroy(doc->base);
    doc->base = NULL;
}

static void set_sound(struct tt_documents *docs, struct tt_document *doc, struct TSTree *tree)
{
    size_t bytes = tree ? tt_tree_estimate(tree) : 0;

    tt_tree_destroy(doc->sound);
    doc->sound = tree;
    docs->tree_bytes += bytes - doc->sound_bytes;
    doc->sound_bytes = bytes;
}

static void drop_sound(struct tt_documents *docs, struct tt_document *doc)
{
    set_sound(docs, doc, NULL);
}

/* What the next parse begins from. */
static struct TSTree *old_tree(const struct tt_document *doc)
{
    return doc->sound ? doc->sound : doc->base;
}

/* `base` is given up for a parse of the whole: keep it if it is of use for splices. */
static void keep_sound(struct tt_documents *docs, struct tt_document *doc)
{
    if (!doc->base || !tt_tree_can_splice(doc->base))
        return;
    set_sound(docs, doc, doc->base);
    doc->base = NULL;
}

/* The job's result will not be wanted. */
static void make_useless(struct tt_document *doc)
{
    if (!doc->job)
        return;
    doc->job->useless = true;
    atomic_store_explicit(&doc->job->cancel, true, memory_order_relaxed);
    doc->n_since = 0;
}

/* --- jobs ----------------------------------------------------------------- */

static void run_parse(struct tt_job *job)
{
    struct tt_parse_job *parse = (struct tt_parse_job *)job;
    struct tt_parse_limits limits = { .budget_us = JOB_US, .cancel = &parse->cancel };

    if (parse->suspended)
        parse->err = tt_parse_resume(parse->parser, &limits, &parse->result);
    else
        parse->err =
            tt_parse(parse->parser, parse->lang, parse->text, parse->old, &limits, &parse->result);
    tt_parse_drop(parse->parser);
    tt_tree_destroy(parse->old);
    parse->old = NULL;
}

static void unlink_job(struct tt_parse_job *parse)
{
    struct tt_parse_job **at = &parse->docs->jobs;

    while (*at != parse)
        at = &(*at)->next;
    *at = parse->next;
    parse->docs->n_jobs--;
}

static void free_job(struct tt_parse_job *parse)
{
    give_parser(parse->docs, parse->parser);
    tt_text_unref(parse->text);
    tt_tree_destroy(parse->old);
    tt_tree_destroy(parse->result);
    free(parse);
}

static void on_parsed(struct tt_job *job, int status);

/* Takes the parser; drops the document's base.  A suspended parse goes on. */
static enum tt_tree_state start_job(struct tt_documents *docs, struct tt_document *doc,
                                    struct tt_snapshot *snapshot, struct tt_parser *parser,
                                    bool suspended)
{
    struct tt_parse_job *parse = calloc(1, sizeof(*parse));

    set_waiting(docs, doc, false);
    keep_sound(docs, doc);
    if (!parse) {
        tt_parse_drop(parser);
        give_parser(docs, parser);
        drop_base(doc);
        return TT_TREE_FAILED;
    }
    parse->job = (struct tt_job){ .run = run_parse, .done = on_parsed };
    parse->docs = docs;
    parse->doc = doc;
    parse->generation = snapshot->generation;
    atomic_init(&parse->cancel, false);
    parse->parser = parser;
    parse->suspended = suspended;
    parse->lang = snapshot->lang;
    parse->text = tt_text_ref(snapshot->text);
    parse->old = tt_tree_copy(old_tree(doc));
    drop_base(doc);
    if (docs->io->work(docs->io, &parse->job)) {
        tt_parse_drop(parser);
        free_job(parse);
        return TT_TREE_FAILED;
    }
    parse->next = docs->jobs;
    docs->jobs = parse;
    docs->n_jobs++;
    doc->job = parse;
    doc->n_since = 0;
    return TT_TREE_PENDING;
}

/* --- parsing -------------------------------------------------------------- */

/* The tree of what the change touched and of what was there; false: not so. */
static bool splice(struct tt_documents *docs, struct tt_document *doc, struct tt_snapshot *snapshot)
{
    struct tt_parse_limits limits = { .budget_us = docs->options.parse_budget_us / 2 + 1,
                                      .clock = docs->options.clock,
                                      .clock_arg = docs->options.clock_arg };
    const struct TSTree *from[] = { doc->base, doc->sound };
    struct tt_parser *parser = take_parser(docs);
    bool done = false;

    if (!parser)
        return false;
    for (size_t i = 0; i < 2 && !done; i++)
        done = from[i] && tt_parse_splice(parser, snapshot->lang, snapshot->text, from[i], &limits,
                                          &snapshot->tree);
    give_parser(docs, parser);
    if (done) {
        make_useless(doc);
        drop_base(doc);
        drop_sound(docs, doc);
        set_waiting(docs, doc, false);
    }
    return done;
}

static enum tt_tree_state try_now(struct tt_documents *docs, struct tt_document *doc,
                                  struct tt_snapshot *snapshot)
{
    struct tt_parse_limits limits = { .budget_us = docs->options.parse_budget_us,
                                      .clock = docs->options.clock,
                                      .clock_arg = docs->options.clock_arg };
    struct tt_parser *parser = take_parser(docs);
    int err = TT_ENOMEM;

    if (parser)
        err = tt_parse(parser, snapshot->lang, snapshot->text, old_tree(doc), &limits,
                       &snapshot->tree);
    if (err == TT_ETIMEOUT && docs->n_jobs < docs->options.max_jobs)
        return start_job(docs, doc, snapshot, parser, true);
    if (parser) {
        tt_parse_drop(parser);
        give_parser(docs, parser);
    }
    if (err == TT_ETIMEOUT) {
        set_waiting(docs, doc, true);
        return TT_TREE_PENDING;
    }
    set_waiting(docs, doc, false);
    keep_sound(docs, doc);
    drop_base(doc);
    if (err || tt_tree_can_splice(snapshot->tree))
        drop_sound(docs, doc);
    return err ? TT_TREE_FAILED : TT_TREE_READY;
}

static enum tt_tree_state parse(struct tt_documents *docs, struct tt_document *doc,
                                struct tt_snapshot *snapshot)
{
    uint32_t size = tt_text_size(snapshot->text);

    if (!snapshot->lang)
        return TT_TREE_NO_LANG;
    if (size > docs->options.max_parse_bytes || doc->hopeless) {
        make_useless(doc);
        drop_base(doc);
        drop_sound(docs, doc);
        set_waiting(docs, doc, false);
        return doc->hopeless ? TT_TREE_FAILED : TT_TREE_TOO_BIG;
    }
    if ((doc->base || doc->sound) && splice(docs, doc, snapshot))
        return TT_TREE_READY;
    if (doc->job)
        return TT_TREE_PENDING;
    if (docs->n_jobs >= docs->options.max_jobs && !old_tree(doc) && size > BUSY_BYTES) {
        set_waiting(docs, doc, true);
        return TT_TREE_PENDING;
    }
    return try_now(docs, doc, snapshot);
}

/* --- what takes too much memory ------------------------------------------- */

struct retire_job {
    struct tt_job job;
    struct tt_snapshot *snapshot; /* owned share */
};

static void run_retire(struct tt_job *job)
{
    struct retire_job *retire = (struct retire_job *)job;

    tt_snapshot_unref(retire->snapshot);
    retire->snapshot = NULL;
}

static void on_retired(struct tt_job *job, int status)
{
    struct retire_job *retire = (struct retire_job *)job;

    (void)status;
    tt_snapshot_unref(retire->snapshot);
    free(retire);
}

void tt_parsing_retire(struct tt_documents *docs, struct tt_snapshot *snapshot)
{
    struct retire_job *retire;

    if (!snapshot->tree || tt_tree_estimate(snapshot->tree) < RETIRE_BYTES) {
        tt_snapshot_unref(snapshot);
        return;
    }
    retire = calloc(1, sizeof(*retire));
    if (retire) {
        retire->job = (struct tt_job){ .run = run_retire, .done = on_retired };
        retire->snapshot = snapshot;
        if (docs->io->work(docs->io, &retire->job) == 0)
            return;
        free(retire);
    }
    tt_snapshot_unref(snapshot);
}

static struct tt_document *least_used(struct tt_documents *docs, const struct tt_document *but)
{
    struct tt_document *least = NULL;
    void *value;
    tt_str key;

    for (size_t i = 0; tt_map_next(&docs->map, &i, &key, &value);) {
        struct tt_document *doc = value;

        if (doc != but && doc->now->tree_state == TT_TREE_READY &&
            (!least || doc->used < least->used))
            least = doc;
    }
    return least;
}

static void drop_trees(struct tt_documents *docs, const struct tt_document *but)
{
    while (docs->tree_bytes > docs->options.max_tree_bytes) {
        struct tt_document *doc = least_used(docs, but);
        struct tt_snapshot *without = doc ? tt_snapshot_clone(doc->now) : NULL;

        if (!without)
            return;
        drop_sound(docs, doc);
        without->tree_state = TT_TREE_DROPPED;
        tt_parsing_publish(docs, doc, without);
    }
}

/* --- what the rest of the module calls ------------------------------------ */

void tt_parsing_begin_change(struct tt_document *doc)
{
    if (!doc->base && doc->now->tree && (!doc->job || doc->job->useless))
        doc->base = tt_tree_copy(doc->now->tree);
}

void tt_parsing_changed(struct tt_document *doc, const struct tt_tree_change *change)
{
    if (doc->base)
        tt_tree_change_apply(doc->base, change);
    if (doc->sound)
        tt_tree_change_apply(doc->sound, change);
    if (!doc->job || doc->job->useless)
        return;
    if (doc->n_since == doc->cap_since) {
        size_t cap = doc->cap_since ? doc->cap_since * 2 : 16;
        struct tt_tree_change *since = NULL;

        if (cap <= SINCE_JOB_MAX)
            since = realloc(doc->since_job, cap * sizeof(*since));
        if (!since) {
            make_useless(doc);
            return;
        }
        doc->since_job = since;
        doc->cap_since = cap;
    }
    doc->since_job[doc->n_since++] = *change;
}

void tt_parsing_publish(struct tt_documents *docs, struct tt_document *doc,
                        struct tt_snapshot *fresh)
{
    struct tt_snapshot *old = doc->now;

    doc->now = fresh;
    if (fresh->tree)
        count_tree(docs, doc, tt_tree_estimate(fresh->tree) + 1);
    else if (fresh->tree_state != TT_TREE_PENDING)
        count_tree(docs, doc, 0);
    if (!fresh->tree && fresh->tree_state != TT_TREE_PENDING)
        tt_parsing_retire(docs, old);
    else
        tt_snapshot_unref(old); /* most of its tree lives on in the next one */
    if (fresh->tree)
        drop_trees(docs, doc);
}

void tt_parsing_advance(struct tt_documents *docs, struct tt_document *doc,
                        struct tt_snapshot *fresh)
{
    fresh->tree_state = parse(docs, doc, fresh);
    tt_parsing_publish(docs, doc, fresh);
}

/* Give the newest text its tree (taken, NULL with a reason in `state`). */
static void settle(struct tt_documents *docs, struct tt_document *doc, struct TSTree *tree,
                   enum tt_tree_state state)
{
    struct tt_snapshot *fresh = tt_snapshot_clone(doc->now);

    if (!fresh) { /* nobody but the loop thread looks at a snapshot's tree */
        doc->now->tree = tree;
        doc->now->tree_state = state;
        if (tree)
            count_tree(docs, doc, tt_tree_estimate(tree) + 1);
        return;
    }
    fresh->tree = tree;
    fresh->tree_state = state;
    tt_parsing_publish(docs, doc, fresh);
}

/* Parse the newest text, which is PENDING; false when it still is. */
static bool parse_newest(struct tt_documents *docs, struct tt_document *doc)
{
    struct tt_snapshot *fresh = tt_snapshot_clone(doc->now);

    if (!fresh) {
        set_waiting(docs, doc, false);
        drop_base(doc);
        settle(docs, doc, NULL, TT_TREE_FAILED);
        return true;
    }
    tt_parsing_advance(docs, doc, fresh);
    return doc->now->tree_state != TT_TREE_PENDING;
}

/* A result came; false when the document's tree is still pending. */
static bool use_result(struct tt_documents *docs, struct tt_document *doc,
                       struct tt_parse_job *parse)
{
    struct TSTree *tree = parse->result;

    if (doc->now->tree_state != TT_TREE_PENDING)
        return false; /* it has become too big meanwhile */
    if (parse->err == TT_ETIMEOUT)
        doc->hopeless = true;
    if (parse->useless || doc->hopeless)
        return parse_newest(docs, doc);
    parse->result = NULL;
    if (tree && tt_tree_can_splice(tree))
        drop_sound(docs, doc);
    if (!tree || parse->generation == doc->now->generation) {
        settle(docs, doc, tree, tree ? TT_TREE_READY : TT_TREE_FAILED);
        return true;
    }
    for (size_t i = 0; i < doc->n_since; i++)
        tt_tree_change_apply(tree, &doc->since_job[i]);
    doc->base = tree;
    return parse_newest(docs, doc);
}

static struct tt_document *most_used_waiting(struct tt_documents *docs)
{
    struct tt_document *most = NULL;
    void *value;
    tt_str key;

    for (size_t i = 0; docs->n_waiting && tt_map_next(&docs->map, &i, &key, &value);) {
        struct tt_document *doc = value;

        if (doc->waiting && (!most || doc->used > most->used))
            most = doc;
    }
    return most;
}

static void start_waiting(struct tt_documents *docs)
{
    while (docs->n_jobs < docs->options.max_jobs && docs->n_waiting) {
        struct tt_document *doc = most_used_waiting(docs);
        struct tt_parser *parser = take_parser(docs);
        enum tt_tree_state state = TT_TREE_FAILED;

        if (parser)
            state = start_job(docs, doc, doc->now, parser, false);
        set_waiting(docs, doc, false);
        if (state != TT_TREE_PENDING)
            settle(docs, doc, NULL, state);
    }
}

static void on_parsed(struct tt_job *job, int status)
{
    struct tt_parse_job *parse = (struct tt_parse_job *)job;
    struct tt_documents *docs = parse->docs;
    struct tt_document *doc = parse->doc;
    struct tt_snapshot *ready = NULL;

    if (!docs || status) { /* the program is ending */
        if (docs)
            unlink_job(parse);
        if (doc)
            doc->job = NULL;
        tt_parse_drop(parse->parser);
        free_job(parse);
        return;
    }
    unlink_job(parse);
    if (doc) {
        doc->job = NULL;
        if (use_result(docs, doc, parse))
            ready = tt_snapshot_ref(doc->now);
    }
    free_job(parse);
    start_waiting(docs);
    if (ready && docs->options.on_tree)
        docs->options.on_tree(docs->options.on_tree_arg, ready);
    tt_snapshot_unref(ready);
}

void tt_parsing_forget(struct tt_documents *docs, struct tt_document *doc)
{
    make_useless(doc);
    if (doc->job)
        doc->job->doc = NULL;
    doc->job = NULL;
    set_waiting(docs, doc, false);
    count_tree(docs, doc, 0);
    drop_base(doc);
    drop_sound(docs, doc);
    free(doc->since_job);
    doc->since_job = NULL;
    doc->n_since = doc->cap_since = 0;
}

void tt_parsing_end(struct tt_documents *docs)
{
    for (struct tt_parse_job *parse = docs->jobs; parse; parse = parse->next) {
        parse->docs = NULL;
        parse->doc = NULL;
        atomic_store_explicit(&parse->cancel, true, memory_order_relaxed);
    }
    while (docs->n_parsers)
        tt_parser_destroy(docs->parsers[--docs->n_parsers]);
    free(docs->parsers);
}
