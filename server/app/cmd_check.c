/* cmd_check.c -- `trimtab check`: what the rules find, offline. */
#include "app/report.h"
#include "app/settings.h"
#include "app/since.h"
#include "trimtab/error.h"

#include <stdlib.h>
#include <uv.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct check {
    enum tt_report_format format;
    enum tt_encoding encoding;
    struct tt_args_list only;
    const char *since; /* NULL: everything */
};

/* ---- what is new since a revision ---- */

/* Files that did not change are not even read. */
static void keep_changed_files(struct tt_walk *walk, const struct tt_since *since)
{
    size_t n = 0;

    for (size_t i = 0; i < walk->n; i++) {
        char *path = walk->paths[i];

        walk->paths[i] = NULL;
        if (tt_since_has(since, path))
            walk->paths[n++] = path;
        else
            free(path);
    }
    walk->n = n;
}

/* A finding counts when one of its lines is new. */
static void keep_changed_lines(const struct tt_walk *walk, struct tt_scan *scan,
                               const struct tt_since *since)
{
    for (size_t i = 0; i < scan->n; i++) {
        struct tt_findings *findings = &scan->files[i].findings;
        size_t n = 0;

        for (size_t f = 0; f < findings->n; f++) {
            struct tt_position_range at =
                tt_text_position_range(scan->files[i].code.text, findings->at[f].range, TT_UTF8);

            if (tt_since_touches(since, walk->paths[i], at.start.line, at.end.line))
                findings->at[n++] = findings->at[f];
        }
        scan->n_findings -= findings->n - n;
        findings->n = n;
    }
}

/* ---- the command ---- */

static int report(const struct check *check, const struct tt_walk *walk, const struct tt_scan *scan,
                  const struct tt_rules *rules, uint64_t began)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    const struct tt_report all = { .walk = walk,
                                   .scan = scan,
                                   .rules = rules,
                                   .encoding = check->encoding,
                                   .elapsed_ms = (uv_hrtime() - began) / 1000000,
                                   .colors = tt_colors_for(stdout) };

    tt_report_write(&all, check->format, &out);
    return tt_out_finish(&out, scan->n_findings ? TT_EXIT_FOUND : TT_EXIT_OK);
}

static int run(const struct check *check, const struct tt_args *args)
{
    struct tt_cli_settings settings = { 0 };
    struct tt_rules *rules = NULL;
    struct tt_walk walk = { 0 };
    struct tt_scan scan = { 0 };
    struct tt_since since = { 0 };
    uint64_t began = uv_hrtime();
    int code = TT_EXIT_USAGE;
    int err = tt_cli_settings_load(args->at[0], &settings);

    if (!err)
        err = tt_cli_rules_load(&settings, &check->only, &rules);
    if (!err)
        err = tt_walk_paths(args->at, args->n, &settings, &walk);
    if (!err && check->since)
        err = tt_since_read(args->at[0], check->since, &since);
    if (!err && check->since)
        keep_changed_files(&walk, &since);
    if (!err)
        err = tt_scan_run(&walk, rules, &settings, &scan);
    if (!err && check->since)
        keep_changed_lines(&walk, &scan, &since);
    if (!err) {
        code = report(check, &walk, &scan, rules, began);
        if (tt_scan_failed(&scan, &walk, args->at, args->n))
            code = TT_EXIT_USAGE;
    } else if (err == TT_ENOMEM) {
        tt_out_of_memory();
    }
    if (check->since)
        tt_since_release(&since);
    tt_scan_release(&scan);
    tt_walk_release(&walk);
    tt_rules_destroy(rules);
    tt_cli_settings_release(&settings);
    return code;
}

int tt_cmd_check(const struct tt_command *command, int argc, char **argv)
{
    struct check check = { 0 };
    bool json = false;
    const char *format = NULL, *encoding = NULL;
    const struct tt_option options[] = {
        { .name = "rule",
          .letter = 'r',
          .value = "ID",
          .help = "only this rule or finding; may be repeated",
          .list = &check.only },
        { .name = "format",
          .value = "FORMAT",
          .help = "text, json, sarif or github",
          .text = &format },
        { .name = "since",
          .value = "REV",
          .help = "only what stands on lines that are new since this revision of git",
          .text = &check.since },
        { .name = "json", .help = "short for --format json", .flag = &json },
        { .name = "encoding",
          .value = "ENC",
          .help = "of positions in JSON: utf-8, utf-16 (default), utf-32",
          .text = &encoding },
    };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    code = tt_report_format_from(command, format, json, &check.format);
    if (code < 0)
        code = tt_encoding_from(command, encoding, &check.encoding);
    if (code < 0 && !args.n)
        code = tt_args_bad(command, "which files? For example: trimtab check .");
    if (code < 0)
        code = run(&check, &args);
    tt_args_release(&args);
    return code;
}
