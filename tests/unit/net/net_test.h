/* net_test.h -- the loop, the sink and the parts of net in one fixture.
 *
 * Every test ends by net_test_end(), which runs the loop until it is empty and
 * insists that it can be closed: a handle or a request left over is a failure.
 */
#ifndef NET_TEST_H
#define NET_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "net/http.h"
#include "net/key.h"
#include "net/timers.h"
#include "net/work.h"
#include "trimtab/error.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_IDS 256

/* What was heard about one id. */
struct heard {
    int heads, bodies, ends, keys, timers;
    int status;
    char headers[2048]; /* "name=value;" each */
    struct tt_buf body;
    enum tt_http_result result;
    char message[1024];
    char key[256];
};

struct net_test {
    uv_loop_t loop;
    struct tt_work work;
    struct tt_timers timers;
    struct tt_http http;
    struct tt_keys keys;
    struct heard heard[MAX_IDS];
    int open; /* ids whose END or KEY has not come */
    /* Called after each event was written down. */
    void (*hook)(struct net_test *t, const struct tt_event *ev);
    void *hook_arg;
    bool done; /* leave net_test_run */
};

static __attribute__((unused)) void net_test_event(void *arg, const struct tt_event *ev)
{
    struct net_test *t = arg;
    struct heard *h = &t->heard[ev->id % MAX_IDS];

    switch (ev->type) {
    case TT_EVENT_HTTP_HEAD:
        h->heads++;
        h->status = ev->status;
        for (size_t i = 0; i < ev->n_headers; i++) {
            size_t n = strlen(h->headers);

            snprintf(h->headers + n, sizeof(h->headers) - n, "%.*s=%.*s;",
                     TT_STR_ARG(ev->headers[i].name), TT_STR_ARG(ev->headers[i].value));
        }
        break;
    case TT_EVENT_HTTP_BODY:
        h->bodies++;
        tt_buf_add(&h->body, ev->bytes);
        break;
    case TT_EVENT_HTTP_END:
        h->ends++;
        h->result = ev->result;
        snprintf(h->message, sizeof(h->message), "%.*s", TT_STR_ARG(ev->message));
        t->open--;
        break;
    case TT_EVENT_KEY:
        h->keys++;
        snprintf(h->key, sizeof(h->key), "%.*s", TT_STR_ARG(ev->bytes));
        snprintf(h->message, sizeof(h->message), "%.*s", TT_STR_ARG(ev->message));
        t->open--;
        break;
    case TT_EVENT_TIMER:
        h->timers++;
        break;
    default:
        fail_msg("unexpected event %d", ev->type);
    }
    if (t->hook)
        t->hook(t, ev);
}

static __attribute__((unused)) const char *net_test_no_env(const char *name)
{
    (void)name;
    return NULL;
}

static __attribute__((unused)) struct net_test *net_test_begin(void)
{
    struct net_test *t = calloc(1, sizeof(*t));
    struct tt_net_sink sink = { net_test_event, t };
    struct tt_http_options options = { .max_body = 1 << 20 };

    assert_non_null(t);
    signal(SIGPIPE, SIG_IGN); /* as main does */
    assert_int_equal(uv_loop_init(&t->loop), 0);
    tt_work_init(&t->work, &t->loop);
    tt_timers_init(&t->timers, &t->loop, sink);
    tt_http_init(&t->http, &t->loop, &t->work, sink, &options);
    tt_keys_init(&t->keys, &t->loop, &t->work, sink, net_test_no_env);
    for (int i = 0; i < MAX_IDS; i++)
        tt_buf_init(&t->heard[i].body, 4 << 20);
    return t;
}

/* Run until no id is open, or a hook said `done`. */
static __attribute__((unused)) void net_test_run(struct net_test *t)
{
    while (t->open > 0 && !t->done)
        uv_run(&t->loop, UV_RUN_ONCE);
}

static __attribute__((unused)) void net_test_close(struct net_test *t)
{
    tt_http_close(&t->http);
    tt_keys_close(&t->keys);
    tt_timers_close(&t->timers);
    tt_work_close(&t->work);
}

static __attribute__((unused)) void net_test_end(struct net_test *t)
{
    net_test_close(t);
    uv_run(&t->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&t->loop), 0);
    tt_http_release(&t->http);
    tt_timers_release(&t->timers);
    for (int i = 0; i < MAX_IDS; i++)
        tt_buf_release(&t->heard[i].body);
    free(t);
}

#endif
