/* test_cancel.c -- a request that is cancelled, at every stage. */
#include "asking.h"

enum stage { ASKING, ANSWERING, BACKING_OFF, CHECKING, STAGES };

static void reach(struct rig *rig, enum stage stage)
{
    uint64_t id = fake_io_http(&rig->fake)->id;

    if (stage == ANSWERING) {
        fake_io_http_head(&rig->fake, id, 200, "text/event-stream");
        fake_io_http_body(&rig->fake, id,
                          TT_STR("event: message_start\ndata: {\"type\":\"message_start\","
                                 "\"message\":{\"model\":\"m\",\"usage\":{\"input_tokens\":5,"
                                 "\"output_tokens\":1}}}\n\n"));
    } else if (stage == BACKING_OFF) {
        fake_io_http_end(&rig->fake, id, TT_HTTP_NO_CONNECTION);
    } else if (stage == CHECKING) {
        rig->fake.hold_jobs = true;
        rig_answer(rig, GOOD);
    }
}

static void test_cancel_at_every_stage(void **state)
{
    (void)state;
    for (enum stage stage = ASKING; stage < STAGES; stage++) {
        for (int by = 0; by < 2; by++) {
            struct rig rig;
            size_t sent;

            rig_open(&rig, (uint64_t)stage + 20, NULL, NULL);
            rig_document(&rig, SOURCE);
            edit(&rig, ",\"model\":\"claude\"");
            reach(&rig, stage);
            if (by == 0) {
                rig_request(&rig, "workspace/executeCommand",
                            "{\"command\":\"trimtab.cancel\",\"arguments\":[{}]}");
            } else {
                const cJSON *created = rig_last(&rig, "window/workDoneProgress/create");
                const cJSON *token =
                    cJSON_GetObjectItem(cJSON_GetObjectItem(created, "params"), "token");
                rig_notify(&rig, "window/workDoneProgress/cancel", "{\"token\":\"%s\"}",
                           token->valuestring);
            }
            rig_settle(&rig);
            CHECK(!fake_io_http(&rig.fake), "stage %d: the transfer goes on", stage);
            CHECK(strstr(receipt(&rig), "\"verdict\":\"cancelled\""), "stage %d: %s", stage,
                  receipt(&rig));
            sent = rig.fake.n_sent;
            rig.fake.hold_jobs = false;
            rig_wait(&rig, 20000);
            CHECK(rig.fake.n_sent == sent, "stage %d: said after cancel: %s", stage,
                  rig.fake.sent[rig.fake.n_sent - 1]);
            CHECK(strcmp(rig.text, SOURCE) == 0);
            rig_close(&rig);
        }
    }
}

static void test_exit_while_it_runs(void **state)
{
    (void)state;
    for (enum stage stage = ASKING; stage < STAGES; stage++) {
        struct rig rig;

        rig_open(&rig, (uint64_t)stage + 40, NULL, NULL);
        rig_document(&rig, SOURCE);
        edit(&rig, ",\"model\":\"claude\"");
        reach(&rig, stage);
        fake_io_editor_eof(&rig.fake);
        CHECK(rig.fake.exited);
        CHECK(rig.fake.exit_code == 1);
        CHECK(!fake_io_http(&rig.fake), "stage %d: the transfer goes on", stage);
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cancel_at_every_stage),
        cmocka_unit_test(test_exit_while_it_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
