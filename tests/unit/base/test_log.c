/* test_log.c -- only what is asked for reaches the sink, and never more than it holds. */
#include "base/log.h"
#include "test.h"

struct heard {
    int count;
    enum tt_log_level level;
    char text[4096];
    size_t n;
};

static void hear(void *arg, enum tt_log_level level, tt_str message)
{
    struct heard *heard = arg;

    heard->count++;
    heard->level = level;
    heard->n = message.n;
    memcpy(heard->text, message.p, message.n);
    heard->text[message.n] = '\0';
}

static void test_levels(void **state)
{
    struct heard heard = { .count = 0 };

    (void)state;
    for (int asked = TT_LOG_ERROR; asked <= TT_LOG_TRACE; asked++) {
        tt_log_set((enum tt_log_level)asked, hear, &heard);
        for (int said = TT_LOG_ERROR; said <= TT_LOG_TRACE; said++) {
            enum tt_log_level level = (enum tt_log_level)said;

            heard.count = 0;
            tt_log(level, "%d of %s", said, "five");
            CHECK(heard.count == (said <= asked), "asked %d, said %d", asked, said);
            CHECK(tt_log_wants(level) == (said <= asked), "asked %d, said %d", asked, said);
            CHECK(!heard.count || heard.level == level);
        }
    }
    CHECK(strcmp(heard.text, "4 of five") == 0, "%s", heard.text);
    tt_log_set(TT_LOG_TRACE, NULL, NULL);
    heard.count = 0;
    tt_log(TT_LOG_ERROR, "nobody listens");
    CHECK(heard.count == 0 && !tt_log_wants(TT_LOG_ERROR));
}

static void test_long_message_is_cut(void **state)
{
    struct heard heard = { .count = 0 };
    char text[4000];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    tt_log_set(TT_LOG_INFO, hear, &heard);
    tt_log(TT_LOG_INFO, "%s", text);
    CHECK(heard.count == 1 && heard.n == 2047, "%zu bytes", heard.n);
    tt_log_set(TT_LOG_INFO, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_long_message_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
