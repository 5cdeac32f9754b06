/* stats_html.c -- the same as one page without anything from elsewhere: bars with
 * their intervals, light and dark as the reader's system is. */
#include "route/stats.h"

#include <stdio.h>

static const char head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>trimtab: your results</title>\n<style>\n"
    ":root{color-scheme:light dark;--ink:#1c1e21;--paper:#fff;--line:#d0d4d9;--soft:#5c636b;"
    "--claude:#b4552d;--gpt:#1d7a5f;--other:#3b62b0}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--paper:#17191c;--line:#3a3f45;"
    "--soft:#a3abb3;--claude:#e08a5f;--gpt:#4fc09c;--other:#86a8ee}}\n"
    "body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);"
    "max-width:60rem;margin:2rem auto;padding:0 1rem}\n"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .2rem}p{margin:.2rem 0}\n"
    ".soft{color:var(--soft)}svg{width:100%;height:auto;display:block;margin:.4rem 0}\n"
    "svg text{font:13px system-ui,sans-serif;fill:var(--ink)}svg .axis{stroke:var(--line)}\n"
    ".claude{fill:var(--claude)}.gpt{fill:var(--gpt)}.other{fill:var(--other)}\n"
    ".range{stroke:var(--ink);stroke-width:2}\n"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid var(--line);"
    "padding:.25rem .5rem;text-align:right}td:first-child,th:first-child{text-align:left}\n"
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

#define LEFT  230.0
#define WIDTH 600.0
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
        tt_buf_addf(out, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%d %%</text>\n", x,
                    height - 4, 25 * i);
    }
}

static void add_bar(const struct tt_stats_model *m, size_t i, struct tt_buf *out)
{
    double y = (double)i * ROW, middle = y + ROW / 2;

    tt_buf_addf(out, "<text x=\"0\" y=\"%.0f\">", middle + 4);
    add_escaped(out, tt_str_from(m->cell->model));
    tt_buf_addf(out,
                "</text><rect class=\"%s\" x=\"%.0f\" y=\"%.0f\" width=\"%.1f\" "
                "height=\"%.0f\" rx=\"2\"/>",
                tt_family_name(m->cell->family), LEFT, y + 6, m->mean * WIDTH, ROW - 12);
    tt_buf_addf(out, "<line class=\"range\" x1=\"%.1f\" y1=\"%.0f\" x2=\"%.1f\" y2=\"%.0f\"/>\n",
                x_of(m->low), middle, x_of(m->high), middle);
}

static void add_table_row(const struct tt_stats_model *m, struct tt_buf *out)
{
    char cost[32] = "–";

    if (m->cost_usd >= 0)
        snprintf(cost, sizeof(cost), "$%.4f", m->cost_usd);
    tt_buf_adds(out, "<tr><td>");
    add_escaped(out, tt_str_from(m->cell->model));
    tt_buf_addf(out, "</td><td>%u of %u</td><td>%u</td><td>%u</td><td>%u</td><td>%u : %u</td>",
                m->cell->kept, m->cell->of, m->cell->undone, m->cell->rejected, m->cell->refused,
                m->cell->won, m->cell->lost);
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
    tt_buf_addf(out,
                "</h2>\n<p class=\"soft\">%.*s; the article favours: %.*s</p>\n<p>Your results: ",
                TT_STR_ARG(s->findings), TT_STR_ARG(s->article));
    add_escaped(out, s->says);
    tt_buf_addf(out,
                ".</p>\n<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Share of edits "
                "that were kept, with the likely range\">\n",
                LEFT + WIDTH + 30, height);
    add_axis(height, out);
    for (size_t i = 0; i < s->n; i++)
        add_bar(&s->models[i], i, out);
    tt_buf_adds(out,
                "</svg>\n<table><tr><th>Model</th><th>kept</th><th>undone</th><th>rejected</th>"
                "<th>refused by checks</th><th>duels</th><th>text survived</th><th>cost</th>"
                "<th>time</th></tr>\n");
    for (size_t i = 0; i < s->n; i++)
        add_table_row(&s->models[i], out);
    tt_buf_addf(out,
                "</table>\n<p class=\"soft\">Spent $%.4f; always the cheapest would have cost "
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
    for (size_t i = 0; tt_stats_at(router, i, &arena, &s); i++)
        add_class(&s, out);
    tt_buf_adds(out, "</main></body></html>\n");
    tt_arena_release(&arena);
    return out->err;
}
