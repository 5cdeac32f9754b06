/* config.c -- sources in, one immutable set of settings out. */
#include "config/draft.h"

#include "trimtab/error.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

void *tt_config_push(struct tt_config_draft *draft, struct tt_config_list *list, size_t size)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 8;
        void *items = tt_arena_array(&draft->config->arena, cap, size);

        if (!items)
            return NULL;
        if (list->n)
            memcpy(items, list->items, list->n * size);
        list->items = items;
        list->cap = cap;
    }
    return (char *)list->items + size * list->n++;
}

tt_str tt_config_keep(struct tt_config_draft *draft, tt_str s)
{
    return tt_arena_dup(&draft->config->arena, s);
}

static const char *source_words(const struct tt_config_source *source)
{
    static const char *const words[] = {
        "built-in settings",     "user settings",           "project settings",
        "initializationOptions", "workspace/configuration", "command line",
    };

    return words[source->from];
}

static struct tt_config_problem *new_problem(struct tt_config_draft *draft, uint32_t at)
{
    struct tt_config_problem *p = tt_config_push(draft, &draft->problems, sizeof(*p));

    if (!p)
        return NULL;
    p->from = draft->source ? draft->source->from : TT_CONFIG_BUILTIN;
    if (draft->source && at != TT_JSONC_NOWHERE)
        tt_jsonc_place(draft->source->text, at, &p->line, &p->column);
    return p;
}

/* Names come from files of others: nothing in them may steer a terminal. */
static void make_printable(struct tt_buf *text)
{
    for (size_t i = 0; i < text->n; i++) {
        if ((unsigned char)text->p[i] < ' ' || text->p[i] == 0x7F)
            text->p[i] = '?';
    }
}

int tt_config_complain(struct tt_config_draft *draft, uint32_t at, const char *fmt, ...)
{
    struct tt_config_problem *p = new_problem(draft, at);
    struct tt_buf text = TT_BUF_INIT(4096);
    va_list ap;

    if (!p)
        return TT_ENOMEM;
    if (draft->source && draft->source->name.n)
        tt_buf_addf(&text, "%.*s", TT_STR_ARG(draft->source->name));
    else
        tt_buf_adds(&text, draft->source ? source_words(draft->source) : "settings");
    if (p->line)
        tt_buf_addf(&text, ":%u:%u", (unsigned)p->line, (unsigned)p->column);
    tt_buf_adds(&text, ": ");
    if (draft->path[0])
        tt_buf_addf(&text, "\"%s\": ", draft->path);
    va_start(ap, fmt);
    tt_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    make_printable(&text);
    /* A member's name may be longer than any sensible message. */
    p->text = text.err ? TT_STR("settings: a problem too long to describe")
                       : tt_config_keep(draft, tt_buf_str(&text));
    tt_buf_release(&text);
    return p->text.p ? 0 : TT_ENOMEM;
}

bool tt_config_looks_secret(tt_str s)
{
    static const char *const prefixes[] = { "sk-",  "sk_",  "ghp_", "github_pat_", "AIza",
                                            "xai-", "gsk_", "hf_",  "Bearer " };

    if (s.n < 16)
        return false;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (tt_str_starts(s, tt_str_from(prefixes[i])))
            return true;
    }
    return false;
}

bool tt_config_secret_name(tt_str name)
{
    static const char *const names[] = { "apikey",      "key",       "token",        "secret",
                                         "accesstoken", "xapikey",   "bearer",       "auth",
                                         "password",    "authtoken", "authorization" };
    char plain[32];
    size_t n = 0;

    for (size_t i = 0; i < name.n; i++) {
        if (!isalnum((unsigned char)name.p[i]))
            continue;
        if (n == sizeof(plain) - 1)
            return false;
        plain[n++] = (char)tolower((unsigned char)name.p[i]);
    }
    plain[n] = '\0';
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(plain, names[i]) == 0)
            return true;
    }
    return false;
}

static int syntax_problem(struct tt_config_draft *draft, int err,
                          const struct tt_jsonc_error *error)
{
    size_t before = draft->problems.n;

    if (err == TT_ENOMEM)
        return err;
    err = tt_config_complain(draft, error->at, "%s; none of these settings were read", error->text);
    if (!err)
        ((struct tt_config_problem *)draft->problems.items)[before].fatal = true;
    return err;
}

static int read_source(struct tt_config_draft *draft, const struct tt_config_source *source)
{
    struct tt_jsonc_error error = { TT_JSONC_NOWHERE, "this is nested too deeply" };
    struct tt_json *root = NULL;
    struct tt_arena arena;
    int err;

    tt_arena_init(&arena);
    draft->source = source;
    err = source->json ? tt_jsonc_from_cjson(source->json, &arena, &root)
                       : tt_jsonc_parse(source->text, &arena, &root, &error);
    if (err)
        err = syntax_problem(draft, err, &error);
    else if (root && root->type == TT_JSON_OBJECT)
        err = tt_config_read(draft, tt_settings, root, draft->config);
    else if (root && root->type != TT_JSON_NULL)
        err = tt_config_complain(draft, root->at, "the settings must be an object, in { and }");
    tt_arena_release(&arena);
    draft->source = NULL;
    return err;
}

static int read_sources(struct tt_config_draft *draft, const struct tt_config_source *sources,
                        size_t n)
{
    int err = 0;

    for (int from = TT_CONFIG_BUILTIN; from <= TT_CONFIG_FLAGS; from++) {
        for (size_t i = 0; i < n && !err; i++) {
            if (sources[i].from == (enum tt_config_from)from)
                err = read_source(draft, &sources[i]);
        }
    }
    return err;
}

static void set_defaults(struct tt_config *config)
{
    config->policy = TT_POLICY_BALANCED;
    config->timeouts = (struct tt_http_timeouts){
        .connect_ms = 5000,
        .first_byte_ms = 30000,
        .idle_ms = 30000,
        .total_ms = 180000,
    };
    config->first_byte_local_ms = 180000;
    config->day_usd = config->month_usd = -1;
    config->diagnostics = true;
    config->redact = true;
    config->max_model_actions = 5;
    config->enabled = true;
    config->max_file_bytes = 4u << 20;
    config->context_tokens = 4000;
    config->log_level = TT_STR("warn");
}

static int put_together(struct tt_config *config, const struct tt_config_source *sources, size_t n)
{
    static const tt_str names[] = { TT_STR_INIT("claude"), TT_STR_INIT("gpt") };
    struct tt_config_draft draft = { .config = config };
    int err;

    set_defaults(config);
    tt_config_new_model(&config->gateway, TT_STR("gateway"));
    for (size_t i = 0; i < 2; i++) {
        struct tt_model_config *m = tt_config_push(&draft, &draft.models, sizeof(*m));

        if (!m)
            return TT_ENOMEM;
        tt_config_new_model(m, names[i]);
    }
    err = read_sources(&draft, sources, n);
    return err ? err : tt_config_finish(&draft);
}

int tt_config_create(const struct tt_config_source *sources, size_t n, const struct tt_config **out)
{
    struct tt_config *config = calloc(1, sizeof(*config));
    int err;

    if (!config)
        return TT_ENOMEM;
    tt_arena_init(&config->arena);
    atomic_init(&config->refs, 1);
    err = put_together(config, sources, n);
    if (err) {
        tt_config_unref(config);
        return err;
    }
    *out = config;
    return 0;
}

/* The count is the one member that changes; callers see the rest as const. */
const struct tt_config *tt_config_ref(const struct tt_config *config)
{
    atomic_fetch_add(&((struct tt_config *)(uintptr_t)config)->refs, 1);
    return config;
}

void tt_config_unref(const struct tt_config *config)
{
    struct tt_config *mine = (struct tt_config *)(uintptr_t)config;

    if (!mine || atomic_fetch_sub(&mine->refs, 1) != 1)
        return;
    tt_arena_release(&mine->arena);
    free(mine);
}
