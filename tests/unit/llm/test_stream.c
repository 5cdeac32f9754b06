/* test_stream.c -- answers of every provider: the same outcome in every cut,
 * complete only when it is, and no crash whatever becomes of the bytes. */
#include "replay.h"
#include "test.h"
#include "trimtab/error.h"

static struct replay *replays;
static size_t n_replays;

static int load(void **state)
{
    (void)state;
    replays = replay_load(&n_replays);
    return n_replays >= 70 ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    replay_free(replays, n_replays);
    return 0;
}

/* What the events alone say; the outcome must agree with them. */
struct heard {
    struct tt_buf text;
    size_t tools, thinking, errors, stops;
    struct tt_llm_usage usage;
};

static void hear(void *arg, const struct tt_llm_event *event)
{
    struct heard *heard = arg;

    switch (event->type) {
    case TT_LLM_TEXT:
        tt_buf_add(&heard->text, event->text);
        break;
    case TT_LLM_TOOL:
        assert_int_equal(event->index, heard->tools);
        heard->tools++;
        break;
    case TT_LLM_THINKING:
        heard->thinking += event->bytes;
        break;
    case TT_LLM_USAGE:
        heard->usage = *event->usage;
        break;
    case TT_LLM_ERROR:
        assert_true(event->failure->class_ != TT_LLM_FINE);
        heard->errors++;
        break;
    case TT_LLM_STOP:
        heard->stops++;
        break;
    case TT_LLM_MODEL:
        assert_true(event->text.n > 0);
        break;
    }
}

static void check_heard(const struct replay *r, const struct heard *heard,
                        const struct tt_llm_outcome *o)
{
    CHECK(tt_str_eq(tt_buf_str(&heard->text), o->text), "%s", r->name);
    CHECK(heard->tools == o->n_tools, "%s", r->name);
    CHECK(heard->thinking == o->thinking, "%s", r->name);
    CHECK(heard->errors == (o->failure.class_ != TT_LLM_FINE), "%s: %zu errors", r->name,
          heard->errors);
    CHECK(heard->stops <= 1, "%s", r->name);
    CHECK(memcmp(&heard->usage, &o->usage, sizeof(o->usage)) == 0, "%s", r->name);
}

static void run_and_check(const struct replay *r, size_t step)
{
    struct heard heard = { .text = TT_BUF_INIT(1 << 20) };
    struct tt_buf got = TT_BUF_INIT(1 << 20);
    struct tt_llm_stream *stream =
        replay_run(r, (tt_str){ r->body, r->n }, step, r->http, hear, &heard);

    replay_describe(stream, &got);
    CHECK(strcmp(got.p, r->want) == 0, "%s, cut every %zu:\n%s\nwanted:\n%s", r->name, step, got.p,
          r->want);
    check_heard(r, &heard, tt_llm_stream_outcome(stream));
    tt_llm_stream_destroy(stream);
    tt_buf_release(&got);
    tt_buf_release(&heard.text);
}

static void test_any_cut(void **state)
{
    static const size_t steps[] = { 1,  2,  3,  4,  5,  6,  7,   8,   9,
                                    11, 13, 16, 21, 29, 64, 127, 500, 1000000 };

    (void)state;
    for (size_t i = 0; i < n_replays; i++) {
        for (size_t s = 0; s < COUNT(steps); s++)
            run_and_check(&replays[i], steps[s]);
    }
}

/* How many bytes from the end may be missing and the end is still proven: the
 * line ends behind the last mark, when the connection was closed properly. */
static bool only_line_ends(tt_str rest)
{
    for (size_t i = 0; i < rest.n; i++) {
        if (rest.p[i] != '\n' && rest.p[i] != '\r')
            return false;
    }
    return true;
}

/* Where a proper end proves the answer although bytes are missing: after the
 * finish reason, for servers that never say [DONE]. */
static size_t proven_from(const struct replay *r, bool ok)
{
    const char *at;

    if (r->provider == TT_LLM_ANTHROPIC || !ok)
        return r->n;
    at = strstr(r->body, "\"finish_reason\":\"");
    return at ? (size_t)(at - r->body) : r->n;
}

static void check_prefix(const struct replay *r, size_t n, bool ok)
{
    struct tt_llm_stream *stream =
        replay_run(r, (tt_str){ r->body, n }, n ? n : 1, ok ? TT_HTTP_OK : TT_HTTP_CUT, NULL, NULL);
    const struct tt_llm_outcome *o = tt_llm_stream_outcome(stream);

    CHECK(o->end != TT_LLM_COMPLETE, "%s: %zu of %zu bytes", r->name, n, r->n);
    CHECK(o->failure.class_ != TT_LLM_FINE, "%s: %zu of %zu bytes", r->name, n, r->n);
    tt_llm_stream_destroy(stream);
}

static void test_no_prefix_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_replays; i++) {
        const struct replay *r = &replays[i];

        if (!strstr(r->want, "end complete"))
            continue;
        for (size_t n = 0; n < r->n; n++) {
            tt_str rest = { r->body + n, r->n - n };

            /* What stands behind the end proper is not missed. */
            if (strstr(r->name, "after_done") && !strstr(rest.p, "[DONE]"))
                break;
            if (n < proven_from(r, false) && !only_line_ends(rest))
                check_prefix(r, n, false);
            if (n < proven_from(r, true) && !only_line_ends(rest))
                check_prefix(r, n, true);
        }
    }
}

/* ---- bytes that nobody sent ---- */

static uint64_t dice = 88172645463325252u;

static uint64_t roll(void)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return dice;
}

static void damage(char *p, size_t n)
{
    for (uint64_t k = roll() % 4; n > 0 && k > 0; k--) {
        size_t at = roll() % n;

        switch (roll() % 4) {
        case 0:
            p[at] = (char)roll();
            break;
        case 1:
            p[at] = "\n\r:{}[]\"\\,0"[roll() % 11];
            break;
        case 2: /* a piece twice */
            memmove(p + at, p + roll() % (at + 1), roll() % (n - at));
            break;
        default:
            p[at] = (char)(p[at] ^ (1 << roll() % 8));
            break;
        }
    }
}

static void test_damaged(void **state)
{
    (void)state;
    for (size_t round = 0; round < 4000; round++) {
        struct replay r = replays[roll() % n_replays];
        size_t n = roll() % 4 ? r.n : roll() % (r.n + 1);
        char *body = malloc(n + 1);
        struct heard heard = { .text = TT_BUF_INIT(1 << 20) };
        struct tt_llm_stream *stream;

        memcpy(body, r.body, n);
        damage(body, n);
        if (roll() % 8 == 0)
            r.status = 400 + (int)(roll() % 200);
        r.provider = (enum tt_llm_provider)(roll() % 3);
        stream = replay_run(&r, (tt_str){ body, n }, 1 + roll() % 300,
                            roll() % 2 ? TT_HTTP_OK : TT_HTTP_CUT, hear, &heard);
        check_heard(&r, &heard, tt_llm_stream_outcome(stream));
        tt_llm_stream_destroy(stream);
        tt_buf_release(&heard.text);
        free(body);
    }
}

/* ---- limits, cancel, transport ---- */

static void feed(struct tt_llm_stream *stream, const char *bytes)
{
    tt_llm_stream_feed(stream, tt_str_from(bytes));
}

static void test_too_large(void **state)
{
    static const struct {
        const char *name;
        struct tt_llm_limits limits;
        const char *body;
    } cases[] = {
        { "text", { 8, 0 }, "data: {\"choices\":[{\"delta\":{\"content\":\"123456789\"}}]}\n\n" },
        { "arguments",
          { 8, 0 },
          "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
          "{\"name\":\"e\",\"arguments\":\"123456789\"}}]}}]}\n\n" },
        { "event", { 0, 32 }, "data: {\"choices\":[{\"delta\":{\"content\":\"1\"}}]}\n\n" },
        { "one piece", { 0, 32 }, "{\"choices\":[{\"message\":{\"content\":\"123456789\"}}]}" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_llm_stream *stream =
            tt_llm_stream_create(TT_LLM_OPENAI, &cases[i].limits, NULL, NULL);
        const struct tt_llm_outcome *o = tt_llm_stream_outcome(stream);

        tt_llm_stream_head(stream, 200, NULL, 0, 0);
        CHECK(tt_llm_stream_feed(stream, tt_str_from(cases[i].body)) == TT_ETOOBIG, "%s",
              cases[i].name);
        CHECK(tt_llm_stream_feed(stream, TT_STR("data: [DONE]\n\n")) == TT_ETOOBIG, "%s",
              cases[i].name);
        tt_llm_stream_end(stream, TT_HTTP_OK, TT_STR(""));
        CHECK(o->end == TT_LLM_TOO_LARGE, "%s", cases[i].name);
        CHECK(o->failure.class_ == TT_LLM_OVERSIZE, "%s", cases[i].name);
        tt_llm_stream_destroy(stream);
    }
}

static void test_cancel(void **state)
{
    struct tt_llm_stream *stream = tt_llm_stream_create(TT_LLM_OPENAI, NULL, NULL, NULL);
    const struct tt_llm_outcome *o = tt_llm_stream_outcome(stream);

    (void)state;
    tt_llm_stream_head(stream, 200, NULL, 0, 0);
    feed(stream, "data: {\"choices\":[{\"delta\":{\"content\":\"abc\"}}],\"usage\":"
                 "{\"prompt_tokens\":5,\"completion_tokens\":1}}\n\n");
    tt_llm_stream_cancel(stream);
    feed(stream, "data: {\"choices\":[{\"delta\":{\"content\":\"def\"}}]}\n\n");
    tt_llm_stream_end(stream, TT_HTTP_OK, TT_STR(""));
    assert_int_equal(o->end, TT_LLM_CANCELED);
    assert_int_equal(o->failure.class_, TT_LLM_ABORTED);
    assert_true(tt_str_eq(o->text, TT_STR("abc")));
    assert_int_equal(o->usage.output, 1);
    tt_llm_stream_destroy(stream);
}

static void test_transport(void **state)
{
    static const struct {
        enum tt_http_result http;
        enum tt_llm_class class_;
    } cases[] = {
        { TT_HTTP_NO_HOST, TT_LLM_UNREACHABLE },
        { TT_HTTP_NO_CONNECTION, TT_LLM_UNREACHABLE },
        { TT_HTTP_TLS, TT_LLM_TLS },
        { TT_HTTP_PROXY, TT_LLM_UNREACHABLE },
        { TT_HTTP_TIMEOUT_CONNECT, TT_LLM_UNREACHABLE },
        { TT_HTTP_TIMEOUT_FIRST_BYTE, TT_LLM_UNREACHABLE },
        { TT_HTTP_CUT, TT_LLM_UNREACHABLE },
        { TT_HTTP_NO_LIBRARY, TT_LLM_UNUSABLE },
        { TT_HTTP_BAD_REQUEST, TT_LLM_UNUSABLE },
        { TT_HTTP_FAILED, TT_LLM_UNREACHABLE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tt_llm_stream *stream = tt_llm_stream_create(TT_LLM_ANTHROPIC, NULL, NULL, NULL);
        const struct tt_llm_outcome *o = tt_llm_stream_outcome(stream);

        tt_llm_stream_end(stream, cases[i].http, TT_STR("why"));
        CHECK(o->end == TT_LLM_FAILED, "%zu", i);
        CHECK(o->failure.class_ == cases[i].class_, "%zu: got %d", i, (int)o->failure.class_);
        CHECK(tt_str_eq(o->failure.message, TT_STR("why")), "%zu", i);
        tt_llm_stream_destroy(stream);
    }
}

static void test_error_status(void **state)
{
    static const struct tt_http_header headers[] = {
        { TT_STR_INIT("request-id"), TT_STR_INIT("req_42") },
        { TT_STR_INIT("retry-after"), TT_STR_INIT("3") },
        { TT_STR_INIT("x-should-retry"), TT_STR_INIT("false") },
    };
    struct tt_llm_stream *stream = tt_llm_stream_create(TT_LLM_ANTHROPIC, NULL, NULL, NULL);
    const struct tt_llm_outcome *o = tt_llm_stream_outcome(stream);

    (void)state;
    tt_llm_stream_head(stream, 529, headers, COUNT(headers), 0);
    feed(stream, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",");
    feed(stream, "\"message\":\"Overloaded\"},\"request_id\":\"req_43\"}");
    assert_int_equal(o->end, TT_LLM_RUNNING);
    tt_llm_stream_end(stream, TT_HTTP_OK, TT_STR(""));
    assert_int_equal(o->end, TT_LLM_FAILED);
    assert_int_equal(o->failure.class_, TT_LLM_OVERLOADED);
    assert_int_equal(o->failure.status, 529);
    assert_int_equal(o->failure.retry_after_ms, 3000);
    assert_int_equal(o->failure.should_retry, 0);
    assert_true(tt_str_eq(o->failure.message, TT_STR("Overloaded")));
    assert_true(tt_str_eq(o->failure.request_id, TT_STR("req_43")));
    tt_llm_stream_destroy(stream);
}

/* A page of 100 MB under an error status is read, and not kept. */
static void test_long_error_page(void **state)
{
    struct tt_llm_stream *stream = tt_llm_stream_create(TT_LLM_OPENAI, NULL, NULL, NULL);
    const struct tt_llm_outcome *o = tt_llm_stream_outcome(stream);
    char piece[16384];

    (void)state;
    memset(piece, 'x', sizeof(piece));
    tt_llm_stream_head(stream, 502, NULL, 0, 0);
    feed(stream, "<html><title>Bad Gateway</title>");
    for (int i = 0; i < 6400; i++)
        assert_int_equal(tt_llm_stream_feed(stream, (tt_str){ piece, sizeof(piece) }), 0);
    tt_llm_stream_end(stream, TT_HTTP_OK, TT_STR(""));
    assert_int_equal(o->failure.class_, TT_LLM_SERVER);
    assert_true(tt_str_eq(o->failure.message, TT_STR("Bad Gateway")));
    tt_llm_stream_destroy(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_cut),      cmocka_unit_test(test_no_prefix_is_complete),
        cmocka_unit_test(test_damaged),      cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_cancel),       cmocka_unit_test(test_transport),
        cmocka_unit_test(test_error_status), cmocka_unit_test(test_long_error_page),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
