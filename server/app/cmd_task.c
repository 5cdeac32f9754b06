/* cmd_task.c -- `trimtab task`: what kind of task this is, and what says so. */
#include "app/code.h"
#include "app/files.h"
#include "app/report.h"
#include "app/target.h"
#include "trimtab/error.h"
#include "trimtab/task.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FILE_MAX ((size_t)64 << 20)

static void write_complexity(struct tt_json_writer *w, const struct tt_complexity *c)
{
    tt_jw_member_double(w, "complexity", c->value);
    tt_jw_key_object(w, "counts");
    tt_jw_member_uint(w, "resources", c->resources);
    tt_jw_member_uint(w, "joins", c->joins);
    tt_jw_member_uint(w, "ctes", c->ctes);
    tt_jw_member_uint(w, "windows", c->windows);
    tt_jw_member_uint(w, "subqueries", c->subqueries);
    tt_jw_member_uint(w, "branches", c->branches);
    tt_jw_member_uint(w, "awaits", c->awaits);
    tt_jw_member_uint(w, "lines", c->lines);
    tt_jw_member_uint(w, "files", c->files);
    tt_jw_member_uint(w, "tables", c->tables);
    tt_jw_object_end(w);
}

static void show_json(const struct tt_task_result *result, const struct tt_code *code,
                      enum tt_encoding encoding, struct tt_buf *out)
{
    struct tt_json_writer w;

    tt_json_writer_init(&w, out);
    tt_jw_object(&w);
    tt_jw_member_cstr(&w, "task", tt_task_id(result->task));
    tt_jw_member_cstr(&w, "second", tt_task_id(result->second));
    tt_jw_member_double(&w, "confidence", result->confidence);
    write_complexity(&w, &result->complexity);
    tt_jw_key_array(&w, "evidence");
    for (size_t i = 0; i < result->n_evidence; i++) {
        const struct tt_evidence *e = &result->evidence[i];

        tt_jw_object(&w);
        tt_jw_member_cstr(&w, "kind", e->kind);
        tt_jw_member(&w, "text", e->text);
        if (e->has_range) {
            tt_jw_key(&w, "range");
            tt_report_range(&w, code->text, e->range, encoding);
        }
        tt_jw_member_cstr(&w, "task", tt_task_id(e->task));
        tt_jw_member_int(&w, "weight", e->weight);
        tt_jw_object_end(&w);
    }
    tt_jw_array_end(&w);
    tt_jw_object_end(&w);
    tt_buf_addc(out, '\n');
}

static void show_text(const struct tt_task_result *result, const struct tt_code *code,
                      struct tt_buf *out)
{
    const struct tt_colors *c = tt_colors_for(stdout);

    tt_buf_addf(out, "%s%s%s: %s (confidence %.2f, complexity %.2f)\n", c->bold,
                tt_task_id(result->task), c->off, tt_task_words(result->task), result->confidence,
                result->complexity.value);
    if (result->second != TT_TASK_OTHER)
        tt_buf_addf(out, "  or %s: %s\n", tt_task_id(result->second),
                    tt_task_words(result->second));
    for (size_t i = 0; i < result->n_evidence; i++) {
        const struct tt_evidence *e = &result->evidence[i];

        tt_buf_addf(out, "  %s%-10s%s ", c->dim, e->kind, c->off);
        tt_out_add_safe(out, e->text);
        if (e->has_range)
            tt_buf_addf(out, " %s(line %u)%s", c->dim,
                        tt_text_line_at(code->text, e->range.start) + 1, c->off);
        tt_buf_addf(out, " %s-> %s%s\n", c->dim, tt_task_id(e->task), c->off);
    }
    if (!result->n_evidence)
        tt_buf_adds(out, "  nothing here speaks for any finding\n");
}

static int run(const struct tt_target *target, const char *instruction, bool json,
               enum tt_encoding encoding)
{
    struct tt_code code = { 0 };
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_task_input in = { .instruction = tt_str_from(instruction) };
    struct tt_task_result result;
    struct tt_source source;
    int err = tt_code_load(&code, target->path, FILE_MAX);

    if (!err)
        err = tt_code_parse(&code, NULL);
    if (err) {
        tt_say("%s: %s", target->path, tt_file_why(err));
    } else if ((err = tt_target_range(target, code.text, false, &in.range))) {
        tt_target_say_short(target->path, code.text);
    } else {
        source = tt_code_source(&code);
        in.source = &source;
        tt_task_classify(&in, &result);
        if (json)
            show_json(&result, &code, encoding, &out);
        else
            show_text(&result, &code, &out);
    }
    tt_code_release(&code);
    return tt_out_finish(&out, err ? TT_EXIT_USAGE : TT_EXIT_OK);
}

int tt_cmd_task(const struct tt_command *command, int argc, char **argv)
{
    bool json = false;
    const char *encoding_word = NULL;
    enum tt_encoding encoding;
    const struct tt_option options[] = {
        { .name = "json", .help = "print JSON", .flag = &json },
        { .name = "encoding",
          .value = "ENC",
          .help = "of positions in JSON: utf-8, utf-16 (default), utf-32",
          .text = &encoding_word },
    };
    struct tt_target target = { 0 };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    code = tt_encoding_from(command, encoding_word, &encoding);
    if (code < 0 && (args.n < 1 || args.n > 2))
        code = tt_args_bad(command, "needs FILE:RANGE and at most one instruction (in quotes)");
    if (code < 0 && tt_target_parse(args.at[0], &target))
        code = tt_args_bad(command,
                           "\"%s\" has no range: FILE:LINE, FILE:LINE:COL or "
                           "FILE:START-END",
                           args.at[0]);
    if (code < 0)
        code = run(&target, args.n > 1 ? args.at[1] : NULL, json, encoding);
    tt_target_release(&target);
    tt_args_release(&args);
    return code;
}
