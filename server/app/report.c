/* report.c -- see report.h. */
#include "app/report.h"

#include "app/excerpt.h"
#include "lsp/types.h"

int tt_report_format_from(const struct tt_command *command, const char *word, bool json,
                          enum tt_report_format *out)
{
    static const char *const names[] = { "text", "json", "sarif", "github" };

    *out = json ? TT_REPORT_JSON : TT_REPORT_TEXT;
    if (!word)
        return -1;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(word, names[i]) == 0) {
            *out = (enum tt_report_format)i;
            return -1;
        }
    }
    return tt_args_bad(command, "--format is text, json, sarif or github, not \"%s\"", word);
}

int tt_encoding_from(const struct tt_command *command, const char *word, enum tt_encoding *out)
{
    static const struct {
        const char *name;
        enum tt_encoding encoding;
    } rows[] = { { "utf-16", TT_UTF16 }, { "utf-8", TT_UTF8 }, { "utf-32", TT_UTF32 } };

    *out = TT_UTF16;
    for (size_t i = 0; word && i < 3; i++) {
        if (strcmp(word, rows[i].name) == 0) {
            *out = rows[i].encoding;
            return -1;
        }
    }
    return word ? tt_args_bad(command, "--encoding is utf-8, utf-16 or utf-32, not \"%s\"", word)
                : -1;
}

void tt_report_range(struct tt_json_writer *w, const struct tt_text *text, struct tt_range range,
                     enum tt_encoding encoding)
{
    tt_lsp_write_range(w, tt_text_position_range(text, range, encoding));
}

/* ---- text ---- */

static const char *severity_color(const struct tt_colors *colors, enum tt_severity severity)
{
    switch (severity) {
    case TT_SEVERITY_ERROR:
        return colors->red;
    case TT_SEVERITY_WARNING:
        return colors->yellow;
    default:
        return colors->cyan;
    }
}

static void add_fix_line(const struct tt_report *report, const struct tt_finding *finding,
                         struct tt_buf *out)
{
    const struct tt_colors *c = report->colors;

    if (finding->fix == TT_FIX_SAFE)
        tt_buf_addf(out, "%s       = %sfix:%s %.*s (trimtab fix)\n", c->dim, c->green, c->off,
                    TT_STR_ARG(finding->fix_title));
    else if (finding->fix == TT_FIX_OFFERED)
        tt_buf_addf(out, "%s       = %sfix:%s %.*s (trimtab fix --rule %.*s)\n", c->dim, c->green,
                    c->off, TT_STR_ARG(finding->fix_title), TT_STR_ARG(finding->rule->id));
    else if (finding->fix == TT_FIX_MODEL)
        tt_buf_addf(out, "%s       = model:%s %.*s\n", c->dim, c->off,
                    TT_STR_ARG(finding->fix_title));
}

static void text_finding(const struct tt_report *report, const char *path,
                         const struct tt_code *code, const struct tt_finding *finding,
                         struct tt_buf *out)
{
    const struct tt_colors *c = report->colors;
    struct tt_position at = tt_text_position(code->text, finding->range.start, TT_UTF32);
    const char *color = severity_color(c, finding->severity);

    tt_buf_adds(out, c->bold);
    tt_out_add_path(out, path);
    tt_buf_addf(out, ":%u:%u:%s %s%s:%s ", at.line + 1, at.character + 1, c->off, color,
                tt_severity_name(finding->severity), c->off);
    tt_out_add_safe(out, finding->message);
    tt_buf_addf(out, " %s[%.*s, %s]%s\n", c->dim, TT_STR_ARG(finding->rule->id),
                tt_task_id(finding->rule->finding), c->off);
    tt_excerpt_add(out, code->text, finding->range, c, color);
    for (size_t i = 0; i < finding->n_related; i++) {
        at = tt_text_position(code->text, finding->related[i].range.start, TT_UTF32);
        tt_buf_addf(out, "%s       = line %u:%s ", c->dim, at.line + 1, c->off);
        tt_out_add_safe(out, finding->related[i].message);
        tt_buf_addc(out, '\n');
    }
    add_fix_line(report, finding, out);
    tt_buf_addc(out, '\n');
}

static void text_summary(const struct tt_report *report, struct tt_buf *out)
{
    size_t with = 0, safe = 0, offered = 0, hidden = 0, aside = 0;

    for (size_t i = 0; i < report->scan->n; i++) {
        const struct tt_findings *findings = &report->scan->files[i].findings;

        with += findings->n > 0;
        hidden += findings->suppressed;
        aside += report->scan->files[i].aside;
        for (size_t f = 0; f < findings->n; f++) {
            safe += findings->at[f].fix == TT_FIX_SAFE;
            offered += findings->at[f].fix == TT_FIX_OFFERED;
        }
    }
    tt_buf_addf(out, "%zu finding%s in %zu of %zu file%s", report->scan->n_findings,
                report->scan->n_findings == 1 ? "" : "s", with, report->scan->looked_at,
                report->scan->looked_at == 1 ? "" : "s");
    if (hidden)
        tt_buf_addf(out, ", %zu suppressed in the code", hidden);
    if (safe)
        tt_buf_addf(out, ". %zu can be rewritten offline: trimtab fix", safe);
    if (offered)
        tt_buf_addf(out, ". %zu can be rewritten with --rule: trimtab fix --rule ID", offered);
    if (aside > 0 && aside == report->scan->looked_at)
        tt_buf_adds(out, aside == 1 ? ". It is a test, an example or a script by its path: few "
                                      "rules speak there"
                                    : ". All of them are tests, examples or scripts by their "
                                      "paths: few rules speak there");
    tt_buf_addf(out, " (%llu ms)\n", (unsigned long long)report->elapsed_ms);
}

/* ---- json ---- */

/* "fix" says who can mend it without being asked twice; "rewrite" whether the
 * edits change nothing ("safe") or do what fix_title says ("offered"). */
static void json_fix(struct tt_json_writer *w, const struct tt_finding *finding)
{
    bool model = finding->fix == TT_FIX_MODEL ||
                 (finding->fix == TT_FIX_OFFERED && finding->rule->model_title.n > 0);

    tt_jw_key(w, "fix");
    if (finding->fix == TT_FIX_SAFE || model)
        tt_jw_cstr(w, model ? "model" : "safe");
    else
        tt_jw_null(w);
    if (finding->n_edits > 0)
        tt_jw_member_cstr(w, "rewrite", finding->fix == TT_FIX_SAFE ? "safe" : "offered");
    tt_jw_member_opt(w, "fix_title", finding->fix_title);
}

static void json_finding(const struct tt_report *report, struct tt_json_writer *w, const char *path,
                         const struct tt_code *code, const struct tt_finding *finding)
{
    tt_jw_object(w);
    tt_jw_member(w, "id", finding->rule->id);
    tt_jw_member_cstr(w, "finding", tt_task_id(finding->rule->finding));
    tt_jw_member_cstr(w, "path", path);
    tt_jw_key(w, "range");
    tt_report_range(w, code->text, finding->range, report->encoding);
    tt_jw_member_cstr(w, "severity", tt_severity_name(finding->severity));
    tt_jw_member(w, "message", finding->message);
    json_fix(w, finding);
    tt_jw_object_end(w);
}

static void report_json(const struct tt_report *report, struct tt_buf *out)
{
    struct tt_json_writer w;

    tt_json_writer_init(&w, out);
    tt_jw_object(&w);
    tt_jw_key_array(&w, "findings");
    for (size_t i = 0; i < report->scan->n; i++) {
        const struct tt_scan_file *file = &report->scan->files[i];

        for (size_t f = 0; f < file->findings.n; f++)
            json_finding(report, &w, report->walk->paths[i], &file->code, &file->findings.at[f]);
    }
    tt_jw_array_end(&w);
    tt_jw_member_uint(&w, "files", report->scan->looked_at);
    tt_jw_member_uint(&w, "elapsed_ms", report->elapsed_ms);
    tt_jw_object_end(&w);
    tt_buf_addc(out, '\n');
}

/* ---- GitHub's workflow commands ---- */

static void add_escaped(struct tt_buf *out, tt_str s, bool property)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ',')))
            tt_buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
        else
            tt_buf_addc(out, c);
    }
}

static void github_finding(const char *path, const struct tt_code *code,
                           const struct tt_finding *finding, struct tt_buf *out)
{
    struct tt_position_range at = tt_text_position_range(code->text, finding->range, TT_UTF32);
    const char *kind = finding->severity == TT_SEVERITY_ERROR     ? "error"
                       : finding->severity == TT_SEVERITY_WARNING ? "warning"
                                                                  : "notice";

    tt_buf_addf(out, "::%s file=", kind);
    add_escaped(out, tt_str_from(path), true);
    tt_buf_addf(out, ",line=%u,endLine=%u,col=%u,title=", at.start.line + 1, at.end.line + 1,
                at.start.character + 1);
    add_escaped(out, finding->rule->id, true);
    tt_buf_adds(out, "::");
    add_escaped(out, finding->message, false);
    tt_buf_addc(out, '\n');
}

void tt_report_write(const struct tt_report *report, enum tt_report_format format,
                     struct tt_buf *out)
{
    if (format == TT_REPORT_JSON) {
        report_json(report, out);
        return;
    }
    if (format == TT_REPORT_SARIF) {
        tt_report_sarif(report, out);
        return;
    }
    for (size_t i = 0; i < report->scan->n; i++) {
        const struct tt_scan_file *file = &report->scan->files[i];
        const char *path = report->walk->paths[i];

        for (size_t f = 0; f < file->findings.n; f++) {
            if (format == TT_REPORT_GITHUB)
                github_finding(path, &file->code, &file->findings.at[f], out);
            else
                text_finding(report, path, &file->code, &file->findings.at[f], out);
        }
    }
    if (format == TT_REPORT_TEXT)
        text_summary(report, out);
}
