/* lookup.c -- questions to finished settings. */
#include "config/settings.h"

#include "trimtab/error.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_word(tt_str a, tt_str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    }
    return true;
}

int tt_config_model(const struct tt_config *config, tt_str name)
{
    for (size_t i = 0; i < config->n_models; i++) {
        if (same_word(config->models[i].name, name))
            return (int)i;
    }
    for (size_t i = 0; i < config->n_models; i++) {
        if (same_word(config->models[i].model, name))
            return (int)i;
    }
    return -1;
}

enum tt_rule_level tt_config_rule(const struct tt_config *config, tt_str rule_id)
{
    enum tt_rule_level any = TT_RULE_DEFAULT, level = TT_RULE_DEFAULT;

    for (size_t i = 0; i < config->n_rules; i++) {
        if (tt_str_eq(config->rules[i].id, rule_id))
            level = config->rules[i].level;
        else if (tt_str_eq(config->rules[i].id, TT_STR("*")))
            any = config->rules[i].level;
    }
    return level != TT_RULE_DEFAULT ? level : any;
}

const struct tt_action_setting *tt_config_own_action(const struct tt_config *config, tt_str leaf)
{
    for (size_t i = config->n_actions; i > 0; i--) {
        const struct tt_action_setting *action = &config->actions[i - 1];

        if (action->prompt.n && tt_str_eq(action->leaf, leaf))
            return action;
    }
    return NULL;
}

bool tt_config_language(const struct tt_config *config, tt_str name)
{
    bool any = true;

    for (size_t i = config->n_languages; i > 0; i--) {
        const struct tt_language_setting *language = &config->languages[i - 1];

        if (tt_str_eq(language->name, name))
            return language->on;
        if (tt_str_eq(language->name, TT_STR("*")))
            any = language->on;
    }
    return any;
}

bool tt_config_action(const struct tt_config *config, tt_str leaf)
{
    bool any = true, on = true, named = false;

    for (size_t i = 0; i < config->n_actions; i++) {
        if (tt_str_eq(config->actions[i].leaf, leaf)) {
            on = config->actions[i].on;
            named = true;
        } else if (tt_str_eq(config->actions[i].leaf, TT_STR("*"))) {
            any = config->actions[i].on;
        }
    }
    return named ? on : any;
}

bool tt_config_ignored(const struct tt_config *config, tt_str path)
{
    for (size_t i = 0; i < config->n_ignore; i++) {
        if (tt_glob_match(config->ignore[i], path))
            return true;
    }
    return false;
}

const char *tt_provider_name(enum tt_provider provider)
{
    static const char *const names[] = { "anthropic", "openai", "openai-compatible" };

    return names[provider];
}

const char *tt_family_name(enum tt_family family)
{
    static const char *const names[] = { "claude", "gpt", "other" };

    return names[family];
}

const char *tt_policy_name(enum tt_policy policy)
{
    static const char *const names[] = { "quality", "balanced", "economy" };

    return names[policy];
}

const char *tt_routing_name(enum tt_routing routing)
{
    static const char *const names[] = { "findings", "learned", "pinned", "off" };

    return names[routing];
}

const char *tt_delivery_name(enum tt_delivery delivery)
{
    static const char *const names[] = { "auto", "resolve", "command" };

    return names[delivery];
}

const char *tt_confirm_name(enum tt_confirm confirm)
{
    static const char *const names[] = { "held", "always" };

    return names[confirm];
}
