/* router.c -- make a router, give it settings, ask what a model is and costs. */
#include "route/router.h"

#include "base/embed.h"
#include "trimtab/error.h"

#include <stdlib.h>

TT_EMBEDDED_DECLARE(route)

static tt_str built_in(tt_str given, const char *path)
{
    return given.n ? given : tt_embedded_find(tt_route_files, tt_route_files_count, path);
}

int tt_router_create(const struct tt_router_data *data, struct tt_router **out)
{
    struct tt_router *router = calloc(1, sizeof(*router));
    int err;

    if (!router)
        return TT_ENOMEM;
    tt_arena_init(&router->arena);
    tt_arena_init(&router->notices);
    tt_learned_init(&router->learned, data->seed);
    router->seed = data->seed;
    err = tt_findings_read(built_in(data->findings, "findings.json"), &router->arena,
                           &router->findings);
    if (!err)
        err = tt_models_read(built_in(data->models, "models.json"),
                             built_in(data->prices, "prices.json"), &router->models);
    if (err) {
        tt_router_destroy(router);
        return err;
    }
    *out = router;
    return 0;
}

void tt_router_destroy(struct tt_router *router)
{
    if (!router)
        return;
    tt_config_unref(router->config);
    free(router->rows);
    free(router->current);
    tt_health_release(&router->health);
    tt_budget_release(&router->budget);
    tt_learned_release(&router->learned);
    tt_models_release(&router->models);
    tt_arena_release(&router->notices);
    tt_arena_release(&router->arena);
    free(router);
}

void tt_router_seed(struct tt_router *router, uint64_t seed)
{
    if (seed)
        router->seed = seed;
}

static void apply_finding(struct tt_finding_row *row, const struct tt_finding_setting *own)
{
    static const tt_str margins[] = { TT_STR_INIT("tie"), TT_STR_INIT("slight"),
                                      TT_STR_INIT("clear"), TT_STR_INIT("strong") };

    row->users_own = true;
    if (own->favours.n)
        row->favours = tt_str_eq(own->favours, TT_STR("claude")) ? TT_FAMILY_CLAUDE
                       : tt_str_eq(own->favours, TT_STR("gpt"))  ? TT_FAMILY_GPT
                                                                 : TT_FAMILY_OTHER;
    for (int i = 0; i < 4; i++) {
        if (tt_str_eq(own->margin, margins[i]))
            row->margin = (enum tt_margin)i;
    }
    if (row->margin == TT_MARGIN_TIE)
        row->favours = TT_FAMILY_OTHER;
    else if (row->favours == TT_FAMILY_OTHER)
        row->margin = TT_MARGIN_TIE;
}

/* A row that was a tie has no margin of its own: favouring someone there needs
 * one, and the least is meant. */
static void overlay(struct tt_finding_row *row, const struct tt_finding_setting *own)
{
    if (row->margin == TT_MARGIN_TIE && own->margin.n == 0 && own->favours.n)
        row->margin = TT_MARGIN_SLIGHT;
    apply_finding(row, own);
}

static int copy_rows(struct tt_router *router, const struct tt_config *config)
{
    struct tt_finding_row *rows = calloc(router->findings.n + 1, sizeof(*rows));

    if (!rows)
        return TT_ENOMEM;
    memcpy(rows, router->findings.rows, router->findings.n * sizeof(*rows));
    for (size_t i = 0; i < config->n_findings; i++) {
        int at = tt_findings_find(&router->findings, config->findings[i].id);

        if (at >= 0)
            overlay(&rows[at], &config->findings[i]);
    }
    free(router->rows);
    router->rows = rows;
    return 0;
}

/* The settings win over the tables. */
static void apply_settings(const struct tt_model_config *m, bool small,
                           struct tt_current_model *current)
{
    struct tt_model_facts *f = &current->facts;
    struct tt_price *p = &current->price;

    if (!small && (m->input_usd >= 0 || m->output_usd >= 0)) {
        *p = (struct tt_price){ .input = m->input_usd >= 0 ? m->input_usd : p->input,
                                .output = m->output_usd >= 0 ? m->output_usd : p->output,
                                .cache_read = m->cached_usd,
                                .cache_write = -1,
                                .above = -1,
                                .context = p->context };
        f->as_of = TT_STR("");
    } else if (!small && m->cached_usd >= 0) {
        p->cache_read = m->cached_usd;
    }
    if (m->context_tokens && !small)
        p->context = m->context_tokens;
    if (m->max_output_tokens)
        f->max_output_tokens = m->max_output_tokens;
    if (m->token_factor > 0)
        f->token_factor = m->token_factor;
    if (m->temperature != TT_UNSET)
        f->temperature = m->temperature == TT_YES;
    if (m->tools != TT_UNSET)
        f->tools = m->tools == TT_YES;
    if (m->edit_format.n)
        f->edit_format = m->edit_format;
}

/* How near it is to the model that the article judged. */
static double distance_of(const struct tt_findings *findings, enum tt_family family, bool measured)
{
    if (family == TT_FAMILY_OTHER)
        return 0;
    return measured ? findings->same : findings->family;
}

static void refresh_one(struct tt_router *router, const struct tt_model_config *m, bool small,
                        struct tt_current_model *out)
{
    const struct tt_health *health;
    struct tt_model_facts *f = &out->facts;

    *out = (struct tt_current_model){ .id = small ? m->small_model : m->model };
    tt_models_facts(&router->models, out->id, f);
    health = tt_health_find(&router->health, m->base_url, out->id);
    if (health && health->gone && f->successor.n) {
        out->notice = tt_arena_printf(&router->notices,
                                      "%.*s is no longer served by its provider; %.*s is used "
                                      "instead. Name the model you want in your settings.",
                                      TT_STR_ARG(out->id), TT_STR_ARG(f->successor));
        out->id = f->successor;
        out->replaced = true;
        tt_models_facts(&router->models, out->id, f);
    }
    out->price.input = out->price.output = out->price.cache_read = out->price.cache_write = -1;
    out->price.above = -1;
    if (tt_models_price(&router->models, out->id, &out->price))
        f->as_of = router->models.as_of;
    else if (m->local) /* one's own machine sends no bill */
        out->price.input = out->price.output = 0;
    apply_settings(m, small, out);
    f->distance = distance_of(&router->findings, m->family, f->distance > 0);
    f->input_usd = out->price.input;
    f->output_usd = out->price.output;
    f->cached_usd = out->price.cache_read;
    f->cache_write_usd = out->price.cache_write;
    f->context_tokens = out->price.context;
}

void tt_router_refresh(struct tt_router *router)
{
    const struct tt_config *c = router->config;

    tt_arena_release(&router->notices);
    for (size_t i = 0; i < c->n_models; i++) {
        refresh_one(router, &c->models[i], false, &router->current[i * 2]);
        refresh_one(router, &c->models[i], true, &router->current[i * 2 + 1]);
    }
}

int tt_router_configure(struct tt_router *router, const struct tt_config *config)
{
    struct tt_current_model *current = calloc(config->n_models * 2 + 1, sizeof(*current));
    int err = current ? copy_rows(router, config) : TT_ENOMEM;

    if (err) {
        free(current);
        return err;
    }
    tt_config_ref(config);
    tt_config_unref(router->config);
    free(router->current);
    router->config = config;
    router->current = current;
    tt_health_configured(&router->health);
    tt_router_refresh(router);
    return 0;
}

void tt_router_new_keys(struct tt_router *router)
{
    tt_health_new_keys(&router->health);
}

size_t tt_router_findings(const struct tt_router *router, const struct tt_finding_row **out)
{
    *out = router->rows ? router->rows : router->findings.rows;
    return router->findings.n;
}

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

const struct tt_finding_row *tt_router_finding(const struct tt_router *router, tt_str id)
{
    const struct tt_finding_row *rows;
    size_t n = tt_router_findings(router, &rows);

    for (size_t i = 0; i < n; i++) {
        if (same_word(rows[i].id, id))
            return &rows[i];
    }
    return NULL;
}

/* Settings may change while a request runs: its model may be gone from them. */
static bool is_there(const struct tt_router *router, uint32_t index)
{
    return router->config && index < router->config->n_models;
}

void tt_router_facts(const struct tt_router *router, uint32_t index, bool small,
                     struct tt_model_facts *out)
{
    if (is_there(router, index))
        *out = tt_router_current(router, index, small)->facts;
    else
        tt_models_facts(&router->models, TT_STR(""), out);
}

static double or_else(double value, double other)
{
    return value >= 0 ? value : other;
}

double tt_price_of(const struct tt_price *price, const struct tt_usage *usage)
{
    double in = price->input, out = price->output, scale = 1;
    uint64_t all = usage->input + usage->cache_read + usage->cache_write;

    if (in < 0 || out < 0)
        return -1;
    if (price->above > 0 && (double)all > price->above) {
        scale = in > 0 ? or_else(price->input_above, in) / in : 1;
        out = or_else(price->output_above, out);
    }
    return ((double)usage->input * in * scale +
            (double)usage->cache_read * or_else(price->cache_read, in) * scale +
            (double)usage->cache_write * or_else(price->cache_write, in) * scale +
            (double)usage->output * out) /
           1e6;
}

double tt_router_cost(const struct tt_router *router, uint32_t index, bool small,
                      const struct tt_usage *usage)
{
    if (!is_there(router, index))
        return -1;
    return tt_price_of(&tt_router_current(router, index, small)->price, usage);
}
