/* sync.c -- documents opened, changed, saved and closed. */
#include "base/log.h"
#include "lsp/document.h"
#include "lsp/uri.h"
#include "lsp/window.h"
#include "session/attempt.h"
#include "session/findings.h"
#include "session/outcomes.h"
#include "session/state.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

/* The normalised URI, in the arena. */
static tt_str key_of(tt_str uri, struct tt_arena *arena)
{
    struct tt_buf buf = TT_BUF_INIT(1 << 20);
    tt_str key = { NULL, 0 };

    if (tt_uri_normalize(uri, &buf) == 0)
        key = tt_arena_dup(arena, tt_buf_str(&buf));
    tt_buf_release(&buf);
    return key;
}

struct tt_snapshot *tt_session_document(struct tt_session *session, tt_str uri,
                                        struct tt_arena *arena)
{
    tt_str key = key_of(uri, arena);

    return key.p ? tt_documents_get(session->documents, key) : NULL;
}

/* Whatever a file URI or another one says about where the text lives. */
static tt_str path_of(tt_str uri, struct tt_arena *arena)
{
    struct tt_buf buf = TT_BUF_INIT(1 << 20);
    tt_str path = { NULL, 0 };

    if ((tt_uri_is_file(uri) ? tt_uri_to_path(uri, &buf) : tt_uri_path_part(uri, &buf)) == 0)
        path = tt_arena_dup(arena, tt_buf_str(&buf));
    tt_buf_release(&buf);
    return path;
}

static void complain(struct tt_session *session, const char *what, const char *why)
{
    tt_log(TT_LOG_WARN, "%s: %s", what, why);
    tt_log_message(session, TT_LSP_MESSAGE_ERROR, "trimtab ignored %s: %s", what, why);
}

/* What the user must know about a document, once when it begins to be so. */
static void say_state(struct tt_session *session, const struct tt_snapshot *snapshot,
                      bool was_out_of_sync)
{
    if (snapshot->out_of_sync && !was_out_of_sync)
        tt_show_message(session, TT_LSP_MESSAGE_WARNING, "trimtab: %.*s: %s",
                        TT_STR_ARG(snapshot->uri), snapshot->out_of_sync);
}

void tt_on_did_open(struct tt_session *session, const struct tt_json *params,
                    struct tt_arena *arena)
{
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    struct tt_document_open open = { 0 };
    struct tt_lsp_did_open did;
    int err;

    if (tt_lsp_read_did_open(&reader, params, &did) < 0) {
        complain(session, "textDocument/didOpen", reader.error);
        return;
    }
    tt_on_initialized(session, NULL, arena); /* of a client that never says so */
    open.key = key_of(did.uri, arena);
    open.uri = did.uri;
    open.path = path_of(did.uri, arena);
    open.language = did.language;
    open.lang = tt_lang_by_id(did.language);
    if (!open.lang && open.path.n)
        open.lang = tt_lang_for_path(open.path);
    open.text = did.text;
    open.has_version = did.has_version;
    open.version = did.version;
    open.damaged = did.damaged;
    err = tt_documents_open(session->documents, &open);
    if (err) {
        complain(session, "textDocument/didOpen", tt_strerror(err));
        return;
    }
    struct tt_snapshot *snapshot = tt_documents_get(session->documents, open.key);
    if (snapshot->tree_state == TT_TREE_TOO_BIG)
        tt_log_message(session, TT_LSP_MESSAGE_INFO,
                       "trimtab: %.*s is larger than the limit (setting max_file_bytes): no rules "
                       "run on it.",
                       TT_STR_ARG(did.uri));
    tt_watch_on_open(session, open.key);
    tt_findings_changed(session, open.key, true);
}

void tt_on_did_change(struct tt_session *session, const struct tt_json *params,
                      struct tt_arena *arena)
{
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    struct tt_lsp_did_change did;
    struct tt_document_change *changes;
    struct tt_snapshot *snapshot;
    bool was_out;
    tt_str key, uri;

    if (tt_lsp_read_did_change(&reader, params, &did) < 0) {
        complain(session, "textDocument/didChange", reader.error);
        /* the client has changed its text all the same */
        if (tt_lsp_read_document_uri(&reader, params, &uri) == 0)
            tt_documents_lost_sync(session->documents, key_of(uri, arena), NULL);
        return;
    }
    key = key_of(did.uri, arena);
    snapshot = tt_documents_get(session->documents, key);
    changes = tt_arena_array(arena, did.n + 1, sizeof(*changes));
    if (!snapshot || !changes) {
        complain(session, "textDocument/didChange", "that document is not open.");
        return;
    }
    was_out = snapshot->out_of_sync != NULL;
    for (size_t i = 0; i < did.n; i++)
        changes[i] = (struct tt_document_change){ did.changes[i].has_range, did.changes[i].range,
                                                  did.changes[i].text };
    tt_documents_change(session->documents, key, did.has_version, did.version, changes, did.n,
                        did.damaged, session->client.encoding);
    snapshot = tt_documents_get(session->documents, key);
    if (snapshot)
        say_state(session, snapshot, was_out);
    tt_watch_on_change(session, key);
    tt_findings_changed(session, key, false);
    tt_deliver_on_change(session, key);
}

void tt_on_did_save(struct tt_session *session, const struct tt_json *params,
                    struct tt_arena *arena)
{
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    struct tt_lsp_did_save did;
    tt_str key;

    if (tt_lsp_read_did_save(&reader, params, &did) < 0) {
        complain(session, "textDocument/didSave", reader.error);
        return;
    }
    key = key_of(did.uri, arena);
    if (did.has_text &&
        tt_documents_saved_text(session->documents, key, did.text, did.damaged) == 0) {
        tt_watch_on_change(session, key);
        tt_findings_changed(session, key, true);
        tt_deliver_on_change(session, key);
    }
    tt_watch_on_save(session, key);
}

void tt_on_did_close(struct tt_session *session, const struct tt_json *params,
                     struct tt_arena *arena)
{
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    struct tt_snapshot *snapshot;
    tt_str uri;

    if (tt_lsp_read_document_uri(&reader, params, &uri) < 0) {
        complain(session, "textDocument/didClose", reader.error);
        return;
    }
    snapshot = tt_snapshot_ref(tt_session_document(session, uri, arena));
    if (!snapshot)
        return;
    tt_watch_on_close(session, snapshot->key);
    tt_documents_close(session->documents, snapshot->key);
    tt_findings_closed(session, snapshot);
    tt_menu_on_change(session, snapshot->key); /* nothing comes for a menu that waits */
    tt_snapshot_unref(snapshot);
}
