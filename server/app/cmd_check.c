/* cmd_check.c -- `trimtab check`: what the rules find, offline. */
#include "app/report.h"
#include "app/settings.h"
#include "trimtab/error.h"

#include <uv.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct check {
    enum tt_report_format format;
    enum tt_encoding encoding;
    struct tt_args_list only;
};

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
    uint64_t began = uv_hrtime();
    int code = TT_EXIT_USAGE;
    int err = tt_cli_settings_load(args->at[0], &settings);

    if (!err)
        err = tt_cli_rules_load(&settings, &check->only, &rules);
    if (!err)
        err = tt_walk_paths(args->at, args->n, &settings, &walk);
    if (!err)
        err = tt_scan_run(&walk, rules, &settings, &scan);
    if (!err)
        code = report(check, &walk, &scan, rules, began);
    else if (err == TT_ENOMEM)
        tt_out_of_memory();
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
