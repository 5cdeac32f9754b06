/* cmd_apply.c -- `trimtab apply`: a model's answer, from standard input, to a file. */
#include "app/code.h"
#include "app/excerpt.h"
#include "app/files.h"
#include "app/report.h"
#include "app/target.h"
#include "text/diff.h"
#include "trimtab/edit.h"
#include "trimtab/error.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define FILE_MAX   ((size_t)64 << 20)
#define ANSWER_MAX ((size_t)64 << 20)

struct apply {
    const char *path;
    struct tt_target target;
    bool has_range;
    enum tt_edit_format format;
    enum tt_encoding encoding;
    bool json, drop_noise, write, held, incomplete;
    struct tt_code code;
    struct tt_buf answer;
    struct tt_range allowed;
};

/* ---- what the plan comes to ---- */

/* The edits that count: all, or those of the hunks that are no noise. */
static bool is_wanted(const struct apply *apply, const struct tt_edit_plan *plan, size_t edit)
{
    for (size_t i = 0; i < tt_edit_plan_hunk_count(plan); i++) {
        const struct tt_edit_hunk *hunk = tt_edit_plan_hunk_at(plan, i);

        if (edit >= hunk->first_edit && edit < hunk->first_edit + hunk->n_edits)
            return !apply->drop_noise || hunk->noise == TT_NOISE_NONE;
    }
    return true;
}

static void write_edits(const struct apply *apply, const struct tt_edit_plan *plan,
                        struct tt_json_writer *w)
{
    tt_jw_key_array(w, "edits");
    for (size_t i = 0; i < tt_edit_plan_count(plan); i++) {
        const struct tt_text_edit *edit = tt_edit_plan_at(plan, i);

        if (!is_wanted(apply, plan, i))
            continue;
        tt_jw_object(w);
        tt_jw_key(w, "range");
        tt_report_range(w, apply->code.text, edit->range, apply->encoding);
        tt_jw_member(w, "newText", edit->text);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
}

static const char *noise_name(enum tt_edit_noise noise)
{
    static const char *const names[] = {
        [TT_NOISE_LAYOUT] = "layout", [TT_NOISE_COMMENT] = "comment", [TT_NOISE_RENAME] = "rename"
    };

    return noise == TT_NOISE_NONE ? NULL : names[noise];
}

static void write_hunks(const struct apply *apply, const struct tt_edit_plan *plan,
                        struct tt_json_writer *w)
{
    tt_jw_key_array(w, "hunks");
    for (size_t i = 0; i < tt_edit_plan_hunk_count(plan); i++) {
        const struct tt_edit_hunk *hunk = tt_edit_plan_hunk_at(plan, i);

        tt_jw_object(w);
        tt_jw_key(w, "range");
        tt_report_range(w, apply->code.text, hunk->edit.range, apply->encoding);
        tt_jw_member(w, "newText", hunk->edit.text);
        tt_jw_member_opt(w, "label", hunk->label);
        if (noise_name(hunk->noise))
            tt_jw_member_cstr(w, "noise", noise_name(hunk->noise));
        if (hunk->in_imports)
            tt_jw_member_bool(w, "imports", true);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
}

static void write_candidates(const struct tt_edit_plan *plan, struct tt_json_writer *w)
{
    if (!tt_edit_plan_candidate_count(plan))
        return;
    tt_jw_key_array(w, "candidates");
    for (size_t i = 0; i < tt_edit_plan_candidate_count(plan); i++) {
        const struct tt_edit_candidate *c = tt_edit_plan_candidate_at(plan, i);

        tt_jw_object(w);
        tt_jw_member_uint(w, "line", c->line);
        tt_jw_member_uint(w, "similarity", c->similarity);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
}

static void write_skipped(const struct tt_edit_plan *plan, struct tt_json_writer *w)
{
    if (!tt_edit_plan_skipped_count(plan))
        return;
    tt_jw_key_array(w, "skipped");
    for (size_t i = 0; i < tt_edit_plan_skipped_count(plan); i++)
        tt_jw_str(w, tt_edit_plan_skipped_at(plan, i));
    tt_jw_array_end(w);
}

static void show_json(const struct apply *apply, const struct tt_edit_plan *plan, tt_str after,
                      struct tt_buf *out)
{
    enum tt_verdict verdict = tt_edit_plan_verdict(plan);
    struct tt_json_writer w;

    tt_json_writer_init(&w, out);
    tt_jw_object(&w);
    tt_jw_member_cstr(&w, "verdict", tt_verdict_name(verdict));
    tt_jw_member(&w, "reason", tt_edit_plan_reason(plan));
    tt_jw_member_opt(&w, "warning", tt_edit_plan_warning(plan));
    tt_jw_member_opt(&w, "advice", tt_edit_plan_advice(plan));
    tt_jw_member_cstr(&w, "format", tt_edit_format_name(tt_edit_plan_format(plan)));
    if (tt_edit_plan_held(plan))
        tt_jw_member_bool(&w, "held", true);
    write_edits(apply, plan, &w);
    write_hunks(apply, plan, &w);
    write_candidates(plan, &w);
    write_skipped(plan, &w);
    if (verdict == TT_EDIT_READY)
        tt_jw_member(&w, "result", after);
    tt_jw_object_end(&w);
    tt_buf_addc(out, '\n');
}

/* ---- for people ---- */

static void show_text(const struct apply *apply, const struct tt_edit_plan *plan, tt_str after,
                      struct tt_buf *out)
{
    bool ready = tt_edit_plan_verdict(plan) == TT_EDIT_READY;

    if (ready || tt_edit_plan_held(plan))
        tt_diff_add(out, apply->path, tt_code_bytes(&apply->code), after, tt_colors_for(stdout));
    tt_say("%s: %.*s", tt_verdict_name(tt_edit_plan_verdict(plan)),
           TT_STR_ARG(tt_edit_plan_reason(plan)));
    if (tt_edit_plan_warning(plan).n)
        tt_say("warning: %.*s", TT_STR_ARG(tt_edit_plan_warning(plan)));
    for (size_t i = 0; i < tt_edit_plan_candidate_count(plan); i++) {
        const struct tt_edit_candidate *c = tt_edit_plan_candidate_at(plan, i);

        tt_say("  line %u is %u %% alike", c->line, c->similarity);
    }
    for (size_t i = 0; i < tt_edit_plan_skipped_count(plan); i++)
        tt_say("  left out: %.*s is another file", TT_STR_ARG(tt_edit_plan_skipped_at(plan, i)));
    for (size_t i = 0; i < tt_edit_plan_hunk_count(plan); i++) {
        const struct tt_edit_hunk *hunk = tt_edit_plan_hunk_at(plan, i);

        if (hunk->noise != TT_NOISE_NONE)
            tt_say("  %.*s changes only %s%s", TT_STR_ARG(hunk->label), noise_name(hunk->noise),
                   apply->drop_noise ? ": left out" : "; --drop-noise leaves it out");
    }
    if (tt_edit_plan_held(plan) && !apply->held)
        tt_say("  held back; --held applies it all the same");
}

/* ---- the work ---- */

static int finish(const struct apply *apply, const struct tt_edit_plan *plan)
{
    enum tt_verdict verdict = tt_edit_plan_verdict(plan);
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN), after = TT_BUF_INIT(TT_BUF_OWN);
    bool held = tt_edit_plan_held(plan) && apply->held;
    int code = verdict == TT_EDIT_READY || verdict == TT_EDIT_UNCHANGED || held ? TT_EXIT_OK
                                                                                : TT_EXIT_FOUND;
    int err = tt_edit_plan_result(plan, tt_code_bytes(&apply->code), apply->drop_noise, &after);

    if (err) {
        tt_out_of_memory();
        code = TT_EXIT_USAGE;
    } else {
        if (apply->json)
            show_json(apply, plan, tt_buf_str(&after), &out);
        else
            show_text(apply, plan, tt_buf_str(&after), &out);
        code = tt_out_finish(&out, code);
    }
    if (code == TT_EXIT_OK && apply->write && (verdict == TT_EDIT_READY || held)) {
        err = tt_file_replace(apply->path, tt_code_bytes(&apply->code), tt_buf_str(&after));
        if (err) {
            tt_say("%s was not written: %s", apply->path, tt_file_why(err));
            code = TT_EXIT_USAGE;
        }
    }
    tt_buf_release(&after);
    return code;
}

static int make_plan(struct apply *apply)
{
    struct tt_edit_plan *plan;
    struct tt_edit_input in = { .before = tt_code_bytes(&apply->code),
                                .path = tt_str_from(apply->path),
                                .loose_path = true,
                                .complete = !apply->incomplete,
                                .answer = tt_buf_str(&apply->answer),
                                .format = apply->format,
                                .lang = apply->code.lang,
                                .tree = apply->code.tree };
    int code;

    if (apply->has_range) {
        in.allowed = &apply->allowed;
        in.n_allowed = 1;
        in.imports_allowed = true;
    }
    if (tt_edit_plan_create(&in, &plan))
        return tt_out_of_memory();
    code = finish(apply, plan);
    tt_edit_plan_destroy(plan);
    return code;
}

static int read_stdin(struct tt_buf *out)
{
    char piece[1 << 16];
    ssize_t n;

    while ((n = read(STDIN_FILENO, piece, sizeof(piece))) != 0) {
        if (n < 0 && errno != EINTR)
            return TT_EIO;
        if (n > 0 && tt_buf_add(out, (tt_str){ piece, (size_t)n }))
            return out->err;
    }
    return 0;
}

static int run(struct apply *apply)
{
    int err = tt_code_load(&apply->code, apply->path, FILE_MAX);

    if (!err)
        err = tt_code_parse(&apply->code, NULL);
    if (err) {
        tt_say("%s: %s", apply->path, tt_file_why(err));
        return TT_EXIT_USAGE;
    }
    if (apply->has_range &&
        tt_target_range(&apply->target, apply->code.text, true, &apply->allowed)) {
        tt_target_say_short(apply->path, apply->code.text);
        return TT_EXIT_USAGE;
    }
    if (isatty(STDIN_FILENO))
        tt_say("waiting for the answer on standard input (end with Ctrl-D)");
    err = read_stdin(&apply->answer);
    if (err) {
        tt_say("the answer cannot be read: %s", tt_file_why(err));
        return TT_EXIT_USAGE;
    }
    return make_plan(apply);
}

static int check_words(const struct tt_command *command, struct apply *apply,
                       const struct tt_args *args, const char *range, const char *format)
{
    if (args->n != 1)
        return tt_args_bad(command, args->n ? "one FILE at a time" : "which FILE?");
    apply->path = args->at[0];
    if (range && tt_target_parse_range(range, &apply->target))
        return tt_args_bad(command, "--range is LINE, LINE:COL or START-END, not \"%s\"", range);
    apply->has_range = range;
    if (format && !tt_edit_format_from(tt_str_from(format), &apply->format))
        return tt_args_bad(command,
                           "--format is auto, search-replace, patch, str-replace, udiff or "
                           "region, not \"%s\"",
                           format);
    return -1;
}

int tt_cmd_apply(const struct tt_command *command, int argc, char **argv)
{
    struct apply apply = { .answer = TT_BUF_INIT(ANSWER_MAX) };
    const char *range = NULL, *format = NULL, *encoding = NULL;
    const struct tt_option options[] = {
        { .name = "range",
          .value = "RANGE",
          .help = "where edits may land: LINE or START-END (default: anywhere)",
          .text = &range },
        { .name = "format",
          .value = "FORMAT",
          .help = "auto (default), search-replace, patch, str-replace, udiff, region",
          .text = &format },
        { .name = "json", .help = "print verdict, edits and result as JSON", .flag = &apply.json },
        { .name = "encoding",
          .value = "ENC",
          .help = "of positions in JSON: utf-8, utf-16 (default), utf-32",
          .text = &encoding },
        { .name = "drop-noise",
          .help = "leave out hunks that change only layout, comments or names",
          .flag = &apply.drop_noise },
        { .name = "incomplete",
          .help = "the answer was cut off (it is then always refused)",
          .flag = &apply.incomplete },
        { .name = "held",
          .help = "with --write: also what only the syntax or deletion guard doubts",
          .flag = &apply.held },
        { .name = "write", .letter = 'w', .help = "change the file", .flag = &apply.write },
    };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    code = check_words(command, &apply, &args, range, format);
    if (code < 0)
        code = tt_encoding_from(command, encoding, &apply.encoding);
    if (code < 0)
        code = run(&apply);
    tt_code_release(&apply.code);
    tt_buf_release(&apply.answer);
    tt_args_release(&args);
    return code;
}
