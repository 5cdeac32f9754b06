/* helper.h -- a router with settings from a text. */
#ifndef TT_TEST_ROUTE_HELPER_H
#define TT_TEST_ROUTE_HELPER_H

#include "trimtab/route.h"

/* Everything built in, seed 7; `settings` may be NULL. */
struct tt_router *make_router(const char *settings);
void set_router(struct tt_router *router, const char *settings);

/* 1000 tokens in, 500 out, all keys present, complexity 0.5. */
struct tt_route_input make_input(const char *task);

/* Fails the test when the decision was not made. */
void decide(const struct tt_router *router, const struct tt_route_input *in,
            struct tt_decision *out);
/* Name of the chosen model's settings, or "none"; borrowed from the decision. */
const char *chosen(const struct tt_decision *decision);

#endif
