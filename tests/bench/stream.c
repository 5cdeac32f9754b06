/* stream.c -- how much later than a bare libcurl our decoded events come.
 *
 *     bench_stream
 *
 * A server on another thread sends a piece of an answer every two milliseconds; its
 * text says when.  The same request is made in turns by curl_easy_perform, with a
 * callback that only looks for that text, and by our way: curl multi on libuv, the
 * SSE decoder and the codec.  Both times are from the server's bytes to the text in
 * hand; what ours adds is the difference of the two.
 * Bar: at most 1 ms at the median, 3 ms at the 99th percentile. */
#include "llm/stream.h"
#include "net/http.h"
#include "stream_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS   10
#define EVENTS   300
#define EVERY_US 2000
#define BAR_P50  1.0 /* ms */
#define BAR_P99  3.0
#define BODY     "{\"model\":\"m\",\"stream\":true,\"messages\":[]}"

struct delays {
    double ms[ROUNDS * EVENTS];
    size_t n;
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double at_percent(struct delays *delays, double percent)
{
    qsort(delays->ms, delays->n, sizeof(*delays->ms), by_size);
    return delays->n ? delays->ms[(size_t)((double)(delays->n - 1) * percent / 100)] : 0;
}

static void take(struct delays *delays, const char *digits)
{
    uint64_t sent = strtoull(digits, NULL, 10), now = stream_peer_now();

    if (sent && delays->n < sizeof(delays->ms) / sizeof(delays->ms[0]))
        delays->ms[delays->n++] = (double)(now - sent) / 1e6;
}

/* ---- bare ---- */

static size_t on_bare(char *bytes, size_t one, size_t n, void *arg)
{
    static const char mark[] = "\"content\":\"";
    const char *at = bytes, *end = bytes + n * one;

    while ((at = memmem(at, (size_t)(end - at), mark, sizeof(mark) - 1))) {
        at += sizeof(mark) - 1;
        take(arg, at);
    }
    return n * one;
}

static int run_bare(const struct tt_curl *curl, const char *url, struct delays *delays)
{
    CURLcode (*perform)(CURL *) = NULL;
    uv_lib_t self;
    CURL *easy;
    int err;

    if (uv_dlopen("libcurl.so.4", &self) || uv_dlsym(&self, "curl_easy_perform", (void **)&perform))
        return -1;
    easy = curl->easy_init();
    curl->easy_setopt(easy, CURLOPT_URL, url);
    curl->easy_setopt(easy, CURLOPT_POSTFIELDS, BODY);
    curl->easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bare);
    curl->easy_setopt(easy, CURLOPT_WRITEDATA, delays);
    err = perform(easy) == CURLE_OK ? 0 : -1;
    curl->easy_cleanup(easy);
    return err;
}

/* ---- ours ---- */

struct ours {
    uv_loop_t loop;
    struct tt_work work;
    struct tt_http http;
    struct tt_llm_stream *stream;
    struct delays *delays;
    bool over, complete;
};

static void on_text(void *arg, const struct tt_llm_event *event)
{
    struct ours *ours = arg;
    char digits[32];

    if (event->type != TT_LLM_TEXT)
        return;
    snprintf(digits, sizeof(digits), "%.*s", TT_STR_ARG(event->text));
    take(ours->delays, digits);
}

static void on_event(void *arg, const struct tt_event *ev)
{
    struct ours *ours = arg;

    if (ev->type == TT_EVENT_HTTP_HEAD) {
        tt_llm_stream_head(ours->stream, ev->status, ev->headers, ev->n_headers, 0);
    } else if (ev->type == TT_EVENT_HTTP_BODY) {
        tt_llm_stream_feed(ours->stream, ev->bytes);
    } else if (ev->type == TT_EVENT_HTTP_END) {
        tt_llm_stream_end(ours->stream, ev->result, ev->message);
        ours->complete = tt_llm_stream_outcome(ours->stream)->end == TT_LLM_COMPLETE;
        ours->over = true;
    }
}

static void open_ours(struct ours *ours, struct delays *delays)
{
    *ours = (struct ours){ .delays = delays };
    uv_loop_init(&ours->loop);
    tt_work_init(&ours->work, &ours->loop);
    tt_http_init(&ours->http, &ours->loop, &ours->work, (struct tt_net_sink){ on_event, ours },
                 NULL);
}

static int run_ours(struct ours *ours, const char *url)
{
    const struct tt_http_request req = { .method = TT_STR("POST"),
                                         .url = tt_str_from(url),
                                         .body = TT_STR(BODY),
                                         .timeouts = { 5000, 5000, 5000, 60000 } };

    ours->over = false;
    ours->stream = tt_llm_stream_create(TT_LLM_OPENAI, NULL, on_text, ours);
    if (!ours->stream || tt_http_start(&ours->http, 1, &req))
        return -1;
    while (!ours->over)
        uv_run(&ours->loop, UV_RUN_ONCE);
    tt_llm_stream_destroy(ours->stream);
    return ours->complete ? 0 : -1;
}

static void close_ours(struct ours *ours)
{
    tt_http_close(&ours->http);
    tt_work_close(&ours->work);
    uv_run(&ours->loop, UV_RUN_DEFAULT);
    uv_loop_close(&ours->loop);
    tt_http_release(&ours->http);
}

static void row(const char *name, struct delays *delays)
{
    printf("  %-28s %8.3f %8.3f %8.3f %8.3f   (%zu events)\n", name, at_percent(delays, 50),
           at_percent(delays, 90), at_percent(delays, 99), at_percent(delays, 100), delays->n);
}

int main(void)
{
    static struct delays bare, ours_delays;
    static struct ours ours;
    struct stream_peer peer;
    struct tt_curl curl;
    char url[64], message[256];
    double p50, p99;
    int err = 0;

    if (tt_curl_load(&curl, message, sizeof(message)) ||
        stream_peer_start(&peer, EVENTS, EVERY_US)) {
        fprintf(stderr, "the benchmark cannot run here\n");
        return 1;
    }
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/v1/chat/completions", peer.port);
    open_ours(&ours, &ours_delays);
    for (int i = 0; i < ROUNDS && !err; i++)
        err = run_bare(&curl, url, &bare) || run_ours(&ours, url);
    close_ours(&ours);
    stream_peer_stop(&peer);
    if (err) {
        fprintf(stderr, "a request of the benchmark failed\n");
        return 1;
    }
    printf("From the server's bytes to the text in hand, in ms:\n");
    printf("  %-28s %8s %8s %8s %8s\n", "", "median", "p90", "p99", "most");
    row("bare libcurl", &bare);
    row("ours, decoded", &ours_delays);
    p50 = at_percent(&ours_delays, 50) - at_percent(&bare, 50);
    p99 = at_percent(&ours_delays, 99) - at_percent(&bare, 99);
    printf("  added: %.3f ms at the median (bar %.0f: %s), %.3f ms at p99 (bar %.0f: %s)\n", p50,
           BAR_P50, p50 <= BAR_P50 ? "met" : "MISSED", p99, BAR_P99,
           p99 <= BAR_P99 ? "met" : "MISSED");
    tt_curl_cleanup();
    return 0;
}
