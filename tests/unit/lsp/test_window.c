/* test_window.c -- progress, messages, settings, registrations. */
#include "lsp/window.h"
#include "lsp_test.h"

static void test_progress(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    tt_str token = TT_STR("\"trimtab/5\""), none = { NULL, 0 }, got;

    (void)state;
    tt_lsp_write_progress_create(fresh(), token);
    check_written("{\"token\":\"trimtab/5\"}");
    tt_lsp_write_progress_begin(fresh(), TT_STR("7"), TT_STR("T"), none, true);
    check_written(
        "{\"token\":7,\"value\":{\"kind\":\"begin\",\"title\":\"T\",\"cancellable\":true}}");
    tt_lsp_write_progress_report(fresh(), token, TT_STR("M"), -1, true);
    check_written("{\"token\":\"trimtab/5\",\"value\":{\"kind\":\"report\",\"cancellable\":true,"
                  "\"message\":\"M\"}}");
    tt_lsp_write_progress_report(fresh(), token, none, 250, false);
    check_written("{\"token\":\"trimtab/5\",\"value\":{\"kind\":\"report\",\"cancellable\":false,"
                  "\"percentage\":100}}");
    tt_lsp_write_progress_end(fresh(), token, TT_STR("M"));
    check_written("{\"token\":\"trimtab/5\",\"value\":{\"kind\":\"end\",\"message\":\"M\"}}");
    CHECK(tt_lsp_read_progress_cancel(&r, json("{\"token\":\"trimtab/5\"}"), &got) == 0);
    CHECK(tt_str_eq(got, token));
    CHECK(tt_lsp_read_progress_cancel(&r, json("{\"token\":{}}"), &got) == TT_EPARSE);
    CHECK(tt_lsp_read_cancel(&r, json("{\"id\":12}"), &got) == 0 && is(got, "12"));
    CHECK(tt_lsp_read_cancel(&r, NULL, &got) == TT_EPARSE);
}

static void test_messages(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    tt_str actions[] = { TT_STR("Yes"), TT_STR("No") }, got;

    (void)state;
    tt_lsp_write_message(fresh(), TT_LSP_MESSAGE_WARNING, TT_STR("m\n"));
    check_written("{\"type\":2,\"message\":\"m\\n\"}");
    tt_lsp_write_message_request(fresh(), TT_LSP_MESSAGE_INFO, TT_STR("m"), actions, 2);
    check_written(
        "{\"type\":3,\"message\":\"m\",\"actions\":[{\"title\":\"Yes\"},{\"title\":\"No\"}]}");
    CHECK(tt_lsp_read_message_choice(&r, json("{\"title\":\"No\"}"), &got) == 0 && is(got, "No"));
    CHECK(tt_lsp_read_message_choice(&r, NULL, &got) == 0 && got.n == 0);
    tt_lsp_write_show_document(fresh(), TT_STR("https://x"), true);
    check_written("{\"uri\":\"https://x\",\"external\":true}");
}

static void test_configuration(void **state)
{
    tt_str scopes[] = { TT_STR("file:///a") };
    const struct tt_json *v = json("[null,{\"routing\":\"off\"}]");

    (void)state;
    tt_lsp_write_configuration(fresh(), TT_STR("trimtab"), scopes, 1);
    check_written("{\"items\":[{\"section\":\"trimtab\"},{\"scopeUri\":\"file:///a\",\"section\":"
                  "\"trimtab\"}]}");
    CHECK(!tt_lsp_configuration_at(v, 0) && !tt_lsp_configuration_at(v, 2));
    CHECK(tt_json_get(tt_lsp_configuration_at(v, 1), "routing"));
    CHECK(!tt_lsp_configuration_at(NULL, 0) && !tt_lsp_configuration_at(json("7"), 0));
    /* without the list around it */
    CHECK(tt_json_get(tt_lsp_configuration_at(json("{\"a\":{}}"), 0), "a"));
    CHECK(!tt_lsp_configuration_at(json("{\"a\":{}}"), 1));
}

static const struct {
    const char *params, *want; /* raw; "" for nothing */
} changes[] = {
    { "{\"settings\":{\"trimtab\":{\"a\":1}}}", "{\"a\":1}" },
    { "{\"settings\":{\"a\":1}}", "{\"a\":1}" },
    { "{\"settings\":null}", "" },
    { "{\"settings\":{}}", "" },
    { "{\"settings\":[]}", "" },
    { "{}", "" },
};

static void test_did_change_configuration(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        tt_str got =
            tt_json_raw(tt_lsp_did_change_configuration(json(changes[i].params), "trimtab"));

        CHECK(is(got, changes[i].want), "%s: %.*s", changes[i].params, TT_STR_ARG(got));
    }
}

static void test_register(void **state)
{
    (void)state;
    tt_lsp_write_register(fresh(), TT_STR("i"), TT_STR("m"), TT_STR("{\"section\":\"trimtab\"}"));
    check_written("{\"registrations\":[{\"id\":\"i\",\"method\":\"m\",\"registerOptions\":{"
                  "\"section\":\"trimtab\"}}]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_progress),      cmocka_unit_test(test_messages),
        cmocka_unit_test(test_configuration), cmocka_unit_test(test_did_change_configuration),
        cmocka_unit_test(test_register),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
