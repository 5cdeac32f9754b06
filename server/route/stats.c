/* stats.c -- `trimtab stats`: per class, what became of the edits of each model,
 * beside what the findings said.
 *
 * Where the intervals overlap, the page says that the data cannot tell the
 * models apart, and no more. */
#include "route/stats.h"

#include "trimtab/error.h"

#include <stdio.h>

static const char *margin_name(enum tt_margin margin)
{
    static const char *const names[] = { "a tie", "slight", "clear", "strong" };

    return names[margin];
}

/* What the article says of the class: the ids of its findings, and the one with the
 * largest margin in words.  Gives that one; NULL: there is none. */
static const struct tt_finding_row *article_of(const struct tt_router *router,
                                               struct tt_stats_class *s, struct tt_arena *arena)
{
    const struct tt_finding_row *rows, *best = NULL;
    size_t n = tt_router_findings(router, &rows);
    bool mixed = false;

    s->findings = TT_STR("");
    s->article = TT_STR("nothing");
    for (size_t i = 0; i < n; i++) {
        if (!tt_str_eq(rows[i].cls, s->cls))
            continue;
        s->findings = tt_arena_printf(arena, "%.*s%s%.*s", TT_STR_ARG(s->findings),
                                      s->findings.n ? ", " : "", TT_STR_ARG(rows[i].id));
        mixed |= best && rows[i].favours != TT_FAMILY_OTHER && best->favours != TT_FAMILY_OTHER &&
                 rows[i].favours != best->favours;
        if (!best || rows[i].margin > best->margin)
            best = &rows[i];
    }
    if (best && best->favours == TT_FAMILY_OTHER)
        s->article = TT_STR("neither");
    else if (best)
        s->article = tt_arena_printf(
            arena, "%s (%.*s: %s%s%s; %s%s)", tt_family_name(best->favours), TT_STR_ARG(best->id),
            margin_name(best->margin), best->closes_when_asked ? ", equal when asked" : "",
            best->scales ? ", a tie where it is simple" : "",
            best->users_own ? "by your settings" : tt_basis_name(best->basis),
            mixed ? "; others the other way" : "");
    return best;
}

static void sum_up(const struct tt_cell *cell, struct tt_stats_model *m)
{
    struct tt_candidate c = { 0 };

    *m = (struct tt_stats_model){ .cell = cell, .high = 1 };
    tt_learned_own(cell, &c);
    m->mean = c.own.mean;
    m->low = c.own.low;
    m->high = c.own.high;
    m->survived = cell->accepted ? cell->survived / cell->accepted : -1;
    m->cost_usd = cell->cost_n ? cell->cost_usd / cell->cost_n : -1;
    m->latency_ms = cell->latency_n ? cell->latency_ms / cell->latency_n : -1;
}

static void judge(struct tt_stats_class *s, struct tt_arena *arena)
{
    s->better = -1;
    if (s->n < 2) {
        s->says = TT_STR("only one model has been used: nothing to compare");
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        bool above = true;

        for (size_t k = 0; k < s->n; k++)
            above = above && (k == i || s->models[i].low > s->models[k].high);
        if (above)
            s->better = (int)i;
    }
    if (s->better >= 0)
        s->says = tt_arena_printf(arena, "%s is better here", s->models[s->better].cell->model);
    else
        s->says = TT_STR("the data cannot tell the models apart yet");
}

/* A task of medium size in this class: where would it go, by the findings and by what
 * was learned? */
static void compare_ways(const struct tt_router *router, const struct tt_finding_row *row,
                         struct tt_stats_class *s, struct tt_arena *arena)
{
    const enum tt_routing routing = TT_ROUTING_FINDINGS;
    const struct tt_route_input in = { .task = row->id,
                                       .complexity = 0.5,
                                       .tokens_in = 3000,
                                       .tokens_out = 500,
                                       .routing = &routing };
    const struct tt_candidate *choice;
    struct tt_decision d;

    tt_decision_init(&d);
    if (router->config && tt_route_decide(router, &in, &d) == 0 &&
        (choice = tt_decision_choice(&d))) {
        s->by_findings = s->by_learned = tt_arena_dup(arena, choice->name);
        if (d.learned_would.n) {
            s->by_learned = tt_arena_dup(arena, d.learned_would);
            s->differs = tt_arena_printf(
                arena,
                "With routing \"learned\" a task like %.*s would go to %.*s, by the findings "
                "it goes to %.*s",
                TT_STR_ARG(row->id), TT_STR_ARG(s->by_learned), TT_STR_ARG(s->by_findings));
        }
    }
    tt_decision_release(&d);
}

bool tt_stats_at(const struct tt_router *router, size_t i, struct tt_arena *arena,
                 struct tt_stats_class *out)
{
    const struct tt_learned *l = &router->learned;
    const struct tt_finding_row *row;

    if (i >= l->n_classes)
        return false;
    *out = (struct tt_stats_class){ .cls = tt_str_from(l->classes[i].cls), .sums = &l->classes[i] };
    row = article_of(router, out, arena);
    if (row)
        compare_ways(router, row, out, arena);
    for (size_t k = 0; k < l->n_cells && out->n < TT_STATS_MODELS; k++) {
        if (tt_str_eq(tt_str_from(l->cells[k].cls), out->cls))
            sum_up(&l->cells[k], &out->models[out->n++]);
    }
    judge(out, arena);
    return true;
}

/* What became of them, in a second line. */
static void write_rest(const struct tt_stats_model *m, struct tt_buf *out)
{
    const struct tt_cell *c = m->cell;
    const struct {
        unsigned n;
        const char *words;
    } parts[] = {
        { c->accepted, "accepted" },
        { c->undone, "undone" },
        { c->rejected, "rejected" },
        { c->refused, "refused by our checks" },
    };
    const char *comma = "    ";

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!parts[i].n)
            continue;
        tt_buf_addf(out, "%s%u %s", comma, parts[i].n, parts[i].words);
        comma = ", ";
    }
    if (c->won + c->lost) {
        tt_buf_addf(out, "%sduels won %u of %u", comma, c->won, c->won + c->lost);
        comma = ", ";
    }
    if (m->survived >= 0)
        tt_buf_addf(out, "%s%.0f %% of the accepted text survived", comma, 100 * m->survived);
    if (c->of)
        tt_buf_addc(out, '\n');
}

static void write_model(const struct tt_stats_model *m, struct tt_buf *out)
{
    char cost[32] = "price unknown";

    if (m->cost_usd >= 0)
        tt_cost_words(m->cost_usd, cost, sizeof(cost));
    tt_buf_addf(out, "  %-24s kept %u of %u", m->cell->model, m->cell->kept, m->cell->of);
    if (m->cell->of)
        tt_buf_addf(out, ": %.0f %%, likely %.0f to %.0f", 100 * m->mean, 100 * m->low,
                    100 * m->high);
    tt_buf_addf(out, "; %s", cost);
    if (m->latency_ms >= 0)
        tt_buf_addf(out, " and %.1f s", m->latency_ms / 1000);
    tt_buf_adds(out, m->cost_usd >= 0 || m->latency_ms >= 0 ? " a request\n" : "\n");
    write_rest(m, out);
}

static void write_class(const struct tt_stats_class *s, struct tt_buf *out)
{
    tt_buf_addf(out, "\n%.*s", TT_STR_ARG(s->cls));
    if (s->findings.n)
        tt_buf_addf(out, ": %.*s. The article favours %.*s.", TT_STR_ARG(s->findings),
                    TT_STR_ARG(s->article));
    tt_buf_adds(out, "\n");
    for (size_t i = 0; i < s->n; i++)
        write_model(&s->models[i], out);
    tt_buf_addf(out, "  Your results: %.*s.\n", TT_STR_ARG(s->says));
    if (s->differs.n)
        tt_buf_addf(out, "  %.*s.\n", TT_STR_ARG(s->differs));
    tt_buf_addf(out, "  Spent $%.4f; always the cheapest would have cost about $%.4f.\n",
                s->sums->spent_usd, s->sums->cheapest_usd);
}

int tt_stats_write_text(const struct tt_router *router, int64_t wall_ms, struct tt_buf *out)
{
    struct tt_stats_class s;
    struct tt_arena arena;
    double day, month;

    tt_arena_init(&arena);
    tt_router_spent(router, TT_STR(""), wall_ms, &day, &month);
    tt_buf_addf(out, "%llu outcomes. Spent today $%.4f, this month $%.4f (UTC).\n",
                (unsigned long long)router->learned.total, day, month);
    if (router->learned.n_classes == 0)
        tt_buf_adds(out, "Nothing was recorded yet: outcomes come with the edits that you accept, "
                         "change or reject.\n");
    for (size_t i = 0; tt_stats_at(router, i, &arena, &s); i++)
        write_class(&s, out);
    if (router->learned.total)
        tt_buf_addf(out,
                    "\nOf the difference that the findings predict, your results leave %.0f %%.\n",
                    100 * tt_learned_trust(&router->learned));
    tt_arena_release(&arena);
    return out->err;
}

static void put_known(cJSON *o, const char *name, double value)
{
    if (value >= 0)
        cJSON_AddNumberToObject(o, name, value);
    else
        cJSON_AddNullToObject(o, name);
}

static cJSON *model_json(const struct tt_stats_model *m)
{
    const struct tt_cell *c = m->cell;
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "model", c->model);
    cJSON_AddStringToObject(o, "family", tt_family_name(c->family));
    cJSON_AddNumberToObject(o, "outcomes", c->of);
    cJSON_AddNumberToObject(o, "kept", c->kept);
    cJSON_AddNumberToObject(o, "accepted", c->accepted);
    cJSON_AddNumberToObject(o, "undone", c->undone);
    cJSON_AddNumberToObject(o, "rejected", c->rejected);
    cJSON_AddNumberToObject(o, "refused", c->refused);
    cJSON_AddNumberToObject(o, "won", c->won);
    cJSON_AddNumberToObject(o, "lost", c->lost);
    cJSON_AddNumberToObject(o, "mean", m->mean);
    cJSON_AddItemToObject(o, "interval", cJSON_CreateDoubleArray((double[]){ m->low, m->high }, 2));
    put_known(o, "survived", m->survived);
    put_known(o, "cost_usd", m->cost_usd);
    put_known(o, "latency_ms", m->latency_ms);
    return o;
}

static cJSON *class_json(const struct tt_stats_class *s)
{
    cJSON *o = cJSON_CreateObject(), *models;
    unsigned duels = s->sums->duel_outcomes / 2;

    cJSON_AddStringToObject(o, "class", s->cls.p);
    cJSON_AddStringToObject(o, "findings", s->findings.p ? s->findings.p : "");
    cJSON_AddStringToObject(o, "article", s->article.p ? s->article.p : "");
    models = cJSON_AddArrayToObject(o, "models");
    for (size_t i = 0; i < s->n; i++)
        cJSON_AddItemToArray(models, model_json(&s->models[i]));
    if (s->better >= 0)
        cJSON_AddStringToObject(o, "better", s->models[s->better].cell->model);
    else
        cJSON_AddNullToObject(o, "better");
    cJSON_AddStringToObject(o, "says", s->says.p ? s->says.p : "");
    if (s->by_findings.n) {
        cJSON_AddStringToObject(o, "by_findings", s->by_findings.p);
        cJSON_AddStringToObject(o, "by_learned", s->by_learned.p);
    }
    cJSON_AddNumberToObject(o, "duels", duels);
    cJSON_AddNumberToObject(o, "spent_usd", s->sums->spent_usd);
    cJSON_AddNumberToObject(o, "cheapest_usd", s->sums->cheapest_usd);
    return o;
}

int tt_stats_write_json(const struct tt_router *router, int64_t wall_ms, struct tt_buf *out)
{
    cJSON *o = cJSON_CreateObject(), *list;
    struct tt_stats_class s;
    struct tt_arena arena;
    double day, month;
    char *text;
    int err;

    tt_arena_init(&arena);
    tt_router_spent(router, TT_STR(""), wall_ms, &day, &month);
    cJSON_AddNumberToObject(o, "outcomes", (double)router->learned.total);
    cJSON_AddNumberToObject(o, "day_usd", day);
    cJSON_AddNumberToObject(o, "month_usd", month);
    cJSON_AddNumberToObject(o, "trust", tt_learned_trust(&router->learned));
    list = cJSON_AddArrayToObject(o, "classes");
    for (size_t i = 0; tt_stats_at(router, i, &arena, &s); i++)
        cJSON_AddItemToArray(list, class_json(&s));
    text = cJSON_PrintUnformatted(o);
    err = text ? tt_buf_adds(out, text) : TT_ENOMEM;
    cJSON_free(text);
    cJSON_Delete(o);
    tt_arena_release(&arena);
    return err;
}
