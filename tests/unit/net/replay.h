/* replay.h -- a server that plays bytes, on the loop of the test.
 *
 * It waits for a whole request (head, and as many bytes of body as
 * Content-Length says), then plays its steps; the next request on the same
 * connection plays them again.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "net_test.h"

/* A step names only what it needs. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct replay_step {
    const char *bytes;
    size_t n;       /* 0: strlen(bytes) */
    size_t cut;     /* bytes a write; 0: all at once */
    unsigned ms;    /* wait before it */
    unsigned times; /* play it so often; 0: once */
    bool close;     /* close the connection after it */
    bool reset;     /* ... by RST */
};

struct replay {
    uv_tcp_t listener;
    uv_loop_t *loop;
    int port;
    const struct replay_step *steps;
    size_t n_steps;
    int connections, requests, gone; /* counted */
    struct replay_conn *conns;
    char last_request[8192];
};

struct replay_conn {
    uv_tcp_t tcp;
    uv_timer_t timer;
    struct replay *server;
    struct replay_conn *next;
    int handles;
    bool closing, reading;
    struct tt_buf in;
    size_t step, at;
    unsigned played;
    char read_buf[4096];
};

static void replay_play(struct replay_conn *c);

static void replay_conn_closed(uv_handle_t *h)
{
    struct replay_conn *c = h->data;
    struct replay_conn **at = &c->server->conns;

    if (--c->handles)
        return;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    tt_buf_release(&c->in);
    free(c);
}

static void replay_conn_close(struct replay_conn *c, bool reset)
{
    if (c->closing)
        return;
    c->closing = true;
    c->server->gone++;
    uv_close((uv_handle_t *)&c->timer, replay_conn_closed);
    if (!reset || uv_tcp_close_reset(&c->tcp, replay_conn_closed))
        uv_close((uv_handle_t *)&c->tcp, replay_conn_closed);
}

static void replay_written(uv_write_t *req, int status)
{
    struct replay_conn *c = req->data;

    free(req);
    if (status == 0 && !c->closing)
        replay_play(c);
}

static void replay_write(struct replay_conn *c, const char *p, size_t n)
{
    uv_write_t *req = calloc(1, sizeof(*req));
    uv_buf_t buf = uv_buf_init((char *)(uintptr_t)p, (unsigned)n);

    req->data = c;
    if (uv_write(req, (uv_stream_t *)&c->tcp, &buf, 1, replay_written)) {
        free(req);
        replay_conn_close(c, false);
    }
}

static void replay_due(uv_timer_t *timer)
{
    struct replay_conn *c = timer->data;
    const struct replay_step *s = &c->server->steps[c->step];
    size_t n = s->n ? s->n : strlen(s->bytes);
    size_t cut = s->cut && s->cut < n - c->at ? s->cut : n - c->at;

    if (!n) {
        c->at = 1;
        replay_play(c);
        return;
    }
    c->at += cut;
    replay_write(c, s->bytes + c->at - cut, cut);
}

static void replay_play(struct replay_conn *c)
{
    const struct replay_step *s = &c->server->steps[c->step];

    if (!c->reading && c->step < c->server->n_steps) {
        size_t n = s->n ? s->n : strlen(s->bytes);

        if (c->at >= n && c->at) { /* this step is played */
            bool again = ++c->played < s->times;

            c->at = 0;
            if (!again && (s->close || s->reset)) {
                replay_conn_close(c, s->reset);
                return;
            }
            if (!again) {
                c->step++;
                c->played = 0;
            }
        }
    }
    if (c->step >= c->server->n_steps) {
        c->step = 0;
        c->reading = true; /* for the next request */
        return;
    }
    s = &c->server->steps[c->step];
    if (c->at == 0 && s->ms)
        uv_timer_start(&c->timer, replay_due, s->ms, 0);
    else
        replay_due(&c->timer);
}

static bool replay_whole(struct replay_conn *c)
{
    const char *end = c->in.p ? strstr(c->in.p, "\r\n\r\n") : NULL;
    const char *length = c->in.p ? strstr(c->in.p, "Content-Length:") : NULL;
    size_t body = length && end && length < end ? (size_t)strtoul(length + 15, NULL, 10) : 0;

    return end && (size_t)(end - c->in.p) + 4 + body <= c->in.n;
}

static void replay_alloc(uv_handle_t *h, size_t n, uv_buf_t *buf)
{
    struct replay_conn *c = h->data;

    (void)n;
    *buf = uv_buf_init(c->read_buf, sizeof(c->read_buf));
}

static void replay_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct replay_conn *c = stream->data;

    if (n < 0) {
        replay_conn_close(c, false);
        return;
    }
    tt_buf_add(&c->in, (tt_str){ buf->base, (size_t)n });
    if (!c->reading || !replay_whole(c))
        return;
    snprintf(c->server->last_request, sizeof(c->server->last_request), "%s", c->in.p);
    tt_buf_clear(&c->in);
    c->reading = false;
    c->step = c->at = 0;
    c->played = 0;
    c->server->requests++;
    replay_play(c);
}

static void replay_accept(uv_stream_t *stream, int status)
{
    struct replay *r = stream->data;
    struct replay_conn *c = calloc(1, sizeof(*c));

    assert_int_equal(status, 0);
    c->server = r;
    c->next = r->conns;
    r->conns = c;
    c->handles = 2;
    c->reading = true;
    tt_buf_init(&c->in, 8 << 20);
    uv_tcp_init(r->loop, &c->tcp);
    uv_timer_init(r->loop, &c->timer);
    c->tcp.data = c->timer.data = c;
    assert_int_equal(uv_accept(stream, (uv_stream_t *)&c->tcp), 0);
    uv_tcp_nodelay(&c->tcp, 1);
    r->connections++;
    uv_read_start((uv_stream_t *)&c->tcp, replay_alloc, replay_read);
}

static void replay_open(struct replay *r, uv_loop_t *loop, const struct replay_step *steps,
                        size_t n_steps)
{
    struct sockaddr_in addr;
    int n = sizeof(addr);

    *r = (struct replay){ .loop = loop, .steps = steps, .n_steps = n_steps };
    uv_ip4_addr("127.0.0.1", 0, &addr);
    uv_tcp_init(loop, &r->listener);
    r->listener.data = r;
    assert_int_equal(uv_tcp_bind(&r->listener, (struct sockaddr *)&addr, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&r->listener, 256, replay_accept), 0);
    uv_tcp_getsockname(&r->listener, (struct sockaddr *)&addr, &n);
    r->port = ntohs(addr.sin_port);
}

static void replay_close(struct replay *r)
{
    uv_close((uv_handle_t *)&r->listener, NULL);
    for (struct replay_conn *c = r->conns, *next; c; c = next) {
        next = c->next;
        replay_conn_close(c, false);
    }
}

#endif
