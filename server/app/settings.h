/* settings.h -- the settings and rules of a command: the user's and the project's. */
#ifndef TT_APP_SETTINGS_H
#define TT_APP_SETTINGS_H

#include "app/args.h"
#include "config/config.h"

struct tt_rules;

struct tt_cli_settings {
    const struct tt_config *config; /* owned */
    char *root; /* owned; absolute folder of .trimtab.json, or of the repository,
                 * or the current one, or one elsewhere that was named: what the paths
                 * in settings and rules are relative to */
};

/* Read the user's file and the project's, looked for from `near` upward (NULL:
 * the current folder).  What is wrong in them is said on stderr.  TT_ENOMEM. */
int tt_cli_settings_load(const char *near, struct tt_cli_settings *out);
void tt_cli_settings_release(struct tt_cli_settings *settings);

/* `path` relative to the root; the whole of it when it is elsewhere. */
tt_str tt_cli_relative(const struct tt_cli_settings *settings, tt_str absolute);

/* The rules under these settings, with the user's own files; with `only` (may be
 * NULL) just those ids or findings: TT_ENOTFOUND, said on stderr, when there is no
 * such rule. */
int tt_cli_rules_load(const struct tt_cli_settings *settings, const struct tt_args_list *only,
                      struct tt_rules **out);

#endif
