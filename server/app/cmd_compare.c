/* cmd_compare.c -- `trimtab compare`: two models, the same prompt, judged blind. */
#include "app/args.h"
#include "app/loopback.h"
#include "app/out.h"
#include "app/proposal.h"
#include "app/report.h"

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
    if (!tt_proposal_is(&proposal, "ready"))
        tt_buf_addf(out, "%.*s: %.*s\n", TT_STR_ARG(proposal.verdict), TT_STR_ARG(proposal.reason));
}

static char ask(const struct compare *compare)
{
    char answer[16] = "";

    if (compare->pick)
        return compare->pick[0];
    if (!isatty(STDIN_FILENO))
        return 'n';
    fputs("Which is better? [a/b/n(one)] ", stderr);
    fflush(stderr);
    if (!fgets(answer, sizeof(answer), stdin))
        return 'n';
    return answer[0] == 'a' || answer[0] == 'b' ? answer[0] : 'n';
}

static void rate(struct compare *compare, tt_str id, struct tt_buf *out)
{
    struct tt_buf params = TT_BUF_INIT(1 << 16);
    struct tt_json_writer w;
    struct tt_reply reply;
    char pick = ask(compare);

    tt_json_writer_init(&w, &params);
    tt_jw_object(&w);
    tt_jw_member_cstr(&w, "command", "trimtab.rate");
    tt_jw_key_array(&w, "arguments");
    tt_jw_object(&w);
    tt_jw_member(&w, "id", id);
    tt_jw_member_cstr(&w, "winner", pick == 'a' ? "a" : pick == 'b' ? "b" : "none");
    tt_jw_object_end(&w);
    tt_jw_array_end(&w);
    tt_jw_object_end(&w);
    if (!params.err && tt_client_request(compare->loopback.client, "workspace/executeCommand",
                                         tt_buf_str(&params), 5000, &reply) == 0) {
        if (!reply.failed && reply.result)
            tt_buf_addf(out, "%.*s\n", TT_STR_ARG(tt_json_raw(reply.result)));
        tt_reply_release(&reply);
    }
    tt_buf_release(&params);
}

static void show(struct compare *compare, struct tt_reply *reply, struct tt_buf *out)
{
    tt_str id = { 0 };

    (void)!tt_json_string(tt_json_get(reply->result, "id"), &reply->arena, &id, NULL);
    if (compare->json) {
        tt_buf_add(out, tt_json_raw(reply->result));
        tt_buf_addc(out, '\n');
        return;
    }
    show_side(compare, tt_json_get(reply->result, "a"), "A", &reply->arena, out);
    show_side(compare, tt_json_get(reply->result, "b"), "B", &reply->arena, out);
    fwrite(out->p ? out->p : "", 1, out->n, stdout); /* before the question */
    fflush(stdout);
    tt_buf_clear(out);
    rate(compare, id, out);
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
