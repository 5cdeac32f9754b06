/* draft.h -- the settings while they are being put together. */
#ifndef TT_CONFIG_DRAFT_H
#define TT_CONFIG_DRAFT_H

#include "config/settings.h"

/* A growing array in the arena of the settings. */
struct tt_config_list {
    void *items;
    size_t n, cap;
};

struct tt_config_draft {
    struct tt_config *config;
    const struct tt_config_source *source; /* being read */
    struct tt_config_list models, pins, rules, ignore, actions, languages, findings, problems;
    char path[256]; /* of the member being read: "models.gpt" */
};

/* A zeroed item at the end of the list, or NULL when out of memory. */
void *tt_config_push(struct tt_config_draft *draft, struct tt_config_list *list, size_t size);

/* A copy of `s` that lives as long as the settings; p is NULL without memory. */
tt_str tt_config_keep(struct tt_config_draft *draft, tt_str s);

/* Note a problem at byte `at` of the source (TT_JSONC_NOWHERE: the member being
 * read).  The message never holds a value that could be a secret. */
int tt_config_complain(struct tt_config_draft *draft, uint32_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Does this text look like an API key? */
bool tt_config_looks_secret(tt_str s);

/* Is this a name that people give to API keys ("apiKey", "token")? */
bool tt_config_secret_name(tt_str name);

/* Read the members of `object` into `into`, as `table` says. */
int tt_config_read(struct tt_config_draft *draft, const struct tt_setting *table,
                   const struct tt_json *object, void *into);

/* The same for the member `name` of a map that is being read. */
int tt_config_read_at(struct tt_config_draft *draft, tt_str name, const struct tt_setting *table,
                      const struct tt_json *object, void *into);

/* Everything unset. */
void tt_config_new_model(struct tt_model_config *model, tt_str name);

/* Fill in what follows from other settings, drop what is not usable. */
int tt_config_finish(struct tt_config_draft *draft);

#endif
