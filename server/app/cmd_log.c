/* cmd_log.c -- `trimtab log`: the receipts, and refused answers. */
#include "app/args.h"
#include "app/files.h"
#include "app/out.h"
#include "rpc/json.h"
#include "store/store.h"
#include "trimtab/error.h"
#include "trimtab/route.h"

#include <time.h>

#define COUNT(a)    (sizeof(a) / sizeof((a)[0]))
#define ANSWERS_MAX ((size_t)64 << 20)

struct log {
    bool json;
    struct tt_buf out;
    const struct tt_colors *colors;
    size_t n;
};

static tt_str text_of(const struct tt_json *object, const char *key, struct tt_arena *arena)
{
    tt_str s = { 0 };

    (void)!tt_json_string(tt_json_get(object, key), arena, &s, NULL);
    return s;
}

static int64_t number_of(const struct tt_json *object, const char *key)
{
    int64_t n = 0;

    (void)!tt_json_int(tt_json_get(object, key), &n);
    return n;
}

/* A file, or where it is none, what it is. */
static tt_str sent_name(const struct tt_json *part, struct tt_arena *arena)
{
    tt_str path = text_of(part, "path", arena);

    return path.n ? path : text_of(part, "kind", arena);
}

/* "sent: a.py 69, helpers.py 36, instructions 1143 tokens; 2 secrets hidden" */
static void show_sent(struct log *log, const struct tt_json *r, struct tt_arena *arena)
{
    const struct tt_json *sent = tt_json_get(r, "sent"), *part = NULL, *other;
    int64_t hidden = number_of(r, "redacted");
    const char *lead = "\n    sent: ";

    while ((part = tt_json_next(sent, part, NULL))) {
        tt_str name = sent_name(part, arena);
        int64_t tokens = 0;
        bool before = false, after = false;

        for (other = NULL; (other = tt_json_next(sent, other, NULL));) {
            after |= other == part;
            if (!tt_str_eq(sent_name(other, arena), name))
                continue;
            before |= !after;
            tokens += number_of(other, "tokens");
        }
        if (before)
            continue; /* was counted with the first of its name */
        tt_buf_adds(&log->out, lead);
        tt_out_add_safe(&log->out, name);
        tt_buf_addf(&log->out, " %lld", (long long)tokens);
        lead = ", ";
    }
    if (lead[0] == ',')
        tt_buf_adds(&log->out, " tokens");
    for (other = NULL;
         lead[0] == ',' && (other = tt_json_next(tt_json_get(r, "tried"), other, NULL));) {
        tt_str model = { 0 };

        (void)!tt_json_string(other, arena, &model, NULL);
        tt_buf_adds(&log->out, ", also to ");
        tt_out_add_safe(&log->out, model);
    }
    if (hidden > 0)
        tt_buf_addf(&log->out, "; %lld secret%s hidden", (long long)hidden, hidden == 1 ? "" : "s");
}

static void show_text(struct log *log, const struct tt_json *r, struct tt_arena *arena)
{
    const struct tt_colors *c = log->colors;
    const struct tt_json *tokens = tt_json_get(r, "tokens");
    time_t when = (time_t)(number_of(r, "time") / 1000);
    tt_str verdict = text_of(r, "verdict", arena), why = text_of(r, "verdict_reason", arena);
    tt_str warning = text_of(r, "warning", arena);
    double cost = -1;
    struct tm local;
    char stamp[32] = "", words[32];

    if (localtime_r(&when, &local))
        strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", &local);
    (void)!tt_json_double(tt_json_get(r, "cost_usd"), &cost);
    tt_cost_words(cost, words, sizeof(words));
    tt_buf_addf(&log->out, "%s%s%s  %s%.*s%s  %.*s  %s%.*s%s  %.*s  %lld/%lld tokens  %s  %.1f s",
                c->dim, stamp, c->off, c->bold, TT_STR_ARG(text_of(r, "id", arena)), c->off,
                TT_STR_ARG(text_of(r, "task", arena)),
                tt_str_eq(verdict, TT_STR("ready")) ? c->green : c->yellow, TT_STR_ARG(verdict),
                c->off, TT_STR_ARG(text_of(r, "model", arena)), (long long)number_of(tokens, "in"),
                (long long)number_of(tokens, "out"), words, (double)number_of(r, "ms") / 1000);
    tt_buf_adds(&log->out, "\n    ");
    tt_out_add_safe(&log->out, text_of(r, "path", arena));
    if (why.n && !tt_str_eq(verdict, TT_STR("ready"))) {
        tt_buf_adds(&log->out, "\n    ");
        tt_out_add_safe(&log->out, why);
    }
    if (warning.n) {
        tt_buf_adds(&log->out, "\n    warning: ");
        tt_out_add_safe(&log->out, warning);
    }
    show_sent(log, r, arena);
    tt_buf_addc(&log->out, '\n');
}

static void on_receipt(void *arg, tt_str json)
{
    struct log *log = arg;
    struct tt_json_text text;
    struct tt_arena arena;

    tt_arena_init(&arena);
    if (tt_json_parse(json, &arena, &text) == 0) {
        if (log->json)
            tt_buf_addf(&log->out, "%s", log->n ? "," : "");
        if (log->json)
            tt_buf_add(&log->out, json);
        else
            show_text(log, text.root, &arena);
        log->n++;
    }
    tt_arena_release(&arena);
}

static int show_receipts(struct log *log, tt_str dir, long count)
{
    int err;

    if (log->json)
        tt_buf_addc(&log->out, '[');
    err = tt_store_receipts(dir, (size_t)count, on_receipt, log);
    if (log->json)
        tt_buf_adds(&log->out, "]\n");
    if (!err && !log->n && !log->json)
        tt_say("no request was made yet. Try: trimtab edit FILE:LINE \"what to change\"");
    if (err)
        tt_say("the receipts cannot be read: %s", tt_file_why(err));
    return err ? TT_EXIT_USAGE : TT_EXIT_OK;
}

/* The answer with this id in one file; the last one counts. */
static bool find_answer(const char *path, tt_str id, struct tt_buf *out)
{
    struct tt_buf file = TT_BUF_INIT(ANSWERS_MAX);
    bool found = false;
    tt_str rest;

    if (tt_file_read(path, &file)) {
        tt_buf_release(&file);
        return false;
    }
    rest = tt_buf_str(&file);
    while (rest.n) {
        const char *end = memchr(rest.p, '\n', rest.n);
        tt_str line = tt_str_sub(rest, 0, end ? (size_t)(end - rest.p) : rest.n);
        struct tt_json_text text;
        struct tt_arena arena;

        tt_arena_init(&arena);
        if (tt_json_parse(line, &arena, &text) == 0 &&
            tt_str_eq(text_of(text.root, "id", &arena), id)) {
            found = true;
            tt_buf_clear(out);
            tt_buf_add(out, text_of(text.root, "answer", &arena));
            tt_buf_addc(out, '\n');
        }
        tt_arena_release(&arena);
        rest = tt_str_sub(rest, line.n + 1, rest.n);
    }
    tt_buf_release(&file);
    return found;
}

static int show_answer(struct log *log, tt_str dir, const char *id)
{
    static const char *const names[] = { "answers.jsonl", "answers.1.jsonl" };
    bool found = false;

    for (size_t i = 0; i < 2 && !found; i++) {
        struct tt_buf path = TT_BUF_INIT(1 << 16);

        tt_buf_addf(&path, "%.*s/%s", TT_STR_ARG(dir), names[i]);
        found = path.p && find_answer(path.p, tt_str_from(id), &log->out);
        tt_buf_release(&path);
    }
    if (!found)
        tt_say("no refused answer is kept under the id \"%s\". See: trimtab log", id);
    return found ? TT_EXIT_OK : TT_EXIT_USAGE;
}

int tt_cmd_log(const struct tt_command *command, int argc, char **argv)
{
    struct log log = { .out = TT_BUF_INIT(TT_BUF_OWN), .colors = tt_colors_for(stdout) };
    struct tt_buf dir = TT_BUF_INIT(1 << 16);
    const char *answer = NULL;
    long count = 20;
    const struct tt_option options[] = {
        { .name = "count", .letter = 'n', .value = "N", .help = "how many (20)", .number = &count },
        { .name = "answer",
          .value = "ID",
          .help = "print the answer that was refused under this id",
          .text = &answer },
        { .name = "json", .help = "print JSON", .flag = &log.json },
    };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    if (args.n)
        code = tt_args_bad(command, "unexpected argument \"%s\"", args.at[0]);
    else if (count < 1)
        code = tt_args_bad(command, "--count is at least 1");
    else if (tt_dir_path(TT_DIR_STATE, NULL, &dir)) {
        tt_say("there is no state folder. Set HOME or TRIMTAB_STATE_DIR");
        code = TT_EXIT_USAGE;
    } else if (answer)
        code = show_answer(&log, tt_buf_str(&dir), answer);
    else
        code = show_receipts(&log, tt_buf_str(&dir), count);
    tt_buf_release(&dir);
    tt_args_release(&args);
    return tt_out_finish(&log.out, code);
}
