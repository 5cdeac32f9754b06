/* finish.c -- what follows from the settings once all sources are read: default
 * addresses and keys, models that cannot be used, pins that lead nowhere. */
#include "config/draft.h"

#include "trimtab/error.h"

#include <stdlib.h>
#include <string.h>

/* The models of a new installation, from the table of prices of 2026-09-23:
 * the newest model of each family that costs $2 in and $10 out, which is the
 * tier of Claude 3.5 Sonnet and GPT-4o (the article's $3/$15 and $2.50/$10) a
 * generation of prices later: below the flagship of $10/$50 that each family
 * also has, above the small one.  Equal list prices also mean that a tie is
 * decided by tokens alone. */
static const struct {
    tt_str name, model, small_model;
    enum tt_provider provider;
    enum tt_family family;
} standard[] = {
    { TT_STR_INIT("claude"), TT_STR_INIT("claude-sonnet-5"), TT_STR_INIT("claude-haiku-4-5"),
      TT_PROVIDER_ANTHROPIC, TT_FAMILY_CLAUDE },
    { TT_STR_INIT("gpt"), TT_STR_INIT("gpt-6-sol"), TT_STR_INIT("gpt-6-luna"), TT_PROVIDER_OPENAI,
      TT_FAMILY_GPT },
};

static const struct {
    tt_str url, key_env;
} official[] = {
    [TT_PROVIDER_ANTHROPIC] = { TT_STR_INIT("https://api.anthropic.com"),
                                TT_STR_INIT("ANTHROPIC_API_KEY") },
    [TT_PROVIDER_OPENAI] = { TT_STR_INIT("https://api.openai.com/v1"),
                             TT_STR_INIT("OPENAI_API_KEY") },
    [TT_PROVIDER_OPENAI_COMPATIBLE] = { { NULL, 0 }, { NULL, 0 } },
};

#define UNSET_CHOICE 99u /* no enum has so many members */

void tt_config_new_model(struct tt_model_config *model, tt_str name)
{
    model->name = name;
    model->provider = (enum tt_provider)UNSET_CHOICE;
    model->family = (enum tt_family)UNSET_CHOICE;
    model->input_usd = model->output_usd = model->cached_usd = -1;
    model->day_usd = model->month_usd = -1;
    model->enabled = true;
}

static bool contains(tt_str s, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i + n <= s.n; i++) {
        if (memcmp(s.p + i, word, n) == 0)
            return true;
    }
    return false;
}

static enum tt_family guess_family(tt_str model)
{
    if (contains(model, "claude"))
        return TT_FAMILY_CLAUDE;
    return contains(model, "gpt") ? TT_FAMILY_GPT : TT_FAMILY_OTHER;
}

static void fill_standard(struct tt_model_config *m)
{
    for (size_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++) {
        bool same;

        if (!tt_str_eq(m->name, standard[i].name))
            continue;
        same = (unsigned)m->provider == UNSET_CHOICE && m->model.n == 0 && m->base_url.n == 0;
        if ((unsigned)m->provider == UNSET_CHOICE)
            m->provider = standard[i].provider;
        if ((unsigned)m->family == UNSET_CHOICE)
            m->family = standard[i].family;
        if (m->model.n == 0)
            m->model = standard[i].model;
        /* Another address or another model may know nothing of our small one. */
        if (same && m->small_model.n == 0)
            m->small_model = standard[i].small_model;
    }
    if ((unsigned)m->provider == UNSET_CHOICE)
        m->provider = TT_PROVIDER_OPENAI_COMPATIBLE;
    if ((unsigned)m->family == UNSET_CHOICE)
        m->family = guess_family(m->model);
}

/* One address for models of both families: it stands in where a model has no
 * address of its own. */
static void apply_gateway(const struct tt_model_config *gateway, struct tt_model_config *m)
{
    if (gateway->base_url.n == 0 || m->base_url.n || (unsigned)m->provider != UNSET_CHOICE)
        return;
    m->provider = TT_PROVIDER_OPENAI_COMPATIBLE;
    m->base_url = gateway->base_url;
    if (!m->key.env.n && !m->key.n_command && !m->key.file.n)
        m->key = gateway->key;
}

/* The host of "https://host:port/path". */
static tt_str host_of(tt_str url)
{
    size_t from = 0, to;

    for (size_t i = 0; i + 2 < url.n && !from; i++) {
        if (memcmp(url.p + i, "://", 3) == 0)
            from = i + 3;
    }
    if (from < url.n && url.p[from] == '[') {
        const char *end = memchr(url.p + from, ']', url.n - from);

        to = end ? (size_t)(end - url.p) + 1 : url.n;
    } else {
        for (to = from; to < url.n && !strchr(":/?#", url.p[to]);)
            to++;
    }
    return tt_str_sub(url, from, to);
}

static bool is_local(tt_str url)
{
    tt_str host = host_of(url);

    return tt_str_eq(host, TT_STR("localhost")) || tt_str_starts(host, TT_STR("127.")) ||
           tt_str_eq(host, TT_STR("[::1]")) || tt_str_eq(host, TT_STR("0.0.0.0")) ||
           tt_str_ends(host, TT_STR(".localhost"));
}

/* What is wrong with the address; NULL when nothing is. */
static const char *url_problem(tt_str url)
{
    tt_str host = host_of(url);

    if (!tt_str_starts(url, TT_STR("https://")) && !tt_str_starts(url, TT_STR("http://")))
        return "\"base_url\" must begin with https:// or http://";
    if (host.n == 0)
        return "\"base_url\" names no host";
    for (size_t i = 0; i < url.n; i++) {
        if ((unsigned char)url.p[i] <= ' ' || (unsigned char)url.p[i] == 0x7F)
            return "\"base_url\" may hold no spaces";
    }
    if (memchr(url.p, '@', url.n))
        return "\"base_url\" may hold no user name or password; use \"api_key_env\"";
    if (memchr(url.p, '?', url.n) || memchr(url.p, '#', url.n))
        return "\"base_url\" must end before any ? or #";
    return NULL;
}

static void trim_url(struct tt_model_config *m)
{
    while (m->base_url.n > 0 && m->base_url.p[m->base_url.n - 1] == '/')
        m->base_url.n--;
    /* Both spellings are common; the path of a request begins with /v1 here. */
    if (m->provider == TT_PROVIDER_ANTHROPIC && tt_str_ends(m->base_url, TT_STR("/v1")))
        m->base_url.n -= 3;
}

static bool has_key_source(const struct tt_model_config *m)
{
    return m->key.env.n || m->key.n_command || m->key.file.n;
}

/* Keeps a model, or says why it is left out. */
static int check_model(struct tt_config_draft *draft, struct tt_model_config *m, bool *keep)
{
    const char *wrong = NULL;

    *keep = false;
    if (!m->enabled)
        return 0;
    apply_gateway(&draft->config->gateway, m);
    fill_standard(m);
    if (m->base_url.n == 0)
        m->base_url = official[m->provider].url;
    trim_url(m);
    if (!has_key_source(m))
        m->key.env = official[m->provider].key_env;
    if (m->model.n == 0)
        wrong = "\"model\" is missing: the model's id, as the provider spells it";
    else if (m->base_url.n == 0)
        wrong = "\"base_url\" is missing, such as \"http://localhost:11434/v1\"";
    else
        wrong = url_problem(m->base_url);
    if (wrong)
        return tt_config_complain(draft, TT_JSONC_NOWHERE, "model \"%.*s\" is left out: %s",
                                  TT_STR_ARG(m->name), wrong);
    m->local = is_local(m->base_url);
    m->key_required =
        has_key_source(m) && !(m->local && m->provider == TT_PROVIDER_OPENAI_COMPATIBLE);
    *keep = true;
    return 0;
}

static int finish_models(struct tt_config_draft *draft)
{
    struct tt_model_config *models = draft->models.items;
    size_t n = 0;

    for (size_t i = 0; i < draft->models.n; i++) {
        bool keep;
        int err = check_model(draft, &models[i], &keep);

        if (err)
            return err;
        if (keep)
            models[n++] = models[i];
    }
    draft->config->models = models;
    draft->config->n_models = n;
    return 0;
}

static const char *model_name(const void *config, size_t i)
{
    const struct tt_config *c = config;

    return i < c->n_models ? c->models[i].name.p : NULL;
}

static int unknown_model(struct tt_config_draft *draft, const char *where, tt_str key, tt_str model)
{
    const char *near = tt_nearest(model, model_name, draft->config);

    return tt_config_complain(
        draft, TT_JSONC_NOWHERE,
        "%s%.*s names the model \"%.*s\", which \"models\" does not have%s%s%s", where,
        TT_STR_ARG(key), TT_STR_ARG(model), near ? "; did you mean \"" : "", near ? near : "",
        near ? "\"?" : "");
}

/* Later sources stand later in the list and win: keep the last of each key. */
static int finish_pins(struct tt_config_draft *draft)
{
    struct tt_pin *pins = draft->pins.items;
    size_t n = 0;

    for (size_t i = 0; i < draft->pins.n; i++) {
        bool again = false;

        for (size_t k = i + 1; k < draft->pins.n && !again; k++)
            again = pins[k].kind == pins[i].kind && tt_str_eq(pins[k].key, pins[i].key);
        if (again)
            continue;
        if (tt_config_model(draft->config, pins[i].model) < 0) {
            int err = unknown_model(draft, "the pin ", pins[i].key, pins[i].model);

            if (err)
                return err;
            continue;
        }
        pins[n++] = pins[i];
    }
    for (size_t i = 1; i < n; i++) { /* few: stable insertion by kind */
        struct tt_pin pin = pins[i];
        size_t k = i;

        for (; k > 0 && pins[k - 1].kind > pin.kind; k--)
            pins[k] = pins[k - 1];
        pins[k] = pin;
    }
    draft->config->pins = pins;
    draft->config->n_pins = n;
    return 0;
}

static int finish_default(struct tt_config_draft *draft)
{
    struct tt_config *c = draft->config;
    int found = c->default_name.n ? tt_config_model(c, c->default_name) : 0;

    c->default_model = found > 0 ? (uint32_t)found : 0;
    if (found >= 0)
        return 0;
    return unknown_model(draft, "default_model", TT_STR(""), c->default_name);
}

/* Members of an object have no order (editors send tables as they come), but the
 * rules take the last level that fits: "all others" goes before the named ones. */
static void others_first(struct tt_rule_setting *rules, size_t n)
{
    size_t n_others = 0;

    for (size_t i = 0; i < n; i++) {
        struct tt_rule_setting others = rules[i];

        if (!tt_str_eq(others.id, TT_STR("*")))
            continue;
        memmove(rules + n_others + 1, rules + n_others, (i - n_others) * sizeof(*rules));
        rules[n_others++] = others;
    }
}

int tt_config_finish(struct tt_config_draft *draft)
{
    struct tt_config *c = draft->config;
    int err = finish_models(draft);

    if (!err)
        err = finish_pins(draft);
    if (!err)
        err = finish_default(draft);
    c->rules = draft->rules.items;
    c->n_rules = draft->rules.n;
    others_first(draft->rules.items, c->n_rules);
    c->ignore = draft->ignore.items;
    c->n_ignore = draft->ignore.n;
    c->actions = draft->actions.items;
    c->n_actions = draft->actions.n;
    c->languages = draft->languages.items;
    c->n_languages = draft->languages.n;
    c->findings = draft->findings.items;
    c->n_findings = draft->findings.n;
    c->problems = draft->problems.items;
    c->n_problems = draft->problems.n;
    return err;
}
