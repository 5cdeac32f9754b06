/* test_retry.c -- asking again: without what was rejected, with more room, and
 * never for longer or more often than it makes sense. */
#include "asking.h"
#include "session/retry.h"

#define REJECTED                                                                                   \
    "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"temperature:" \
    " not supported by this model\"}}"
#define LIMITED                                                                                    \
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"m\","        \
    "\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"                                     \
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"          \
    "\"max_tokens\"},\"usage\":{\"output_tokens\":50}}\n\n"                                        \
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

#define BY_CLAUDE ",\"model\":\"claude\""

static void open(struct rig *rig, uint64_t seed, const char *more)
{
    char options[600];

    snprintf(options, sizeof(options),
             "{\"models\":{\"claude\":{\"provider\":\"anthropic\",\"family\":\"claude\","
             "\"model\":\"claude-sonnet-4-5\"}},\"delivery\":\"command\"%s}",
             more);
    rig_open(rig, seed, NULL, options);
    rig_document(rig, SOURCE);
    edit(rig, BY_CLAUDE);
}

static void test_rejected_once_and_remembered(void **state)
{
    struct rig rig;

    (void)state;
    open(&rig, 1, "");
    CHECK(strstr(fake_io_http(&rig.fake)->body, "\"temperature\""));
    rig_answer_status(&rig, 400, "application/json", REJECTED);
    rig_wait(&rig, 1);
    CHECK(rig.fake.n_https == 2, "not asked again");
    CHECK(!strstr(fake_io_http(&rig.fake)->body, "\"temperature\""));
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, FIXED) == 0, "%s", rig.text);

    rig_type(&rig, ", timeout=10", "");
    edit(&rig, BY_CLAUDE);
    CHECK(rig.fake.n_https == 3);
    CHECK(!strstr(fake_io_http(&rig.fake)->body, "\"temperature\""), "forgotten");
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, FIXED) == 0, "%s", rig.text);
    rig_close(&rig);
}

/* The parameters were not to blame: nothing is learnt, and the user is told. */
static void test_rejected_twice(void **state)
{
    struct rig rig;

    (void)state;
    open(&rig, 2, "");
    for (int i = 0; i < 2; i++) {
        rig_answer_status(&rig, 400, "application/json", REJECTED);
        rig_wait(&rig, 6000);
    }
    CHECK(rig.fake.n_https == 2, "%zu requests", rig.fake.n_https);
    CHECK(!fake_io_http(&rig.fake) && strcmp(rig.text, SOURCE) == 0);
    CHECK(rig_said(&rig, "rejected the request: HTTP 400"));
    edit(&rig, BY_CLAUDE);
    CHECK(strstr(fake_io_http(&rig.fake)->body, "\"temperature\""), "learnt from a failure");
    rig_answer(&rig, GOOD);
    rig_close(&rig);
}

/* Models at home whose template has no place for the system text, or none for tools. */
static void test_no_system_role_no_tools(void **state)
{
    static const struct {
        const char *said, *gone, *kept; /* of the body of the second request */
    } rows[] = {
        { "{\"object\":\"error\",\"message\":\"System role not supported\",\"code\":400}",
          "\"role\":\"system\"", "\"role\":\"user\",\"content\":\"You edit source code" },
        { "{\"error\":{\"message\":\"gemma does not support tools\",\"type\":\"api_error\"}}",
          "\"tools\"", "<<<<<<< SEARCH" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig rig;

        rig_open(&rig, 20, NULL,
                 "{\"models\":{\"claude\":{\"provider\":\"openai-compatible\",\"family\":\"other\","
                 "\"model\":\"gemma\",\"edit_format\":\"tool\",\"base_url\":"
                 "\"http://127.0.0.1:11434/v1\"}},\"delivery\":\"command\"}");
        rig_document(&rig, SOURCE);
        edit(&rig, BY_CLAUDE);
        CHECK(strstr(fake_io_http(&rig.fake)->body, rows[i].gone), "row %zu asks for it", i);
        rig_answer_status(&rig, 400, "application/json", rows[i].said);
        rig_wait(&rig, 1);
        CHECK(rig.fake.n_https == 2, "row %zu: not asked again", i);
        CHECK(!strstr(fake_io_http(&rig.fake)->body, rows[i].gone), "row %zu", i);
        CHECK(strstr(fake_io_http(&rig.fake)->body, rows[i].kept), "row %zu: %s", i,
              fake_io_http(&rig.fake)->body);
        rig_answer(&rig, GOOD);
        CHECK(strcmp(rig.text, FIXED) == 0, "row %zu: %s", i, rig.text);

        rig_type(&rig, ", timeout=10", "");
        edit(&rig, BY_CLAUDE);
        CHECK(rig.fake.n_https == 3);
        CHECK(!strstr(fake_io_http(&rig.fake)->body, rows[i].gone), "row %zu: forgotten", i);
        rig_answer(&rig, GOOD);
        rig_close(&rig);
    }
}

static unsigned long max_tokens(struct rig *rig)
{
    const char *at = strstr(fake_io_http(&rig->fake)->body, "\"max_tokens\":");

    return at ? strtoul(at + 13, NULL, 10) : 0;
}

static void test_once_with_more_room(void **state)
{
    struct rig rig;
    unsigned long before;

    (void)state;
    open(&rig, 3, "");
    before = max_tokens(&rig);
    rig_answer_status(&rig, 200, "text/event-stream", LIMITED);
    rig_wait(&rig, 1);
    CHECK(rig.fake.n_https == 2);
    CHECK(max_tokens(&rig) == 2 * before, "%lu after %lu", max_tokens(&rig), before);
    rig_answer_status(&rig, 200, "text/event-stream", LIMITED);
    rig_wait(&rig, 6000);
    CHECK(rig.fake.n_https == 2 && !fake_io_http(&rig.fake), "asked for ever");
    CHECK(strcmp(rig.text, SOURCE) == 0);
    CHECK(rig_said(&rig, "output limit"));
    rig_close(&rig);
}

/* timeouts.total_ms holds for a question with all its retries. */
static void test_no_longer_than_the_deadline(void **state)
{
    struct rig rig;

    (void)state;
    open(&rig, 4, ",\"timeouts\":{\"total_ms\":2000}");
    rig.fake.now += 1500; /* the server took its time to say no */
    rig_answer_status(&rig, 503, "application/json", "{}");
    rig_wait(&rig, 300);
    CHECK(rig.fake.n_https == 2);
    rig.fake.now += 450;
    rig_answer_status(&rig, 503, "application/json", "{}");
    rig_wait(&rig, 6000);
    CHECK(rig.fake.n_https == 2, "asked again after the deadline");
    CHECK(rig_said(&rig, "HTTP 503"));
    rig_close(&rig);
}

static void test_retry_after_beyond_the_deadline(void **state)
{
    struct rig rig;

    (void)state;
    open(&rig, 5, ",\"timeouts\":{\"total_ms\":2000}");
    rig_answer_status(&rig, 429, "application/json",
                      "{\"error\":{\"message\":\"slow\",\"details\":[{\"retryDelay\":\"3s\"}]}}");
    rig_wait(&rig, 6000);
    CHECK(rig.fake.n_https == 1, "waited beyond the deadline");
    rig_close(&rig);
}

/* Nobody waits ten seconds before an editor: another model, or the truth. */
static void test_retry_after_beyond_patience(void **state)
{
    struct rig rig;

    (void)state;
    open(&rig, 6, "");
    rig_answer_status(&rig, 429, "application/json",
                      "{\"error\":{\"message\":\"slow\",\"details\":[{\"retryDelay\":\"10s\"}]}}");
    CHECK(rig_said(&rig, "it asks to wait 10 s"), "it is said at once");
    rig_wait(&rig, 30000);
    CHECK(rig.fake.n_https == 1, "waited for it");
    edit(&rig, BY_CLAUDE); /* the model was named, so it is asked all the same */
    CHECK(rig.fake.n_https <= 2);
    rig_close(&rig);

    open(&rig, 7, "");
    rig_answer_status(&rig, 429, "application/json",
                      "{\"error\":{\"message\":\"slow\",\"details\":[{\"retryDelay\":\"2s\"}]}}");
    rig_wait(&rig, 1900);
    CHECK(rig.fake.n_https == 1, "asked before its time");
    rig_wait(&rig, 200);
    CHECK(rig.fake.n_https == 2, "two seconds are waited");
    rig_answer(&rig, GOOD);
    CHECK(strcmp(rig.text, FIXED) == 0, "%s", rig.text);
    rig_close(&rig);
}

static void test_purse(void **state)
{
    struct tt_retry retry = { 0 };
    unsigned n = 0;

    (void)state;
    while (tt_retry_pay(&retry, 5000))
        n++;
    assert_int_equal(n, TT_RETRY_PURSE / TT_RETRY_PRICE);
    assert_false(tt_retry_pay(&retry, 5000));
    tt_retry_succeeded(&retry, 1); /* a retry that helped is free */
    assert_true(tt_retry_pay(&retry, 5000));
    assert_false(tt_retry_pay(&retry, 5000));
    assert_false(tt_retry_pay(&retry, 5000 + 1000));
    assert_true(tt_retry_pay(&retry, 5000 + 1000 * TT_RETRY_PRICE));
    for (unsigned i = 0; i < TT_RETRY_PRICE; i++)
        tt_retry_succeeded(&retry, 0);
    assert_true(tt_retry_pay(&retry, 5000 + 1000 * TT_RETRY_PRICE));
    n = 0;
    while (tt_retry_pay(&retry, 100000000)) /* no more than a full purse, however long */
        n++;
    assert_int_equal(n, TT_RETRY_PURSE / TT_RETRY_PRICE);
    tt_retry_release(&retry);
}

static void test_quirks(void **state)
{
    struct tt_retry retry = { 0 };
    tt_str a = TT_STR("http://a/v1"), b = TT_STR("http://b/v1"), m = TT_STR("m");

    (void)state;
    tt_retry_learn(&retry, a, m, 0x7, 0x9);
    assert_int_equal(tt_retry_caps(&retry, a, m, 0x17), 0x19);
    assert_int_equal(tt_retry_caps(&retry, b, m, 0x17), 0x17);
    assert_int_equal(tt_retry_caps(&retry, a, TT_STR("mm"), 0x17), 0x17);
    for (char c = 'c'; c < 'z'; c++)
        tt_retry_learn(&retry, (tt_str){ &c, 1 }, m, 2, 0);
    assert_int_equal(tt_retry_caps(&retry, a, m, 0x17), 0x19);
    tt_retry_release(&retry);
    assert_int_equal(tt_retry_caps(&retry, a, m, 0x17), 0x17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rejected_once_and_remembered),
        cmocka_unit_test(test_rejected_twice),
        cmocka_unit_test(test_no_system_role_no_tools),
        cmocka_unit_test(test_once_with_more_room),
        cmocka_unit_test(test_no_longer_than_the_deadline),
        cmocka_unit_test(test_retry_after_beyond_the_deadline),
        cmocka_unit_test(test_retry_after_beyond_patience),
        cmocka_unit_test(test_purse),
        cmocka_unit_test(test_quirks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
