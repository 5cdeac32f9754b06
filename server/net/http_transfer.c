/* http_transfer.c -- one request: its options, what curl calls, its timers.
 *
 * Inside curl's callbacks nothing is added to or removed from the multi handle:
 * a transfer that must end decides its result there and is taken out by
 * http.c from the loop.
 */
#include "net/http_internal.h"
#include "net/key.h"
#include "net/network.h"

#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

#define CONNECT_GRACE_MS 1000 /* curl's own timeout comes first */

/* ---- copying the request ---- */

static char *copy(tt_str s)
{
    char *p;

    if (memchr(s.p ? s.p : "", '\0', s.n))
        return NULL;
    p = malloc(s.n + 1);
    if (!p)
        return NULL;
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

/* "Name: value", or "Name;" which is how curl is told of an empty value. */
static char *header_line(const struct tt_http_header *h)
{
    struct tt_buf buf = TT_BUF_INIT(TT_HTTP_MAX_HEAD);

    tt_buf_add(&buf, h->name);
    tt_buf_adds(&buf, h->value.n ? ": " : ";");
    tt_buf_add(&buf, h->value);
    return tt_buf_take(&buf, NULL);
}

static bool copy_request(struct tt_http_transfer *t, const struct tt_http_request *req)
{
    t->method = copy(req->method);
    t->url = copy(req->url);
    t->proxy = copy(req->proxy);
    t->ca_file = copy(req->ca_file);
    t->body = malloc(req->body.n + 1);
    t->lines = calloc(req->n_headers + 1, sizeof(*t->lines));
    if (!t->method || !t->url || !t->proxy || !t->ca_file || !t->body || !t->lines)
        return false;
    if (req->body.n)
        memcpy(t->body, req->body.p, req->body.n);
    t->body_n = req->body.n;
    for (; t->n_lines < req->n_headers; t->n_lines++) {
        t->lines[t->n_lines] = header_line(&req->headers[t->n_lines]);
        if (!t->lines[t->n_lines])
            return false;
    }
    return true;
}

static void transfer_free(struct tt_http_transfer *t)
{
    for (size_t i = 0; i < t->n_lines; i++) {
        tt_wipe(t->lines[i], strlen(t->lines[i]));
        free(t->lines[i]);
    }
    free(t->lines);
    free(t->method);
    free(t->url);
    free(t->proxy);
    free(t->ca_file);
    free(t->body);
    tt_buf_release(&t->head);
    free(t);
}

struct tt_http_transfer *tt_http_transfer_create(struct tt_http *http, uint64_t id,
                                                 const struct tt_http_request *req)
{
    struct tt_http_transfer *t = calloc(1, sizeof(*t));

    if (!t)
        return NULL;
    t->http = http;
    t->id = id;
    t->timeouts = req->timeouts;
    tt_buf_init(&t->head, TT_HTTP_MAX_HEAD);
    tt_url_bare(req->url, t->origin, sizeof(t->origin));
    if (!copy_request(t, req)) {
        transfer_free(t);
        return NULL;
    }
    uv_timer_init(http->loop, &t->phase_timer);
    uv_timer_init(http->loop, &t->total_timer);
    t->phase_timer.data = t->total_timer.data = t;
    t->open_handles = 2;
    return t;
}

/* ---- timers ---- */

static void on_phase_due(uv_timer_t *timer)
{
    struct tt_http_transfer *t = timer->data;
    uint64_t quiet = uv_now(t->http->loop) - t->last_byte;

    if (t->phase == TT_HTTP_CONNECTING) {
        tt_http_conclude_timeout(t, TT_HTTP_TIMEOUT_CONNECT);
    } else if (t->phase == TT_HTTP_SENT) {
        tt_http_conclude_timeout(t, TT_HTTP_TIMEOUT_FIRST_BYTE);
    } else if (quiet >= t->timeouts.idle_ms) {
        tt_http_conclude_timeout(t, TT_HTTP_TIMEOUT_IDLE);
    } else {
        uv_timer_start(timer, on_phase_due, t->timeouts.idle_ms - quiet, 0);
    }
}

static void on_total_due(uv_timer_t *timer)
{
    tt_http_conclude_timeout(timer->data, TT_HTTP_TIMEOUT_TOTAL);
}

static void start_phase(struct tt_http_transfer *t, enum tt_http_phase phase, uint64_t ms)
{
    uv_update_time(t->http->loop);
    t->phase = phase;
    t->last_byte = uv_now(t->http->loop);
    if (ms)
        uv_timer_start(&t->phase_timer, on_phase_due, ms, 0);
    else
        uv_timer_stop(&t->phase_timer);
}

void tt_http_transfer_start_total(struct tt_http_transfer *t)
{
    uv_update_time(t->http->loop);
    if (t->timeouts.total_ms)
        uv_timer_start(&t->total_timer, on_total_due, t->timeouts.total_ms, 0);
}

/* ---- called by curl ---- */

/* Connected; the request goes out next.  Also for a connection that is reused. */
static int on_connected(void *arg, char *to, char *from, int to_port, int from_port)
{
    struct tt_http_transfer *t = arg;

    (void)to, (void)from, (void)to_port, (void)from_port;
    if (!t->over && !t->silent && t->phase < TT_HTTP_SENT)
        start_phase(t, TT_HTTP_SENT, t->timeouts.first_byte_ms);
    return CURL_PREREQFUNC_OK;
}

/* The wait for the first byte begins when the last byte of the body has left. */
static int on_progress(void *arg, curl_off_t dl_total, curl_off_t dl, curl_off_t ul_total,
                       curl_off_t ul)
{
    struct tt_http_transfer *t = arg;

    (void)dl_total, (void)dl, (void)ul_total;
    if (t->phase == TT_HTTP_SENT && !t->upload_done && !t->over && ul > 0 &&
        (size_t)ul >= t->body_n) {
        t->upload_done = true;
        start_phase(t, TT_HTTP_SENT, t->timeouts.first_byte_ms);
    }
    return 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* One header line into t->head; false when there are too many. */
static bool keep_header(struct tt_http_transfer *t, tt_str line)
{
    const char *colon = memchr(line.p, ':', line.n);
    tt_str name, value;

    if (!colon || colon == line.p)
        return true; /* a status line, or nothing we know */
    name = tt_str_sub(line, 0, (size_t)(colon - line.p));
    value = tt_str_sub(line, name.n + 1, line.n);
    while (value.n && (value.p[0] == ' ' || value.p[0] == '\t'))
        value = tt_str_sub(value, 1, value.n);
    while (value.n && strchr(" \t\r\n", value.p[value.n - 1]))
        value.n--;
    for (size_t i = 0; i < name.n; i++)
        tt_buf_addc(&t->head, lower(name.p[i]));
    tt_buf_addc(&t->head, '\0');
    tt_buf_add(&t->head, value);
    tt_buf_addc(&t->head, '\0');
    return !t->head.err && ++t->n_headers <= TT_HTTP_MAX_HEADERS;
}

static void emit_head(struct tt_http_transfer *t, int status)
{
    struct tt_http_header headers[TT_HTTP_MAX_HEADERS];
    struct tt_event ev = { .type = TT_EVENT_HTTP_HEAD,
                           .id = t->id,
                           .status = status,
                           .headers = headers,
                           .n_headers = t->n_headers };
    const char *p = t->head.p;

    for (size_t i = 0; i < t->n_headers; i++) {
        headers[i].name = tt_str_from(p);
        p += headers[i].name.n + 1;
        headers[i].value = tt_str_from(p);
        p += headers[i].value.n + 1;
    }
    tt_net_emit(&t->http->sink, &ev);
}

static void end_of_head(struct tt_http_transfer *t)
{
    long status = 0;

    t->http->curl.easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200)
        return; /* 100 Continue, 103 Early Hints: the answer is still to come */
    t->head_done = true;
    if (status == 407 && t->proxied)
        tt_http_conclude(t, TT_HTTP_PROXY,
                         "The proxy asks for a name and a password (407). Give them in its "
                         "address: http://NAME:PASSWORD@HOST:PORT.");
    else
        emit_head(t, (int)status);
}

/* A result other than `n` ends the transfer at once. */
static size_t on_header(char *p, size_t size, size_t count, void *arg)
{
    struct tt_http_transfer *t = arg;
    tt_str line = { p, size * count };

    if (t->over || t->silent)
        return 0;
    if (t->head_done)
        return line.n; /* trailers */
    if (tt_str_starts(line, TT_STR("HTTP/"))) {
        tt_buf_clear(&t->head);
        t->n_headers = 0;
    } else if (tt_str_eq(line, TT_STR("\r\n")) || tt_str_eq(line, TT_STR("\n"))) {
        end_of_head(t);
    } else if (memchr(line.p, '\0', line.n) || !keep_header(t, line)) {
        tt_http_conclude(t, TT_HTTP_FAILED, "%s answered with unusable or too many headers.",
                         t->origin);
    }
    return t->over || t->silent ? 0 : line.n;
}

static size_t on_body(char *p, size_t size, size_t count, void *arg)
{
    struct tt_http_transfer *t = arg;
    size_t n = size * count;
    struct tt_event ev = { .type = TT_EVENT_HTTP_BODY, .id = t->id, .bytes = { p, n } };

    if (t->over || t->silent)
        return 0;
    if (t->phase != TT_HTTP_STREAMING)
        start_phase(t, TT_HTTP_STREAMING, t->timeouts.idle_ms);
    else
        t->last_byte = uv_now(t->http->loop);
    if (n > t->http->options.max_body - t->received) {
        tt_http_conclude(t, TT_HTTP_FAILED, "The answer of %s is longer than %zu MiB.", t->origin,
                         t->http->options.max_body >> 20);
        return 0;
    }
    t->received += n;
    if (n)
        tt_net_emit(&t->http->sink, &ev);
    return t->over || t->silent ? 0 : n;
}

/* ---- options ---- */

static bool is_token(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] <= ' ' || p[i] >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", p[i]))
            return false;
    }
    return n > 0;
}

static bool are_headers_clean(const struct tt_http_transfer *t)
{
    for (size_t i = 0; i < t->n_lines; i++) {
        const char *line = t->lines[i];

        if (!is_token(line, strcspn(line, ":;")) || line[strcspn(line, "\r\n")])
            return false;
    }
    return true;
}

/* Only http and https, by curl's own parser, so that both see the same host. */
static bool parse_url(struct tt_http_transfer *t)
{
    const struct tt_curl *curl = &t->http->curl;
    char *scheme = NULL, *host = NULL;
    CURLU *url = curl->url();
    bool good = url && !curl->url_set(url, CURLUPART_URL, t->url, 0) &&
                !curl->url_get(url, CURLUPART_SCHEME, &scheme, 0) &&
                !curl->url_get(url, CURLUPART_HOST, &host, 0) &&
                (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0);

    if (good) {
        bool loopback = tt_host_is_loopback(tt_str_from(host));
        tt_str proxy = tt_proxy_for(tt_str_from(t->proxy), tt_str_from(scheme), tt_env);

        snprintf(t->host, sizeof(t->host), "%s", host);
        t->proxied = !loopback && proxy.n;
        if (loopback) /* an empty proxy overrules the environment */
            curl->easy_setopt(t->easy, CURLOPT_PROXY, "");
        else if (t->proxy[0])
            curl->easy_setopt(t->easy, CURLOPT_PROXY, t->proxy);
    }
    curl->free(scheme);
    curl->free(host);
    if (url)
        curl->url_cleanup(url);
    return good;
}

static bool add_header(struct tt_http_transfer *t, const char *line)
{
    struct curl_slist *longer = t->http->curl.slist_append(t->headers, line);

    if (longer)
        t->headers = longer;
    return longer;
}

static bool set_headers(struct tt_http_transfer *t)
{
    for (size_t i = 0; i < t->n_lines; i++) {
        if (!add_header(t, t->lines[i]))
            return false;
    }
    if (!add_header(t, "Expect:"))
        return false;
    return !t->http->curl.easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static void set_method(struct tt_http_transfer *t)
{
    const struct tt_curl *curl = &t->http->curl;

    if (strcmp(t->method, "GET") == 0) {
        curl->easy_setopt(t->easy, CURLOPT_HTTPGET, 1L);
        return;
    }
    curl->easy_setopt(t->easy, CURLOPT_POST, 1L);
    curl->easy_setopt(t->easy, CURLOPT_POSTFIELDS, t->body); /* ours, as long as it runs */
    curl->easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->body_n);
    if (strcmp(t->method, "POST") != 0)
        curl->easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, t->method);
}

static void set_connection(struct tt_http_transfer *t)
{
    const struct tt_curl *curl = &t->http->curl;
    CURL *easy = t->easy;

    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (t->http->share)
        curl->easy_setopt(easy, CURLOPT_SHARE, t->http->share);
    curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl->easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl->easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    curl->easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
    curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)t->timeouts.connect_ms);
    curl->easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    /* Else a cancelled request would wait here for its name look-up. */
    curl->easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    /* Ask for plain bytes, as compression delays a stream, but understand a
     * gateway that compresses all the same. */
    curl->easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "identity");
    curl->easy_setopt(easy, CURLOPT_USERAGENT, t->http->options.user_agent);
    if (tt_map_remove(&t->http->distrusted, tt_str_from(t->origin)))
        curl->easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}

static void set_tls(struct tt_http_transfer *t)
{
    const struct tt_curl *curl = &t->http->curl;
    const char *source;
    tt_str ca = tt_ca_file(tt_str_from(t->ca_file), tt_env, &source);

    curl->easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl->easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!ca.n) {
        /* Authorities of one file are parsed once; with a folder beside it, for
         * each connection, on the loop. */
        if (t->http->curl.has_ca_file)
            curl->easy_setopt(t->easy, CURLOPT_CAPATH, NULL);
        return;
    }
    curl->easy_setopt(t->easy, CURLOPT_CAINFO, ca.p); /* NUL-terminated: env or our copy */
    curl->easy_setopt(t->easy, CURLOPT_PROXY_CAINFO, ca.p);
}

static void set_callbacks(struct tt_http_transfer *t)
{
    const struct tt_curl *curl = &t->http->curl;
    CURL *easy = t->easy;

    curl->easy_setopt(easy, CURLOPT_PRIVATE, t);
    curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, t->curl_error);
    curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl->easy_setopt(easy, CURLOPT_HEADERDATA, t);
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl->easy_setopt(easy, CURLOPT_WRITEDATA, t);
    curl->easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl->easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl->easy_setopt(easy, CURLOPT_XFERINFODATA, t);
    curl->easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
    curl->easy_setopt(easy, CURLOPT_PREREQDATA, t);
}

static bool set_protocols(struct tt_http_transfer *t)
{
    const struct tt_curl *curl = &t->http->curl;

    if (!curl->easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https"))
        return true;
    /* libcurl before 7.85 */
    return !curl->easy_setopt(t->easy, (CURLoption)(CURLOPTTYPE_LONG + 181),
                              (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}

void tt_http_transfer_begin(struct tt_http_transfer *t)
{
    struct tt_http *http = t->http;

    t->easy = http->curl.easy_init();
    if (!t->easy) {
        tt_http_conclude(t, TT_HTTP_FAILED, "%s", tt_strerror(TT_ENOMEM));
        return;
    }
    if (!parse_url(t) || !set_protocols(t) ||
        http->curl.easy_setopt(t->easy, CURLOPT_URL, t->url)) {
        tt_http_conclude(t, TT_HTTP_BAD_REQUEST,
                         "The model's address \"%s\" cannot be used. Check base_url: it begins "
                         "with http:// or https://.",
                         t->origin);
        return;
    }
    if (!are_headers_clean(t) || !set_headers(t)) {
        tt_http_conclude(t, TT_HTTP_BAD_REQUEST,
                         "A header for %s cannot be sent: a key or a setting has a line break or "
                         "another character that is not allowed.",
                         t->origin);
        return;
    }
    set_method(t);
    set_connection(t);
    set_tls(t);
    set_callbacks(t);
    start_phase(t, TT_HTTP_CONNECTING,
                t->timeouts.connect_ms ? t->timeouts.connect_ms + CONNECT_GRACE_MS : 0);
    if (http->curl.multi_add_handle(http->multi, t->easy))
        tt_http_conclude(t, TT_HTTP_FAILED, "The request to %s could not be started.", t->origin);
    else
        t->added = true;
}

/* ---- the end ---- */

static void on_timer_closed(uv_handle_t *handle)
{
    struct tt_http_transfer *t = handle->data;

    if (--t->open_handles == 0)
        transfer_free(t);
}

/* A connection that went silent is not used again: not by curl, and not by the
 * next request, which might otherwise wait on another one just as dead. */
static void distrust(struct tt_http_transfer *t)
{
    if (t->result != TT_HTTP_TIMEOUT_IDLE && t->result != TT_HTTP_TIMEOUT_FIRST_BYTE)
        return;
    t->http->curl.easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
    tt_map_put(&t->http->distrusted, tt_str_from(t->origin), t->http);
}

static void free_headers(struct tt_http_transfer *t)
{
    for (struct curl_slist *h = t->headers; h; h = h->next)
        tt_wipe(h->data, strlen(h->data));
    t->http->curl.slist_free_all(t->headers);
    t->headers = NULL;
}

void tt_http_transfer_retire(struct tt_http_transfer *t)
{
    struct tt_http *http = t->http;

    if (t->easy) {
        if (t->over)
            distrust(t);
        if (t->added)
            http->curl.multi_remove_handle(http->multi, t->easy);
        http->curl.easy_cleanup(t->easy);
        free_headers(t);
        t->easy = NULL;
    }
    uv_close((uv_handle_t *)&t->phase_timer, on_timer_closed);
    uv_close((uv_handle_t *)&t->total_timer, on_timer_closed);
}
