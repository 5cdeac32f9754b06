/* stats_html.c -- the same as one page without anything from elsewhere: bars with
 * their intervals, light and dark as the reader's system is. */
#include "route/stats.h"

#include <stdio.h>

static const char head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>trimtab: your results</title>\n<style>\n"
    ":root{color-scheme:light dark;--ink:#1c1e21;--paper:#fff;--card:#f5f6f8;--line:#d0d4d9;"
    "--soft:#5c636b;--claude:#c2693f;--gpt:#2a8a6d;--other:#4a72c4}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--paper:#17191c;--card:#202327;"
    "--line:#3a3f45;--soft:#a3abb3;--claude:#d98058;--gpt:#46b08c;--other:#86a8ee}}\n"
    "body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);"
    "max-width:62rem;margin:2rem auto;padding:0 1rem}\n"
    "h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:0}p{margin:.3rem 0}\n"
    "section{margin:1.2rem 0;padding:1rem 1.2rem;background:var(--card);border-radius:8px}\n"
    ".soft{color:var(--soft)}.says{font-weight:600}\n"
    "svg{width:100%;min-width:36rem;height:auto;display:block;margin:.6rem 0}\n"
    "svg text{font:13px system-ui,sans-serif;fill:var(--ink)}svg .soft{fill:var(--soft)}"
    "svg .axis{stroke:var(--line)}\n"
    ".claude{fill:var(--claude)}.gpt{fill:var(--gpt)}.other{fill:var(--other)}"
    ".least{fill:none;stroke:var(--ink);stroke-dasharray:3 3}\n"
    ".range{stroke:var(--ink);stroke-width:1.5}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "td,th{border-bottom:1px solid var(--line);padding:.25rem .5rem;text-align:right;"
    "vertical-align:bottom}td{white-space:nowrap}"
    "td:first-child,th:first-child{text-align:left}th{font-weight:600;color:var(--soft)}\n"
    "</style></head><body>\n<main>\n<h1>Your results</h1>\n";

/* Names of models come from settings and from the store. */
static void add_escaped(struct tt_buf *out, tt_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '&':
            tt_buf_adds(out, "&amp;");
            break;
        case '<':
            tt_buf_adds(out, "&lt;");
            break;
        case '>':
            tt_buf_adds(out, "&gt;");
            break;
        case '"':
            tt_buf_adds(out, "&quot;");
            break;
        default:
            tt_buf_addc(out, s.p[i]);
        }
    }
}

#define LEFT  200.0
#define WIDTH 560.0
#define RIGHT 150.0
#define ROW   30.0

static double x_of(double share)
{
    return LEFT + share * WIDTH;
}

static void add_axis(double height, struct tt_buf *out)
{
    for (int i = 0; i <= 4; i++) {
        double x = x_of(i / 4.0);

        tt_buf_addf(out, "<line class=\"axis\" x1=\"%.0f\" y1=\"0\" x2=\"%.0f\" y2=\"%.0f\"/>", x,
                    x, height - 18);
        tt_buf_addf(out,
                    "<text class=\"soft\" x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%d "
                    "%%</text>\n",
                    x, height - 4, 25 * i);
    }
}

/* A bar, its likely range with ends, and both in figures. */
static void add_bar(const struct tt_stats_model *m, size_t i, struct tt_buf *out)
{
    double y = (double)i * ROW, middle = y + ROW / 2;

    tt_buf_addf(out, "<text x=\"0\" y=\"%.0f\">", middle + 4);
    add_escaped(out, tt_str_from(m->cell->model));
    tt_buf_addf(out,
                "</text><rect class=\"%s\" x=\"%.0f\" y=\"%.0f\" width=\"%.1f\" "
                "height=\"%.0f\" rx=\"2\"/>",
                tt_family_name(m->cell->family), LEFT, y + 6, m->mean * WIDTH, ROW - 12);
    tt_buf_addf(out, "<path class=\"range\" d=\"M%.1f %.0fH%.1fM%.1f %.0fv8M%.1f %.0fv8\"/>",
                x_of(m->low), middle, x_of(m->high), x_of(m->low), middle - 4, x_of(m->high),
                middle - 4);
    if (m->cell->of)
        tt_buf_addf(out, "<text x=\"%.0f\" y=\"%.0f\">%.0f %% (%.0f to %.0f)</text>\n",
                    LEFT + WIDTH + 14, middle + 4, 100 * m->mean, 100 * m->low, 100 * m->high);
    else
        tt_buf_addf(out, "<text class=\"soft\" x=\"%.0f\" y=\"%.0f\">no results</text>\n",
                    LEFT + WIDTH + 14, middle + 4);
}

/* Spent in each class, and what always the cheapest would have cost. */
static void add_money(const struct tt_router *router, struct tt_buf *out)
{
    const struct tt_learned *l = &router->learned;
    double most = 0;

    for (size_t i = 0; i < l->n_classes; i++)
        most = l->classes[i].spent_usd > most ? l->classes[i].spent_usd : most;
    if (most <= 0)
        return;
    tt_buf_addf(
        out,
        "<section><h2>Money</h2>\n<p class=\"soft\">Bars: spent. Dashed: what always the "
        "cheapest model would have cost for the same requests, whatever its "
        "edits.</p>\n<div class=\"wide\" tabindex=\"0\" role=\"group\" "
        "aria-label=\"Chart\"><svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Money spent "
        "by class of task, beside always the cheapest model\">\n",
        LEFT + WIDTH + RIGHT, (double)l->n_classes * ROW);
    for (size_t i = 0; i < l->n_classes; i++) {
        const struct tt_class *c = &l->classes[i];
        double y = (double)i * ROW + 6, spent = c->spent_usd / most, least = c->cheapest_usd / most;

        tt_buf_addf(out, "<text x=\"0\" y=\"%.0f\">", y + 13);
        add_escaped(out, tt_str_from(c->cls));
        tt_buf_addf(out,
                    "</text><rect class=\"other\" x=\"%.0f\" y=\"%.0f\" width=\"%.1f\" "
                    "height=\"%.0f\" rx=\"2\"/><rect class=\"least\" x=\"%.0f\" y=\"%.0f\" "
                    "width=\"%.1f\" height=\"%.0f\"/><text x=\"%.0f\" y=\"%.0f\">$%.3f "
                    "($%.3f)</text>\n",
                    LEFT, y, spent * WIDTH, ROW - 12, LEFT, y - 2, least * WIDTH, ROW - 8,
                    LEFT + WIDTH + 14, y + 13, c->spent_usd, c->cheapest_usd);
    }
    tt_buf_adds(out, "</svg></div></section>\n");
}

static void add_table_row(const struct tt_stats_model *m, struct tt_buf *out)
{
    char cost[32] = "–";

    if (m->cost_usd >= 0)
        snprintf(cost, sizeof(cost), "$%.4f", m->cost_usd);
    tt_buf_adds(out, "<tr><td>");
    add_escaped(out, tt_str_from(m->cell->model));
    tt_buf_addf(
        out, "</td><td>%u of %u</td><td>%u</td><td>%u</td><td>%u</td><td>%u</td><td>%u of %u</td>",
        m->cell->kept, m->cell->of, m->cell->accepted, m->cell->undone, m->cell->rejected,
        m->cell->refused, m->cell->won, m->cell->won + m->cell->lost);
    if (m->survived >= 0)
        tt_buf_addf(out, "<td>%.0f %%</td>", 100 * m->survived);
    else
        tt_buf_adds(out, "<td>–</td>");
    tt_buf_addf(out, "<td>%s</td>", cost);
    if (m->latency_ms >= 0)
        tt_buf_addf(out, "<td>%.1f s</td></tr>\n", m->latency_ms / 1000);
    else
        tt_buf_adds(out, "<td>–</td></tr>\n");
}

static void add_class(const struct tt_stats_class *s, struct tt_buf *out)
{
    double height = (double)s->n * ROW + 22;

    tt_buf_adds(out, "<section><h2>");
    add_escaped(out, s->cls);
    tt_buf_adds(out, "</h2>\n");
    if (s->findings.n)
        tt_buf_addf(out, "<p class=\"soft\">%.*s. The article favours %.*s.</p>\n",
                    TT_STR_ARG(s->findings), TT_STR_ARG(s->article));
    tt_buf_adds(out, "<p class=\"says\">Your results: ");
    add_escaped(out, s->says);
    tt_buf_adds(out, ".</p>\n");
    if (s->differs.n) {
        tt_buf_adds(out, "<p>");
        add_escaped(out, s->differs);
        tt_buf_adds(out, ".</p>\n");
    }
    tt_buf_addf(out,
                "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Chart\"><svg "
                "viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Share of edits "
                "that were kept, with the likely range\">\n",
                LEFT + WIDTH + RIGHT, height);
    add_axis(height, out);
    for (size_t i = 0; i < s->n; i++)
        add_bar(&s->models[i], i, out);
    tt_buf_adds(out,
                "</svg></div>\n<div class=\"wide\" tabindex=\"0\" role=\"group\" "
                "aria-label=\"In figures\"><table><tr><th>Model</th><th>kept</th><th>accepted</th>"
                "<th>undone</th><th>rejected</th><th>refused by checks</th><th>duels won</th>"
                "<th>text survived</th><th>cost</th><th>time</th></tr>\n");
    for (size_t i = 0; i < s->n; i++)
        add_table_row(&s->models[i], out);
    tt_buf_addf(
        out,
        "</table></div>\n<p class=\"soft\">Spent $%.4f; always the cheapest would have cost "
        "about $%.4f.</p></section>\n",
        s->sums->spent_usd, s->sums->cheapest_usd);
}

int tt_stats_write_html(const struct tt_router *router, int64_t wall_ms, struct tt_buf *out)
{
    struct tt_stats_class s;
    struct tt_arena arena;
    double day, month;

    tt_arena_init(&arena);
    tt_router_spent(router, TT_STR(""), wall_ms, &day, &month);
    tt_buf_adds(out, head);
    tt_buf_addf(out, "<p>%llu outcomes. Spent today $%.4f, this month $%.4f (UTC).</p>\n",
                (unsigned long long)router->learned.total, day, month);
    tt_buf_adds(out, "<p class=\"soft\">Bars: share of edits that were kept. Lines: where the true "
                     "share likely is (90 %). Overlapping lines mean that the data cannot tell the "
                     "models apart.</p>\n");
    if (router->learned.n_classes == 0)
        tt_buf_adds(out, "<p>Nothing was recorded yet: outcomes come with the edits that you "
                         "accept, change or reject.</p>\n");
    for (size_t i = 0; tt_stats_at(router, i, &arena, &s); i++)
        add_class(&s, out);
    add_money(router, out);
    if (router->learned.total)
        tt_buf_addf(out,
                    "<p class=\"soft\">Of the difference that the findings predict, your results "
                    "leave %.0f %%.</p>\n",
                    100 * tt_learned_trust(&router->learned));
    tt_buf_adds(out, "</main></body></html>\n");
    tt_arena_release(&arena);
    return out->err;
}
