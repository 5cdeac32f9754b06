/* test_query.c -- what predicates mean, and what is said of a bad query. */
#include "syntax/query.h"

#include "syntax/lang.h"
#include "syntax/parse.h"
#include "test.h"
#include "text/text.h"
#include "trimtab/error.h"

/* tree-sitter 0.25 loses eight bytes when it refuses a query that ends inside a
 * pattern. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:ts_query__parse_pattern\n";
}

static bool is_long(const struct tt_match *match, const struct tt_pred_arg *args, uint32_t n)
{
    (void)n;
    return tt_node_text(tt_match_node(match, args[0].capture), match->text).n > 3;
}

static const struct tt_query_pred preds[] = {
    { "long", is_long, 1, 1, true },
};

struct parsed {
    struct tt_text *text;
    struct TSTree *tree;
};

static void parse(struct parsed *p, const char *code)
{
    struct tt_parser *parser = tt_parser_create();

    CHECK(tt_text_create(tt_str_from(code), &p->text, NULL) == 0);
    CHECK(tt_parse(parser, tt_lang_by_name(TT_STR("python")), p->text, NULL, NULL, &p->tree) == 0);
    tt_parser_destroy(parser);
}

static void drop(struct parsed *p)
{
    tt_tree_destroy(p->tree);
    tt_text_unref(p->text);
}

static bool count(void *arg, const struct tt_match *match)
{
    (void)match;
    ++*(size_t *)arg;
    return true;
}

static size_t matches(const char *source, const char *code)
{
    struct tt_query *query = NULL;
    struct tt_query_error error = { 0 };
    struct parsed p;
    size_t n = 0;

    CHECK(tt_query_create(tt_lang_by_name(TT_STR("python")), tt_str_from(source), preds,
                          COUNT(preds), &query, &error) == 0,
          "%s: %s", source, error.message);
    parse(&p, code);
    const struct tt_query_run run = { .root = ts_tree_root_node(p.tree),
                                      .text = tt_str_from(code) };
    CHECK(tt_query_exec(query, &run, count, &n) == 0);
    drop(&p);
    tt_query_destroy(query);
    return n;
}

static void test_predicates(void **state)
{
    static const struct {
        const char *query, *code;
        size_t want;
    } cases[] = {
        { "((identifier) @a (#eq? @a \"x\"))", "x + y + x\n", 2 },
        { "((identifier) @a (#not-eq? @a \"x\"))", "x + y + x\n", 1 },
        { "((identifier) @a (#match? @a \"^[xy]$\"))", "x + y + xx\n", 2 },
        { "((identifier) @a (#not-match? @a \"^[xy]$\"))", "x + y + xx\n", 1 },
        { "((identifier) @a (#any-of? @a \"x\" \"z\"))", "x + y + z\n", 2 },
        { "((identifier) @a (#not-any-of? @a \"x\" \"z\"))", "x + y + z\n", 1 },
        { "((identifier) @a (#long? @a))", "x + longer\n", 1 },
        { "((identifier) @a (#not-long? @a))", "x + longer\n", 1 },
        { "((identifier) @a (#has-ancestor? @a \"call\"))", "x + f(y)\n", 2 },
        { "((identifier) @a (#not-has-ancestor? @a \"call\"))", "x + f(y)\n", 1 },
        { "((identifier) @a (#has-parent? @a \"argument_list\"))", "x + f(y)\n", 1 },
        { "((binary_operator left: (_) @a right: (_) @b) (#eq? @a @b))", "x + x\ny + z\n", 1 },
        /* a capture with several nodes: all must fit, or with any- one of them */
        { "((argument_list (identifier) @a (identifier) @a) (#match? @a \"^x\"))", "f(x1, x2)\n",
          1 },
        { "((argument_list (identifier) @a (identifier) @a) (#match? @a \"^x\"))", "f(x1, y2)\n",
          0 },
        { "((argument_list (identifier) @a (identifier) @a) (#any-match? @a \"^x\"))",
          "f(x1, y2)\n", 1 },
        { "((argument_list (identifier) @a (identifier) @a) (#not-match? @a \"^x\"))",
          "f(x1, y2)\n", 0 },
        /* a capture with no node: everything holds */
        { "((argument_list . (identifier)? @a .) @l (#eq? @a \"x\"))", "f()\n", 1 },
        { "((argument_list . (identifier)? @a .) @l (#any-eq? @a \"x\"))", "f()\n", 0 },
        { "((identifier) @a (#match? @a \"^\xC3\xA4\"))", "\xC3\xA4 + b\n", 1 },
        { "((identifier) @a (#set! kind \"name\"))", "x\n", 1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t got = matches(cases[i].query, cases[i].code);

        CHECK(got == cases[i].want, "%s on %s: %zu", cases[i].query, cases[i].code, got);
    }
}

static void test_errors(void **state)
{
    static const struct {
        const char *query;
        uint32_t line, column;
        const char *says;
    } cases[] = {
        { "(nonsense)", 1, 2, "no node called \"nonsense\"" },
        { "(call\n  wrong: (_))", 2, 3, "no field called \"wrong\"" },
        { "((call) @a (#eq? @b \"x\"))", 1, 19, "@b" },
        { "(call", 1, 6, "not a query" },
        { "(call (module))", 1, 7, "never match" },
        { "((call) @a (#what? @a))", 1, 13, "no such predicate" },
        { "((call) @a (#eq? @a))", 1, 13, "at least one thing" },
        { "((call) @a (#match? @a \"[\"))", 1, 13, "regular expression" },
        { "((call) @a (#match? @a @a))", 1, 13, "only strings" },
        { "((call) @a (#long? @a \"x\"))", 1, 13, "number of arguments" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_query *query = NULL;
        struct tt_query_error error = { 0 };

        CHECK(tt_query_create(tt_lang_by_name(TT_STR("python")), tt_str_from(cases[i].query), preds,
                              COUNT(preds), &query, &error) == TT_EPARSE,
              "%s", cases[i].query);
        CHECK(strstr(error.message, cases[i].says) != NULL, "%s: %s", cases[i].query,
              error.message);
        CHECK(error.line == cases[i].line && error.column == cases[i].column, "%s: at %u:%u",
              cases[i].query, error.line, error.column);
    }
}

static void test_limits(void **state)
{
    static const char code[] = "a\nb\nc\nd\n";
    static const struct tt_range second = { 2, 3 };
    struct tt_query *query = NULL;
    struct parsed p;
    size_t n = 0;

    (void)state;
    CHECK(tt_query_create(tt_lang_by_name(TT_STR("python")),
                          TT_STR("((identifier) @a (#set! kind \"name\"))"), NULL, 0, &query,
                          NULL) == 0);
    CHECK(tt_str_eq(tt_query_pattern_value(query, 0, TT_STR("kind")), TT_STR("name")));
    CHECK(tt_query_pattern_value(query, 0, TT_STR("other")).p == NULL);
    CHECK(tt_query_capture_id(query, TT_STR("a")) == 0);
    CHECK(tt_query_capture_id(query, TT_STR("b")) == UINT32_MAX);
    parse(&p, code);
    struct tt_query_run run = { .root = ts_tree_root_node(p.tree), .text = TT_STR(code) };
    run.range = &second;
    CHECK(tt_query_exec(query, &run, count, &n) == 0);
    CHECK(n == 1, "%zu in the range", n);
    run.range = NULL;
    run.max_matches = 2;
    n = 0;
    CHECK(tt_query_exec(query, &run, count, &n) == TT_ETOOBIG);
    CHECK(n == 2, "%zu before the limit", n);
    drop(&p);
    tt_query_destroy(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_predicates),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
