/* test_proposals.c -- answers that are shown first: proposals, and actions that are resolved. */
#include "asking.h"

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
    result = rig_result(&rig, id);
    CHECK(result, "%s", error_of(&rig, id));
    CHECK(strcmp(cJSON_GetObjectItem(result, "verdict")->valuestring, "ready") == 0);
    hunks = cJSON_GetObjectItem(result, "hunks");
    CHECK(cJSON_GetArraySize(hunks) == 1);
    CHECK(cJSON_GetObjectItem(result, "receipt"));
    CHECK(strcmp(rig.text, SOURCE) == 0, "a proposal was applied");
    name = cJSON_GetObjectItem(result, "id")->valuestring;
    rig_type(&rig, "return 1", "return 3"); /* elsewhere: it must be moved */
    id = command(&rig, "decide", "\"id\":\"%s\",\"accept\":[\"h1\"]", name);
    CHECK(!error_of(&rig, id), "%s", error_of(&rig, id));
    CHECK(strstr(rig.text, "timeout=10"), "%s", rig.text);
    id = command(&rig, "decide", "\"id\":\"%s\",\"accept\":\"all\"", name);
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
        actions = rig_result(&rig, id);
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
            const cJSON *result = rig_result(&rig, id);
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
    actions = rig_result(&rig, id);
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
    cJSON_ArrayForEach(each, rig_result(rig, id))
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
    CHECK(cJSON_GetObjectItem(rig_result(&rig, again), "edit"));
    /* and after it, for the same text: no request at all */
    again = rig_request(&rig, "codeAction/resolve", "%s", actions[0]);
    rig_wait(&rig, 200);
    CHECK(cJSON_GetObjectItem(rig_result(&rig, again), "edit"));
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
    result = rig_result(&rig, id);
    CHECK(result, "%s", error_of(&rig, id));
    CHECK(strcmp(cJSON_GetObjectItem(result, "verdict")->valuestring, "unreadable") == 0);
    CHECK(cJSON_GetObjectItem(result, "reason")->valuestring[0]);
    CHECK(rig_count(&rig, "window/showMessage") == 0, "said twice");
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proposal_and_decision),
        cmocka_unit_test(test_code_action_by_command_and_by_resolve),
        cmocka_unit_test(test_resolve_is_cancelled),
        cmocka_unit_test(test_resolve_while_the_cursor_moves),
        cmocka_unit_test(test_typed_during_the_pause),
        cmocka_unit_test(test_several_at_a_time),
        cmocka_unit_test(test_a_refused_proposal_has_its_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
