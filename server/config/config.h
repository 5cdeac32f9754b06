/* config.h -- the settings: read from several places, merged, typed.
 *
 * The same shape everywhere: the user's file, the project's file,
 * initializationOptions, workspace/configuration, flags.  Later ones win,
 * member by member; `ignore` alone adds up.  Texts come in, no file is opened
 * here.  A member that is unknown, of the wrong type or not allowed where it
 * stands is left out and named in `problems`; the rest counts.
 *
 * A struct tt_config never changes: live reload makes a new one, and whoever
 * still works with the old one holds a reference.  Any thread may read it.
 */
#ifndef TT_CONFIG_CONFIG_H
#define TT_CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/io.h"
#include "trimtab/str.h"

#include <stdatomic.h>
#include <stdint.h>

struct cJSON;

enum tt_provider {
    TT_PROVIDER_ANTHROPIC,        /* base_url without /v1 */
    TT_PROVIDER_OPENAI,           /* base_url ends in /v1 */
    TT_PROVIDER_OPENAI_COMPATIBLE /* gateways and local servers; base_url ends in /v1 */
};

/* Whose findings apply to a model. */
enum tt_family { TT_FAMILY_CLAUDE, TT_FAMILY_GPT, TT_FAMILY_OTHER, TT_FAMILY_COUNT };

enum tt_policy { TT_POLICY_QUALITY, TT_POLICY_BALANCED, TT_POLICY_ECONOMY, TT_POLICY_COUNT };

enum tt_routing {
    TT_ROUTING_FINDINGS, /* the findings decide; outcomes are recorded and shown */
    TT_ROUTING_LEARNED,  /* the findings are a prior, the user's outcomes the evidence; once
                          * there is enough of it, choices are drawn, and labelled so */
    TT_ROUTING_PINNED,   /* only pins, and `default_model` for the rest */
    TT_ROUTING_OFF       /* always `default_model` */
};

enum tt_delivery { TT_DELIVERY_AUTO, TT_DELIVERY_RESOLVE, TT_DELIVERY_COMMAND };

/* When an edit by a model waits for a yes: where something speaks against it, or always. */
enum tt_confirm { TT_CONFIRM_HELD, TT_CONFIRM_ALWAYS };

/* DEFAULT is "what the rule itself says". */
enum tt_rule_level {
    TT_RULE_DEFAULT,
    TT_RULE_OFF,
    TT_RULE_HINT,
    TT_RULE_INFO,
    TT_RULE_WARNING,
    TT_RULE_ERROR
};

enum tt_tri { TT_UNSET, TT_NO, TT_YES };

#define TT_CONFIG_MAX_MODELS 16

/* One entry of `models`. */
struct tt_model_config {
    tt_str name; /* "claude", "gpt", or the user's own */
    enum tt_provider provider;
    enum tt_family family;
    tt_str model;       /* the id that is sent: "claude-sonnet-5" */
    tt_str small_model; /* the cheaper tier at the same address; empty: none */
    tt_str base_url;    /* without a slash at the end */
    struct tt_key_source key;
    bool key_required; /* false at a local server, or where no source of a key is set */
    bool local;        /* the address is this machine */

    /* What the table of models says, unless set here: */
    double input_usd, output_usd, cached_usd;   /* per million tokens; < 0: not set */
    uint32_t context_tokens, max_output_tokens; /* 0: not set */
    double token_factor;                        /* tokens per token of our estimate; 0: not set */
    enum tt_tri temperature, tools;             /* does it accept them? */
    tt_str edit_format;        /* "search-replace", "whole", "patch", "tool"; empty: not set */
    tt_str effort;             /* "low", "medium", "high"; empty: the model's own */
    double day_usd, month_usd; /* budget of this model alone; < 0: none */
    bool enabled;              /* always true in finished settings */
};

/* What a pin looks at.  A more particular one wins: in this order. */
enum tt_pin_kind { TT_PIN_ACTION, TT_PIN_PATH, TT_PIN_TASK, TT_PIN_CLASS, TT_PIN_LANGUAGE };

/* From "AUTH-1": "claude", or "class:rest", "language:sql", "action:docs", or "path:"
 * and a glob. */
struct tt_pin {
    enum tt_pin_kind kind;
    tt_str key;   /* without its "path:" and so on */
    tt_str model; /* name of an entry of `models` */
};

/* From the key "ID", "ID path:GLOB" or "ID language:NAME", or all three. */
struct tt_rule_setting {
    tt_str id;             /* a rule's id, a finding, or "*" */
    tt_str path, language; /* where it counts; empty: everywhere */
    enum tt_rule_level level;
};

struct tt_action_setting {
    tt_str leaf; /* "resilience", or a name of the user's own */
    bool on;
    /* The user's own action; empty `prompt`: it is one of ours. */
    tt_str title, prompt;
    tt_str kind;  /* "refactor.rewrite.trimtab.NAME" when empty */
    tt_str task;  /* "ERR-2"; empty: what the words say */
    tt_str scope; /* "range", "symbol", "file", "new-file"; empty: what is pointed at */
};

struct tt_language_setting {
    tt_str name; /* "sql", or "*" */
    bool on;
};

/* The user's own view of a finding (`findings: {"ERR-2": {favours, margin}}`). */
struct tt_finding_setting {
    tt_str id;
    tt_str favours; /* "claude", "gpt", "tie"; empty: not set */
    tt_str margin;  /* "strong", "clear", "slight", "tie"; empty: not set */
};

enum tt_config_from {
    TT_CONFIG_BUILTIN,
    TT_CONFIG_USER,    /* config.json of the user */
    TT_CONFIG_PROJECT, /* .trimtab.json: harmless members only */
    TT_CONFIG_INIT,    /* initializationOptions */
    TT_CONFIG_WORKSPACE,
    TT_CONFIG_FLAGS
};

struct tt_config_problem {
    enum tt_config_from from;
    bool fatal;      /* the whole source was left out (it is not JSON) */
    uint32_t line;   /* from 1; 0 when the source has no text */
    uint32_t column; /* from 1, in code points */
    tt_str text;     /* for people, whole: "config.json:3:5: unknown setting "modles"; …" */
};

struct tt_config {
    struct tt_arena arena; /* owns everything below */
    atomic_uint refs;

    const struct tt_model_config *models; /* "claude" and "gpt" first */
    size_t n_models;
    struct tt_model_config gateway; /* what was written; it is in `models` already */
    tt_str default_name;            /* what was written; use: */
    uint32_t default_model;         /* index: for work that no finding covers */

    enum tt_policy policy;
    enum tt_routing routing;
    const struct tt_pin *pins; /* sorted by kind */
    size_t n_pins;
    bool trial; /* duels for the first tasks of each class */

    enum tt_delivery delivery;
    enum tt_confirm confirm;
    struct tt_http_timeouts timeouts;
    uint32_t first_byte_local_ms; /* instead of timeouts.first_byte_ms where the model is local */
    tt_str ca_file, proxy;        /* empty: what the environment says */
    double day_usd, month_usd;    /* over all models; < 0: no limit */

    const struct tt_rule_setting *rules;
    size_t n_rules;
    const tt_str *ignore; /* globs: never read by rules, never sent */
    size_t n_ignore;
    const struct tt_action_setting *actions;
    size_t n_actions;
    const struct tt_language_setting *languages;
    size_t n_languages;
    bool enabled; /* false: no model is offered or asked */
    const struct tt_finding_setting *findings;
    size_t n_findings;

    bool diagnostics;
    uint32_t max_model_actions; /* in one menu */
    uint32_t max_file_bytes;    /* no parse and no rules above */
    uint32_t context_tokens;    /* of read-only context beyond the file; 0: none */
    bool redact;                /* secrets in code are replaced before it is sent */
    tt_str log_level;           /* "error" … "trace" */

    const struct tt_config_problem *problems; /* in the order of the sources */
    size_t n_problems;
};

/* `json` wins over `text` when it is not NULL; both are borrowed during the
 * call.  JSON null in place of a whole source or of a member changes nothing. */
struct tt_config_source {
    enum tt_config_from from;
    tt_str name; /* for messages: the file's path; empty: words for `from` */
    tt_str text; /* JSON, with comments and trailing commas; empty: no settings */
    const struct cJSON *json;
};

/* The built-in settings with `sources` laid over them in the order of
 * enum tt_config_from (whatever their order here).  *out has one reference.
 * Fails only with TT_ENOMEM: what is wrong in a source is in `problems`. */
int tt_config_create(const struct tt_config_source *sources, size_t n,
                     const struct tt_config **out);

const struct tt_config *tt_config_ref(const struct tt_config *config);
void tt_config_unref(const struct tt_config *config); /* NULL is fine */

/* An entry of `models` by its name, or else the first whose model id this is;
 * -1 when there is none.  Letter case does not matter. */
int tt_config_model(const struct tt_config *config, tt_str name);

/* The level that the user gave the rule, or TT_RULE_DEFAULT. */
enum tt_rule_level tt_config_rule(const struct tt_config *config, tt_str rule_id);

/* May this model action be offered? */
bool tt_config_action(const struct tt_config *config, tt_str leaf);

/* The user's own action of that name; NULL: there is none. */
const struct tt_action_setting *tt_config_own_action(const struct tt_config *config, tt_str leaf);

/* May a model be offered in documents of this language? */
bool tt_config_language(const struct tt_config *config, tt_str name);

/* Is this file one that is never read by rules and never sent?  `path` is
 * relative to the project's root, with slashes. */
bool tt_config_ignored(const struct tt_config *config, tt_str path);

/* Does `path` match the glob, as a line of .gitignore does?  (`*`, `?`, `[a-z]`,
 * `**`; without a slash it matches a name at any depth.) */
bool tt_glob_match(tt_str glob, tt_str path);
/* The same, but what is in a folder that matches does not. */
bool tt_glob_match_itself(tt_str glob, tt_str path);

/* The nearest of the names, for "did you mean"; NULL when none is near.  `next`
 * gives name i, or NULL behind the last. */
const char *tt_nearest(tt_str word, const char *(*next)(const void *names, size_t i),
                       const void *names);

/* The settings in force as JSON, for `trimtab doctor` and the log: no key is in
 * them, and the password of a proxy is left out. */
int tt_config_write(const struct tt_config *config, struct tt_buf *out);

const char *tt_provider_name(enum tt_provider provider); /* "anthropic"; static, as are: */
const char *tt_family_name(enum tt_family family);
const char *tt_policy_name(enum tt_policy policy);
const char *tt_routing_name(enum tt_routing routing);
const char *tt_delivery_name(enum tt_delivery delivery);
const char *tt_confirm_name(enum tt_confirm confirm);

#endif
