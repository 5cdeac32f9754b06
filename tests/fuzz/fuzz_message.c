/* fuzz_message.c -- any body: a message or a reason, and every reader of params
 * takes what there is. */
#include "lsp/code_action.h"
#include "lsp/command.h"
#include "lsp/document.h"
#include "lsp/window.h"
#include "rpc/message.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_documents(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_did_open open;
    struct tt_lsp_did_change change;
    struct tt_lsp_did_save save;
    struct tt_lsp_did_change_folders folders;
    const struct tt_lsp_file_event *events;
    struct tt_lsp_pull pull;
    size_t n;

    tt_lsp_read_did_open(r, params, &open);
    tt_lsp_read_did_change(r, params, &change);
    tt_lsp_read_did_save(r, params, &save);
    tt_lsp_read_did_change_folders(r, params, &folders);
    tt_lsp_read_file_events(r, params, &events, &n);
    tt_lsp_read_pull(r, params, &pull);
}

static void read_actions(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_client client = { .encoding = TT_UTF16 };
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_lsp_code_action_params actions;
    struct tt_lsp_resolve resolve;
    struct tt_lsp_execute execute;
    const struct tt_lsp_key *keys;
    struct tt_json_writer w;
    size_t n;

    tt_json_writer_init(&w, &out);
    if (tt_lsp_read_code_action_params(r, params, &actions) == 0)
        tt_lsp_write_diagnostics(&w, &client, actions.diagnostics, actions.n_diagnostics);
    if (tt_lsp_read_resolve(r, params, &resolve) == 0)
        tt_lsp_write_resolved(&w, &client, resolve.action, NULL, NULL);
    tt_lsp_read_execute(r, params, &execute);
    tt_lsp_read_set_keys(r, params, &keys, &n);
    tt_buf_release(&out);
}

static void read_others(struct tt_lsp_reader *r, const struct tt_json *params)
{
    struct tt_lsp_initialize init;
    tt_str raw;

    tt_lsp_read_initialize(r, params, &init);
    tt_lsp_read_cancel(r, params, &raw);
    tt_lsp_read_progress_cancel(r, params, &raw);
    tt_lsp_configuration_at(params, 1);
    tt_lsp_did_change_configuration(params, "trimtab");
}

/* What we write is what we read. */
static void write_back(tt_str text)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_text again;
    struct tt_json_writer w;
    struct tt_arena arena;
    tt_str s;

    tt_arena_init(&arena);
    tt_json_writer_init(&w, &out);
    tt_jw_str(&w, text);
    if (!out.err && (tt_json_parse(tt_buf_str(&out), &arena, &again) != 0 ||
                     again.bad_utf8 != out.n || tt_json_string(again.root, &arena, &s, NULL) != 0))
        abort();
    tt_arena_release(&arena);
    tt_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tt_str body = { (const char *)data, size };
    struct tt_message m;
    struct tt_arena arena;
    struct tt_lsp_reader r = TT_LSP_READER(&arena);

    tt_arena_init(&arena);
    if (tt_message_parse(body, &arena, &m) == 0 && m.params) {
        read_documents(&r, m.params);
        read_actions(&r, m.params);
        read_others(&r, m.params);
    }
    tt_arena_release(&arena);
    write_back(body);
    return 0;
}
