/* world.c -- finding things in the simulated world, and saying what went wrong. */
#include "world.h"

#include <stdarg.h>
#include <stdlib.h>

void sim_fail(struct sim *sim, const char *fmt, ...)
{
    va_list ap;

    if (sim->result->failure[0])
        return;
    va_start(ap, fmt);
    vsnprintf(sim->result->failure, sizeof(sim->result->failure), fmt, ap);
    va_end(ap);
    sim->result->failed_at = sim->step;
}

void sim_say(struct sim *sim, const char *fmt, ...)
{
    va_list ap;

    if (!sim->plan->log)
        return;
    fprintf(sim->plan->log, "%5u  ", sim->step);
    va_start(ap, fmt);
    vfprintf(sim->plan->log, fmt, ap);
    va_end(ap);
    fputc('\n', sim->plan->log);
}

uint32_t sim_below(struct sim *sim, uint32_t n)
{
    return random_below(&sim->random, n);
}

bool sim_chance(struct sim *sim, unsigned percent)
{
    return sim_below(sim, 100) < percent;
}

struct ask *sim_ask_of(struct sim *sim, uint64_t attempt)
{
    for (size_t i = 0; i < sim->n_asks; i++) {
        if (sim->asks[i].attempt == attempt)
            return &sim->asks[i];
    }
    return NULL;
}

struct ask *sim_ask_named(struct sim *sim, const char *name)
{
    for (size_t i = 0; i < sim->n_asks; i++) {
        if (strcmp(sim->asks[i].name, name) == 0)
            return &sim->asks[i];
    }
    return NULL;
}

int sim_doc_of(struct sim *sim, const char *uri)
{
    for (int i = 0; i < DOCS; i++) {
        if (strcmp(sim->docs[i].uri, uri) == 0)
            return i;
    }
    return -1;
}

int sim_doc_of_slice(struct sim *sim, tt_str uri)
{
    char text[64];

    snprintf(text, sizeof(text), "%.*s", TT_STR_ARG(uri));
    return sim_doc_of(sim, text);
}

bool sim_holds_key(const char *text)
{
    return strstr(text, ANTHROPIC) || strstr(text, OPENAI) || strstr(text, EDITORS_KEY);
}
