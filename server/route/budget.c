/* budget.c -- money: set aside before a request, settled after it.
 *
 * Days and months are UTC.  What is set aside counts as spent until it is
 * settled, so that several requests at once cannot pass a limit together.
 */
#include "route/router.h"

#include "trimtab/error.h"

#include <stdlib.h>

#define DAY_MS 86400000LL

static int64_t day_of(int64_t wall_ms)
{
    return wall_ms >= 0 ? wall_ms / DAY_MS : -1;
}

/* Months since the year 0, by the civil calendar (Howard Hinnant's algorithm):
 * the C library's gmtime is not safe in threads. */
static int64_t month_of(int64_t wall_ms)
{
    int64_t z = day_of(wall_ms) + 719468;
    int64_t era = z / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    /* mp counts from March; January and February belong to the next year. */
    return (yoe + era * 400) * 12 + mp + 2;
}

static char *copy_name(tt_str s)
{
    char *copy = malloc(s.n + 1);

    if (!copy)
        return NULL;
    memcpy(copy, s.p ? s.p : "", s.n);
    copy[s.n] = '\0';
    return copy;
}

static struct tt_spent *find(const struct tt_budget *budget, tt_str name)
{
    for (size_t i = 0; i < budget->n; i++) {
        if (tt_str_eq(tt_str_from(budget->items[i].name), name))
            return &budget->items[i];
    }
    return NULL;
}

static struct tt_spent *find_or_add(struct tt_budget *budget, tt_str name)
{
    struct tt_spent *s = find(budget, name);

    if (s)
        return s;
    if (budget->n == budget->cap) {
        size_t cap = budget->cap ? budget->cap * 2 : 8;
        struct tt_spent *items = realloc(budget->items, cap * sizeof(*items));

        if (!items)
            return NULL;
        budget->items = items;
        budget->cap = cap;
    }
    s = &budget->items[budget->n];
    *s = (struct tt_spent){ .name = copy_name(name), .day = -1, .month = -1 };
    if (!s->name)
        return NULL;
    budget->n++;
    return s;
}

int tt_budget_add(struct tt_budget *budget, tt_str name, double usd, int64_t wall_ms)
{
    struct tt_spent *s;
    int64_t day = day_of(wall_ms), month = month_of(wall_ms);

    if (!(usd > 0))
        return 0;
    s = find_or_add(budget, name);
    if (!s)
        return TT_ENOMEM;
    if (day > s->day) { /* a replayed outcome of an earlier day adds nothing to a later one */
        s->day = day;
        s->day_usd = 0;
    }
    if (month > s->month) {
        s->month = month;
        s->month_usd = 0;
    }
    if (day == s->day)
        s->day_usd += usd;
    if (month == s->month)
        s->month_usd += usd;
    return 0;
}

void tt_router_spent(const struct tt_router *router, tt_str name, int64_t wall_ms, double *day,
                     double *month)
{
    *day = *month = 0;
    for (size_t i = 0; i < router->budget.n; i++) {
        const struct tt_spent *s = &router->budget.items[i];

        if (name.n && !tt_str_eq(tt_str_from(s->name), name))
            continue;
        if (s->day == day_of(wall_ms))
            *day += s->day_usd;
        if (s->month == month_of(wall_ms))
            *month += s->month_usd;
    }
}

static double set_aside(const struct tt_budget *budget, tt_str name)
{
    double usd = 0;

    for (size_t i = 0; i < budget->n_open; i++) {
        if (name.n == 0 || tt_str_eq(tt_str_from(budget->open[i].name), name))
            usd += budget->open[i].usd;
    }
    return usd;
}

struct limit {
    double usd;
    bool month, own;
    const char *words;
};

double tt_budget_left(const struct tt_router *router, const struct tt_model_config *model,
                      int64_t wall_ms, const char **which)
{
    const struct limit limits[] = {
        { router->config->day_usd, false, false, "of the day" },
        { router->config->month_usd, true, false, "of the month" },
        { model->day_usd, false, true, "of this model for the day" },
        { model->month_usd, true, true, "of this model for the month" },
    };
    double least = -1;

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        tt_str name = limits[i].own ? model->name : TT_STR("");
        double day, month, left;

        if (limits[i].usd < 0)
            continue;
        tt_router_spent(router, name, wall_ms, &day, &month);
        left = limits[i].usd - (limits[i].month ? month : day) - set_aside(&router->budget, name);
        if (left < 0)
            left = 0;
        if (least < 0 || left < least) {
            least = left;
            *which = limits[i].words;
        }
    }
    return least;
}

static int add_reservation(struct tt_budget *budget, tt_str name, double usd, uint64_t *id)
{
    struct tt_reservation *r;

    if (budget->n_open == budget->cap_open) {
        size_t cap = budget->cap_open ? budget->cap_open * 2 : 8;
        struct tt_reservation *open = realloc(budget->open, cap * sizeof(*open));

        if (!open)
            return TT_ENOMEM;
        budget->open = open;
        budget->cap_open = cap;
    }
    r = &budget->open[budget->n_open];
    *r = (struct tt_reservation){ .id = ++budget->last_id, .name = copy_name(name), .usd = usd };
    if (!r->name)
        return TT_ENOMEM;
    budget->n_open++;
    *id = r->id;
    return 0;
}

int tt_router_reserve(struct tt_router *router, const struct tt_candidate *candidate,
                      int64_t wall_ms, uint64_t *reservation, struct tt_buf *message)
{
    const char *which = "";
    double left;

    *reservation = 0;
    if (candidate->max_usd <= 0 || candidate->model_index >= router->config->n_models)
        return 0;
    left = tt_budget_left(router, &router->config->models[candidate->model_index], wall_ms, &which);
    if (left < 0)
        return 0;
    if (candidate->max_usd > left) {
        if (message)
            tt_buf_addf(message,
                        "This request may cost up to $%.4f, and the budget %s has $%.4f left. "
                        "Raise \"budget\" in your settings, or wait; what needs no model goes on "
                        "working.",
                        candidate->max_usd, which, left);
        return TT_EDENIED;
    }
    return add_reservation(&router->budget, candidate->name, candidate->max_usd, reservation);
}

void tt_router_settle(struct tt_router *router, uint64_t reservation,
                      const struct tt_candidate *candidate, double usd, int64_t wall_ms)
{
    struct tt_budget *budget = &router->budget;

    for (size_t i = 0; i < budget->n_open; i++) {
        if (budget->open[i].id != reservation)
            continue;
        free(budget->open[i].name);
        budget->open[i] = budget->open[--budget->n_open];
        break;
    }
    /* Without memory the money is not counted here; the receipt still has it. */
    (void)tt_budget_add(budget, candidate->name, usd, wall_ms);
}

void tt_budget_release(struct tt_budget *budget)
{
    for (size_t i = 0; i < budget->n; i++)
        free(budget->items[i].name);
    for (size_t i = 0; i < budget->n_open; i++)
        free(budget->open[i].name);
    free(budget->items);
    free(budget->open);
    *budget = (struct tt_budget){ 0 };
}
