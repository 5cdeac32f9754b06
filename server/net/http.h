/* http.h -- HTTP requests: one curl multi handle on the libuv loop.
 *
 * Any number of transfers run at once; connections, DNS and TLS sessions are
 * shared between them.  libcurl is loaded in the thread pool by the first
 * request.  TLS is always verified, redirects are never followed (they would
 * carry the key elsewhere), only http and https are spoken, and loopback is
 * never reached through a proxy.
 *
 * Timeouts: connect_ms covers name, proxy, TCP and TLS; first_byte_ms runs from
 * the end of the request to the first byte of the answer's *body*, because some
 * servers send their head at once and then think; idle_ms runs between pieces of
 * the body.
 *
 * Life: tt_http_init -> start and cancel -> tt_http_close, then run the loop
 * until it is empty, then tt_http_release.  Loop thread only.  All functions
 * may be called from inside the sink.
 */
#ifndef TT_NET_HTTP_H
#define TT_NET_HTTP_H

#include "base/map.h"
#include "net/curl.h"
#include "net/sink.h"
#include "net/work.h"

#include <uv.h>

/* More than any model answers; a longer body ends with TT_HTTP_FAILED. */
#define TT_HTTP_MAX_BODY ((size_t)64 << 20)

struct tt_http_options {
    size_t max_body;        /* 0: TT_HTTP_MAX_BODY */
    const char *user_agent; /* borrowed for good; NULL: "trimtab" */
};

struct tt_http_transfer;
struct tt_http_socket;

struct tt_http {
    uv_loop_t *loop;         /* borrowed */
    struct tt_net_sink sink; /* gets TT_EVENT_HTTP_* */
    struct tt_work *work;    /* borrowed; for loading */
    struct tt_http_options options;
    struct tt_curl curl;
    CURLM *multi;      /* owned; NULL until libcurl is loaded */
    CURLSH *share;     /* owned: TLS sessions, which curl keeps for one transfer only */
    uv_timer_t timer;  /* curl's own */
    uv_idle_t wake;    /* runs what may not run inside a callback of curl */
    struct tt_job job; /* loading */
    bool loading;
    int load_result; /* written by the job */
    char load_error[256];
    struct tt_map by_id;                       /* 8 bytes of id -> transfer that may still speak */
    struct tt_http_transfer *all;              /* owned */
    struct tt_http_transfer *todo;             /* those to begin or to end in `wake` */
    struct tt_http_socket *sockets;            /* owned: watched descriptors */
    struct tt_http_socket *ready, **ready_end; /* of them: those that curl is told of next */
    uv_check_t serve;                          /* tells it, a little each turn of the loop */
    struct tt_map distrusted; /* origin -> non-NULL: the next request connects anew */
    bool closing;
};

void tt_http_init(struct tt_http *http, uv_loop_t *loop, struct tt_work *work,
                  struct tt_net_sink sink, const struct tt_http_options *options);

/* As tt_io.http_start: copies the request.  TT_EINVALID when `id` is in use,
 * TT_ENOMEM, TT_ECANCELED after close; everything else comes as HTTP_END. */
int tt_http_start(struct tt_http *http, uint64_t id, const struct tt_http_request *req);

/* No event for `id` comes after this; the connection is given up at once.  An
 * unknown id is fine. */
void tt_http_cancel(struct tt_http *http, uint64_t id);

/* Load libcurl now, so that the first request need not wait for it. */
void tt_http_prepare(struct tt_http *http);

void tt_http_close(struct tt_http *http); /* idempotent; ends all transfers silently */
void tt_http_release(struct tt_http *http);

#endif
