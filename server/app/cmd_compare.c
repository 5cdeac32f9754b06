/* cmd_compare.c -- `trimtab compare`: two models, the same prompt, judged blind. */
#include "app/args.h"
#include "app/loopback.h"
#include "app/out.h"
#include "app/proposal.h"
#include "app/report.h"
#include "trimtab/route.h"

#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct compare {
    struct tt_target target;
    const char *instruction, *pick;
    bool json;
    enum tt_encoding encoding;
    struct tt_loopback loopback;
};

static void show_side(struct compare *compare, const struct tt_json *side, const char *name,
                      struct tt_arena *arena, struct tt_buf *out)
{
    const struct tt_colors *c = tt_colors_for(stdout);
    struct tt_proposal proposal;

    tt_buf_addf(out, "%s=== %s ===%s\n", c->bold, name, c->off);
    if (tt_proposal_read(side, &compare->loopback.code, compare->encoding, true, arena,
                         &proposal)) {
        tt_buf_adds(out, "no proposal\n");
        return;
    }
    tt_proposal_diff(&proposal, &compare->loopback.code, out);
    if (tt_proposal_is(&proposal, "ready"))
        tt_buf_addf(out, "passes the checks%s%.*s; ",
                    proposal.warning.n ? ", with a warning: " : "", TT_STR_ARG(proposal.warning));
    else
        tt_buf_addf(out, "%.*s: %.*s; ", TT_STR_ARG(proposal.verdict), TT_STR_ARG(proposal.reason));
    tt_proposal_receipt(&proposal, out);
}

static char ask(const struct compare *compare)
{
    char answer[16] = "";

    if (compare->pick)
        return compare->pick[0];
    fputs("Which is better? [a/b/n(one)] ", stderr);
    fflush(stderr);
    if (!fgets(answer, sizeof(answer), stdin))
        return 'n';
    return answer[0] == 'a' || answer[0] == 'b' ? answer[0] : 'n';
}

static const char *winner_of(char pick)
{
    return pick == 'a' ? "a" : pick == 'b' ? "b" : "none";
}

static bool rate(struct compare *compare, tt_str id, const char *winner, struct tt_reply *reply)
{
    struct tt_buf params = TT_BUF_INIT(1 << 16);
    struct tt_json_writer w;
    int err;

    tt_json_writer_init(&w, &params);
    tt_jw_object(&w);
    tt_jw_member_cstr(&w, "command", "trimtab.rate");
    tt_jw_key_array(&w, "arguments");
    tt_jw_object(&w);
    tt_jw_member(&w, "id", id);
    tt_jw_member_cstr(&w, "winner", winner);
    tt_jw_object_end(&w);
    tt_jw_array_end(&w);
    tt_jw_object_end(&w);
    err = params.err ? params.err
                     : tt_client_request(compare->loopback.client, "workspace/executeCommand",
                                         tt_buf_str(&params), 5000, reply);
    tt_buf_release(&params);
    if (!err && reply->failed) {
        tt_say("%.*s", TT_STR_ARG(reply->error));
        tt_reply_release(reply);
    }
    return !err && !reply->failed;
}

static tt_str text_of(const struct tt_json *object, const char *key, struct tt_arena *arena)
{
    tt_str s = { 0 };

    (void)!tt_json_string(tt_json_get(object, key), arena, &s, NULL);
    return s;
}

/* "A was claude-sonnet-5, B was gpt-6-sol." */
static void reveal(const struct tt_json *judged, const char *winner, struct tt_arena *arena,
                   struct tt_buf *out)
{
    tt_buf_addf(out, "A was %.*s, B was %.*s. %s\n",
                TT_STR_ARG(text_of(tt_json_get(judged, "a"), "model", arena)),
                TT_STR_ARG(text_of(tt_json_get(judged, "b"), "model", arena)),
                strcmp(winner, "none") == 0 ? "Neither was taken: nothing is learned from it."
                                            : "It counts as one result of your own: trimtab stats");
}

/* The comparison, and who was who when it was judged. */
static void show_json(struct compare *compare, const struct tt_reply *reply, tt_str id,
                      struct tt_buf *out)
{
    const struct tt_json *key = NULL, *value = NULL;
    struct tt_json_writer w;
    struct tt_reply judged;

    tt_json_writer_init(&w, out);
    tt_jw_object(&w);
    while ((value = tt_json_next(reply->result, value, &key))) {
        tt_jw_key_str(&w, (tt_str){ key->p, key->n });
        tt_jw_raw(&w, tt_json_raw(value));
    }
    if (compare->pick && rate(compare, id, winner_of(compare->pick[0]), &judged)) {
        tt_jw_member_cstr(&w, "winner", winner_of(compare->pick[0]));
        tt_jw_member_raw_opt(&w, "judged", tt_json_raw(judged.result));
        tt_reply_release(&judged);
    }
    tt_jw_object_end(&w);
    tt_buf_addc(out, '\n');
}

static void show(struct compare *compare, struct tt_reply *reply, struct tt_buf *out)
{
    tt_str id = text_of(reply->result, "id", &reply->arena);
    struct tt_reply judged;
    const char *winner;

    if (compare->json) {
        show_json(compare, reply, id, out);
        return;
    }
    show_side(compare, tt_json_get(reply->result, "a"), "A", &reply->arena, out);
    show_side(compare, tt_json_get(reply->result, "b"), "B", &reply->arena, out);
    if (!compare->pick && !isatty(STDIN_FILENO)) {
        tt_buf_adds(out, "Not judged: nobody could be asked. Give --pick a, b or none.\n");
        return;
    }
    fwrite(out->p ? out->p : "", 1, out->n, stdout); /* before the question */
    fflush(stdout);
    tt_buf_clear(out);
    winner = winner_of(ask(compare));
    if (rate(compare, id, winner, &judged)) {
        reveal(judged.result, winner, &judged.arena, out);
        tt_reply_release(&judged);
    }
}

/* What both will cost, before anything is asked: the chosen model and its rival,
 * which is the best of another family, or else the best other one. */
static void say_price(struct compare *compare, tt_str more)
{
    const struct tt_json *c = NULL;
    double chosen = -1, other = -1, best = -1;
    bool other_family = false;
    struct tt_arena *arena;
    struct tt_reply reply;
    char words[32];
    tt_str model, family;

    if (tt_loopback_execute(&compare->loopback, "trimtab.explain", more, &reply) >= 0)
        return;
    arena = &reply.arena;
    model = text_of(tt_json_get(reply.result, "choice"), "model", arena);
    family = text_of(tt_json_get(reply.result, "choice"), "family", arena);
    while ((c = tt_json_next(tt_json_get(reply.result, "candidates"), c, NULL))) {
        double cost = -1, mean = 0;
        bool theirs = !tt_str_eq(text_of(c, "family", arena), family);

        (void)!tt_json_double(tt_json_get(c, "cost_usd"), &cost);
        (void)!tt_json_double(tt_json_get(c, "mean"), &mean);
        if (tt_str_eq(text_of(c, "model", arena), model)) {
            chosen = cost;
        } else if (tt_json_bool(tt_json_get(c, "eligible"), false) &&
                   (best < 0 || (theirs && !other_family) ||
                    (theirs == other_family && mean > best))) {
            best = mean;
            other = cost;
            other_family = theirs;
        }
    }
    if (best >= 0 && chosen >= 0 && other >= 0) {
        tt_cost_words(chosen + other, words, sizeof(words));
        tt_say("asking two models; both together cost %s", words);
    }
    tt_reply_release(&reply);
}

static int run(struct compare *compare)
{
    const struct tt_loopback_options options = { .encoding = compare->encoding };
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN), more = TT_BUF_INIT(1 << 20);
    struct tt_json_writer w;
    struct tt_reply reply;
    int code = tt_loopback_open(&compare->loopback, &compare->target, &options);

    if (code >= 0)
        return code;
    tt_json_writer_init(&w, &more);
    tt_jw_member_cstr(&w, "instruction", compare->instruction);
    say_price(compare, tt_buf_str(&more));
    code = tt_loopback_execute(&compare->loopback, "trimtab.compare", tt_buf_str(&more), &reply);
    if (code < 0) {
        show(compare, &reply, &out);
        tt_reply_release(&reply);
        code = TT_EXIT_OK;
    }
    tt_buf_release(&more);
    tt_loopback_close(&compare->loopback);
    return tt_out_finish(&out, code);
}

int tt_cmd_compare(const struct tt_command *command, int argc, char **argv)
{
    struct compare compare = { 0 };
    const char *encoding = NULL;
    const struct tt_option options[] = {
        { .name = "pick",
          .value = "WINNER",
          .help = "a, b or none, instead of being asked",
          .text = &compare.pick },
        { .name = "json", .help = "print both receipts as JSON", .flag = &compare.json },
        { .name = "encoding",
          .value = "ENC",
          .help = "of positions in JSON: utf-8, utf-16 (default), utf-32",
          .text = &encoding },
    };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    code = tt_encoding_from(command, encoding, &compare.encoding);
    if (code < 0 && args.n != 2)
        code = tt_args_bad(command, "needs FILE:RANGE and an instruction (in quotes)");
    if (code < 0 && tt_target_parse(args.at[0], &compare.target))
        code = tt_args_bad(
            command, "\"%s\" has no range: FILE:LINE, FILE:LINE:COL or FILE:START-END", args.at[0]);
    if (code < 0) {
        compare.instruction = args.at[1];
        code = run(&compare);
    }
    tt_target_release(&compare.target);
    tt_args_release(&args);
    return code;
}
