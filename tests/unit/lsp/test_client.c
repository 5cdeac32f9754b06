/* test_client.c -- initialize: what is understood of real clients, of empty ones
 * and of nonsense; and the answer. */
#include "lsp_test.h"

static struct tt_lsp_initialize read_init(const char *text)
{
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_initialize init;

    CHECK(tt_lsp_read_initialize(&r, json(text), &init) == 0, "%s", text);
    return init;
}

static const struct {
    const char *offered;
    enum tt_encoding want;
} encodings[] = {
    { "[\"utf-8\",\"utf-16\",\"utf-32\"]", TT_UTF8 },
    { "[\"utf-16\",\"utf-8\"]", TT_UTF8 },
    { "[\"utf-32\",\"utf-16\"]", TT_UTF16 },
    { "[\"utf-16\"]", TT_UTF16 },
    { "[\"utf-32\"]", TT_UTF32 },
    { "[]", TT_UTF16 },
    { "[\"utf-7\"]", TT_UTF16 },
    { "null", TT_UTF16 },
    { "\"utf-8\"", TT_UTF16 },
    { "[8]", TT_UTF16 },
};

static void test_encoding(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(encodings); i++) {
        char text[300];
        struct tt_lsp_initialize init;

        snprintf(text, sizeof(text), "{\"capabilities\":{\"general\":{\"positionEncodings\":%s}}}",
                 encodings[i].offered);
        init = read_init(text);
        CHECK(init.client.encoding == encodings[i].want, "%s", encodings[i].offered);
    }
}

/* As Neovim 0.12 and VS Code's client say it. */
static void test_real_clients(void **state)
{
    struct tt_lsp_client c =
        read_init(
            "{\"processId\":77,\"clientInfo\":{\"name\":\"Neovim\",\"version\":\"0.12\"},"
            "\"capabilities\":{\"general\":{\"positionEncodings\":[\"utf-8\",\"utf-16\"]},"
            "\"textDocument\":{\"codeAction\":{\"codeActionLiteralSupport\":{"
            "\"codeActionKind\":{\"valueSet\":[\"\"]}},\"dataSupport\":true,"
            "\"disabledSupport\":true,\"isPreferredSupport\":true,\"honorsChangeAnnotations\":"
            "true,\"resolveSupport\":{\"properties\":[\"edit\",\"command\"]}},"
            "\"publishDiagnostics\":{\"dataSupport\":true,\"relatedInformation\":true,"
            "\"tagSupport\":{\"valueSet\":[1,2]}},\"diagnostic\":{\"dynamicRegistration\":"
            "false}},\"window\":{\"workDoneProgress\":true,\"showDocument\":{\"support\":true}},"
            "\"workspace\":{\"applyEdit\":true,\"configuration\":true,\"workspaceFolders\":"
            "true,\"workspaceEdit\":{\"resourceOperations\":[\"rename\",\"create\",\"delete\"],"
            "\"changeAnnotationSupport\":{\"groupsOnLabel\":true}}}}}")
            .client;

    (void)state;
    CHECK(is(c.name, "Neovim") && c.encoding == TT_UTF8);
    CHECK(c.workspace_edit.document_changes, "it handles them without saying so");
    CHECK(c.workspace_edit.create && c.workspace_edit.change_annotations);
    CHECK(c.code_action.literals && c.code_action.resolve_edit && c.code_action.resolve_command);
    CHECK(c.code_action.data && c.code_action.disabled && c.code_action.is_preferred);
    CHECK(c.code_action.honors_annotations && !c.code_action.llm_tag);
    CHECK(c.diagnostics.pull && c.diagnostics.publish && c.diagnostics.data);
    CHECK(c.diagnostics.related && !c.diagnostics.version && !c.diagnostics.code_description);
    CHECK(c.diagnostics.tags == (TT_LSP_TAG_UNNECESSARY | TT_LSP_TAG_DEPRECATED));
    CHECK(c.window.work_done_progress && c.window.show_document && !c.window.show_message_actions);
    CHECK(c.workspace.apply_edit && c.workspace.configuration && c.workspace.folders);

    c = read_init(
            "{\"clientInfo\":{\"name\":\"Visual Studio Code\"},\"capabilities\":{"
            "\"textDocument\":{\"codeAction\":{\"tagSupport\":{\"valueSet\":[1]},"
            "\"documentationSupport\":true},\"publishDiagnostics\":{\"versionSupport\":false,"
            "\"codeDescriptionSupport\":true}},\"workspace\":{\"workspaceEdit\":{"
            "\"documentChanges\":true,\"failureHandling\":\"textOnlyTransactional\"},"
            "\"diagnostics\":{\"refreshSupport\":true},\"didChangeConfiguration\":{"
            "\"dynamicRegistration\":true},\"didChangeWatchedFiles\":{\"dynamicRegistration\":"
            "true}},\"window\":{\"showMessage\":{\"messageActionItem\":{}}}}}")
            .client;
    CHECK(c.code_action.llm_tag && c.code_action.documentation && !c.code_action.literals);
    CHECK(c.workspace_edit.document_changes && !c.workspace_edit.create);
    CHECK(is(c.workspace_edit.failure_handling, "textOnlyTransactional"));
    CHECK(c.diagnostics.code_description && c.diagnostics.refresh && !c.diagnostics.pull);
    CHECK(c.workspace.configuration_dynamic && c.workspace.watched_files_dynamic);
    CHECK(c.window.show_message_actions);
}

/* Nothing that a client says here is worth refusing it. */
static const char *const odd[] = {
    "{}",
    "[]",
    "{\"capabilities\":null}",
    "{\"capabilities\":[]}",
    "{\"capabilities\":{\"textDocument\":7,\"workspace\":\"x\",\"window\":null,\"general\":[]}}",
    "{\"capabilities\":{\"textDocument\":{\"codeAction\":true,\"publishDiagnostics\":[]}}}",
    "{\"processId\":null,\"rootUri\":null,\"rootPath\":null,\"workspaceFolders\":null,"
    "\"clientInfo\":null,\"locale\":null,\"trace\":null,\"initializationOptions\":null}",
    "{\"processId\":\"x\",\"rootUri\":5,\"workspaceFolders\":[null,5,{},{\"uri\":7}],"
    "\"clientInfo\":{\"name\":5},\"trace\":\"loud\",\"locale\":{}}",
};

static void test_odd_clients(void **state)
{
    static const struct tt_lsp_client nothing = { .encoding = TT_UTF16 };

    (void)state;
    for (size_t i = 0; i < COUNT(odd); i++) {
        struct tt_lsp_initialize init = read_init(odd[i]);

        CHECK(init.client.encoding == TT_UTF16 && !init.client.code_action.literals, "%s", odd[i]);
        CHECK(memcmp(&init.client.workspace, &nothing.workspace, sizeof(nothing.workspace)) == 0);
        CHECK(init.n_folders == 0 && !init.has_process_id && !init.options.n, "%s", odd[i]);
        CHECK(init.trace == TT_LSP_TRACE_OFF && !init.client.name.n, "%s", odd[i]);
    }
    struct tt_lsp_reader r = TT_LSP_READER(&arena);
    struct tt_lsp_initialize init;
    CHECK(tt_lsp_read_initialize(&r, NULL, &init) == 0);
}

static const struct {
    const char *params;
    size_t n;
    const char *first;
} roots[] = {
    { "{\"workspaceFolders\":[{\"uri\":\"file:///a\",\"name\":\"A\"},{\"uri\":\"file:///b\"}],"
      "\"rootUri\":\"file:///r\"}",
      2, "file:///a" },
    { "{\"workspaceFolders\":[],\"rootUri\":\"file:///r\",\"rootPath\":\"/p\"}", 1, "file:///r" },
    { "{\"rootUri\":null,\"rootPath\":\"/p q\"}", 1, "file:///p%20q" },
    { "{\"rootPath\":\"\"}", 0, "" },
};

static void test_roots(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(roots); i++) {
        struct tt_lsp_initialize init = read_init(roots[i].params);

        CHECK(init.n_folders == roots[i].n, "%s", roots[i].params);
        CHECK(!roots[i].n || is(init.folders[0].uri, roots[i].first), "%s", roots[i].params);
    }
}

static void test_the_rest(void **state)
{
    struct tt_lsp_initialize init =
        read_init("{\"processId\":12,\"initializationOptions\":{\"a\" : [1]},\"trace\":\"verbose\","
                  "\"locale\":\"de\",\"workDoneToken\":\"t1\"}");

    (void)state;
    CHECK(init.has_process_id && init.process_id == 12 && is(init.options, "{\"a\" : [1]}"));
    CHECK(init.trace == TT_LSP_TRACE_VERBOSE && is(init.locale, "de"));
    CHECK(is(init.work_done_token, "\"t1\""));
    CHECK(tt_lsp_read_trace(json("\"messages\"")) == TT_LSP_TRACE_MESSAGES);
}

static void test_copy(void **state)
{
    struct tt_lsp_client client = read_init("{\"clientInfo\":{\"name\":\"N\"}}").client, copy;
    struct tt_arena other;

    (void)state;
    tt_arena_init(&other);
    CHECK(tt_lsp_client_copy(&client, &other, &copy) == 0);
    CHECK(is(copy.name, "N") && copy.name.p != client.name.p);
    tt_arena_release(&other);
}

static void test_result(void **state)
{
    static const char *const kinds[] = { "quickfix.trimtab", "source.fixAll.trimtab", NULL };
    static const char *const commands[] = { "trimtab.edit", NULL };
    struct tt_lsp_server server = { "trimtab", "1.2", kinds, commands, true, true };
    struct tt_lsp_client client = { .encoding = TT_UTF32, .code_action.literals = true };

    (void)state;
    tt_lsp_write_initialize_result(fresh(), &client, &server);
    check_written(
        "{\"capabilities\":{\"positionEncoding\":\"utf-32\",\"textDocumentSync\":{\"openClose\":"
        "true,"
        "\"change\":2,\"save\":{\"includeText\":false}},\"codeActionProvider\":{"
        "\"codeActionKinds\":["
        "\"quickfix.trimtab\",\"source.fixAll.trimtab\"],\"resolveProvider\":true},"
        "\"executeCommandProvider\":{\"commands\":[\"trimtab.edit\"],\"workDoneProgress\":true},"
        "\"diagnosticProvider\":{\"identifier\":\"trimtab\",\"interFileDependencies\":false,"
        "\"workspaceDiagnostics\":false},\"workspace\":{\"workspaceFolders\":{\"supported\":true,"
        "\"changeNotifications\":true}}},\"serverInfo\":{\"name\":\"trimtab\",\"version\":\"1.2\"}"
        "}");
    client = (struct tt_lsp_client){ .encoding = TT_UTF8 };
    server.pull_diagnostics = false;
    tt_lsp_write_initialize_result(fresh(), &client, &server);
    CHECK(strstr(written.p, "\"codeActionProvider\":true,"));
    CHECK(strstr(written.p, "\"utf-8\"") && !strstr(written.p, "diagnosticProvider"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encoding),    cmocka_unit_test(test_real_clients),
        cmocka_unit_test(test_odd_clients), cmocka_unit_test(test_roots),
        cmocka_unit_test(test_the_rest),    cmocka_unit_test(test_copy),
        cmocka_unit_test(test_result),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
