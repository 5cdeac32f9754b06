/* test_say.c -- failures in words: what happened, their words, what next; never the key. */
#include "llm/say.h"
#include "test.h"

static const struct {
    enum tt_llm_class class_;
    enum tt_http_result http;
    int status;
    const char *message, *id;
    int64_t wait;
    bool has_key;
    const char *want;
    bool is_ours, from_editor;
} rows[] = {
    { TT_LLM_AUTH, TT_HTTP_OK, 401, "invalid x-api-key", "req_1", -1, true,
      "claude (anthropic, claude-sonnet-5) did not accept the key: HTTP 401, \"invalid x-api-key\" "
      "(request req_1). Set ANTHROPIC_API_KEY to a valid key, then try again.",
      false, false },
    { TT_LLM_AUTH, TT_HTTP_OK, 401, "", "", -1, true,
      "claude (anthropic, claude-sonnet-5) did not accept the key: HTTP 401. Give the editor a "
      "valid key for it, then try again.",
      false, true },
    { TT_LLM_AUTH, TT_HTTP_OK, 401, "", "", -1, false,
      "claude (anthropic, claude-sonnet-5) needs a key, and none is set: HTTP 401. Set "
      "ANTHROPIC_API_KEY to a valid key in the editor's environment, then try again.",
      false, false },
    { TT_LLM_RATE_LIMIT, TT_HTTP_OK, 429, "slow\n\tdown", "", 1500, true,
      "claude (anthropic, claude-sonnet-5) has had too many requests from this key: HTTP 429, "
      "\"slow down\"; it asks to wait 2 s. Wait a little, or use another model.",
      false, false },
    { TT_LLM_UNREACHABLE, TT_HTTP_NO_HOST, 0, "", "", -1, true,
      "claude (anthropic, claude-sonnet-5) could not be found. Check the network and base_url.",
      false, false },
    { TT_LLM_UNREACHABLE, TT_HTTP_NO_HOST, 0, "There is no host \"x\". Check base_url.", "", -1,
      true,
      "claude (anthropic, claude-sonnet-5) could not be found. There is no host \"x\". Check "
      "base_url.",
      true, false },
    { TT_LLM_BROKEN_LATE, TT_HTTP_CUT, 200, "The connection to http://h ended: topsecret.", "req_9",
      -1, true,
      "claude (anthropic, claude-sonnet-5) stopped before its answer was complete; nothing was "
      "changed (request req_9). The connection to http://h ended: [key]. Try again.",
      true, false },
    { TT_LLM_BROKEN_LATE, TT_HTTP_TIMEOUT_IDLE, 200, "", "", -1, true,
      "claude (anthropic, claude-sonnet-5) fell silent in the middle of its answer; nothing was "
      "changed. Try again, or raise timeouts.idle_ms.",
      false, false },
    { TT_LLM_QUOTA, TT_HTTP_OK, 429, "quota", "", 600000, true,
      "claude (anthropic, claude-sonnet-5) says that this account has no credit left: HTTP 429, "
      "\"quota\"; it asks to wait 10 min. Add credit at the provider, or use another model.",
      false, false },
    { TT_LLM_AUTH, TT_HTTP_OK, 401, "Incorrect API key provided: sk-proj-abc***xyz.", "", -1, true,
      "claude (anthropic, claude-sonnet-5) did not accept the key: HTTP 401, \"Incorrect API key "
      "provided: [key]\". Set ANTHROPIC_API_KEY to a valid key, then try again.",
      false, false },
    { TT_LLM_BAD_REQUEST, TT_HTTP_OK, 400, "your key topsecret is odd", "", -1, true,
      "claude (anthropic, claude-sonnet-5) rejected the request: HTTP 400, \"your key [key] is "
      "odd\". Check the settings of this model; trimtab log shows what was sent.",
      false, false },
    { TT_LLM_FINE, TT_HTTP_OK, 200, "", "", -1, true, "", false, false },
};

static void test_sentences(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct tt_llm_who who = {
            .name = TT_STR_INIT("claude"),
            .model = TT_STR_INIT("claude-sonnet-5"),
            .provider = TT_LLM_ANTHROPIC,
            .key_env = TT_STR_INIT("ANTHROPIC_API_KEY"),
            .key = TT_STR_INIT("topsecret"),
            .has_key = rows[i].has_key,
            .from_editor = rows[i].from_editor,
        };
        const struct tt_llm_outcome outcome = {
            .failure = { .class_ = rows[i].class_,
                         .http = rows[i].http,
                         .status = rows[i].status,
                         .message = tt_str_from(rows[i].message),
                         .is_ours = rows[i].is_ours,
                         .request_id = tt_str_from(rows[i].id),
                         .retry_after_ms = rows[i].wait },
        };
        struct tt_arena arena;
        tt_str got;

        tt_arena_init(&arena);
        got = tt_llm_say(&arena, &who, &outcome);
        CHECK(tt_str_eq(got, tt_str_from(rows[i].want)), "got\n%.*s\nwanted\n%s", TT_STR_ARG(got),
              rows[i].want);
        tt_arena_release(&arena);
    }
}

/* Every class and every transport has words of its own, and a next step. */
static void test_all(void **state)
{
    (void)state;
    for (int c = TT_LLM_UNREACHABLE; c <= TT_LLM_ABORTED; c++) {
        for (int h = TT_HTTP_OK; h <= TT_HTTP_FAILED; h++) {
            const struct tt_llm_who who = { .name = TT_STR_INIT("m"), .model = TT_STR_INIT("x") };
            const struct tt_llm_outcome outcome = {
                .failure = { .class_ = (enum tt_llm_class)c, .http = (enum tt_http_result)h },
            };
            struct tt_arena arena;
            tt_str got;

            tt_arena_init(&arena);
            got = tt_llm_say(&arena, &who, &outcome);
            CHECK(got.n > 40 && got.p[got.n - 1] == '.', "%.*s", TT_STR_ARG(got));
            CHECK(!strstr(got.p, " failed. "), "class %d has no words", c);
            tt_arena_release(&arena);
        }
    }
}

static void test_clean(void **state)
{
    static const struct {
        const char *in, *want;
        size_t max;
    } cases[] = {
        { "  a \r\n\n b\t", "a b", 100 },
        { "a\x1b[31mred\x7f", "a [31mred", 100 },
        { "\xFFz", "?z", 100 },
        { "na\xC3\xAFve", "na\xC3\xAFve", 100 },
        { "0123456789", "0123 ...", 4 },
        { "sk-ant-api03-AbCdEf", "[key]", 100 },
        { "task-oriented sk-12", "task-oriented sk-12", 100 },
        { "Authorization: Bearer abcdef0123", "Authorization: [key]", 100 },
        { "the secretkey1", "the [key]1", 100 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_arena arena;
        tt_str got;

        tt_arena_init(&arena);
        got = tt_llm_clean(&arena, tt_str_from(cases[i].in), TT_STR("secretkey"), cases[i].max);
        CHECK(tt_str_eq(got, tt_str_from(cases[i].want)), "%s: got \"%.*s\"", cases[i].in,
              TT_STR_ARG(got));
        tt_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
