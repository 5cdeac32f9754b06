#include "helper.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

void set_router(struct tt_router *router, const char *settings)
{
    struct tt_config_source source = { .from = TT_CONFIG_USER, .text = tt_str_from(settings) };
    const struct tt_config *config;

    assert_int_equal(tt_config_create(&source, 1, &config), 0);
    if (config->n_problems)
        fail_msg("%s", config->problems[0].text.p);
    assert_int_equal(tt_router_configure(router, config), 0);
    tt_config_unref(config);
}

struct tt_router *make_router(const char *settings)
{
    struct tt_router_data data = { .seed = 7 };
    struct tt_router *router;

    assert_int_equal(tt_router_create(&data, &router), 0);
    set_router(router, settings);
    return router;
}

struct tt_route_input make_input(const char *task)
{
    static const enum tt_key_state keys[TT_CONFIG_MAX_MODELS] = {
        TT_KEY_PRESENT, TT_KEY_PRESENT, TT_KEY_PRESENT, TT_KEY_PRESENT, TT_KEY_PRESENT,
    };

    return (struct tt_route_input){
        .task = tt_str_from(task),
        .complexity = 0.5,
        .confidence = 0.9,
        .tokens_in = 1000,
        .tokens_out = 500,
        .max_output = 2000,
        .keys = keys,
        .n_keys = TT_CONFIG_MAX_MODELS,
        .now_ms = 1000000,
        .wall_ms = 1790000000000,
    };
}

void decide(const struct tt_router *router, const struct tt_route_input *in,
            struct tt_decision *out)
{
    assert_int_equal(tt_route_decide(router, in, out), 0);
}

const char *chosen(const struct tt_decision *decision)
{
    const struct tt_candidate *c = tt_decision_choice(decision);

    return c ? c->name.p : "none";
}
