/* server.c -- the answer to `initialize`: what this server does. */
#include "lsp/client.h"

const char *tt_lsp_encoding_name(enum tt_encoding encoding)
{
    return encoding == TT_UTF8 ? "utf-8" : encoding == TT_UTF32 ? "utf-32" : "utf-16";
}

static void write_list(struct tt_json_writer *w, const char *key, const char *const *list)
{
    tt_jw_key_array(w, key);
    for (; list && *list; list++)
        tt_jw_cstr(w, *list);
    tt_jw_array_end(w);
}

static void write_sync(struct tt_json_writer *w)
{
    tt_jw_key_object(w, "textDocumentSync");
    tt_jw_member_bool(w, "openClose", true);
    tt_jw_member_int(w, "change", 2); /* incremental */
    tt_jw_key_object(w, "save");
    tt_jw_member_bool(w, "includeText", false);
    tt_jw_object_end(w);
    tt_jw_object_end(w);
}

static void write_code_actions(struct tt_json_writer *w, const struct tt_lsp_client *client,
                               const struct tt_lsp_server *server)
{
    if (!client->code_action.literals) {
        tt_jw_member_bool(w, "codeActionProvider", true);
        return;
    }
    tt_jw_key_object(w, "codeActionProvider");
    write_list(w, "codeActionKinds", server->code_action_kinds);
    tt_jw_member_bool(w, "resolveProvider", server->code_action_resolve);
    tt_jw_object_end(w);
}

static void write_commands(struct tt_json_writer *w, const struct tt_lsp_server *server)
{
    tt_jw_key_object(w, "executeCommandProvider");
    write_list(w, "commands", server->commands);
    tt_jw_member_bool(w, "workDoneProgress", true);
    tt_jw_object_end(w);
}

static void write_pull(struct tt_json_writer *w, const struct tt_lsp_server *server)
{
    tt_jw_key_object(w, "diagnosticProvider");
    tt_jw_member_cstr(w, "identifier", server->name);
    tt_jw_member_bool(w, "interFileDependencies", false);
    tt_jw_member_bool(w, "workspaceDiagnostics", false);
    tt_jw_object_end(w);
}

static void write_folders(struct tt_json_writer *w)
{
    tt_jw_key_object(w, "workspace");
    tt_jw_key_object(w, "workspaceFolders");
    tt_jw_member_bool(w, "supported", true);
    tt_jw_member_bool(w, "changeNotifications", true);
    tt_jw_object_end(w);
    tt_jw_object_end(w);
}

void tt_lsp_write_initialize_result(struct tt_json_writer *w, const struct tt_lsp_client *client,
                                    const struct tt_lsp_server *server)
{
    tt_jw_object(w);
    tt_jw_key_object(w, "capabilities");
    tt_jw_member_cstr(w, "positionEncoding", tt_lsp_encoding_name(client->encoding));
    write_sync(w);
    write_code_actions(w, client, server);
    write_commands(w, server);
    if (server->pull_diagnostics)
        write_pull(w, server);
    write_folders(w);
    tt_jw_object_end(w);
    tt_jw_key_object(w, "serverInfo");
    tt_jw_member_cstr(w, "name", server->name);
    tt_jw_member_cstr(w, "version", server->version);
    tt_jw_object_end(w);
    tt_jw_object_end(w);
}
