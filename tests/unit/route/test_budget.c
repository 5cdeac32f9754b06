/* test_budget.c -- money is set aside, settled, and counted by day and month. */
#include "helper.h"

#include "trimtab/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOON 1796040000000 /* 2026-11-30T12:00:00Z */
#define DAY  86400000

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

/* A candidate that may cost `usd`. */
static struct tt_candidate candidate(uint32_t index, double usd)
{
    return (struct tt_candidate){ .model_index = index,
                                  .name = index ? TT_STR("gpt") : TT_STR("claude"),
                                  .max_usd = usd };
}

static void test_reserve_and_settle(void **state)
{
    struct tt_router *router = make_router("{\"budget\": {\"day_usd\": 1}}");
    struct tt_candidate c = candidate(0, 0.6);
    struct tt_buf message = TT_BUF_INIT(1000);
    uint64_t first, second;
    double day, month;

    (void)state;
    assert_int_equal(tt_router_reserve(router, &c, NOON, &first, NULL), 0);
    assert_true(first != 0);
    assert_int_equal(tt_router_reserve(router, &c, NOON, &second, &message), TT_EDENIED);
    assert_non_null(strstr(message.p, "up to $0.6000, and the budget of the day has $0.4000 left"));
    tt_router_settle(router, first, &c, 0.1, NOON);
    tt_router_spent(router, TT_STR(""), NOON, &day, &month);
    assert_true(near(day, 0.1) && near(month, 0.1));
    assert_int_equal(tt_router_reserve(router, &c, NOON, &second, NULL), 0);
    tt_router_settle(router, second, &c, 0.6, NOON);
    assert_int_equal(tt_router_reserve(router, &c, NOON, &second, NULL), TT_EDENIED);
    /* The next day all of it is there again. */
    assert_int_equal(tt_router_reserve(router, &c, NOON + DAY, &second, NULL), 0);
    tt_router_settle(router, second, &c, 0, NOON + DAY);
    tt_buf_release(&message);
    tt_router_destroy(router);
}

static void test_month_and_model(void **state)
{
    struct tt_router *router = make_router("{\"budget\": {\"month_usd\": 2}, \"models\": {\"gpt\": "
                                           "{\"budget\": {\"day_usd\": 0.5}}}}");
    struct tt_candidate claude = candidate(0, 1.5), gpt = candidate(1, 0.6);
    uint64_t r;
    double day, month;

    (void)state;
    assert_int_equal(tt_router_reserve(router, &gpt, NOON, &r, NULL), TT_EDENIED);
    assert_int_equal(tt_router_reserve(router, &claude, NOON, &r, NULL), 0);
    tt_router_settle(router, r, &claude, 1.5, NOON);
    assert_int_equal(tt_router_reserve(router, &claude, NOON, &r, NULL), TT_EDENIED);
    /* December. */
    tt_router_spent(router, TT_STR("claude"), NOON + DAY, &day, &month);
    assert_true(near(day, 0) && near(month, 0));
    assert_int_equal(tt_router_reserve(router, &claude, NOON + DAY, &r, NULL), 0);
    tt_router_settle(router, r, &claude, 1, NOON + DAY);
    tt_router_spent(router, TT_STR("claude"), NOON + DAY, &day, &month);
    assert_true(near(day, 1) && near(month, 1));
    tt_router_destroy(router);
}

/* A new year is a new month; the leap day belongs to February. */
static void test_calendar(void **state)
{
    static const struct {
        int64_t a, b;
        bool same_month;
    } rows[] = {
        { 1798761599000, 1798761600000, false }, /* 2026-12-31, 2027-01-01 */
        { 1835308800000, 1835481599000, true },  /* 2028-02-28, 2028-02-29 */
        { 1835481599000, 1835481600000, false }, /* 2028-02-29, 2028-03-01 */
        { 1790812800000, 1793404800000, true },  /* 2026-10-01, 2026-10-31 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tt_router *router = make_router("{}");
        struct tt_candidate c = candidate(0, 1);
        double day, month;

        tt_router_settle(router, 0, &c, 1, rows[i].a);
        tt_router_spent(router, TT_STR(""), rows[i].b, &day, &month);
        if ((month > 0) != rows[i].same_month)
            fail_msg("row %zu", i);
        tt_router_destroy(router);
    }
}

/* Months go on counting over a new year. */
static void test_new_year(void **state)
{
    struct tt_router *router = make_router("{}");
    struct tt_candidate c = candidate(0, 1);
    double day, month;

    (void)state;
    for (int i = 0; i < 500; i++)
        tt_router_settle(router, 0, &c, 1, NOON + (int64_t)i * DAY);
    tt_router_spent(router, TT_STR(""), NOON + (int64_t)499 * DAY, &day, &month);
    assert_true(near(day, 1));
    assert_true(near(month, 12)); /* 2028-04-12 */
    tt_router_destroy(router);
}

/* What costs nothing, or nobody knows what, is not held back by a budget. */
static void test_no_price(void **state)
{
    struct tt_router *router = make_router("{\"budget\": {\"day_usd\": 0}}");
    struct tt_candidate c = candidate(0, 0);
    uint64_t r = 1;

    (void)state;
    assert_int_equal(tt_router_reserve(router, &c, NOON, &r, NULL), 0);
    assert_int_equal(r, 0);
    c.max_usd = -1;
    assert_int_equal(tt_router_reserve(router, &c, NOON, &r, NULL), 0);
    tt_router_destroy(router);
}

/* The decision leaves out what the budget no longer allows. */
static void test_decision(void **state)
{
    struct tt_router *router = make_router("{\"models\": {\"claude\": {\"budget\": {\"day_usd\": "
                                           "0.01}}}}");
    struct tt_route_input in = make_input("ERR-2");
    struct tt_decision d;

    (void)state;
    tt_decision_init(&d);
    decide(router, &in, &d);
    assert_string_equal(chosen(&d), "gpt");
    assert_int_equal(d.candidates[0].why, TT_WHY_BUDGET);
    assert_non_null(strstr(d.reason.p, "the budget of this model for the day has $0.0100 left"));
    set_router(router, "{\"budget\": {\"day_usd\": 0.000001}}");
    decide(router, &in, &d);
    assert_string_equal(chosen(&d), "none");
    assert_non_null(strstr(d.reason.p, "What needs no model goes on working."));
    tt_decision_release(&d);
    tt_router_destroy(router);
}

/* Replayed outcomes bring back what was spent this day and month. */
static void test_replay(void **state)
{
    struct tt_router *router = make_router("{}");
    struct tt_outcome o = { .id = TT_STR("1"),
                            .task = TT_STR("ERR-2"),
                            .kind = TT_OUTCOME_SPENT,
                            .name = TT_STR("gpt"),
                            .model = TT_STR("m"),
                            .cost_usd = 0.25,
                            .cheapest_usd = -1 };
    double day, month;

    (void)state;
    for (int i = 20; i >= 0; i--) { /* the last three weeks */
        char id[2] = { (char)('a' + i), 0 };

        o.id = tt_str_from(id);
        o.wall_ms = NOON - (int64_t)i * DAY;
        assert_int_equal(tt_router_learn(router, &o, false), 0);
        assert_int_equal(tt_router_learn(router, &o, false), 0);
    }
    tt_router_spent(router, TT_STR("gpt"), NOON, &day, &month);
    assert_true(near(day, 0.25) && near(month, 21 * 0.25));
    tt_router_destroy(router);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reserve_and_settle),
        cmocka_unit_test(test_month_and_model),
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_no_price),
        cmocka_unit_test(test_new_year),
        cmocka_unit_test(test_decision),
        cmocka_unit_test(test_replay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
