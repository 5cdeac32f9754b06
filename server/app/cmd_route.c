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

static double number_of(const struct tt_json *object, const char *key, double absent)
{
    double value = absent;

    (void)!tt_json_double(tt_json_get(object, key), &value);
    return value;
}

/* "53 % (likely 20 to 84)" */
static void add_share(struct tt_buf *out, double mean, const struct tt_json *interval)
{
    const struct tt_json *low = tt_json_next(interval, NULL, NULL);
    double a = 0, b = 1;

    (void)!tt_json_double(low, &a);
    (void)!tt_json_double(low ? tt_json_next(interval, low, NULL) : NULL, &b);
    tt_buf_addf(out, "%.0f %% kept (likely %.0f to %.0f)", 100 * mean, 100 * a, 100 * b);
}

/* What the finding is worth for this model: never more than it is. */
static void add_prior(struct tt_buf *out, const struct tt_json *decision,
                      const struct tt_json *candidate, struct tt_arena *arena)
{
    tt_str finding = text_of(decision, "finding", arena);
    double distance = number_of(candidate, "distance", 0);

    tt_buf_adds(out, "      prior  ");
    if (!finding.n) {
        tt_buf_adds(out, "none: no finding speaks of this task\n");
        return;
    }
    add_share(out, number_of(candidate, "prior_mean", 0.5),
              tt_json_get(candidate, "prior_interval"));
    if (distance <= 0)
        tt_buf_addf(out, "; %.*s says nothing of this family\n", TT_STR_ARG(finding));
    else
        tt_buf_addf(out, "; by %.*s (%.*s), worth %.0f results for %s\n", TT_STR_ARG(finding),
                    TT_STR_ARG(text_of(decision, "basis", arena)),
                    number_of(candidate, "prior_n", 0),
                    distance >= 1 ? "the very model that was judged"
                                  : "a successor of the model that was judged");
}

static void add_own(struct tt_buf *out, const struct tt_json *candidate)
{
    const struct tt_json *own = tt_json_get(candidate, "own");
    double n = number_of(own, "n", 0);

    tt_buf_adds(out, "      yours  ");
    if (n <= 0) {
        tt_buf_adds(out, "no results yet\n");
        return;
    }
    add_share(out, number_of(own, "mean", 0), tt_json_get(own, "interval"));
    tt_buf_addf(out, " of %.1f results, older ones counting less%s\n", n,
                n < 10 ? " (too few to tell)" : "");
}

static void add_candidate(struct tt_buf *out, const struct tt_json *decision,
                          const struct tt_json *candidate, bool chosen, struct tt_arena *arena,
                          const struct tt_colors *c)
{
    tt_str why_not = text_of(candidate, "why_not", arena);
    double latency = number_of(candidate, "latency_ms", -1);
    char words[32];

    tt_cost_words(number_of(candidate, "cost_usd", -1), words, sizeof(words));
    tt_buf_addf(out, "%s%s %-8.*s %.*s%s  %s (%.0f tokens in, %.0f out)", chosen ? c->green : "",
                chosen ? "  ->" : "    ", TT_STR_ARG(text_of(candidate, "name", arena)),
                TT_STR_ARG(text_of(candidate, "model", arena)), chosen ? c->off : "", words,
                number_of(candidate, "tokens_in", 0), number_of(candidate, "tokens_out", 0));
    if (latency >= 0)
        tt_buf_addf(out, ", ~%.1f s", latency / 1000);
    tt_buf_addc(out, '\n');
    add_prior(out, decision, candidate, arena);
    add_own(out, candidate);
    if (why_not.n)
        tt_buf_addf(out, "      %scannot be used: %.*s%s\n", c->dim, TT_STR_ARG(why_not), c->off);
}

static void add_label(struct tt_buf *out, const char *label, const struct tt_colors *c)
{
    tt_buf_addf(out, "%s%-8s%s ", c->bold, label, c->off);
}

static void show_text(struct tt_buf *out, const struct tt_json *decision, struct tt_arena *arena)
{
    const struct tt_colors *c = tt_colors_for(stdout);
    const struct tt_json *choice = tt_json_get(decision, "choice"), *candidate = NULL;
    const struct tt_json *list = tt_json_get(decision, "candidates");
    tt_str chosen = text_of(choice, "model", arena), title = text_of(decision, "title", arena);

    add_label(out, "Task", c);
    tt_buf_addf(out, "%.*s%s%.*s (complexity %.2f, confidence %.2f)\n",
                TT_STR_ARG(text_of(decision, "task", arena)), title.n ? ": " : "",
                TT_STR_ARG(title), number_of(decision, "complexity", 0),
                number_of(decision, "confidence", 0));
    add_label(out, "Chosen", c);
    if (chosen.n)
        tt_buf_addf(out, "%.*s -> %.*s\n", TT_STR_ARG(text_of(choice, "name", arena)),
                    TT_STR_ARG(chosen));
    else
        tt_buf_adds(out, "none\n");
    add_label(out, "Why", c);
    tt_buf_addf(out, "%.*s\n", TT_STR_ARG(text_of(decision, "reason", arena)));
    add_label(out, "Policy", c);
    tt_buf_addf(out, "%.*s: %.*s; routing: %.*s\n", TT_STR_ARG(text_of(decision, "policy", arena)),
                TT_STR_ARG(text_of(decision, "policy_means", arena)),
                TT_STR_ARG(text_of(decision, "routing", arena)));
    tt_buf_addf(out, "%sCompared%s\n", c->bold, c->off);
    while ((candidate = tt_json_next(list, candidate, NULL)))
        add_candidate(out, decision, candidate,
                      chosen.n && tt_str_eq(text_of(candidate, "model", arena), chosen), arena, c);
    tt_buf_addf(out, "%sPrices of %.*s. No request was made.%s\n", c->dim,
                TT_STR_ARG(text_of(decision, "prices_as_of", arena)), c->off);
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
