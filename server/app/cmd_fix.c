/* cmd_fix.c -- `trimtab fix`: the rewrites that are certain, as a diff or written. */
#include "app/excerpt.h"
#include "app/files.h"
#include "app/report.h"
#include "app/settings.h"
#include "syntax/parse.h"
#include "text/diff.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct fix {
    struct tt_args_list only;
    bool write, json;
    enum tt_encoding encoding;

    struct tt_buf out;
    struct tt_json_writer w;
    size_t rewrites, files, failed;
    size_t left;    /* rewrites that others were in the way of */
    size_t offered; /* rewrites that were left out, because no rule was named */
};

/* Would the result be worse to parse than the file is?  Rules promise that it is
 * not; this is the belt to those braces. */
static bool breaks_syntax(const struct tt_scan_file *file, tt_str after)
{
    struct tt_code changed;
    bool worse = false;

    if (file->sound) {
        worse = tt_code_set(&changed, file->code.path, after) || tt_code_parse(&changed, NULL) ||
                (changed.tree && tt_tree_has_error(changed.tree));
        tt_code_release(&changed);
    }
    return worse;
}

static void show_json(struct fix *fix, const struct tt_code *code, const struct tt_text_edit *edits,
                      size_t n, bool written)
{
    tt_jw_object(&fix->w);
    tt_jw_member_cstr(&fix->w, "path", code->path);
    tt_jw_key_array(&fix->w, "edits");
    for (size_t i = 0; i < n; i++) {
        tt_jw_object(&fix->w);
        tt_jw_key(&fix->w, "range");
        tt_report_range(&fix->w, code->text, edits[i].range, fix->encoding);
        tt_jw_member(&fix->w, "newText", edits[i].text);
        tt_jw_object_end(&fix->w);
    }
    tt_jw_array_end(&fix->w);
    tt_jw_member_bool(&fix->w, "written", written);
    tt_jw_object_end(&fix->w);
}

static bool write_file(struct fix *fix, const struct tt_code *code, tt_str after)
{
    int err = tt_file_replace(code->path, tt_code_bytes(code), after);

    if (!err)
        return true;
    fix->failed++;
    tt_say("%s was not written: %s", code->path, tt_file_why(err));
    return false;
}

/* A rule that is named is chosen: then its rewrites are made also where they
 * change what the code does. */
static bool with_offered(const struct fix *fix)
{
    return fix->only.n > 0;
}

static size_t count_fixes(const struct tt_findings *findings, enum tt_fix_kind kind)
{
    size_t n = 0;

    for (size_t i = 0; i < findings->n; i++)
        n += findings->at[i].fix == kind;
    return n;
}

/* The findings whose rewrites are to be made. */
static size_t to_rewrite(const struct fix *fix, const struct tt_findings *findings)
{
    return count_fixes(findings, TT_FIX_SAFE) +
           (with_offered(fix) ? count_fixes(findings, TT_FIX_OFFERED) : 0);
}

static int fix_file(struct fix *fix, struct tt_scan_file *file)
{
    struct tt_buf after = TT_BUF_INIT(TT_BUF_OWN);
    const struct tt_code *code = &file->code;
    struct tt_text_edit *edits;
    size_t n, left;
    int err = tt_rules_fix_all(file->findings.at, file->findings.n, with_offered(fix), &file->arena,
                               &edits, &n, &left);
    bool written = false;

    if (!err && n)
        err = tt_diff_apply(tt_code_bytes(code), edits, n, &after);
    if (!err && n && breaks_syntax(file, tt_buf_str(&after))) {
        tt_say("%s: the rewrites would break its syntax, so none is made. Please report this.",
               code->path);
        fix->failed++;
    } else if (!err && n) {
        if (fix->write)
            written = write_file(fix, code, tt_buf_str(&after));
        if (written || !fix->write) {
            fix->files++;
            fix->rewrites += to_rewrite(fix, &file->findings) - left;
            fix->left += left;
        }
        if (fix->json)
            show_json(fix, code, edits, n, written);
        else
            err = tt_diff_add(&fix->out, code->path, tt_code_bytes(code), tt_buf_str(&after),
                              tt_colors_for(stdout));
    }
    tt_buf_release(&after);
    return err;
}

static int fix_all(struct fix *fix, struct tt_scan *scan)
{
    int err = 0;

    tt_json_writer_init(&fix->w, &fix->out);
    if (fix->json) {
        tt_jw_object(&fix->w);
        tt_jw_key_array(&fix->w, "files");
    }
    for (size_t i = 0; i < scan->n && !err; i++) {
        if (!with_offered(fix))
            fix->offered += count_fixes(&scan->files[i].findings, TT_FIX_OFFERED);
        if (to_rewrite(fix, &scan->files[i].findings))
            err = fix_file(fix, &scan->files[i]);
    }
    if (fix->json) {
        tt_jw_array_end(&fix->w);
        tt_jw_object_end(&fix->w);
        tt_buf_addc(&fix->out, '\n');
    }
    return err;
}

/* On stderr, so that the diff on stdout can be piped to git apply. */
static void say_summary(const struct fix *fix, const struct tt_scan *scan)
{
    if (fix->json)
        return;
    if (!fix->rewrites && !fix->failed)
        tt_say("nothing to rewrite offline in %zu file%s", scan->looked_at,
               scan->looked_at == 1 ? "" : "s");
    else
        tt_say("%zu rewrite%s in %zu file%s%s", fix->rewrites, fix->rewrites == 1 ? "" : "s",
               fix->files, fix->files == 1 ? "" : "s", fix->write ? "" : "; --write makes them");
    if (fix->left)
        tt_say("%zu more stand%s in the same places: run it again %s", fix->left,
               fix->left == 1 ? "s" : "", fix->write ? "for those" : "after --write");
    if (fix->offered)
        tt_say("%zu more would change what the code does, as their titles in `trimtab check` say: "
               "--rule ID makes those of that rule",
               fix->offered);
}

static int run(struct fix *fix, const struct tt_args *args)
{
    struct tt_cli_settings settings = { 0 };
    struct tt_rules *rules = NULL;
    struct tt_walk walk = { 0 };
    struct tt_scan scan = { 0 };
    int code = TT_EXIT_USAGE;
    int err = tt_cli_settings_load(args->at[0], &settings);

    if (!err)
        err = tt_cli_rules_load(&settings, &fix->only, &rules);
    if (!err)
        err = tt_walk_paths(args->at, args->n, &settings, &walk);
    if (!err)
        err = tt_scan_run(&walk, rules, &settings, &scan);
    if (!err)
        err = fix_all(fix, &scan);
    if (!err && tt_scan_failed(&scan, &walk, args->at, args->n))
        fix->failed++;
    if (!err) {
        code = tt_out_finish(&fix->out, fix->failed ? TT_EXIT_USAGE : TT_EXIT_OK);
        say_summary(fix, &scan);
    } else if (err == TT_ENOMEM) {
        tt_out_of_memory();
    }
    tt_buf_release(&fix->out);
    tt_scan_release(&scan);
    tt_walk_release(&walk);
    tt_rules_destroy(rules);
    tt_cli_settings_release(&settings);
    return code;
}

int tt_cmd_fix(const struct tt_command *command, int argc, char **argv)
{
    struct fix fix = { .out = TT_BUF_INIT(TT_BUF_OWN) };
    const char *encoding = NULL;
    const struct tt_option options[] = {
        { .name = "rule",
          .letter = 'r',
          .value = "ID",
          .help = "only this rule or finding, also where its rewrite changes what the code does",
          .list = &fix.only },
        { .name = "write", .letter = 'w', .help = "change the files", .flag = &fix.write },
        { .name = "json", .help = "print JSON instead of a diff", .flag = &fix.json },
        { .name = "encoding",
          .value = "ENC",
          .help = "of positions in JSON: utf-8, utf-16 (default), utf-32",
          .text = &encoding },
    };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    code = tt_encoding_from(command, encoding, &fix.encoding);
    if (code < 0 && !args.n)
        code = tt_args_bad(command, "which files? For example: trimtab fix .");
    if (code < 0)
        code = run(&fix, &args);
    tt_args_release(&args);
    return code;
}
