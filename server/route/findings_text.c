/* findings_text.c -- `trimtab findings [ID]`. */
#include "route/router.h"

#include "trimtab/error.h"

static const char *margin_name(enum tt_margin margin)
{
    static const char *const names[] = { "tie", "slight", "clear", "strong" };

    return names[margin];
}

const char *tt_basis_name(enum tt_basis basis)
{
    static const char *const names[] = { "derived", "reported", "asserted", "tested" };

    return names[basis];
}

static const char *favours_name(const struct tt_finding_row *row)
{
    return row->favours == TT_FAMILY_OTHER ? "tie" : tt_family_name(row->favours);
}

static void write_line(const struct tt_finding_row *row, struct tt_buf *out)
{
    tt_buf_addf(out, "%-9.*s %-7s %-7s %-9s %.*s%s\n", TT_STR_ARG(row->id), favours_name(row),
                row->margin == TT_MARGIN_TIE ? "" : margin_name(row->margin),
                tt_basis_name(row->basis), TT_STR_ARG(row->title),
                row->users_own ? "  (yours)" : "");
}

static void write_row(const struct tt_router *router, const struct tt_finding_row *row,
                      struct tt_buf *out)
{
    tt_buf_addf(out, "%.*s: %.*s\n\n", TT_STR_ARG(row->id), TT_STR_ARG(row->title));
    tt_buf_addf(out, "%.*s\n\n", TT_STR_ARG(row->statement));
    if (row->favours == TT_FAMILY_OTHER)
        tt_buf_adds(out, "Favours:  neither; the model that costs less for the request is used\n");
    else
        tt_buf_addf(out, "Favours:  %s, by a %s margin\n", tt_family_name(row->favours),
                    margin_name(row->margin));
    if (row->scales)
        tt_buf_addf(out, "Scales:   with %.*s; a tie at the simple end (complexity below %.2f)\n",
                    TT_STR_ARG(row->scales_with), router->findings.low);
    if (row->closes_when_asked)
        tt_buf_adds(out,
                    "Closes:   when asked. Our prompt asks either model: the margin is halved, "
                    "and under the policy economy this is a tie\n");
    tt_buf_addf(out, "Basis:    %s; worth %g observations for a successor of the model judged\n",
                tt_basis_name(row->basis),
                router->findings.pseudo_counts[row->basis] * router->findings.family);
    if (row->cls.n)
        tt_buf_addf(out, "Learned:  with the class \"%.*s\"\n", TT_STR_ARG(row->cls));
    if (row->modifier)
        tt_buf_adds(out, "It goes with other tasks, and is one of its own only when nothing else "
                         "is asked.\n");
    if (row->users_own)
        tt_buf_adds(out, "Your settings changed this row.\n");
}

static void write_note(const struct tt_router *router, struct tt_buf *out)
{
    tt_buf_addf(out,
                "\nFrom a comparison of mid-2025 of %.*s and %.*s: one author's judgement, without "
                "published data.\nA prior about a model family, never a measurement of your model; "
                "`trimtab stats` shows your own results.\n",
                TT_STR_ARG(router->findings.measured[TT_FAMILY_CLAUDE]),
                TT_STR_ARG(router->findings.measured[TT_FAMILY_GPT]));
}

int tt_findings_write_text(const struct tt_router *router, tt_str id, struct tt_buf *out)
{
    const struct tt_finding_row *rows, *row;
    size_t n = tt_router_findings(router, &rows);

    if (id.n) {
        row = tt_router_finding(router, id);
        if (!row) {
            tt_buf_addf(out, "There is no finding \"%.*s\"; `trimtab findings` lists them all.\n",
                        TT_STR_ARG(id));
            return TT_ENOTFOUND;
        }
        write_row(router, row, out);
    } else {
        for (size_t i = 0; i < n; i++)
            write_line(&rows[i], out);
    }
    write_note(router, out);
    return out->err;
}

static cJSON *row_json(const struct tt_finding_row *row)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "id", row->id.p);
    if (row->cls.n)
        cJSON_AddStringToObject(o, "class", row->cls.p);
    cJSON_AddStringToObject(o, "task", row->title.p);
    cJSON_AddStringToObject(o, "favours", favours_name(row));
    cJSON_AddStringToObject(o, "margin", margin_name(row->margin));
    if (row->scales)
        cJSON_AddStringToObject(o, "scales_with", row->scales_with.p);
    cJSON_AddBoolToObject(o, "closes_when_asked", row->closes_when_asked);
    cJSON_AddStringToObject(o, "basis", tt_basis_name(row->basis));
    cJSON_AddBoolToObject(o, "modifier", row->modifier);
    cJSON_AddStringToObject(o, "statement", row->statement.p);
    return o;
}

int tt_findings_write_json(const struct tt_router *router, tt_str id, struct tt_buf *out)
{
    const struct tt_finding_row *rows, *row = NULL;
    size_t n = tt_router_findings(router, &rows);
    cJSON *o;
    char *text;
    int err;

    if (id.n && !(row = tt_router_finding(router, id)))
        return tt_findings_write_text(router, id, out);
    o = row ? row_json(row) : cJSON_CreateArray();
    for (size_t i = 0; i < n && !row; i++)
        cJSON_AddItemToArray(o, row_json(&rows[i]));
    text = cJSON_PrintUnformatted(o);
    err = text ? tt_buf_adds(out, text) : TT_ENOMEM;
    cJSON_free(text);
    cJSON_Delete(o);
    return err;
}
