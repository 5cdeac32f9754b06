/* guard.c -- counts errors before and after.
 *
 * An error that stood in text that was not touched, and stands there still, is
 * of no interest.  The others are compared by number and by how much text they
 * cover: one unclosed brace can turn ten small errors into a single huge one. */
#include "syntax/guard.h"

#include "syntax/grammar.h"
#include "syntax/guard_trees.h"
#include "trimtab/error.h"

#include <stdlib.h>
#include <time.h>

/* ---- parsing ---- */

struct budget {
    const struct tt_guard_limits *limits;
    uint64_t cpu, wall; /* when it began */
};

static uint64_t read_clock(clockid_t id, uint64_t otherwise)
{
    struct timespec t;

    if (clock_gettime(id, &t))
        return otherwise;
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t wall_now(const struct tt_guard_limits *limits)
{
    return limits->wall ? limits->wall(limits->clock_arg) : read_clock(CLOCK_MONOTONIC, 0);
}

static uint64_t cpu_now(const struct tt_guard_limits *limits)
{
    if (limits->cpu)
        return limits->cpu(limits->clock_arg);
#ifdef CLOCK_THREAD_CPUTIME_ID
    return read_clock(CLOCK_THREAD_CPUTIME_ID, wall_now(limits));
#else
    return wall_now(limits);
#endif
}

static bool is_over(TSParseState *state)
{
    const struct budget *budget = state->payload;
    const struct tt_guard_limits *limits = budget->limits;
    uint64_t wall;

    if (!limits->cpu_ms)
        return false;
    wall = wall_now(limits) - budget->wall;
    if (wall < (uint64_t)limits->cpu_ms * 1000) /* then the thread had no more either */
        return false;
    return (limits->wall_ms && wall >= (uint64_t)limits->wall_ms * 1000) ||
           cpu_now(limits) - budget->cpu >= (uint64_t)limits->cpu_ms * 1000;
}

static const char *read_text(void *payload, uint32_t at, TSPoint point, uint32_t *n)
{
    const tt_str *text = payload;

    (void)point;
    *n = at < text->n ? (uint32_t)(text->n - at) : 0;
    return at < text->n ? text->p + at : "";
}

static TSInput input_of(tt_str *text)
{
    return (TSInput){ .payload = text, .read = read_text, .encoding = TSInputEncodingUTF8 };
}

static TSParseOptions options_of(struct budget *budget)
{
    return (TSParseOptions){ .payload = budget, .progress_callback = is_over };
}

static TSTree *parse(TSParser *parser, tt_str text, const TSTree *old, struct budget *budget)
{
    return ts_parser_parse_with_options(parser, old, input_of(&text), options_of(budget));
}

TSPoint tt_guard_advance(TSPoint p, tt_str text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const char *nl = memchr(text.p + i, '\n', to - i);

        if (!nl) {
            p.column += (uint32_t)(to - i);
            break;
        }
        p.row++;
        p.column = 0;
        i = (size_t)(nl - text.p);
    }
    return p;
}

/* From the last edit to the first, so that offsets before an edit stay true. */
static int edit_tree(TSTree *tree, tt_str before, const struct tt_text_edit *edits, size_t n)
{
    TSInputEdit *list = malloc((n ? n : 1) * sizeof(*list));
    TSPoint p = { 0, 0 };
    size_t at = 0;

    if (!list)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        TSInputEdit *e = &list[i];

        e->start_byte = edits[i].range.start;
        e->old_end_byte = edits[i].range.end;
        e->new_end_byte = edits[i].range.start + (uint32_t)edits[i].text.n;
        e->start_point = p = tt_guard_advance(p, before, at, e->start_byte);
        e->old_end_point = p = tt_guard_advance(p, before, e->start_byte, e->old_end_byte);
        e->new_end_point = tt_guard_advance(e->start_point, edits[i].text, 0, edits[i].text.n);
        at = e->old_end_byte;
    }
    for (size_t i = n; i-- > 0;)
        ts_tree_edit(tree, &list[i]);
    free(list);
    return 0;
}

static struct budget make_budget(const struct tt_guard_limits *limits)
{
    static const struct tt_guard_limits none = { 0 };
    struct budget budget = { .limits = limits ? limits : &none };

    if (budget.limits->cpu_ms) {
        budget.wall = wall_now(limits);
        budget.cpu = cpu_now(limits);
    }
    return budget;
}

static int parse_both(struct tt_guard *guard, const TSTree *tree, TSParser *parser,
                      struct budget *budget)
{
    TSTree *copy;
    int err;

    guard->old = tree ? ts_tree_copy(tree) : parse(parser, guard->before, NULL, budget);
    if (!guard->old)
        return TT_ETIMEOUT;
    if (tt_guard_parse_windows(guard, parser, input_of(&guard->after), options_of(budget)))
        return 0;
    copy = ts_tree_copy(guard->old);
    err = edit_tree(copy, guard->before, guard->edits, guard->n_edits);
    if (!err) {
        ts_parser_reset(parser);
        guard->new = parse(parser, guard->after, copy, budget);
        err = guard->new ? 0 : TT_ETIMEOUT;
    }
    ts_tree_delete(copy);
    return err;
}

int tt_guard_create(const struct tt_lang *lang, const struct TSTree *tree, tt_str before,
                    tt_str after, const struct tt_text_edit *edits, size_t n,
                    const struct tt_guard_limits *limits, struct tt_guard **out)
{
    struct budget budget = make_budget(limits);
    struct tt_guard *guard = calloc(1, sizeof(*guard));
    TSParser *parser = ts_parser_new();
    int err = guard && parser ? 0 : TT_ENOMEM;

    if (!err) {
        *guard = (struct tt_guard){
            .lang = lang, .before = before, .after = after, .edits = edits, .n_edits = n
        };
        err = ts_parser_set_language(parser, tt_lang_grammar(lang))
                  ? parse_both(guard, tree, parser, &budget)
                  : TT_EINVALID;
    }
    if (parser)
        ts_parser_delete(parser);
    if (err)
        tt_guard_destroy(guard);
    else
        *out = guard;
    return err;
}

void tt_guard_destroy(struct tt_guard *guard)
{
    if (!guard)
        return;
    if (guard->old)
        ts_tree_delete(guard->old);
    if (guard->new)
        ts_tree_delete(guard->new);
    free(guard->kinds);
    free(guard);
}

/* ---- errors ---- */

struct error_node {
    struct tt_range range;
    uint16_t symbol; /* what is missing; 0xFFFF for ERROR */
    bool matched;
};

struct error_list {
    struct error_node *at;
    size_t n, cap;
    int err;
};

#define MAX_ERRORS      20000u
#define HOPELESS_ERRORS 4u

static void add_error(struct error_list *list, TSNode node)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? 2 * list->cap : 32;
        struct error_node *more = realloc(list->at, cap * sizeof(*more));

        if (!more) {
            list->err = TT_ENOMEM;
            return;
        }
        list->at = more;
        list->cap = cap;
    }
    list->at[list->n++] = (struct error_node){
        .range = { ts_node_start_byte(node), ts_node_end_byte(node) },
        .symbol = ts_node_is_error(node) ? UINT16_MAX : ts_node_symbol(node),
    };
}

/* In the order of the text, outer before inner; only into nodes that have any. */
static void find_errors(TSTree *tree, struct error_list *list)
{
    TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));

    for (bool more = true; more && !list->err && list->n < MAX_ERRORS;) {
        TSNode node = ts_tree_cursor_current_node(&cursor);

        if (ts_node_is_error(node) || ts_node_is_missing(node))
            add_error(list, node);
        if (ts_node_has_error(node) && ts_tree_cursor_goto_first_child(&cursor))
            continue;
        while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
            if (!ts_tree_cursor_goto_parent(&cursor)) {
                more = false;
                break;
            }
        }
    }
    ts_tree_cursor_delete(&cursor);
}

/* Where a range of `before` is afterwards; false when an edit touches it. */
static bool moved(const struct tt_guard *g, struct tt_range range, struct tt_range *out)
{
    int64_t shift = 0;

    for (size_t i = 0; i < g->n_edits; i++) {
        struct tt_range r = g->edits[i].range;

        if (r.end >= range.start && r.start <= range.end)
            return false;
        if (r.end <= range.start)
            shift += (int64_t)g->edits[i].text.n - (int64_t)(r.end - r.start);
    }
    *out = (struct tt_range){ (uint32_t)((int64_t)range.start + shift),
                              (uint32_t)((int64_t)range.end + shift) };
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct error_node *x = a, *y = b;

    if (x->range.start != y->range.start)
        return x->range.start < y->range.start ? -1 : 1;
    if (x->range.end != y->range.end)
        return x->range.end > y->range.end ? -1 : 1;
    return x->symbol < y->symbol ? -1 : x->symbol > y->symbol;
}

/* Take out what is the same on both sides; both lists become sorted by place. */
static void match_errors(const struct tt_guard *g, struct error_list *old, struct error_list *new)
{
    size_t k = 0, kept = 0;
    struct error_node *moved_to = old->at;

    for (size_t i = 0; i < old->n; i++) {
        struct tt_range range;

        /* those in touched text cannot be matched; they go to the end */
        old->at[i].matched = false;
        if (moved(g, old->at[i].range, &range)) {
            struct error_node node = old->at[i];

            node.range = range;
            old->at[i] = old->at[kept];
            old->at[kept++] = node;
        }
    }
    if (kept)
        qsort(moved_to, kept, sizeof(*moved_to), by_place);
    if (new->n)
        qsort(new->at, new->n, sizeof(*new->at), by_place);
    for (size_t i = 0; i < kept; i++) {
        while (k < new->n && by_place(&new->at[k], &old->at[i]) < 0)
            k++;
        if (k < new->n && by_place(&new->at[k], &old->at[i]) == 0)
            old->at[i].matched = new->at[k++].matched = true;
    }
}

static uint64_t weigh(const struct error_list *list, uint32_t *count)
{
    uint64_t bytes = 0;

    *count = 0;
    for (size_t i = 0; i < list->n; i++) {
        if (!list->at[i].matched) {
            ++*count;
            bytes += list->at[i].range.end - list->at[i].range.start;
        }
    }
    return bytes;
}

static void report(const struct tt_guard *g, struct error_list *old, struct error_list *new,
                   struct tt_guard_report *out)
{
    uint64_t old_bytes, new_bytes, inserted = 0;

    size_t all_before = old->n;

    match_errors(g, old, new);
    for (size_t i = 0; i < g->n_edits; i++)
        inserted += g->edits[i].text.n;
    old_bytes = weigh(old, &out->errors_before);
    new_bytes = weigh(new, &out->errors_after);
    out->worse = out->errors_after > out->errors_before ||
                 (out->errors_after > 0 && new_bytes > 2 * (old_bytes + inserted) + 200);
    out->hopeless = all_before >= HOPELESS_ERRORS && out->errors_before > 0;
    for (size_t i = 0; i < new->n; i++) {
        if (!new->at[i].matched) {
            out->place = new->at[i].range;
            if (new->at[i].symbol != UINT16_MAX)
                out->missing = ts_language_symbol_name(ts_tree_language(g->new), new->at[i].symbol);
            break;
        }
    }
}

int tt_guard_compare(const struct tt_guard *guard, struct tt_guard_report *out)
{
    struct error_list old = { NULL, 0, 0, 0 }, new = { NULL, 0, 0, 0 };
    struct tt_range place;
    uint32_t sign;
    int err;

    *out = (struct tt_guard_report){ .worse = false };
    find_errors(guard->new, &new);
    if (new.n) {
        find_errors(guard->old, &old);
        if (!old.err && !new.err)
            report(guard, &old, &new, out);
    }
    err = old.err ? old.err : new.err;
    if (!err && tt_guard_find_sign(guard, &sign, &place)) {
        out->worse = true;
        out->sign = sign;
        out->place = place;
    }
    free(old.at);
    free(new.at);
    return err;
}

const struct TSTree *tt_guard_tree(const struct tt_guard *guard)
{
    return guard->old;
}

/* ---- which alarms to trust ---- */

/* Share of real commits whose result this grammar wrongly found worse, measured
 * by tests/bench/guard_alarms: those above one percent only warn. */
static const char *const only_warns[] = { "sql", "c", "cpp", "rust" };

bool tt_guard_only_warns(const struct tt_lang *lang)
{
    for (size_t i = 0; i < sizeof(only_warns) / sizeof(only_warns[0]); i++) {
        if (tt_str_eq(tt_lang_name(lang), tt_str_from(only_warns[i])))
            return true;
    }
    return false;
}
