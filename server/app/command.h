/* command.h -- what `trimtab NAME` runs.
 *
 * One file a command: cmd_<name>.c.  commands.c holds the table.
 */
#ifndef TT_APP_COMMAND_H
#define TT_APP_COMMAND_H

#include <stddef.h>

/* Exit codes of every command. */
enum {
    TT_EXIT_OK = 0,
    TT_EXIT_FOUND = 1, /* findings, a refused answer: the work was done, the news is bad */
    TT_EXIT_USAGE = 2, /* bad use, or something that must be there is not */
};

struct tt_command {
    const char *name;
    const char *arguments; /* "FILE:RANGE [INSTRUCTION]" */
    const char *summary;   /* one line, for `trimtab --help` */
    const char *help;      /* paragraphs, for `trimtab NAME --help` */
    /* argv[0] is the command's name.  Returns an exit code. */
    int (*run)(const struct tt_command *command, int argc, char **argv);
};

extern const struct tt_command tt_commands[];
extern const size_t tt_commands_count;

#define TT_COMMAND_RUN(name)                                                                       \
    int tt_cmd_##name(const struct tt_command *command, int argc, char **argv)

TT_COMMAND_RUN(actions);
TT_COMMAND_RUN(apply);
TT_COMMAND_RUN(check);
TT_COMMAND_RUN(compare);
TT_COMMAND_RUN(completions);
TT_COMMAND_RUN(demo);
TT_COMMAND_RUN(doctor);
TT_COMMAND_RUN(edit);
TT_COMMAND_RUN(findings);
TT_COMMAND_RUN(fix);
TT_COMMAND_RUN(log);
TT_COMMAND_RUN(lsp);
TT_COMMAND_RUN(man);
TT_COMMAND_RUN(route);
TT_COMMAND_RUN(rule);
TT_COMMAND_RUN(stats);
TT_COMMAND_RUN(task);
TT_COMMAND_RUN(trust);

#endif
