/* test_attempt.c -- the life of a request to a model: it works, or its answer does not fit. */
#include "asking.h"

/* --- it works ---------------------------------------------------------------------- */

static void works(struct rig *rig, const char *more, const char *host, const char *key_header)
{
    struct fake_http *http;
    int id = edit(rig, more);

    CHECK(!error_of(rig, id), "%s", error_of(rig, id));
    http = fake_io_http(&rig->fake);
    CHECK(http);
    CHECK(strstr(http->url, host), "%s", http->url);
    CHECK(strstr(http->headers, key_header), "no key was sent");
    CHECK(!strstr(http->body, "sk-"), "the key is in the body");
    CHECK(strstr(http->body, "requests.get(url)"));
    rig_answer(rig, GOOD);
    CHECK(strcmp(rig->text, FIXED) == 0, "%s", rig->text);
    CHECK(rig_count(rig, "workspace/applyEdit") == 1);
    CHECK(strstr(receipt(rig), "\"verdict\":\"ready\""), "%s", receipt(rig));
    CHECK(strstr(receipt(rig), "\"in\":900"), "%s", receipt(rig));
    CHECK(!rig_said(rig, "sk-ant") && !rig_said(rig, "sk-test"), "a key was said");
    CHECK(!strstr(receipt(rig), "requests.get"), "the receipt holds code");
    CHECK(cJSON_GetObjectItem(rig_last(rig, "$/progress"), "params"));
}

static void test_anthropic(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 1, NULL, NULL);
    rig_document(&rig, SOURCE);
    works(&rig, ",\"model\":\"claude\"", "api.anthropic.com", "x-api-key: sk-ant-test");
    CHECK(strstr(receipt(&rig), "\"answered_by\":\"served-claude\""));
    rig_close(&rig);
}

static void test_openai(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 2, NULL, NULL);
    rig_document(&rig, SOURCE);
    works(&rig, ",\"model\":\"gpt\"", "api.openai.com", "Bearer sk-test");
    rig_close(&rig);
}

static void test_local_server_without_a_key(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 3, NULL,
             "{\"models\":{\"home\":{\"provider\":\"openai-compatible\",\"family\":\"other\","
             "\"model\":\"qwen\",\"base_url\":\"http://127.0.0.1:11434/v1\"}},"
             "\"delivery\":\"command\"}");
    rig.anthropic_key = rig.openai_key = NULL;
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"home\"");
    CHECK(strstr(fake_io_http(&rig.fake)->url, "http://127.0.0.1:11434/v1/chat/completions"));
    CHECK(!strstr(fake_io_http(&rig.fake)->headers, "uthorization"));
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, FIXED) == 0, "%s", rig.text);
    rig_close(&rig);
}

static void test_every_cut_of_the_stream(void **state)
{
    (void)state;
    for (size_t step = 1; step < 60; step += 7) {
        struct rig rig;

        rig_open(&rig, step, NULL, NULL);
        rig_document(&rig, SOURCE);
        edit(&rig, step % 2 ? ",\"model\":\"claude\"" : ",\"model\":\"gpt\"");
        rig_answer_cut(&rig, GOOD, step, 0, TT_HTTP_OK);
        CHECK(strcmp(rig.text, FIXED) == 0, "cut every %zu: %s", step, rig.text);
        rig_close(&rig);
    }
}

/* --- answers that do not fit ------------------------------------------------------------ */

static const struct {
    const char *name, *answer;
    bool asked_again;
    const char *verdict; /* of the receipt, when the second answer is the same */
} answers[] = {
    { "nonsense", "I am afraid I cannot see a file here.", true, "unreadable" },
    { "nothing", "", true, "unreadable" },
    { "text that is not there", BLOCK("    reply = requests.get(address)\n", "    pass\n"), true,
      "no_match" },
    { "another place in the file", BLOCK("    return 1\n", "    return 2\n"), true,
      "out_of_bounds" },
    { "half a block", "```\n<<<<<<< SEARCH\n    response = requests.get(url)\n=======\n", true,
      "truncated" },
    { "a placeholder",
      BLOCK("    response = requests.get(url)\n    return response.json()\n",
            "    response = requests.get(url, timeout=10)\n    # ... existing code ...\n"),
      true, "placeholder" },
    { "the file as it is",
      BLOCK("    response = requests.get(url)\n", "    response = requests.get(url)\n"), false,
      "unchanged" },
};

static void test_answers_that_do_not_fit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        char want[64];
        struct rig rig;

        rig_open(&rig, 100 + i, NULL, NULL);
        rig_document(&rig, SOURCE);
        edit(&rig, "");
        rig_answer(&rig, answers[i].answer);
        CHECK((fake_io_http(&rig.fake) != NULL) == answers[i].asked_again, "%s: %s",
              answers[i].name, receipt(&rig));
        if (answers[i].asked_again)
            rig_answer(&rig, answers[i].answer);
        CHECK(!fake_io_http(&rig.fake), "%s: asked a third time", answers[i].name);
        CHECK(strcmp(rig.text, SOURCE) == 0, "%s: applied", answers[i].name);
        snprintf(want, sizeof(want), "\"verdict\":\"%s\"", answers[i].verdict);
        CHECK(strstr(receipt(&rig), want), "%s: %s", answers[i].name, receipt(&rig));
        CHECK(shown(&rig)[0], "%s: the user was told nothing", answers[i].name);
        rig_close(&rig);
    }
}

static void test_the_second_answer_fits(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 8, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_answer(&rig, BLOCK("    reply = requests.get(address)\n", "    pass\n"));
    CHECK(fake_io_http(&rig.fake));
    CHECK(strstr(fake_io_http(&rig.fake)->body, "reply = requests.get(address)"),
          "the model does not see what it wrote");
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, FIXED) == 0, "%s", rig.text);
    CHECK(strstr(receipt(&rig), "\"asked_again\":1"), "%s", receipt(&rig));
    CHECK(strstr(receipt(&rig), "\"in\":1800"), "both requests count: %s", receipt(&rig));
    rig_close(&rig);
}

static void test_a_refused_answer_is_kept(void **state)
{
    struct rig rig;
    bool kept = false;

    (void)state;
    rig_open(&rig, 9, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_answer(&rig, "no code 1");
    rig_answer(&rig, "no code 2");
    for (size_t i = 0; i < rig.fake.n_records; i++)
        kept |= strstr(rig.fake.records[i], "\"answer\":\"no code 2\"") != NULL;
    CHECK(kept);
    CHECK(strstr(shown(&rig), "trimtab log"), "%s", shown(&rig));
    rig_close(&rig);
}

static void test_an_answer_of_ten_megabytes(void **state)
{
    struct rig rig;
    size_t n = (size_t)11 << 20;
    char *text = malloc(n + 1);

    (void)state;
    CHECK(text);
    memset(text, 'x', n);
    text[n] = '\0';
    rig_open(&rig, 10, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"claude\"");
    rig_answer_cut(&rig, text, 65536, 0, TT_HTTP_OK);
    CHECK(strcmp(rig.text, SOURCE) == 0);
    CHECK(!fake_io_http(&rig.fake));
    CHECK(shown(&rig)[0]);
    rig_close(&rig);
    free(text);
}

/* `trimtab.status` with `flush` waits for what was recorded; without it, it does not. */
static void test_status_after_the_records(void **state)
{
    struct rig rig;
    int plain, flush;

    (void)state;
    rig_open(&rig, 41, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_answer(&rig, GOOD);
    plain = rig_request(&rig, "workspace/executeCommand", "{\"command\":\"trimtab.status\"}");
    CHECK(rig_response(&rig, plain));
    CHECK(rig.fake.n_flushes == 0);
    flush = rig_request(&rig, "workspace/executeCommand",
                        "{\"command\":\"trimtab.status\",\"arguments\":[{\"flush\":true}]}");
    CHECK(rig.fake.n_flushes == 1);
    CHECK(!rig_response(&rig, flush), "answered before the records are kept");
    rig_settle(&rig);
    CHECK(rig_result(&rig, flush));
    flush = rig_request(&rig, "workspace/executeCommand",
                        "{\"command\":\"trimtab.status\",\"arguments\":[{\"flush\":null}]}");
    CHECK(rig_response(&rig, flush));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anthropic),
        cmocka_unit_test(test_openai),
        cmocka_unit_test(test_local_server_without_a_key),
        cmocka_unit_test(test_every_cut_of_the_stream),
        cmocka_unit_test(test_answers_that_do_not_fit),
        cmocka_unit_test(test_the_second_answer_fits),
        cmocka_unit_test(test_a_refused_answer_is_kept),
        cmocka_unit_test(test_an_answer_of_ten_megabytes),
        cmocka_unit_test(test_status_after_the_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
