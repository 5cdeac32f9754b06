/* parse.c -- a TSParser with a budget.
 *
 * tree-sitter asks a callback now and then whether it should go on; when told
 * to stop it keeps its state, and the next call resumes there.  It is the text
 * that must still be the same one then, so the parser holds on to it.
 */
#include "syntax/parse.h"

#include "syntax/grammar.h"
#include "syntax/splice.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>
#include <time.h>

/* Measured (tests/bench/bench_text.c): bytes of heap for each visible node. */
#define BYTES_PER_NODE 128u

struct tt_parser {
    TSParser *ts;         /* owned */
    struct tt_text *text; /* owned share; NULL unless a parse is suspended */
};

/* One call of tt_parse or tt_parse_resume. */
struct run {
    const struct tt_text *text;
    const struct tt_parse_limits *limits;
    uint64_t until; /* of the clock; unused without a budget */
    int stopped;    /* 0, TT_ETIMEOUT, TT_ECANCELED */
};

struct tt_parser *tt_parser_create(void)
{
    struct tt_parser *parser = malloc(sizeof(*parser));

    if (!parser)
        return NULL;
    parser->text = NULL;
    parser->ts = ts_parser_new();
    if (!parser->ts) {
        free(parser);
        return NULL;
    }
    return parser;
}

void tt_parser_destroy(struct tt_parser *parser)
{
    if (!parser)
        return;
    tt_text_unref(parser->text);
    ts_parser_delete(parser->ts);
    free(parser);
}

static uint64_t now(const struct tt_parse_limits *limits)
{
    struct timespec t;

    if (limits->clock)
        return limits->clock(limits->clock_arg);
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static bool should_stop(TSParseState *state)
{
    struct run *run = state->payload;

    if (run->limits->cancel && atomic_load_explicit(run->limits->cancel, memory_order_relaxed))
        run->stopped = TT_ECANCELED;
    else if (run->limits->budget_us && now(run->limits) >= run->until)
        run->stopped = TT_ETIMEOUT;
    return run->stopped != 0;
}

static const char *read_piece(void *payload, uint32_t byte, TSPoint point, uint32_t *n)
{
    const struct run *run = payload;
    tt_str chunk = byte < tt_text_size(run->text) ? tt_text_chunk(run->text, byte) : TT_STR("");

    (void)point;
    *n = (uint32_t)chunk.n;
    return chunk.p;
}

static TSInput input_of(struct run *run)
{
    return (TSInput){ .payload = run, .read = read_piece, .encoding = TSInputEncodingUTF8 };
}

static TSParseOptions options_of(struct run *run)
{
    return (TSParseOptions){ .payload = run, .progress_callback = should_stop };
}

static struct run begin_run(const struct tt_text *text, const struct tt_parse_limits *limits)
{
    static const struct tt_parse_limits none = { 0 };
    struct run run = { .text = text, .limits = limits ? limits : &none };

    if (run.limits->budget_us)
        run.until = now(run.limits) + run.limits->budget_us;
    return run;
}

static int go_on(struct tt_parser *parser, const TSTree *old, const struct tt_parse_limits *limits,
                 TSTree **out)
{
    struct run run = begin_run(parser->text, limits);
    TSTree *tree = ts_parser_parse_with_options(parser->ts, old, input_of(&run), options_of(&run));

    if (!tree && run.stopped == TT_ETIMEOUT)
        return TT_ETIMEOUT;
    tt_parse_drop(parser);
    if (!tree)
        return run.stopped ? run.stopped : TT_EINVALID;
    *out = tree;
    return 0;
}

int tt_parse(struct tt_parser *parser, const struct tt_lang *lang, struct tt_text *text,
             const TSTree *old, const struct tt_parse_limits *limits, TSTree **out)
{
    tt_parse_drop(parser);
    if (!ts_parser_set_language(parser->ts, tt_lang_grammar(lang)))
        return TT_EINVALID;
    parser->text = tt_text_ref(text);
    return go_on(parser, old, limits, out);
}

bool tt_parse_splice(struct tt_parser *parser, const struct tt_lang *lang,
                     const struct tt_text *text, const TSTree *old,
                     const struct tt_parse_limits *limits, TSTree **out)
{
    struct run run = begin_run(text, limits);
    TSTree *tree = NULL;

    tt_parse_drop(parser);
    if (ts_parser_set_language(parser->ts, tt_lang_grammar(lang)))
        tree =
            tt_splice_parse(parser->ts, old, tt_text_size(text), input_of(&run), options_of(&run));
    if (tree)
        *out = tree;
    return tree != NULL;
}

bool tt_tree_can_splice(const TSTree *tree)
{
    return tt_splice_possible(tree);
}

int tt_parse_resume(struct tt_parser *parser, const struct tt_parse_limits *limits, TSTree **out)
{
    return parser->text ? go_on(parser, NULL, limits, out) : TT_EINVALID;
}

void tt_parse_drop(struct tt_parser *parser)
{
    if (!parser->text)
        return;
    ts_parser_reset(parser->ts);
    tt_text_unref(parser->text);
    parser->text = NULL;
}

/* --- trees ---------------------------------------------------------------- */

TSTree *tt_tree_copy(const TSTree *tree)
{
    return tree ? ts_tree_copy(tree) : NULL;
}

void tt_tree_destroy(TSTree *tree)
{
    ts_tree_delete(tree);
}

struct tt_tree_change tt_tree_change_measure(const struct tt_text *before,
                                             const struct tt_text *after, struct tt_range range,
                                             uint32_t after_end)
{
    struct tt_point start = tt_text_point(before, range.start);
    struct tt_point old_end = tt_text_point(before, range.end);
    struct tt_point new_end = tt_text_point(after, after_end);

    return (struct tt_tree_change){
        .start = range.start,
        .old_end = range.end,
        .new_end = after_end,
        .start_row = start.row,
        .start_col = start.column,
        .old_end_row = old_end.row,
        .old_end_col = old_end.column,
        .new_end_row = new_end.row,
        .new_end_col = new_end.column,
    };
}

void tt_tree_change_apply(TSTree *tree, const struct tt_tree_change *change)
{
    TSInputEdit edit = {
        .start_byte = change->start,
        .old_end_byte = change->old_end,
        .new_end_byte = change->new_end,
        .start_point = { change->start_row, change->start_col },
        .old_end_point = { change->old_end_row, change->old_end_col },
        .new_end_point = { change->new_end_row, change->new_end_col },
    };

    ts_tree_edit(tree, &edit);
}

void tt_tree_edit(TSTree *tree, const struct tt_text *before, const struct tt_text *after,
                  struct tt_range range, uint32_t after_end)
{
    struct tt_tree_change change = tt_tree_change_measure(before, after, range, after_end);

    tt_tree_change_apply(tree, &change);
}

size_t tt_tree_estimate(const TSTree *tree)
{
    return (size_t)ts_node_descendant_count(ts_tree_root_node(tree)) * BYTES_PER_NODE;
}

bool tt_tree_has_error(const TSTree *tree)
{
    return ts_node_has_error(ts_tree_root_node(tree));
}
