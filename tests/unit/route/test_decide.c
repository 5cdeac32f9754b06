/* test_decide.c -- what decides when, and what the record says about it. */
#include "helper.h"

#include "trimtab/error.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define LOCAL "\"local\": {\"model\": \"qwen\", \"base_url\": \"http://localhost:11434/v1\"}"

enum { C = 1, G = 2, L = 4 }; /* keys absent: bits */

static const struct {
    const char *name, *settings, *task, *model, *tried;
    double complexity;
    int absent;
    const char *want; /* the chosen name, "none", or with "/small" */
    enum tt_route_by by;
    const char *words; /* in the reason */
} cases[] = {
    { "finding", "{}", "ERR-2", "", "", 0.5, 0, "claude", TT_BY_FINDING,
      "ERR-2; a 2025 article judged Claude 3.5 Sonnet better here by default, equal when asked. "
      "Our "
      "prompt asks, so this is a weak reason. claude-sonnet-5 was not in that article. No results "
      "of "
      "your own yet." },
    { "gpt is favoured", "{}", "REST-3", "", "", 0.5, 0, "gpt", TT_BY_FINDING,
      "judged GPT-4o better" },
    { "derived", "{}", "DOC-1", "", "", 0.5, 0, "gpt", TT_BY_FINDING, "in our reading" },
    { "asserted", "{}", "TEST-1", "", "", 0.5, 0, "claude", TT_BY_FINDING, "without a test of it" },
    { "reported", "{}", "REF-3", "", "", 0.5, 0, "claude", TT_BY_FINDING, "users whom" },
    { "medium margin", "{}", "REST-1", "", "", 0.5, 0, "claude", TT_BY_FINDING, "slightly better" },
    { "full margin", "{}", "REST-1", "", "", 0.9, 0, "claude", TT_BY_FINDING, "Sonnet better" },
    { "the article's model",
      "{\"models\": {\"claude\": {\"model\": \"claude-3-5-sonnet-20241022\"}}}", "DB-1", "", "",
      0.9, 0, "claude", TT_BY_FINDING, "much better here. No results" },
    { "tie", "{}", "DB-3", "", "", 0.5, 0, "gpt", TT_BY_PRICE,
      "It costs less for this request (~$0." },
    { "low end", "{}", "ERR-1", "", "", 0.3, 0, "gpt", TT_BY_PRICE, "simple end" },
    { "economy", "{\"policy\": \"economy\"}", "AUTH-1", "", "", 0.9, 0, "gpt", TT_BY_PRICE,
      "your policy is economy, so it counts as a tie" },
    { "unknown price", "{\"models\": {\"gpt\": {\"model\": \"gpt-unheard-of\"}}}", "DB-3", "", "",
      0.5, 0, "claude", TT_BY_PRICE, "not known" },
    { "no finding", "{}", "OTHER", "", "", 0.5, 0, "claude", TT_BY_DEFAULT, "No finding applies" },
    { "no finding, own default", "{\"default_model\": \"gpt\"}", "OTHER", "", "", 0.5, 0, "gpt",
      TT_BY_DEFAULT, "default model" },
    { "own finding", "{\"findings\": {\"ERR-2\": {\"favours\": \"gpt\"}}}", "ERR-2", "", "", 0.5, 0,
      "gpt", TT_BY_FINDING, "your settings say that gpt is better" },
    { "own finding on a tie", "{\"findings\": {\"DB-4\": {\"favours\": \"claude\"}}}", "DB-4", "",
      "", 0.5, 0, "claude", TT_BY_FINDING, "slightly better" },
    { "one key, complex", "{}", "DB-1", "", "", 0.9, C, "gpt", TT_BY_TIER,
      "claude cannot be used (no key: set the environment variable ANTHROPIC_API_KEY)" },
    { "one key, simple", "{}", "BULK-1", "", "", 0.1, G, "claude/small", TT_BY_TIER, "smaller" },
    { "one key, simple, quality", "{\"policy\": \"quality\"}", "BULK-1", "", "", 0.1, G, "claude",
      TT_BY_TIER, "larger" },
    { "one key, economy does not weaken security", "{\"policy\": \"economy\"}", "AUTH-1", "", "",
      0.9, G, "claude", TT_BY_TIER, "larger" },
    { "one model",
      "{\"models\": {\"gpt\": {\"enabled\": false}, \"claude\": {\"model\": "
      "\"claude-opus-5\"}}}",
      "REST-3", "", "", 0.5, 0, "claude", TT_BY_ONLY_ONE, "It is the only one that can be used" },
    { "no key at all", "{}", "ERR-2", "", "", 0.5, C | G, "none", TT_BY_FINDING,
      "gpt cannot be used (no key: set the environment variable OPENAI_API_KEY)" },
    { "a local server needs no key", "{\"models\": {" LOCAL "}}", "ERR-2", "", "", 0.5, C | G | L,
      "local", TT_BY_ONLY_ONE, "only one" },
    { "a local server does not win ties", "{\"models\": {" LOCAL "}}", "DB-3", "", "", 0.5, 0,
      "gpt", TT_BY_PRICE, "costs less" },
    { "a local server as default", "{\"default_model\": \"local\", \"models\": {" LOCAL "}}",
      "OTHER", "", "", 0.5, G, "local", TT_BY_DEFAULT, "No finding applies" },
    { "named", "{}", "ERR-2", "gpt", "", 0.5, 0, "gpt", TT_BY_REQUEST, "You named it" },
    { "named by id", "{}", "ERR-2", "GPT-6-sol", "", 0.5, 0, "gpt", TT_BY_REQUEST, "You named it" },
    { "named small", "{}", "ERR-2", "gpt-6-luna", "", 0.5, 0, "gpt/small", TT_BY_REQUEST,
      "You named" },
    { "named, no key", "{}", "ERR-2", "gpt", "", 0.5, G, "none", TT_BY_REQUEST,
      "The model that you named cannot be used" },
    { "named, unknown", "{}", "ERR-2", "gtp", "", 0.5, 0, "none", TT_BY_REQUEST,
      "There is no model \"gtp\" in your settings; there are: claude, gpt." },
    { "pin by task", "{\"pins\": {\"ERR-2\": \"gpt\"}}", "ERR-2", "", "", 0.5, 0, "gpt", TT_BY_PIN,
      "Your pin says so" },
    { "pin by class", "{\"pins\": {\"class:resilience\": \"gpt\"}}", "ERR-2", "", "", 0.5, 0, "gpt",
      TT_BY_PIN, "pin" },
    { "pin by language", "{\"pins\": {\"language:python\": \"gpt\"}}", "ERR-2", "", "", 0.5, 0,
      "gpt", TT_BY_PIN, "pin" },
    { "pin by path before task", "{\"pins\": {\"ERR-2\": \"claude\", \"path:src/old\": \"gpt\"}}",
      "ERR-2", "", "", 0.5, 0, "gpt", TT_BY_PIN, "pin" },
    { "pin by action before path",
      "{\"pins\": {\"action:resilience\": \"claude\", \"path:src/**\": "
      "\"gpt\"}}",
      "ERR-2", "", "", 0.5, 0, "claude", TT_BY_PIN, "pin" },
    { "a pin is never put aside", "{\"pins\": {\"ERR-2\": \"gpt\"}}", "ERR-2", "", "", 0.5, G,
      "none", TT_BY_PIN, "The model of your pin cannot be used" },
    { "a request beats a pin", "{\"pins\": {\"ERR-2\": \"gpt\"}}", "ERR-2", "claude", "", 0.5, 0,
      "claude", TT_BY_REQUEST, "named" },
    { "pinned, no pin", "{\"routing\": \"pinned\"}", "REST-3", "", "", 0.5, 0, "claude",
      TT_BY_DEFAULT, "No pin fits" },
    { "off", "{\"routing\": \"off\", \"pins\": {\"ERR-2\": \"gpt\"}}", "ERR-2", "", "", 0.5, 0,
      "claude", TT_BY_DEFAULT, "Routing is off" },
    { "fallback", "{}", "ERR-2", "", "claude-sonnet-5", 0.5, 0, "gpt", TT_BY_TIER,
      "claude cannot be used (it failed for this request already)" },
    { "too large", "{\"models\": {\"claude\": {\"context_tokens\": 3000}}}", "ERR-2", "", "", 0.5,
      0, "gpt", TT_BY_TIER, "the request needs about 3485 tokens, and it has 3000" },
};

static struct tt_route_input input_of(size_t i)
{
    static enum tt_key_state keys[3];
    static tt_str tried;
    struct tt_route_input in = make_input(cases[i].task);

    for (int k = 0; k < 3; k++)
        keys[k] = cases[i].absent & (1 << k) ? TT_KEY_ABSENT : TT_KEY_PRESENT;
    in.keys = keys;
    in.n_keys = 3;
    tried = tt_str_from(cases[i].tried);
    in.tried = &tried;
    in.n_tried = tried.n > 0;
    in.model = tt_str_from(cases[i].model);
    in.complexity = cases[i].complexity;
    in.language = TT_STR("python");
    in.path = TT_STR("src/old/a.py");
    in.action = TT_STR("resilience");
    return in;
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tt_router *router = make_router(cases[i].settings);
        struct tt_route_input in = input_of(i);
        struct tt_decision d;
        char got[64];

        tt_decision_init(&d);
        decide(router, &in, &d);
        snprintf(got, sizeof(got), "%s%s", chosen(&d),
                 d.choice >= 0 && d.candidates[d.choice].small ? "/small" : "");
        if (strcmp(got, cases[i].want) != 0 || !strstr(d.reason.p, cases[i].words) ||
            (d.choice >= 0 && d.by != cases[i].by))
            fail_msg("%s: %s by %d: %s", cases[i].name, got, (int)d.by, d.reason.p);
        assert_true(d.propensity == 1);
        tt_decision_release(&d);
        tt_router_destroy(router);
    }
}

/* Two menus show the same; the record does not borrow from router or settings. */
static void test_same_twice_and_outlives(void **state)
{
    struct tt_router *router = make_router("{\"models\": {" LOCAL "}}");
    struct tt_route_input in = make_input("ASYNC-2");
    struct tt_decision a, b;
    struct tt_buf x = TT_BUF_INIT(100000), y = TT_BUF_INIT(100000);

    (void)state;
    tt_decision_init(&a);
    tt_decision_init(&b);
    decide(router, &in, &a);
    decide(router, &in, &b);
    set_router(router, "{}");
    tt_router_destroy(router);
    assert_int_equal(tt_decision_write_json(&a, &x), 0);
    assert_int_equal(tt_decision_write_json(&b, &y), 0);
    assert_string_equal(x.p, y.p);
    tt_buf_release(&x);
    tt_buf_release(&y);
    tt_decision_release(&a);
    tt_decision_release(&b);
}

static void test_json(void **state)
{
    static const char *const members[] = { "task",    "policy", "candidates", "choice",
                                           "finding", "reason", "propensity", "by" };
    static const char *const parts[] = { "family", "model",    "provider", "prior_mean",
                                         "own",    "cost_usd", "eligible" };
    struct tt_router *router = make_router("{}");
    struct tt_route_input in = make_input("AUTH-3");
    struct tt_decision d;
    struct tt_buf text = TT_BUF_INIT(100000);
    cJSON *o, *c;

    (void)state;
    tt_decision_init(&d);
    decide(router, &in, &d);
    assert_int_equal(tt_decision_write_json(&d, &text), 0);
    assert_null(strstr(text.p, "null")); /* what is not known is left out */
    o = cJSON_Parse(text.p);
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        assert_true(cJSON_HasObjectItem(o, members[i]));
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(o, "candidates")), 2);
    c = cJSON_GetArrayItem(cJSON_GetObjectItem(o, "candidates"), 0);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        assert_true(cJSON_HasObjectItem(c, parts[i]));
    /* Clear, and halved because our prompt asks. */
    assert_true(cJSON_GetObjectItem(c, "prior_mean")->valuedouble == 0.525);
    assert_true(cJSON_GetObjectItem(c, "prior_n")->valuedouble == 4);
    assert_string_equal(
        cJSON_GetObjectItem(cJSON_GetObjectItem(o, "choice"), "provider")->valuestring,
        "anthropic");
    cJSON_Delete(o);
    tt_buf_release(&text);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

/* The newer tokenizer of Claude makes more tokens of the same text. */
static void test_cost(void **state)
{
    struct tt_router *router = make_router("{}");
    struct tt_route_input in = make_input("DB-3");
    struct tt_decision d;
    struct tt_usage usage = { .input = 1000, .cache_read = 10000, .output = 100 };

    (void)state;
    tt_decision_init(&d);
    decide(router, &in, &d);
    assert_int_equal(d.candidates[0].tokens_in, 1350);
    assert_true(d.candidates[0].cost_usd > 0.00944 && d.candidates[0].cost_usd < 0.00946);
    assert_true(d.candidates[1].cost_usd > 0.00699 && d.candidates[1].cost_usd < 0.00701);
    /* 1000 at $2, 10000 from the cache at $0.20, 100 at $10, per million. */
    assert_true(tt_router_cost(router, 0, false, &usage) > 0.004999 &&
                tt_router_cost(router, 0, false, &usage) < 0.005001);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

/* Without any key: what would be chosen, and that it cannot be asked. */
static void test_what_if(void **state)
{
    static const enum tt_key_state none[] = { TT_KEY_ABSENT, TT_KEY_ABSENT };
    static const enum tt_key_state one[] = { TT_KEY_ABSENT, TT_KEY_PRESENT };
    struct tt_router *router = make_router("{}");
    struct tt_route_input in = make_input("ERR-2");
    struct tt_decision d;

    (void)state;
    tt_decision_init(&d);
    in.keys = none;
    in.n_keys = 2;
    decide(router, &in, &d);
    assert_string_equal(chosen(&d), "none");
    in.what_if = true;
    decide(router, &in, &d);
    assert_string_equal(chosen(&d), "claude");
    assert_int_equal(d.by, TT_BY_FINDING);
    assert_true(d.what_if && !d.candidates[0].eligible && !d.candidates[1].eligible);
    assert_non_null(strstr(d.reason.p, "Sonnet better here"));
    assert_non_null(strstr(d.reason.p, "It cannot be asked yet: no key: set the environment "
                                       "variable ANTHROPIC_API_KEY."));
    in.keys = one; /* one key is enough: no need to pretend */
    decide(router, &in, &d);
    assert_string_equal(chosen(&d), "gpt");
    assert_false(d.what_if);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

/* The settings change while a request runs, and have fewer models now. */
static void test_model_that_is_gone_from_the_settings(void **state)
{
    struct tt_router *router = make_router("{\"models\": {" LOCAL "}}");
    struct tt_usage usage = { .input = 1 };
    struct tt_route_input in = make_input("DB-3");
    struct tt_model_facts facts;
    struct tt_candidate old;
    struct tt_decision d;
    uint64_t reservation;

    (void)state;
    tt_decision_init(&d);
    decide(router, &in, &d);
    old = d.candidates[2];
    set_router(router, "{}");
    tt_router_facts(router, old.model_index, old.small, &facts);
    assert_true(facts.token_factor == 1 && facts.input_usd < 0);
    assert_true(tt_router_cost(router, old.model_index, old.small, &usage) < 0);
    tt_router_failed(router, &old, TT_FAIL_TRANSIENT, 0, 1);
    tt_router_succeeded(router, &old, 1, 1);
    assert_int_equal(tt_router_reserve(router, &old, 1, &reservation, NULL), 0);
    tt_router_settle(router, reservation, &old, 1, 1);
    assert_int_equal(tt_router_notice(router, &old).n, 0);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

static void test_ids_in_many_spellings(void **state)
{
    static const struct {
        const char *id;
        double input, factor;
        bool temperature;
        double distance;
    } ids[] = {
        { "claude-sonnet-5", 2, 1.35, false, 0.4 },
        { "claude-sonnet-4-5-20250929", 3, 1.05, true, 0.4 },
        { "anthropic/claude-sonnet-4.5", 3, 1.05, true, 0.4 },
        { "claude-3-5-sonnet-20241022", 3, 1.05, true, 1 },
        { "gpt-4o", 2.5, 1, true, 1 },
        { "openai/gpt-4o-2024-11-20", 2.5, 1, true, 1 },
        { "gpt-4o-mini", 0.15, 1, true, 0.4 },
        { "gpt-5.6-terra", 2, 1, false, 0.4 },
        { "gpt-6-sol-2026-09-01", 2, 1, false, 0.4 },
        { "o3", 2, 1, false, 0.4 },
        { "gpt-unheard-of", -1, 1, false, 0.4 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        char settings[200];
        struct tt_router *router;
        struct tt_model_facts f;

        snprintf(settings, sizeof(settings), "{\"models\": {\"claude\": {\"model\": \"%s\"}}}",
                 ids[i].id);
        router = make_router(settings);
        tt_router_facts(router, 0, false, &f);
        if (f.input_usd != ids[i].input || f.token_factor != ids[i].factor ||
            f.temperature != ids[i].temperature || f.distance != ids[i].distance)
            fail_msg("%s: %g %g %d %g", ids[i].id, f.input_usd, f.token_factor, f.temperature,
                     f.distance);
        tt_router_destroy(router);
    }
}

static void test_bad_data(void **state)
{
    static const char *const bad[] = { "{", "[]", "{}", "{\"findings\": []}", "null" };
    struct tt_router *router = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct tt_router_data a = { .findings = tt_str_from(bad[i]) };
        struct tt_router_data b = { .models = tt_str_from(bad[i]) };
        struct tt_router_data c = { .prices = tt_str_from(bad[i]) };

        assert_int_equal(tt_router_create(&a, &router), TT_EPARSE);
        assert_int_equal(tt_router_create(&b, &router), TT_EPARSE);
        assert_int_equal(tt_router_create(&c, &router), TT_EPARSE);
    }
    assert_null(router);
}

static void test_before_settings(void **state)
{
    struct tt_router_data data = { 0 };
    struct tt_route_input in = make_input("DB-1");
    struct tt_router *router;
    struct tt_decision d;

    (void)state;
    assert_int_equal(tt_router_create(&data, &router), 0);
    tt_decision_init(&d);
    assert_int_equal(tt_route_decide(router, &in, &d), TT_EINVALID);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_same_twice_and_outlives),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_model_that_is_gone_from_the_settings),
        cmocka_unit_test(test_what_if),
        cmocka_unit_test(test_ids_in_many_spellings),
        cmocka_unit_test(test_bad_data),
        cmocka_unit_test(test_before_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
