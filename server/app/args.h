/* args.h -- options of a command line.
 *
 *     bool json = false;
 *     const char *rule = NULL;
 *     const struct tt_option options[] = {
 *         { "json", 0, NULL, "print JSON", .flag = &json },
 *         { "rule", 'r', "ID", "only this rule", .text = &rule },
 *     };
 *     struct tt_args args;
 *     int code = tt_args_parse(command, options, COUNT, argc, argv, &args);
 *     if (code >= 0)
 *         return code;
 *
 * `--name VALUE`, `--name=VALUE`, `-n VALUE`; `--` ends the options; --help is
 * there by itself.  Options and other arguments may be mixed.
 */
#ifndef TT_APP_ARGS_H
#define TT_APP_ARGS_H

#include "app/command.h"

#include <stdbool.h>

#define TT_ARGS_LIST_MAX 64

/* An option that may be given several times. */
struct tt_args_list {
    const char *at[TT_ARGS_LIST_MAX];
    size_t n;
};

/* Exactly one target is set; with `flag` alone there is no value. */
struct tt_option {
    const char *name; /* without dashes */
    char letter;      /* 0: none */
    const char *value;
    const char *help; /* NULL: accepted, not shown */
    bool *flag;
    const char **text;
    long *number;
    struct tt_args_list *list;
};

struct tt_args {
    const char **at; /* owned; borrowed strings */
    size_t n;
};

/* -1: go on; else the exit code, everything was said.  On -1 release args. */
int tt_args_parse(const struct tt_command *command, const struct tt_option *options, size_t n,
                  int argc, char **argv, struct tt_args *out);
void tt_args_release(struct tt_args *args);

/* Told of a command and its n options, borrowed for the call. */
typedef void (*tt_args_fn)(void *arg, const struct tt_command *command,
                           const struct tt_option *options, size_t n);

/* Call `fn` with the options of `command`, without running it: options live in the
 * function of their command, so that there is one list of them for help, man page and
 * completions.  A command that reads no options at all is not reported. */
void tt_args_describe(const struct tt_command *command, tt_args_fn fn, void *arg);

/* Complain about the use of `command` and give TT_EXIT_USAGE. */
int tt_args_bad(const struct tt_command *command, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The word of `known` (n of them) that is nearest to `word`, or NULL. */
const char *tt_args_nearest(const char *word, const char *const *known, size_t n);

#endif
