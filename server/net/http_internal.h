/* http_internal.h -- what the four files of the HTTP client share.
 *
 * http.c          starting, cancelling, ending; loading the library
 * http_transfer.c one request: options for curl, its callbacks, its timers
 * http_result.c   curl's codes -> ours, with a sentence for people
 * http_socket.c   curl's descriptors and timer <-> libuv
 */
#ifndef TT_NET_HTTP_INTERNAL_H
#define TT_NET_HTTP_INTERNAL_H

#include "base/buf.h"
#include "net/http.h"

#define TT_HTTP_MAX_HEAD    ((size_t)128 * 1024)
#define TT_HTTP_MAX_HEADERS 256

enum tt_http_phase {
    TT_HTTP_WAITING, /* for libcurl, or for its turn in `wake` */
    TT_HTTP_CONNECTING,
    TT_HTTP_SENT,      /* connected; the request is leaving or has left */
    TT_HTTP_STREAMING, /* the body has begun */
};

struct tt_http_transfer {
    struct tt_http *http;
    uint64_t id;
    struct tt_http_transfer *prev, *next; /* in http->all */
    struct tt_http_transfer *todo_next;
    bool is_todo;

    /* The request; all owned. */
    char *method, *url, *proxy, *ca_file;
    char *body;
    size_t body_n;
    char **lines; /* "Name: value"; wiped before they are freed */
    size_t n_lines;
    struct tt_http_timeouts timeouts;
    char origin[160]; /* scheme, host, port: for messages */
    char host[128];
    bool proxied; /* as far as setting and environment say */

    /* While it runs. */
    CURL *easy; /* owned */
    struct curl_slist *headers;
    bool added; /* to http->multi */
    enum tt_http_phase phase;
    uv_timer_t phase_timer, total_timer;
    int open_handles;
    uint64_t last_byte; /* uv_now, ms */
    bool upload_done;
    char curl_error[CURL_ERROR_SIZE];

    /* The answer. */
    struct tt_buf head; /* name NUL value NUL ..., final response only */
    size_t n_headers;
    bool head_done;
    size_t received; /* bytes of body */

    bool silent; /* cancelled: no event any more */
    bool over;   /* result and message are decided */
    enum tt_http_result result;
    char message[640];
};

/* http.c */
void tt_http_todo(struct tt_http_transfer *t); /* look at it in `wake` */

/* http_transfer.c */
struct tt_http_transfer *tt_http_transfer_create(struct tt_http *http, uint64_t id,
                                                 const struct tt_http_request *req);
void tt_http_transfer_begin(struct tt_http_transfer *t);
/* Out of curl's hands and off its timers; it is freed when they are closed. */
void tt_http_transfer_retire(struct tt_http_transfer *t);
void tt_http_transfer_start_total(struct tt_http_transfer *t);

/* http_result.c */
/* Decide how it ended; the first decision stays. */
void tt_http_conclude(struct tt_http_transfer *t, enum tt_http_result result, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void tt_http_conclude_timeout(struct tt_http_transfer *t, enum tt_http_result result);
void tt_http_conclude_code(struct tt_http_transfer *t, CURLcode code);

/* http_socket.c */
int tt_http_multi_open(struct tt_http *http); /* TT_ENOMEM */
void tt_http_multi_close(struct tt_http *http);

#endif
