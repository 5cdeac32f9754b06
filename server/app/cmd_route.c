/* cmd_route.c -- `trimtab route`: which model, why, at what price; nothing is asked. */
#include "app/args.h"
#include "app/loopback.h"
#include "app/out.h"
#include "trimtab/route.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static tt_str text_of(const struct tt_json *object, const char *key, struct tt_arena *arena)
{
    tt_str s = { 0 };

    (void)!tt_json_string(tt_json_get(object, key), arena, &s, NULL);
    return s;
}

static void add_candidate(struct tt_buf *out, const struct tt_json *candidate, bool chosen,
                          struct tt_arena *arena, const struct tt_colors *c)
{
    tt_str model = text_of(candidate, "model", arena);
    tt_str why_not = text_of(candidate, "why_not", arena);
    double prior = 0, cost = -1, latency = -1;
    char words[32];

    (void)!tt_json_double(tt_json_get(candidate, "prior_mean"), &prior);
    (void)!tt_json_double(tt_json_get(candidate, "cost_usd"), &cost);
    (void)!tt_json_double(tt_json_get(candidate, "latency_ms"), &latency);
    tt_cost_words(cost, words, sizeof(words));
    tt_buf_addf(out, " %s%s %-28.*s%s prior %.2f  %-14s", chosen ? c->green : "",
                chosen ? "->" : "  ", TT_STR_ARG(model), chosen ? c->off : "", prior, words);
    if (latency >= 0)
        tt_buf_addf(out, " ~%.1f s", latency / 1000);
    if (why_not.n)
        tt_buf_addf(out, " %s%.*s%s", c->dim, TT_STR_ARG(why_not), c->off);
    tt_buf_addc(out, '\n');
}

static void show_text(struct tt_buf *out, const struct tt_json *decision, struct tt_arena *arena)
{
    const struct tt_colors *c = tt_colors_for(stdout);
    const struct tt_json *choice = tt_json_get(decision, "choice"), *candidate = NULL;
    const struct tt_json *list = tt_json_get(decision, "candidates");
    tt_str chosen = text_of(choice, "model", arena);

    tt_buf_addf(out, "%stask%s   %.*s (policy %.*s)\n", c->bold, c->off,
                TT_STR_ARG(text_of(decision, "task", arena)),
                TT_STR_ARG(text_of(decision, "policy", arena)));
    while ((candidate = tt_json_next(list, candidate, NULL)))
        add_candidate(out, candidate,
                      chosen.n && tt_str_eq(text_of(candidate, "model", arena), chosen), arena, c);
    tt_buf_addf(out, "%swhy%s    %.*s\n", c->bold, c->off,
                TT_STR_ARG(text_of(decision, "reason", arena)));
}

static void write_more(const char *instruction, const char *model, struct tt_buf *out)
{
    struct tt_json_writer w;

    tt_json_writer_init(&w, out);
    tt_jw_member_opt(&w, "instruction", tt_str_from(instruction));
    tt_jw_member_opt(&w, "model", tt_str_from(model));
}

static int run(const struct tt_target *target, const char *instruction, const char *model,
               bool json)
{
    const struct tt_loopback_options options = { .encoding = TT_UTF16, .no_records = true };
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN), more = TT_BUF_INIT(1 << 20);
    struct tt_loopback loopback;
    struct tt_reply reply;
    int code = tt_loopback_open(&loopback, target, &options);

    if (code >= 0)
        return code;
    write_more(instruction, model, &more);
    code = tt_loopback_execute(&loopback, "trimtab.explain", tt_buf_str(&more), &reply);
    if (code < 0) {
        if (json) {
            tt_buf_add(&out, tt_json_raw(reply.result));
            tt_buf_addc(&out, '\n');
        } else {
            show_text(&out, reply.result, &reply.arena);
        }
        tt_reply_release(&reply);
        code = TT_EXIT_OK;
    }
    tt_buf_release(&more);
    tt_loopback_close(&loopback);
    return tt_out_finish(&out, code);
}

int tt_cmd_route(const struct tt_command *command, int argc, char **argv)
{
    bool json = false;
    const char *model = NULL;
    const struct tt_option options[] = {
        { .name = "json", .help = "print the decision as JSON", .flag = &json },
        { .name = "model",
          .letter = 'm',
          .value = "NAME",
          .help = "as if this model had been asked for",
          .text = &model },
    };
    struct tt_target target = { 0 };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    if (args.n < 1 || args.n > 2)
        code = tt_args_bad(command, "needs FILE:RANGE and at most one instruction (in quotes)");
    else if (tt_target_parse(args.at[0], &target))
        code = tt_args_bad(
            command, "\"%s\" has no range: FILE:LINE, FILE:LINE:COL or FILE:START-END", args.at[0]);
    else
        code = run(&target, args.n > 1 ? args.at[1] : NULL, model, json);
    tt_target_release(&target);
    tt_args_release(&args);
    return code;
}
