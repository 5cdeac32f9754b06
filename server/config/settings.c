/* settings.c -- the tables, and the readers of what is a list or a map. */
#include "config/draft.h"

#include "trimtab/error.h"

#include <limits.h>

const char *const tt_rule_levels[] = { "off", "hint", "info", "warning", "error", NULL };

static const char *const providers[] = { "anthropic", "openai", "openai-compatible", NULL };
static const char *const families[] = { "claude", "gpt", "other", NULL };
static const char *const policies[] = { "quality", "balanced", "economy", NULL };
static const char *const routings[] = { "findings", "learned", "pinned", "off", NULL };
static const char *const deliveries[] = { "auto", "resolve", "command", NULL };
static const char *const confirms[] = { "held", "always", NULL };
static const char *const formats[] = { "search-replace", "whole", "patch", "tool", NULL };
static const char *const efforts[] = { "low", "medium", "high", NULL };
static const char *const favours[] = { "claude", "gpt", "tie", NULL };
static const char *const margins[] = { "strong", "clear", "slight", "tie", NULL };
static const char *const scopes[] = { "range", "symbol", "file", "new-file", NULL };
static const char *const log_levels[] = { "error", "warn", "info", "debug", "trace", NULL };

#define MAX_MS    3600000.0
#define MAX_USD   1e6
#define MAX_TOKEN 1e8

/* A list of strings becomes an array in the arena. */
static int read_strings(struct tt_config_draft *draft, const struct tt_json *v,
                        struct tt_config_list *list)
{
    for (const struct tt_json *e = v->first; e; e = e->next) {
        tt_str *kept;

        if (e->type != TT_JSON_STRING || e->text.n == 0) {
            int err = tt_config_complain(draft, e->at,
                                         "every element must be a string with "
                                         "something in it");
            if (err)
                return err;
            continue;
        }
        kept = tt_config_push(draft, list, sizeof(*kept));
        if (!kept)
            return TT_ENOMEM;
        *kept = tt_config_keep(draft, e->text);
        if (!kept->p)
            return TT_ENOMEM;
    }
    return 0;
}

static int read_ignore(struct tt_config_draft *draft, const struct tt_json *v, void *into)
{
    (void)into;
    return read_strings(draft, v, &draft->ignore);
}

static int read_command(struct tt_config_draft *draft, const struct tt_json *v, void *into)
{
    struct tt_model_config *model = into;
    struct tt_config_list words = { 0 };
    int err;

    for (const struct tt_json *e = v->first; e; e = e->next) {
        if (e->type == TT_JSON_STRING && tt_config_looks_secret(e->text))
            return tt_config_complain(draft, e->at,
                                      "this looks like a key, which must not be written into "
                                      "settings; name a command that prints it, such as "
                                      "[\"pass\", \"show\", \"anthropic\"]");
    }
    err = read_strings(draft, v, &words);
    if (err)
        return err;
    model->key.command = words.items;
    model->key.n_command = words.n;
    return 0;
}

/* The name of an environment variable; people put the key itself here. */
static int read_key_env(struct tt_config_draft *draft, const struct tt_json *v, void *into)
{
    struct tt_model_config *model = into;
    tt_str name = v->text, kept;

    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';

        if (!letter && !(i > 0 && c >= '0' && c <= '9'))
            return tt_config_complain(
                draft, v->at,
                "this must be the name of an environment variable, such as \"OPENAI_API_KEY\", "
                "not a key itself; if it was a key, replace it at your provider");
    }
    kept = tt_config_keep(draft, name);
    if (!kept.p)
        return TT_ENOMEM;
    model->key.env = kept;
    return 0;
}

static struct tt_model_config *model_named(struct tt_config_draft *draft, tt_str name)
{
    struct tt_model_config *models = draft->models.items;

    for (size_t i = 0; i < draft->models.n; i++) {
        if (tt_str_eq(models[i].name, name))
            return &models[i];
    }
    return NULL;
}

static bool good_name(tt_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              strchr("-_.", c)))
            return false;
    }
    return s.n > 0 && s.n <= 40;
}

static int read_model(struct tt_config_draft *draft, const struct tt_json *v)
{
    struct tt_model_config *model = model_named(draft, v->key);
    tt_str name;

    if (v->type != TT_JSON_OBJECT)
        return tt_config_complain(draft, v->at, "\"%.*s\" must be an object, and is %s",
                                  TT_STR_ARG(v->key), tt_json_type_name(v->type));
    if (!model) {
        if (!good_name(v->key) || draft->models.n >= TT_CONFIG_MAX_MODELS)
            return tt_config_complain(draft, v->key_at,
                                      "a model's name is 1 to 40 letters, digits, dots or dashes, "
                                      "and there may be %d models",
                                      TT_CONFIG_MAX_MODELS);
        model = tt_config_push(draft, &draft->models, sizeof(*model));
        name = tt_config_keep(draft, v->key);
        if (!model || !name.p)
            return TT_ENOMEM;
        tt_config_new_model(model, name);
    }
    return tt_config_read_at(draft, v->key, tt_settings_model, v, model);
}

static int read_models(struct tt_config_draft *draft, const struct tt_json *v, void *into)
{
    int err = 0;

    (void)into;
    for (const struct tt_json *m = v->first; m && !err; m = m->next) {
        if (m->type != TT_JSON_NULL)
            err = read_model(draft, m);
    }
    return err;
}

/* Take "ID path:GLOB language:NAME" apart; false when a word of it means nothing. */
static bool read_rule_key(tt_str key, struct tt_rule_setting *rule)
{
    static const tt_str path = TT_STR_INIT("path:"), language = TT_STR_INIT("language:");

    while (key.n > 0) {
        tt_str word = tt_str_next_word(&key);

        if (tt_str_starts(word, path) && word.n > path.n)
            rule->path = tt_str_sub(word, path.n, word.n);
        else if (tt_str_starts(word, language) && word.n > language.n)
            rule->language = tt_str_sub(word, language.n, word.n);
        else if (word.n && rule->id.n)
            return false;
        else if (word.n)
            rule->id = word;
    }
    return rule->id.n > 0;
}

static int read_rule(struct tt_config_draft *draft, const struct tt_json *v)
{
    struct tt_rule_setting *rule;

    for (int i = 0; v->type == TT_JSON_STRING && tt_rule_levels[i]; i++) {
        if (!tt_str_eq(tt_str_from(tt_rule_levels[i]), v->text))
            continue;
        rule = tt_config_push(draft, &draft->rules, sizeof(*rule));
        if (!rule)
            return TT_ENOMEM;
        *rule = (struct tt_rule_setting){ .level = (enum tt_rule_level)(TT_RULE_OFF + i) };
        tt_str key = tt_config_keep(draft, v->key);
        if (!key.p)
            return TT_ENOMEM;
        if (read_rule_key(key, rule))
            return 0;
        draft->rules.n--;
        return tt_config_complain(draft, v->at,
                                  "\"%.*s\" is a rule's id, and behind it path:GLOB or "
                                  "language:NAME where it is not to count everywhere",
                                  TT_STR_ARG(v->key));
    }
    return tt_config_complain(draft, v->at,
                              "the level of rule \"%.*s\" must be \"off\", \"hint\", \"info\", "
                              "\"warning\" or \"error\"",
                              TT_STR_ARG(v->key));
}

static int read_rules(struct tt_config_draft *draft, const struct tt_json *v, void *into)
{
    int err = 0;

    (void)into;
    for (const struct tt_json *m = v->first; m && !err; m = m->next) {
        if (m->type != TT_JSON_NULL)
            err = read_rule(draft, m);
    }
    return err;
}

/* Leaves own->prompt empty when it cannot be used, which was then said. */
static int read_own_action(struct tt_config_draft *draft, const struct tt_json *m,
                           struct tt_action_setting *own)
{
    const char *why = NULL;
    int err;

    /* words of a project are instructions for a model: they need more than a file */
    if (draft->source->from == TT_CONFIG_PROJECT)
        return tt_config_complain(draft, m->at,
                                  "a project cannot define the action \"%.*s\": put it into "
                                  "your own settings",
                                  TT_STR_ARG(m->key));
    err = tt_config_read_at(draft, m->key, tt_settings_action, m, own);
    if (err)
        return err;
    if (!good_name(m->key))
        why = "a name may have letters, digits, \"-\", \"_\" and \".\" only, at most 40";
    else if (!own->title.n || !own->prompt.n)
        why = "needs a \"title\" and a \"prompt\"";
    else if (own->kind.n && memchr(own->kind.p, ' ', own->kind.n))
        why = "its \"kind\" must be one word, such as \"refactor.rewrite.mine\"";
    if (!why)
        return 0;
    own->prompt = (tt_str){ NULL, 0 };
    return tt_config_complain(draft, m->at, "the action \"%.*s\" cannot be used: %s",
                              TT_STR_ARG(m->key), why);
}

static int read_actions(struct tt_config_draft *draft, const struct tt_json *v, void *into)
{
    int err = 0;

    (void)into;
    for (const struct tt_json *m = v->first; m && !err; m = m->next) {
        struct tt_action_setting own = { .on = true }, *action;

        if (m->type == TT_JSON_OBJECT)
            err = read_own_action(draft, m, &own);
        else if (m->type == TT_JSON_BOOL)
            own.on = m->flag;
        else
            err = tt_config_complain(draft, m->at,
                                     "\"%.*s\" must be true, false, or an action of your own: "
                                     "{title, prompt, kind?, task?, scope?}",
                                     TT_STR_ARG(m->key));
        if (err || (m->type != TT_JSON_BOOL && !own.prompt.n))
            continue;
        own.leaf = tt_config_keep(draft, m->key);
        action = tt_config_push(draft, &draft->actions, sizeof(*action));
        if (!action || !own.leaf.p)
            return TT_ENOMEM;
        *action = own;
    }
    return err;
}

static int read_languages(struct tt_config_draft *draft, const struct tt_json *v, void *into)
{
    int err = 0;

    (void)into;
    for (const struct tt_json *m = v->first; m && !err; m = m->next) {
        struct tt_language_setting *language;

        if (m->type != TT_JSON_BOOL) {
            err = tt_config_complain(draft, m->at, "\"%.*s\" must be true or false",
                                     TT_STR_ARG(m->key));
            continue;
        }
        language = tt_config_push(draft, &draft->languages, sizeof(*language));
        if (!language)
            return TT_ENOMEM;
        language->name = tt_config_keep(draft, m->key);
        language->on = m->flag;
        err = language->name.p ? 0 : TT_ENOMEM;
    }
    return err;
}

/* "path:src" and so on; a bare word is a task. */
static bool pin_kind(tt_str *key, enum tt_pin_kind *kind)
{
    static const struct {
        tt_str prefix;
        enum tt_pin_kind kind;
    } prefixes[] = {
        { TT_STR_INIT("action:"), TT_PIN_ACTION },     { TT_STR_INIT("path:"), TT_PIN_PATH },
        { TT_STR_INIT("task:"), TT_PIN_TASK },         { TT_STR_INIT("class:"), TT_PIN_CLASS },
        { TT_STR_INIT("language:"), TT_PIN_LANGUAGE },
    };

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (!tt_str_starts(*key, prefixes[i].prefix))
            continue;
        *kind = prefixes[i].kind;
        *key = tt_str_sub(*key, prefixes[i].prefix.n, key->n);
        return key->n > 0;
    }
    *kind = TT_PIN_TASK;
    return key->n > 0 && !memchr(key->p, ':', key->n);
}

static int read_pin(struct tt_config_draft *draft, const struct tt_json *v)
{
    enum tt_pin_kind kind;
    tt_str key = v->key;
    struct tt_pin *pin;

    if (v->type != TT_JSON_STRING || v->text.n == 0)
        return tt_config_complain(draft, v->at, "the pin \"%.*s\" must name a model, as a string",
                                  TT_STR_ARG(v->key));
    if (!pin_kind(&key, &kind))
        return tt_config_complain(draft, v->key_at,
                                  "a pin is a task (\"AUTH-1\"), or begins with \"action:\", "
                                  "\"path:\", \"task:\", \"class:\" or \"language:\"");
    pin = tt_config_push(draft, &draft->pins, sizeof(*pin));
    if (!pin)
        return TT_ENOMEM;
    pin->kind = kind;
    pin->key = tt_config_keep(draft, key);
    pin->model = tt_config_keep(draft, v->text);
    return pin->key.p && pin->model.p ? 0 : TT_ENOMEM;
}

static int read_pins(struct tt_config_draft *draft, const struct tt_json *v, void *into)
{
    int err = 0;

    (void)into;
    for (const struct tt_json *m = v->first; m && !err; m = m->next) {
        if (m->type != TT_JSON_NULL)
            err = read_pin(draft, m);
    }
    return err;
}

static int read_findings(struct tt_config_draft *draft, const struct tt_json *v, void *into)
{
    int err = 0;

    (void)into;
    for (const struct tt_json *m = v->first; m && !err; m = m->next) {
        struct tt_finding_setting *row;

        if (m->type != TT_JSON_OBJECT) {
            err =
                tt_config_complain(draft, m->at, "\"%.*s\" must be an object", TT_STR_ARG(m->key));
            continue;
        }
        row = tt_config_push(draft, &draft->findings, sizeof(*row));
        if (!row)
            return TT_ENOMEM;
        row->id = tt_config_keep(draft, m->key);
        if (!row->id.p)
            return TT_ENOMEM;
        err = tt_config_read_at(draft, m->key, tt_settings_finding, m, row);
    }
    return err;
}

#define AT(type, member) .offset = offsetof(struct type, member)
#define MS(n, member)                                                                              \
    {                                                                                              \
        .name = n, .kind = TT_SET_COUNT, AT(tt_config, member), .min = 0, .max = MAX_MS            \
    }
#define USD(n, type, member)                                                                       \
    {                                                                                              \
        .name = n, .kind = TT_SET_AMOUNT, AT(type, member), .min = 0, .max = MAX_USD               \
    }

static const struct tt_setting timeouts[] = {
    MS("connect_ms", timeouts.connect_ms),
    MS("first_byte_ms", timeouts.first_byte_ms),
    MS("first_byte_local_ms", first_byte_local_ms),
    MS("idle_ms", timeouts.idle_ms),
    MS("total_ms", timeouts.total_ms),
    { 0 },
};

static const struct tt_setting budget[] = {
    USD("day_usd", tt_config, day_usd),
    USD("month_usd", tt_config, month_usd),
    { 0 },
};

static const struct tt_setting model_budget[] = {
    USD("day_usd", tt_model_config, day_usd),
    USD("month_usd", tt_model_config, month_usd),
    { 0 },
};

static const struct tt_setting model_price[] = {
    USD("input", tt_model_config, input_usd),
    USD("output", tt_model_config, output_usd),
    USD("cached_input", tt_model_config, cached_usd),
    { 0 },
};

const struct tt_setting tt_settings_model[] = {
    { .name = "provider",
      .kind = TT_SET_CHOICE,
      AT(tt_model_config, provider),
      .choices = providers },
    { .name = "family", .kind = TT_SET_CHOICE, AT(tt_model_config, family), .choices = families },
    { .name = "model", .kind = TT_SET_STRING, AT(tt_model_config, model) },
    { .name = "small_model", .kind = TT_SET_STRING, AT(tt_model_config, small_model) },
    { .name = "base_url", .kind = TT_SET_STRING, AT(tt_model_config, base_url) },
    { .name = "api_key_env", .kind = TT_SET_CUSTOM, .read = read_key_env, .type = TT_JSON_STRING },
    { .name = "api_key_command",
      .kind = TT_SET_CUSTOM,
      .read = read_command,
      .type = TT_JSON_ARRAY },
    { .name = "api_key_file", .kind = TT_SET_STRING, AT(tt_model_config, key.file) },
    { .name = "price", .kind = TT_SET_OBJECT, .table = model_price },
    { .name = "context_tokens",
      .kind = TT_SET_COUNT,
      AT(tt_model_config, context_tokens),
      .min = 256,
      .max = MAX_TOKEN },
    { .name = "max_output_tokens",
      .kind = TT_SET_COUNT,
      AT(tt_model_config, max_output_tokens),
      .min = 16,
      .max = MAX_TOKEN },
    { .name = "token_factor",
      .kind = TT_SET_AMOUNT,
      AT(tt_model_config, token_factor),
      .min = 0.1,
      .max = 10 },
    { .name = "temperature", .kind = TT_SET_TRI, AT(tt_model_config, temperature) },
    { .name = "tools", .kind = TT_SET_TRI, AT(tt_model_config, tools) },
    { .name = "edit_format",
      .kind = TT_SET_WORD,
      AT(tt_model_config, edit_format),
      .choices = formats },
    { .name = "effort", .kind = TT_SET_WORD, AT(tt_model_config, effort), .choices = efforts },
    { .name = "budget", .kind = TT_SET_OBJECT, .table = model_budget },
    { .name = "enabled", .kind = TT_SET_BOOL, AT(tt_model_config, enabled) },
    { 0 },
};

static const struct tt_setting gateway[] = {
    { .name = "base_url", .kind = TT_SET_STRING, AT(tt_model_config, base_url) },
    { .name = "api_key_env", .kind = TT_SET_CUSTOM, .read = read_key_env, .type = TT_JSON_STRING },
    { .name = "api_key_command",
      .kind = TT_SET_CUSTOM,
      .read = read_command,
      .type = TT_JSON_ARRAY },
    { .name = "api_key_file", .kind = TT_SET_STRING, AT(tt_model_config, key.file) },
    { 0 },
};

const struct tt_setting tt_settings_action[] = {
    { .name = "title", .kind = TT_SET_STRING, AT(tt_action_setting, title) },
    { .name = "prompt", .kind = TT_SET_STRING, AT(tt_action_setting, prompt) },
    { .name = "kind", .kind = TT_SET_STRING, AT(tt_action_setting, kind) },
    { .name = "task", .kind = TT_SET_STRING, AT(tt_action_setting, task) },
    { .name = "scope", .kind = TT_SET_WORD, AT(tt_action_setting, scope), .choices = scopes },
    { .name = "enabled", .kind = TT_SET_BOOL, AT(tt_action_setting, on) },
    { 0 },
};

const struct tt_setting tt_settings_finding[] = {
    { .name = "favours", .kind = TT_SET_WORD, AT(tt_finding_setting, favours), .choices = favours },
    { .name = "margin", .kind = TT_SET_WORD, AT(tt_finding_setting, margin), .choices = margins },
    { 0 },
};

const struct tt_setting tt_settings[] = {
    { .name = "models", .kind = TT_SET_CUSTOM, .read = read_models, .type = TT_JSON_OBJECT },
    { .name = "gateway", .kind = TT_SET_OBJECT, AT(tt_config, gateway), .table = gateway },
    { .name = "default_model", .kind = TT_SET_STRING, AT(tt_config, default_name) },
    { .name = "policy",
      .kind = TT_SET_CHOICE,
      .project = true,
      AT(tt_config, policy),
      .choices = policies },
    { .name = "routing", .kind = TT_SET_CHOICE, AT(tt_config, routing), .choices = routings },
    { .name = "pins",
      .kind = TT_SET_CUSTOM,
      .project = true,
      .read = read_pins,
      .type = TT_JSON_OBJECT },
    { .name = "trial", .kind = TT_SET_BOOL, AT(tt_config, trial) },
    { .name = "delivery", .kind = TT_SET_CHOICE, AT(tt_config, delivery), .choices = deliveries },
    { .name = "confirm", .kind = TT_SET_CHOICE, AT(tt_config, confirm), .choices = confirms },
    { .name = "timeouts", .kind = TT_SET_OBJECT, .table = timeouts },
    { .name = "ca_file", .kind = TT_SET_STRING, AT(tt_config, ca_file) },
    { .name = "proxy", .kind = TT_SET_STRING, AT(tt_config, proxy) },
    { .name = "budget", .kind = TT_SET_OBJECT, .table = budget },
    { .name = "rules",
      .kind = TT_SET_CUSTOM,
      .project = true,
      .read = read_rules,
      .type = TT_JSON_OBJECT },
    { .name = "ignore",
      .kind = TT_SET_CUSTOM,
      .project = true,
      .read = read_ignore,
      .type = TT_JSON_ARRAY },
    { .name = "actions",
      .kind = TT_SET_CUSTOM,
      .project = true,
      .read = read_actions,
      .type = TT_JSON_OBJECT },
    { .name = "enabled", .kind = TT_SET_BOOL, .project = true, AT(tt_config, enabled) },
    { .name = "languages",
      .kind = TT_SET_CUSTOM,
      .project = true,
      .read = read_languages,
      .type = TT_JSON_OBJECT },
    { .name = "findings", .kind = TT_SET_CUSTOM, .read = read_findings, .type = TT_JSON_OBJECT },
    { .name = "diagnostics", .kind = TT_SET_BOOL, .project = true, AT(tt_config, diagnostics) },
    { .name = "max_model_actions",
      .kind = TT_SET_COUNT,
      .project = true,
      AT(tt_config, max_model_actions),
      .min = 0,
      .max = 50 },
    { .name = "max_file_bytes",
      .kind = TT_SET_COUNT,
      AT(tt_config, max_file_bytes),
      .min = 1024,
      .max = 64 << 20 },
    { .name = "context_tokens",
      .kind = TT_SET_COUNT,
      AT(tt_config, context_tokens),
      .min = 0,
      .max = 200000 },
    { .name = "redact", .kind = TT_SET_BOOL, AT(tt_config, redact) },
    { .name = "log_level", .kind = TT_SET_WORD, AT(tt_config, log_level), .choices = log_levels },
    { 0 },
};
