/* test_code_action.c -- what is asked, what is offered, and in which words each
 * client understands the edit. */
#include "lsp/code_action.h"
#include "lsp_test.h"

#define AT(l, c) "{\"line\":" #l ",\"character\":" #c "}"
#define RANGE    "\"range\":{\"start\":" AT(1, 0) ",\"end\":" AT(1, 4) "}"

static void test_params(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_code_action_params p;

    (void)state;
    CHECK(
        tt_lsp_read_code_action_params(
            &r,
            json("{\"textDocument\":{\"uri\":\"u\"},\"range\":{\"start\":" AT(5, 9) ",\"end\":" AT(
                5, 2) "},\"context\":{\"diagnostics\":[{" RANGE ",\"message\":\"m\"}],\"only\":"
                      "[\"refactor\",7],\"triggerKind\":1},\"workDoneToken\":4}"),
            &p) == 0);
    CHECK(p.range.start.character == 2 && p.range.end.character == 9, "ends in order");
    CHECK(p.n_diagnostics == 1 && p.has_only && p.n_only == 1 && is(p.only[0], "refactor"));
    CHECK(p.trigger == TT_LSP_TRIGGER_INVOKED && is(p.work_done_token, "4"));
    CHECK(tt_lsp_read_code_action_params(
              &r, json("{\"textDocument\":{\"uri\":\"u\"}," RANGE ",\"context\":null}"), &p) == 0);
    CHECK(!p.has_only && p.n_diagnostics == 0 && p.trigger == TT_LSP_TRIGGER_ABSENT);
    CHECK(tt_lsp_read_code_action_params(&r,
                                         json("{\"textDocument\":{\"uri\":\"u\"}," RANGE
                                              ",\"context\":{\"only\":[],\"triggerKind\":9}}"),
                                         &p) == 0);
    CHECK(!p.has_only && p.trigger == TT_LSP_TRIGGER_ABSENT);
    CHECK(tt_lsp_read_code_action_params(&r, json("{\"textDocument\":{\"uri\":\"u\"}}"), &p) ==
          TT_EPARSE);
    CHECK(strcmp(r.error, "range is missing") == 0, "%s", r.error);
}

static const struct {
    const char *outer, *kind;
    bool want;
} kinds[] = {
    { "", "refactor.rewrite", true },
    { "refactor", "refactor", true },
    { "refactor", "refactor.rewrite", true },
    { "refactor", "refactorx", false },
    { "refactor.rewrite", "refactor", false },
    { "quickfix", "refactor", false },
    { "source.fixAll", "source.fixAll.trimtab", true },
    { "source.fixAll.eslint", "source.fixAll.trimtab", false },
};

static void test_kinds(void **state)
{
    tt_str only[] = { TT_STR("quickfix"), TT_STR("source") };
    struct tt_lsp_code_action_params p = { .has_only = true, .only = only, .n_only = 2 };

    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++)
        CHECK(tt_lsp_kind_contains(tt_str_from(kinds[i].outer), tt_str_from(kinds[i].kind)) ==
                  kinds[i].want,
              "%s %s", kinds[i].outer, kinds[i].kind);
    CHECK(tt_lsp_kind_wanted(&p, TT_STR("source.docs")));
    CHECK(!tt_lsp_kind_wanted(&p, TT_STR("refactor")));
    p.has_only = false;
    CHECK(tt_lsp_kind_wanted(&p, TT_STR("refactor")));
}

static const struct tt_lsp_text_edit texts[] = {
    { { { 1, 0 }, { 1, 4 } }, TT_STR_INIT("a\0\n"), TT_STR_INIT("n1") },
};
static const struct tt_lsp_annotation notes[] = {
    { TT_STR_INIT("n1"), TT_STR_INIT("Add timeout"), TT_STR_INIT(""), true },
};
static const struct tt_lsp_document_edit documents[] = {
    { .uri = TT_STR_INIT("file:///C:/x"),
      .has_version = true,
      .version = 3,
      .edits = texts,
      .n = 1 },
};
static const struct tt_lsp_document_edit with_new_file[] = {
    { .uri = TT_STR_INIT("file:///t"), .create = true, .edits = texts, .n = 1 },
};
static const struct tt_lsp_workspace_edit edit = { documents, 1, notes, 1 };
static const struct tt_lsp_workspace_edit new_file = { with_new_file, 1, NULL, 0 };

#define EDIT_PLAIN "{" RANGE ",\"newText\":\"a\\u0000\\n\"}"
#define EDIT_NOTED "{" RANGE ",\"newText\":\"a\\u0000\\n\",\"annotationId\":\"n1\"}"
#define CHANGES    "{\"changes\":{\"file:///C:/x\":[" EDIT_PLAIN "]}}"
#define VERSIONED(e)                                                                               \
    "{\"documentChanges\":[{\"textDocument\":{\"uri\":\"file:///C:/"                               \
    "x\",\"version\":3},\"edits\":[" e "]}]"

static void test_edit_as_the_client_takes_it(void **state)
{
    struct tt_lsp_client client = { .encoding = TT_UTF16 };

    (void)state;
    tt_lsp_write_workspace_edit(fresh(), &client, &edit);
    check_written(CHANGES);
    client.workspace_edit.change_annotations = true; /* useless without documentChanges */
    tt_lsp_write_workspace_edit(fresh(), &client, &edit);
    check_written(CHANGES);
    client.workspace_edit.document_changes = true;
    tt_lsp_write_workspace_edit(fresh(), &client, &edit);
    check_written(VERSIONED(EDIT_NOTED) ",\"changeAnnotations\":{\"n1\":{\"label\":\"Add timeout\","
                                        "\"needsConfirmation\":true}}}");
    client.workspace_edit.change_annotations = false;
    tt_lsp_write_apply_edit(fresh(), &client, TT_STR("L"), &edit);
    check_written("{\"label\":\"L\",\"edit\":" VERSIONED(EDIT_PLAIN) "}}");
    CHECK(!tt_lsp_workspace_edit_fits(&client, &new_file));
    CHECK(tt_lsp_workspace_edit_fits(&client, &edit));
    client.workspace_edit.create = true;
    CHECK(tt_lsp_workspace_edit_fits(&client, &new_file));
    tt_lsp_write_workspace_edit(fresh(), &client, &new_file);
    check_written("{\"documentChanges\":[{\"kind\":\"create\",\"uri\":\"file:///t\",\"options\":{"
                  "\"overwrite\":false,\"ignoreIfExists\":false}},{\"textDocument\":{\"uri\":"
                  "\"file:///t\",\"version\":null},\"edits\":[" EDIT_PLAIN "]}]}");
}

static void test_apply_result(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_apply_result a;

    (void)state;
    CHECK(tt_lsp_read_apply_result(&r, json("{\"applied\":true}"), &a) == 0 && a.applied);
    CHECK(tt_lsp_read_apply_result(
              &r, json("{\"applied\":false,\"failureReason\":\"no\",\"failedChange\":0}"), &a) ==
          0);
    CHECK(!a.applied && is(a.failure_reason, "no"));
    CHECK(tt_lsp_read_apply_result(&r, NULL, &a) == 0 && !a.applied && !a.failure_reason.n);
    CHECK(tt_lsp_read_apply_result(&r, json("{\"applied\":1,\"failureReason\":5}"), &a) == 0);
    CHECK(!a.applied);
}

static const struct tt_lsp_command run = { TT_STR_INIT(""), TT_STR_INIT("trimtab.edit"),
                                           TT_STR_INIT("{\"uri\":\"u\"}") };
static const struct tt_lsp_code_action actions[] = {
    { .title = TT_STR_INIT("Fix"),
      .kind = TT_STR_INIT("quickfix.trimtab.x"),
      .is_preferred = true,
      .edit = &edit,
      .data = TT_STR_INIT("{\"v\":1}") },
    { .title = TT_STR_INIT("Ask"), .command = &run, .llm_generated = true },
    { .title = TT_STR_INIT("Off"), .disabled = TT_STR_INIT("no model"), .command = &run },
};

#define COMMAND(t)                                                                                 \
    "{\"title\":\"" t "\",\"command\":\"trimtab.edit\",\"arguments\":[{\"uri\":\"u\"}]}"

static void test_actions(void **state)
{
    struct tt_lsp_client client = { .encoding = TT_UTF16 };

    (void)state;
    tt_lsp_write_code_actions(fresh(), &client, actions, COUNT(actions));
    check_written("[" COMMAND("Ask") "]");
    client.code_action.disabled = true; /* of no use to a client that knows only commands */
    tt_lsp_write_code_actions(fresh(), &client, actions, COUNT(actions));
    check_written("[" COMMAND("Ask") "]");
    client.code_action.disabled = false;
    client.code_action.literals = true;
    tt_lsp_write_code_actions(fresh(), &client, actions, COUNT(actions));
    check_written("[{\"title\":\"Fix\",\"kind\":\"quickfix.trimtab.x\",\"edit\":" CHANGES
                  "},{\"title\":\"Ask\",\"command\":" COMMAND("Ask") "}]");
    client.code_action.is_preferred = client.code_action.data = true;
    client.code_action.disabled = client.code_action.llm_tag = true;
    tt_lsp_write_code_actions(fresh(), &client, actions, COUNT(actions));
    check_written("[{\"title\":\"Fix\",\"kind\":\"quickfix.trimtab.x\",\"isPreferred\":true,"
                  "\"edit\":" CHANGES
                  ",\"data\":{\"v\":1}},{\"title\":\"Ask\",\"command\":" COMMAND(
                      "Ask") ",\"tags\":[1]},{\"title\":\"Off\",\"disabled\":{\"reason\":\"no "
                             "model\"},\"command\":" COMMAND("Off") "}]");
}

static void test_resolve(void **state)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_client client = { .encoding = TT_UTF16 };
    struct tt_lsp_resolve resolve;
    int64_t version = 0;

    (void)state;
    CHECK(
        tt_lsp_read_resolve(&r,
                            json("{\"title\":\"T\",\"kind\":\"k\",\"isPreferred\":null,\"edit\":{},"
                                 "\"data\":{\"version\":3},\"tags\":[1],\"x\\ny\":1}"),
                            &resolve) == 0);
    CHECK(is(resolve.title, "T") && is(resolve.kind, "k"));
    CHECK(tt_json_int(tt_json_get(resolve.data, "version"), &version) == 0 && version == 3);
    tt_lsp_write_resolved(fresh(), &client, resolve.action, &edit, NULL);
    check_written(
        "{\"title\":\"T\",\"kind\":\"k\",\"data\":{\"version\":3},\"tags\":[1],\"edit\":" CHANGES
        "}");
    tt_lsp_write_resolved(fresh(), &client, resolve.action, NULL, NULL);
    check_written(
        "{\"title\":\"T\",\"kind\":\"k\",\"edit\":{},\"data\":{\"version\":3},\"tags\":[1]}");
    CHECK(tt_lsp_read_resolve(&r, json("[]"), &resolve) == TT_EPARSE);
    CHECK(tt_lsp_read_resolve(&r, json("{\"kind\":\"k\"}"), &resolve) == TT_EPARSE);
    CHECK(tt_lsp_read_resolve(&r, NULL, &resolve) == TT_EPARSE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_params),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_edit_as_the_client_takes_it),
        cmocka_unit_test(test_apply_result),
        cmocka_unit_test(test_actions),
        cmocka_unit_test(test_resolve),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
