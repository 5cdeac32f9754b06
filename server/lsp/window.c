/* window.c -- see window.h. */
#include "lsp/window.h"

#include "trimtab/error.h"

void tt_lsp_write_progress_create(struct tt_json_writer *w, tt_str token)
{
    tt_jw_object(w);
    tt_jw_key(w, "token");
    tt_jw_raw(w, token);
    tt_jw_object_end(w);
}

/* Up to the fields that only some kinds have. */
static void open_progress(struct tt_json_writer *w, tt_str token, const char *kind)
{
    tt_jw_object(w);
    tt_jw_key(w, "token");
    tt_jw_raw(w, token);
    tt_jw_key_object(w, "value");
    tt_jw_member_cstr(w, "kind", kind);
}

static void close_progress(struct tt_json_writer *w, tt_str message)
{
    tt_jw_member_opt(w, "message", message);
    tt_jw_object_end(w);
    tt_jw_object_end(w);
}

void tt_lsp_write_progress_begin(struct tt_json_writer *w, tt_str token, tt_str title,
                                 tt_str message, bool cancellable)
{
    open_progress(w, token, "begin");
    tt_jw_member(w, "title", title);
    tt_jw_member_bool(w, "cancellable", cancellable);
    close_progress(w, message);
}

void tt_lsp_write_progress_report(struct tt_json_writer *w, tt_str token, tt_str message,
                                  int percentage, bool cancellable)
{
    open_progress(w, token, "report");
    tt_jw_member_bool(w, "cancellable", cancellable);
    if (percentage >= 0)
        tt_jw_member_int(w, "percentage", percentage > 100 ? 100 : percentage);
    close_progress(w, message);
}

void tt_lsp_write_progress_end(struct tt_json_writer *w, tt_str token, tt_str message)
{
    open_progress(w, token, "end");
    close_progress(w, message);
}

/* A number or a string, as it was written. */
static int read_raw_id(struct tt_lsp_reader *r, const struct tt_json *v, const char *name,
                       tt_str *out)
{
    enum tt_json_type type = tt_json_type(v);

    if (type != TT_JSON_NUMBER && type != TT_JSON_STRING)
        return tt_lsp_bad(r, "%s is neither number nor string", name);
    *out = tt_json_raw(v);
    return 0;
}

int tt_lsp_read_progress_cancel(struct tt_lsp_reader *r, const struct tt_json *params,
                                tt_str *token)
{
    return read_raw_id(r, tt_json_get(params, "token"), "token", token);
}

int tt_lsp_read_cancel(struct tt_lsp_reader *r, const struct tt_json *params, tt_str *id)
{
    return read_raw_id(r, tt_json_get(params, "id"), "id", id);
}

void tt_lsp_write_message(struct tt_json_writer *w, enum tt_lsp_message_type type, tt_str text)
{
    tt_jw_object(w);
    tt_jw_member_int(w, "type", type);
    tt_jw_member(w, "message", text);
    tt_jw_object_end(w);
}

void tt_lsp_write_message_request(struct tt_json_writer *w, enum tt_lsp_message_type type,
                                  tt_str text, const tt_str *actions, size_t n)
{
    tt_jw_object(w);
    tt_jw_member_int(w, "type", type);
    tt_jw_member(w, "message", text);
    tt_jw_key_array(w, "actions");
    for (size_t i = 0; i < n; i++) {
        tt_jw_object(w);
        tt_jw_member(w, "title", actions[i]);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
    tt_jw_object_end(w);
}

int tt_lsp_read_message_choice(struct tt_lsp_reader *r, const struct tt_json *result, tt_str *out)
{
    tt_str title = { NULL, 0 };

    if (tt_json_string(tt_json_get(result, "title"), r->arena, &title, NULL) == TT_ENOMEM)
        return TT_ENOMEM;
    *out = title;
    return 0;
}

void tt_lsp_write_show_document(struct tt_json_writer *w, tt_str uri, bool external)
{
    tt_jw_object(w);
    tt_jw_member(w, "uri", uri);
    if (external)
        tt_jw_member_bool(w, "external", true);
    tt_jw_object_end(w);
}

static void write_item(struct tt_json_writer *w, tt_str section, tt_str scope)
{
    tt_jw_object(w);
    tt_jw_member_opt(w, "scopeUri", scope);
    tt_jw_member(w, "section", section);
    tt_jw_object_end(w);
}

void tt_lsp_write_configuration(struct tt_json_writer *w, tt_str section, const tt_str *scopes,
                                size_t n)
{
    tt_jw_object(w);
    tt_jw_key_array(w, "items");
    write_item(w, section, (tt_str){ NULL, 0 });
    for (size_t i = 0; i < n; i++)
        write_item(w, section, scopes[i]);
    tt_jw_array_end(w);
    tt_jw_object_end(w);
}

const struct tt_json *tt_lsp_configuration_at(const struct tt_json *result, size_t i)
{
    const struct tt_json *c = NULL;

    if (tt_json_type(result) == TT_JSON_OBJECT && i == 0)
        return result; /* not in a list, as it should be */
    if (tt_json_type(result) != TT_JSON_ARRAY)
        return NULL;
    while ((c = tt_json_next(result, c, NULL)) && i > 0)
        i--;
    return tt_json_type(c) == TT_JSON_NULL ? NULL : c;
}

const struct tt_json *tt_lsp_did_change_configuration(const struct tt_json *params,
                                                      const char *section)
{
    const struct tt_json *settings = tt_json_get(params, "settings");
    const struct tt_json *own = tt_json_get(settings, section);

    if (own)
        return own;
    return tt_json_type(settings) == TT_JSON_OBJECT && tt_json_count(settings) ? settings : NULL;
}

void tt_lsp_write_register(struct tt_json_writer *w, tt_str id, tt_str method, tt_str options)
{
    tt_jw_object(w);
    tt_jw_key_array(w, "registrations");
    tt_jw_object(w);
    tt_jw_member(w, "id", id);
    tt_jw_member(w, "method", method);
    tt_jw_member_raw_opt(w, "registerOptions", options);
    tt_jw_object_end(w);
    tt_jw_array_end(w);
    tt_jw_object_end(w);
}
