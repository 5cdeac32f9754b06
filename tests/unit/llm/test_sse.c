/* test_sse.c -- the decoder gives the same events however the bytes are cut. */
#include "base/buf.h"
#include "llm/sse.h"
#include "test.h"
#include "trimtab/error.h"

static const struct {
    const char *name, *in, *want; /* want: "event|data;" per event */
    const char *flushed;          /* what a flush adds */
} cases[] = {
    { "one event", "event: ping\ndata: {}\n\n", "ping|{};", "" },
    { "two data lines", "data: a\ndata: b\n\n", "|a\nb;", "" },
    { "CRLF is one ending", "data: a\r\ndata: b\r\n\r\n", "|a\nb;", "" },
    { "lone CR", "data: a\rdata: b\r\r", "|a\nb;", "" },
    { "lone CR, then LF", "data: a\rdata: b\n\n", "|a\nb;", "" },
    { "CR LF CR", "data: a\r\n\r", "|a;", "" },
    { "endings mixed", "data: a\n\r\ndata: b\r\r\n\ndata: c\n\n", "|a;|b;|c;", "" },
    { "name is per event", "event: x\ndata: a\n\ndata: b\n\n", "x|a;|b;", "" },
    { "the last name holds", "event: x\nevent: y\ndata: a\n\n", "y|a;", "" },
    { "comment, unknown", ": hi\nid: 7\nretry: 3\ndata: a\n\n", "|a;", "" },
    { "no data, no event", "event: ping\n\n", "", "" },
    { "unfinished at end", "data: a\n\ndata: b\n", "|a;", "|b;" },
    { "unfinished line", "data: a\n\ndata: b", "|a;", "|b;" },
    { "field without colon", "data\n\n", "|;", "" },
    { "one space goes", "data:  a\n\n", "| a;", "" },
    { "no space", "data:a:b\n\n", "|a:b;", "" },
    { "empty data lines", "data:\ndata:\n\n", "|\n;", "" },
    { "byte order mark",
      "\xEF\xBB\xBF"
      "data: a\n\n",
      "|a;", "" },
    { "only at the start",
      "data: a\n\n\xEF\xBB\xBF"
      "data: b\n\n",
      "|a;", "" },
    { "error field", "error: {\"a\":1}\n\ndata: [DONE]\n\n", "error|{\"a\":1};|[DONE];", "" },
    { "comments between", ": P\n\n: P\n\ndata: a\n\n: P\n\n", "|a;", "" },
    { "not a field", "database: a\n data: b\n\n", "", "" },
};

static void record(void *arg, tt_str event, tt_str data)
{
    tt_buf_addf(arg, "%.*s|%.*s;", TT_STR_ARG(event), TT_STR_ARG(data));
}

static void test_any_cut(void **state)
{
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        size_t n = strlen(cases[c].in);

        for (size_t step = 1; step <= n; step++) {
            struct tt_buf got = TT_BUF_INIT(1024);
            char want[256];
            struct tt_sse *sse = tt_sse_create(1024, record, &got);

            for (size_t at = 0; at < n; at += step) {
                size_t len = n - at < step ? n - at : step;
                CHECK(tt_sse_feed(sse, (tt_str){ cases[c].in + at, len }) == 0, "%s",
                      cases[c].name);
            }
            tt_buf_addc(&got, 0);
            got.n--;
            CHECK(strcmp(got.p, cases[c].want) == 0, "%s, cut every %zu: got %s", cases[c].name,
                  step, got.p);
            assert_int_equal(tt_sse_flush(sse), 0);
            snprintf(want, sizeof(want), "%s%s", cases[c].want, cases[c].flushed);
            CHECK(strcmp(got.p, want) == 0, "%s, flushed: got %s", cases[c].name, got.p);
            tt_sse_destroy(sse);
            tt_buf_release(&got);
        }
    }
}

static void test_limit(void **state)
{
    static const struct {
        const char *in;
        int err;
    } rows[] = {
        { "data: 12\n\n", 0 },
        { "data: 123456789\n\n", TT_ETOOBIG },            /* a line */
        { "data:123\ndata:456\ndata:7\n\n", TT_ETOOBIG }, /* an event */
        { "data:12\ndata:34\n\ndata:12\ndata:34\n\n", 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tt_buf got = TT_BUF_INIT(1024);
        struct tt_sse *sse = tt_sse_create(8, record, &got);
        size_t before;

        assert_int_equal(tt_sse_feed(sse, tt_str_from(rows[i].in)), rows[i].err);
        before = got.n;
        if (rows[i].err) {
            assert_int_equal(tt_sse_feed(sse, TT_STR("\n\ndata:1\n\n")), rows[i].err);
            assert_int_equal(tt_sse_flush(sse), rows[i].err);
            assert_int_equal(got.n, before);
        }
        tt_sse_destroy(sse);
        tt_buf_release(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_cut),
        cmocka_unit_test(test_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
