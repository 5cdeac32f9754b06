/* cmd_trust.c -- `trimtab trust`: folders whose prompts and rules may be used. */
#include "app/args.h"
#include "app/files.h"
#include "app/out.h"
#include "app/trust.h"
#include "rpc/json.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int show_list(bool json)
{
    struct tt_buf text = TT_BUF_INIT(1 << 20), out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_writer w;
    int err = tt_trust_read(&text);
    tt_str rest = tt_buf_str(&text);

    if (err) {
        tt_say("the list of trusted folders cannot be read: %s", tt_file_why(err));
        tt_buf_release(&text);
        return TT_EXIT_USAGE;
    }
    tt_json_writer_init(&w, &out);
    if (json) {
        tt_jw_object(&w);
        tt_jw_key_array(&w, "trusted");
    } else if (!rest.n) {
        tt_buf_adds(&out, "No folder is trusted. To use a project's AGENTS.md and "
                          ".trimtab/prompts: trimtab trust DIR\n");
    }
    while (rest.n) {
        const char *lf = memchr(rest.p, '\n', rest.n);
        size_t end = lf ? (size_t)(lf - rest.p) : rest.n;

        if (json)
            tt_jw_str(&w, tt_str_sub(rest, 0, end));
        else
            tt_out_add_safe(&out, tt_str_sub(rest, 0, end));
        if (!json)
            tt_buf_addc(&out, '\n');
        rest = tt_str_sub(rest, end + (lf != NULL), rest.n);
    }
    if (json) {
        tt_jw_array_end(&w);
        tt_jw_object_end(&w);
        tt_buf_addc(&out, '\n');
    }
    tt_buf_release(&text);
    return tt_out_finish(&out, TT_EXIT_OK);
}

static int set(const char *folder, bool trusted, bool json)
{
    bool changed = false;
    int err = tt_trust_set(folder, trusted, &changed);

    if (err) {
        tt_say("%s: %s", folder,
               err == TT_ENOTFOUND ? "there is no such folder" : tt_file_why(err));
        return TT_EXIT_USAGE;
    }
    if (json)
        return show_list(true);
    if (trusted)
        tt_say("%s is%s trusted: its AGENTS.md and .trimtab/prompts go into prompts, its "
               ".trimtab/rules run.",
               folder, changed ? " now" : " already");
    else
        tt_say("%s is %s trusted.", folder, changed ? "no longer" : "not");
    return TT_EXIT_OK;
}

int tt_cmd_trust(const struct tt_command *command, int argc, char **argv)
{
    bool json = false, list = false, take_out = false;
    const struct tt_option options[] = {
        { .name = "list", .help = "print the folders that are trusted", .flag = &list },
        { .name = "remove", .help = "trust the folder no longer", .flag = &take_out },
        { .name = "json", .help = "print JSON", .flag = &json },
    };
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args);

    if (code >= 0)
        return code;
    if (args.n > 1)
        code = tt_args_bad(command, "unexpected argument \"%s\"", args.at[1]);
    else if (list || args.n == 0)
        code = take_out ? tt_args_bad(command, "which folder? %s", "--remove needs one")
                        : show_list(json);
    else
        code = set(args.at[0], !take_out, json);
    tt_args_release(&args);
    return code;
}
