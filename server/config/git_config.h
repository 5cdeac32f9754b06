/* git_config.h -- the text of one of git's own settings files. */
#ifndef TT_CONFIG_GIT_CONFIG_H
#define TT_CONFIG_GIT_CONFIG_H

#include "trimtab/str.h"

/* One setting: `key` is "section.name" in lower case, or "section.Sub.name", whose middle keeps
 * its letters.  `value` is what git would read: without quotes, escapes and comments; p is NULL
 * where no "=" stands.  Both are borrowed during the call. */
typedef void (*tt_git_setting_cb)(void *arg, tt_str key, tt_str value);

/* Hand over every setting of `text`, in order.  Where git would give up ("bad config line"), it
 * ends.  A key or value over 64 KiB ends it, too. */
void tt_git_config_each(tt_str text, tt_git_setting_cb each, void *arg);

#endif
