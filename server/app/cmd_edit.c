/* cmd_edit.c -- `trimtab edit`: ask the model, show the smallest edit.
 *
 * --dry-run goes the same way up to the network: the request is caught where it
 * would leave, with a key that is none, and shown.
 */
#include "app/args.h"
#include "app/files.h"
#include "app/loopback.h"
#include "app/out.h"
#include "app/proposal.h"
#include "app/report.h"
#include "trimtab/error.h"

#include <stdlib.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct edit {
    struct tt_target target;
    const char *instruction, *model, *scope;
    bool json, write, dry_run, noise, held;
    enum tt_encoding encoding;
    struct tt_loopback *loopback;

    bool status_shown;     /* a line of progress stands on the terminal */
    bool caught;           /* --dry-run: the request is in `request` */
    struct tt_buf request; /* --dry-run */
    struct tt_buf receipt; /* the session's, as JSON; empty: none came */
    int (*record)(struct tt_io *io, enum tt_record_kind kind, tt_str json); /* the world's */
};

/* ---- while it runs ---- */

static void on_progress(void *arg, tt_str message)
{
    struct edit *edit = arg;

    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r\033[K%.*s", TT_STR_ARG(message));
    edit->status_shown = true;
}

static void end_status(struct edit *edit)
{
    if (edit->status_shown)
        fputs("\r\033[K", stderr);
    edit->status_shown = false;
}

static void on_message(void *arg, int64_t type, tt_str message)
{
    end_status(arg);
    if (type <= 2)
        tt_say("%.*s", TT_STR_ARG(message));
}

/* `data` of tt_io is the world's; the functions below find the command by this. */
static struct edit *running;

/* The receipt tells more than an error does: it is kept here, too. */
static int keep_receipt(struct tt_io *io, enum tt_record_kind kind, tt_str json)
{
    if (kind == TT_RECORD_RECEIPT) {
        tt_buf_clear(&running->receipt);
        tt_buf_add(&running->receipt, json);
    }
    return running->dry_run ? 0 : running->record(io, kind, json);
}

/* ---- --dry-run ---- */

static const char *dry_key(const char *name)
{
    return strcmp(name, "dry run") == 0 ? "dry-run" : NULL;
}

static int dry_run_key(struct tt_io *io, uint64_t id, const struct tt_key_source *source)
{
    struct tt_world *world = io->data;
    const struct tt_key_source none = { .env = TT_STR("dry run") };

    (void)source;
    return tt_keys_get(&world->keys, id, &none);
}

static int dry_run_http(struct tt_io *io, uint64_t id, const struct tt_http_request *req)
{
    struct edit *edit = running;

    (void)io;
    (void)id;
    if (edit->caught)
        return TT_ECANCELED;
    edit->caught = true;
    edit->loopback->stop = true;
    tt_buf_addf(&edit->request, "%.*s %.*s\n", TT_STR_ARG(req->method), TT_STR_ARG(req->url));
    for (size_t i = 0; i < req->n_headers; i++) {
        const struct tt_http_header *h = &req->headers[i];
        bool secret =
            tt_str_eq(h->name, TT_STR("x-api-key")) || tt_str_eq(h->name, TT_STR("authorization"));

        tt_buf_addf(&edit->request, "%.*s: %.*s\n", TT_STR_ARG(h->name),
                    TT_STR_ARG(secret ? TT_STR("(your key)") : h->value));
    }
    tt_buf_addc(&edit->request, '\n');
    tt_buf_add(&edit->request, req->body);
    tt_buf_addc(&edit->request, '\n');
    return 0;
}

static void dry_run_cancel(struct tt_io *io, uint64_t id)
{
    (void)io;
    (void)id;
}

static void prepare(struct tt_loopback *loopback, void *arg)
{
    struct edit *edit = arg;

    running = edit;
    edit->loopback = loopback;
    edit->record = loopback->world.io.record;
    loopback->world.io.record = keep_receipt;
    if (!edit->dry_run)
        return;
    loopback->world.keys.env = dry_key;
    loopback->world.io.key = dry_run_key;
    loopback->world.io.http_start = dry_run_http;
    loopback->world.io.http_cancel = dry_run_cancel;
}

static void add_sent(const struct tt_json *sent, struct tt_arena *arena, struct tt_buf *out)
{
    const struct tt_json *part = NULL;

    while ((part = tt_json_next(sent, part, NULL))) {
        tt_str kind = { 0 }, path = { 0 };
        int64_t tokens = 0, first = 0, last = 0;

        (void)!tt_json_string(tt_json_get(part, "kind"), arena, &kind, NULL);
        (void)!tt_json_string(tt_json_get(part, "path"), arena, &path, NULL);
        (void)!tt_json_int(tt_json_get(part, "tokens"), &tokens);
        (void)!tt_json_int(tt_json_get(part, "first_line"), &first);
        (void)!tt_json_int(tt_json_get(part, "last_line"), &last);
        tt_buf_addf(out, "  %6lld tokens  %.*s", (long long)tokens, TT_STR_ARG(kind));
        if (path.n)
            tt_buf_addf(out, "  %.*s", TT_STR_ARG(path));
        if (first)
            tt_buf_addf(out, ":%lld-%lld", (long long)first, (long long)last);
        tt_buf_addc(out, '\n');
    }
}

static void add_hidden(const struct tt_json *receipt, struct tt_buf *out)
{
    int64_t n = 0;

    (void)!tt_json_int(tt_json_get(receipt, "redacted"), &n);
    if (n > 0)
        tt_buf_addf(out,
                    "%lld secret%s in it would be hidden: TRIMTAB_SECRET_... stands for %s, and "
                    "what the model answers is put back.\n",
                    (long long)n, n == 1 ? "" : "s", n == 1 ? "it" : "them");
}

static int show_dry_run(struct edit *edit)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_text receipt = { 0 };
    struct tt_arena arena;
    struct tt_reply reply;

    /* Ending the request makes its receipt, which lists what was sent. */
    edit->loopback->stop = false;
    if (tt_client_request(edit->loopback->client, "workspace/executeCommand",
                          TT_STR("{\"command\":\"trimtab.cancel\",\"arguments\":[{}]}"), 5000,
                          &reply) == 0)
        tt_reply_release(&reply);
    tt_arena_init(&arena);
    if (edit->receipt.n)
        (void)!tt_json_parse(tt_buf_str(&edit->receipt), &arena, &receipt);
    if (edit->json) {
        struct tt_json_writer w;

        tt_json_writer_init(&w, &out);
        tt_jw_object(&w);
        tt_jw_member(&w, "request", tt_buf_str(&edit->request));
        tt_jw_member_raw_opt(&w, "receipt", tt_buf_str(&edit->receipt));
        tt_jw_object_end(&w);
        tt_buf_addc(&out, '\n');
    } else {
        tt_buf_adds(&out, "Nothing was sent. This would be:\n");
        add_sent(tt_json_get(receipt.root, "sent"), &arena, &out);
        add_hidden(receipt.root, &out);
        tt_buf_addc(&out, '\n');
        tt_buf_add(&out, tt_buf_str(&edit->request));
    }
    tt_arena_release(&arena);
    return tt_out_finish(&out, TT_EXIT_OK);
}

/* ---- the answer ---- */

static void tell_session(struct edit *edit, const struct tt_proposal *proposal)
{
    struct tt_buf params = TT_BUF_INIT(1 << 20);
    struct tt_json_writer w;
    struct tt_reply reply;

    tt_json_writer_init(&w, &params);
    tt_jw_object(&w);
    tt_jw_member_cstr(&w, "command", "trimtab.decide");
    tt_jw_key_array(&w, "arguments");
    tt_jw_object(&w);
    tt_jw_member(&w, "id", proposal->id);
    tt_jw_key_array(&w, "accept");
    for (size_t i = 0; i < proposal->n_edits; i++)
        tt_jw_str(&w, proposal->hunks[i]);
    tt_jw_array_end(&w);
    tt_jw_object_end(&w);
    tt_jw_array_end(&w);
    tt_jw_object_end(&w);
    if (!params.err && tt_client_request(edit->loopback->client, "workspace/executeCommand",
                                         tt_buf_str(&params), 5000, &reply) == 0)
        tt_reply_release(&reply);
    tt_buf_release(&params);
}

static int write_file(struct edit *edit, const struct tt_proposal *proposal)
{
    const struct tt_code *code = &edit->loopback->code;
    struct tt_buf after = TT_BUF_INIT(TT_BUF_OWN);
    int err = tt_proposal_apply(proposal, code, &after);

    if (!err)
        err = tt_file_replace(code->path, tt_code_bytes(code), tt_buf_str(&after));
    tt_buf_release(&after);
    if (err) {
        tt_say("%s was not written: %s", code->path, tt_file_why(err));
        return TT_EXIT_USAGE;
    }
    tell_session(edit, proposal);
    return TT_EXIT_OK;
}

static void show_text(const struct edit *edit, const struct tt_proposal *proposal)
{
    struct tt_buf line = TT_BUF_INIT(1 << 16);

    tt_proposal_receipt(proposal, &line);
    if (line.n)
        tt_say("%.*s", (int)line.n - 1, line.p);
    if (proposal->route.n)
        tt_say("%.*s", TT_STR_ARG(proposal->route));
    if (proposal->why.n)
        tt_say("the model says: %.*s", TT_STR_ARG(proposal->why));
    if (!tt_proposal_is(proposal, "ready"))
        tt_say("%.*s: %.*s", TT_STR_ARG(proposal->verdict), TT_STR_ARG(proposal->reason));
    if (proposal->warning.n)
        tt_say("warning: %.*s", TT_STR_ARG(proposal->warning));
    if (proposal->n_noise)
        tt_say("%zu change%s of layout, comments or names left out; --noise keeps %s",
               proposal->n_noise, proposal->n_noise == 1 ? "" : "s",
               proposal->n_noise == 1 ? "it" : "them");
    if (tt_proposal_is(proposal, "ready") && !edit->write)
        tt_say("nothing was written; --write does it");
    if (tt_proposal_is(proposal, "held") && !edit->held)
        tt_say("it is held back; --write --held applies it all the same");
    if (!proposal->n_edits && !tt_proposal_is(proposal, "unchanged"))
        tt_say("the answer is kept: trimtab log --answer %.*s", TT_STR_ARG(proposal->id));
    tt_buf_release(&line);
}

static int show(struct edit *edit, const struct tt_json *result)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_writer w;
    struct tt_proposal proposal;
    struct tt_arena arena;
    bool ready;
    int code;

    tt_arena_init(&arena);
    if (tt_proposal_read(result, &edit->loopback->code, edit->encoding, edit->noise, &arena,
                         &proposal)) {
        tt_say("the session gave no proposal");
        tt_arena_release(&arena);
        return TT_EXIT_USAGE;
    }
    ready = tt_proposal_is(&proposal, "ready") || (edit->held && tt_proposal_is(&proposal, "held"));
    if (edit->json) {
        tt_json_writer_init(&w, &out);
        tt_proposal_json(&proposal, &w);
        tt_buf_addc(&out, '\n');
    } else {
        tt_proposal_diff(&proposal, &edit->loopback->code, &out);
    }
    code = ready || tt_proposal_is(&proposal, "unchanged") ? TT_EXIT_OK : TT_EXIT_FOUND;
    code = tt_out_finish(&out, code);
    if (!edit->json)
        show_text(edit, &proposal);
    if (edit->write && ready && proposal.n_edits && code == TT_EXIT_OK)
        code = write_file(edit, &proposal);
    tt_arena_release(&arena);
    return code;
}

/* It ended without a proposal, and why was said; the receipt says the rest. */
static int show_failure(struct edit *edit, int code)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_text receipt = { 0 };
    struct tt_arena arena;
    tt_str id = { 0 };
    int64_t written = 0; /* tokens of an answer that was refused */

    tt_arena_init(&arena);
    if (edit->receipt.n && tt_json_parse(tt_buf_str(&edit->receipt), &arena, &receipt) == 0) {
        (void)!tt_json_string(tt_json_get(receipt.root, "id"), &arena, &id, NULL);
        if (edit->json) {
            tt_buf_add(&out, tt_buf_str(&edit->receipt));
            tt_buf_addc(&out, '\n');
        } else if (tt_json_int(tt_json_get(tt_json_get(receipt.root, "tokens"), "out"), &written) ==
                       0 &&
                   written > 0) {
            tt_say("more about it: trimtab log; the answer: trimtab log --answer %.*s",
                   TT_STR_ARG(id));
        }
    }
    tt_arena_release(&arena);
    return tt_out_finish(&out, code);
}

/* ---- asking ---- */

static void write_more(const struct edit *edit, struct tt_buf *out)
{
    struct tt_json_writer w;

    tt_json_writer_init(&w, out); /* members only: the object is the caller's */
    tt_jw_member_cstr(&w, "instruction", edit->instruction);
    tt_jw_member_bool(&w, "apply", false);
    tt_jw_member_opt(&w, "model", tt_str_from(edit->model));
    tt_jw_member_opt(&w, "scope", tt_str_from(edit->scope));
}

static int run(struct edit *edit)
{
    struct tt_loopback loopback;
    const struct tt_loopback_options options = {
        .hooks = { .on_progress = on_progress, .on_message = on_message, .arg = edit },
        .encoding = edit->encoding,
        .no_records = edit->dry_run,
        .prepare = prepare,
        .arg = edit,
    };
    struct tt_buf more = TT_BUF_INIT(1 << 20);
    struct tt_reply reply;
    int code = tt_loopback_open(&loopback, &edit->target, &options);
    bool answered;

    if (code >= 0)
        return code;
    write_more(edit, &more);
    code = tt_loopback_execute(&loopback, "trimtab.edit", tt_buf_str(&more), &reply);
    answered = code < 0;
    end_status(edit);
    if (edit->caught)
        code = show_dry_run(edit);
    else if (answered)
        code = show(edit, reply.result);
    else if (code == TT_EXIT_FOUND)
        code = show_failure(edit, code);
    if (answered)
        tt_reply_release(&reply);
    tt_buf_release(&more);
    tt_loopback_close(&loopback);
    return code;
}

int tt_cmd_edit(const struct tt_command *command, int argc, char **argv)
{
    struct edit edit = { .request = TT_BUF_INIT(TT_BUF_OWN), .receipt = TT_BUF_INIT(TT_BUF_OWN) };
    const char *encoding = NULL;
    const struct tt_option options[] = {
        { .name = "write", .letter = 'w', .help = "change the file", .flag = &edit.write },
        { .name = "model",
          .letter = 'm',
          .value = "NAME",
          .help = "ask this model: its name in the settings, or its id",
          .text = &edit.model },
        { .name = "scope",
          .value = "SCOPE",
          .help = "what may be changed: range, symbol or file",
          .text = &edit.scope },
        { .name = "dry-run",
          .letter = 'n',
          .help = "show exactly what would be sent; send nothing",
          .flag = &edit.dry_run },
        { .name = "noise",
          .help = "keep changes of layout, comments and names too",
          .flag = &edit.noise },
        { .name = "held",
          .help = "with --write: also what only the syntax or deletion guard doubts",
          .flag = &edit.held },
        { .name = "json", .help = "print the receipt and the edits as JSON", .flag = &edit.json },
        { .name = "encoding",
          .value = "ENC",
          .help = "of positions in JSON: utf-8, utf-16 (default), utf-32",
          .text = &encoding },
    };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    code = tt_encoding_from(command, encoding, &edit.encoding);
    if (code < 0 && (args.n != 2 || !args.at[1][0]))
        code = tt_args_bad(command, "needs FILE:RANGE and an instruction (in quotes)");
    if (code < 0 && tt_target_parse(args.at[0], &edit.target))
        code = tt_args_bad(
            command, "\"%s\" has no range: FILE:LINE, FILE:LINE:COL or FILE:START-END", args.at[0]);
    if (code < 0) {
        edit.instruction = args.at[1];
        code = run(&edit);
    }
    tt_target_release(&edit.target);
    tt_args_release(&args);
    tt_buf_release(&edit.request);
    tt_buf_release(&edit.receipt);
    return code;
}
