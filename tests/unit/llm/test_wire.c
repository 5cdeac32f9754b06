/* test_wire.c -- requests as bytes: the address, the headers, the body. */
#include "llm/json.h"
#include "llm/wire.h"
#include "test.h"
#include "trimtab/error.h"

static const struct tt_llm_message hello = { TT_LLM_USER, TT_STR_INIT("Say \"hi\"\n\x01") };
static const struct tt_llm_tool tool = {
    TT_STR_INIT("propose_edit"),
    TT_STR_INIT("Change the file"),
    TT_STR_INIT("{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}"),
};
static const tt_str stops[] = { TT_STR_INIT("END"), TT_STR_INIT("\"") };

static struct tt_llm_request request(enum tt_llm_provider provider, const char *model)
{
    return (struct tt_llm_request){
        .provider = provider,
        .model = tt_str_from(model),
        .key = TT_STR_INIT("sk-secret"),
        .caps = tt_llm_caps(provider, tt_str_from(model)),
        .system_stable = TT_STR_INIT("Be exact."),
        .system_project = TT_STR_INIT("Python."),
        .messages = &hello,
        .n_messages = 1,
        .max_output = 2048,
        .has_temperature = true,
    };
}

static void check_body(const struct tt_llm_request *req, const char *want)
{
    struct tt_llm_wire wire;
    struct tt_arena arena;
    bool mended = false;
    cJSON *root;

    tt_arena_init(&arena);
    assert_int_equal(tt_llm_wire_build(&arena, req, &wire), 0);
    CHECK(tt_str_eq(wire.body, tt_str_from(want)), "got\n%.*s\nwanted\n%s", TT_STR_ARG(wire.body),
          want);
    root = tt_llm_json_parse(wire.body, &mended);
    assert_non_null(root);
    cJSON_Delete(root);
    assert_null(strstr(wire.body.p, "sk-secret"));
    assert_null(strstr(wire.url.p, "sk-secret"));
    tt_arena_release(&arena);
}

static void test_anthropic(void **state)
{
    struct tt_llm_request req = request(TT_LLM_ANTHROPIC, "claude-sonnet-5");

    (void)state;
    check_body(&req, "{\"model\":\"claude-sonnet-5\",\"max_tokens\":2048,\"stream\":true,"
                     "\"system\":[{\"type\":\"text\",\"text\":\"Be exact.\",\"cache_control\":"
                     "{\"type\":\"ephemeral\"}},{\"type\":\"text\",\"text\":\"Python.\","
                     "\"cache_control\":{\"type\":\"ephemeral\"}}],"
                     "\"messages\":[{\"role\":\"user\",\"content\":\"Say "
                     "\\\"hi\\\"\\n\\u0001\"}]}");
    req = request(TT_LLM_ANTHROPIC, "claude-haiku-4-5");
    req.tool = &tool;
    req.stop = stops;
    req.n_stop = 2;
    req.system_project = TT_STR("");
    check_body(&req,
               "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":2048,\"stream\":true,"
               "\"temperature\":0,\"stop_sequences\":[\"END\",\"\\\"\"],"
               "\"tools\":[{\"name\":\"propose_edit\",\"description\":\"Change the file\","
               "\"input_schema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":"
               "false}}],\"tool_choice\":{\"type\":\"tool\",\"name\":\"propose_edit\","
               "\"disable_parallel_tool_use\":true},\"system\":[{\"type\":\"text\",\"text\":\"Be "
               "exact.\",\"cache_control\":{\"type\":\"ephemeral\"}}],\"messages\":[{\"role\":"
               "\"user\",\"content\":\"Say \\\"hi\\\"\\n\\u0001\"}]}");
}

static void test_openai(void **state)
{
    struct tt_llm_request req = request(TT_LLM_OPENAI, "gpt-5.4");

    (void)state;
    req.effort = TT_STR("low");
    req.cache_key = TT_STR("k1");
    check_body(&req, "{\"model\":\"gpt-5.4\",\"max_completion_tokens\":10240,\"stream\":true,"
                     "\"stream_options\":{\"include_usage\":true},\"reasoning_effort\":\"low\","
                     "\"prompt_cache_key\":\"k1\",\"store\":false,\"messages\":[{\"role\":"
                     "\"developer\",\"content\":\"Be exact.\\n\\nPython.\"},{\"role\":\"user\","
                     "\"content\":\"Say \\\"hi\\\"\\n\\u0001\"}]}");
    req = request(TT_LLM_OPENAI, "gpt-4o");
    req.tool = &tool;
    check_body(&req,
               "{\"model\":\"gpt-4o\",\"max_completion_tokens\":2048,\"stream\":true,"
               "\"temperature\":0,\"stream_options\":{\"include_usage\":true},\"store\":false,"
               "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"propose_edit\","
               "\"description\":\"Change the file\",\"strict\":true,\"parameters\":{\"type\":"
               "\"object\",\"properties\":{},\"additionalProperties\":false}}}],\"tool_choice\":"
               "{\"type\":\"function\",\"function\":{\"name\":\"propose_edit\"}},"
               "\"parallel_tool_calls\":false,\"messages\":[{\"role\":\"system\",\"content\":\"Be "
               "exact.\\n\\nPython.\"},{\"role\":\"user\",\"content\":\"Say "
               "\\\"hi\\\"\\n\\u0001\"}]}");
}

static void test_compatible(void **state)
{
    struct tt_llm_request req = request(TT_LLM_COMPATIBLE, "qwen");

    (void)state;
    req.base_url = TT_STR("http://localhost:11434/v1");
    check_body(&req, "{\"model\":\"qwen\",\"max_tokens\":2048,\"stream\":true,\"temperature\":0,"
                     "\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":"
                     "\"system\",\"content\":\"Be exact.\\n\\nPython.\"},{\"role\":\"user\","
                     "\"content\":\"Say \\\"hi\\\"\\n\\u0001\"}]}");
    req.caps = tt_llm_caps_after_400(req.caps, TT_STR("unknown field stream_options"));
    check_body(&req, "{\"model\":\"qwen\",\"max_tokens\":2048,\"stream\":true,\"messages\":"
                     "[{\"role\":\"system\",\"content\":\"Be exact.\\n\\nPython.\"},{\"role\":"
                     "\"user\",\"content\":\"Say \\\"hi\\\"\\n\\u0001\"}]}");
    req.caps = tt_llm_caps_after_400(req.caps, TT_STR("System role not supported"));
    check_body(&req, "{\"model\":\"qwen\",\"max_tokens\":2048,\"stream\":true,\"messages\":"
                     "[{\"role\":\"user\",\"content\":\"Be exact.\\n\\nPython.\\n\\nSay "
                     "\\\"hi\\\"\\n\\u0001\"}]}");
}

static void test_after_400(void **state)
{
    uint32_t caps = tt_llm_caps(TT_LLM_OPENAI, TT_STR("gpt-5")), less;

    (void)state;
    less = tt_llm_caps_after_400(caps, TT_STR("no"));
    assert_true(less != caps);
    assert_true(less & TT_LLM_CAP_MAX_COMPLETION_TOKENS);
    assert_true(less & TT_LLM_CAP_TOOLS); /* the prompt speaks of the tool */
    assert_true(less & TT_LLM_CAP_DEVELOPER_ROLE);
    assert_int_equal(tt_llm_caps_after_400(less, TT_STR("no")), less);
    less = tt_llm_caps_after_400(caps, TT_STR("'max_completion_tokens' is unknown"));
    assert_false(less & TT_LLM_CAP_MAX_COMPLETION_TOKENS);
    less = tt_llm_caps_after_400(0, TT_STR("'max_tokens': use 'max_completion_tokens'"));
    assert_true(less & TT_LLM_CAP_MAX_COMPLETION_TOKENS);
    less = tt_llm_caps_after_400(caps, TT_STR("role 'developer' is not allowed"));
    assert_false(less & TT_LLM_CAP_DEVELOPER_ROLE);
    assert_true(less & TT_LLM_CAP_SYSTEM);
    less = tt_llm_caps_after_400(caps, TT_STR("gemma:2b does not support tools"));
    assert_false(less & TT_LLM_CAP_TOOLS);
    assert_true(less & TT_LLM_CAP_SYSTEM);
    less = tt_llm_caps_after_400(caps, TT_STR("System role not supported"));
    assert_false(less & TT_LLM_CAP_SYSTEM);
    less = tt_llm_caps_after_400(
        caps, TT_STR("Conversation roles must alternate user/assistant/user/assistant/..."));
    assert_false(less & TT_LLM_CAP_SYSTEM);
}

static void test_text_of_any_bytes(void **state)
{
    const struct tt_llm_message odd = { TT_LLM_USER, TT_STR_INIT("a\0b\xFF\x7F\xC3\xBC\\\t") };
    struct tt_llm_request req = request(TT_LLM_COMPATIBLE, "m");

    (void)state;
    req.base_url = TT_STR("http://h/v1");
    req.messages = &odd;
    req.caps = TT_LLM_CAP_SYSTEM;
    req.system_stable = TT_STR("s\0t");
    req.system_project = TT_STR("");
    check_body(&req, "{\"model\":\"m\",\"max_tokens\":2048,\"stream\":true,\"messages\":[{\"role\":"
                     "\"system\",\"content\":\"s\\u0000t\"},{\"role\":\"user\",\"content\":"
                     "\"a\\u0000b\xEF\xBF\xBD\\u007f\xC3\xBC\\\\\\t\"}]}");
}

static const struct {
    enum tt_llm_provider provider;
    const char *base, *url; /* url NULL: refused */
} urls[] = {
    { TT_LLM_ANTHROPIC, "", "https://api.anthropic.com/v1/messages" },
    { TT_LLM_ANTHROPIC, "http://127.0.0.1:4010", "http://127.0.0.1:4010/v1/messages" },
    { TT_LLM_ANTHROPIC, "http://127.0.0.1:4010/", "http://127.0.0.1:4010/v1/messages" },
    { TT_LLM_ANTHROPIC, "https://gw/anthropic/v1", "https://gw/anthropic/v1/messages" },
    { TT_LLM_ANTHROPIC, "https://gw/v1/messages", "https://gw/v1/messages" },
    { TT_LLM_OPENAI, "", "https://api.openai.com/v1/chat/completions" },
    { TT_LLM_OPENAI, "http://localhost:1/v1//", "http://localhost:1/v1/chat/completions" },
    { TT_LLM_COMPATIBLE, "http://h/v1/chat/completions", "http://h/v1/chat/completions" },
    { TT_LLM_COMPATIBLE, "https://h/x?api-version=1",
      "https://h/x/chat/completions?api-version=1" },
    { TT_LLM_COMPATIBLE, "", NULL },
    { TT_LLM_COMPATIBLE, "ftp://h", NULL },
    { TT_LLM_COMPATIBLE, "http://", NULL },
    { TT_LLM_COMPATIBLE, "http:///v1", NULL },
    { TT_LLM_COMPATIBLE, "http://h h/v1", NULL },
    { TT_LLM_COMPATIBLE, "http://h/v1\r\nx: y", NULL },
    { TT_LLM_COMPATIBLE, "localhost:11434/v1", NULL },
};

static void test_urls(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct tt_llm_request req = request(urls[i].provider, "m");
        struct tt_llm_wire wire = { 0 };
        struct tt_arena arena;
        int err;

        tt_arena_init(&arena);
        req.base_url = tt_str_from(urls[i].base);
        err = tt_llm_wire_build(&arena, &req, &wire);
        CHECK(err == (urls[i].url ? 0 : TT_EINVALID), "%s: %d", urls[i].base, err);
        CHECK(tt_str_eq(wire.url, tt_str_from(urls[i].url)), "%s: got %.*s", urls[i].base,
              TT_STR_ARG(wire.url));
        tt_arena_release(&arena);
    }
}

static tt_str header(const struct tt_llm_wire *wire, const char *name)
{
    for (size_t i = 0; i < wire->n_headers; i++) {
        if (tt_str_eq(wire->headers[i].name, tt_str_from(name)))
            return wire->headers[i].value;
    }
    return (tt_str){ NULL, 0 };
}

static void test_key(void **state)
{
    struct tt_llm_request req = request(TT_LLM_ANTHROPIC, "m");
    struct tt_llm_wire wire;
    struct tt_arena arena;
    const char *key;

    (void)state;
    tt_arena_init(&arena);
    assert_int_equal(tt_llm_wire_build(&arena, &req, &wire), 0);
    key = header(&wire, "x-api-key").p;
    assert_string_equal(key, "sk-secret");
    assert_true(tt_str_eq(header(&wire, "anthropic-version"), TT_STR("2023-06-01")));
    tt_llm_wire_wipe(&wire);
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(key[i], 0);
    req.provider = TT_LLM_OPENAI;
    assert_int_equal(tt_llm_wire_build(&arena, &req, &wire), 0);
    assert_true(tt_str_eq(header(&wire, "authorization"), TT_STR("Bearer sk-secret")));
    assert_int_equal(header(&wire, "x-api-key").n, 0);
    assert_int_equal(tt_llm_wire_models(&arena, &req, &wire), 0);
    assert_true(tt_str_eq(wire.url, TT_STR("https://api.openai.com/v1/models")));
    req.key = TT_STR("");
    assert_int_equal(tt_llm_wire_build(&arena, &req, &wire), 0);
    assert_int_equal(header(&wire, "authorization").n, 0);
    req.key = TT_STR("sk-1\r\nx: y");
    assert_int_equal(tt_llm_wire_build(&arena, &req, &wire), TT_EINVALID);
    tt_arena_release(&arena);
}

static void test_refused(void **state)
{
    const struct tt_llm_tool broken = { TT_STR_INIT("e"), TT_STR_INIT(""), TT_STR_INIT("{\"a\":") };
    struct tt_llm_request req;
    struct tt_llm_wire wire;
    struct tt_arena arena;

    (void)state;
    tt_arena_init(&arena);
    req = request(TT_LLM_OPENAI, "");
    assert_int_equal(tt_llm_wire_build(&arena, &req, &wire), TT_EINVALID);
    req = request(TT_LLM_OPENAI, "m");
    req.n_messages = 0;
    assert_int_equal(tt_llm_wire_build(&arena, &req, &wire), TT_EINVALID);
    req = request(TT_LLM_OPENAI, "m");
    req.max_output = 0;
    assert_int_equal(tt_llm_wire_build(&arena, &req, &wire), TT_EINVALID);
    req = request(TT_LLM_OPENAI, "m");
    req.tool = &broken;
    assert_int_equal(tt_llm_wire_build(&arena, &req, &wire), TT_EINVALID);
    tt_arena_release(&arena);
}

static void test_names(void **state)
{
    enum tt_llm_provider p = TT_LLM_OPENAI;

    (void)state;
    assert_true(tt_llm_provider_from(TT_STR("openai-compatible"), &p));
    assert_int_equal(p, TT_LLM_COMPATIBLE);
    assert_false(tt_llm_provider_from(TT_STR("azure"), &p));
    assert_int_equal(p, TT_LLM_COMPATIBLE);
    assert_string_equal(tt_llm_provider_name(TT_LLM_ANTHROPIC), "anthropic");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anthropic),
        cmocka_unit_test(test_openai),
        cmocka_unit_test(test_compatible),
        cmocka_unit_test(test_after_400),
        cmocka_unit_test(test_text_of_any_bytes),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
