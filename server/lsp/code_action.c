/* code_action.c -- see code_action.h. */
#include "lsp/code_action.h"

#include "trimtab/error.h"

static int read_only(struct tt_lsp_reader *r, const struct tt_json *v,
                     struct tt_lsp_code_action_params *out)
{
    size_t count = tt_json_type(v) == TT_JSON_ARRAY ? tt_json_count(v) : 0;
    tt_str *kinds = tt_arena_array(r->arena, count, sizeof(*kinds));

    if (!kinds)
        return TT_ENOMEM;
    for (const struct tt_json *c = NULL; count && (c = tt_json_next(v, c, NULL));) {
        int err = tt_json_string(c, r->arena, &kinds[out->n_only], NULL);

        if (err == TT_ENOMEM)
            return err;
        out->n_only += !err;
    }
    out->only = kinds;
    out->has_only = out->n_only > 0;
    return 0;
}

int tt_lsp_read_code_action_params(struct tt_lsp_reader *r, const struct tt_json *params,
                                   struct tt_lsp_code_action_params *out)
{
    const struct tt_json *context = tt_json_get(params, "context");
    struct tt_lsp_code_action_params p = { .n_only = 0 };
    uint32_t trigger = 0;
    int err = tt_lsp_read_document_uri(r, params, &p.uri);

    if (!err)
        err = tt_lsp_read_range(r, tt_json_get(params, "range"), "range", &p.range);
    if (!err)
        err = tt_lsp_read_diagnostics(r, tt_json_get(context, "diagnostics"), &p.diagnostics,
                                      &p.n_diagnostics);
    if (!err)
        err = read_only(r, tt_json_get(context, "only"), &p);
    if (err)
        return err;
    p.range = tt_position_range_ordered(p.range);
    if (tt_json_uint(tt_json_get(context, "triggerKind"), &trigger) == 0 &&
        trigger <= TT_LSP_TRIGGER_AUTOMATIC)
        p.trigger = (enum tt_lsp_trigger)trigger;
    p.work_done_token = tt_lsp_read_token(params);
    *out = p;
    return 0;
}

bool tt_lsp_kind_contains(tt_str outer, tt_str kind)
{
    if (!outer.n)
        return true; /* the empty kind is the root of all */
    return tt_str_starts(kind, outer) && (kind.n == outer.n || kind.p[outer.n] == '.');
}

bool tt_lsp_kind_wanted(const struct tt_lsp_code_action_params *params, tt_str kind)
{
    if (!params->has_only)
        return true;
    for (size_t i = 0; i < params->n_only; i++) {
        if (tt_lsp_kind_contains(params->only[i], kind))
            return true;
    }
    return false;
}

static void write_command(struct tt_json_writer *w, const struct tt_lsp_command *command,
                          tt_str title)
{
    tt_jw_object(w);
    tt_jw_member(w, "title", title);
    tt_jw_member(w, "command", command->command);
    if (command->argument.n) {
        tt_jw_key_array(w, "arguments");
        tt_jw_raw(w, command->argument);
        tt_jw_array_end(w);
    }
    tt_jw_object_end(w);
}

static void write_literal(struct tt_json_writer *w, const struct tt_lsp_client *client,
                          const struct tt_lsp_code_action *a)
{
    tt_jw_object(w);
    tt_jw_member(w, "title", a->title);
    tt_jw_member_opt(w, "kind", a->kind);
    if (a->n_diagnostics) {
        tt_jw_key(w, "diagnostics");
        tt_lsp_write_diagnostics(w, client, a->diagnostics, a->n_diagnostics);
    }
    if (a->is_preferred && client->code_action.is_preferred)
        tt_jw_member_bool(w, "isPreferred", true);
    if (a->disabled.n) {
        tt_jw_key_object(w, "disabled");
        tt_jw_member(w, "reason", a->disabled);
        tt_jw_object_end(w);
    }
    if (a->edit) {
        tt_jw_key(w, "edit");
        tt_lsp_write_workspace_edit(w, client, a->edit);
    }
    if (a->command) {
        tt_jw_key(w, "command");
        write_command(w, a->command, a->command->title.n ? a->command->title : a->title);
    }
    if (client->code_action.data)
        tt_jw_member_raw_opt(w, "data", a->data);
    if (a->llm_generated && client->code_action.llm_tag) {
        tt_jw_key_array(w, "tags");
        tt_jw_int(w, 1);
        tt_jw_array_end(w);
    }
    tt_jw_object_end(w);
}

void tt_lsp_write_code_actions(struct tt_json_writer *w, const struct tt_lsp_client *client,
                               const struct tt_lsp_code_action *actions, size_t n)
{
    tt_jw_array(w);
    for (size_t i = 0; i < n; i++) {
        const struct tt_lsp_code_action *a = &actions[i];

        if (a->disabled.n && !client->code_action.disabled)
            continue;
        if (client->code_action.literals)
            write_literal(w, client, a);
        else if (a->command && !a->disabled.n)
            write_command(w, a->command, a->title);
    }
    tt_jw_array_end(w);
}

int tt_lsp_read_resolve(struct tt_lsp_reader *r, const struct tt_json *params,
                        struct tt_lsp_resolve *out)
{
    struct tt_lsp_resolve resolve = { .action = params, .data = tt_json_get(params, "data") };
    int err;

    if (tt_json_type(params) != TT_JSON_OBJECT)
        return tt_lsp_bad(r, "codeAction/resolve was sent without a code action");
    err = tt_lsp_read_string(r, tt_json_get(params, "title"), "title", &resolve.title);
    if (!err)
        err = tt_lsp_read_string_opt(r, tt_json_get(params, "kind"), "kind", &resolve.kind);
    if (!err)
        *out = resolve;
    return err;
}

void tt_lsp_write_resolved(struct tt_json_writer *w, const struct tt_lsp_client *client,
                           const struct tt_json *action, const struct tt_lsp_workspace_edit *edit,
                           const struct tt_lsp_command *command)
{
    const struct tt_json *key;

    tt_jw_object(w);
    for (const struct tt_json *c = NULL; (c = tt_json_next(action, c, &key));) {
        bool replaced = (edit && tt_json_is(key, TT_STR("edit"))) ||
                        (command && tt_json_is(key, TT_STR("command")));
        tt_str raw = tt_json_raw(key);

        if (replaced || tt_json_type(c) == TT_JSON_NULL)
            continue;
        if (key->escaped)
            continue; /* none of LSP's fields */
        tt_jw_key_str(w, tt_str_sub(raw, 1, raw.n - 1));
        tt_jw_raw(w, tt_json_raw(c));
    }
    if (edit) {
        tt_jw_key(w, "edit");
        tt_lsp_write_workspace_edit(w, client, edit);
    }
    if (command) {
        tt_jw_key(w, "command");
        write_command(w, command, command->title);
    }
    tt_jw_object_end(w);
}
