/* test_choices.c -- without outcomes the choice is what the findings say: every
 * row, at the simple and at the complex end, under every policy and price order.
 * The table was made from the published findings, not from our data file. */
#include "helper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TABLE TT_SOURCE_DIR "/tests/data/route/choices.txt"

static struct tt_router *claude_cheaper, *gpt_cheaper;

static void check(const struct tt_router *router, const struct tt_route_input *in, const char *want,
                  const char *line)
{
    struct tt_decision d;

    tt_decision_init(&d);
    decide(router, in, &d);
    if (strcmp(want, "default") == 0)
        want = "claude";
    if (strcmp(chosen(&d), want) != 0)
        fail_msg("%s: chose %s: %s", line, chosen(&d), d.reason.p);
    tt_decision_release(&d);
}

static void check_line(const char *line, enum tt_routing routing)
{
    static const char *const policies[] = { "quality", "balanced", "economy" };
    char id[16], complexity[8], policy[16], a[16], b[16];
    struct tt_route_input in;

    assert_int_equal(sscanf(line, "%15s %7s %15s %15s %15s", id, complexity, policy, a, b), 5);
    for (enum tt_policy p = TT_POLICY_QUALITY; p <= TT_POLICY_ECONOMY; p++) {
        if (strcmp(policies[p], policy) != 0)
            continue;
        in = make_input(id);
        in.complexity = strcmp(complexity, "low") == 0 ? 0.2 : 0.9;
        in.policy = &p;
        in.routing = &routing;
        check(claude_cheaper, &in, a, line);
        check(gpt_cheaper, &in, b, line);
    }
}

static void test_table(void **state)
{
    FILE *f = fopen(TABLE, "r");
    char line[200];
    int n = 0;

    (void)state;
    assert_non_null(f);
    while (fgets(line, sizeof(line), f)) {
        if (line[0] == '#')
            continue;
        check_line(line, TT_ROUTING_FINDINGS);
        check_line(line, TT_ROUTING_LEARNED);
        n++;
    }
    fclose(f);
    assert_int_equal(n, 31 * 2 * 3);
}

/* The same id, class and words for every row of the data file. */
static void test_rows_are_all_there(void **state)
{
    const struct tt_finding_row *rows;
    size_t n = tt_router_findings(claude_cheaper, &rows);

    (void)state;
    assert_int_equal(n, 31);
    for (size_t i = 0; i < n; i++) {
        assert_true(rows[i].title.n > 0 && rows[i].statement.n > 20);
        assert_true(rows[i].cls.n > 0 || tt_str_eq(rows[i].id, TT_STR("INLINE-1")));
        assert_int_equal(rows[i].margin == TT_MARGIN_TIE, rows[i].favours == TT_FAMILY_OTHER);
    }
}

static int setup(void **state)
{
    (void)state;
    claude_cheaper = make_router("{\"models\": {\"claude\": {\"price\": {\"input\": 0.1, "
                                 "\"output\": 0.1}}}}");
    gpt_cheaper = make_router("{\"models\": {\"gpt\": {\"price\": {\"input\": 0.1, "
                              "\"output\": 0.1}}}}");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tt_router_destroy(claude_cheaper);
    tt_router_destroy(gpt_cheaper);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_rows_are_all_there),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
