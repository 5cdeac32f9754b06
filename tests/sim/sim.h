/* sim.h -- one simulated session: an editor, models and a clock, all from one
 * seed, and the invariants that hold after every step.
 *
 * Each step draws from a generator of its own, seeded by the session's seed and
 * the step's number: so steps can be left out, and what is left does the same.
 */
#ifndef TT_SIM_H
#define TT_SIM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct sim_result {
    uint64_t events; /* what the session and the editor were told */
    unsigned steps;  /* in the plan */
    unsigned asked, answers, applied, refused, proposals, resolved, previews, stale, cancelled;
    unsigned created;  /* files */
    unsigned rewrites; /* edits that no model made */
    unsigned diagnostics;
    bool gave_up;       /* without memory the server ended itself */
    char failure[1024]; /* empty: every invariant held */
    unsigned failed_at; /* the step after which it did not */
};

/* How one session goes. */
struct sim_plan {
    uint64_t seed;
    unsigned steps;      /* 0: the seed decides */
    const bool *without; /* steps to leave out; NULL: none */
    bool starves;        /* allocations of the server fail */
    FILE *log;           /* says each step; NULL: silent */
};

void sim_run(const struct sim_plan *plan, struct sim_result *result);

#endif
