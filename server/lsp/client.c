/* client.c -- see client.h: what `initialize` says about the client. */
#include "lsp/client.h"

#include "base/buf.h"
#include "lsp/uri.h"
#include "trimtab/error.h"

/* A path of keys, "a.b.c", from v. */
static const struct tt_json *at(const struct tt_json *v, const char *path)
{
    char key[64];

    while (v && *path) {
        size_t n = strcspn(path, ".");

        if (n >= sizeof(key))
            return NULL;
        memcpy(key, path, n);
        key[n] = '\0';
        v = tt_json_get(v, key);
        path += n + (path[n] == '.');
    }
    return v;
}

static bool yes(const struct tt_json *v, const char *path)
{
    return tt_json_bool(at(v, path), false);
}

static bool is_there(const struct tt_json *v, const char *path)
{
    return tt_json_type(at(v, path)) == TT_JSON_OBJECT;
}

static bool has_string(const struct tt_json *list, tt_str s)
{
    for (const struct tt_json *c = NULL; (c = tt_json_next(list, c, NULL));) {
        if (tt_json_is(c, s))
            return true;
    }
    return false;
}

static bool has_number(const struct tt_json *list, int64_t want)
{
    int64_t n;

    for (const struct tt_json *c = NULL; (c = tt_json_next(list, c, NULL));) {
        if (tt_json_int(c, &n) == 0 && n == want)
            return true;
    }
    return false;
}

/* A string that may be missing or of another type: then empty. */
static int text(struct tt_lsp_reader *r, const struct tt_json *v, tt_str *out)
{
    *out = (tt_str){ NULL, 0 };
    return tt_json_string(v, r->arena, out, NULL) == TT_ENOMEM ? TT_ENOMEM : 0;
}

/* Bytes are what we count in, UTF-16 is what every client can do. */
static enum tt_encoding choose_encoding(const struct tt_json *capabilities)
{
    const struct tt_json *offered = at(capabilities, "general.positionEncodings");

    if (has_string(offered, TT_STR("utf-8")))
        return TT_UTF8;
    if (has_string(offered, TT_STR("utf-16")) || !has_string(offered, TT_STR("utf-32")))
        return TT_UTF16;
    return TT_UTF32;
}

static int read_workspace_edit(struct tt_lsp_reader *r, const struct tt_json *v,
                               struct tt_lsp_client *out)
{
    const struct tt_json *operations = tt_json_get(v, "resourceOperations");

    /* Neovim carries versioned edits out without saying so. */
    out->workspace_edit.document_changes =
        yes(v, "documentChanges") || tt_str_eq(out->name, TT_STR("Neovim"));
    out->workspace_edit.create = has_string(operations, TT_STR("create"));
    out->workspace_edit.rename = has_string(operations, TT_STR("rename"));
    out->workspace_edit.delete_ = has_string(operations, TT_STR("delete"));
    out->workspace_edit.change_annotations = is_there(v, "changeAnnotationSupport");
    out->workspace_edit.normalizes_line_endings = yes(v, "normalizesLineEndings");
    return text(r, tt_json_get(v, "failureHandling"), &out->workspace_edit.failure_handling);
}

static void read_code_action(const struct tt_json *v, struct tt_lsp_client *out)
{
    const struct tt_json *resolve = at(v, "resolveSupport.properties");

    out->code_action.literals = is_there(v, "codeActionLiteralSupport");
    out->code_action.resolve_edit = has_string(resolve, TT_STR("edit"));
    out->code_action.resolve_command = has_string(resolve, TT_STR("command"));
    out->code_action.data = yes(v, "dataSupport");
    out->code_action.disabled = yes(v, "disabledSupport");
    out->code_action.is_preferred = yes(v, "isPreferredSupport");
    out->code_action.honors_annotations = yes(v, "honorsChangeAnnotations");
    out->code_action.llm_tag = has_number(at(v, "tagSupport.valueSet"), 1);
    out->code_action.documentation = yes(v, "documentationSupport");
}

static unsigned tag_set(const struct tt_json *support)
{
    const struct tt_json *values = at(support, "valueSet");

    if (tt_json_type(support) == TT_JSON_TRUE) /* as it was before 3.15 */
        return TT_LSP_TAG_UNNECESSARY | TT_LSP_TAG_DEPRECATED;
    return (has_number(values, 1) ? TT_LSP_TAG_UNNECESSARY : 0u) |
           (has_number(values, 2) ? TT_LSP_TAG_DEPRECATED : 0u);
}

/* What a diagnostic may hold is said for pushed ones, and since 3.18 for pulled
 * ones too: either counts. */
static void read_diagnostics(const struct tt_json *capabilities, struct tt_lsp_client *out)
{
    const struct tt_json *push = at(capabilities, "textDocument.publishDiagnostics");
    const struct tt_json *pull = at(capabilities, "textDocument.diagnostic");

    out->diagnostics.publish = tt_json_type(push) == TT_JSON_OBJECT;
    out->diagnostics.pull = tt_json_type(pull) == TT_JSON_OBJECT;
    out->diagnostics.pull_dynamic = yes(pull, "dynamicRegistration");
    out->diagnostics.refresh = yes(capabilities, "workspace.diagnostics.refreshSupport");
    out->diagnostics.version = yes(push, "versionSupport");
    out->diagnostics.related = yes(push, "relatedInformation") || yes(pull, "relatedInformation");
    out->diagnostics.code_description =
        yes(push, "codeDescriptionSupport") || yes(pull, "codeDescriptionSupport");
    out->diagnostics.data = yes(push, "dataSupport") || yes(pull, "dataSupport");
    out->diagnostics.tags =
        tag_set(tt_json_get(push, "tagSupport")) | tag_set(tt_json_get(pull, "tagSupport"));
}

static void read_workspace(const struct tt_json *v, struct tt_lsp_client *out)
{
    out->workspace.apply_edit = yes(v, "applyEdit");
    out->workspace.configuration = yes(v, "configuration");
    out->workspace.folders = yes(v, "workspaceFolders");
    out->workspace.configuration_dynamic = yes(v, "didChangeConfiguration.dynamicRegistration");
    out->workspace.watched_files_dynamic = yes(v, "didChangeWatchedFiles.dynamicRegistration");
    out->workspace.command_dynamic = yes(v, "executeCommand.dynamicRegistration");
}

static int read_capabilities(struct tt_lsp_reader *r, const struct tt_json *v,
                             struct tt_lsp_client *out)
{
    out->encoding = choose_encoding(v);
    read_code_action(at(v, "textDocument.codeAction"), out);
    read_diagnostics(v, out);
    read_workspace(tt_json_get(v, "workspace"), out);
    out->window.work_done_progress = yes(v, "window.workDoneProgress");
    out->window.show_message_actions = is_there(v, "window.showMessage.messageActionItem");
    out->window.show_document = yes(v, "window.showDocument.support");
    out->trimtab.preview = yes(v, "experimental.trimtab.preview");
    out->trimtab.compare = yes(v, "experimental.trimtab.compare");
    out->did_save = yes(v, "textDocument.synchronization.didSave");
    return read_workspace_edit(r, at(v, "workspace.workspaceEdit"), out);
}

int tt_lsp_read_folders(struct tt_lsp_reader *r, const struct tt_json *v,
                        const struct tt_lsp_folder **out, size_t *n)
{
    size_t count = tt_json_type(v) == TT_JSON_ARRAY ? tt_json_count(v) : 0, kept = 0;
    struct tt_lsp_folder *list = tt_arena_array(r->arena, count, sizeof(*list));

    if (!list)
        return TT_ENOMEM;
    for (const struct tt_json *c = NULL; count && (c = tt_json_next(v, c, NULL));) {
        if (text(r, tt_json_get(c, "uri"), &list[kept].uri) < 0 ||
            text(r, tt_json_get(c, "name"), &list[kept].name) < 0)
            return TT_ENOMEM;
        kept += list[kept].uri.n > 0;
    }
    *out = list;
    *n = kept;
    return 0;
}

static int root_path_uri(struct tt_lsp_reader *r, const struct tt_json *path, tt_str *uri)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    tt_str decoded;
    int err = text(r, path, &decoded);

    if (!err && decoded.n)
        err = tt_uri_from_path(decoded, &buf);
    if (!err && buf.n) {
        *uri = tt_arena_dup(r->arena, tt_buf_str(&buf));
        err = uri->p ? 0 : TT_ENOMEM;
    }
    tt_buf_release(&buf);
    return err;
}

/* workspaceFolders; clients from before they existed say rootUri or rootPath. */
static int read_roots(struct tt_lsp_reader *r, const struct tt_json *params,
                      struct tt_lsp_initialize *out)
{
    struct tt_lsp_folder *one;
    tt_str uri = { NULL, 0 };
    int err = tt_lsp_read_folders(r, tt_json_get(params, "workspaceFolders"), &out->folders,
                                  &out->n_folders);

    if (err || out->n_folders)
        return err;
    err = text(r, tt_json_get(params, "rootUri"), &uri);
    if (!err && !uri.n)
        err = root_path_uri(r, tt_json_get(params, "rootPath"), &uri);
    if (err || !uri.n)
        return err;
    one = tt_arena_alloc(r->arena, sizeof(*one));
    if (!one)
        return TT_ENOMEM;
    one->uri = uri;
    out->folders = one;
    out->n_folders = 1;
    return 0;
}

int tt_lsp_read_initialize(struct tt_lsp_reader *r, const struct tt_json *params,
                           struct tt_lsp_initialize *out)
{
    struct tt_lsp_initialize init = { .has_process_id = false };
    int err = text(r, at(params, "clientInfo.name"), &init.client.name);

    if (!err)
        err = text(r, at(params, "clientInfo.version"), &init.client.version);
    if (!err)
        err = read_capabilities(r, tt_json_get(params, "capabilities"), &init.client);
    if (!err)
        err = read_roots(r, params, &init);
    if (!err)
        err = text(r, tt_json_get(params, "locale"), &init.locale);
    if (err)
        return err;
    init.has_process_id = tt_json_int(tt_json_get(params, "processId"), &init.process_id) == 0;
    init.options = tt_json_raw(tt_json_get(params, "initializationOptions"));
    init.trace = tt_lsp_read_trace(tt_json_get(params, "trace"));
    init.work_done_token = tt_lsp_read_token(params);
    *out = init;
    return 0;
}

enum tt_lsp_trace tt_lsp_read_trace(const struct tt_json *value)
{
    if (tt_json_is(value, TT_STR("verbose")))
        return TT_LSP_TRACE_VERBOSE;
    return tt_json_is(value, TT_STR("messages")) ? TT_LSP_TRACE_MESSAGES : TT_LSP_TRACE_OFF;
}

int tt_lsp_client_copy(const struct tt_lsp_client *client, struct tt_arena *arena,
                       struct tt_lsp_client *out)
{
    struct tt_lsp_client copy = *client;

    copy.name = tt_arena_dup(arena, client->name);
    copy.version = tt_arena_dup(arena, client->version);
    copy.workspace_edit.failure_handling =
        tt_arena_dup(arena, client->workspace_edit.failure_handling);
    if (!copy.name.p || !copy.version.p || !copy.workspace_edit.failure_handling.p)
        return TT_ENOMEM;
    *out = copy;
    return 0;
}
