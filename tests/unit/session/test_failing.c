/* test_failing.c -- a request that fails: the connection, the provider, the key. */
#include "asking.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_anywhere_is_never_applied),
        cmocka_unit_test(test_wrong_key),
        cmocka_unit_test(test_no_key),
        cmocka_unit_test(test_overloaded_then_fine),
        cmocka_unit_test(test_server_not_there),
        cmocka_unit_test(test_falls_back_to_the_other_model),
        cmocka_unit_test(test_html_instead_of_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
