/* rules_run.c -- one walk over a tree, and what comes of its matches. */
#include "analysis/rules.h"

#include "analysis/embedded_sql.h"
#include "analysis/fix_check.h"
#include "analysis/paths.h"
#include "analysis/predicates.h"
#include "analysis/rules_set.h"
#include "analysis/suppress.h"
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define FINDINGS_AT_MOST 10000
#define RELATED_AT_MOST  8

struct runner {
    const struct tt_rules *rules;
    const struct rule_query *query;
    const struct tt_source *source;
    const struct tt_rules_run *run;
    struct tt_arena *arena;
    enum tt_severity *severity; /* one a rule; OFF: not in this file */
    struct tt_suppressions suppressions;
    size_t silenced_rule; /* what was silenced last */
    uint32_t silenced_at;
    struct tt_findings *out;
    size_t cap;
    bool embedded; /* what is walked is SQL in strings: nothing is rewritten there */
    int err;
};

/* ---- one match ---- */

static struct tt_range node_range(TSNode node)
{
    return (struct tt_range){ ts_node_start_byte(node), ts_node_end_byte(node) };
}

static bool fill_related(struct runner *r, const struct rule *rule, const struct tt_match *match,
                         struct tt_finding *finding)
{
    if (r->query->related == UINT32_MAX || rule->doc.related.n == 0)
        return true;
    struct tt_related *related = tt_arena_array(r->arena, RELATED_AT_MOST, sizeof(*related));
    if (!related)
        return false;
    while (finding->n_related < RELATED_AT_MOST) {
        TSNode node = tt_match_nth(match, r->query->related, (uint32_t)finding->n_related);

        if (ts_node_is_null(node))
            break;
        related[finding->n_related++] =
            (struct tt_related){ node_range(node),
                                 tt_template_message(rule->doc.related, match, r->arena) };
    }
    finding->related = related;
    return true;
}

static bool fill_fix(struct runner *r, const struct rule *rule, const struct tt_match *match,
                     struct tt_finding *finding)
{
    if (rule->fix && !r->embedded) {
        struct tt_text_edit *edits = NULL;
        int err =
            tt_template_apply(rule->fix, match, r->source, r->arena, &edits, &finding->n_edits);

        if (err)
            return false;
        finding->edits = edits;
        if (!fix_stands(ts_tree_root_node(r->source->tree), r->source->bytes, edits,
                        finding->n_edits))
            finding->n_edits = 0;
    }
    if (finding->n_edits > 0) {
        finding->fix = rule->doc.info.fix;
        finding->fix_title = tt_template_message(rule->doc.info.fix_title, match, r->arena);
    } else if (rule->doc.info.model_title.n > 0) {
        finding->fix = TT_FIX_MODEL;
        finding->fix_title = rule->doc.info.model_title;
    }
    finding->task = rule->doc.info.finding;
    return true;
}

static struct tt_finding *new_finding(struct runner *r)
{
    if (r->out->n == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 16;
        struct tt_finding *more = tt_arena_array(r->arena, cap, sizeof(*more));

        if (!more)
            return NULL;
        if (r->out->n)
            memcpy(more, r->out->at, r->out->n * sizeof(*more));
        r->out->at = more;
        r->cap = cap;
    }
    return &r->out->at[r->out->n++];
}

static bool add_finding(struct runner *r, size_t index, const struct tt_match *match, TSNode node)
{
    const struct rule *rule = &r->rules->rules[index];
    struct tt_finding *finding = new_finding(r);

    if (!finding)
        return false;
    *finding = (struct tt_finding){
        .rule = &rule->doc.info,
        .range = node_range(node),
        .severity = r->severity[index],
        .message = tt_template_message(rule->doc.info.message, match, r->arena),
    };
    return finding->message.p && fill_related(r, rule, match, finding) &&
           fill_fix(r, rule, match, finding);
}

/* A rule of several patterns may match one place several times: said once, silenced once. */
static void count_suppressed(struct runner *r, size_t index, uint32_t start)
{
    if (r->out->suppressed > 0 && r->silenced_rule == index && r->silenced_at == start)
        return;
    r->out->suppressed++;
    r->silenced_rule = index;
    r->silenced_at = start;
}

static bool on_match(void *arg, const struct tt_match *match)
{
    struct runner *r = arg;
    size_t index = r->query->rule_of[match->pattern];
    TSNode node = tt_match_node(match, r->query->finding);
    uint32_t most = r->run->max_findings ? r->run->max_findings : FINDINGS_AT_MOST;

    if (r->severity[index] == TT_SEVERITY_OFF || ts_node_is_null(node))
        return true;
    const struct tt_rule_info *rule = &r->rules->rules[index].doc.info;
    uint32_t start = ts_node_start_byte(node);
    if (tt_suppressed(&r->suppressions, rule, start) ||
        tt_suppressed_for_others(r->source, rule, start)) {
        count_suppressed(r, index, start);
        return true;
    }
    if (r->out->n >= most) {
        r->out->cut = true;
        return false;
    }
    if (!add_finding(r, index, match, node)) {
        r->err = TT_ENOMEM;
        return false;
    }
    return true;
}

/* ---- all of them ---- */

static int order(const struct tt_finding *a, const struct tt_finding *b)
{
    if (a->range.start != b->range.start)
        return a->range.start < b->range.start ? -1 : 1;
    if (a->range.end != b->range.end)
        return a->range.end < b->range.end ? -1 : 1;
    tt_str x = a->rule->id, y = b->rule->id;
    int c = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);
    return c ? c : (x.n > y.n) - (x.n < y.n);
}

/* Of findings that are the same, the one with edits comes first. */
static int by_place(const void *x, const void *y)
{
    const struct tt_finding *a = x, *b = y;
    int c = order(a, b);

    return c ? c : (int)(b->n_edits > 0) - (int)(a->n_edits > 0);
}

/* Said before, of a rule that says it once a file? */
static bool is_repeated(const struct tt_findings *found, size_t n, const struct tt_finding *next)
{
    if (n > 0 && order(&found->at[n - 1], next) == 0)
        return true;
    if (!rule_of_info(next->rule)->doc.once)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (found->at[i].rule == next->rule)
            return true;
    }
    return false;
}

static void sort_and_merge(struct tt_findings *found)
{
    size_t n = 0;

    if (found->n > 1)
        qsort(found->at, found->n, sizeof(*found->at), by_place);
    for (size_t i = 0; i < found->n; i++) {
        if (!is_repeated(found, n, &found->at[i]))
            found->at[n++] = found->at[i];
    }
    found->n = n;
}

/* Which rules run in this file, and how loudly.  False: none.  In a few lines a
 * query costs less than looking for its literals in the whole file. */
static bool set_severities(struct runner *r, tt_str language, tt_str bytes)
{
    bool aside = tt_path_is_aside(r->source->path, r->source->bytes);
    bool any = false;

    for (size_t i = 0; i < r->rules->n; i++) {
        const struct rule *rule = &r->rules->rules[i];
        bool runs = rule_speaks(rule, language) && (!aside || rule->doc.in_tests) &&
                    (!r->run->ranges || rule->doc.info.scope == TT_SCOPE_NODE) &&
                    (r->run->ranges || rule_literal_in(rule, bytes));

        r->severity[i] =
            runs ? rules_severity(r->rules, rule, language, r->source->path) : TT_SEVERITY_OFF;
        any = any || r->severity[i] != TT_SEVERITY_OFF;
    }
    return any;
}

/* Where a query begins that is only asked about `range`: at the one statement of the
 * file that holds all of it, so that the hundreds beside it are not gone through. */
static TSNode top_of(TSNode root, const struct tt_range *range)
{
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    TSNode top = root;

    if (ts_tree_cursor_goto_first_child_for_byte(&cursor, range->start) >= 0) {
        TSNode child = ts_tree_cursor_current_node(&cursor);

        if (ts_node_start_byte(child) <= range->start && ts_node_end_byte(child) >= range->end)
            top = child;
    }
    ts_tree_cursor_delete(&cursor);
    return top;
}

static int walk(struct runner *r, TSNode root, tt_str bytes, const struct tt_range *range)
{
    struct tt_pred_memo memo = { 0 };
    struct tt_pred_context context = {
        .source = r->source, .bytes = bytes, .root = root, .embedded = r->embedded, .memo = &memo
    };
    struct tt_query_run run = {
        .root = range ? top_of(root, range) : root,
        .text = bytes,
        .range = range,
        .stop = r->run->stop,
        .stop_data = r->run->data,
        .data = &context,
    };
    tt_map_init(&memo.functions, (uintptr_t)&memo);
    int err = tt_query_exec(r->query->query, &run, on_match, r);

    tt_pred_memo_release(&memo);

    if (err == TT_ETOOBIG) {
        r->out->cut = true;
        err = 0;
    }
    return r->err ? r->err : err;
}

/* ---- SQL in strings ---- */

static int parse_sql(tt_str sql, const struct tt_lang *lang, struct TSTree **tree)
{
    struct tt_parser *parser = tt_parser_create();
    struct tt_text *text = NULL;
    int err = parser ? tt_text_create(sql, &text, NULL) : TT_ENOMEM;

    if (!err)
        err = tt_parse(parser, lang, text, NULL, NULL, tree);
    tt_text_unref(text);
    tt_parser_destroy(parser);
    return err;
}

static int walk_embedded(struct runner *r)
{
    const struct tt_lang *lang = tt_lang_by_name(TT_STR("sql"));
    struct TSTree *tree = NULL;
    tt_str sql;

    if (!lang || r->run->ranges || !embedded_sql_possible(r->source->lang, r->source->bytes))
        return 0;
    int err = embedded_sql_read(r->source, r->arena, &sql);
    if (err || sql.n == 0 || !set_severities(r, tt_lang_name(lang), sql))
        return err;
    r->query = rules_query(r->rules, lang, r->run);
    if (!r->query || parse_sql(sql, lang, &tree) != 0)
        return 0;
    r->embedded = true;
    err = walk(r, ts_tree_root_node(tree), sql, NULL);
    tt_tree_destroy(tree);
    return err;
}

static int walk_host(struct runner *r)
{
    TSNode root = ts_tree_root_node(r->source->tree);
    int err = 0;

    if (!set_severities(r, tt_lang_name(r->source->lang), r->source->bytes))
        return 0;
    r->query = rules_query(r->rules, r->source->lang, r->run);
    if (!r->query)
        return 0;
    if (!r->run->ranges)
        return walk(r, root, r->source->bytes, NULL);
    for (size_t i = 0; !err && i < r->run->n_ranges; i++)
        err = walk(r, root, r->source->bytes, &r->run->ranges[i]);
    return err;
}

int tt_rules_exec(const struct tt_rules *rules, const struct tt_source *source,
                  const struct tt_rules_run *run, struct tt_arena *arena, struct tt_findings *out)
{
    static const struct tt_rules_run whole;
    struct runner r = { .rules = rules, .source = source, .arena = arena, .out = out };

    *out = (struct tt_findings){ 0 };
    r.run = run ? run : &whole;
    if (!source->lang || !source->tree || tt_path_is_foreign(source->path, source->bytes))
        return 0;
    r.severity = tt_arena_array(arena, rules->n, sizeof(*r.severity));
    if (!r.severity)
        return TT_ENOMEM;
    int err = tt_suppressions_find(source, arena, &r.suppressions);
    if (!err)
        err = walk_host(&r);
    if (!err)
        err = walk_embedded(&r);
    if (!err)
        sort_and_merge(out);
    return err;
}

struct tt_range tt_rules_widen(const struct tt_source *source, struct tt_range changed)
{
    TSNode root = ts_tree_root_node(source->tree);
    struct tt_range out = changed;
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    uint32_t from = changed.start ? changed.start - 1 : 0;

    if (ts_tree_cursor_goto_first_child_for_byte(&cursor, from) >= 0) {
        do {
            struct tt_range item = node_range(ts_tree_cursor_current_node(&cursor));

            if (item.start > changed.end)
                break;
            out.start = item.start < out.start ? item.start : out.start;
            out.end = item.end > out.end ? item.end : out.end;
        } while (ts_tree_cursor_goto_next_sibling(&cursor));
    }
    ts_tree_cursor_delete(&cursor);
    return out;
}
