/* test_tokens.c -- the estimate, the families and the learned ratio. */
#include "llm/request.h"
#include "test.h"

static void test_text(void **state)
{
    static const struct {
        const char *text;
        uint64_t want;
    } rows[] = {
        { "", 0 },
        { "word", 1 },
        { "seventy", 1 },
        { "eighteen", 2 },
        { "internationalisation", 4 },
        { "12", 1 },
        { "1234567", 3 },
        { "a b", 2 },  /* one blank belongs to the word */
        { "a  b", 3 }, /* two do not */
        { "a\n    b", 3 },
        { "a\r\n\tb", 3 },
        { "\n\n", 2 },
        { "f(x);", 5 },
        { "\xC3\xBC", 1 },
        { "\xE6\x97\xA5\xE6\x9C\xAC", 2 },
        { "d0c1e2b3a4f5968778695a4b3c2d1e0f", 23 },      /* 32 of a hash */
        { "thisIsAVeryLongIdentifierWithoutDigits", 8 }, /* long, but only letters */
        { "x = \"d0c1e2b3a4f5968778695a4b3c2d1e0f\"", 27 },
        { "id12 id34 id56 id78 id90", 10 }, /* mixed, but short */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t got = tt_tokens_text(tt_str_from(rows[i].text));

        CHECK(got == rows[i].want, "\"%s\": got %u", rows[i].text, (unsigned)got);
    }
}

/* A text is never cheaper than a part of it. */
static void test_grows(void **state)
{
    static const char text[] =
        "def f(a, b):\n    return a + b  # \xE6\x97\xA5 d0c1e2b3a4f5968778695a"
        "4b3c2d1e0f and 123456 internationalisation\r\n\r\n";
    uint64_t last = 0;

    (void)state;
    for (size_t n = 0; n <= sizeof(text) - 1; n++) {
        uint64_t now = tt_tokens_text((tt_str){ text, n });

        CHECK(now >= last, "at %zu: %u after %u", n, (unsigned)now, (unsigned)last);
        last = now;
    }
}

static void test_family(void **state)
{
    static const struct {
        const char *model;
        enum tt_tokens_family family;
    } rows[] = {
        { "claude-sonnet-5", TT_TOKENS_CLAUDE_NEW },
        { "claude-opus-4-7", TT_TOKENS_CLAUDE_NEW },
        { "claude-opus-4-6", TT_TOKENS_CLAUDE },
        { "claude-haiku-4-5-20251001", TT_TOKENS_CLAUDE },
        { "claude-3-5-sonnet-20241022", TT_TOKENS_CLAUDE },
        { "anthropic/claude-sonnet-4-5", TT_TOKENS_CLAUDE },
        { "gpt-4o", TT_TOKENS_OPENAI },
        { "openai/o3-mini", TT_TOKENS_OPENAI },
        { "qwen2.5-coder:7b", TT_TOKENS_OTHER },
        { "", TT_TOKENS_OTHER },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK(tt_tokens_family(tt_str_from(rows[i].model)) == rows[i].family, "%s", rows[i].model);
    assert_int_equal(tt_tokens_scale(1000, TT_TOKENS_OPENAI), 1000);
    assert_int_equal(tt_tokens_scale(1000, TT_TOKENS_CLAUDE), 1050);
    assert_int_equal(tt_tokens_scale(1000, TT_TOKENS_CLAUDE_NEW), 1350);
}

static void test_ratio(void **state)
{
    struct tt_tokens_ratio ratio = TT_TOKENS_RATIO_INIT;

    (void)state;
    assert_int_equal(tt_tokens_likely(1000, &ratio), 1000);
    assert_int_equal(tt_tokens_admit(1000, &ratio), 1100);
    tt_tokens_learn(&ratio, 10, 20); /* too small to mean anything */
    tt_tokens_learn(&ratio, 1000, 0);
    assert_int_equal(ratio.n, 0);
    tt_tokens_learn(&ratio, 1000, 800);
    assert_int_equal(tt_tokens_likely(1000, &ratio), 800);
    for (int i = 0; i < 50; i++)
        tt_tokens_learn(&ratio, 1000, 100000);
    assert_int_equal(tt_tokens_likely(1000, &ratio), 1600);
    for (int i = 0; i < 50; i++)
        tt_tokens_learn(&ratio, 1000, 100);
    assert_int_equal(tt_tokens_likely(1000, &ratio), 600);
}

static void test_was_cut(void **state)
{
    (void)state;
    assert_true(tt_tokens_was_cut(12000, 4096));
    assert_false(tt_tokens_was_cut(12000, 9000));
    assert_false(tt_tokens_was_cut(12000, 0));
    assert_false(tt_tokens_was_cut(1500, 300));
}

static void test_request(void **state)
{
    const struct tt_llm_message message = { TT_LLM_USER, TT_STR_INIT("word word") };
    const struct tt_llm_tool tool = { TT_STR_INIT("edit"), TT_STR_INIT("abc"), TT_STR_INIT("{}1") };
    struct tt_llm_request req = { .messages = &message, .n_messages = 1 };

    (void)state;
    assert_int_equal(tt_llm_request_tokens(&req), 7 + 4 + 2);
    req.system_stable = TT_STR("one");
    req.system_project = TT_STR("two");
    assert_int_equal(tt_llm_request_tokens(&req), 7 + 4 + 2 + 4 + 2);
    req.tool = &tool;
    assert_int_equal(tt_llm_request_tokens(&req), 7 + 4 + 2 + 4 + 2 + 4 + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),    cmocka_unit_test(test_grows),
        cmocka_unit_test(test_family),  cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_was_cut), cmocka_unit_test(test_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
