/* test_command.c -- our commands: what each needs, what it takes, what it answers. */
#include "lsp/command.h"
#include "lsp_test.h"

#define RANGE           "{\"start\":{\"line\":2,\"character\":0},\"end\":{\"line\":1,\"character\":0}}"
#define RUN(name, args) "{\"command\":\"" name "\",\"arguments\":[" args "]}"
#define PLACE           "\"uri\":\"u\",\"range\":" RANGE

static const struct {
    const char *params, *error; /* "" for none */
} cases[] = {
    { RUN("trimtab.edit", "{" PLACE ",\"instruction\":\"x\"}"), "" },
    { RUN("trimtab.edit", "{\"uri\":\"u\",\"instruction\":\"x\"}"), "" },
    { RUN("trimtab.edit", "{\"uri\":\"u\",\"action\":\"timeouts\"}"), "" },
    { RUN("trimtab.edit", "{\"range\":" RANGE "}"), "trimtab.edit needs uri" },
    { RUN("trimtab.edit", "{" PLACE "}"), "trimtab.edit needs instruction, or action" },
    { RUN("trimtab.edit", "{" PLACE ",\"instruction\":\"\"}"),
      "trimtab.edit needs instruction, or action" },
    { RUN("trimtab.edit", ""), "trimtab.edit needs uri" },
    { RUN("trimtab.edit", "7"), "the argument of trimtab.edit is not an object" },
    { RUN("trimtab.edit", "{" PLACE ",\"instruction\":7}"), "instruction is not a string" },
    { RUN("trimtab.edit", "{" PLACE ",\"instruction\":\"x\",\"scope\":\"world\"}"),
      "scope is none of range, symbol, file, new-file" },
    { RUN("trimtab.edit", "{\"uri\":\"u\",\"range\":7,\"instruction\":\"x\"}"),
      "range is not a range" },
    { RUN("trimtab.edit", "{" PLACE ",\"instruction\":\"x\",\"apply\":\"no\"}"),
      "apply is neither true nor false" },
    { RUN("trimtab.edit", "{" PLACE ",\"instruction\":\"x\",\"apply\":null}"), "" },
    { RUN("trimtab.edit", "{" PLACE ",\"instruction\":\"x\",\"everywhere\":1}"),
      "everywhere is neither true nor false" },
    { RUN("trimtab.edit", "{" PLACE ",\"instruction\":\"x\",\"version\":\"1\"}"),
      "version is not a whole number" },
    { RUN("trimtab.edit", "{" PLACE ",\"instruction\":\"x\",\"version\":null}"), "" },
    { RUN("trimtab.edit", "{" PLACE ",\"instruction\":\"x\",\"generation\":0.5}"),
      "generation is not a whole number" },
    { RUN("trimtab.status", "{\"flush\":\"yes\"}"), "flush is neither true nor false" },
    { RUN("trimtab.decide", "{\"id\":\"1\",\"accept\":\"all\"}"), "" },
    { RUN("trimtab.decide", "{\"id\":1,\"accept\":[\"h1\",2]}"), "" },
    { RUN("trimtab.decide", "{\"id\":\"1\"}"), "trimtab.decide needs accept" },
    { RUN("trimtab.decide", "{\"accept\":\"all\"}"), "trimtab.decide needs id" },
    { RUN("trimtab.decide", "{\"id\":\"1\",\"accept\":\"some\"}"),
      "accept is neither \"all\", \"none\" nor a list of hunk ids" },
    { RUN("trimtab.decide", "{\"id\":\"1\",\"accept\":[{}]}"), "accept[] is not a string" },
    { RUN("trimtab.retry", "{\"id\":\"1\",\"model\":\"gpt\"}"), "" },
    { RUN("trimtab.retry", "{\"id\":\"1\"}"), "" },
    { RUN("trimtab.retry", "{}"), "trimtab.retry needs id" },
    { RUN("trimtab.refine", "{\"uri\":\"u\",\"instruction\":\"x\"}"), "" },
    { RUN("trimtab.refine", "{\"id\":\"1\",\"instruction\":\"x\"}"), "" },
    { RUN("trimtab.refine", "{\"instruction\":\"x\"}"), "trimtab.refine needs id, or uri" },
    { RUN("trimtab.refine", "{\"id\":\"1\"}"), "trimtab.refine needs instruction" },
    { RUN("trimtab.explain", "{\"id\":\"1\"}"), "" },
    { RUN("trimtab.explain", "{" PLACE "}"), "" },
    { RUN("trimtab.explain", "{\"uri\":\"u\"}"), "trimtab.explain needs uri and range, or id" },
    { RUN("trimtab.status", ""), "" },
    { RUN("trimtab.status", "null"), "" },
    { "{\"command\":\"trimtab.status\"}", "" },
    { "{\"command\":\"trimtab.status\",\"arguments\":null}", "" },
    { RUN("trimtab.cancel", "{}"), "" },
    { "{\"command\":\"trimtab.cancel\",\"arguments\":{\"id\":\"4\"}}", "" },
    { RUN("trimtab.compare", "{" PLACE ",\"instruction\":\"x\"}"), "" },
    { RUN("trimtab.compare", "{" PLACE "}"), "trimtab.compare needs instruction, or action" },
    { RUN("trimtab.rate", "{\"id\":\"1\",\"winner\":\"none\"}"), "" },
    { RUN("trimtab.rate", "{\"id\":\"1\"}"), "trimtab.rate needs winner" },
    { RUN("trimtab.rate", "{\"id\":\"1\",\"winner\":\"c\"}"), "winner is none of a, b, none" },
    { RUN("trimtab.fix", "{\"uri\":\"u\"}"), "" },
    { RUN("trimtab.fix", "{" PLACE ",\"rule\":\"r\"}"), "" },
    { RUN("trimtab.fix", "{\"rule\":\"r\"}"), "trimtab.fix needs uri" },
    { RUN("other.command", "7"), "" },
    { "{}", "command is missing" },
    { "{\"command\":5}", "command is not a string" },
};

static void test_what_is_needed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_lsp_reader r = TT_LSP_READER(&arena);
        struct tt_lsp_execute e;
        int err = tt_lsp_read_execute(&r, json(cases[i].params), &e);

        CHECK(err == (cases[i].error[0] ? TT_EPARSE : 0), "%s: %s", cases[i].params, r.error);
        CHECK(strcmp(r.error, cases[i].error) == 0, "%s: %s", cases[i].params, r.error);
    }
}

static struct tt_lsp_execute execute(const char *params)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_execute e;

    CHECK(tt_lsp_read_execute(&r, json(params), &e) == 0, "%s: %s", params, r.error);
    return e;
}

static void test_values(void **state)
{
    struct tt_lsp_execute e = execute(
        "{\"command\":\"trimtab.edit\",\"workDoneToken\":9,\"arguments\":[{" PLACE
        ",\"instruction\":\"do \\u00e9\",\"scope\":\"file\",\"model\":\"gpt\",\"apply\":false,"
        "\"version\":4,\"extra\":{\"x\":1}}]}");

    (void)state;
    CHECK(e.command == TT_LSP_COMMAND_EDIT && is(e.uri, "u") && e.has_range && !e.apply);
    CHECK(e.range.start.line == 1 && e.range.end.line == 2, "ends in order");
    CHECK(is(e.instruction, "do \xC3\xA9") && is(e.scope, "file") && is(e.model, "gpt"));
    CHECK(e.has_version && e.version == 4 && is(e.work_done_token, "9"));
    CHECK(tt_json_get(tt_json_get(e.args, "extra"), "x"));
    e = execute(RUN("trimtab.decide", "{\"id\":7,\"accept\":[\"h1\",2]}"));
    CHECK(is(e.id, "7") && e.accept == TT_LSP_ACCEPT_SOME && e.n_hunks == 2 && e.apply);
    CHECK(is(e.hunks[0], "h1") && is(e.hunks[1], "2"));
    CHECK(execute(RUN("trimtab.decide", "{\"id\":7,\"accept\":\"none\"}")).accept ==
          TT_LSP_ACCEPT_NONE);
    CHECK(execute(RUN("trimtab.decide", "{\"id\":7,\"accept\":[]}")).accept == TT_LSP_ACCEPT_NONE);
    e = execute(RUN("other.command", ""));
    CHECK(e.command == TT_LSP_COMMAND_UNKNOWN && is(e.name, "other.command"));
}

static void test_names(void **state)
{
    (void)state;
    CHECK(!tt_lsp_command_name(TT_LSP_COMMAND_UNKNOWN));
    for (int i = 0; tt_lsp_command_names[i]; i++) {
        char params[200];
        struct tt_lsp_reader r = TT_LSP_READER(&arena);
        struct tt_lsp_execute e = { .command = TT_LSP_COMMAND_UNKNOWN };

        snprintf(params, sizeof(params),
                 RUN("%s", "{" PLACE ",\"id\":\"1\",\"accept\":\"all\",\"winner\":\"a\",\"model\":"
                           "\"m\",\"instruction\":\"x\"}"),
                 tt_lsp_command_names[i]);
        CHECK(tt_lsp_read_execute(&r, json(params), &e) == 0, "%s", params);
        CHECK(strcmp(tt_lsp_command_name(e.command), tt_lsp_command_names[i]) == 0);
    }
}

static void test_answers(void **state)
{
    struct tt_lsp_hunk hunks[] = {
        { TT_STR_INIT("h1"), { { 0, 0 }, { 0, 1 } }, TT_STR_INIT("x"), TT_STR_INIT("L"), false },
        { TT_STR_INIT("h2"), { { 1, 0 }, { 1, 1 } }, TT_STR_INIT(""), TT_STR_INIT(""), true },
    };
    struct tt_lsp_proposal p = { .id = TT_STR_INIT("7"),
                                 .verdict = TT_STR_INIT("ready"),
                                 .version = 4,
                                 .hunks = hunks,
                                 .n = 2,
                                 .why = TT_STR_INIT("W"),
                                 .receipt = TT_STR_INIT("{\"cost_usd\":0.1}") };
    struct tt_lsp_proposal refused = { .id = TT_STR_INIT("8"),
                                       .uri = TT_STR_INIT("u"),
                                       .verdict = TT_STR_INIT("no_match"),
                                       .reason = TT_STR_INIT("R") };
    const char *ready =
        "{\"id\":\"7\",\"verdict\":\"ready\",\"version\":4,\"hunks\":[{\"id\":\"h1\",\"range\":{"
        "\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":1}},\"newText\":"
        "\"x\",\"label\":\"L\"},{\"id\":\"h2\",\"range\":{\"start\":{\"line\":1,\"character\":0},"
        "\"end\":{\"line\":1,\"character\":1}},\"newText\":\"\",\"noise\":true}],\"why\":\"W\","
        "\"receipt\":{\"cost_usd\":0.1}}";
    char both[2000];

    (void)state;
    tt_lsp_write_accepted(fresh(), TT_STR("7"));
    check_written("{\"id\":\"7\"}");
    tt_lsp_write_proposal(fresh(), &p);
    check_written(ready);
    tt_lsp_write_comparison(fresh(), TT_STR("9"), &p, &refused);
    snprintf(both, sizeof(both),
             "{\"id\":\"9\",\"a\":%s,\"b\":{\"id\":\"8\",\"uri\":\"u\",\"verdict\":\"no_match\","
             "\"reason\":\"R\",\"version\":0,\"hunks\":[]}}",
             ready);
    check_written(both);
}

static void test_notifications(void **state)
{
    struct tt_lsp_status s = { .state = TT_STR_INIT("idle"), .day_usd = -1 };
    struct tt_lsp_preview p = { .id = TT_STR_INIT("7"), .uri = TT_STR_INIT("u"), .version = 4 };

    (void)state;
    tt_lsp_write_status(fresh(), &s);
    check_written("{\"state\":\"idle\",\"running\":0}");
    s = (struct tt_lsp_status){ TT_STR("busy"), TT_STR("M"), 2, TT_STR("gpt"), 120, 0.25 };
    tt_lsp_write_status(fresh(), &s);
    check_written(
        "{\"state\":\"busy\",\"message\":\"M\",\"running\":2,\"model\":\"gpt\",\"tokens\":120,"
        "\"dayUsd\":0.25}");
    tt_lsp_write_preview(fresh(), &p);
    check_written("{\"id\":\"7\",\"uri\":\"u\",\"version\":4,\"hunks\":[],\"done\":false}");
}

static void test_set_keys(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    const struct tt_lsp_key *keys;
    size_t n;

    (void)state;
    CHECK(tt_lsp_read_set_keys(&r, json("{\"keys\":{\"claude\":\"k\\u0031\",\"gpt\":null}}"), &keys,
                               &n) == 0);
    CHECK(n == 2 && is(keys[0].name, "claude") && is(keys[0].key, "k1") && keys[1].key.n == 0);
    CHECK(tt_lsp_read_set_keys(&r, json("{\"keys\":{\"claude\":5}}"), &keys, &n) == TT_EPARSE);
    CHECK(tt_lsp_read_set_keys(&r, json("{}"), &keys, &n) == TT_EPARSE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_needed), cmocka_unit_test(test_values),
        cmocka_unit_test(test_names),          cmocka_unit_test(test_answers),
        cmocka_unit_test(test_notifications),  cmocka_unit_test(test_set_keys),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
