/* test_call.c -- every request is answered once, whatever comes in between. */
#include "rpc/call.h"
#include "test.h"
#include "trimtab/error.h"

/* A tt_io that only sends, into one text: each message and a newline. */
struct world {
    struct tt_io io;
    struct tt_buf sent;
    struct tt_arena arena;
    struct tt_calls *calls;
    int send_fails; /* what the next sends return */
    char answers[200];
};

static int take_sent(struct tt_io *io, char *body, size_t n)
{
    struct world *w = io->data;

    if (!w->send_fails)
        tt_buf_addf(&w->sent, "%.*s\n", (int)n, body);
    free(body);
    return w->send_fails;
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    w->io.data = w;
    w->io.send = take_sent;
    tt_buf_init(&w->sent, 1 << 20);
    tt_arena_init(&w->arena);
    w->calls = tt_calls_create(&w->io);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;

    tt_calls_destroy(w->calls);
    tt_arena_release(&w->arena);
    tt_buf_release(&w->sent);
    free(w);
    return 0;
}

static struct tt_message parsed(struct world *w, const char *body)
{
    struct tt_message m;

    CHECK(tt_message_parse(tt_str_from(body), &w->arena, &m) == 0);
    return m;
}

static struct tt_call *begun(struct world *w, const char *body)
{
    struct tt_message m = parsed(w, body);
    struct tt_call *call = NULL;

    CHECK(tt_call_begin(w->calls, &m, &call) == 0);
    return call;
}

static void check_sent(struct world *w, const char *want)
{
    CHECK(tt_str_eq(tt_buf_str(&w->sent), tt_str_from(want)), "sent %s", w->sent.p);
    tt_buf_clear(&w->sent);
}

static void test_reply(void **state)
{
    struct world *w = *state;
    struct tt_call *call = begun(w, "{\"id\":\"a\\n7\",\"method\":\"m\"}");
    uint64_t id = call->id;
    struct tt_outgoing out;

    CHECK(tt_call_find(w->calls, id) == call && tt_calls_open(w->calls) == 1);
    tt_outgoing_init(&out);
    tt_jw_array(&out.w);
    tt_jw_int(&out.w, 5);
    tt_jw_array_end(&out.w);
    CHECK(tt_call_reply(call, &out) == 0);
    check_sent(w, "{\"jsonrpc\":\"2.0\",\"id\":\"a\\n7\",\"result\":[5]}\n");
    CHECK(!tt_call_find(w->calls, id) && tt_calls_open(w->calls) == 0);
}

static void test_null_and_failure(void **state)
{
    struct world *w = *state;

    tt_call_reply_null(begun(w, "{\"id\":1,\"method\":\"m\"}"));
    check_sent(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}\n");
    tt_call_fail(begun(w, "{\"id\":1,\"method\":\"m\"}"), TT_RPC_REQUEST_FAILED, "no \"%s\"", "x");
    check_sent(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32803,\"message\":\"no "
                  "\\\"x\\\"\"}}\n");
    tt_call_fail_data(begun(w, "{\"id\":1,\"method\":\"m\"}"), TT_RPC_SERVER_CANCELLED,
                      TT_STR("again"), TT_STR("{\"retriggerRequest\":true}"));
    check_sent(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32802,\"message\":\"again\","
                  "\"data\":{\"retriggerRequest\":true}}}\n");
    tt_calls_refuse(w->calls, (tt_str){ NULL, 0 }, TT_RPC_PARSE_ERROR, TT_STR("what"));
    check_sent(w,
               "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"what\"}}"
               "\n");
}

static void test_the_same_id_twice(void **state)
{
    struct world *w = *state;
    struct tt_call *first = begun(w, "{\"id\":1,\"method\":\"m\"}"), *second = NULL;
    struct tt_message m = parsed(w, "{\"id\":1.0,\"method\":\"n\"}");

    CHECK(tt_call_begin(w->calls, &m, &second) == TT_EINVALID && !second);
    check_sent(w, "{\"jsonrpc\":\"2.0\",\"id\":1.0,\"error\":{\"code\":-32600,\"message\":\"a "
                  "request with this id is still waiting for its answer\"}}\n");
    tt_call_reply_null(first);
    second = begun(w, "{\"id\":1,\"method\":\"n\"}");
    CHECK(second->id > 1, "ours is new");
    tt_call_reply_null(second);
}

/* A result over the limit of a buffer: still one answer. */
static void test_a_result_that_fails(void **state)
{
    struct world *w = *state;
    struct tt_outgoing out;

    tt_outgoing_init(&out);
    tt_jw_array(&out.w);
    out.value.err = TT_ENOMEM;
    CHECK(tt_call_reply(begun(w, "{\"id\":1,\"method\":\"m\"}"), &out) == TT_ENOMEM);
    check_sent(w,
               "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"the answer "
               "could not be built: out of memory\"}}\n");
}

static void test_a_peer_that_is_gone(void **state)
{
    struct world *w = *state;

    w->send_fails = TT_EIO;
    CHECK(tt_call_reply_null(begun(w, "{\"id\":1,\"method\":\"m\"}")) == TT_EIO);
    CHECK(tt_calls_open(w->calls) == 0);
}

static void answer_cancel(struct tt_call *call)
{
    int *n = call->data;

    ++*n;
    tt_call_fail(call, TT_RPC_REQUEST_CANCELLED, "canceled");
}

static void count_cancel(struct tt_call *call)
{
    ++*(int *)call->data;
}

static void test_cancel_is_told_once(void **state)
{
    struct world *w = *state;
    struct tt_call *call = begun(w, "{\"id\":1,\"method\":\"m\"}");
    int n = 0;

    call->on_cancel = count_cancel;
    call->data = &n;
    tt_calls_cancel(w->calls, TT_STR("1"));
    tt_calls_cancel(w->calls, TT_STR("1"));
    CHECK(n == 1 && call->canceled);
    tt_call_reply_null(call);
}

static void test_cancel(void **state)
{
    struct world *w = *state;
    struct tt_call *a = begun(w, "{\"id\":1,\"method\":\"m\"}");
    struct tt_call *b = begun(w, "{\"id\":\"1\",\"method\":\"m\"}");
    int n = 0;

    a->on_cancel = answer_cancel;
    a->data = &n;
    tt_calls_cancel(w->calls, TT_STR("2"));
    tt_calls_cancel(w->calls, TT_STR("1"));
    tt_calls_cancel(w->calls, TT_STR("1"));
    CHECK(n == 1);
    check_sent(w,
               "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32800,\"message\":\"canceled\"}}"
               "\n");
    CHECK(!b->canceled);
    tt_calls_cancel(w->calls, TT_STR("\"1\""));
    CHECK(b->canceled && tt_calls_open(w->calls) == 1, "it goes on until somebody answers");
    tt_call_reply_null(b);
}

static void on_answer(void *data, uint64_t tag, const struct tt_message *response)
{
    char *answers = data;
    size_t n = strlen(answers);

    snprintf(answers + n, 200 - n, "%u:%s;", (unsigned)tag,
             !response          ? "never"
             : response->failed ? "failed"
             : response->result ? "result"
                                : "null");
}

static uint64_t asked(struct world *w, const char *method, uint64_t tag)
{
    struct tt_outgoing out;
    uint64_t id = 0;

    tt_outgoing_init(&out);
    tt_jw_object(&out.w);
    tt_jw_object_end(&out.w);
    CHECK(tt_calls_request(w->calls, method, &out, on_answer, w->answers, tag, &id) == 0);
    return id;
}

static void respond(struct world *w, uint64_t id, const char *form, int want)
{
    char body[200];
    struct tt_message m;

    snprintf(body, sizeof(body), form, (unsigned long long)id);
    m = parsed(w, body);
    CHECK(tt_calls_response(w->calls, &m) == want, "%s", body);
}

static void test_requests_of_ours(void **state)
{
    struct world *w = *state;
    uint64_t a = asked(w, "workspace/applyEdit", 10), b = asked(w, "x", 20), c = asked(w, "y", 30);
    char want[300];

    snprintf(want, sizeof(want),
             "{\"jsonrpc\":\"2.0\",\"id\":%llu,\"method\":\"workspace/applyEdit\",\"params\":{}}\n",
             (unsigned long long)a);
    CHECK(tt_str_starts(tt_buf_str(&w->sent), tt_str_from(want)), "%s", w->sent.p);
    CHECK(a != b && b != c);
    respond(w, b, "{\"id\":%llu,\"result\":{}}", 0);
    respond(w, b, "{\"id\":%llu,\"result\":{}}", TT_ENOTFOUND);
    respond(w, a, "{\"id\":\"%llu\",\"error\":{\"code\":1,\"message\":\"\"}}", 0);
    respond(w, 999, "{\"id\":%llu,\"result\":{}}", TT_ENOTFOUND);
    respond(w, 9, "{\"id\":\"x%llu\",\"result\":{}}", TT_ENOTFOUND);
    respond(w, c, "{\"id\":%llu}", 0);
    CHECK(strcmp(w->answers, "20:result;10:failed;30:null;") == 0, "%s", w->answers);
}

static void test_forget(void **state)
{
    struct world *w = *state;
    uint64_t id = asked(w, "x", 1);
    char want[200];

    tt_buf_clear(&w->sent);
    tt_calls_forget(w->calls, id);
    snprintf(want, sizeof(want),
             "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":%llu}}\n",
             (unsigned long long)id);
    check_sent(w, want);
    tt_calls_forget(w->calls, id);
    check_sent(w, "");
    respond(w, id, "{\"id\":%llu,\"result\":{}}", TT_ENOTFOUND);
    CHECK(w->answers[0] == '\0');
}

static void test_a_request_that_cannot_be_sent(void **state)
{
    struct world *w = *state;
    struct tt_outgoing out;

    w->send_fails = TT_EIO;
    tt_outgoing_init(&out);
    CHECK(tt_calls_request(w->calls, "x", &out, on_answer, w->answers, 1, NULL) == TT_EIO);
    CHECK(w->answers[0] == '\0', "its handler never runs");
}

static void test_notify(void **state)
{
    struct world *w = *state;
    struct tt_outgoing out;

    tt_outgoing_init(&out);
    tt_calls_notify(w->calls, "a/b", &out);
    check_sent(w, "{\"jsonrpc\":\"2.0\",\"method\":\"a/b\"}\n");
    tt_outgoing_init(&out);
    tt_jw_cstr(&out.w, "x");
    tt_outgoing_release(&out);
    check_sent(w, "");
}

static void test_the_end(void **state)
{
    struct world *w = *state;
    struct tt_outgoing out;

    begun(w, "{\"id\":1,\"method\":\"m\"}");
    asked(w, "x", 1);
    asked(w, "y", 2);
    tt_buf_clear(&w->sent);
    tt_calls_end(w->calls);
    CHECK(strcmp(w->answers, "2:never;1:never;") == 0, "%s", w->answers);
    tt_outgoing_init(&out);
    CHECK(tt_calls_notify(w->calls, "z", &out) == TT_ECANCELED);
    check_sent(w, "");
    tt_calls_destroy(NULL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_reply),
        T(test_null_and_failure),
        T(test_the_same_id_twice),
        T(test_a_result_that_fails),
        T(test_a_peer_that_is_gone),
        T(test_cancel),
        T(test_cancel_is_told_once),
        T(test_requests_of_ours),
        T(test_forget),
        T(test_a_request_that_cannot_be_sent),
        T(test_notify),
        T(test_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
