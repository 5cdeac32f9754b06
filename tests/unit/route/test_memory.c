/* test_memory.c -- when the n-th allocation fails, there is no decision, no leak
 * and no half of either. */
#include "helper.h"
#include "test.h"
#include "trimtab/error.h"

static int until_failure = -1; /* allocations that still work; -1: all */

static bool fails(void)
{
    return until_failure >= 0 && until_failure-- == 0;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

/* Everything a router does once: made, configured, taught, asked, summed up. */
static int live(void)
{
    static const struct tt_router_data data = { .seed = 1 };
    struct tt_config_source source = { .from = TT_CONFIG_USER,
                                       .text = TT_STR("{\"budget\": {\"day_usd\": 5}}") };
    struct tt_outcome o = { .id = TT_STR("1"), .task = TT_STR("ERR-2"), .cost_usd = 0.1 };
    struct tt_route_input in = make_input("ERR-2");
    const struct tt_config *config = NULL;
    struct tt_router *router = NULL;
    struct tt_buf text = TT_BUF_INIT(1 << 20);
    struct tt_decision d;
    uint64_t reservation;
    int err = tt_config_create(&source, 1, &config);

    tt_decision_init(&d);
    if (!err)
        err = tt_router_create(&data, &router);
    if (!err)
        err = tt_router_configure(router, config);
    if (!err)
        err = tt_route_decide(router, &in, &d);
    if (!err) {
        tt_router_failed(router, &d.candidates[0], TT_FAIL_MODEL_GONE, 0, 1);
        tt_router_succeeded(router, &d.candidates[1], 1, 1);
        tt_outcome_of(&d, TT_OUTCOME_KEPT, &o);
        o.id = TT_STR("1");
        err = tt_router_reserve(router, &d.candidates[0], 1, &reservation, &text);
    }
    if (!err) {
        tt_router_settle(router, reservation, &d.candidates[0], 0.1, 1);
        err = tt_router_learn(router, &o, false);
    }
    if (!err)
        err = tt_decision_write_json(&d, &text);
    if (!err)
        err = tt_findings_write_text(router, TT_STR(""), &text);
    if (!err)
        err = tt_stats_write_text(router, 1, &text);
    if (!err)
        err = tt_stats_write_html(router, 1, &text);
    tt_decision_release(&d);
    tt_buf_release(&text);
    tt_router_destroy(router);
    tt_config_unref(config);
    return err;
}

static void test_every_allocation(void **state)
{
    int err = 0;

    (void)state;
    for (int n = 0; n < 2000; n++) {
        until_failure = n;
        err = live();
        if (until_failure >= 0) { /* none was left to fail */
            until_failure = -1;
            CHECK(err == 0, "%d", err);
            CHECK(n > 20, "only %d allocations", n);
            return;
        }
        until_failure = -1;
        /* Health and settled money do without memory: then all went well. */
        CHECK(err == 0 || err == TT_ENOMEM, "allocation %d: %d", n, err);
    }
    CHECK(false, "no end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
