/* types.c -- see types.h: strings, positions and ranges. */
#include "lsp/types.h"

#include "trimtab/error.h"

#include <stdarg.h>
#include <stdio.h>

int tt_lsp_bad(struct tt_lsp_reader *r, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(r->error, sizeof(r->error), fmt, ap);
    va_end(ap);
    return TT_EPARSE;
}

int tt_lsp_read_string(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                       tt_str *out)
{
    int err = tt_json_string(v, r->arena, out, NULL);

    if (err != TT_EPARSE)
        return err;
    return tt_lsp_bad(r, v ? "%s is not a string" : "%s is missing", path);
}

int tt_lsp_read_string_opt(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                           tt_str *out)
{
    if (tt_json_type(v) != TT_JSON_NULL)
        return tt_lsp_read_string(r, v, path, out);
    *out = (tt_str){ NULL, 0 };
    return 0;
}

int tt_lsp_read_bool_opt(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                         bool *out)
{
    enum tt_json_type type = tt_json_type(v);

    if (type == TT_JSON_TRUE || type == TT_JSON_FALSE)
        *out = type == TT_JSON_TRUE;
    else if (type != TT_JSON_NULL)
        return tt_lsp_bad(r, "%s is neither true nor false", path);
    return 0;
}

int tt_lsp_read_int_opt(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                        bool *has, int64_t *out)
{
    *has = tt_json_type(v) != TT_JSON_NULL;
    if (*has && tt_json_int(v, out) < 0)
        return tt_lsp_bad(r, "%s is not a whole number", path);
    return 0;
}

int tt_lsp_read_position(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                         struct tt_position *out)
{
    struct tt_position p;

    if (tt_json_uint(tt_json_get(v, "line"), &p.line) < 0 ||
        tt_json_uint(tt_json_get(v, "character"), &p.character) < 0)
        return tt_lsp_bad(r, "%s is not a position: it has no line and character from 0 up", path);
    *out = p;
    return 0;
}

int tt_lsp_read_range(struct tt_lsp_reader *r, const struct tt_json *v, const char *path,
                      struct tt_position_range *out)
{
    struct tt_position_range range;

    if (tt_json_type(v) != TT_JSON_OBJECT)
        return tt_lsp_bad(r, v ? "%s is not a range" : "%s is missing", path);
    if (tt_lsp_read_position(r, tt_json_get(v, "start"), path, &range.start) < 0 ||
        tt_lsp_read_position(r, tt_json_get(v, "end"), path, &range.end) < 0)
        return TT_EPARSE;
    *out = range;
    return 0;
}

int tt_lsp_read_document_uri(struct tt_lsp_reader *r, const struct tt_json *params, tt_str *uri)
{
    const struct tt_json *document = tt_json_get(params, "textDocument");
    int err = tt_lsp_read_string(r, tt_json_get(document, "uri"), "textDocument.uri", uri);

    if (!err && !uri->n)
        return tt_lsp_bad(r, "textDocument.uri is empty");
    return err;
}

tt_str tt_lsp_read_token(const struct tt_json *params)
{
    const struct tt_json *token = tt_json_get(params, "workDoneToken");
    enum tt_json_type type = tt_json_type(token);

    if (type != TT_JSON_STRING && type != TT_JSON_NUMBER)
        return (tt_str){ NULL, 0 };
    return tt_json_raw(token);
}

void tt_lsp_write_position(struct tt_json_writer *w, struct tt_position p)
{
    tt_jw_object(w);
    tt_jw_member_uint(w, "line", p.line);
    tt_jw_member_uint(w, "character", p.character);
    tt_jw_object_end(w);
}

void tt_lsp_write_range(struct tt_json_writer *w, struct tt_position_range r)
{
    tt_jw_object(w);
    tt_jw_key(w, "start");
    tt_lsp_write_position(w, r.start);
    tt_jw_key(w, "end");
    tt_lsp_write_position(w, r.end);
    tt_jw_object_end(w);
}
