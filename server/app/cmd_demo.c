/* cmd_demo.c -- `trimtab demo`: what an editor does with the server, printed.
 *
 * A real session: `trimtab lsp` runs as a process of its own, the files are
 * opened in it, and everything shown is what it answered.
 */
#include "app/actions.h"
#include "app/args.h"
#include "app/child.h"
#include "app/code.h"
#include "app/excerpt.h"
#include "app/files.h"
#include "app/out.h"
#include "app/walk.h"
#include "lsp/types.h"
#include "lsp/uri.h"
#include "syntax/lang.h"
#include "text/diff.h"
#include "trimtab/error.h"

#include <limits.h>
#include <stdlib.h>

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define MAX_FILES 200
#define ENCODING  TT_UTF16 /* what most editors speak */

struct demo {
    struct tt_child child;
    const struct tt_colors *colors;
    struct tt_buf out;
    size_t n_files, n_with, n_findings, n_edits;
};

struct demo_file {
    struct tt_code code;
    struct tt_buf uri;
};

static tt_str text_of(const struct tt_json *object, const char *key, struct tt_arena *arena)
{
    tt_str s = { 0 };

    (void)!tt_json_string(tt_json_get(object, key), arena, &s, NULL);
    return s;
}

/* What was collected goes to the terminal at once, so that it can be followed. */
static void flush(struct demo *demo)
{
    fwrite(demo->out.p ? demo->out.p : "", 1, demo->out.n, stdout);
    fflush(stdout);
    tt_buf_clear(&demo->out);
}

/* ---- one finding ---- */

static int show_actions(struct demo *demo, const struct demo_file *file,
                        struct tt_position_range place)
{
    struct tt_reply reply;
    int err =
        tt_client_actions(demo->child.client, tt_buf_str(&file->uri), place, (tt_str){ 0 }, &reply);

    if (err)
        return err;
    if (!reply.failed)
        tt_actions_add(&demo->out, reply.result, &reply.arena, demo->colors);
    tt_reply_release(&reply);
    return 0;
}

static int show_finding(struct demo *demo, const struct demo_file *file, const struct tt_json *item,
                        struct tt_arena *arena)
{
    static const char *const names[] = { "note", "error", "warning", "info", "hint" };
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    const struct tt_colors *c = demo->colors;
    struct tt_lsp_diagnostic d;
    const char *color;
    int err = tt_lsp_read_diagnostic(&reader, item, &d);

    if (err)
        return err == TT_ENOMEM ? err : 0;
    color = d.severity == TT_LSP_ERROR ? c->red : c->yellow;
    tt_buf_addf(&demo->out, "\n%s%s:%u:%u:%s %s%s:%s ", c->bold, file->code.path,
                d.range.start.line + 1, d.range.start.character + 1, c->off, color,
                names[d.severity <= TT_LSP_HINT ? d.severity : 0], c->off);
    tt_out_add_safe(&demo->out, d.message);
    tt_buf_addf(&demo->out, " %s[%.*s]%s\n", c->dim, TT_STR_ARG(d.code), c->off);
    tt_excerpt_add(&demo->out, file->code.text,
                   tt_text_range(file->code.text, d.range, ENCODING, NULL), c, color);
    demo->n_findings++;
    err = show_actions(demo, file, d.range);
    flush(demo);
    return err;
}

/* ---- the edits of one file ---- */

static int apply_edits(const struct demo_file *file, const struct tt_json *const *raw, size_t n,
                       struct tt_arena *arena, struct tt_buf *after)
{
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    struct tt_text_edit *edits = tt_arena_array(arena, n + 1, sizeof(*edits));

    if (!edits)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        struct tt_position_range range;

        if (tt_lsp_read_range(&reader, tt_json_get(raw[i], "range"), "range", &range))
            return TT_EPARSE;
        edits[i].range = tt_text_range(file->code.text, range, ENCODING, NULL);
        edits[i].text = text_of(raw[i], "newText", arena);
        if (i && edits[i].range.start < edits[i - 1].range.end)
            return TT_EPARSE; /* the protocol allows any order; this server sorts */
    }
    return tt_diff_apply(tt_code_bytes(&file->code), edits, n, after);
}

static int show_diff(struct demo *demo, const struct demo_file *file, const struct tt_json *edit,
                     struct tt_arena *arena)
{
    struct tt_buf after = TT_BUF_INIT(TT_BUF_OWN);
    const struct tt_json **raw;
    size_t n;
    int err = tt_action_edits(edit, tt_buf_str(&file->uri), arena, &raw, &n);

    if (!err && n) {
        err = apply_edits(file, raw, n, arena, &after);
        tt_buf_addc(&demo->out, '\n');
        if (!err)
            err = tt_diff_add(&demo->out, file->code.path, tt_code_bytes(&file->code),
                              tt_buf_str(&after), demo->colors);
        if (!err)
            demo->n_edits += n;
    }
    tt_buf_release(&after);
    return err;
}

/* Ask for the edit of an action that came without one. */
static int resolve(struct demo *demo, const struct demo_file *file, const struct tt_json *action)
{
    struct tt_reply reply;
    int err = tt_client_request(demo->child.client, "codeAction/resolve", tt_json_raw(action),
                                20000, &reply);

    if (err)
        return err;
    if (!reply.failed)
        err = show_diff(demo, file, tt_json_get(reply.result, "edit"), &reply.arena);
    tt_reply_release(&reply);
    return err;
}

/* Every offline rewrite that an editor would offer in the file, each by itself. */
static int show_rewrites(struct demo *demo, const struct demo_file *file)
{
    struct tt_position_range all = tt_text_position_range(
        file->code.text, (struct tt_range){ 0, tt_text_size(file->code.text) }, ENCODING);
    const struct tt_json *action = NULL;
    struct tt_reply reply;
    int err = tt_client_actions(demo->child.client, tt_buf_str(&file->uri), all,
                                TT_STR("quickfix.trimtab"), &reply);

    if (err)
        return err;
    while (!err && !reply.failed && (action = tt_json_next(reply.result, action, NULL)))
        err = tt_json_get(action, "edit")
                  ? show_diff(demo, file, tt_json_get(action, "edit"), &reply.arena)
                  : resolve(demo, file, action);
    tt_reply_release(&reply);
    flush(demo);
    return err;
}

/* ---- one file ---- */

static int load(struct demo_file *file, const char *path)
{
    struct tt_buf absolute = TT_BUF_INIT(1 << 16);
    int err;

    file->uri = (struct tt_buf)TT_BUF_INIT(1 << 17);
    err = tt_code_load(&file->code, path, (size_t)8 << 20);
    if (!err)
        err = tt_path_absolute(path, &absolute);
    if (!err)
        err = tt_uri_from_path(tt_buf_str(&absolute), &file->uri);
    tt_buf_release(&absolute);
    if (err)
        tt_say("%s was left out: %s", path, tt_file_why(err));
    return err;
}

static int visit(struct demo *demo, const struct demo_file *file)
{
    tt_str uri = tt_buf_str(&file->uri);
    tt_str language = file->code.lang ? tt_lang_id(file->code.lang) : TT_STR("plaintext");
    const struct tt_json *items, *item = NULL;
    struct tt_reply reply;
    size_t before = demo->n_findings;
    int err = tt_client_open(demo->child.client, uri, language, tt_code_bytes(&file->code));

    if (!err)
        err = tt_client_diagnostics(demo->child.client, uri, &reply);
    if (err)
        return err;
    demo->n_files++;
    items = tt_json_get(reply.result, "items");
    while (!err && !reply.failed && (item = tt_json_next(items, item, NULL)))
        err = show_finding(demo, file, item, &reply.arena);
    tt_reply_release(&reply);
    if (!err && demo->n_findings > before) {
        demo->n_with++;
        err = show_rewrites(demo, file);
    }
    return err;
}

static int visit_all(struct demo *demo, const struct tt_walk *walk)
{
    int err = 0;

    for (size_t i = 0; i < walk->n && i < MAX_FILES && !err; i++) {
        struct demo_file file;

        if (load(&file, walk->paths[i]) == 0)
            err = visit(demo, &file);
        tt_code_release(&file.code);
        tt_buf_release(&file.uri);
    }
    if (!err && walk->n > MAX_FILES)
        tt_say("only the first %d of %zu files were opened", MAX_FILES, walk->n);
    return err;
}

/* ---- the whole ---- */

static void say_next(struct demo *demo, const char *self)
{
    const struct tt_colors *c = demo->colors;

    tt_buf_addf(&demo->out,
                "\n%s%zu finding%s in %zu of %zu file%s; %zu edit%s made offline (shown, not "
                "written).%s\n",
                c->bold, demo->n_findings, demo->n_findings == 1 ? "" : "s", demo->n_with,
                demo->n_files, demo->n_files == 1 ? "" : "s", demo->n_edits,
                demo->n_edits == 1 ? "" : "s", c->off);
    tt_buf_addf(&demo->out,
                "\nWhat to do next:\n"
                "  write the offline rewrites     %s fix --write PATH\n"
                "  let a model do the rest        export ANTHROPIC_API_KEY=... or "
                "OPENAI_API_KEY=...,\n"
                "                                 then: %s edit FILE:LINE \"what to change\"\n"
                "  see which model would be asked %s route FILE:LINE\n"
                "  use it in your editor          the server is: %s lsp (see README.md)\n",
                self, self, self, self);
    flush(demo);
}

static int show(struct demo *demo, const char *self, const struct tt_walk *walk, const char *root)
{
    const struct tt_client_hooks hooks = { 0 };
    int err = tt_child_open(&demo->child, self, &hooks), code;

    if (err) {
        tt_say("%s lsp cannot be started", self);
        return TT_EXIT_USAGE;
    }
    err = tt_client_initialize(demo->child.client, root, ENCODING, (tt_str){ 0 });
    if (!err)
        err = visit_all(demo, walk);
    code = tt_child_close(&demo->child);
    if (!err && code == 0) {
        say_next(demo, self);
        return TT_EXIT_OK;
    }
    if (err == TT_ENOMEM)
        return tt_out_of_memory();
    tt_say("the server %s (exit code %d). Run it by hand to see why: %s lsp --log-level debug",
           err == TT_ETIMEOUT ? "did not answer in time" : "ended too early", code, self);
    return TT_EXIT_USAGE;
}

static int run(const struct tt_args *args, const char *server)
{
    struct demo demo = { .colors = tt_colors_for(stdout), .out = TT_BUF_INIT(TT_BUF_OWN) };
    struct tt_cli_settings settings = { 0 };
    struct tt_walk walk = { 0 };
    char self[PATH_MAX] = "";
    size_t n = sizeof(self);
    int code = TT_EXIT_USAGE;
    int err = tt_cli_settings_load(args->at[0], &settings);

    if (!err)
        err = tt_walk_paths(args->at, args->n, &settings, &walk);
    if (!err && !server && uv_exepath(self, &n))
        tt_say("the path of this program is not known; give it by --server");
    else if (!err && !walk.n)
        tt_say("there are no source files of a known language in %s", args->at[0]);
    else if (!err)
        code = show(&demo, server ? server : self, &walk, settings.root);
    tt_walk_release(&walk);
    tt_cli_settings_release(&settings);
    tt_buf_release(&demo.out);
    return code;
}

int tt_cmd_demo(const struct tt_command *command, int argc, char **argv)
{
    const char *server = NULL;
    const struct tt_option options[] = {
        { .name = "server",
          .value = "FILE",
          .help = "the trimtab to start (this one)",
          .text = &server },
    };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    code = args.n ? run(&args, server) : tt_args_bad(command, "which files?");
    tt_args_release(&args);
    return code;
}
