/* test_measure.c -- what answers show of our estimate of tokens, and what follows. */
#include "asking.h"
#include "session/measure.h"

#define A TT_STR("http://a/v1")
#define B TT_STR("http://b/v1")
#define M TT_STR("model")

static bool near(double a, double b)
{
    return a - b < 0.001 && b - a < 0.001;
}

static void test_by_address_and_model(void **state)
{
    struct tt_measures measures = { 0 };

    (void)state;
    CHECK(near(tt_measures_ratio(&measures, A, M), 1));
    tt_measures_learn(&measures, A, M, 1000, 1250);
    CHECK(near(tt_measures_ratio(&measures, A, M), 1.25));
    CHECK(near(tt_measures_ratio(&measures, B, M), 1));
    CHECK(near(tt_measures_ratio(&measures, A, TT_STR("")), 1));
    for (unsigned i = 0; i < 20; i++) {
        char model[16];

        snprintf(model, sizeof(model), "model-%u", i);
        tt_measures_learn(&measures, B, tt_str_from(model), 1000, 900);
    }
    CHECK(near(tt_measures_ratio(&measures, A, M), 1.25), "forgotten while others were learnt");
    CHECK(near(tt_measures_ratio(&measures, B, TT_STR("model-19")), 0.9));
    tt_measures_learn(&measures, A, M, 10000, 300); /* cut by the server: says nothing */
    CHECK(near(tt_measures_ratio(&measures, A, M), 1.25));
    tt_measures_release(&measures);
}

/* --- in a session ------------------------------------------------------------------- */

/* What a question of the model would read and cost, by the route. */
static double estimate(struct rig *rig, const char *model, const char *what)
{
    int id = command(rig, "explain", "\"uri\":\"" RIG_URI "\"," AT_FETCH);
    const cJSON *list, *item;

    list = cJSON_GetObjectItem(rig_result(rig, id), "candidates");
    cJSON_ArrayForEach(item, list)
    {
        if (strcmp(cJSON_GetObjectItem(item, "name")->valuestring, model) == 0)
            return cJSON_GetObjectItem(item, what)->valuedouble;
    }
    CHECK(false, "no candidate %s", model);
    return 0;
}

static void test_the_next_estimate_is_better(void **state)
{
    double claude, gpt, usd, after;
    struct rig rig;

    (void)state;
    rig_open(&rig, 1, NULL, NULL);
    rig_document(&rig, SOURCE);
    claude = estimate(&rig, "claude", "tokens_in");
    usd = estimate(&rig, "claude", "cost_usd");
    gpt = estimate(&rig, "gpt", "tokens_in");
    CHECK(claude > 1000, "the rig's 900 would be no news: %g", claude);
    edit(&rig, ",\"model\":\"claude\"");
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, FIXED) == 0, "%s", rig.text);
    rig_type(&rig, ", timeout=10", "");
    after = estimate(&rig, "claude", "tokens_in");
    CHECK(after < claude * 0.95 && after >= claude * 0.599, "%g after %g", after, claude);
    CHECK(estimate(&rig, "claude", "cost_usd") < usd);
    CHECK(near(estimate(&rig, "gpt", "tokens_in"), gpt), "another model's estimate moved");
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_address_and_model),
        cmocka_unit_test(test_the_next_estimate_is_better),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
