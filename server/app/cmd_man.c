/* cmd_man.c -- `trimtab man`: the manual page, in the man macros of roff. */
#include "app/args.h"
#include "app/out.h"

#include <string.h>

/* Text of ours: hyphens that may be typed, no line that looks like a request. */
static void text(struct tt_buf *out, const char *words)
{
    bool begins = true;

    for (const char *c = words; *c; c++) {
        if (begins && (*c == '.' || *c == '\''))
            tt_buf_adds(out, "\\&");
        begins = *c == '\n';
        if (*c == '\\')
            tt_buf_adds(out, "\\e");
        else if (*c == '-')
            tt_buf_adds(out, "\\-");
        else
            tt_buf_addc(out, *c);
    }
}

/* A paragraph of help whose line ends are meant where a line is indented. */
static void paragraph(struct tt_buf *out, const char *words)
{
    while (*words) {
        size_t n = strcspn(words, "\n");
        char line[256];

        snprintf(line, sizeof(line), "%.*s", (int)n, words);
        if (line[0] == ' ')
            tt_buf_adds(out, ".br\n");
        text(out, line + strspn(line, " "));
        tt_buf_addc(out, '\n');
        words += n + (words[n] != '\0');
    }
}

static void option(struct tt_buf *out, const struct tt_option *o)
{
    tt_buf_adds(out, ".TP\n");
    if (o->letter)
        tt_buf_addf(out, "\\fB\\-%c\\fR, ", o->letter);
    tt_buf_adds(out, "\\fB\\-\\-");
    text(out, o->name);
    tt_buf_adds(out, "\\fR");
    if (o->value) {
        tt_buf_adds(out, " \\fI");
        text(out, o->value);
        tt_buf_adds(out, "\\fR");
    }
    tt_buf_addc(out, '\n');
    text(out, o->help);
    tt_buf_addc(out, '\n');
}

static void section(void *arg, const struct tt_command *command, const struct tt_option *options,
                    size_t n)
{
    struct tt_buf *out = arg;

    tt_buf_adds(out, ".SS trimtab ");
    text(out, command->name);
    if (command->arguments[0]) {
        tt_buf_addc(out, ' ');
        text(out, command->arguments);
    }
    tt_buf_addc(out, '\n');
    paragraph(out, command->help);
    for (size_t i = 0; i < n; i++) {
        if (options[i].help)
            option(out, &options[i]);
    }
}

static const char after[] =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\nall is well: no findings, an edit that is ready, nothing to do\n"
    ".TP\n.B 1\nthe work was done and the news is bad: findings, a refused answer\n"
    ".TP\n.B 2\nbad use, or something that must be there is not\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B ANTHROPIC_API_KEY\\fR, \\fBOPENAI_API_KEY\n"
    "keys of the providers; a model's setting \\fIapi_key_env\\fR names another variable\n"
    ".TP\n.B TRIMTAB_CONFIG_DIR\\fR, \\fBTRIMTAB_STATE_DIR\n"
    "folders to use instead of \\fI$XDG_CONFIG_HOME/trimtab\\fR and "
    "\\fI$XDG_STATE_HOME/trimtab\\fR\n"
    ".TP\n.B HTTPS_PROXY\\fR, \\fBNO_PROXY\\fR, \\fBSSL_CERT_FILE\n"
    "the network, as other programs read them\n"
    ".TP\n.B NO_COLOR\nno colours\n"
    ".SH FILES\n"
    ".TP\n.I ~/.config/trimtab/config.json\nyour settings, JSON with comments\n"
    ".TP\n.I .trimtab.json\na project's settings: policy, pins, rules, ignores; never keys\n"
    ".TP\n.I .trimtabignore\nfiles that are never sent to a model\n"
    ".TP\n.I ~/.local/state/trimtab\noutcomes, receipts, refused answers, the log\n";

int tt_cmd_man(const struct tt_command *command, int argc, char **argv)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_args args;
    int code = tt_args_parse(command, NULL, 0, argc, argv, &args);

    if (code >= 0)
        return code;
    tt_args_release(&args);
    tt_buf_addf(
        &out,
        ".TH TRIMTAB 1 \"\" \"trimtab %s\" \"User Commands\"\n"
        ".SH NAME\ntrimtab \\- AI code actions that developers can trust\n"
        ".SH SYNOPSIS\n.B trimtab\n.I COMMAND\n[\\fIARGUMENTS\\fR]\n"
        ".SH DESCRIPTION\n"
        "A language server and a command line for backend code: rules and rewrites that\n"
        "need no model, and models that are chosen by the kind of the task and answer with\n"
        "the smallest edit that is safe.\n"
        ".SH COMMANDS\n",
        TT_VERSION);
    for (size_t i = 0; i < tt_commands_count; i++)
        tt_args_describe(&tt_commands[i], section, &out);
    tt_buf_adds(&out, after);
    return tt_out_finish(&out, TT_EXIT_OK);
}
