/* document.c -- see document.h. */
#include "lsp/document.h"

#include "trimtab/error.h"

/* Document text: as it is, with its NUL bytes. */
static int read_text(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                     tt_str *out, bool *damaged)
{
    bool hurt = false;
    int err = tt_json_string(v, r->arena, out, &hurt);

    if (err == TT_EPARSE)
        return tt_lsp_bad(r, v ? "%s is not a string" : "%s is missing", path);
    *damaged = *damaged || hurt;
    return err;
}

int tt_lsp_read_did_open(struct tt_lsp_reader *r, const struct tt_json *params,
                         struct tt_lsp_did_open *out)
{
    const struct tt_json *document = tt_json_get(params, "textDocument");
    struct tt_lsp_did_open open = { .has_version = false };
    int err = tt_lsp_read_document_uri(r, params, &open.uri);

    if (!err)
        err = tt_lsp_read_string_opt(r, tt_json_get(document, "languageId"),
                                     "textDocument.languageId", &open.language);
    if (!err)
        err = read_text(r, tt_json_get(document, "text"), "textDocument.text", &open.text,
                        &open.damaged);
    if (err)
        return err;
    open.has_version = tt_json_int(tt_json_get(document, "version"), &open.version) == 0;
    *out = open;
    return 0;
}

static int read_change(struct tt_lsp_reader *r, const struct tt_json *v,
                       struct tt_lsp_change *change, bool *damaged)
{
    const struct tt_json *range = tt_json_get(v, "range");
    int err = read_text(r, tt_json_get(v, "text"), "contentChanges[].text", &change->text, damaged);

    if (err || !range)
        return err;
    change->has_range = true;
    return tt_lsp_read_range(r, range, "contentChanges[].range", &change->range);
}

int tt_lsp_read_did_change(struct tt_lsp_reader *r, const struct tt_json *params,
                           struct tt_lsp_did_change *out)
{
    const struct tt_json *list = tt_json_get(params, "contentChanges");
    struct tt_lsp_did_change all = { .n = 0 };
    struct tt_lsp_change *changes;
    int err = tt_lsp_read_document_uri(r, params, &all.uri);

    if (err)
        return err;
    if (tt_json_type(list) != TT_JSON_ARRAY)
        return tt_lsp_bad(r, list ? "contentChanges is not a list" : "contentChanges is missing");
    changes = tt_arena_array(r->arena, tt_json_count(list), sizeof(*changes));
    if (!changes)
        return TT_ENOMEM;
    for (const struct tt_json *c = NULL; (c = tt_json_next(list, c, NULL));) {
        err = read_change(r, c, &changes[all.n++], &all.damaged);
        if (err)
            return err;
    }
    all.changes = changes;
    all.has_version =
        tt_json_int(tt_json_get(tt_json_get(params, "textDocument"), "version"), &all.version) == 0;
    *out = all;
    return 0;
}

int tt_lsp_read_did_save(struct tt_lsp_reader *r, const struct tt_json *params,
                         struct tt_lsp_did_save *out)
{
    const struct tt_json *text = tt_json_get(params, "text");
    struct tt_lsp_did_save save = { .has_text = text != NULL };
    int err = tt_lsp_read_document_uri(r, params, &save.uri);

    if (!err && text)
        err = read_text(r, text, "text", &save.text, &save.damaged);
    if (!err)
        *out = save;
    return err;
}

int tt_lsp_read_did_change_folders(struct tt_lsp_reader *r, const struct tt_json *params,
                                   struct tt_lsp_did_change_folders *out)
{
    const struct tt_json *event = tt_json_get(params, "event");
    struct tt_lsp_did_change_folders folders;
    int err;

    if (tt_json_type(event) != TT_JSON_OBJECT)
        return tt_lsp_bad(r, "event is missing");
    err = tt_lsp_read_folders(r, tt_json_get(event, "added"), &folders.added, &folders.n_added);
    if (!err)
        err = tt_lsp_read_folders(r, tt_json_get(event, "removed"), &folders.removed,
                                  &folders.n_removed);
    if (!err)
        *out = folders;
    return err;
}

int tt_lsp_read_file_events(struct tt_lsp_reader *r, const struct tt_json *params,
                            const struct tt_lsp_file_event **out, size_t *n)
{
    const struct tt_json *list = tt_json_get(params, "changes");
    struct tt_lsp_file_event *events;
    size_t kept = 0;

    if (tt_json_type(list) != TT_JSON_ARRAY)
        return tt_lsp_bad(r, list ? "changes is not a list" : "changes is missing");
    events = tt_arena_array(r->arena, tt_json_count(list), sizeof(*events));
    if (!events)
        return TT_ENOMEM;
    for (const struct tt_json *c = NULL; (c = tt_json_next(list, c, NULL));) {
        uint32_t type = 0;
        int err = tt_lsp_read_string(r, tt_json_get(c, "uri"), "uri", &events[kept].uri);

        if (err == TT_ENOMEM)
            return err;
        if (err || tt_json_uint(tt_json_get(c, "type"), &type) < 0 || type < TT_LSP_FILE_CREATED ||
            type > TT_LSP_FILE_DELETED)
            continue;
        events[kept++].type = (enum tt_lsp_file_event_type)type;
    }
    *out = events;
    *n = kept;
    return 0;
}

void tt_lsp_write_publish_diagnostics(struct tt_json_writer *w, const struct tt_lsp_client *client,
                                      tt_str uri, int64_t version,
                                      const struct tt_lsp_diagnostic *d, size_t n)
{
    tt_jw_object(w);
    tt_jw_member(w, "uri", uri);
    if (client->diagnostics.version)
        tt_jw_member_int(w, "version", version);
    tt_jw_key(w, "diagnostics");
    tt_lsp_write_diagnostics(w, client, d, n);
    tt_jw_object_end(w);
}

int tt_lsp_read_pull(struct tt_lsp_reader *r, const struct tt_json *params, struct tt_lsp_pull *out)
{
    int err = tt_lsp_read_document_uri(r, params, &out->uri);

    if (err)
        return err;
    return tt_lsp_read_string_opt(r, tt_json_get(params, "previousResultId"), "previousResultId",
                                  &out->previous_result_id);
}

void tt_lsp_write_pull_full(struct tt_json_writer *w, const struct tt_lsp_client *client,
                            tt_str result_id, const struct tt_lsp_diagnostic *d, size_t n)
{
    tt_jw_object(w);
    tt_jw_member_cstr(w, "kind", "full");
    tt_jw_member_opt(w, "resultId", result_id);
    tt_jw_key(w, "items");
    tt_lsp_write_diagnostics(w, client, d, n);
    tt_jw_object_end(w);
}

void tt_lsp_write_pull_unchanged(struct tt_json_writer *w, tt_str result_id)
{
    tt_jw_object(w);
    tt_jw_member_cstr(w, "kind", "unchanged");
    tt_jw_member(w, "resultId", result_id);
    tt_jw_object_end(w);
}
