/* test_attempt.c -- the life of a request to a model, each stage failing once. */
#include "rig.h"
#include "test.h"

#define SOURCE                                                                                     \
    "import requests\n"                                                                            \
    "\n"                                                                                           \
    "\n"                                                                                           \
    "def fetch(url):\n"                                                                            \
    "    response = requests.get(url)\n"                                                           \
    "    return response.json()\n"                                                                 \
    "\n"                                                                                           \
    "\n"                                                                                           \
    "def other():\n"                                                                               \
    "    return 1\n"

#define FIXED                                                                                      \
    "import requests\n"                                                                            \
    "\n"                                                                                           \
    "\n"                                                                                           \
    "def fetch(url):\n"                                                                            \
    "    response = requests.get(url, timeout=10)\n"                                               \
    "    return response.json()\n"                                                                 \
    "\n"                                                                                           \
    "\n"                                                                                           \
    "def other():\n"                                                                               \
    "    return 1\n"

#define BLOCK(old, new)                                                                            \
    "A timeout keeps a slow server from holding the caller.\n\n```python\n<<<<<<< SEARCH\n" old    \
    "=======\n" new ">>>>>>> REPLACE\n```\n"

#define GOOD                                                                                       \
    BLOCK("    response = requests.get(url)\n", "    response = requests.get(url, timeout=10)\n")

#define AT_FETCH                                                                                   \
    "\"range\":{\"start\":{\"line\":4,\"character\":4},\"end\":{\"line\":4,\"character\":4}}"

static int edit(struct rig *rig, const char *more)
{
    int id = rig_request(rig, "workspace/executeCommand",
                         "{\"command\":\"trimtab.edit\",\"arguments\":[{\"uri\":\"" RIG_URI
                         "\"," AT_FETCH ",\"instruction\":\"add a timeout to this call\"%s}]}",
                         more);

    rig_settle(rig);
    return id;
}

static const char *error_of(struct rig *rig, int id)
{
    const cJSON *error = cJSON_GetObjectItem(rig_response(rig, id), "error");

    return error ? cJSON_GetObjectItem(error, "message")->valuestring : NULL;
}

static const char *shown(struct rig *rig)
{
    const cJSON *message = rig_last(rig, "window/showMessage");

    return message
               ? cJSON_GetObjectItem(cJSON_GetObjectItem(message, "params"), "message")->valuestring
               : "";
}

static const char *receipt(struct rig *rig)
{
    for (size_t i = rig->fake.n_records; i > 0; i--) {
        if (strstr(rig->fake.records[i - 1], "\"verdict\""))
            return rig->fake.records[i - 1];
    }
    return "";
}

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

/* --- what was typed meanwhile -------------------------------------------------------- */

static void test_typed_elsewhere(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 4, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_type(&rig, "import requests", "import os\nimport requests");
    rig_type(&rig, "return 1", "return 2");
    rig_answer(&rig, GOOD);
    CHECK(strstr(rig.text, "import os\nimport requests\n\n\ndef fetch(url):\n"
                           "    response = requests.get(url, timeout=10)\n"),
          "%s", rig.text);
    CHECK(strstr(rig.text, "return 2"));
    rig_close(&rig);
}

static void test_typed_inside_the_target(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 5, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_type(&rig, "requests.get(url)", "requests.get(url, verify=True)");
    rig_answer(&rig, GOOD);
    CHECK(strstr(rig.text, "requests.get(url, verify=True)\n"), "%s", rig.text);
    CHECK(rig_count(&rig, "workspace/applyEdit") == 0);
    CHECK(strstr(receipt(&rig), "\"verdict\":\"stale\""), "%s", receipt(&rig));
    CHECK(strstr(shown(&rig), "nothing was applied"), "%s", shown(&rig));
    rig_close(&rig);
}

/* The few bytes that change were not touched, but their line was. */
static void test_typed_on_the_line(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 90, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_type(&rig, "    response = ", "    reply = ");
    rig_answer(&rig, GOOD);
    CHECK(strstr(rig.text, "    reply = requests.get(url)\n"), "%s", rig.text);
    CHECK(strstr(receipt(&rig), "\"verdict\":\"stale\""), "%s", receipt(&rig));
    rig_close(&rig);
}

static void test_closed_meanwhile(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 6, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    rig_notify(&rig, "textDocument/didClose", "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}}");
    rig_answer(&rig, GOOD);
    CHECK(rig_count(&rig, "workspace/applyEdit") == 0);
    CHECK(strstr(receipt(&rig), "\"verdict\":\"stale\""), "%s", receipt(&rig));
    rig_close(&rig);
}

static void test_the_editor_refuses(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 7, NULL, NULL);
    rig_document(&rig, SOURCE);
    rig.refuse_edits = true;
    edit(&rig, "");
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, SOURCE) == 0);
    rig_wait(&rig, 1100); /* what was typed would have come by then */
    CHECK(strstr(shown(&rig), "did not apply"), "%s", shown(&rig));
    CHECK(rig_count(&rig, "workspace/applyEdit") == 1);
    rig_close(&rig);
}

/* A client that collects what is typed declines first and tells a moment later. */
static void test_typing_comes_later(void **state)
{
    static const struct {
        const char *name;
        uint32_t wait;
        bool cancel, applied;
    } rows[] = {
        { "soon", 200, false, true },
        { "too late", 1500, false, false },
        { "cancelled", 200, true, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig rig;

        rig_open(&rig, 8, NULL, NULL);
        rig_document(&rig, SOURCE);
        rig.refuse_edits = true;
        edit(&rig, "");
        rig_answer(&rig, GOOD);
        rig.refuse_edits = false;
        CHECK(strcmp(shown(&rig), "") == 0, "%s: %s", rows[i].name, shown(&rig));
        rig_wait(&rig, rows[i].wait);
        if (rows[i].cancel)
            rig_request(&rig, "workspace/executeCommand",
                        "{\"command\":\"trimtab.cancel\",\"arguments\":[{}]}");
        rig_type(&rig, "def fetch", "# typed\ndef fetch");
        rig_settle(&rig);
        CHECK((strstr(rig.text, "timeout=10") != NULL) == rows[i].applied, "%s: %s", rows[i].name,
              rig.text);
        CHECK(rig_count(&rig, "workspace/applyEdit") == 1u + rows[i].applied, "%s", rows[i].name);
        CHECK(strstr(rig.text, "# typed\ndef fetch"), "%s: %s", rows[i].name, rig.text);
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

/* --- the connection and the provider ------------------------------------------------------ */

static void test_cut_anywhere_is_never_applied(void **state)
{
    (void)state;
    for (size_t most = 1; most < 1400; most += 53) {
        struct rig rig;

        rig_open(&rig, most, NULL, NULL);
        rig_document(&rig, SOURCE);
        edit(&rig, ",\"model\":\"claude\"");
        /* the whole stream is shorter than 1400 bytes; the end mark is its last event */
        rig_answer_cut(&rig, GOOD, 64, most, TT_HTTP_CUT);
        if (fake_io_http(&rig.fake) || rig.fake.n_timers) {
            rig_wait(&rig, 5000);
            while (fake_io_http(&rig.fake)) {
                rig_answer_cut(&rig, GOOD, 64, most, TT_HTTP_CUT);
                rig_wait(&rig, 5000);
            }
        }
        CHECK(strcmp(rig.text, SOURCE) == 0 || most > 900, "applied after %zu bytes", most);
        rig_close(&rig);
    }
}

static void test_wrong_key(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 11, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"claude\"");
    rig_answer_status(&rig, 401, "application/json",
                      "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\","
                      "\"message\":\"invalid x-api-key\"}}");
    CHECK(!fake_io_http(&rig.fake), "a wrong key was tried again");
    CHECK(strstr(shown(&rig), "ANTHROPIC_API_KEY"), "%s", shown(&rig));
    CHECK(strstr(shown(&rig), "401"), "%s", shown(&rig));
    rig_close(&rig);
}

static void test_no_key(void **state)
{
    struct rig rig;
    int id;

    (void)state;
    rig_open(&rig, 12, NULL, NULL);
    rig.anthropic_key = rig.openai_key = NULL;
    rig_notify(&rig, "trimtab/setKeys", "{\"keys\":{}}");
    rig_document(&rig, SOURCE);
    id = edit(&rig, "");
    CHECK(error_of(&rig, id), "accepted without a key");
    CHECK(strstr(error_of(&rig, id), "ANTHROPIC_API_KEY"), "%s", error_of(&rig, id));
    CHECK(!fake_io_http(&rig.fake));
    rig_notify(&rig, "trimtab/setKeys", "{\"keys\":{\"claude\":\"sk-ant-from-editor\"}}");
    edit(&rig, "");
    CHECK(fake_io_http(&rig.fake));
    CHECK(strstr(fake_io_http(&rig.fake)->headers, "sk-ant-from-editor"));
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, FIXED) == 0);
    CHECK(!rig_said(&rig, "sk-ant-from-editor"));
    rig_close(&rig);
}

static void test_overloaded_then_fine(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 13, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"claude\"");
    rig_answer_status(&rig, 529, "application/json",
                      "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                      "\"message\":\"Overloaded\"}}");
    CHECK(!fake_io_http(&rig.fake) || rig.fake.now == 1000);
    rig_wait(&rig, 5000);
    CHECK(fake_io_http(&rig.fake), "not tried again");
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, FIXED) == 0);
    rig_close(&rig);
}

static void test_server_not_there(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 14, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"claude\"");
    for (int i = 0; i < 4 && fake_io_http(&rig.fake); i++) {
        fake_io_http_end(&rig.fake, fake_io_http(&rig.fake)->id, TT_HTTP_NO_CONNECTION);
        rig_wait(&rig, 6000);
    }
    CHECK(!fake_io_http(&rig.fake), "tried for ever");
    CHECK(rig.fake.n_https == 3, "%zu requests", rig.fake.n_https);
    CHECK(shown(&rig)[0]);
    CHECK(strcmp(rig.text, SOURCE) == 0);
    rig_close(&rig);
}

static void test_falls_back_to_the_other_model(void **state)
{
    struct rig rig;
    char first[200];

    (void)state;
    rig_open(&rig, 15, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, "");
    snprintf(first, sizeof(first), "%s", fake_io_http(&rig.fake)->url);
    for (int i = 0; i < 3; i++) {
        CHECK(strcmp(fake_io_http(&rig.fake)->url, first) == 0);
        fake_io_http_end(&rig.fake, fake_io_http(&rig.fake)->id, TT_HTTP_NO_CONNECTION);
        rig_wait(&rig, 6000);
    }
    CHECK(fake_io_http(&rig.fake), "no fallback");
    CHECK(strcmp(fake_io_http(&rig.fake)->url, first) != 0);
    CHECK(strstr(shown(&rig), "asking"), "the user is not told: %s", shown(&rig));
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, FIXED) == 0);
    CHECK(strstr(receipt(&rig), "\"tried\":["), "%s", receipt(&rig));
    rig_close(&rig);
}

static void test_html_instead_of_json(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 16, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"gpt\"");
    for (int i = 0; i < 5 && fake_io_http(&rig.fake); i++) {
        rig_answer_status(&rig, 200, "text/html",
                          "<html><body><h1>Sign in to the proxy</h1></body></html>");
        rig_wait(&rig, 6000);
    }
    CHECK(!fake_io_http(&rig.fake));
    CHECK(strcmp(rig.text, SOURCE) == 0);
    CHECK(shown(&rig)[0]);
    rig_close(&rig);
}

/* --- cancelling, at every stage ------------------------------------------------------------- */

enum stage { ASKING, ANSWERING, BACKING_OFF, CHECKING, STAGES };

static void reach(struct rig *rig, enum stage stage)
{
    uint64_t id = fake_io_http(&rig->fake)->id;

    if (stage == ANSWERING) {
        fake_io_http_head(&rig->fake, id, 200, "text/event-stream");
        fake_io_http_body(&rig->fake, id,
                          TT_STR("event: message_start\ndata: {\"type\":\"message_start\","
                                 "\"message\":{\"model\":\"m\",\"usage\":{\"input_tokens\":5,"
                                 "\"output_tokens\":1}}}\n\n"));
    } else if (stage == BACKING_OFF) {
        fake_io_http_end(&rig->fake, id, TT_HTTP_NO_CONNECTION);
    } else if (stage == CHECKING) {
        rig->fake.hold_jobs = true;
        rig_answer(rig, GOOD);
    }
}

static void test_cancel_at_every_stage(void **state)
{
    (void)state;
    for (enum stage stage = ASKING; stage < STAGES; stage++) {
        for (int by = 0; by < 2; by++) {
            struct rig rig;
            size_t sent;

            rig_open(&rig, (uint64_t)stage + 20, NULL, NULL);
            rig_document(&rig, SOURCE);
            edit(&rig, ",\"model\":\"claude\"");
            reach(&rig, stage);
            if (by == 0) {
                rig_request(&rig, "workspace/executeCommand",
                            "{\"command\":\"trimtab.cancel\",\"arguments\":[{}]}");
            } else {
                const cJSON *created = rig_last(&rig, "window/workDoneProgress/create");
                const cJSON *token =
                    cJSON_GetObjectItem(cJSON_GetObjectItem(created, "params"), "token");
                rig_notify(&rig, "window/workDoneProgress/cancel", "{\"token\":\"%s\"}",
                           token->valuestring);
            }
            rig_settle(&rig);
            CHECK(!fake_io_http(&rig.fake), "stage %d: the transfer goes on", stage);
            CHECK(strstr(receipt(&rig), "\"verdict\":\"cancelled\""), "stage %d: %s", stage,
                  receipt(&rig));
            sent = rig.fake.n_sent;
            rig.fake.hold_jobs = false;
            rig_wait(&rig, 20000);
            CHECK(rig.fake.n_sent == sent, "stage %d: said after cancel: %s", stage,
                  rig.fake.sent[rig.fake.n_sent - 1]);
            CHECK(strcmp(rig.text, SOURCE) == 0);
            rig_close(&rig);
        }
    }
}

static void test_exit_while_it_runs(void **state)
{
    (void)state;
    for (enum stage stage = ASKING; stage < STAGES; stage++) {
        struct rig rig;

        rig_open(&rig, (uint64_t)stage + 40, NULL, NULL);
        rig_document(&rig, SOURCE);
        edit(&rig, ",\"model\":\"claude\"");
        reach(&rig, stage);
        fake_io_editor_eof(&rig.fake);
        CHECK(rig.fake.exited);
        CHECK(rig.fake.exit_code == 1);
        CHECK(!fake_io_http(&rig.fake), "stage %d: the transfer goes on", stage);
        rig_close(&rig);
    }
}

/* --- proposals, resolve ------------------------------------------------------------------------
 */

static void test_proposal_and_decision(void **state)
{
    struct rig rig;
    const cJSON *result, *hunks;
    const char *name;
    int id;

    (void)state;
    rig_open(&rig, 50, NULL, NULL);
    rig_document(&rig, SOURCE);
    id = edit(&rig, ",\"apply\":false");
    CHECK(!rig_response(&rig, id), "answered before the model did");
    rig_answer(&rig, GOOD);
    result = cJSON_GetObjectItem(rig_response(&rig, id), "result");
    CHECK(result, "%s", error_of(&rig, id));
    CHECK(strcmp(cJSON_GetObjectItem(result, "verdict")->valuestring, "ready") == 0);
    hunks = cJSON_GetObjectItem(result, "hunks");
    CHECK(cJSON_GetArraySize(hunks) == 1);
    CHECK(cJSON_GetObjectItem(result, "receipt"));
    CHECK(strcmp(rig.text, SOURCE) == 0, "a proposal was applied");
    name = cJSON_GetObjectItem(result, "id")->valuestring;
    rig_type(&rig, "return 1", "return 3"); /* elsewhere: it must be moved */
    id = rig_request(&rig, "workspace/executeCommand",
                     "{\"command\":\"trimtab.decide\",\"arguments\":[{\"id\":\"%s\",\"accept\":"
                     "[\"h1\"]}]}",
                     name);
    rig_settle(&rig);
    CHECK(!error_of(&rig, id), "%s", error_of(&rig, id));
    CHECK(strstr(rig.text, "timeout=10"), "%s", rig.text);
    id = rig_request(&rig, "workspace/executeCommand",
                     "{\"command\":\"trimtab.decide\",\"arguments\":[{\"id\":\"%s\",\"accept\":"
                     "\"all\"}]}",
                     name);
    rig_settle(&rig);
    CHECK(error_of(&rig, id), "decided twice");
    rig_close(&rig);
}

static void test_code_action_by_command_and_by_resolve(void **state)
{
    static const char *const deliveries[] = { "command", "resolve" };

    (void)state;
    for (size_t d = 0; d < 2; d++) {
        const cJSON *actions, *action = NULL, *each;
        char options[64];
        char *text;
        struct rig rig;
        int id;

        snprintf(options, sizeof(options), "{\"delivery\":\"%s\"}", deliveries[d]);
        rig_open(&rig, 60 + d, NULL, options);
        rig_document(&rig, SOURCE);
        id = rig_request(&rig, "textDocument/codeAction",
                         "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}," AT_FETCH
                         ",\"context\":{\"diagnostics\":[],\"triggerKind\":1}}");
        rig_settle(&rig);
        actions = cJSON_GetObjectItem(rig_response(&rig, id), "result");
        cJSON_ArrayForEach(each, actions)
        {
            if (strstr(cJSON_GetObjectItem(each, "kind")->valuestring, "resilience"))
                action = each;
        }
        CHECK(action, "no model action: %s", cJSON_PrintUnformatted(actions));
        CHECK(!cJSON_GetObjectItem(action, "isPreferred"));
        CHECK(!cJSON_GetObjectItem(action, "edit"));
        CHECK((cJSON_GetObjectItem(action, "command") != NULL) == (d == 0));
        if (d == 0) {
            const cJSON *command = cJSON_GetObjectItem(action, "command");
            text = cJSON_PrintUnformatted(cJSON_GetObjectItem(command, "arguments"));
            rig_request(&rig, "workspace/executeCommand",
                        "{\"command\":\"trimtab.edit\",\"arguments\":%s}", text);
        } else {
            text = cJSON_PrintUnformatted(action);
            id = rig_request(&rig, "codeAction/resolve", "%s", text);
        }
        free(text);
        rig_settle(&rig);
        CHECK(rig.fake.n_https == (d == 0), "a resolve waits for a pause");
        rig_wait(&rig, 200);
        CHECK(rig.fake.n_https == 1);
        rig_answer(&rig, GOOD);
        if (d == 0) {
            CHECK(strcmp(rig.text, FIXED) == 0, "%s", rig.text);
        } else {
            const cJSON *result = cJSON_GetObjectItem(rig_response(&rig, id), "result");
            CHECK(result, "%s", error_of(&rig, id));
            CHECK(cJSON_GetObjectItem(result, "edit"));
            CHECK(rig_count(&rig, "workspace/applyEdit") == 0);
        }
        rig_close(&rig);
    }
}

static void test_resolve_is_cancelled(void **state)
{
    struct rig rig;
    const cJSON *actions, *each;
    char *text = NULL;
    int id;

    (void)state;
    rig_open(&rig, 70, NULL, "{\"delivery\":\"resolve\"}");
    rig_document(&rig, SOURCE);
    id = rig_request(&rig, "textDocument/codeAction",
                     "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}," AT_FETCH
                     ",\"context\":{\"diagnostics\":[]}}");
    rig_settle(&rig);
    actions = cJSON_GetObjectItem(rig_response(&rig, id), "result");
    cJSON_ArrayForEach(each, actions)
    {
        if (!text && strstr(cJSON_GetObjectItem(each, "kind")->valuestring, "resilience"))
            text = cJSON_PrintUnformatted(each);
    }
    CHECK(text);
    id = rig_request(&rig, "codeAction/resolve", "%s", text);
    free(text);
    rig_wait(&rig, 200);
    CHECK(fake_io_http(&rig.fake));
    rig_notify(&rig, "$/cancelRequest", "{\"id\":%d}", id);
    rig_settle(&rig);
    CHECK(!fake_io_http(&rig.fake), "the transfer goes on");
    CHECK(error_of(&rig, id));
    rig_close(&rig);
}

/* The model actions of a menu at `line`, as text: two of them. */
static void two_actions(struct rig *rig, char *out[2])
{
    const cJSON *each;
    int n = 0, id = rig_request(rig, "textDocument/codeAction",
                                "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}," AT_FETCH
                                ",\"context\":{\"diagnostics\":[]}}");

    rig_settle(rig);
    cJSON_ArrayForEach(each, cJSON_GetObjectItem(rig_response(rig, id), "result"))
    {
        if (n < 2 && cJSON_GetObjectItem(each, "data") && !cJSON_GetObjectItem(each, "edit"))
            out[n++] = cJSON_PrintUnformatted(each);
    }
    CHECK(n == 2, "%d model actions", n);
}

/* A picker resolves what its cursor stands on. */
static void test_resolve_while_the_cursor_moves(void **state)
{
    char *actions[2] = { NULL, NULL };
    struct rig rig;
    int first, second, again, other;

    (void)state;
    rig_open(&rig, 75, NULL, "{\"delivery\":\"resolve\"}");
    rig_document(&rig, SOURCE);
    two_actions(&rig, actions);
    first = rig_request(&rig, "codeAction/resolve", "%s", actions[0]);
    second = rig_request(&rig, "codeAction/resolve", "%s", actions[1]);
    rig_settle(&rig);
    CHECK(error_of(&rig, first), "left, and answered");
    CHECK(rig.fake.n_https == 0, "nothing was asked");
    first = rig_request(&rig, "codeAction/resolve", "%s", actions[0]);
    rig_wait(&rig, 200);
    CHECK(error_of(&rig, second));
    CHECK(rig.fake.n_https == 1, "one request for three looks");
    /* the same again, while it runs: one request answers the newest */
    again = rig_request(&rig, "codeAction/resolve", "%s", actions[0]);
    rig_wait(&rig, 200);
    CHECK(rig.fake.n_https == 1);
    CHECK(error_of(&rig, first));
    rig_answer(&rig, GOOD);
    CHECK(cJSON_GetObjectItem(cJSON_GetObjectItem(rig_response(&rig, again), "result"), "edit"));
    /* and after it, for the same text: no request at all */
    again = rig_request(&rig, "codeAction/resolve", "%s", actions[0]);
    rig_wait(&rig, 200);
    CHECK(cJSON_GetObjectItem(cJSON_GetObjectItem(rig_response(&rig, again), "result"), "edit"));
    CHECK(rig.fake.n_https == 1);
    /* another one runs, and is left: its transfer ends */
    other = rig_request(&rig, "codeAction/resolve", "%s", actions[1]);
    rig_wait(&rig, 200);
    CHECK(fake_io_http(&rig.fake));
    again = rig_request(&rig, "codeAction/resolve", "%s", actions[0]);
    rig_settle(&rig);
    CHECK(!fake_io_http(&rig.fake), "the transfer goes on");
    CHECK(error_of(&rig, other));
    CHECK(!error_of(&rig, again));
    free(actions[0]);
    free(actions[1]);
    rig_close(&rig);
}

static void test_typed_during_the_pause(void **state)
{
    char *actions[2] = { NULL, NULL };
    struct rig rig;
    int id;

    (void)state;
    rig_open(&rig, 76, NULL, "{\"delivery\":\"resolve\"}");
    rig_document(&rig, SOURCE);
    two_actions(&rig, actions);
    id = rig_request(&rig, "codeAction/resolve", "%s", actions[0]);
    rig_type(&rig, "return 1", "return 3");
    rig_wait(&rig, 200);
    CHECK(error_of(&rig, id));
    CHECK(rig.fake.n_https == 0);
    free(actions[0]);
    free(actions[1]);
    rig_close(&rig);
}

static void test_several_at_a_time(void **state)
{
    struct rig rig;
    uint64_t first;

    (void)state;
    rig_open(&rig, 80, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"claude\"");
    first = fake_io_http(&rig.fake)->id;
    rig_request(&rig, "workspace/executeCommand",
                "{\"command\":\"trimtab.edit\",\"arguments\":[{\"uri\":\"" RIG_URI
                "\",\"range\":{\"start\":{\"line\":9,\"character\":4},\"end\":{\"line\":9,"
                "\"character\":4}},\"instruction\":\"return two\",\"model\":\"claude\"}]}");
    rig_settle(&rig);
    CHECK(fake_io_http(&rig.fake)->id != first);
    rig_answer(&rig, BLOCK("    return 1\n", "    return 2\n"));
    CHECK(fake_io_http(&rig.fake)->id == first, "the other one still runs");
    rig_answer(&rig, GOOD);
    CHECK(strstr(rig.text, "timeout=10") && strstr(rig.text, "return 2"), "%s", rig.text);
    rig_close(&rig);
}

static void test_a_refused_proposal_has_its_verdict(void **state)
{
    struct rig rig;
    const cJSON *result;
    int id;

    (void)state;
    rig_open(&rig, 96, NULL, NULL);
    rig_document(&rig, SOURCE);
    id = edit(&rig, ",\"apply\":false");
    rig_answer(&rig, "no code");
    rig_answer(&rig, "no code");
    result = cJSON_GetObjectItem(rig_response(&rig, id), "result");
    CHECK(result, "%s", error_of(&rig, id));
    CHECK(strcmp(cJSON_GetObjectItem(result, "verdict")->valuestring, "unreadable") == 0);
    CHECK(cJSON_GetObjectItem(result, "reason")->valuestring[0]);
    CHECK(rig_count(&rig, "window/showMessage") == 0, "said twice");
    rig_close(&rig);
}

static void test_compare(void **state)
{
    struct rig rig;
    const cJSON *result;
    const char *duel;
    char urls[2][200];
    int id, rated;

    (void)state;
    rig_open(&rig, 95, NULL, NULL);
    rig_document(&rig, SOURCE);
    id = rig_request(&rig, "workspace/executeCommand",
                     "{\"command\":\"trimtab.compare\",\"arguments\":[{\"uri\":\"" RIG_URI
                     "\"," AT_FETCH ",\"instruction\":\"add a timeout\"}]}");
    rig_settle(&rig);
    CHECK(!error_of(&rig, id), "%s", error_of(&rig, id));
    CHECK(rig.fake.n_https == 2, "%zu requests", rig.fake.n_https);
    for (int i = 0; i < 2; i++) {
        snprintf(urls[i], sizeof(urls[i]), "%s", fake_io_http(&rig.fake)->url);
        rig_answer(&rig, i ? "no code here" : GOOD);
    }
    if (fake_io_http(&rig.fake)) /* the side without code is asked once more */
        rig_answer(&rig, "still none");
    CHECK(strcmp(urls[0], urls[1]) != 0, "the same model twice");
    result = cJSON_GetObjectItem(rig_response(&rig, id), "result");
    CHECK(result, "%s", error_of(&rig, id));
    CHECK(cJSON_GetObjectItem(result, "a") && cJSON_GetObjectItem(result, "b"));
    {
        char *said = cJSON_PrintUnformatted(result);
        CHECK(!strstr(said, "claude") && !strstr(said, "gpt"), "not blind: %s", said);
        free(said);
    }
    CHECK(strcmp(rig.text, SOURCE) == 0);
    duel = cJSON_GetObjectItem(result, "id")->valuestring;
    for (int i = 0; i < 2; i++) {
        rated = rig_request(&rig, "workspace/executeCommand",
                            "{\"command\":\"trimtab.rate\",\"arguments\":[{\"id\":\"%s\","
                            "\"winner\":\"a\"}]}",
                            duel);
        rig_settle(&rig);
        CHECK((error_of(&rig, rated) != NULL) == (i == 1), "judged twice");
    }
    CHECK(rig_said(&rig, "\"kind\":\"won\""), "no outcome was recorded");
    rig_close(&rig);
}

/* A side that a transport error ended does not lose, and the other does not win. */
static void test_compare_with_a_broken_line(void **state)
{
    struct rig rig;
    const cJSON *result;
    int id;

    (void)state;
    rig_open(&rig, 96, NULL, NULL);
    rig_document(&rig, SOURCE);
    id = rig_request(&rig, "workspace/executeCommand",
                     "{\"command\":\"trimtab.compare\",\"arguments\":[{\"uri\":\"" RIG_URI
                     "\"," AT_FETCH ",\"instruction\":\"add a timeout\"}]}");
    rig_settle(&rig);
    rig_answer(&rig, GOOD);
    for (int i = 0; i < 10 && fake_io_http(&rig.fake); i++) {
        rig_answer_cut(&rig, GOOD, 100, 700, TT_HTTP_CUT);
        rig_wait(&rig, 60000);
    }
    result = cJSON_GetObjectItem(rig_response(&rig, id), "result");
    CHECK(result, "%s", error_of(&rig, id));
    id = rig_request(&rig, "workspace/executeCommand",
                     "{\"command\":\"trimtab.rate\",\"arguments\":[{\"id\":\"%s\","
                     "\"winner\":\"a\"}]}",
                     cJSON_GetObjectItem(result, "id")->valuestring);
    rig_settle(&rig);
    CHECK(!error_of(&rig, id), "%s", error_of(&rig, id));
    CHECK(!rig_said(&rig, "\"kind\":\"won\"") && !rig_said(&rig, "\"kind\":\"lost\""));
    rig_close(&rig);
}

/* With `trial`, one action of the menu is a duel, once a day, with the price of both. */
static void test_trial(void **state)
{
    static const char comparing[] =
        "{\"general\":{\"positionEncodings\":[\"utf-16\"]},\"textDocument\":{\"codeAction\":{"
        "\"codeActionLiteralSupport\":{\"codeActionKind\":{\"valueSet\":[]}},\"dataSupport\":true,"
        "\"disabledSupport\":true,\"resolveSupport\":{\"properties\":[\"edit\"]}}},"
        "\"experimental\":{\"trimtab\":{\"compare\":true}}}";
    struct rig rig;
    int id, trials;

    (void)state;
    rig_open(&rig, 77, comparing, "{\"trial\":true}");
    rig_document(&rig, SOURCE);
    for (int round = 0; round < 2; round++) {
        const cJSON *list, *action, *found = NULL;
        char *argument;

        id = rig_request(&rig, "textDocument/codeAction",
                         "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}," AT_FETCH
                         ",\"context\":{\"diagnostics\":[],\"triggerKind\":1}}");
        rig_settle(&rig);
        rig_wait(&rig, 1000);
        list = cJSON_GetObjectItem(rig_response(&rig, id), "result");
        trials = 0;
        cJSON_ArrayForEach(action, list)
        {
            const char *title = cJSON_GetObjectItem(action, "title")->valuestring;

            if (strstr(title, "both")) {
                trials++;
                found = action;
                CHECK(strstr(title, "$"), "no price: %s", title);
                CHECK(strlen(title) <= 60, "%s", title);
            }
        }
        CHECK(trials == (round == 0), "%d trials in round %d", trials, round);
        if (!found)
            break;
        found = cJSON_GetObjectItem(found, "command");
        CHECK(strcmp(cJSON_GetObjectItem(found, "command")->valuestring, "trimtab.compare") == 0);
        argument = cJSON_PrintUnformatted(cJSON_GetObjectItem(found, "arguments"));
        id = rig_request(&rig, "workspace/executeCommand",
                         "{\"command\":\"trimtab.compare\",\"arguments\":%s}", argument);
        free(argument);
        rig_settle(&rig);
        CHECK(!error_of(&rig, id), "%s", error_of(&rig, id));
        rig_answer(&rig, GOOD);
        rig_answer(&rig, GOOD);
        argument = cJSON_GetObjectItem(cJSON_GetObjectItem(rig_response(&rig, id), "result"), "id")
                       ->valuestring;
        rig_request(&rig, "workspace/executeCommand",
                    "{\"command\":\"trimtab.rate\",\"arguments\":[{\"id\":\"%s\","
                    "\"winner\":\"b\"}]}",
                    argument);
        rig_settle(&rig);
        CHECK(rig_said(&rig, "\"kind\":\"won\""));
    }
    rig_close(&rig);
}

/* --- the hunks so far ------------------------------------------------------------- */

#define PREVIEWING                                                                                 \
    "{\"general\":{\"positionEncodings\":[\"utf-16\"]},\"workspace\":{\"applyEdit\":true,"         \
    "\"workspaceEdit\":{\"documentChanges\":true}},\"experimental\":{\"trimtab\":{\"preview\":"    \
    "true}}}"

#define FIRST_BLOCK                                                                                \
    BLOCK("    response = requests.get(url)\n", "    response = requests.get(url, timeout=10)\n")
#define REST "onse.json()\n=======\n    response.raise_for_status()\n    return response.json()\n"

static const cJSON *preview(struct rig *rig, const char *field)
{
    return cJSON_GetObjectItem(cJSON_GetObjectItem(rig_last(rig, "trimtab/preview"), "params"),
                               field);
}

static void test_preview(void **state)
{
    struct rig rig;
    const cJSON *hunk;

    (void)state;
    rig_open(&rig, 71, PREVIEWING, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"gpt\"");
    rig_wait(&rig, 300);
    rig_answer_some(&rig, FIRST_BLOCK "```python\n<<<<<<< SEARCH\n    return resp", true, false);
    assert_int_equal(rig_count(&rig, "trimtab/preview"), 1);
    assert_false(cJSON_IsTrue(preview(&rig, "done")));
    assert_int_equal(cJSON_GetArraySize(preview(&rig, "hunks")), 1);
    hunk = cJSON_GetArrayItem(preview(&rig, "hunks"), 0);
    assert_string_equal(cJSON_GetObjectItem(hunk, "newText")->valuestring,
                        "    response = requests.get(url, timeout=10)\n");
    assert_string_equal(rig.text, SOURCE);
    rig_wait(&rig, 300);
    rig_answer_some(&rig, REST, false, false);
    assert_int_equal(cJSON_GetArraySize(preview(&rig, "hunks")), 1); /* its end mark did not come */
    rig_answer_some(&rig, ">>>>>>> REPLACE\n```\n", false, true);
    assert_true(cJSON_IsTrue(preview(&rig, "done")));
    assert_int_equal(cJSON_GetArraySize(preview(&rig, "hunks")), 0);
    assert_non_null(strstr(rig.text, "timeout=10"));
    assert_non_null(strstr(rig.text, "raise_for_status"));
    rig_close(&rig);
}

static void test_no_preview_unasked(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 72, NULL, NULL);
    rig_document(&rig, SOURCE);
    edit(&rig, ",\"model\":\"gpt\"");
    rig_wait(&rig, 300);
    rig_answer_some(&rig, FIRST_BLOCK, true, true);
    assert_non_null(strstr(rig.text, "timeout=10"));
    assert_int_equal(rig_count(&rig, "trimtab/preview"), 0);
    rig_close(&rig);
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
    CHECK(cJSON_GetObjectItem(rig_response(&rig, flush), "result"));
    flush = rig_request(&rig, "workspace/executeCommand",
                        "{\"command\":\"trimtab.status\",\"arguments\":[{\"flush\":null}]}");
    CHECK(rig_response(&rig, flush));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_preview),
        cmocka_unit_test(test_no_preview_unasked),
        cmocka_unit_test(test_anthropic),
        cmocka_unit_test(test_openai),
        cmocka_unit_test(test_local_server_without_a_key),
        cmocka_unit_test(test_every_cut_of_the_stream),
        cmocka_unit_test(test_typed_elsewhere),
        cmocka_unit_test(test_typed_inside_the_target),
        cmocka_unit_test(test_typed_on_the_line),
        cmocka_unit_test(test_closed_meanwhile),
        cmocka_unit_test(test_the_editor_refuses),
        cmocka_unit_test(test_typing_comes_later),
        cmocka_unit_test(test_answers_that_do_not_fit),
        cmocka_unit_test(test_the_second_answer_fits),
        cmocka_unit_test(test_a_refused_answer_is_kept),
        cmocka_unit_test(test_an_answer_of_ten_megabytes),
        cmocka_unit_test(test_cut_anywhere_is_never_applied),
        cmocka_unit_test(test_wrong_key),
        cmocka_unit_test(test_no_key),
        cmocka_unit_test(test_overloaded_then_fine),
        cmocka_unit_test(test_server_not_there),
        cmocka_unit_test(test_falls_back_to_the_other_model),
        cmocka_unit_test(test_html_instead_of_json),
        cmocka_unit_test(test_cancel_at_every_stage),
        cmocka_unit_test(test_exit_while_it_runs),
        cmocka_unit_test(test_proposal_and_decision),
        cmocka_unit_test(test_code_action_by_command_and_by_resolve),
        cmocka_unit_test(test_resolve_is_cancelled),
        cmocka_unit_test(test_resolve_while_the_cursor_moves),
        cmocka_unit_test(test_typed_during_the_pause),
        cmocka_unit_test(test_several_at_a_time),
        cmocka_unit_test(test_a_refused_proposal_has_its_verdict),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_compare_with_a_broken_line),
        cmocka_unit_test(test_trial),
        cmocka_unit_test(test_status_after_the_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
