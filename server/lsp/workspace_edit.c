/* workspace_edit.c -- see workspace_edit.h. */
#include "lsp/workspace_edit.h"

#include "trimtab/error.h"

bool tt_lsp_workspace_edit_fits(const struct tt_lsp_client *client,
                                const struct tt_lsp_workspace_edit *edit)
{
    for (size_t i = 0; i < edit->n; i++) {
        if (edit->documents[i].create &&
            !(client->workspace_edit.document_changes && client->workspace_edit.create))
            return false;
    }
    return true;
}

static void write_text_edits(struct tt_json_writer *w, const struct tt_lsp_document_edit *d,
                             bool annotated)
{
    tt_jw_array(w);
    for (size_t i = 0; i < d->n; i++) {
        tt_jw_object(w);
        tt_jw_key(w, "range");
        tt_lsp_write_range(w, d->edits[i].range);
        tt_jw_member(w, "newText", d->edits[i].text);
        if (annotated)
            tt_jw_member_opt(w, "annotationId", d->edits[i].annotation);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
}

static void write_create(struct tt_json_writer *w, const struct tt_lsp_document_edit *d,
                         bool annotated)
{
    tt_jw_object(w);
    tt_jw_member_cstr(w, "kind", "create");
    tt_jw_member(w, "uri", d->uri);
    tt_jw_key_object(w, "options");
    tt_jw_member_bool(w, "overwrite", false);
    tt_jw_member_bool(w, "ignoreIfExists", false);
    tt_jw_object_end(w);
    if (annotated)
        tt_jw_member_opt(w, "annotationId", d->annotation);
    tt_jw_object_end(w);
}

static void write_document_edit(struct tt_json_writer *w, const struct tt_lsp_document_edit *d,
                                bool annotated)
{
    tt_jw_object(w);
    tt_jw_key_object(w, "textDocument");
    tt_jw_member(w, "uri", d->uri);
    tt_jw_key(w, "version");
    if (d->has_version)
        tt_jw_int(w, d->version);
    else
        tt_jw_null(w); /* the one null that LSP asks for: "not open" */
    tt_jw_object_end(w);
    tt_jw_key(w, "edits");
    write_text_edits(w, d, annotated);
    tt_jw_object_end(w);
}

static void write_document_changes(struct tt_json_writer *w,
                                   const struct tt_lsp_workspace_edit *edit, bool annotated)
{
    tt_jw_key_array(w, "documentChanges");
    for (size_t i = 0; i < edit->n; i++) {
        if (edit->documents[i].create)
            write_create(w, &edit->documents[i], annotated);
        if (edit->documents[i].n)
            write_document_edit(w, &edit->documents[i], annotated);
    }
    tt_jw_array_end(w);
}

static void write_changes(struct tt_json_writer *w, const struct tt_lsp_workspace_edit *edit)
{
    tt_jw_key_object(w, "changes");
    for (size_t i = 0; i < edit->n; i++) {
        tt_jw_key_str(w, edit->documents[i].uri);
        write_text_edits(w, &edit->documents[i], false);
    }
    tt_jw_object_end(w);
}

static void write_annotations(struct tt_json_writer *w, const struct tt_lsp_workspace_edit *edit)
{
    if (!edit->n_annotations)
        return;
    tt_jw_key_object(w, "changeAnnotations");
    for (size_t i = 0; i < edit->n_annotations; i++) {
        const struct tt_lsp_annotation *a = &edit->annotations[i];

        tt_jw_key_str(w, a->id);
        tt_jw_object(w);
        tt_jw_member(w, "label", a->label);
        if (a->needs_confirmation)
            tt_jw_member_bool(w, "needsConfirmation", true);
        tt_jw_member_opt(w, "description", a->description);
        tt_jw_object_end(w);
    }
    tt_jw_object_end(w);
}

void tt_lsp_write_workspace_edit(struct tt_json_writer *w, const struct tt_lsp_client *client,
                                 const struct tt_lsp_workspace_edit *edit)
{
    bool annotated = client->workspace_edit.change_annotations && edit->n_annotations;

    tt_jw_object(w);
    if (client->workspace_edit.document_changes) {
        write_document_changes(w, edit, annotated);
        if (annotated)
            write_annotations(w, edit);
    } else {
        write_changes(w, edit);
    }
    tt_jw_object_end(w);
}

void tt_lsp_write_apply_edit(struct tt_json_writer *w, const struct tt_lsp_client *client,
                             tt_str label, const struct tt_lsp_workspace_edit *edit)
{
    tt_jw_object(w);
    tt_jw_member_opt(w, "label", label);
    tt_jw_key(w, "edit");
    tt_lsp_write_workspace_edit(w, client, edit);
    tt_jw_object_end(w);
}

int tt_lsp_read_apply_result(struct tt_lsp_reader *r, const struct tt_json *result,
                             struct tt_lsp_apply_result *out)
{
    struct tt_lsp_apply_result answer = { .applied =
                                              tt_json_bool(tt_json_get(result, "applied"), false) };

    if (tt_json_string(tt_json_get(result, "failureReason"), r->arena, &answer.failure_reason,
                       NULL) == TT_ENOMEM)
        return TT_ENOMEM;
    *out = answer;
    return 0;
}
