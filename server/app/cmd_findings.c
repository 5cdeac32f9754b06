/* cmd_findings.c -- `trimtab findings` and `trimtab stats`: what the router knows. */
#include "app/args.h"
#include "app/files.h"
#include "app/out.h"
#include "app/settings.h"
#include "store/store.h"
#include "trimtab/error.h"
#include "trimtab/route.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int make_router(struct tt_router **out)
{
    const struct tt_router_data data = { 0 };
    struct tt_cli_settings settings;
    int err = tt_cli_settings_load(NULL, &settings);

    if (err)
        return err;
    err = tt_router_create(&data, out);
    if (!err && (err = tt_router_configure(*out, settings.config))) {
        tt_router_destroy(*out);
        *out = NULL;
    }
    tt_cli_settings_release(&settings);
    return err;
}

int tt_cmd_findings(const struct tt_command *command, int argc, char **argv)
{
    bool json = false;
    const struct tt_option options[] = {
        { .name = "json", .help = "print JSON", .flag = &json },
    };
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_router *router = NULL;
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args), err;
    tt_str id;

    if (code >= 0)
        return code;
    if (args.n > 1) {
        code = tt_args_bad(command, "one ID at a time");
    } else if (make_router(&router)) {
        code = tt_out_of_memory();
    } else {
        id = tt_str_from(args.n ? args.at[0] : NULL);
        err = json ? tt_findings_write_json(router, id, &out)
                   : tt_findings_write_text(router, id, &out);
        if (err == TT_ENOTFOUND) {
            while (out.n && out.p[out.n - 1] == '\n')
                out.n--;
            tt_say("%.*s", TT_STR_ARG(tt_buf_str(&out)));
            tt_buf_clear(&out);
        }
        code = tt_out_finish(&out, err ? TT_EXIT_USAGE : TT_EXIT_OK);
    }
    tt_router_destroy(router);
    tt_args_release(&args);
    return code;
}

static void learn(void *arg, const struct tt_outcome *outcome)
{
    tt_router_learn(arg, outcome, false);
}

static int load_outcomes(struct tt_router *router)
{
    struct tt_buf dir = TT_BUF_INIT(1 << 16), message = TT_BUF_INIT(1 << 16);
    uint64_t seed = 0;
    int err = tt_dir_path(TT_DIR_STATE, NULL, &dir);

    if (!err)
        err = tt_store_load(tt_buf_str(&dir), 0, learn, router, &seed, &message);
    if (err)
        tt_say("%.*s", TT_STR_ARG(message.n ? tt_buf_str(&message)
                                            : TT_STR("there is no state folder; set HOME")));
    tt_router_seed(router, seed);
    tt_buf_release(&dir);
    tt_buf_release(&message);
    return err;
}

/* A page of an earlier day is written over. */
static int write_page(const char *path, struct tt_buf *page)
{
    FILE *file = fopen(path, "w");
    bool written = file && fwrite(page->p, 1, page->n, file) == page->n;

    if (file && fclose(file) != 0)
        written = false;
    tt_buf_release(page);
    if (!written) {
        tt_say("%s cannot be written: %s", path, strerror(errno));
        return TT_EXIT_USAGE;
    }
    tt_say("wrote %s: open it in a browser", path);
    return TT_EXIT_OK;
}

int tt_cmd_stats(const struct tt_command *command, int argc, char **argv)
{
    const char *html = NULL;
    bool json = false;
    const struct tt_option options[] = {
        { .name = "json", .help = "print JSON", .flag = &json },
        { .name = "html",
          .value = "FILE",
          .help = "write a page with charts, for a browser (\"-\": print it)",
          .text = &html },
    };
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_router *router = NULL;
    struct tt_args args;
    int code = tt_args_parse(command, options, COUNT(options), argc, argv, &args), err;
    int64_t wall = (int64_t)time(NULL) * 1000;

    if (code >= 0)
        return code;
    if (args.n) {
        code = tt_args_bad(command, "unexpected argument \"%s\"", args.at[0]);
    } else if (make_router(&router)) {
        code = tt_out_of_memory();
    } else if (load_outcomes(router)) {
        code = TT_EXIT_USAGE;
    } else {
        err = html   ? tt_stats_write_html(router, wall, &out)
              : json ? tt_stats_write_json(router, wall, &out)
                     : tt_stats_write_text(router, wall, &out);
        code = html && strcmp(html, "-") != 0 && !err
                   ? write_page(html, &out)
                   : tt_out_finish(&out, err ? TT_EXIT_USAGE : TT_EXIT_OK);
    }
    tt_router_destroy(router);
    tt_args_release(&args);
    return code;
}
