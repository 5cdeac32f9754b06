/* test_ranges.c -- a run over what a keystroke touched finds what a full run finds there.
 *
 * Over the examples of every rule, some at a time one behind the other and then
 * damaged as somebody who types damages them. */
#include "analysis/rule_file.h"
#include "analysis/rules.h"
#include "analysis/rules_set.h"
#include "base/buf.h"
#include "base/embed.h"
#include "code.h"
#include "syntax/lang.h"
#include "test.h"

TT_EMBEDDED_DECLARE(analysis)

#define EXAMPLES_MAX 4096
#define TOGETHER     6 /* examples in one text */
#define PLACES       6 /* that are asked about in each text */

static uint64_t seed = 1;

static uint32_t below(size_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return n ? (uint32_t)((seed >> 33) % n) : 0;
}

/* Ascii only: what is cut out of a letter would not be UTF-8. */
static bool is_ascii(tt_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] > 0x7F)
            return false;
    }
    return true;
}

static void damage(tt_str text, struct tt_buf *out)
{
    static const char *const typed[] = { "x", "(", "\n", "    ", "\"", ":", "{", "}", ")", " = " };
    uint32_t from = below(text.n), till = from;

    if (!is_ascii(text)) {
        tt_buf_add(out, text);
        return;
    }
    if (below(2))
        till = from + below(text.n - from < 12 ? text.n - from : 12);
    tt_buf_add(out, tt_str_sub(text, 0, from));
    if (till == from)
        tt_buf_add(out, tt_str_from(typed[below(COUNT(typed))]));
    tt_buf_add(out, tt_str_sub(text, till, text.n));
}

/* Does a run over a few lines promise to find it? */
static bool is_local(const struct tt_finding *finding, tt_str language)
{
    const struct rule *rule = rule_of_info(finding->rule);

    return rule->doc.info.scope == TT_SCOPE_NODE && !rule->doc.once && rule_speaks(rule, language);
}

static bool touches(const struct tt_finding *finding, struct tt_range at)
{
    return finding->range.start <= at.end && at.start <= finding->range.end;
}

static bool same(const struct tt_finding *a, const struct tt_finding *b)
{
    return a->rule == b->rule && a->range.start == b->range.start && a->range.end == b->range.end &&
           a->n_edits == b->n_edits && a->n_related == b->n_related;
}

/* Every finding of `a` at the place is one of `b`. */
static size_t check_within(const struct tt_findings *a, const struct tt_findings *b,
                           const struct tt_source *source, struct tt_range at, const char *how)
{
    tt_str language = tt_lang_name(source->lang);
    size_t seen = 0;

    for (size_t i = 0; i < a->n; i++) {
        bool found = false;

        if (!is_local(&a->at[i], language) || !touches(&a->at[i], at))
            continue;
        for (size_t k = 0; k < b->n && !found; k++)
            found = same(&a->at[i], &b->at[k]);
        if (!found)
            print_error("%.*s\n", TT_STR_ARG(source->bytes));
        CHECK(found, "%s: %.*s at %u, asked about %u-%u", how, TT_STR_ARG(a->at[i].rule->id),
              a->at[i].range.start, at.start, at.end);
        seen++;
    }
    return seen;
}

static size_t check_places(const struct tt_rules *rules, const struct tt_source *source)
{
    struct tt_findings all, some;
    struct tt_arena arena;
    size_t seen = 0;

    tt_arena_init(&arena);
    CHECK(tt_rules_exec(rules, source, NULL, &arena, &all) == 0);
    for (int i = 0; i < PLACES && !all.cut; i++) {
        uint32_t start = below(source->bytes.n);
        struct tt_range at = { start, start };

        if (all.n && below(2)) /* where there is something */
            at = all.at[below(all.n)].range;
        struct tt_range wide = tt_rules_widen(source, at);
        const struct tt_rules_run how = { .ranges = &wide, .n_ranges = 1 };

        CHECK(tt_rules_exec(rules, source, &how, &arena, &some) == 0);
        seen += check_within(&all, &some, source, at, "only a full run finds it");
        check_within(&some, &all, source, at, "a full run does not find it");
    }
    tt_arena_release(&arena);
    return seen;
}

static size_t check_text(const struct tt_rules *rules, tt_str language, tt_str path, tt_str text)
{
    struct code code;

    code_init(&code, language, path, text);
    size_t seen = check_places(rules, &code.source);
    code_release(&code);
    return seen;
}

/* An example, and those of the same language that come after it. */
static size_t check_from(const struct tt_rules *rules, const struct tt_rule_example *examples,
                         size_t n, size_t first)
{
    const struct tt_rule_example *begin = &examples[first];
    struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN), typed = TT_BUF_INIT(TT_BUF_OWN);
    size_t added = 0;

    for (size_t i = first; i < n && added < TOGETHER; i++) {
        if (!tt_str_eq(examples[i].language, begin->language))
            continue;
        tt_buf_add(&text, examples[i].code);
        tt_buf_add(&text, TT_STR("\n"));
        added++;
    }
    size_t seen = check_text(rules, begin->language, begin->path, tt_buf_str(&text));
    damage(tt_buf_str(&text), &typed);
    seen += check_text(rules, begin->language, begin->path, tt_buf_str(&typed));
    tt_buf_release(&text);
    tt_buf_release(&typed);
    return seen;
}

static void test_ranges_of_examples(void **state)
{
    static struct tt_rule_example examples[EXAMPLES_MAX];
    const struct tt_rules_options opt = { 0 };
    struct tt_rules *rules;
    struct tt_arena arena;
    size_t n = 0, seen = 0;

    (void)state;
    tt_arena_init(&arena);
    for (size_t i = 0; i < tt_analysis_files_count; i++) {
        const struct tt_embedded *file = &tt_analysis_files[i];
        struct tt_rule_doc doc;
        uint32_t line;
        const char *message;

        CHECK(tt_rule_doc_read(tt_str_from(file->path), tt_embedded_str(file), &arena, &doc, &line,
                               &message) == 0);
        for (size_t k = 0; k < doc.n_examples && n < EXAMPLES_MAX; k++)
            examples[n++] = doc.examples[k];
    }
    CHECK(n > 0 && n < EXAMPLES_MAX);
    CHECK(tt_rules_create(&opt, NULL, NULL, &rules) == 0);
    for (size_t i = 0; i < n; i += 3)
        seen += check_from(rules, examples, n, i);
    CHECK(seen > n, "only %zu findings were looked at", seen);
    print_message("%zu findings at places of %zu examples\n", seen, n);
    tt_rules_destroy(rules);
    tt_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges_of_examples),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
