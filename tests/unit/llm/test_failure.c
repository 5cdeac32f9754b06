/* test_failure.c -- error bodies of every shape, their class, and how long to wait. */
#include "llm/failure.h"
#include "test.h"

static const struct {
    const char *name;
    int status;
    const char *body, *message;
    enum tt_llm_class class_;
} bodies[] = {
    { "anthropic", 401,
      "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid "
      "x-api-key\"},\"request_id\":\"req_1\"}",
      "invalid x-api-key", TT_LLM_AUTH },
    { "anthropic overloaded", 529,
      "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
      "Overloaded", TT_LLM_OVERLOADED },
    { "anthropic no credit", 400,
      "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit "
      "balance is too low to access the API\"}}",
      "Your credit balance is too low to access the API", TT_LLM_QUOTA },
    { "anthropic too long", 400,
      "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is "
      "too long: 210000 tokens > 200000 maximum\"}}",
      "prompt is too long: 210000 tokens > 200000 maximum", TT_LLM_TOO_LONG },
    { "anthropic parameter", 400,
      "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"temperature:"
      " "
      "not supported\"}}",
      "temperature: not supported", TT_LLM_BAD_REQUEST },
    { "anthropic model", 404,
      "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model: "
      "claude-9\"}}",
      "model: claude-9", TT_LLM_NO_MODEL },
    { "openai key", 401,
      "{\"error\":{\"message\":\"Incorrect API key provided: sk-a***b.\",\"type\":"
      "\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}",
      "Incorrect API key provided: sk-a***b.", TT_LLM_AUTH },
    { "openai region", 403, "{\"error\":{\"message\":\"Country not supported\"}}",
      "Country not supported", TT_LLM_AUTH },
    { "openai rate", 429,
      "{\"error\":{\"message\":\"Rate limit reached\",\"type\":\"tokens\",\"code\":"
      "\"rate_limit_exceeded\"}}",
      "Rate limit reached", TT_LLM_RATE_LIMIT },
    { "openai quota", 429,
      "{\"error\":{\"message\":\"You exceeded your current quota\",\"type\":"
      "\"insufficient_quota\",\"code\":\"insufficient_quota\"}}",
      "You exceeded your current quota", TT_LLM_QUOTA },
    { "openai slow down", 429, "{\"error\":{\"message\":\"Slow\",\"code\":\"slow_down\"}}", "Slow",
      TT_LLM_RATE_LIMIT },
    { "openai too long", 400,
      "{\"error\":{\"message\":\"Too many\",\"type\":\"invalid_request_error\",\"code\":"
      "\"context_length_exceeded\"}}",
      "Too many", TT_LLM_TOO_LONG },
    { "openai model", 404,
      "{\"error\":{\"message\":\"The model does not exist\",\"code\":\"model_not_found\"}}",
      "The model does not exist", TT_LLM_NO_MODEL },
    { "openai parameter", 400,
      "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens'\",\"type\":"
      "\"invalid_request_error\",\"code\":\"unsupported_parameter\"}}",
      "Unsupported parameter: 'max_tokens'", TT_LLM_BAD_REQUEST },
    { "llama.cpp", 400,
      "{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\","
      "\"type\":\"exceed_context_size_error\"}}",
      "the request exceeds the available context size", TT_LLM_TOO_LONG },
    { "llama.cpp loading", 503,
      "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}",
      "Loading model", TT_LLM_SERVER },
    { "vllm", 400,
      "{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens\","
      "\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
      "This model's maximum context length is 4096 tokens", TT_LLM_TOO_LONG },
    { "vllm model", 404,
      "{\"object\":\"error\",\"message\":\"The model `x` does not exist.\",\"type\":"
      "\"NotFoundError\",\"code\":404}",
      "The model `x` does not exist.", TT_LLM_NO_MODEL },
    { "lm studio", 400, "{\"error\":\"'response_format.type' must be 'json_schema'\"}",
      "'response_format.type' must be 'json_schema'", TT_LLM_BAD_REQUEST },
    { "ollama", 404, "{\"error\":{\"message\":\"model 'x' not found\",\"type\":\"api_error\"}}",
      "model 'x' not found", TT_LLM_NO_MODEL },
    { "ollama, no tools", 400,
      "{\"error\":{\"message\":\"gemma:2b does not support tools\",\"type\":\"api_error\"}}",
      "gemma:2b does not support tools", TT_LLM_BAD_REQUEST },
    { "vllm, no system role", 400,
      "{\"object\":\"error\",\"message\":\"System role not supported\",\"type\":"
      "\"BadRequestError\",\"code\":400}",
      "System role not supported", TT_LLM_BAD_REQUEST },
    { "ollama, cut away", 500,
      "{\"error\":{\"message\":\"no user query found in messages\",\"type\":\"api_error\"}}",
      "no user query found in messages", TT_LLM_TOO_LONG },
    { "litellm", 429,
      "{\"error\":{\"message\":\"litellm.RateLimitError: slow\",\"type\":\"throttling_error\","
      "\"param\":null,\"code\":\"429\"}}",
      "litellm.RateLimitError: slow", TT_LLM_RATE_LIMIT },
    { "litellm budget", 400,
      "{\"error\":{\"message\":\"Budget has been exceeded! Current cost: 1, Max budget: "
      "1\",\"type\":"
      "\"budget_exceeded\",\"param\":null,\"code\":\"400\"}}",
      "Budget has been exceeded! Current cost: 1, Max budget: 1", TT_LLM_QUOTA },
    { "gemini", 400,
      "[{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid API key.\","
      "\"status\":\"INVALID_ARGUMENT\"}}]",
      "API key not valid. Please pass a valid API key.", TT_LLM_AUTH },
    { "fastapi", 422,
      "{\"detail\":[{\"loc\":[\"body\",\"model\"],\"msg\":\"field required\",\"type\":\"x\"}]}",
      "field required", TT_LLM_BAD_REQUEST },
    { "fastapi text", 500, "{\"detail\":\"Internal\"}", "Internal", TT_LLM_SERVER },
    { "openrouter", 402, "{\"error\":{\"message\":\"Insufficient credits\",\"code\":402}}",
      "Insufficient credits", TT_LLM_QUOTA },
    { "html", 502, "\n<html><head><title>502 Bad Gateway</title></head></html>", "502 Bad Gateway",
      TT_LLM_SERVER },
    { "html without title", 413, "<h1>no", "a web page", TT_LLM_TOO_LONG },
    { "text", 504, "upstream timed out", "upstream timed out", TT_LLM_SERVER },
    { "nothing", 503, "", "", TT_LLM_SERVER },
    { "cut json", 500, "{\"error\":{\"mess", "{\"error\":{\"mess", TT_LLM_SERVER },
    { "other json", 500, "[]", "", TT_LLM_SERVER },
    { "a number", 500, "7", "7", TT_LLM_SERVER },
    { "redirect", 302, "", "", TT_LLM_STRANGE },
    { "timeout", 408, "", "", TT_LLM_SERVER },
    { "conflict", 409, "", "", TT_LLM_SERVER },
    { "teapot", 418, "", "", TT_LLM_BAD_REQUEST },
};

static void test_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct tt_llm_failure f = { 0 };
        struct tt_arena arena;
        enum tt_llm_class got;

        tt_arena_init(&arena);
        assert_int_equal(tt_llm_failure_read(&arena, tt_str_from(bodies[i].body), &f), 0);
        CHECK(tt_str_eq(f.message, tt_str_from(bodies[i].message)), "%s: got %.*s", bodies[i].name,
              TT_STR_ARG(f.message));
        got = tt_llm_failure_class(bodies[i].status, f.type, f.code, f.message);
        CHECK(got == bodies[i].class_, "%s: got %s", bodies[i].name, tt_llm_policy(got)->name);
        tt_arena_release(&arena);
    }
}

static void test_delay_in_body(void **state)
{
    struct tt_llm_failure f = { 0 };
    struct tt_arena arena;

    (void)state;
    tt_arena_init(&arena);
    assert_int_equal(
        tt_llm_failure_read(&arena,
                            TT_STR("{\"error\":{\"code\":429,\"details\":[{\"@type\":\"x\"},"
                                   "{\"retryDelay\":\"23.5s\"}]}}"),
                            &f),
        0);
    assert_int_equal(f.retry_after_ms, 23500);
    assert_true(tt_str_eq(f.code, TT_STR("429")));
    tt_arena_release(&arena);
}

/* What the table promises; each line is one row of the plan. */
static void test_policy(void **state)
{
    (void)state;
    for (int c = TT_LLM_FINE; c <= TT_LLM_ABORTED; c++) {
        const struct tt_llm_policy *p = tt_llm_policy((enum tt_llm_class)c);

        CHECK((int)p->class_ == c, "row %d is %s", c, p->name);
        CHECK(p->retries <= 2, "%s", p->name);
    }
    assert_int_equal(tt_llm_policy((enum tt_llm_class)999)->class_, TT_LLM_FINE);
    assert_int_equal(tt_llm_policy(TT_LLM_ABORTED)->breaker, TT_LLM_BREAKER_NONE);
    assert_int_equal(tt_llm_policy(TT_LLM_BROKEN_LATE)->retries, 0);
    assert_int_equal(tt_llm_policy(TT_LLM_TOO_LONG)->fallback, TT_LLM_LARGER_WINDOW);
    assert_true(tt_llm_policy(TT_LLM_RATE_LIMIT)->only_if_told);
    assert_true(tt_llm_policy(TT_LLM_BAD_REQUEST)->without_optional);
    assert_int_equal(tt_llm_policy(TT_LLM_QUOTA)->breaker, TT_LLM_BREAKER_LONG);
}

/* ---- how long to wait ---- */

#define NOW INT64_C(784111777000) /* Sun, 06 Nov 1994 08:49:37 GMT */

static const struct {
    const char *name, *value, *name2, *value2;
    int64_t want;
} waits[] = {
    { "retry-after", "7", NULL, NULL, 7000 },
    { "retry-after", "0", NULL, NULL, 0 },
    { "retry-after", "1.5", NULL, NULL, 1500 },
    { "Retry-After", "2", NULL, NULL, 2000 },
    { "retry-after", "-1", NULL, NULL, -1 },
    { "retry-after", "soon", NULL, NULL, -1 },
    { "retry-after", "", NULL, NULL, -1 },
    { "retry-after", "99999999999999999999", NULL, NULL, -1 },
    { "retry-after", "Sun, 06 Nov 1994 08:49:47 GMT", NULL, NULL, 10000 },
    { "retry-after", "Sun, 06 Nov 1994 08:49:07 GMT", NULL, NULL, 0 },
    { "retry-after", "Sunday, 06-Nov-1994 08:50:37 GMT", NULL, NULL, 60000 },
    { "retry-after", "Mon, 07 Nov 1994 08:49:37 GMT", NULL, NULL, 86400000 },
    { "retry-after", "Thu, 06 Jan 1994 08:49:37 GMT", NULL, NULL, 0 },
    { "retry-after", "Sun, 06 Foo 1994 08:49:37 GMT", NULL, NULL, -1 },
    { "retry-after", "Sun, 06 Nov 1994 28:49:37 GMT", NULL, NULL, -1 },
    { "retry-after-ms", "250", "retry-after", "9", 250 },
    { "retry-after-ms", "x", "retry-after", "9", 9000 },
    { "x-ratelimit-reset-requests", "1s", NULL, NULL, -1 }, /* not the limit that was hit */
    { "x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "1s", 1000 },
    { "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "6m0s", 360000 },
    { "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "12ms", 12 },
    { "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "1h2m3.5s", 3723500 },
    { "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "1x", -1 },
    { "x-ratelimit-remaining-tokens", "17", "x-ratelimit-reset-tokens", "6m0s", -1 },
    { "anthropic-ratelimit-tokens-remaining", "0", "anthropic-ratelimit-tokens-reset",
      "1994-11-06T08:49:59Z", 22000 },
    { "anthropic-ratelimit-requests-remaining", "0", "anthropic-ratelimit-requests-reset",
      "1994-11-06T09:49:59.250+01:00", 22000 },
    { "anthropic-ratelimit-requests-remaining", "0", "anthropic-ratelimit-requests-reset",
      "1994-13-06T09:49:59Z", -1 },
};

static void test_waits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(waits); i++) {
        struct tt_http_header h[] = {
            { tt_str_from(waits[i].name), tt_str_from(waits[i].value) },
            { tt_str_from(waits[i].name2), tt_str_from(waits[i].value2) },
        };
        int64_t got = tt_llm_retry_after(h, waits[i].name2 ? 2 : 1, NOW);

        CHECK(got == waits[i].want, "%s %s: got %lld", waits[i].name2 ? waits[i].name2 : "",
              waits[i].value2 ? waits[i].value2 : waits[i].value, (long long)got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_delay_in_body),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
