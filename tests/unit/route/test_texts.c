/* test_texts.c -- outcomes as JSON, `trimtab findings`, `trimtab stats`. */
#include "helper.h"

#include "trimtab/error.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_outcome_of_a_decision(void **state)
{
    struct tt_router *router = make_router("{}");
    struct tt_route_input in = make_input("ERR-2");
    struct tt_buf text = TT_BUF_INIT(10000);
    struct tt_outcome o, read;
    struct tt_decision d;
    struct tt_arena arena;

    (void)state;
    tt_decision_init(&d);
    tt_arena_init(&arena);
    decide(router, &in, &d);
    tt_outcome_of(&d, TT_OUTCOME_EDITED, &o);
    o.id = TT_STR("o1");
    o.decision = TT_STR("d1");
    o.survived = 0.625;
    o.wall_ms = 1790000000123;
    assert_int_equal(tt_outcome_write_json(&o, &text), 0);
    assert_int_equal(tt_outcome_read_json(tt_buf_str(&text), &arena, &read), 0);
    assert_int_equal(read.kind, TT_OUTCOME_EDITED);
    assert_true(read.survived == 0.625 && read.wall_ms == 1790000000123);
    assert_true(tt_str_eq(read.model, TT_STR("claude-sonnet-5")));
    assert_true(tt_str_eq(read.cls, TT_STR("resilience")));
    assert_true(read.prior_mean == 0.525 && read.cheapest_usd > 0);
    assert_true(read.cheapest_usd < read.cost_usd);
    assert_true(read.latency_ms < 0);
    tt_arena_release(&arena);
    tt_buf_release(&text);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

static const char good[] =
    "{\"id\":\"a\",\"decision\":\"d\",\"wall_ms\":5,\"kind\":\"kept\",\"task\":\"DB-1\",\"class\":"
    "\"schema\",\"name\":\"gpt\",\"model\":\"m\",\"provider\":\"openai\",\"family\":\"gpt\","
    "\"propensity\":1,\"prior_mean\":0.5,\"policy\":\"balanced\"}";

static void test_bad_outcomes(void **state)
{
    static const struct {
        const char *from, *to;
    } changes[] = {
        { "\"kept\"", "\"loved\"" },
        { "\"wall_ms\":5", "\"wall_ms\":\"x\"" },
        { "\"id\":\"a\",", "" },
        { "\"propensity\":1", "\"propensity\":2" },
        { "0.5", "-0.5" },
        { "\"gpt\",\"model\"", "7,\"model\"" },
        { "}", "" },
        { "\"balanced\"", "\"other\"" },
        { "\"family\":\"gpt\"", "\"family\":\"x\"" },
    };
    struct tt_arena arena;
    struct tt_outcome o;

    (void)state;
    tt_arena_init(&arena);
    assert_int_equal(tt_outcome_read_json(TT_STR(good), &arena, &o), 0);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const char *at = strstr(good, changes[i].from);
        char text[600];

        snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good, changes[i].to,
                 at + strlen(changes[i].from));
        if (tt_outcome_read_json(tt_str_from(text), &arena, &o) != TT_EPARSE)
            fail_msg("%s", text);
    }
    for (size_t cut = 0; cut < sizeof(good) - 1; cut++)
        assert_int_equal(tt_outcome_read_json((tt_str){ good, cut }, &arena, &o), TT_EPARSE);
    tt_arena_release(&arena);
}

static void test_findings(void **state)
{
    struct tt_router *router = make_router("{\"findings\": {\"DB-4\": {\"favours\": \"gpt\"}}}");
    struct tt_buf text = TT_BUF_INIT(100000);
    cJSON *json;

    (void)state;
    assert_int_equal(tt_findings_write_text(router, TT_STR(""), &text), 0);
    assert_non_null(strstr(text.p, "ERR-2     claude  clear   tested    retries"));
    assert_non_null(strstr(text.p, "(yours)"));
    tt_buf_clear(&text);
    assert_int_equal(tt_findings_write_text(router, TT_STR("err-2"), &text), 0);
    assert_non_null(strstr(text.p, "Closes:   when asked"));
    assert_non_null(strstr(text.p, "worth 4 observations"));
    tt_buf_clear(&text);
    assert_int_equal(tt_findings_write_text(router, TT_STR("ERR-9"), &text), TT_ENOTFOUND);
    assert_non_null(strstr(text.p, "There is no finding \"ERR-9\""));
    tt_buf_clear(&text);
    assert_int_equal(tt_findings_write_json(router, TT_STR(""), &text), 0);
    json = cJSON_Parse(text.p);
    assert_int_equal(cJSON_GetArraySize(json), 31);
    cJSON_Delete(json);
    tt_buf_release(&text);
    tt_router_destroy(router);
}

static void see(struct tt_router *router, const char *model, enum tt_family family, int kept,
                int of)
{
    struct tt_outcome o = { .task = TT_STR("ERR-2"),
                            .model = tt_str_from(model),
                            .name = TT_STR("x"),
                            .family = family,
                            .prior_mean = 0.5,
                            .cost_usd = 0.02,
                            .cheapest_usd = 0.005,
                            .latency_ms = 1500 };

    for (int i = 0; i < of; i++) {
        o.kind = i < kept ? TT_OUTCOME_KEPT : TT_OUTCOME_UNDONE;
        assert_int_equal(tt_router_learn(router, &o, true), 0);
        o.kind = TT_OUTCOME_SPENT; /* the same request: its money counts once */
        assert_int_equal(tt_router_learn(router, &o, true), 0);
    }
}

static cJSON *stats_json(const struct tt_router *router)
{
    struct tt_buf text = TT_BUF_INIT(100000);
    cJSON *json;

    assert_int_equal(tt_stats_write_json(router, 0, &text), 0);
    json = cJSON_Parse(text.p);
    tt_buf_release(&text);
    return json;
}

/* The counts are those of a count by hand; what cannot be told apart is said so. */
static void test_stats(void **state)
{
    struct tt_router *router = make_router("{}");
    struct tt_buf text = TT_BUF_INIT(100000);
    cJSON *json, *c;

    (void)state;
    assert_int_equal(tt_stats_write_text(router, 0, &text), 0);
    assert_non_null(strstr(text.p, "Nothing was recorded yet"));
    tt_buf_clear(&text);
    see(router, "model-a", TT_FAMILY_CLAUDE, 2, 3);
    see(router, "model-b", TT_FAMILY_GPT, 1, 3);
    assert_int_equal(tt_stats_write_text(router, 0, &text), 0);
    assert_non_null(strstr(
        text.p, "resilience: ERR-2. The article favours claude (ERR-2: clear, equal when asked; "
                "tested)."));
    assert_non_null(strstr(text.p, "kept 2 of 3"));
    assert_non_null(strstr(text.p, "cannot tell the models apart yet"));
    assert_non_null(
        strstr(text.p, "Spent $0.1200; always the cheapest would have cost about $0.0300"));
    json = stats_json(router);
    c = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "classes"), 0);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(c, "better")));
    c = cJSON_GetArrayItem(cJSON_GetObjectItem(c, "models"), 0);
    assert_int_equal(cJSON_GetObjectItem(c, "kept")->valueint, 2);
    assert_int_equal(cJSON_GetObjectItem(c, "undone")->valueint, 1);
    cJSON_Delete(json);
    see(router, "model-a", TT_FAMILY_CLAUDE, 20, 20);
    see(router, "model-b", TT_FAMILY_GPT, 0, 20);
    json = stats_json(router);
    c = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "classes"), 0);
    assert_string_equal(cJSON_GetObjectItem(c, "better")->valuestring, "model-a");
    cJSON_Delete(json);
    tt_buf_release(&text);
    tt_router_destroy(router);
}

static void test_page(void **state)
{
    struct tt_router *router = make_router("{}");
    struct tt_buf text = TT_BUF_INIT(100000);

    (void)state;
    see(router, "<script>alert(1)</script>", TT_FAMILY_CLAUDE, 2, 3);
    assert_int_equal(tt_stats_write_html(router, 0, &text), 0);
    assert_null(strstr(text.p, "<script>"));
    assert_null(strstr(text.p, "http"));
    assert_non_null(strstr(text.p, "&lt;script&gt;"));
    assert_non_null(strstr(text.p, "prefers-color-scheme:dark"));
    tt_buf_release(&text);
    tt_router_destroy(router);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcome_of_a_decision),
        cmocka_unit_test(test_bad_outcomes),
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_stats),
        cmocka_unit_test(test_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
