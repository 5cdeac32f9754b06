/* test_lifecycle.c -- methods in every order, and what a client should not send. */
#include "rig.h"
#include "test.h"

static int code_of(struct rig *rig, int id)
{
    const cJSON *error = cJSON_GetObjectItem(rig_response(rig, id), "error");

    return error ? cJSON_GetObjectItem(error, "code")->valueint : 0;
}

static void deliver(void *arg, const struct tt_event *event)
{
    struct rig *rig = arg;

    tt_session_event(rig->session, event);
}

/* A session that nobody has initialized. */
static void open_fresh(struct rig *rig)
{
    struct tt_session_options options = { .version = TT_STR("test") };

    memset(rig, 0, sizeof(*rig));
    fake_io_init(&rig->fake, 7);
    rig->fake.deliver = deliver;
    rig->fake.arg = rig;
    CHECK(tt_session_create(&rig->fake.io, &options, &rig->session) == 0);
}

static void close_by_exit(struct rig *rig, int want)
{
    if (!rig->fake.exited)
        rig_notify(rig, "exit", "null");
    CHECK(rig->fake.exited);
    CHECK(rig->fake.exit_code == want, "exit code %d", rig->fake.exit_code);
    rig_close(rig);
}

static void test_before_initialize(void **state)
{
    struct rig rig;
    int id;

    (void)state;
    open_fresh(&rig);
    id = rig_request(&rig, "textDocument/codeAction", "{}");
    CHECK(code_of(&rig, id) == -32002);
    id = rig_request(&rig, "no/such/method", "{}");
    CHECK(code_of(&rig, id) == -32002);
    id = rig_request(&rig, "shutdown", "null");
    CHECK(code_of(&rig, id) == -32002);
    rig_notify(&rig, "textDocument/didOpen", "{\"textDocument\":{\"uri\":\"file:///x.py\"}}");
    CHECK(rig.fake.n_sent == 3, "a notification before initialize is dropped in silence");
    close_by_exit(&rig, 1);
}

static void test_shutdown_and_exit(void **state)
{
    struct rig rig;
    int id;

    (void)state;
    rig_open(&rig, 1, NULL, NULL);
    id = rig_request(&rig, "initialize", "{\"capabilities\":{}}");
    CHECK(code_of(&rig, id) == -32600, "initialize twice");
    id = rig_request(&rig, "no/such/method", "{}");
    CHECK(code_of(&rig, id) == -32601);
    id = rig_request(&rig, "shutdown", "null");
    CHECK(code_of(&rig, id) == 0);
    id = rig_request(&rig, "textDocument/codeAction", "{}");
    CHECK(code_of(&rig, id) == -32600, "after shutdown");
    close_by_exit(&rig, 0);
}

static void test_ends_of_the_stream(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 2, NULL, NULL);
    fake_io_editor_eof(&rig.fake);
    close_by_exit(&rig, 1);
    rig_open(&rig, 3, NULL, NULL);
    rig_request(&rig, "shutdown", "null");
    fake_io_editor_eof(&rig.fake);
    close_by_exit(&rig, 0);
}

static void test_bad_input_and_on(void **state)
{
    static const char *const bodies[] = {
        "",
        "{",
        "[]",
        "null",
        "7",
        "{\"jsonrpc\":\"2.0\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":7}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":[1,2]}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":"
        "{\"uri\":\"file:///never/"
        "opened.py\",\"version\":2},\"contentChanges\":[{\"text\":\"\"}]}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":\"nobody\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"nobody\",\"result\":null}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":\"\xff\xfe\"}",
    };
    struct rig rig;
    int id;

    (void)state;
    rig_open(&rig, 4, NULL, NULL);
    for (size_t i = 0; i < COUNT(bodies); i++)
        fake_io_editor(&rig.fake, bodies[i]);
    deliver(&rig, &(struct tt_event){ .type = TT_EVENT_BYTES,
                                      .bytes = TT_STR("Content-Length: x\r\n\r\nnonsense\n") });
    rig_document(&rig, "x = 1\n");
    id = rig_request(&rig, "textDocument/codeAction",
                     "{\"textDocument\":{\"uri\":\"" RIG_URI "\"},\"range\":{\"start\":{\"line\":"
                     "99,\"character\":99},\"end\":{\"line\":1000,\"character\":0}},\"context\":{"
                     "\"diagnostics\":[]}}");
    rig_settle(&rig);
    CHECK(code_of(&rig, id) == 0, "the server does not go on");
    id = rig_request(&rig, "textDocument/codeAction",
                     "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}}");
    CHECK(code_of(&rig, id) == -32602);
    id = rig_request(&rig, "textDocument/codeAction",
                     "{\"textDocument\":{\"uri\":\"file:///never.py\"},\"range\":{\"start\":{"
                     "\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":0}},"
                     "\"context\":{\"diagnostics\":[]}}");
    CHECK(code_of(&rig, id) == -32602);
    rig_close(&rig);
}

static void test_each_request_is_answered_once(void **state)
{
    struct rig rig;
    int ids[6];

    (void)state;
    rig_open(&rig, 5, NULL, NULL);
    rig.fake.hold_jobs = true;
    rig_document(&rig, "import requests\nrequests.get('x')\n");
    for (int i = 0; i < 6; i++) {
        ids[i] = rig_request(&rig, "textDocument/codeAction",
                             "{\"textDocument\":{\"uri\":\"" RIG_URI "\"},\"range\":{\"start\":{"
                             "\"line\":1,\"character\":0},\"end\":{\"line\":1,\"character\":0}},"
                             "\"context\":{\"diagnostics\":[]}}");
        if (i % 2)
            rig_notify(&rig, "$/cancelRequest", "{\"id\":%d}", ids[i]);
    }
    rig_wait(&rig, 100);
    rig.fake.hold_jobs = false;
    rig_wait(&rig, 1000);
    for (int i = 0; i < 6; i++) {
        size_t n = 0;

        for (size_t k = 0; k < rig.n_messages; k++) {
            const cJSON *own = cJSON_GetObjectItem(rig.messages[k], "id");
            n += own && cJSON_IsNumber(own) && own->valueint == ids[i] &&
                 !cJSON_GetObjectItem(rig.messages[k], "method");
        }
        CHECK(n == 1, "request %d was answered %zu times", i, n);
    }
    rig_close(&rig);
}

static void test_findings_reach_the_editor(void **state)
{
    struct rig rig;
    const cJSON *params, *list;

    (void)state;
    rig_open(&rig, 6, NULL, NULL);
    rig_document(&rig, "import requests\n\n\ndef f(url):\n    return requests.get(url)\n");
    params = cJSON_GetObjectItem(rig_last(&rig, "textDocument/publishDiagnostics"), "params");
    list = cJSON_GetObjectItem(params, "diagnostics");
    CHECK(cJSON_GetArraySize(list) == 1, "%s", cJSON_PrintUnformatted(params));
    CHECK(
        strstr(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "message")->valuestring, "ERR-2"));
    rig_type(&rig, "requests.get(url)", "requests.get(url, timeout=3)");
    rig_wait(&rig, 500);
    params = cJSON_GetObjectItem(rig_last(&rig, "textDocument/publishDiagnostics"), "params");
    CHECK(cJSON_GetArraySize(cJSON_GetObjectItem(params, "diagnostics")) == 0);
    CHECK(cJSON_GetObjectItem(params, "version")->valueint == 2);
    rig_close(&rig);
}

static void test_settings(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, 8, NULL, "{\"delivry\":\"command\",\"policy\":7}");
    rig_document(&rig, "x = 1\n");
    CHECK(rig_said(&rig, "delivry") || rig_count(&rig, "window/showMessage") > 0,
          "a wrong setting is not said");
    rig_notify(&rig, "workspace/didChangeConfiguration",
               "{\"settings\":{\"trimtab\":{\"rules\":{\"ERR-2\":\"off\"}}}}");
    rig_settle(&rig);
    rig_document(&rig, "import requests\n\n\ndef f(url):\n    return requests.get(url)\n");
    rig_wait(&rig, 1000);
    CHECK(cJSON_GetArraySize(cJSON_GetObjectItem(
              cJSON_GetObjectItem(rig_last(&rig, "textDocument/publishDiagnostics"), "params"),
              "diagnostics")) == 0,
          "switched off by its finding");
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before_initialize),
        cmocka_unit_test(test_shutdown_and_exit),
        cmocka_unit_test(test_ends_of_the_stream),
        cmocka_unit_test(test_bad_input_and_on),
        cmocka_unit_test(test_each_request_is_answered_once),
        cmocka_unit_test(test_findings_reach_the_editor),
        cmocka_unit_test(test_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
