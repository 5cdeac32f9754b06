/* lifecycle.c -- from `initialize` to `exit`. */
#include "base/log.h"
#include "lsp/document.h"
#include "lsp/uri.h"
#include "lsp/window.h"
#include "session/attempt.h"
#include "session/findings.h"
#include "session/menu.h"
#include "session/outcomes.h"
#include "session/project.h"
#include "session/state.h"
#include "trimtab/error.h"

#include <stdlib.h>

/* The paths of the folders that are files, normalised, in the client's arena. */
static void take_folders(struct tt_session *session, const struct tt_lsp_folder *folders, size_t n)
{
    session->folders = tt_arena_array(&session->client_arena, n, sizeof(*session->folders));
    session->n_folders = 0;
    for (size_t i = 0; i < n && session->folders; i++) {
        struct tt_buf path = TT_BUF_INIT(1 << 16);

        if (tt_uri_to_path(folders[i].uri, &path) == 0) {
            while (path.n > 1 && path.p[path.n - 1] == '/')
                path.n--;
            session->folders[session->n_folders++] =
                tt_arena_dup(&session->client_arena, tt_buf_str(&path));
        }
        tt_buf_release(&path);
    }
}

static void take_parent(struct tt_session *session, const struct tt_lsp_initialize *init)
{
    if (init->has_process_id && init->process_id > 0 && init->process_id <= UINT32_MAX &&
        session->options.on_parent)
        session->options.on_parent(session->options.arg, (uint32_t)init->process_id);
}

/* Prompts are read now, and they and the settings whenever one of them changes. */
static void watch_folders(struct tt_session *session)
{
    const struct tt_session_options *options = &session->options;

    tt_project_read(session, false);
    if (!options->watch)
        return;
    if (session->user_folder[0])
        options->watch(options->arg, tt_str_from(session->user_folder));
    if (session->n_folders)
        options->watch(options->arg, session->folders[0]);
}

void tt_on_initialize(struct tt_session *session, struct tt_call *call,
                      const struct tt_json *params)
{
    struct tt_lsp_reader reader = TT_LSP_READER(&call->arena);
    struct tt_lsp_initialize init;
    struct tt_outgoing out;

    if (tt_lsp_read_initialize(&reader, params, &init) < 0 ||
        tt_lsp_client_copy(&init.client, &session->client_arena, &session->client) < 0) {
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "trimtab is out of memory.");
        return;
    }
    session->trace = init.trace;
    take_folders(session, init.folders, init.n_folders);
    take_parent(session, &init);
    if (init.options.n) {
        struct tt_buf copy = TT_BUF_INIT(TT_BUF_OWN);

        tt_buf_add(&copy, init.options);
        session->init_options = tt_buf_take(&copy, NULL);
    }
    tt_settings_apply(session);

    const struct tt_lsp_server server = {
        .name = "trimtab",
        .version = session->version,
        .code_action_kinds = tt_menu_kinds(),
        .commands = tt_lsp_command_names,
        .code_action_resolve = true,
        .pull_diagnostics = session->client.diagnostics.pull,
    };
    session->phase = TT_PHASE_RUNNING;
    tt_log(TT_LOG_INFO, "client %.*s %.*s, positions in %s", TT_STR_ARG(session->client.name),
           TT_STR_ARG(session->client.version), tt_lsp_encoding_name(session->client.encoding));
    tt_outgoing_init(&out);
    tt_lsp_write_initialize_result(&out.w, &session->client, &server);
    tt_call_reply(call, &out);
    /* not every client sends `initialized` */
    watch_folders(session);
    tt_settings_say_problems(session);
    tt_settings_ask_keys(session);
    tt_history_begin(session);
}

static void on_registered(void *data, uint64_t tag, const struct tt_message *response)
{
    (void)data;
    (void)tag;
    if (response && response->failed)
        tt_log(TT_LOG_INFO, "the client refused a registration: %.*s",
               TT_STR_ARG(response->error_message));
}

static void register_for(struct tt_session *session, const char *id, const char *method,
                         const char *options)
{
    struct tt_outgoing out;

    tt_outgoing_init(&out);
    tt_lsp_write_register(&out.w, tt_str_from(id), tt_str_from(method), tt_str_from(options));
    tt_calls_request(session->calls, "client/registerCapability", &out, on_registered, session, 0,
                     NULL);
}

void tt_on_initialized(struct tt_session *session, const struct tt_json *params,
                       struct tt_arena *arena)
{
    (void)params;
    (void)arena;
    if (session->greeted)
        return;
    session->greeted = true;
    if (session->client.workspace.configuration_dynamic)
        register_for(session, "trimtab-settings", "workspace/didChangeConfiguration",
                     "{\"section\":\"trimtab\"}");
    if (session->client.workspace.watched_files_dynamic)
        register_for(session, "trimtab-project", "workspace/didChangeWatchedFiles",
                     "{\"watchers\":[{\"globPattern\":\"**/.trimtab.json\"}]}");
    if (!session->config->enabled)
        tt_status_changed(session);
    tt_settings_ask(session);
    tt_settings_read_project(session);
}

void tt_on_change_folders(struct tt_session *session, const struct tt_json *params,
                          struct tt_arena *arena)
{
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    struct tt_lsp_did_change_folders change;
    struct tt_lsp_folder *now;
    size_t n = 0;

    if (tt_lsp_read_did_change_folders(&reader, params, &change) < 0)
        return;
    now = tt_arena_array(arena, session->n_folders + change.n_added, sizeof(*now));
    if (!now)
        return;
    for (size_t i = 0; i < session->n_folders; i++) {
        struct tt_buf uri = TT_BUF_INIT(1 << 18);
        bool gone = false;

        tt_uri_from_path(session->folders[i], &uri);
        for (size_t k = 0; k < change.n_removed; k++)
            gone |= tt_uri_eq(change.removed[k].uri, tt_buf_str(&uri));
        if (!gone)
            now[n++].uri = tt_arena_dup(arena, tt_buf_str(&uri));
        tt_buf_release(&uri);
    }
    for (size_t i = 0; i < change.n_added; i++)
        now[n++] = change.added[i];
    take_folders(session, now, n);
    watch_folders(session);
    tt_settings_read_project(session);
}

void tt_on_shutdown(struct tt_session *session, struct tt_call *call, const struct tt_json *params)
{
    (void)params;
    tt_attempts_cancel_all(session);
    tt_watch_end(session);
    tt_menu_answer_all(session);
    tt_resolve_end(session, true);
    tt_diagnostics_give_up(session);
    session->phase = TT_PHASE_SHUTDOWN;
    tt_call_reply_null(call);
}

void tt_on_exit(struct tt_session *session, const struct tt_json *params, struct tt_arena *arena)
{
    (void)params;
    (void)arena;
    tt_session_end(session, session->phase == TT_PHASE_SHUTDOWN ? 0 : 1);
}

void tt_on_set_trace(struct tt_session *session, const struct tt_json *params,
                     struct tt_arena *arena)
{
    (void)arena;
    session->trace = tt_lsp_read_trace(tt_json_get(params, "value"));
}

void tt_on_cancel(struct tt_session *session, const struct tt_json *params, struct tt_arena *arena)
{
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    tt_str id;

    if (tt_lsp_read_cancel(&reader, params, &id) == 0)
        tt_calls_cancel(session->calls, id);
}
