/* test_health.c -- the breaker, on a clock of the test's own. */
#include "helper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* One letter an event, then what is expected of claude:
 * f fails, r 429, R 429 with 5 s, a account, g gone, s succeeds, b begins a request,
 * x abandons it; 0..9 waits 10^digit ms, c new settings, k other keys;
 * + must be usable, - must not. */
static const struct {
    const char *name, *script;
} cases[] = {
    { "two failures are not enough", "+f+f+" },
    { "three in a row", "fff-" },
    { "a success between", "ffs5ff+" },
    { "open for half a minute", "fff4-4-4+" },
    { "one probe at a time", "fff5+b-" },
    { "a failed probe: twice as long", "fff4444+bf4-4-4-44-4+" },
    { "a probe that worked", "fff5bs+" },
    { "an abandoned probe", "fff5b-x+" },
    { "more than half within a minute", "ssffsf4+f-" },
    { "old failures are forgotten", "ff5sf5f+" },
    { "429 opens at once", "r-4-44+" },
    { "half open, one failure is enough", "r444+bf-5+" },
    { "429 says how long", "R-3-3-333+" },
    { "account: ten minutes", "a5-5-5-5-5-5+" },
    { "account: new settings mend it", "a-c+" },
    { "account: other keys mend it", "a-k+" },
    { "other keys mend nothing else", "fff-k-r-k-" },
    { "success mends all", "r4s+" },
};

static bool usable(struct tt_router *router, uint64_t now)
{
    struct tt_route_input in = make_input("ERR-2");
    struct tt_decision d;
    bool is;

    in.now_ms = now;
    tt_decision_init(&d);
    decide(router, &in, &d);
    is = d.candidates[0].eligible;
    assert_string_equal(chosen(&d), is ? "claude" : "gpt");
    if (!is)
        assert_int_equal(d.candidates[0].why, TT_WHY_UNHEALTHY);
    tt_decision_release(&d);
    return is;
}

static void step(struct tt_router *router, const struct tt_candidate *c, char event, uint64_t *now)
{
    static const uint64_t waits[] = { 1, 10, 100, 1000, 10000, 100000 };

    switch (event) {
    case 'f':
        tt_router_failed(router, c, TT_FAIL_TRANSIENT, 0, *now);
        break;
    case 'r':
        tt_router_failed(router, c, TT_FAIL_RATE, 0, *now);
        break;
    case 'R':
        tt_router_failed(router, c, TT_FAIL_RATE, 5000, *now);
        break;
    case 'a':
        tt_router_failed(router, c, TT_FAIL_ACCOUNT, 0, *now);
        break;
    case 's':
        tt_router_succeeded(router, c, 1000, *now);
        break;
    case 'b':
        tt_router_started(router, c, *now);
        break;
    case 'x':
        tt_router_abandoned(router, c);
        break;
    case 'c':
        set_router(router, "{}");
        break;
    case 'k':
        tt_router_new_keys(router);
        break;
    default:
        *now += waits[event - '0'];
    }
}

static void run(const char *name, const char *script)
{
    struct tt_router *router = make_router("{}");
    struct tt_route_input in = make_input("ERR-2");
    struct tt_decision d;
    uint64_t now = 1000000;

    tt_decision_init(&d);
    decide(router, &in, &d);
    for (const char *p = script; *p; p++) {
        if (*p == '+' || *p == '-') {
            if (usable(router, now) != (*p == '+'))
                fail_msg("%s: at %zu of %s", name, (size_t)(p - script), script);
        } else {
            step(router, &d.candidates[0], *p, &now);
        }
    }
    tt_decision_release(&d);
    tt_router_destroy(router);
}

static void test_scripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        run(cases[i].name, cases[i].script);
}

/* When nothing is healthy, what comes back first is tried: better than nothing. */
static void test_all_open(void **state)
{
    struct tt_router *router = make_router("{}");
    struct tt_route_input in = make_input("ERR-2");
    struct tt_decision d;

    (void)state;
    tt_decision_init(&d);
    decide(router, &in, &d);
    tt_router_failed(router, &d.candidates[0], TT_FAIL_RATE, 60000, in.now_ms);
    tt_router_failed(router, &d.candidates[1], TT_FAIL_RATE, 20000, in.now_ms);
    decide(router, &in, &d);
    assert_string_equal(chosen(&d), "gpt");
    assert_true(d.only_one);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

/* What the menu and the refusal say of a model that is not asked. */
static void test_words(void **state)
{
    static const struct {
        enum tt_failure failure;
        const char *says;
    } rows[] = {
        { TT_FAIL_RATE, "it has had too many requests; tried again in 61 s" },
        { TT_FAIL_ACCOUNT, "the provider refused its key or account: give it another key; tried "
                           "again in 601 s" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tt_router *router = make_router("{}");
        struct tt_route_input in = make_input("ERR-2");
        struct tt_decision d;

        tt_decision_init(&d);
        decide(router, &in, &d);
        tt_router_failed(router, &d.candidates[0], rows[i].failure, 60000, in.now_ms);
        decide(router, &in, &d);
        if (!tt_str_eq(d.candidates[0].why_not, tt_str_from(rows[i].says)))
            fail_msg("%.*s", TT_STR_ARG(d.candidates[0].why_not));
        tt_decision_release(&d);
        tt_router_destroy(router);
    }
}

static void test_successor(void **state)
{
    struct tt_router *router = make_router("{\"models\": {\"claude\": {\"model\": "
                                           "\"claude-3-5-sonnet-latest\"}, \"gpt\": {\"model\": "
                                           "\"gpt-private\"}}}");
    struct tt_route_input in = make_input("ERR-2");
    struct tt_decision d;
    struct tt_model_facts facts;

    (void)state;
    tt_decision_init(&d);
    decide(router, &in, &d);
    assert_true(tt_str_eq(d.candidates[0].model, TT_STR("claude-3-5-sonnet-latest")));
    assert_int_equal(tt_router_notice(router, &d.candidates[0]).n, 0);
    tt_router_failed(router, &d.candidates[0], TT_FAIL_MODEL_GONE, 0, in.now_ms);
    tt_router_failed(router, &d.candidates[1], TT_FAIL_MODEL_GONE, 0, in.now_ms);
    decide(router, &in, &d);
    assert_string_equal(chosen(&d), "claude");
    assert_true(tt_str_eq(d.candidates[0].model, TT_STR("claude-sonnet-5")));
    assert_non_null(strstr(tt_router_notice(router, &d.candidates[0]).p, "claude-3-5-sonnet-latest "
                                                                         "is no longer served"));
    tt_router_facts(router, 0, false, &facts);
    assert_true(facts.input_usd == 2);
    assert_int_equal(d.candidates[1].why, TT_WHY_RETIRED); /* no successor is known */
    tt_decision_release(&d);
    tt_router_destroy(router);
}

static void test_latency(void **state)
{
    struct tt_router *router = make_router("{}");
    struct tt_route_input in = make_input("ERR-2");
    struct tt_decision d;

    (void)state;
    tt_decision_init(&d);
    decide(router, &in, &d);
    assert_true(d.candidates[0].latency_ms < 0);
    tt_router_succeeded(router, &d.candidates[0], 2000, in.now_ms);
    tt_router_succeeded(router, &d.candidates[0], 1000, in.now_ms);
    decide(router, &in, &d);
    assert_true(d.candidates[0].latency_ms > 1699 && d.candidates[0].latency_ms < 1701);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scripts), cmocka_unit_test(test_all_open),
        cmocka_unit_test(test_words),   cmocka_unit_test(test_successor),
        cmocka_unit_test(test_latency),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
