/* cmd_completions.c -- `trimtab completions`: scripts for bash, zsh and fish.
 *
 * Made from the table of commands and the options of each, so that nothing is
 * written twice.
 */
#include "app/args.h"
#include "app/out.h"

#include <string.h>

/* ---- words in a shell's quotes ---- */

/* Inside '...': the quote itself is closed, escaped and opened again. */
static void quoted(struct tt_buf *out, const char *text)
{
    tt_buf_addc(out, '\'');
    for (const char *c = text; *c; c++)
        if (*c == '\'')
            tt_buf_adds(out, "'\\''");
        else
            tt_buf_addc(out, *c);
    tt_buf_addc(out, '\'');
}

static void each_command(struct tt_buf *out, tt_args_fn fn)
{
    for (size_t i = 0; i < tt_commands_count; i++)
        tt_args_describe(&tt_commands[i], fn, out);
}

/* ---- bash ---- */

static void bash_command(void *arg, const struct tt_command *command,
                         const struct tt_option *options, size_t n)
{
    struct tt_buf *out = arg;

    tt_buf_addf(out, "    %s) words='--help", command->name);
    for (size_t i = 0; i < n; i++)
        if (options[i].help)
            tt_buf_addf(out, " --%s", options[i].name);
    tt_buf_adds(out, "' ;;\n");
}

static void bash(struct tt_buf *out)
{
    tt_buf_adds(out, "_trimtab()\n{\n"
                     "    local word=${COMP_WORDS[COMP_CWORD]} words=\n"
                     "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                     "        words='--help --version help");
    for (size_t i = 0; i < tt_commands_count; i++)
        tt_buf_addf(out, " %s", tt_commands[i].name);
    tt_buf_adds(out, "'\n    else\n    case ${COMP_WORDS[1]} in\n");
    each_command(out, bash_command);
    tt_buf_adds(out, "    esac\n    [[ $word == -* ]] || words=\n    fi\n"
                     "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
                     "complete -o default -F _trimtab trimtab\n");
}

/* ---- zsh ---- */

/* A description within '[...]' and quotes. */
static void zsh_text(struct tt_buf *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (strchr("[]:\\", *c))
            tt_buf_addc(out, '\\');
        if (*c == '\'')
            tt_buf_adds(out, "'\\''");
        else
            tt_buf_addc(out, *c);
    }
}

static void zsh_command(void *arg, const struct tt_command *command,
                        const struct tt_option *options, size_t n)
{
    struct tt_buf *out = arg;

    tt_buf_addf(out, "    %s) _arguments '(-h --help)'{-h,--help}'[show help]'", command->name);
    for (size_t i = 0; i < n; i++) {
        if (!options[i].help)
            continue;
        tt_buf_addf(out, " '%s--%s%s[", options[i].list ? "*" : "", options[i].name,
                    options[i].value ? "=" : "");
        zsh_text(out, options[i].help);
        tt_buf_adds(out, "]");
        if (options[i].value) {
            tt_buf_addc(out, ':');
            zsh_text(out, options[i].value);
            tt_buf_addc(out, ':');
        }
        tt_buf_addc(out, '\'');
    }
    tt_buf_adds(out, " '*:file:_files' ;;\n");
}

static void zsh(struct tt_buf *out)
{
    tt_buf_adds(out, "#compdef trimtab\n_trimtab()\n{\n    local -a commands=(\n");
    for (size_t i = 0; i < tt_commands_count; i++) {
        tt_buf_addf(out, "        '%s:", tt_commands[i].name);
        zsh_text(out, tt_commands[i].summary);
        tt_buf_adds(out, "'\n");
    }
    tt_buf_adds(out, "    )\n    if (( CURRENT == 2 )); then\n"
                     "        _describe command commands\n        return\n    fi\n"
                     "    shift words\n    (( CURRENT-- ))\n    case $words[1] in\n");
    each_command(out, zsh_command);
    tt_buf_adds(out, "    esac\n}\n"
                     "if [ \"$funcstack[1]\" = _trimtab ]; then _trimtab \"$@\"; "
                     "else compdef _trimtab trimtab; fi\n");
}

/* ---- fish ---- */

static void fish_command(void *arg, const struct tt_command *command,
                         const struct tt_option *options, size_t n)
{
    struct tt_buf *out = arg;

    tt_buf_addf(out, "complete -c trimtab -n __fish_use_subcommand -f -a %s -d ", command->name);
    quoted(out, command->summary);
    tt_buf_addc(out, '\n');
    for (size_t i = 0; i < n; i++) {
        if (!options[i].help)
            continue;
        tt_buf_addf(out, "complete -c trimtab -n '__fish_seen_subcommand_from %s' -l %s",
                    command->name, options[i].name);
        if (options[i].letter)
            tt_buf_addf(out, " -s %c", options[i].letter);
        tt_buf_addf(out, "%s -d ", options[i].value ? " -r" : "");
        quoted(out, options[i].help);
        tt_buf_addc(out, '\n');
    }
}

static void fish(struct tt_buf *out)
{
    each_command(out, fish_command);
}

int tt_cmd_completions(const struct tt_command *command, int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(struct tt_buf *out);
    } shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_args args;
    int code = tt_args_parse(command, NULL, 0, argc, argv, &args);

    if (code >= 0)
        return code;
    for (size_t i = 0; code < 0 && args.n == 1 && i < sizeof(shells) / sizeof(shells[0]); i++) {
        if (strcmp(args.at[0], shells[i].name) == 0) {
            shells[i].write(&out);
            code = tt_out_finish(&out, TT_EXIT_OK);
        }
    }
    if (code < 0)
        code = tt_args_bad(command, "for which shell? bash, zsh or fish");
    tt_args_release(&args);
    return code;
}
