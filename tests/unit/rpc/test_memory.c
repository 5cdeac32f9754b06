/* test_memory.c -- when the n-th allocation fails: an error, no crash, no leak,
 * and a request that was taken in is still answered at most once. */
#include "rpc/call.h"
#include "rpc/frame.h"
#include "test.h"
#include "trimtab/error.h"

static int until_failure = -1; /* allocations that still work; -1: all */

static bool none; /* not one works */

static bool fails(void)
{
    if (none)
        return true;
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

static int n_sent;
static char last_sent[2048];

static int count_sent(struct tt_io *io, char *body, size_t n)
{
    (void)io;
    snprintf(last_sent, sizeof(last_sent), "%.*s", (int)n, body);
    free(body);
    n_sent++;
    return 0;
}

static void count_answer(void *data, uint64_t tag, const struct tt_message *response)
{
    (void)tag;
    (void)response;
    ++*(int *)data;
}

/* A request in, its answer out, one of ours and its answer. */
static void exchange(struct tt_calls *calls)
{
    struct tt_arena arena;
    struct tt_message m;
    struct tt_call *call;
    struct tt_outgoing out;
    int answers = 0, asked;

    tt_arena_init(&arena);
    n_sent = 0;
    if (tt_message_parse(TT_STR("{\"id\":1,\"method\":\"a\\n\",\"params\":[1,2,3]}"), &arena, &m) ==
            0 &&
        tt_call_begin(calls, &m, &call) == 0) {
        tt_outgoing_init(&out);
        tt_jw_str(&out.w, TT_STR("a longer text than a buffer has room for at its beginning, so "
                                 "that it has to grow once"));
        tt_call_reply(call, &out);
        CHECK(n_sent <= 1 && tt_calls_open(calls) == 0);
    }
    tt_outgoing_init(&out);
    tt_jw_cstr(&out.w, "x");
    asked = tt_calls_request(calls, "m", &out, count_answer, &answers, 1, NULL) == 0;
    tt_calls_end(calls);
    CHECK(answers == asked);
    tt_arena_release(&arena);
}

static void test_calls(void **state)
{
    bool done = false;

    (void)state;
    for (int n = 0; !done; n++) {
        struct tt_io io = { .send = count_sent };
        struct tt_calls *calls;

        until_failure = n;
        calls = tt_calls_create(&io);
        if (calls)
            exchange(calls);
        done = until_failure >= 0; /* none failed any more */
        until_failure = -1;
        tt_calls_destroy(calls);
    }
}

static void write_text(struct tt_json_writer *w, const void *text)
{
    tt_jw_cstr(w, text);
}

/* Memory was kept back for what must be said, and is enough for several messages. */
static void test_without_any(void **state)
{
    static char long_text[2000];
    struct tt_io io = { .send = count_sent };
    struct tt_calls *calls = tt_calls_create(&io);
    struct tt_call *call = NULL, *none_left = NULL;
    struct tt_outgoing out;
    struct tt_arena arena;
    struct tt_message m;

    (void)state;
    tt_arena_init(&arena);
    memset(long_text, 'x', sizeof(long_text) - 1);
    CHECK(tt_message_parse(TT_STR("{\"id\":\"a\",\"method\":\"m\"}"), &arena, &m) == 0);
    CHECK(tt_call_begin(calls, &m, &call) == 0);
    n_sent = 0;
    none = true;
    tt_outgoing_init(&out);
    tt_jw_cstr(&out.w, "an answer");
    CHECK(tt_call_reply(call, &out) == TT_ENOMEM && tt_calls_open(calls) == 0);
    CHECK(strcmp(last_sent,
                 "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32603,\"message\":"
                 "\"" TT_RPC_NO_MEMORY "\"}}") == 0,
          "%s", last_sent);
    CHECK(tt_call_begin(calls, &m, &none_left) == TT_ENOMEM && n_sent == 2);
    tt_calls_refuse(calls, m.id, TT_RPC_REQUEST_FAILED, TT_STR("why"));
    CHECK(strstr(last_sent, "\"why\"") && n_sent == 3, "what fits is said: %s", last_sent);
    tt_calls_refuse(calls, m.id, TT_RPC_REQUEST_FAILED, tt_str_from(long_text));
    CHECK(strstr(last_sent, TT_RPC_NO_MEMORY) && n_sent == 4, "what does not fit: %s", last_sent);
    CHECK(tt_calls_tell(calls, "n", write_text, "t") == 0 && n_sent == 5);
    CHECK(strcmp(last_sent, "{\"jsonrpc\":\"2.0\",\"method\":\"n\",\"params\":\"t\"}") == 0, "%s",
          last_sent);
    CHECK(tt_calls_tell(calls, "n", write_text, long_text) == TT_ETOOBIG && n_sent == 5);
    for (int i = 0; i < 40 && tt_calls_tell(calls, "n", write_text, "t") == 0; i++)
        ;
    CHECK(n_sent > 10 && !tt_calls_lost(calls));
    tt_calls_refuse(calls, m.id, TT_RPC_REQUEST_FAILED, TT_STR("why"));
    CHECK(tt_calls_lost(calls), "an answer that nobody got is not forgotten");
    CHECK(!tt_calls_refill(calls));
    none = false;
    CHECK(tt_calls_refill(calls));
    none = true;
    CHECK(tt_calls_tell(calls, "n", write_text, "t") == 0);
    none = false;
    tt_calls_destroy(calls);
    tt_arena_release(&arena);
}

static bool keep(void *arg, tt_str body)
{
    *(size_t *)arg += body.n;
    return true;
}

static void ignore(void *arg, enum tt_frame_problem problem, uint64_t length)
{
    (void)arg;
    (void)problem;
    (void)length;
}

static void test_frames(void **state)
{
    static const struct tt_frame_events events = { keep, ignore };
    static const char in[] = "Content-Length: 300\r\n\r\n";
    char body[300];

    (void)state;
    memset(body, 'x', sizeof(body));
    for (int n = 0; n < 4; n++) {
        size_t got = 0;
        struct tt_frame *frame;
        int err = 0;

        until_failure = n;
        frame = tt_frame_create(1000, &events, &got);
        for (size_t i = 0; frame && i < sizeof(in) - 1; i++)
            CHECK(tt_frame_feed(frame, (tt_str){ &in[i], 1 }) == 0);
        for (size_t i = 0; frame && i < sizeof(body); i++)
            err = tt_frame_feed(frame, (tt_str){ &body[i], 1 });
        CHECK(!frame || err ? got == 0 : got == sizeof(body));
        CHECK(!err || err == TT_ENOMEM, "it stays so");
        until_failure = -1;
        tt_frame_destroy(frame);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_without_any),
        cmocka_unit_test(test_frames),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
