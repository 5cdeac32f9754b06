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
static int key_of(tt_str uri, struct tt_arena *arena, tt_str *key)
{
    char room[1024]; /* most need no more, and no other memory */
    struct tt_buf near = TT_BUF_OVER(room), far = TT_BUF_INIT(1 << 20);
    int err = tt_uri_normalize(uri, &near);

    *key = err ? (tt_str){ NULL, 0 } : tt_arena_dup(arena, tt_buf_str(&near));
    if (err == TT_ETOOBIG) {
        err = tt_uri_normalize(uri, &far);
        *key = err ? (tt_str){ NULL, 0 } : tt_arena_dup(arena, tt_buf_str(&far));
        tt_buf_release(&far);
    }
    return !err && !key->p ? TT_ENOMEM : err;
}

struct tt_snapshot *tt_session_document(struct tt_session *session, tt_str uri,
                                        struct tt_arena *arena)
{
    tt_str key;

    return key_of(uri, arena, &key) == 0 ? tt_documents_get(session->documents, key) : NULL;
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

/* Of which document does the client tell?  False when that cannot be known: without memory
 * the session ends, since from here on it would be wrong about some text. */
static bool names(struct tt_session *session, const char *what, tt_str uri, struct tt_arena *arena,
                  tt_str *key)
{
    int err = key_of(uri, arena, key);

    if (err == TT_ENOMEM) {
        tt_log(TT_LOG_ERROR, "out of memory: %s was lost; ending", what);
        tt_session_end(session, 1);
    } else if (err) {
        complain(session, what, tt_strerror(err));
    }
    return !err;
}

/* What the user must know about a document, once when it begins to be so. */
static void say_state(struct tt_session *session, const struct tt_snapshot *snapshot,
                      bool was_out_of_sync)
{
    if (snapshot->out_of_sync && !was_out_of_sync)
        tt_show_message(session, TT_LSP_MESSAGE_WARNING, "trimtab: %.*s: %s",
                        TT_STR_ARG(snapshot->uri), snapshot->out_of_sync);
}

/* The document is not open any more: who waits for something of it is told. */
static void closed(struct tt_session *session, const struct tt_snapshot *snapshot)
{
    tt_findings_closed(session, snapshot);
    tt_menu_on_change(session, snapshot->key); /* nothing comes for a menu that waits */
}

/* Without memory for a change nothing can be kept true of a document, which is closed then.
 * Takes the state before the change; true: it is still open. */
static bool survived(struct tt_session *session, struct tt_snapshot *before)
{
    bool open = !before || tt_documents_get(session->documents, before->key);

    if (!open) {
        tt_show_message(session, TT_LSP_MESSAGE_ERROR,
                        "trimtab: out of memory, so %.*s is not looked after any more. Close what "
                        "you do not need, then close the file and open it again.",
                        TT_STR_ARG(before->uri));
        tt_watch_on_close(session, before->key);
        closed(session, before);
    }
    tt_snapshot_unref(before);
    return open;
}

static void lose_sync(struct tt_session *session, tt_str key)
{
    struct tt_snapshot *before = tt_snapshot_ref(tt_documents_get(session->documents, key));

    tt_documents_lost_sync(session->documents, key, NULL);
    survived(session, before);
}

void tt_on_did_open(struct tt_session *session, const struct tt_json *params,
                    struct tt_arena *arena)
{
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    struct tt_document_open open = { 0 };
    struct tt_snapshot *before;
    struct tt_lsp_did_open did;
    int err;

    if (tt_lsp_read_did_open(&reader, params, &did) < 0) {
        complain(session, "textDocument/didOpen", reader.error);
        return;
    }
    tt_on_initialized(session, NULL, arena); /* of a client that never says so */
    if (!names(session, "textDocument/didOpen", did.uri, arena, &open.key))
        return;
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
    before = tt_snapshot_ref(tt_documents_get(session->documents, open.key));
    err = tt_documents_open(session->documents, &open);
    if (err)
        complain(session, "textDocument/didOpen", tt_strerror(err));
    if (!survived(session, before) || err)
        return;
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
        if (tt_lsp_read_document_uri(&reader, params, &uri) == 0 &&
            names(session, "textDocument/didChange", uri, arena, &key))
            lose_sync(session, key);
        return;
    }
    if (!names(session, "textDocument/didChange", did.uri, arena, &key))
        return;
    snapshot = tt_documents_get(session->documents, key);
    if (!snapshot) {
        complain(session, "textDocument/didChange", "that document is not open.");
        return;
    }
    changes = tt_arena_array(arena, did.n + 1, sizeof(*changes));
    if (!changes) {
        complain(session, "textDocument/didChange", tt_strerror(TT_ENOMEM));
        lose_sync(session, key);
        return;
    }
    tt_snapshot_ref(snapshot);
    was_out = snapshot->out_of_sync != NULL;
    for (size_t i = 0; i < did.n; i++)
        changes[i] = (struct tt_document_change){ did.changes[i].has_range, did.changes[i].range,
                                                  did.changes[i].text };
    tt_documents_change(session->documents, key, did.has_version, did.version, changes, did.n,
                        did.damaged, session->client.encoding);
    if (!survived(session, snapshot))
        return;
    snapshot = tt_documents_get(session->documents, key);
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
    struct tt_snapshot *before;
    bool news;
    tt_str key;

    if (tt_lsp_read_did_save(&reader, params, &did) < 0) {
        complain(session, "textDocument/didSave", reader.error);
        return;
    }
    if (!names(session, "textDocument/didSave", did.uri, arena, &key))
        return;
    before = tt_snapshot_ref(tt_documents_get(session->documents, key));
    news = did.has_text &&
           tt_documents_saved_text(session->documents, key, did.text, did.damaged) == 0;
    if (!survived(session, before))
        return;
    if (news) {
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
    tt_str uri, key;

    if (tt_lsp_read_document_uri(&reader, params, &uri) < 0) {
        complain(session, "textDocument/didClose", reader.error);
        return;
    }
    if (!names(session, "textDocument/didClose", uri, arena, &key))
        return;
    snapshot = tt_snapshot_ref(tt_documents_get(session->documents, key));
    if (!snapshot)
        return;
    tt_watch_on_close(session, snapshot->key);
    tt_documents_close(session->documents, snapshot->key);
    closed(session, snapshot);
    tt_snapshot_unref(snapshot);
}
