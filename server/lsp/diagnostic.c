/* diagnostic.c -- diagnostics, read from any server's and written as ours. */
#include "lsp/client.h"
#include "lsp/types.h"
#include "trimtab/error.h"

/* A code is a string or a number; either is kept as text. */
static int read_code(struct tt_lsp_reader *r, const struct tt_json *v,
                     struct tt_lsp_diagnostic *out)
{
    if (tt_json_type(v) == TT_JSON_NUMBER) {
        out->code = tt_json_raw(v);
        out->code_is_number = true;
        return 0;
    }
    return tt_json_string(v, r->arena, &out->code, NULL) == TT_ENOMEM ? TT_ENOMEM : 0;
}

/* In 3.18 a message may be MarkupContent. */
static int read_message(struct tt_lsp_reader *r, const struct tt_json *v, tt_str *out)
{
    if (tt_json_type(v) == TT_JSON_OBJECT)
        v = tt_json_get(v, "value");
    return tt_lsp_read_string_opt(r, v, "diagnostic.message", out);
}

static unsigned read_tags(const struct tt_json *v)
{
    unsigned tags = 0;
    uint32_t tag;

    for (const struct tt_json *c = NULL; (c = tt_json_next(v, c, NULL));) {
        if (tt_json_uint(c, &tag) == 0 && (tag == 1 || tag == 2))
            tags |= 1u << tag;
    }
    return tags;
}

static int read_related(struct tt_lsp_reader *r, const struct tt_json *v,
                        struct tt_lsp_diagnostic *out)
{
    size_t count = tt_json_count(v), n = 0;
    struct tt_lsp_related *list;

    if (!count)
        return 0;
    list = tt_arena_array(r->arena, count, sizeof(*list));
    if (!list)
        return TT_ENOMEM;
    for (const struct tt_json *c = NULL; (c = tt_json_next(v, c, NULL));) {
        const struct tt_json *at = tt_json_get(c, "location");
        int err = tt_lsp_read_string(r, tt_json_get(at, "uri"), "uri", &list[n].uri);

        if (!err)
            err = tt_lsp_read_range(r, tt_json_get(at, "range"), "range", &list[n].range);
        if (!err)
            err = tt_lsp_read_string_opt(r, tt_json_get(c, "message"), "message", &list[n].message);
        if (err == TT_ENOMEM)
            return err;
        n += !err;
    }
    out->related = list;
    out->n_related = n;
    return 0;
}

int tt_lsp_read_diagnostic(struct tt_lsp_reader *r, const struct tt_json *v,
                           struct tt_lsp_diagnostic *out)
{
    struct tt_lsp_diagnostic d = { .raw = tt_json_raw(v),
                                   .data = tt_json_raw(tt_json_get(v, "data")) };
    const struct tt_json *about = tt_json_get(v, "codeDescription");
    uint32_t severity;
    int err = tt_lsp_read_range(r, tt_json_get(v, "range"), "diagnostic.range", &d.range);

    if (!err)
        err = read_message(r, tt_json_get(v, "message"), &d.message);
    if (!err)
        err = read_code(r, tt_json_get(v, "code"), &d);
    if (!err)
        err = tt_lsp_read_string_opt(r, tt_json_get(v, "source"), "diagnostic.source", &d.source);
    if (!err)
        err = tt_lsp_read_string_opt(r, tt_json_get(about, "href"), "codeDescription.href",
                                     &d.code_href);
    if (!err)
        err = read_related(r, tt_json_get(v, "relatedInformation"), &d);
    if (err)
        return err;
    if (tt_json_uint(tt_json_get(v, "severity"), &severity) == 0 && severity <= TT_LSP_HINT)
        d.severity = (enum tt_lsp_severity)severity;
    d.tags = read_tags(tt_json_get(v, "tags"));
    *out = d;
    return 0;
}

int tt_lsp_read_diagnostics(struct tt_lsp_reader *r, const struct tt_json *v,
                            const struct tt_lsp_diagnostic **out, size_t *n)
{
    size_t count = tt_json_type(v) == TT_JSON_ARRAY ? tt_json_count(v) : 0, kept = 0;
    struct tt_lsp_diagnostic *list = tt_arena_array(r->arena, count, sizeof(*list));

    if (!list)
        return TT_ENOMEM;
    for (const struct tt_json *c = NULL; count && (c = tt_json_next(v, c, NULL));) {
        int err = tt_lsp_read_diagnostic(r, c, &list[kept]);

        if (err == TT_ENOMEM)
            return err;
        kept += !err;
    }
    *out = list;
    *n = kept;
    return 0;
}

static void write_code(struct tt_json_writer *w, const struct tt_lsp_client *client,
                       const struct tt_lsp_diagnostic *d)
{
    if (!d->code.n)
        return;
    tt_jw_key(w, "code");
    if (d->code_is_number)
        tt_jw_raw(w, d->code);
    else
        tt_jw_str(w, d->code);
    if (client->diagnostics.code_description && d->code_href.n) {
        tt_jw_key_object(w, "codeDescription");
        tt_jw_member(w, "href", d->code_href);
        tt_jw_object_end(w);
    }
}

static void write_tags(struct tt_json_writer *w, unsigned tags)
{
    if (!tags)
        return;
    tt_jw_key_array(w, "tags");
    for (unsigned tag = 1; tag <= 2; tag++) {
        if (tags & 1u << tag)
            tt_jw_uint(w, tag);
    }
    tt_jw_array_end(w);
}

static void write_related(struct tt_json_writer *w, const struct tt_lsp_diagnostic *d)
{
    if (!d->n_related)
        return;
    tt_jw_key_array(w, "relatedInformation");
    for (size_t i = 0; i < d->n_related; i++) {
        tt_jw_object(w);
        tt_jw_key_object(w, "location");
        tt_jw_member(w, "uri", d->related[i].uri);
        tt_jw_key(w, "range");
        tt_lsp_write_range(w, d->related[i].range);
        tt_jw_object_end(w);
        tt_jw_member(w, "message", d->related[i].message);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
}

void tt_lsp_write_diagnostic(struct tt_json_writer *w, const struct tt_lsp_client *client,
                             const struct tt_lsp_diagnostic *d)
{
    if (d->raw.n) {
        tt_jw_raw(w, d->raw);
        return;
    }
    tt_jw_object(w);
    tt_jw_key(w, "range");
    tt_lsp_write_range(w, d->range);
    if (d->severity)
        tt_jw_member_int(w, "severity", d->severity);
    write_code(w, client, d);
    tt_jw_member_opt(w, "source", d->source);
    tt_jw_member(w, "message", d->message);
    write_tags(w, d->tags & client->diagnostics.tags);
    if (client->diagnostics.related)
        write_related(w, d);
    if (client->diagnostics.data)
        tt_jw_member_raw_opt(w, "data", d->data);
    tt_jw_object_end(w);
}

void tt_lsp_write_diagnostics(struct tt_json_writer *w, const struct tt_lsp_client *client,
                              const struct tt_lsp_diagnostic *d, size_t n)
{
    tt_jw_array(w);
    for (size_t i = 0; i < n; i++)
        tt_lsp_write_diagnostic(w, client, &d[i]);
    tt_jw_array_end(w);
}
