/* settings.h -- every setting there is: name, kind, limits, place.
 *
 * The tables are what the reader follows; protocol/config.schema.json says the
 * same for editors, and a unit test compares the two.
 */
#ifndef TT_CONFIG_SETTINGS_H
#define TT_CONFIG_SETTINGS_H

#include "config/config.h"
#include "config/jsonc.h"

struct tt_config_draft;

enum tt_setting_kind {
    TT_SET_STRING,
    TT_SET_BOOL,
    TT_SET_TRI,    /* enum tt_tri from a boolean */
    TT_SET_COUNT,  /* uint32_t within min..max */
    TT_SET_AMOUNT, /* double within min..max */
    TT_SET_CHOICE, /* an enum: the index in `choices` plus `base` */
    TT_SET_WORD,   /* a string out of `choices`, kept as a string */
    TT_SET_OBJECT, /* members by `table`, at `offset` in the same struct */
    TT_SET_CUSTOM, /* `read` does it all */
};

struct tt_setting {
    const char *name;
    enum tt_setting_kind kind;
    bool project;               /* may a project's file set it? */
    size_t offset;              /* in the struct that the table is for */
    double min, max;            /* COUNT, AMOUNT */
    const char *const *choices; /* CHOICE, WORD: ends with NULL */
    const struct tt_setting *table;
    /* `into` is the struct; complains by itself. */
    int (*read)(struct tt_config_draft *draft, const struct tt_json *v, void *into);
    enum tt_json_type type; /* CUSTOM: what the schema calls it */
};

/* Each ends with a row without a name. */
extern const struct tt_setting tt_settings[];         /* struct tt_config */
extern const struct tt_setting tt_settings_model[];   /* struct tt_model_config */
extern const struct tt_setting tt_settings_action[];  /* struct tt_action_setting */
extern const struct tt_setting tt_settings_finding[]; /* struct tt_finding_setting */
extern const char *const tt_rule_levels[];            /* ends with NULL; from TT_RULE_OFF on */

#endif
