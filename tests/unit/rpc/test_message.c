/* test_message.c -- what kind of message a body is, and whom to answer when it is
 * none. */
#include "rpc/message.h"
#include "test.h"
#include "trimtab/error.h"

#define R "\"jsonrpc\":\"2.0\","

static const struct {
    const char *body;
    enum tt_message_kind kind;
    const char *id, *method; /* "" for none */
    int code;                /* of an invalid one */
} cases[] = {
    { "{" R "\"id\":1,\"method\":\"m\",\"params\":{}}", TT_MESSAGE_REQUEST, "1", "m", 0 },
    { "{" R "\"id\":\"a\\u0062\",\"method\":\"m\"}", TT_MESSAGE_REQUEST, "\"a\\u0062\"", "m", 0 },
    { "{" R "\"id\":0,\"method\":\"m\\/n\",\"params\":null}", TT_MESSAGE_REQUEST, "0", "m/n", 0 },
    { "{\"id\":1,\"method\":\"no version\"}", TT_MESSAGE_REQUEST, "1", "no version", 0 },
    { "{" R "\"id\":12345678901234567890123,\"method\":\"m\"}", TT_MESSAGE_REQUEST,
      "12345678901234567890123", "m", 0 },
    { "{" R "\"method\":\"m\",\"params\":[1]}", TT_MESSAGE_NOTIFICATION, "", "m", 0 },
    { "{" R "\"id\":null,\"method\":\"m\"}", TT_MESSAGE_NOTIFICATION, "", "m", 0 },
    { "{" R "\"id\":4,\"result\":{}}", TT_MESSAGE_RESPONSE, "4", "", 0 },
    { "{" R "\"id\":4,\"result\":null}", TT_MESSAGE_RESPONSE, "4", "", 0 },
    { "{" R "\"id\":4}", TT_MESSAGE_RESPONSE, "4", "", 0 },
    { "{" R "\"id\":\"4\",\"error\":{\"code\":-1,\"message\":\"x\"}}", TT_MESSAGE_RESPONSE, "\"4\"",
      "", 0 },
    { "{" R "\"id\":1,\"method\":\"m\",\"params\":{\"t\":\"\\u0000\\ud800\"}}", TT_MESSAGE_REQUEST,
      "1", "m", 0 },
    { "{" R "\"id\":1,\"id\":2,\"method\":\"l\",\"method\":\"m\"}", TT_MESSAGE_REQUEST, "2", "m",
      0 },
    { "{" R "\"id\":[1],\"method\":\"m\"}", TT_MESSAGE_INVALID, "", "", -32600 },
    { "{" R "\"id\":true,\"method\":\"m\"}", TT_MESSAGE_INVALID, "", "", -32600 },
    { "{" R "\"id\":1,\"method\":7}", TT_MESSAGE_INVALID, "1", "", -32600 },
    { "{" R "\"id\":1,\"method\":\"\"}", TT_MESSAGE_INVALID, "1", "", -32600 },
    { "{" R "\"id\":1,\"method\":\"m\",\"params\":\"x\"}", TT_MESSAGE_INVALID, "1", "m", -32600 },
    { "{" R "\"id\":1,\"method\":\"m\",\"params\":5}", TT_MESSAGE_INVALID, "1", "m", -32600 },
    { "{}", TT_MESSAGE_INVALID, "", "", -32600 },
    { "[]", TT_MESSAGE_INVALID, "", "", -32600 },
    { "[{" R "\"id\":1,\"method\":\"m\"}]", TT_MESSAGE_INVALID, "", "", -32600 },
    { "7", TT_MESSAGE_INVALID, "", "", -32600 },
    { "null", TT_MESSAGE_INVALID, "", "", -32600 },
    { "", TT_MESSAGE_INVALID, "", "", -32700 },
    { "hello", TT_MESSAGE_INVALID, "", "", -32700 },
    { "{" R "\"id\":1,\"method\":\"m\",\"params\":{", TT_MESSAGE_INVALID, "1", "m", -32700 },
    { "{" R "\"id\":1,\"result\":{", TT_MESSAGE_INVALID, "", "", -32700 },
    { "{" R "\"id\":1,\"method\":\"m\",\"params\":{\"t\":\"\xFF\"}}", TT_MESSAGE_INVALID, "1", "m",
      -32700 },
    { "{" R "\"params\":{\"t\":\"\xC3\"},\"id\":1,\"method\":\"m\"}", TT_MESSAGE_INVALID, "1", "m",
      -32700 },
    { "{" R "\"id\":1,\"result\":\"\xFF\"}", TT_MESSAGE_INVALID, "", "", -32700 },
};

static void test_kinds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *body = cases[i].body;
        struct tt_arena arena;
        struct tt_message m;

        tt_arena_init(&arena);
        CHECK(tt_message_parse(tt_str_from(body), &arena, &m) == 0, "%s", body);
        CHECK(m.kind == cases[i].kind, "%s: %d", body, (int)m.kind);
        CHECK(tt_str_eq(m.id, tt_str_from(cases[i].id)), "%s: %.*s", body, TT_STR_ARG(m.id));
        CHECK(tt_str_eq(m.method, tt_str_from(cases[i].method)), "%s", body);
        CHECK((int)m.code == cases[i].code, "%s: %d", body, (int)m.code);
        CHECK((m.why.n > 0) == (m.kind == TT_MESSAGE_INVALID), "%s", body);
        tt_arena_release(&arena);
    }
}

static struct tt_arena arena;

static struct tt_message parsed(const char *body)
{
    struct tt_message m;

    CHECK(tt_message_parse(tt_str_from(body), &arena, &m) == 0);
    return m;
}

static void test_is_json(void **state)
{
    (void)state;
    CHECK(parsed("{}").is_json);
    CHECK(parsed("{\"a\":\"\xFF\"}").is_json, "its length was right");
    CHECK(!parsed("{}x").is_json);
    CHECK(!parsed("{").is_json);
}

static void test_responses(void **state)
{
    struct tt_message m =
        parsed("{\"id\":4,\"error\":{\"code\":-32800,\"message\":\"no \\u0041\"}}");

    (void)state;
    CHECK(m.failed && m.error_code == -32800 && tt_str_eq(m.error_message, TT_STR("no A")));
    m = parsed("{\"id\":4,\"error\":{}}");
    CHECK(m.failed && m.error_code == TT_RPC_INTERNAL_ERROR && m.error_message.n == 0);
    m = parsed("{\"id\":4,\"error\":null,\"result\":[1]}");
    CHECK(!m.failed && tt_json_count(m.result) == 1);
}

static const struct {
    const char *a, *b;
    bool want;
} ids[] = {
    { "1", "1", true },           { "1", "1.0", true },
    { "1", "2", false },          { "1", "\"1\"", false },
    { "\"a\"", "\"a\"", true },   { "\"a\"", "\"\\u0061\"", true },
    { "\"a\"", "\"ab\"", false }, { "", "", false },
    { "1", "", false },           { "99999999999999999999", "99999999999999999999", true },
};

static void test_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ids); i++) {
        CHECK(tt_rpc_id_eq(tt_str_from(ids[i].a), tt_str_from(ids[i].b)) == ids[i].want, "%s %s",
              ids[i].a, ids[i].b);
        CHECK(tt_rpc_id_eq(tt_str_from(ids[i].b), tt_str_from(ids[i].a)) == ids[i].want, "%s %s",
              ids[i].a, ids[i].b);
    }
}

static void test_deep_and_wide(void **state)
{
    char body[2000] = "{\"id\":5,\"method\":\"m\",\"params\":";
    size_t n = strlen(body);
    struct tt_message m;

    (void)state;
    memset(body + n, '[', 1000);
    CHECK(tt_message_parse((tt_str){ body, n + 1000 }, &arena, &m) == 0);
    CHECK(m.kind == TT_MESSAGE_INVALID && m.code == TT_RPC_INVALID_REQUEST);
    CHECK(tt_str_eq(m.id, TT_STR("5")));
}

static int setup(void **state)
{
    (void)state;
    tt_arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tt_arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),         cmocka_unit_test(test_is_json),
        cmocka_unit_test(test_responses),     cmocka_unit_test(test_ids),
        cmocka_unit_test(test_deep_and_wide),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
