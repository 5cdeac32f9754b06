/* http_socket.c -- curl's descriptors and timer on the libuv loop.
 *
 * What libcurl and libuv each take for granted about descriptors does not quite
 * fit, so:
 *  - curl may close a descriptor and get the same number again before libuv's
 *    asynchronous uv_close is done: each registration has a poll handle of its
 *    own, and polling is stopped at once when curl says REMOVE;
 *  - REMOVE may come for a descriptor that was never announced;
 *  - libuv reports POLLERR as EBADF and stops the handle: curl is told of an
 *    error, and the handle starts again if curl still wants it;
 *  - curl_multi_cleanup announces cached connections: refused while closing;
 *  - a timeout of 0 must not call curl from inside curl: it waits for the loop.
 * After every action the finished transfers are collected, whatever it was for.
 *
 * What is readable waits in a line, and curl gets TURN_NS of each turn of the loop:
 * however many streams have something to say, the editor is heard in between.
 */
#include "net/http_internal.h"

#include "trimtab/error.h"

#include <stdlib.h>

#define MAX_POLL_ERRORS 16
#define TURN_NS         ((uint64_t)1000 * 1000)

struct tt_http_socket {
    uv_poll_t poll;
    struct tt_http *http;
    struct tt_http_socket *prev, *next; /* in http->sockets */
    curl_socket_t fd;
    int wanted; /* UV_READABLE | UV_WRITABLE */
    int errors; /* in a row */
    int events; /* what happened, while in line; else 0 */
    struct tt_http_socket *next_ready;
};

static void collect(struct tt_http *http)
{
    CURLMsg *msg;
    int left;

    while ((msg = http->curl.multi_info_read(http->multi, &left))) {
        CURLcode code = msg->data.result; /* msg dies with the handle's removal */
        struct tt_http_transfer *t = NULL;

        if (msg->msg != CURLMSG_DONE)
            continue;
        http->curl.easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
        tt_http_conclude_code(t, code);
    }
}

static void act(struct tt_http *http, curl_socket_t fd, int flags)
{
    int running;

    if (http->closing || !http->multi)
        return;
    http->curl.multi_socket_action(http->multi, fd, flags, &running);
    collect(http);
}

/* ---- descriptors ---- */

static void on_poll(uv_poll_t *poll, int status, int events);

static struct tt_http_socket *find_socket(struct tt_http *http, curl_socket_t fd)
{
    struct tt_http_socket *s = http->sockets;

    while (s && s->fd != fd)
        s = s->next;
    return s;
}

static void leave_line(struct tt_http_socket *s)
{
    struct tt_http *http = s->http;
    struct tt_http_socket **at = &http->ready;

    if (!s->events)
        return;
    while (*at != s)
        at = &(*at)->next_ready;
    *at = s->next_ready;
    if (!*at)
        http->ready_end = at;
    s->events = 0;
}

/* After the poll: libuv would report again what stays in line, so nothing is lost. */
static void on_serve(uv_check_t *serve)
{
    struct tt_http *http = serve->data;
    uint64_t began = uv_hrtime();

    while (http->ready && uv_hrtime() - began < TURN_NS) {
        struct tt_http_socket *s = http->ready;
        int flags = (s->events & UV_READABLE ? CURL_CSELECT_IN : 0) |
                    (s->events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);

        leave_line(s);
        act(http, s->fd, flags); /* s may be gone now */
    }
}

static void on_poll_error(struct tt_http_socket *s)
{
    struct tt_http *http = s->http;
    curl_socket_t fd = s->fd;

    s->errors++;
    leave_line(s);
    act(http, fd, CURL_CSELECT_ERR);
    s = find_socket(http, fd); /* it may be gone, or another one with its number */
    if (s && !uv_is_active((uv_handle_t *)&s->poll) && s->errors < MAX_POLL_ERRORS)
        uv_poll_start(&s->poll, s->wanted, on_poll);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct tt_http_socket *s = poll->data;

    if (status < 0) {
        on_poll_error(s);
        return;
    }
    s->errors = 0;
    if (!s->events) {
        *s->http->ready_end = s;
        s->http->ready_end = &s->next_ready;
        s->next_ready = NULL;
    }
    s->events |= events;
}

static struct tt_http_socket *watch(struct tt_http *http, curl_socket_t fd)
{
    struct tt_http_socket *s = calloc(1, sizeof(*s));

    if (!s)
        return NULL;
    if (uv_poll_init_socket(http->loop, &s->poll, fd)) {
        free(s);
        return NULL;
    }
    s->poll.data = s;
    s->http = http;
    s->fd = fd;
    s->next = http->sockets;
    if (s->next)
        s->next->prev = s;
    http->sockets = s;
    return s;
}

static void on_socket_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void unwatch(struct tt_http_socket *s)
{
    leave_line(s);
    if (s->prev)
        s->prev->next = s->next;
    else
        s->http->sockets = s->next;
    if (s->next)
        s->next->prev = s->prev;
    uv_poll_stop(&s->poll); /* now: curl closes the descriptor next */
    uv_close((uv_handle_t *)&s->poll, on_socket_closed);
}

/* Called by curl.  A result other than 0 would end every transfer, so a
 * descriptor that cannot be watched is left to the timeouts instead. */
static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *assigned)
{
    struct tt_http *http = arg;
    struct tt_http_socket *s = assigned;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (s)
            unwatch(s);
        if (s && !http->closing)
            http->curl.multi_assign(http->multi, fd, NULL);
        return 0;
    }
    if (http->closing)
        return 0;
    if (!s) {
        s = watch(http, fd);
        if (!s)
            return 0;
        http->curl.multi_assign(http->multi, fd, s);
    }
    s->wanted = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    uv_poll_start(&s->poll, s->wanted, on_poll);
    return 0;
}

/* ---- curl's timer ---- */

static void on_due(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int on_curl_timer(CURLM *multi, long ms, void *arg)
{
    struct tt_http *http = arg;

    (void)multi;
    if (ms < 0 || http->closing) {
        uv_timer_stop(&http->timer);
        return 0;
    }
    uv_update_time(http->loop);
    uv_timer_start(&http->timer, on_due, (uint64_t)ms, 0);
    return 0;
}

/* ---- the multi handle ---- */

int tt_http_multi_open(struct tt_http *http)
{
    const struct tt_curl *curl = &http->curl;

    http->multi = curl->multi_init();
    if (!http->multi)
        return TT_ENOMEM;
    http->share = curl->share_init();
    if (http->share)
        curl->share_setopt(http->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    curl->multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
    curl->multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    curl->multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
    curl->multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    curl->multi_setopt(http->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    uv_check_start(&http->serve, on_serve);
    uv_unref((uv_handle_t *)&http->serve);
    return 0;
}

void tt_http_multi_close(struct tt_http *http)
{
    if (!http->multi)
        return;
    http->curl.multi_cleanup(http->multi); /* http->closing is set: no new watches */
    http->multi = NULL;
    if (http->share)
        http->curl.share_cleanup(http->share);
    http->share = NULL;
    while (http->sockets)
        unwatch(http->sockets);
}
