/* query.c -- compiling a query with its predicates, and running it. */
#include "syntax/query.h"

#include "syntax/grammar.h"
#include "syntax/query_pred.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

/* States that tree-sitter may keep at the same time.  More than this means a
 * pattern of open repetitions; dropping some is better than using all memory. */
#define STATES_AT_ONCE  4096
#define MATCHES_AT_MOST 100000

struct tt_query {
    TSQuery *ts;             /* owned */
    struct tt_arena arena;   /* the predicates */
    struct pred_list *preds; /* one list a pattern, in the arena */
    uint32_t patterns;
};

/* ---- errors ---- */

static void place(struct tt_query_error *error, tt_str source, uint32_t offset)
{
    error->offset = offset;
    error->line = 1;
    error->column = 1;
    for (uint32_t i = 0; i < offset && i < source.n; i++) {
        error->column++;
        if (source.p[i] == '\n') {
            error->line++;
            error->column = 1;
        }
    }
}

static tt_str word_at(tt_str source, uint32_t offset)
{
    size_t end = offset;

    while (end < source.n && end - offset < 60 && !strchr(" \t\r\n()[]\"@:", source.p[end]))
        end++;
    return tt_str_sub(source, offset, end);
}

static void describe(struct tt_query_error *error, const struct tt_lang *lang, TSQueryError type,
                     tt_str word)
{
    tt_str name = tt_lang_name(lang);
    char *out = error->message;
    size_t n = sizeof(error->message);

    switch (type) {
    case TSQueryErrorNodeType:
        snprintf(out, n, "the grammar of %.*s has no node called \"%.*s\"", TT_STR_ARG(name),
                 TT_STR_ARG(word));
        break;
    case TSQueryErrorField:
        snprintf(out, n, "the grammar of %.*s has no field called \"%.*s\"", TT_STR_ARG(name),
                 TT_STR_ARG(word));
        break;
    case TSQueryErrorCapture:
        snprintf(out, n, "no pattern captures @%.*s before this predicate asks for it",
                 TT_STR_ARG(word));
        break;
    case TSQueryErrorStructure:
        snprintf(out, n, "in %.*s no code can look like this, so the pattern would never match",
                 TT_STR_ARG(name));
        break;
    case TSQueryErrorLanguage:
        snprintf(out, n, "the grammar of %.*s does not fit the library", TT_STR_ARG(name));
        break;
    case TSQueryErrorSyntax:
    case TSQueryErrorNone:
        snprintf(out, n,
                 "this is not a query: expected a pattern such as (call), a field, a capture or a "
                 "closing bracket");
        break;
    }
}

/* The place of "#name" in a pattern; the pattern's start when it is not found. */
static uint32_t find_predicate(tt_str source, uint32_t from, tt_str name)
{
    for (size_t i = from; i + name.n < source.n; i++) {
        if (source.p[i] == '#' && memcmp(source.p + i + 1, name.p, name.n) == 0)
            return (uint32_t)i;
    }
    return from;
}

/* ---- making ---- */

static int compile_predicates(struct tt_query *query, tt_str source,
                              const struct tt_query_pred *named, size_t n_named,
                              struct tt_query_error *error)
{
    query->preds = tt_arena_array(&query->arena, query->patterns, sizeof(*query->preds));
    if (!query->preds)
        return TT_ENOMEM;
    for (uint32_t i = 0; i < query->patterns; i++) {
        tt_str name = TT_STR("");
        int err = pred_compile(query->ts, i, named, n_named, &query->arena, &query->preds[i], &name,
                               error->message, sizeof(error->message));

        if (err == TT_EPARSE)
            place(error, source,
                  find_predicate(source, ts_query_start_byte_for_pattern(query->ts, i), name));
        if (err)
            return err;
    }
    return 0;
}

int tt_query_create(const struct tt_lang *lang, tt_str source, const struct tt_query_pred *preds,
                    size_t n_preds, struct tt_query **out, struct tt_query_error *error)
{
    struct tt_query_error ignored;
    TSQueryError type = TSQueryErrorNone;
    uint32_t offset = 0;

    if (!error)
        error = &ignored;
    if (source.n > UINT32_MAX)
        return TT_ETOOBIG;
    struct tt_query *query = calloc(1, sizeof(*query));
    if (!query)
        return TT_ENOMEM;
    tt_arena_init(&query->arena);
    query->ts = ts_query_new(tt_lang_grammar(lang), source.p ? source.p : "", (uint32_t)source.n,
                             &offset, &type);
    int err = query->ts ? 0 : TT_EPARSE;
    if (err) {
        place(error, source, offset);
        describe(error, lang, type, word_at(source, offset));
    } else {
        query->patterns = ts_query_pattern_count(query->ts);
        err = compile_predicates(query, source, preds, n_preds, error);
    }
    if (err) {
        tt_query_destroy(query);
        return err;
    }
    *out = query;
    return 0;
}

void tt_query_destroy(struct tt_query *query)
{
    if (!query)
        return;
    for (uint32_t i = 0; query->preds && i < query->patterns; i++)
        pred_release(&query->preds[i]);
    tt_arena_release(&query->arena);
    if (query->ts)
        ts_query_delete(query->ts);
    free(query);
}

/* ---- asking about it ---- */

uint32_t tt_query_patterns(const struct tt_query *query)
{
    return query->patterns;
}

uint32_t tt_query_pattern_start(const struct tt_query *query, uint32_t pattern)
{
    return ts_query_start_byte_for_pattern(query->ts, pattern);
}

tt_str tt_query_pattern_value(const struct tt_query *query, uint32_t pattern, tt_str key)
{
    return pred_value(&query->preds[pattern], key);
}

tt_str tt_query_capture_name(const struct tt_query *query, uint32_t id)
{
    uint32_t n = 0;
    const char *p = ts_query_capture_name_for_id(query->ts, id, &n);

    return (tt_str){ p, n };
}

uint32_t tt_query_capture_id(const struct tt_query *query, tt_str name)
{
    uint32_t count = ts_query_capture_count(query->ts);

    for (uint32_t i = 0; i < count; i++) {
        if (tt_str_eq(tt_query_capture_name(query, i), name))
            return i;
    }
    return UINT32_MAX;
}

TSNode tt_match_nth(const struct tt_match *match, uint32_t capture, uint32_t i)
{
    for (uint32_t k = 0; k < match->n_captures; k++) {
        if (match->captures[k].index == capture && i-- == 0)
            return match->captures[k].node;
    }
    return (TSNode){ 0 };
}

TSNode tt_match_node(const struct tt_match *match, uint32_t capture)
{
    return tt_match_nth(match, capture, 0);
}

tt_str tt_node_text(TSNode node, tt_str text)
{
    if (ts_node_is_null(node))
        return TT_STR("");
    return tt_str_sub(text, ts_node_start_byte(node), ts_node_end_byte(node));
}

bool tt_node_inside(TSNode node, tt_str type)
{
    for (node = ts_node_parent(node); !ts_node_is_null(node); node = ts_node_parent(node)) {
        if (tt_str_eq(tt_str_from(ts_node_type(node)), type))
            return true;
    }
    return false;
}

/* ---- running ---- */

struct stop {
    const struct tt_query_run *run;
    bool stopped;
};

/* tree-sitter asks now and then whether to go on. */
static bool ask_stop(TSQueryCursorState *state)
{
    struct stop *stop = state->payload;

    stop->stopped = stop->run->stop(stop->run->stop_data);
    return stop->stopped;
}

static int run_cursor(const struct tt_query *query, const struct tt_query_run *run,
                      TSQueryCursor *cursor, struct pred_scratch *scratch,
                      bool (*found)(void *arg, const struct tt_match *match), void *arg)
{
    struct tt_match match = { .query = query, .text = run->text, .data = run->data };
    uint32_t most = run->max_matches ? run->max_matches : MATCHES_AT_MOST;
    uint32_t seen = 0;
    TSQueryMatch ts;

    while (ts_query_cursor_next_match(cursor, &ts)) {
        match.pattern = ts.pattern_index;
        match.captures = ts.captures;
        match.n_captures = ts.capture_count;
        if (!pred_holds(&query->preds[match.pattern], &match, scratch))
            continue;
        if (seen++ >= most)
            return TT_ETOOBIG;
        if (!found(arg, &match))
            return 0;
    }
    return ts_query_cursor_did_exceed_match_limit(cursor) ? TT_ETOOBIG : 0;
}

int tt_query_exec(const struct tt_query *query, const struct tt_query_run *run,
                  bool (*found)(void *arg, const struct tt_match *match), void *arg)
{
    struct stop stop = { run, false };
    TSQueryCursorOptions options = { .payload = &stop, .progress_callback = ask_stop };
    TSQueryCursor *cursor = ts_query_cursor_new();
    struct pred_scratch *scratch = pred_scratch_create();
    int err = TT_ENOMEM;

    if (cursor && scratch) {
        ts_query_cursor_set_match_limit(cursor, STATES_AT_ONCE);
        if (run->range)
            ts_query_cursor_set_byte_range(cursor, run->range->start, run->range->end);
        if (run->stop)
            ts_query_cursor_exec_with_options(cursor, query->ts, run->root, &options);
        else
            ts_query_cursor_exec(cursor, query->ts, run->root);
        err = run_cursor(query, run, cursor, scratch, found, arg);
        if (stop.stopped)
            err = TT_ECANCELED;
    }
    pred_scratch_destroy(scratch);
    if (cursor)
        ts_query_cursor_delete(cursor);
    return err;
}
