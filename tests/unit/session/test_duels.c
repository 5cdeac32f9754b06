/* test_duels.c -- two models that are asked the same: compare and trial. */
#include "asking.h"

static int compare(struct rig *rig)
{
    return command(rig, "compare",
                   "\"uri\":\"" RIG_URI "\"," AT_FETCH ",\"instruction\":\"add a timeout\"");
}

/* Judge the duel that `compared` asked for. */
static int rate(struct rig *rig, int compared, const char *winner)
{
    return command(rig, "rate", "\"id\":\"%s\",\"winner\":\"%s\"",
                   cJSON_GetObjectItem(rig_result(rig, compared), "id")->valuestring, winner);
}

static void test_compare(void **state)
{
    struct rig rig;
    const cJSON *result;
    char urls[2][200];
    int id, rated;

    (void)state;
    rig_open(&rig, 95, NULL, NULL);
    rig_document(&rig, SOURCE);
    id = compare(&rig);
    CHECK(!error_of(&rig, id), "%s", error_of(&rig, id));
    CHECK(rig.fake.n_https == 2, "%zu requests", rig.fake.n_https);
    for (int i = 0; i < 2; i++) {
        snprintf(urls[i], sizeof(urls[i]), "%s", fake_io_http(&rig.fake)->url);
        rig_answer(&rig, i ? "no code here" : GOOD);
    }
    if (fake_io_http(&rig.fake)) /* the side without code is asked once more */
        rig_answer(&rig, "still none");
    CHECK(strcmp(urls[0], urls[1]) != 0, "the same model twice");
    result = rig_result(&rig, id);
    CHECK(result, "%s", error_of(&rig, id));
    CHECK(cJSON_GetObjectItem(result, "a") && cJSON_GetObjectItem(result, "b"));
    {
        char *said = cJSON_PrintUnformatted(result);
        CHECK(!strstr(said, "claude") && !strstr(said, "gpt"), "not blind: %s", said);
        free(said);
    }
    CHECK(strcmp(rig.text, SOURCE) == 0);
    for (int i = 0; i < 2; i++) {
        rated = rate(&rig, id, "a");
        CHECK((error_of(&rig, rated) != NULL) == (i == 1), "judged twice");
    }
    CHECK(rig_said(&rig, "\"kind\":\"won\""), "no outcome was recorded");
    rig_close(&rig);
}

/* A side that a transport error ended does not lose, and the other does not win. */
static void test_compare_with_a_broken_line(void **state)
{
    struct rig rig;
    int id;

    (void)state;
    rig_open(&rig, 96, NULL, NULL);
    rig_document(&rig, SOURCE);
    id = compare(&rig);
    rig_answer(&rig, GOOD);
    for (int i = 0; i < 10 && fake_io_http(&rig.fake); i++) {
        rig_answer_cut(&rig, GOOD, 100, 700, TT_HTTP_CUT);
        rig_wait(&rig, 60000);
    }
    CHECK(rig_result(&rig, id), "%s", error_of(&rig, id));
    id = rate(&rig, id, "a");
    CHECK(!error_of(&rig, id), "%s", error_of(&rig, id));
    CHECK(!rig_said(&rig, "\"kind\":\"won\"") && !rig_said(&rig, "\"kind\":\"lost\""));
    rig_close(&rig);
}

/* With `trial`, one action of the menu is a duel, once a day, with the price of both. */
static void test_trial(void **state)
{
    static const char comparing[] =
        "{\"general\":{\"positionEncodings\":[\"utf-16\"]},\"textDocument\":{\"codeAction\":{"
        "\"codeActionLiteralSupport\":{\"codeActionKind\":{\"valueSet\":[]}},\"dataSupport\":true,"
        "\"disabledSupport\":true,\"resolveSupport\":{\"properties\":[\"edit\"]}}},"
        "\"experimental\":{\"trimtab\":{\"compare\":true}}}";
    struct rig rig;
    int id, trials;

    (void)state;
    rig_open(&rig, 77, comparing, "{\"trial\":true}");
    rig_document(&rig, SOURCE);
    for (int round = 0; round < 2; round++) {
        const cJSON *list, *action, *found = NULL;
        char *argument;

        id = rig_request(&rig, "textDocument/codeAction",
                         "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}," AT_FETCH
                         ",\"context\":{\"diagnostics\":[],\"triggerKind\":1}}");
        rig_settle(&rig);
        rig_wait(&rig, 1000);
        list = rig_result(&rig, id);
        trials = 0;
        cJSON_ArrayForEach(action, list)
        {
            const char *title = cJSON_GetObjectItem(action, "title")->valuestring;

            if (strstr(title, "both")) {
                trials++;
                found = action;
                CHECK(strstr(title, "$"), "no price: %s", title);
                CHECK(strlen(title) <= 60, "%s", title);
            }
        }
        CHECK(trials == (round == 0), "%d trials in round %d", trials, round);
        if (!found)
            break;
        found = cJSON_GetObjectItem(found, "command");
        CHECK(strcmp(cJSON_GetObjectItem(found, "command")->valuestring, "trimtab.compare") == 0);
        argument = cJSON_PrintUnformatted(cJSON_GetObjectItem(found, "arguments"));
        id = rig_request(&rig, "workspace/executeCommand",
                         "{\"command\":\"trimtab.compare\",\"arguments\":%s}", argument);
        free(argument);
        rig_settle(&rig);
        CHECK(!error_of(&rig, id), "%s", error_of(&rig, id));
        rig_answer(&rig, GOOD);
        rig_answer(&rig, GOOD);
        rate(&rig, id, "b");
        CHECK(rig_said(&rig, "\"kind\":\"won\""));
    }
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_compare_with_a_broken_line),
        cmocka_unit_test(test_trial),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
