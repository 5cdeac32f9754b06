/* cmd_actions.c -- `trimtab actions`: what an editor would be offered. */
#include "app/actions.h"
#include "app/args.h"
#include "app/loopback.h"
#include "app/out.h"
#include "app/report.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int show(struct tt_loopback *loopback, tt_str only, bool json)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_reply reply;
    int code = TT_EXIT_OK;
    int err = tt_client_actions(loopback->client, tt_buf_str(&loopback->uri), loopback->place, only,
                                &reply);

    if (err)
        return tt_loopback_failed(err);
    if (reply.failed) {
        tt_say("%.*s", TT_STR_ARG(reply.error));
        code = TT_EXIT_FOUND;
    } else if (json) {
        tt_buf_add(&out, reply.result ? tt_json_raw(reply.result) : TT_STR("[]"));
        tt_buf_addc(&out, '\n');
    } else {
        tt_actions_add(&out, reply.result, &reply.arena, tt_colors_for(stdout));
        if (!out.n)
            tt_say("nothing is offered here");
    }
    tt_reply_release(&reply);
    return tt_out_finish(&out, code);
}

static int run(const struct tt_target *target, const char *only, bool json,
               enum tt_encoding encoding)
{
    const struct tt_loopback_options options = { .encoding = encoding, .no_records = true };
    struct tt_loopback loopback;
    int code = tt_loopback_open(&loopback, target, &options);

    if (code >= 0)
        return code;
    code = show(&loopback, tt_str_from(only), json);
    tt_loopback_close(&loopback);
    return code;
}

int tt_cmd_actions(const struct tt_command *command, int argc, char **argv)
{
    bool json = false;
    const char *encoding_word = NULL, *only = NULL;
    enum tt_encoding encoding;
    const struct tt_option options[] = {
        { .name = "json", .help = "print the LSP CodeAction objects", .flag = &json },
        { .name = "only",
          .value = "KIND",
          .help = "only this kind: quickfix, refactor, source, ...",
          .text = &only },
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
    if (code < 0 && args.n != 1)
        code = tt_args_bad(command, "needs one FILE:RANGE");
    if (code < 0 && tt_target_parse(args.at[0], &target))
        code = tt_args_bad(
            command, "\"%s\" has no range: FILE:LINE, FILE:LINE:COL or FILE:START-END", args.at[0]);
    if (code < 0)
        code = run(&target, only, json, encoding);
    tt_target_release(&target);
    tt_args_release(&args);
    return code;
}
