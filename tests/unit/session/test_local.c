/* test_local.c -- servers on one's own machine: slow to begin, and silent about what they
 * did not read. */
#include "base/buf.h"
#include "rig.h"
#include "test.h"

#define GOOD                                                                                       \
    "So it ends.\n\n```python\n<<<<<<< SEARCH\n    return requests.get(url)\n=======\n"            \
    "    return requests.get(url, timeout=10)\n>>>>>>> REPLACE\n```\n"

/* A document of about `lines` times ten tokens, with the place of the edit in line 1. */
static char *document(size_t lines)
{
    struct tt_buf text = TT_BUF_INIT(1 << 20);
    char *out;

    tt_buf_adds(&text, "def fetch(url):\n    return requests.get(url)\n\n\n");
    for (size_t i = 0; i < lines; i++)
        tt_buf_addf(&text, "VALUE_%zu = compute(%zu, scale=%zu)\n", i, i * 7, i % 13);
    out = tt_buf_take(&text, NULL);
    CHECK(out);
    return out;
}

static void open(struct rig *rig, const char *provider, const char *text)
{
    char options[600];

    snprintf(options, sizeof(options),
             "{\"models\":{\"home\":{\"provider\":\"%s\",\"family\":\"other\",\"model\":\"qwen\","
             "\"context_tokens\":200000,\"api_key_env\":\"OPENAI_API_KEY\","
             "\"base_url\":\"http://127.0.0.1:11434/v1\"}},\"delivery\":\"command\"}",
             provider);
    rig_open(rig, 3, NULL, options);
    rig_document(rig, text);
    rig_request(rig, "workspace/executeCommand",
                "{\"command\":\"trimtab.edit\",\"arguments\":[{\"uri\":\"" RIG_URI "\","
                "\"range\":{\"start\":{\"line\":1,\"character\":4},\"end\":{\"line\":1,"
                "\"character\":4}},\"instruction\":\"add a timeout\",\"model\":\"home\"}]}");
    rig_settle(rig);
}

/* The rig's answers say that 900 tokens were read. */
static void test_cut_question(void **state)
{
    static const struct {
        const char *provider;
        size_t lines;
        bool used;
    } rows[] = {
        { "openai-compatible", 5, true },
        { "openai-compatible", 200, false }, /* several thousand were sent */
        { "openai", 200, true },             /* says so itself when it is too much */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *text = document(rows[i].lines);
        struct rig rig;

        open(&rig, rows[i].provider, text);
        rig_answer(&rig, GOOD);
        CHECK((strcmp(rig.text, text) != 0) == rows[i].used, "row %zu: %.80s", i, rig.text);
        CHECK(rig_said(&rig, "read only a part of the question") == !rows[i].used, "row %zu", i);
        CHECK(rig_said(&rig, "\"verdict\":\"truncated\"") == !rows[i].used, "row %zu", i);
        rig_close(&rig);
        free(text);
    }
}

/* It may have to load the model first. */
static void test_patience(void **state)
{
    char *text = document(1);
    struct rig rig;

    (void)state;
    open(&rig, "openai-compatible", text);
    CHECK(fake_io_http(&rig.fake)->timeouts.first_byte_ms == 180000);
    rig_close(&rig);

    rig_open(&rig, 4, NULL, NULL);
    rig_document(&rig, text);
    rig_request(&rig, "workspace/executeCommand",
                "{\"command\":\"trimtab.edit\",\"arguments\":[{\"uri\":\"" RIG_URI "\","
                "\"range\":{\"start\":{\"line\":1,\"character\":4},\"end\":{\"line\":1,"
                "\"character\":4}},\"instruction\":\"add a timeout\",\"model\":\"claude\"}]}");
    rig_settle(&rig);
    CHECK(fake_io_http(&rig.fake)->timeouts.first_byte_ms == 30000);
    rig_close(&rig);
    free(text);
}

/* A model that thinks first: longer silence, room to think, and as much effort as was set. */
static void test_thinking(void **state)
{
    static const struct {
        const char *model, *effort;
        uint32_t first_byte, idle;
        const char *holds;
    } rows[] = {
        { "gpt-4o", "", 30000, 30000, NULL },
        { "gpt-6-sol", "", 90000, 90000, NULL },
        { "gpt-6-sol", ",\"effort\":\"low\"", 90000, 90000, "\"reasoning_effort\":\"low\"" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char options[400];
        struct rig rig;

        snprintf(
            options, sizeof(options),
            "{\"models\":{\"gpt\":{\"provider\":\"openai\",\"family\":\"gpt\",\"model\":\"%s\"%s}}"
            ",\"delivery\":\"command\"}",
            rows[i].model, rows[i].effort);
        rig_open(&rig, 5, NULL, options);
        rig_document(&rig, "def fetch(url):\n    return requests.get(url)\n");
        rig_request(&rig, "workspace/executeCommand",
                    "{\"command\":\"trimtab.edit\",\"arguments\":[{\"uri\":\"" RIG_URI "\","
                    "\"range\":{\"start\":{\"line\":1,\"character\":4},\"end\":{\"line\":1,"
                    "\"character\":4}},\"instruction\":\"add a timeout\",\"model\":\"gpt\"}]}");
        rig_settle(&rig);
        CHECK(fake_io_http(&rig.fake)->timeouts.first_byte_ms == rows[i].first_byte, "row %zu", i);
        CHECK(fake_io_http(&rig.fake)->timeouts.idle_ms == rows[i].idle, "row %zu", i);
        CHECK(rows[i].holds ? strstr(fake_io_http(&rig.fake)->body, rows[i].holds) != NULL
                            : !strstr(fake_io_http(&rig.fake)->body, "effort"),
              "row %zu: %s", i, fake_io_http(&rig.fake)->body);
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_question),
        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_thinking),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
