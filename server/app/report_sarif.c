/* report_sarif.c -- findings as SARIF 2.1.0, for code scanning services.
 *
 * Columns are code points from 1 ("columnKind": "unicodeCodePoints"); paths are
 * relative references in URI form. */
#include "app/files.h"
#include "app/report.h"

static const char *level_of(enum tt_severity severity)
{
    switch (severity) {
    case TT_SEVERITY_ERROR:
        return "error";
    case TT_SEVERITY_WARNING:
        return "warning";
    default:
        return "note";
    }
}

static void write_text(struct tt_json_writer *w, const char *key, tt_str text)
{
    tt_jw_key_object(w, key);
    tt_jw_member(w, "text", text);
    tt_jw_object_end(w);
}

static void write_rule(struct tt_json_writer *w, const struct tt_rule_info *rule)
{
    tt_jw_object(w);
    tt_jw_member(w, "id", rule->id);
    write_text(w, "shortDescription", rule->title.n ? rule->title : rule->id);
    if (rule->note.n)
        write_text(w, "help", rule->note);
    tt_jw_key_object(w, "defaultConfiguration");
    tt_jw_member_cstr(w, "level", level_of(rule->severity));
    tt_jw_object_end(w);
    tt_jw_key_object(w, "properties");
    tt_jw_key_array(w, "tags");
    tt_jw_cstr(w, tt_task_id(rule->finding));
    tt_jw_array_end(w);
    tt_jw_object_end(w);
    tt_jw_object_end(w);
}

/* Only what a path may not hold in a URI is escaped. */
static void write_uri(struct tt_json_writer *w, const char *path)
{
    struct tt_buf uri = TT_BUF_INIT(1 << 20);

    for (const char *p = path; *p; p++) {
        unsigned char c = (unsigned char)*p;

        if (c <= ' ' || c >= 0x7f || strchr("%:\"<>\\^`{|}?#[]", c))
            tt_buf_addf(&uri, "%%%02X", c);
        else
            tt_buf_addc(&uri, (char)c);
    }
    tt_jw_member(w, "uri", tt_buf_str(&uri));
    tt_buf_release(&uri);
}

static void write_region(struct tt_json_writer *w, const char *key, const struct tt_text *text,
                         struct tt_range range)
{
    struct tt_position_range at = tt_text_position_range(text, range, TT_UTF32);

    tt_jw_key_object(w, key);
    tt_jw_member_uint(w, "startLine", at.start.line + 1u);
    tt_jw_member_uint(w, "startColumn", at.start.character + 1u);
    tt_jw_member_uint(w, "endLine", at.end.line + 1u);
    tt_jw_member_uint(w, "endColumn", at.end.character + 1u);
    tt_jw_object_end(w);
}

static void write_artifact(struct tt_json_writer *w, const char *path)
{
    tt_jw_key_object(w, "artifactLocation");
    write_uri(w, path);
    tt_jw_object_end(w);
}

static void write_place(struct tt_json_writer *w, const char *path, const struct tt_text *text,
                        struct tt_range range)
{
    tt_jw_key_object(w, "physicalLocation");
    write_artifact(w, path);
    write_region(w, "region", text, range);
    tt_jw_object_end(w);
}

static void write_related(struct tt_json_writer *w, const char *path, const struct tt_text *text,
                          const struct tt_finding *finding)
{
    tt_jw_key_array(w, "relatedLocations");
    for (size_t i = 0; i < finding->n_related; i++) {
        tt_jw_object(w);
        write_place(w, path, text, finding->related[i].range);
        write_text(w, "message", finding->related[i].message);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
}

static void write_fix(struct tt_json_writer *w, const char *path, const struct tt_text *text,
                      const struct tt_finding *finding)
{
    tt_jw_key_array(w, "fixes");
    tt_jw_object(w);
    write_text(w, "description", finding->fix_title);
    tt_jw_key_array(w, "artifactChanges");
    tt_jw_object(w);
    write_artifact(w, path);
    tt_jw_key_array(w, "replacements");
    for (size_t i = 0; i < finding->n_edits; i++) {
        tt_jw_object(w);
        write_region(w, "deletedRegion", text, finding->edits[i].range);
        write_text(w, "insertedContent", finding->edits[i].text);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
    tt_jw_object_end(w);
    tt_jw_array_end(w);
    tt_jw_object_end(w);
    tt_jw_array_end(w);
}

static size_t index_of(const struct tt_rules *rules, const struct tt_rule_info *rule)
{
    size_t i = 0;

    while (i < tt_rules_count(rules) && tt_rules_at(rules, i) != rule)
        i++;
    return i;
}

static void write_result(struct tt_json_writer *w, const struct tt_report *report, size_t file,
                         const struct tt_finding *finding)
{
    const char *path = report->walk->paths[file];
    const struct tt_text *text = report->scan->files[file].code.text;

    tt_jw_object(w);
    tt_jw_member(w, "ruleId", finding->rule->id);
    tt_jw_member_uint(w, "ruleIndex", index_of(report->rules, finding->rule));
    tt_jw_member_cstr(w, "level", level_of(finding->severity));
    write_text(w, "message", finding->message);
    tt_jw_key_array(w, "locations");
    tt_jw_object(w);
    write_place(w, path, text, finding->range);
    tt_jw_object_end(w);
    tt_jw_array_end(w);
    if (finding->n_related)
        write_related(w, path, text, finding);
    if (finding->n_edits)
        write_fix(w, path, text, finding);
    tt_jw_object_end(w);
}

/* What could not be looked at: else its absence would read as "nothing found". */
static void write_invocation(struct tt_json_writer *w, const struct tt_report *report)
{
    tt_jw_key_array(w, "invocations");
    tt_jw_object(w);
    tt_jw_member_bool(w, "executionSuccessful", true);
    tt_jw_key_array(w, "toolExecutionNotifications");
    for (size_t i = 0; i < report->scan->n; i++) {
        if (!report->scan->files[i].err)
            continue;
        tt_jw_object(w);
        tt_jw_member_cstr(w, "level", "warning");
        write_text(w, "message", tt_str_from(tt_file_why(report->scan->files[i].err)));
        tt_jw_key_array(w, "locations");
        tt_jw_object(w);
        tt_jw_key_object(w, "physicalLocation");
        write_artifact(w, report->walk->paths[i]);
        tt_jw_object_end(w);
        tt_jw_object_end(w);
        tt_jw_array_end(w);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
    tt_jw_object_end(w);
    tt_jw_array_end(w);
}

static void write_driver(struct tt_json_writer *w, const struct tt_rules *rules)
{
    tt_jw_key_object(w, "tool");
    tt_jw_key_object(w, "driver");
    tt_jw_member_cstr(w, "name", "trimtab");
    tt_jw_member_cstr(w, "version", TT_VERSION);
    tt_jw_key_array(w, "rules");
    for (size_t i = 0; i < tt_rules_count(rules); i++)
        write_rule(w, tt_rules_at(rules, i));
    tt_jw_array_end(w);
    tt_jw_object_end(w);
    tt_jw_object_end(w);
}

void tt_report_sarif(const struct tt_report *report, struct tt_buf *out)
{
    struct tt_json_writer w;

    tt_json_writer_init(&w, out);
    tt_jw_object(&w);
    tt_jw_member_cstr(&w, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    tt_jw_member_cstr(&w, "version", "2.1.0");
    tt_jw_key_array(&w, "runs");
    tt_jw_object(&w);
    write_driver(&w, report->rules);
    tt_jw_member_cstr(&w, "columnKind", "unicodeCodePoints");
    write_invocation(&w, report);
    tt_jw_key_array(&w, "results");
    for (size_t i = 0; i < report->scan->n; i++) {
        const struct tt_findings *findings = &report->scan->files[i].findings;

        for (size_t f = 0; f < findings->n; f++)
            write_result(&w, report, i, &findings->at[f]);
    }
    tt_jw_array_end(&w);
    tt_jw_object_end(&w);
    tt_jw_array_end(&w);
    tt_jw_object_end(&w);
    tt_buf_addc(out, '\n');
}
