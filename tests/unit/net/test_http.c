/* test_http.c -- every end that a transfer can have, and that nothing is left
 * behind by any of them. */
#include "replay.h"

#define SECRET "sk-test-0123456789"
#define N(a)   (sizeof(a) / sizeof((a)[0]))

static const struct tt_http_timeouts patient = { 5000, 20000, 20000, 30000 };

static void start_to(struct net_test *t, uint64_t id, const char *url,
                     struct tt_http_timeouts timeouts, const char *proxy)
{
    struct tt_http_header headers[] = {
        { TT_STR("x-api-key"), TT_STR(SECRET) },
        { TT_STR("content-type"), TT_STR("application/json") },
    };
    struct tt_http_request req = { .method = TT_STR("POST"),
                                   .url = tt_str_from(url),
                                   .headers = headers,
                                   .n_headers = N(headers),
                                   .body = TT_STR("{\"q\":1}"),
                                   .timeouts = timeouts,
                                   .proxy = tt_str_from(proxy) };

    assert_int_equal(tt_http_start(&t->http, id, &req), 0);
    assert_int_equal(t->heard[id % MAX_IDS].ends, 0); /* never from inside */
    t->open++;
}

static void start(struct net_test *t, uint64_t id, const struct replay *r,
                  struct tt_http_timeouts timeouts)
{
    char url[128];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d/v1/messages", r->port);
    start_to(t, id, url, timeouts, NULL);
}

/* ---- what one connection can do ---- */

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream\r\nX-A:  b \r\n"
#define CHUNKED OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"

static const unsigned char gzip_hello[] = { 0x1f, 0x8b, 0x08, 0,    0,    0,    0,    0, 0,
                                            0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86,
                                            0xa6, 0x10, 0x36, 0x05, 0,    0,    0 };

static const char big[64 * 1024] = "a"; /* and NULs */

static const struct {
    const char *name;
    struct replay_step steps[4];
    size_t n;
    struct tt_http_timeouts timeouts;
    enum tt_http_result result;
    int status; /* 0: no head */
    const char *body;
    const char *message; /* a part of it */
} cases[] = {
    { "whole",
      { { OK_HEAD "Content-Length: 5\r\n\r\nhello" } },
      1,
      { 0 },
      TT_HTTP_OK,
      200,
      "hello",
      "" },
    { "byte by byte",
      { { OK_HEAD "Content-Length: 5\r\n\r\nhello", .cut = 1 } },
      1,
      { 0 },
      TT_HTTP_OK,
      200,
      "hello",
      "" },
    { "chunked, byte by byte",
      { { CHUNKED "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", .cut = 1 } },
      1,
      { 0 },
      TT_HTTP_OK,
      200,
      "hello",
      "" },
    { "trailers are not headers",
      { { CHUNKED "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n" } },
      1,
      { 0 },
      TT_HTTP_OK,
      200,
      "hello",
      "" },
    { "until the end of the connection",
      { { OK_HEAD "Connection: close\r\n\r\nhello", .close = true } },
      1,
      { 0 },
      TT_HTTP_OK,
      200,
      "hello",
      "" },
    { "only the final head counts",
      { { "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" },
        { OK_HEAD "Content-Length: 2\r\n\r\nok", .ms = 5 } },
      2,
      { 0 },
      TT_HTTP_OK,
      200,
      "ok",
      "" },
    { "an error status is an answer",
      { { "HTTP/1.1 529 x\r\nContent-Length: 2\r\n\r\n{}" } },
      1,
      { 0 },
      TT_HTTP_OK,
      529,
      "{}",
      "" },
    { "a redirect is not followed",
      { { "HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n" } },
      1,
      { 0 },
      TT_HTTP_OK,
      307,
      "",
      "" },
    { "401 is an answer",
      { { "HTTP/1.1 401 x\r\nWWW-Authenticate: Basic\r\nContent-Length: 1\r\n\r\nx" } },
      1,
      { 0 },
      TT_HTTP_OK,
      401,
      "x",
      "" },
    { "gzip, though not asked for",
      { { OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 25\r\n\r\n" },
        { (const char *)gzip_hello, sizeof(gzip_hello), .cut = 1 } },
      2,
      { 0 },
      TT_HTTP_OK,
      200,
      "hello",
      "" },
    { "cut by length",
      { { OK_HEAD "Content-Length: 50\r\n\r\nhello", .close = true } },
      1,
      { 0 },
      TT_HTTP_CUT,
      200,
      "hello",
      "in the middle of the answer" },
    { "cut between chunks",
      { { CHUNKED "5\r\nhello\r\n", .close = true } },
      1,
      { 0 },
      TT_HTTP_CUT,
      200,
      "hello",
      "in the middle of the answer" },
    { "reset",
      { { CHUNKED "5\r\nhello\r\n" }, { "1", .ms = 20, .reset = true } },
      2,
      { 0 },
      TT_HTTP_CUT,
      200,
      "hello",
      "in the middle of the answer" },
    { "cut in the head",
      { { OK_HEAD, .close = true } },
      1,
      { 0 },
      TT_HTTP_CUT,
      0,
      "",
      "without an answer" },
    { "no answer", { { "", .close = true } }, 1, { 0 }, TT_HTTP_CUT, 0, "", "without an answer" },
    { "garbage",
      { { "\x01\x02garbage\n\n", .close = true } },
      1,
      { 0 },
      TT_HTTP_FAILED,
      0,
      "",
      "failed" },
    { "too long",
      { { OK_HEAD "\r\n" }, { big, sizeof(big), .times = 20, .close = true } },
      2,
      { 0 },
      TT_HTTP_FAILED,
      200,
      NULL,
      "longer than" },
    { "too many headers",
      { { "HTTP/1.1 200 OK\r\n" }, { "A: b\r\n", .times = 400 }, { "\r\n" } },
      3,
      { 0 },
      TT_HTTP_FAILED,
      0,
      "",
      "headers" },
    { "no first byte",
      { { OK_HEAD "\r\n" }, { "late", .ms = 60000 } },
      2,
      { .first_byte_ms = 50 },
      TT_HTTP_TIMEOUT_FIRST_BYTE,
      200,
      "",
      "did not begin to answer within 50 ms" },
    { "stalls",
      { { CHUNKED "5\r\nhello\r\n" }, { "late", .ms = 60000 } },
      2,
      { .first_byte_ms = 5000, .idle_ms = 50 },
      TT_HTTP_TIMEOUT_IDLE,
      200,
      "hello",
      "nothing came for 50 ms" },
    { "never ends",
      { { OK_HEAD "\r\n" }, { "a", .ms = 10, .times = 1000 } },
      2,
      { .first_byte_ms = 5000, .idle_ms = 1000, .total_ms = 200 },
      TT_HTTP_TIMEOUT_TOTAL,
      200,
      NULL,
      "total_ms" },
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t c = 0; c < N(cases); c++) {
        struct net_test *t = net_test_begin();
        struct heard *h = &t->heard[1];
        struct replay r;

        replay_open(&r, &t->loop, cases[c].steps, cases[c].n);
        start(t, 1, &r, cases[c].timeouts);
        net_test_run(t);
        if (h->result != cases[c].result || h->status != cases[c].status ||
            !strstr(h->message, cases[c].message) ||
            (cases[c].body && strcmp(h->body.n ? h->body.p : "", cases[c].body) != 0))
            fail_msg("%s: result %d, status %d, \"%s\", body %.20s", cases[c].name, h->result,
                     h->status, h->message, h->body.p ? h->body.p : "");
        if (h->ends != 1 || h->heads != (cases[c].status != 0) || strstr(h->message, SECRET) ||
            strstr(h->headers, "x-early") || strstr(h->headers, "x-t="))
            fail_msg("%s: heads %d, ends %d, %s, %s", cases[c].name, h->heads, h->ends, h->headers,
                     h->message);
        replay_close(&r);
        net_test_end(t);
    }
}

static void test_request_as_sent(void **state)
{
    static const struct replay_step steps[] = { { OK_HEAD "Content-Length: 0\r\n\r\n" } };
    struct net_test *t = net_test_begin();
    struct replay r;

    (void)state;
    replay_open(&r, &t->loop, steps, N(steps));
    start(t, 7, &r, patient);
    net_test_run(t);
    assert_string_equal(t->heard[7].headers,
                        "content-type=Text/Event-Stream;x-a=b;content-length=0;");
    assert_non_null(strstr(r.last_request, "POST /v1/messages HTTP/1.1\r\n"));
    assert_non_null(strstr(r.last_request, "x-api-key: " SECRET "\r\n"));
    assert_non_null(strstr(r.last_request, "User-Agent: trimtab\r\n"));
    assert_non_null(strstr(r.last_request, "\r\n\r\n{\"q\":1}"));
    assert_null(strstr(r.last_request, "Expect"));
    replay_close(&r);
    net_test_end(t);
}

/* ---- connections ---- */

static void test_keep_alive(void **state)
{
    static const struct replay_step steps[] = { { OK_HEAD "Content-Length: 2\r\n\r\nok" } };
    struct net_test *t = net_test_begin();
    struct replay r;

    (void)state;
    replay_open(&r, &t->loop, steps, N(steps));
    for (uint64_t id = 1; id <= 5; id++) {
        start(t, id, &r, patient);
        net_test_run(t);
        assert_int_equal(t->heard[id].result, TT_HTTP_OK);
    }
    assert_int_equal(r.requests, 5);
    assert_int_equal(r.connections, 1);
    replay_close(&r);
    net_test_end(t);
}

static void test_fresh_after_silence(void **state)
{
    static const struct replay_step good[] = { { OK_HEAD "Content-Length: 2\r\n\r\nok" } };
    static const struct replay_step dead[] = { { CHUNKED "1\r\na\r\n" }, { "", .ms = 60000 } };
    struct net_test *t = net_test_begin();
    struct replay r;

    (void)state;
    replay_open(&r, &t->loop, good, N(good));
    start(t, 1, &r, patient); /* two connections, kept alive */
    start(t, 2, &r, patient);
    net_test_run(t);
    assert_int_equal(r.connections, 2);
    r.steps = dead;
    r.n_steps = N(dead);
    start(t, 3, &r, (struct tt_http_timeouts){ .idle_ms = 30 });
    net_test_run(t);
    assert_int_equal(t->heard[3].result, TT_HTTP_TIMEOUT_IDLE);
    assert_int_equal(r.connections, 2);
    r.steps = good;
    r.n_steps = N(good);
    start(t, 4, &r, patient);
    net_test_run(t);
    assert_int_equal(t->heard[4].result, TT_HTTP_OK);
    assert_int_equal(r.connections, 3);
    replay_close(&r);
    net_test_end(t);
}

static void test_many_at_once(void **state)
{
    static const struct replay_step steps[] = {
        { .bytes = CHUNKED },
        { "5\r\nhello\r\n", .cut = 3, .ms = 1, .times = 20 },
        { "0\r\n\r\n" },
    };
    struct net_test *t = net_test_begin();
    struct replay r;

    (void)state;
    replay_open(&r, &t->loop, steps, N(steps));
    for (uint64_t id = 1; id <= 200; id++)
        start(t, id, &r, patient);
    net_test_run(t);
    for (int id = 1; id <= 200; id++) {
        assert_int_equal(t->heard[id].result, TT_HTTP_OK);
        assert_int_equal(t->heard[id].body.n, 100);
        assert_int_equal(t->heard[id].ends, 1);
    }
    assert_int_equal(r.requests, 200);
    replay_close(&r);
    net_test_end(t);
}

/* ---- not reached ---- */

static const struct {
    const char *url;
    const char *proxy;
    enum tt_http_result result;
    const char *message;
} unreachable[] = {
    { "http://127.0.0.1:1/", NULL, TT_HTTP_NO_CONNECTION, "No connection to http://127.0.0.1:1:" },
    { "http://user:hunter22@127.0.0.1:1/secretpath", NULL, TT_HTTP_NO_CONNECTION,
      "No connection to http://127.0.0.1:1:" },
    { "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test/",
      NULL, TT_HTTP_NO_HOST, "There is no host \"aaaa" },
    { "ftp://127.0.0.1/", NULL, TT_HTTP_BAD_REQUEST, "http:// or https://" },
    { "file:///etc/passwd", NULL, TT_HTTP_BAD_REQUEST, "http:// or https://" },
    { "api.example.test/v1", NULL, TT_HTTP_BAD_REQUEST, "http:// or https://" },
    { "http://", NULL, TT_HTTP_BAD_REQUEST, "http:// or https://" },
    { "http://a b/", NULL, TT_HTTP_BAD_REQUEST, "http:// or https://" },
    { "", NULL, TT_HTTP_BAD_REQUEST, "http:// or https://" },
    { "http://model.example.test/", "http://me:hunter22@127.0.0.1:1", TT_HTTP_PROXY, "proxy" },
    { "https://model.example.test/", "http://me:hunter22@127.0.0.1:1", TT_HTTP_PROXY, "proxy" },
    { "http://model.example.test/",
      "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test",
      TT_HTTP_PROXY, "proxy" },
};

static void test_unreachable(void **state)
{
    (void)state;
    for (size_t c = 0; c < N(unreachable); c++) {
        struct net_test *t = net_test_begin();
        struct heard *h = &t->heard[1];

        start_to(t, 1, unreachable[c].url, patient, unreachable[c].proxy);
        net_test_run(t);
        if (h->result != unreachable[c].result || h->heads || h->ends != 1 ||
            !strstr(h->message, unreachable[c].message) || strstr(h->message, SECRET) ||
            strstr(h->message, "hunter22") || strstr(h->message, "secretpath"))
            fail_msg("%s: %d %s", unreachable[c].url, h->result, h->message);
        net_test_end(t);
    }
}

/* A listener whose queue is full answers no SYN. */
static void test_connect_timeout(void **state)
{
    struct net_test *t = net_test_begin();
    struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
    socklen_t n = sizeof(addr);
    int listener = socket(AF_INET, SOCK_STREAM, 0), fill[3];
    char url[64];

    (void)state;
    assert_int_equal(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
    assert_int_equal(listen(listener, 0), 0);
    getsockname(listener, (struct sockaddr *)&addr, &n);
    for (int i = 0; i < 3; i++) {
        fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(fill[i], (struct sockaddr *)&addr, sizeof(addr));
    }
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(addr.sin_port));
    start_to(t, 1, url, (struct tt_http_timeouts){ .connect_ms = 60 }, NULL);
    net_test_run(t);
    assert_int_equal(t->heard[1].result, TT_HTTP_TIMEOUT_CONNECT);
    assert_non_null(strstr(t->heard[1].message, "within 60 ms"));
    net_test_end(t);
    for (int i = 0; i < 3; i++)
        close(fill[i]);
    close(listener);
}

static void test_bad_headers(void **state)
{
    static const struct tt_http_header bad[] = {
        { TT_STR_INIT("x-api-key"), TT_STR_INIT("a\r\nx-injected: 1") },
        { TT_STR_INIT("x api"), TT_STR_INIT("a") },
        { TT_STR_INIT(""), TT_STR_INIT("a") },
        { TT_STR_INIT("x\n"), TT_STR_INIT("a") },
    };

    (void)state;
    for (size_t i = 0; i < N(bad); i++) {
        struct net_test *t = net_test_begin();
        struct tt_http_request req = { .method = TT_STR("GET"),
                                       .url = TT_STR("http://127.0.0.1:1/"),
                                       .headers = &bad[i],
                                       .n_headers = 1 };

        assert_int_equal(tt_http_start(&t->http, 1, &req), 0);
        t->open++;
        net_test_run(t);
        assert_int_equal(t->heard[1].result, TT_HTTP_BAD_REQUEST);
        assert_null(strstr(t->heard[1].message, "injected"));
        net_test_end(t);
    }
}

/* ---- proxies ---- */

static void test_proxy(void **state)
{
    static const struct {
        const char *url, *answer;
        enum tt_http_result result;
        const char *message, *request;
    } rows[] = {
        { "http://model.example.test/v1", OK_HEAD "Content-Length: 0\r\n\r\n", TT_HTTP_OK, "",
          "POST http://model.example.test/v1 HTTP/1.1\r\n" },
        { "http://model.example.test/v1", "HTTP/1.1 407 x\r\nContent-Length: 0\r\n\r\n",
          TT_HTTP_PROXY, "407", "POST " },
        { "https://model.example.test/v1", "HTTP/1.1 407 x\r\nContent-Length: 0\r\n\r\n",
          TT_HTTP_PROXY, "407", "CONNECT model.example.test:443 " },
        { "https://model.example.test/v1", "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n",
          TT_HTTP_PROXY, "503", "CONNECT " },
    };

    (void)state;
    for (size_t i = 0; i < N(rows); i++) {
        const struct replay_step steps[] = { { rows[i].answer } };
        struct net_test *t = net_test_begin();
        struct replay r;
        char proxy[64];

        replay_open(&r, &t->loop, steps, 1);
        snprintf(proxy, sizeof(proxy), "http://me:pass@127.0.0.1:%d", r.port);
        start_to(t, 1, rows[i].url, patient, proxy);
        net_test_run(t);
        if (t->heard[1].result != rows[i].result || !strstr(t->heard[1].message, rows[i].message) ||
            !tt_str_starts(tt_str_from(r.last_request), tt_str_from(rows[i].request)) ||
            !strstr(r.last_request, "Proxy-Authorization: Basic bWU6cGFzcw=="))
            fail_msg("%s: %d %s\n%s", rows[i].url, t->heard[1].result, t->heard[1].message,
                     r.last_request);
        replay_close(&r);
        net_test_end(t);
    }
}

static void test_loopback_is_direct(void **state)
{
    static const struct replay_step steps[] = { { OK_HEAD "Content-Length: 2\r\n\r\nok" } };
    struct net_test *t = net_test_begin();
    struct replay r;
    char url[64];

    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    replay_open(&r, &t->loop, steps, N(steps));
    snprintf(url, sizeof(url), "http://localhost:%d/", r.port);
    start(t, 1, &r, patient);
    start_to(t, 2, url, patient, "http://127.0.0.1:1");
    net_test_run(t);
    assert_int_equal(t->heard[1].result, TT_HTTP_OK);
    assert_int_equal(t->heard[2].result, TT_HTTP_OK);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    replay_close(&r);
    net_test_end(t);
}

/* ---- cancelling and ending early ---- */

static void cancel_on(struct net_test *t, const struct tt_event *ev)
{
    if (ev->type == *(const enum tt_event_type *)t->hook_arg) {
        tt_http_cancel(&t->http, ev->id);
        tt_http_cancel(&t->http, ev->id); /* twice is fine */
        t->open--;
    }
}

static void test_cancel_inside_events(void **state)
{
    static const struct replay_step steps[] = { { .bytes = CHUNKED },
                                                { "1\r\na\r\n", .ms = 5, .times = 50 } };
    static const enum tt_event_type when[] = { TT_EVENT_HTTP_HEAD, TT_EVENT_HTTP_BODY };

    (void)state;
    for (size_t i = 0; i < N(when); i++) {
        struct net_test *t = net_test_begin();
        struct replay r;

        t->hook = cancel_on;
        t->hook_arg = (void *)(uintptr_t)&when[i];
        replay_open(&r, &t->loop, steps, N(steps));
        start(t, 1, &r, patient);
        net_test_run(t);
        while (!r.gone) /* the server sees it at once, not after 50 pieces */
            uv_run(&t->loop, UV_RUN_ONCE);
        assert_int_equal(t->heard[1].ends, 0);
        assert_true(t->heard[1].bodies <= 1);
        replay_close(&r);
        net_test_end(t);
    }
}

/* Nothing moves: the cancellation itself must end the connection. */
static void test_cancel_while_waiting(void **state)
{
    static const struct replay_step steps[] = { { "late", .ms = 60000 } };
    struct net_test *t = net_test_begin();
    struct replay r;

    (void)state;
    replay_open(&r, &t->loop, steps, N(steps));
    start(t, 1, &r, (struct tt_http_timeouts){ 0 });
    while (!r.requests)
        uv_run(&t->loop, UV_RUN_ONCE);
    tt_http_cancel(&t->http, 1);
    while (!r.gone)
        uv_run(&t->loop, UV_RUN_ONCE);
    assert_int_equal(t->heard[1].ends, 0);
    replay_close(&r);
    net_test_end(t);
}

static void test_cancel_after_turns_of_the_loop(void **state)
{
    static const struct replay_step steps[] = { { .bytes = CHUNKED },
                                                { "1\r\na\r\n", .ms = 2, .times = 50 } };

    (void)state;
    for (int turns = 0; turns < 25; turns++) {
        struct net_test *t = net_test_begin();
        struct replay r;

        replay_open(&r, &t->loop, steps, N(steps));
        start(t, 1, &r, patient);
        start(t, 2, &r, patient);
        for (int i = 0; i < turns; i++)
            uv_run(&t->loop, UV_RUN_ONCE);
        tt_http_cancel(&t->http, 1);
        tt_http_cancel(&t->http, 99);
        start(t, 1, &r, patient); /* the id is free again at once */
        t->open--;
        t->hook = NULL;
        tt_http_cancel(&t->http, 2);
        t->open--;
        tt_http_cancel(&t->http, 1);
        t->open--;
        assert_int_equal(t->open, 0);
        assert_int_equal(t->heard[1].ends + t->heard[2].ends, 0);
        replay_close(&r);
        net_test_end(t);
    }
}

static void test_close_with_transfers_in_flight(void **state)
{
    static const struct replay_step steps[] = { { .bytes = CHUNKED },
                                                { "1\r\na\r\n", .ms = 2, .times = 50 } };

    (void)state;
    for (int turns = 0; turns < 25; turns++) {
        struct net_test *t = net_test_begin();
        struct tt_http_request req = { .method = TT_STR("GET"), .url = TT_STR("http://x/") };
        struct replay r;

        replay_open(&r, &t->loop, steps, N(steps));
        for (uint64_t id = 1; id <= 5; id++)
            start(t, id, &r, patient);
        for (int i = 0; i < turns; i++)
            uv_run(&t->loop, UV_RUN_ONCE);
        net_test_close(t);
        assert_int_equal(tt_http_start(&t->http, 9, &req), TT_ECANCELED);
        replay_close(&r);
        net_test_end(t);
    }
}

static void close_on_body(struct net_test *t, const struct tt_event *ev)
{
    if (ev->type == TT_EVENT_HTTP_BODY) {
        tt_http_close(&t->http);
        t->done = true;
    }
}

static void test_close_inside_event(void **state)
{
    static const struct replay_step steps[] = { { .bytes = CHUNKED },
                                                { "1\r\na\r\n", .ms = 2, .times = 50 } };
    struct net_test *t = net_test_begin();
    struct replay r;

    (void)state;
    t->hook = close_on_body;
    replay_open(&r, &t->loop, steps, N(steps));
    for (uint64_t id = 1; id <= 5; id++)
        start(t, id, &r, patient);
    net_test_run(t);
    replay_close(&r);
    net_test_end(t);
}

/* A new request from inside the END of the last, as a retry does. */
static void retry_on_end(struct net_test *t, const struct tt_event *ev)
{
    if (ev->type == TT_EVENT_HTTP_END && ev->id < 4)
        start(t, ev->id + 1, t->hook_arg, patient);
}

static void test_start_inside_event(void **state)
{
    static const struct replay_step steps[] = { { "", .close = true } };
    struct net_test *t = net_test_begin();
    struct replay r;

    (void)state;
    t->hook = retry_on_end;
    t->hook_arg = &r;
    replay_open(&r, &t->loop, steps, N(steps));
    start(t, 1, &r, patient);
    net_test_run(t);
    for (int id = 1; id <= 4; id++)
        assert_int_equal(t->heard[id].result, TT_HTTP_CUT);
    replay_close(&r);
    net_test_end(t);
}

static void test_id_in_use(void **state)
{
    struct net_test *t = net_test_begin();
    struct tt_http_request req = { .method = TT_STR("GET"), .url = TT_STR("http://127.0.0.1:1/") };

    (void)state;
    assert_int_equal(tt_http_start(&t->http, 1, &req), 0);
    assert_int_equal(tt_http_start(&t->http, 1, &req), TT_EINVALID);
    net_test_end(t);
}

static int cleanup_curl(void **state)
{
    (void)state;
    tt_curl_cleanup();
    uv_library_shutdown(); /* ends the pool before the TLS library's own exit handler */
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_request_as_sent),
        cmocka_unit_test(test_keep_alive),
        cmocka_unit_test(test_fresh_after_silence),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_unreachable),
        cmocka_unit_test(test_connect_timeout),
        cmocka_unit_test(test_bad_headers),
        cmocka_unit_test(test_proxy),
        cmocka_unit_test(test_loopback_is_direct),
        cmocka_unit_test(test_cancel_inside_events),
        cmocka_unit_test(test_cancel_while_waiting),
        cmocka_unit_test(test_cancel_after_turns_of_the_loop),
        cmocka_unit_test(test_close_with_transfers_in_flight),
        cmocka_unit_test(test_close_inside_event),
        cmocka_unit_test(test_start_inside_event),
        cmocka_unit_test(test_id_in_use),
    };

    return cmocka_run_group_tests(tests, NULL, cleanup_curl);
}
