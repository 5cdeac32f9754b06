/* test_learn.c -- outcomes change what is believed, and only what they should. */
#include "helper.h"
#include "route/beta.h"
#include "route/router.h"

#include "trimtab/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define CLAUDE "claude-sonnet-5"
#define GPT    "gpt-6-sol"

static struct tt_outcome outcome(const char *task, const char *model, enum tt_outcome_kind kind)
{
    return (struct tt_outcome){
        .task = tt_str_from(task),
        .kind = kind,
        .model = tt_str_from(model),
        .name = strcmp(model, CLAUDE) == 0 ? TT_STR("claude") : TT_STR("gpt"),
        .family = strcmp(model, CLAUDE) == 0 ? TT_FAMILY_CLAUDE : TT_FAMILY_GPT,
        .prior_mean = 0.5,
        .cost_usd = 0.01,
        .cheapest_usd = 0.004,
        .latency_ms = 2000,
        .wall_ms = 1790000000000,
    };
}

static void see(struct tt_router *router, const char *task, const char *model,
                enum tt_outcome_kind kind, int times)
{
    struct tt_outcome o = outcome(task, model, kind);

    while (times-- > 0)
        assert_int_equal(tt_router_learn(router, &o, true), 0);
}

/* Decide under the settings and give the name that was chosen. */
static const char *choice(struct tt_router *router, const char *task, struct tt_decision *d)
{
    struct tt_route_input in = make_input(task);

    in.complexity = 0.9;
    decide(router, &in, d);
    return chosen(d);
}

static void test_reward(void **state)
{
    static const struct {
        enum tt_outcome_kind kind;
        double survived, reward, weight;
    } rows[] = {
        { TT_OUTCOME_KEPT, 0, 1, 1 },       { TT_OUTCOME_EDITED, 0.7, 0.7, 1 },
        { TT_OUTCOME_UNDONE, 1, 0, 1 },     { TT_OUTCOME_REJECTED, 0, 0, 1 },
        { TT_OUTCOME_IGNORED, 0, 0, 0.5 },  { TT_OUTCOME_REFUSED, 0, 0, 1 },
        { TT_OUTCOME_SWITCHED, 0, 0, 0.5 }, { TT_OUTCOME_WON, 0, 1, 1 },
        { TT_OUTCOME_LOST, 0, 0, 1 },       { TT_OUTCOME_SPENT, 1, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tt_outcome o = { .kind = rows[i].kind, .survived = rows[i].survived };
        double reward, weight;

        tt_outcome_reward(&o, &reward, &weight);
        assert_true(reward == rows[i].reward && weight == rows[i].weight);
    }
}

/* With `findings`, outcomes are shown but do not decide; with `learned` they do. */
static void test_outcomes_decide_only_when_asked(void **state)
{
    struct tt_router *router = make_router("{}");
    struct tt_decision d;

    (void)state;
    tt_decision_init(&d);
    see(router, "ERR-2", CLAUDE, TT_OUTCOME_REJECTED, 6);
    see(router, "ERR-2", GPT, TT_OUTCOME_KEPT, 3);
    assert_string_equal(choice(router, "ERR-2", &d), "claude");
    assert_int_equal(d.by, TT_BY_FINDING);
    assert_true(tt_str_eq(d.learned_would, TT_STR("gpt")));
    assert_non_null(strstr(d.reason.p, "By your own results it would be gpt."));
    assert_non_null(strstr(d.reason.p, "Your own results: 0 kept of 6 (too few to tell)."));
    set_router(router, "{\"routing\": \"learned\"}");
    assert_string_equal(choice(router, "ERR-2", &d), "gpt");
    assert_int_equal(d.by, TT_BY_OUTCOMES);
    assert_true(d.candidates[0].own.n > 5.5 && d.candidates[0].own.n < 6);
    assert_true(d.candidates[0].own.low == 0 && d.candidates[0].own.high < 0.5);
    assert_true(d.candidates[1].own.low > 0.4 && d.candidates[1].own.high > 0.999);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

static void test_what_says_nothing(void **state)
{
    struct tt_router *router = make_router("{\"routing\": \"learned\"}");
    struct tt_outcome o = outcome("ERR-2", CLAUDE, TT_OUTCOME_REJECTED);
    struct tt_decision d;

    (void)state;
    tt_decision_init(&d);
    see(router, "ERR-2", CLAUDE, TT_OUTCOME_SPENT, 50);
    assert_string_equal(choice(router, "ERR-2", &d), "claude");
    assert_true(d.candidates[0].own.n == 0);
    o.id = TT_STR("same");
    for (int i = 0; i < 50; i++) /* the same outcome, written twice */
        assert_int_equal(tt_router_learn(router, &o, true), 0);
    choice(router, "ERR-2", &d);
    assert_true(d.candidates[0].own.n == 1);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

/* A class learns as a whole; a pool carries a little of it to other classes. */
static void test_classes_and_pools(void **state)
{
    struct tt_router *router = make_router("{\"routing\": \"learned\"}");
    struct tt_decision d;

    (void)state;
    tt_decision_init(&d);
    see(router, "AUTH-1", CLAUDE, TT_OUTCOME_KEPT, 9);
    choice(router, "AUTH-3", &d);
    assert_true(d.candidates[0].own.n > 8);
    choice(router, "DB-6", &d);
    assert_true(d.candidates[0].own.n == 0);
    assert_true(d.candidates[0].mean > d.candidates[0].prior_mean + 0.05);
    assert_true(d.candidates[1].mean <= 0.5);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

/* 200 outcomes of 0.8 against 0.4: the better is taken, whatever was drawn. */
static void test_convergence(void **state)
{
    int best = 0;

    (void)state;
    for (uint64_t user = 0; user < 100; user++) {
        struct tt_router_data data = { .seed = user };
        struct tt_rng rng = { user * 31 + 7 };
        struct tt_router *router;
        struct tt_decision d;

        assert_int_equal(tt_router_create(&data, &router), 0);
        set_router(router, "{\"routing\": \"learned\"}");
        tt_decision_init(&d);
        for (int t = 0; t < 200; t++) {
            const char *name = choice(router, "REF-1", &d);
            bool gpt = strcmp(name, "gpt") == 0;
            double p = gpt ? 0.8 : 0.4; /* against the finding */

            see(router, "REF-1", gpt ? GPT : CLAUDE,
                tt_rng_unit(&rng) < p ? TT_OUTCOME_KEPT : TT_OUTCOME_REJECTED, 1);
        }
        best += strcmp(choice(router, "REF-1", &d), "gpt") == 0;
        tt_decision_release(&d);
        tt_router_destroy(router);
    }
    assert_true(best >= 95);
}

/* Drawn choices are labelled, have a propensity, and stay between two menus. */
static void test_draws(void **state)
{
    struct tt_router *router = make_router("{\"routing\": \"learned\"}");
    struct tt_decision a, b;
    double seen = 0;

    (void)state;
    tt_decision_init(&a);
    tt_decision_init(&b);
    see(router, "TEST-1", CLAUDE, TT_OUTCOME_KEPT, 4);
    see(router, "TEST-1", GPT, TT_OUTCOME_KEPT, 4);
    choice(router, "TEST-1", &a);
    assert_int_equal(a.by, TT_BY_OUTCOMES);
    assert_true(a.propensity == 1);
    see(router, "TEST-1", GPT, TT_OUTCOME_REJECTED, 2);
    choice(router, "TEST-1", &a);
    choice(router, "TEST-1", &b);
    assert_int_equal(a.by, TT_BY_DRAW);
    assert_int_equal(a.choice, b.choice);
    assert_true(a.propensity == b.propensity && a.propensity > 0 && a.propensity < 1);
    assert_non_null(strstr(a.reason.p, "Drawn by what your own results make likely"));
    for (int i = 0; i < 60; i++) {
        see(router, "TEST-1", i % 2 ? CLAUDE : GPT,
            i % 4 < 2 ? TT_OUTCOME_KEPT : TT_OUTCOME_REJECTED, 1);
        seen += strcmp(choice(router, "TEST-1", &a), "gpt") == 0;
    }
    assert_true(seen > 2 && seen < 58); /* both are still tried */
    tt_decision_release(&a);
    tt_decision_release(&b);
    tt_router_destroy(router);
}

/* However clear it seems, either model keeps a small chance. */
static void test_floor(void **state)
{
    struct tt_router *router = make_router("{\"routing\": \"learned\"}");
    struct tt_decision d;
    int tried = 0;

    (void)state;
    tt_decision_init(&d);
    see(router, "DB-4", CLAUDE, TT_OUTCOME_REJECTED, 30);
    for (int i = 0; i < 400; i++) {
        see(router, "DB-4", GPT, TT_OUTCOME_KEPT, 1);
        if (strcmp(choice(router, "DB-4", &d), "claude") == 0) {
            assert_true(d.propensity > 0.01 && d.propensity < 0.05);
            tried++;
        }
    }
    assert_true(tried >= 1 && tried <= 20);
    tt_decision_release(&d);
    tt_router_destroy(router);
}

static void test_five_duels_are_enough(void **state)
{
    struct tt_router *router = make_router("{\"routing\": \"learned\"}");

    (void)state;
    for (int i = 0; i < 4; i++) {
        see(router, "DB-1", CLAUDE, TT_OUTCOME_WON, 1);
        see(router, "DB-1", GPT, TT_OUTCOME_LOST, 1);
    }
    assert_false(tt_learned_enough(&router->learned, TT_STR("schema")));
    see(router, "DB-1", CLAUDE, TT_OUTCOME_LOST, 1);
    see(router, "DB-1", GPT, TT_OUTCOME_LOST, 1);
    assert_true(tt_learned_enough(&router->learned, TT_STR("schema")));
    tt_router_destroy(router);
}

/* A trial: one duel a day, five in a class, never against a pin. */
static void test_trial(void **state)
{
    struct tt_router *router = make_router("{\"trial\": true, \"pins\": {\"DB-6\": \"gpt\"}}");
    const struct tt_candidate *other = NULL;
    struct tt_decision d;
    int64_t now = 1790000000000;

    (void)state;
    tt_decision_init(&d);
    choice(router, "DB-6", &d);
    assert_false(tt_router_wants_duel(router, &d, now, &other));
    choice(router, "DB-1", &d);
    for (int i = 0; i < 5; i++) {
        struct tt_outcome won = outcome("DB-1", CLAUDE, TT_OUTCOME_WON);
        struct tt_outcome lost = outcome("DB-1", GPT, TT_OUTCOME_LOST);

        assert_true(tt_router_wants_duel(router, &d, now, &other));
        assert_true(tt_str_eq(other->model, TT_STR(GPT)));
        won.wall_ms = lost.wall_ms = now;
        assert_int_equal(tt_router_learn(router, &won, true), 0);
        assert_int_equal(tt_router_learn(router, &lost, true), 0);
        assert_false(tt_router_wants_duel(router, &d, now + 3600000, &other));
        now += 86400000;
    }
    assert_false(tt_router_wants_duel(router, &d, now, &other));
    choice(router, "REST-3", &d);
    assert_true(tt_router_wants_duel(router, &d, now, &other));
    set_router(router, "{}");
    assert_false(tt_router_wants_duel(router, &d, now, &other));
    tt_decision_release(&d);
    tt_router_destroy(router);
}

/* A cheaper model wins within the tolerance of the policy. */
static void test_tolerance(void **state)
{
    static const struct {
        const char *settings, *want;
    } rows[] = {
        { "{\"routing\": \"learned\", \"policy\": \"quality\"}", "claude" },
        { "{\"routing\": \"learned\", \"policy\": \"economy\"}", "gpt" },
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct tt_router *router = make_router(rows[i].settings);
        struct tt_decision d;

        tt_decision_init(&d);
        see(router, "OTHER", CLAUDE, TT_OUTCOME_KEPT, 1); /* "other": only the pool learns */
        see(router, "DB-4", CLAUDE, TT_OUTCOME_KEPT, 2);
        see(router, "DB-4", GPT, TT_OUTCOME_KEPT, 2);
        assert_string_equal(choice(router, "DB-4", &d), rows[i].want);
        tt_decision_release(&d);
        tt_router_destroy(router);
    }
}

/* The findings fade where the models are compared and no difference shows. */
static void test_trust(void **state)
{
    struct tt_learned learned = { 0 };
    struct tt_outcome o = outcome("", CLAUDE, TT_OUTCOME_KEPT);

    (void)state;
    tt_learned_init(&learned, 1);
    assert_true(tt_learned_trust(&learned) == 1);
    for (int i = 0; i < 200; i++) {
        bool claude = i % 2 == 0;

        o.model = claude ? TT_STR(CLAUDE) : TT_STR(GPT);
        o.prior_mean = claude ? 0.55 : 0.45;
        o.kind = i % 4 < 2 ? TT_OUTCOME_KEPT : TT_OUTCOME_REJECTED;
        assert_int_equal(tt_learned_add(&learned, TT_STR("auth"), &o), 0);
    }
    assert_true(tt_learned_trust(&learned) < 0.8);
    assert_true(tt_learned_trust(&learned) > 0.3);
    tt_learned_release(&learned);
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

/* Replaying what was written gives the same beliefs, to the last bit. */
static void test_replay(void **state)
{
    struct tt_router *a = make_router("{}"), *b = make_router("{}");
    struct tt_rng rng = { 3 };
    static const char *const tasks[] = { "ERR-2", "DB-1", "DB-2", "AUTH-1", "OTHER" };

    (void)state;
    for (int i = 0; i < 300; i++) {
        struct tt_outcome o = outcome(tasks[tt_rng_next(&rng) % 5], i % 3 ? CLAUDE : GPT,
                                      (enum tt_outcome_kind)(tt_rng_next(&rng) % 10));
        struct tt_buf text = TT_BUF_INIT(10000);
        struct tt_arena arena;
        struct tt_outcome read;
        char id[20];

        snprintf(id, sizeof(id), "o%d", i);
        o.id = tt_str_from(id);
        o.survived = tt_rng_unit(&rng);
        o.prior_mean = 0.45 + 0.1 * tt_rng_unit(&rng);
        assert_int_equal(tt_router_learn(a, &o, true), 0);
        assert_int_equal(tt_outcome_write_json(&o, &text), 0);
        tt_arena_init(&arena);
        assert_int_equal(tt_outcome_read_json(tt_buf_str(&text), &arena, &read), 0);
        assert_int_equal(tt_router_learn(b, &read, false), 0);
        tt_arena_release(&arena);
        tt_buf_release(&text);
    }
    assert_int_equal(a->learned.n_cells, b->learned.n_cells);
    for (size_t i = 0; i < a->learned.n_cells; i++) {
        assert_true(same_bits(a->learned.cells[i].success, b->learned.cells[i].success));
        assert_true(same_bits(a->learned.cells[i].failure, b->learned.cells[i].failure));
    }
    assert_true(same_bits(tt_learned_trust(&a->learned), tt_learned_trust(&b->learned)));
    tt_router_destroy(a);
    tt_router_destroy(b);
}

/* The value of "always claude", estimated from choices that were drawn, with
 * their propensities (SNIPS), within three standard errors of what it is. */
static void test_propensities_are_honest(void **state)
{
    static const double p[2] = { 0.65, 0.45 };
    double sum = 0, weights = 0, squares = 0;
    struct tt_rng rng = { 11 };
    int n = 0, rounds = 0;

    (void)state;
    for (uint64_t user = 0; user < 40; user++) {
        struct tt_router_data data = { .seed = user * 977 };
        struct tt_router *router;
        struct tt_decision d;

        assert_int_equal(tt_router_create(&data, &router), 0);
        set_router(router, "{\"routing\": \"learned\", \"policy\": \"quality\"}");
        tt_decision_init(&d);
        for (int t = 0; t < 60; t++) {
            bool gpt = strcmp(choice(router, "DB-4", &d), "gpt") == 0;
            bool kept = tt_rng_unit(&rng) < p[gpt];

            rounds += d.by == TT_BY_DRAW;
            if (d.by == TT_BY_DRAW && !gpt) {
                double w = 1 / d.propensity;

                sum += w * kept;
                weights += w;
                squares += w * w * (kept - p[0]) * (kept - p[0]);
                n++;
            }
            see(router, "DB-4", gpt ? GPT : CLAUDE, kept ? TT_OUTCOME_KEPT : TT_OUTCOME_REJECTED,
                1);
        }
        tt_decision_release(&d);
        tt_router_destroy(router);
    }
    assert_true(n > 300);
    if (fabs(sum / weights - p[0]) > 3 * sqrt(squares) / weights)
        fail_msg("%d drawn: %.3f, and it is %.3f (standard error %.3f)", n, sum / weights, p[0],
                 sqrt(squares) / weights);
    /* And they are of the right size: over all rounds the weights of one action
     * sum up to the number of rounds. */
    assert_true(fabs(weights / rounds - 1) < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reward),
        cmocka_unit_test(test_outcomes_decide_only_when_asked),
        cmocka_unit_test(test_what_says_nothing),
        cmocka_unit_test(test_classes_and_pools),
        cmocka_unit_test(test_convergence),
        cmocka_unit_test(test_draws),
        cmocka_unit_test(test_floor),
        cmocka_unit_test(test_five_duels_are_enough),
        cmocka_unit_test(test_trial),
        cmocka_unit_test(test_tolerance),
        cmocka_unit_test(test_trust),
        cmocka_unit_test(test_replay),
        cmocka_unit_test(test_propensities_are_honest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
