/* streams.c -- two hundred answers at once, and an editor that goes on working.
 *
 *     bench_streams [STREAMS]
 *
 * The whole server, in one process with its two ends: a model's server on one thread
 * that sends each stream a piece every 20 ms, an editor on another that asks for a
 * menu or for the status, one request after the other, first with no stream
 * and then with all of them.  What the loop does in one turn is measured twice: by the
 * clock, and in its own processor time, which what else runs on the machine does not
 * touch.  Bar: no turn of over 10 ms. */
#include "app/session_files.h"
#include "app/world.h"
#include "session/session.h"
#include "stream_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define STREAMS    200
#define EVERY_US   20000
#define MEASURE_MS 6000
#define BAR_MS     10.0
#define SAMPLES    20000
#define TEXT       "import requests\\n\\n\\ndef fetch(url):\\n    return requests.get(url)\\n"

struct turns {
    double wall_ms, cpu_ms;   /* the longest */
    uint64_t wall, cpu, idle; /* when this one began */
};

struct bench {
    struct tt_world world;
    struct tt_session *session;
    struct stream_peer peer;
    int fd; /* the editor's end */
    int streams, next_id;
    char *in; /* what the editor received and did not look at yet */
    size_t n, cap;
    struct turns turns, starting;
    uv_prepare_t before; /* the loop waits */
    struct {
        double ms[SAMPLES];
        size_t n;
        struct turns turns;
        long rss_kb;
    } without, with;
    bool failed;
};

/* ---- what a turn takes ---- */

static uint64_t cpu_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Before the loop waits.  Everything since the last time is one turn, but for the
 * waiting itself. */
static void on_before(uv_prepare_t *handle)
{
    struct turns *t = &((struct bench *)handle->data)->turns;
    uint64_t wall = stream_peer_now(), cpu = cpu_now(), idle = uv_metrics_idle_time(handle->loop);
    double wall_ms = (double)(wall - t->wall - (idle - t->idle)) / 1e6;
    double cpu_ms = (double)(cpu - t->cpu) / 1e6;

    if (t->wall && wall_ms > t->wall_ms)
        t->wall_ms = wall_ms;
    if (t->wall && cpu_ms > t->cpu_ms)
        t->cpu_ms = cpu_ms;
    t->wall = wall;
    t->cpu = cpu;
    t->idle = idle;
}

static long rss_kb(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long all = 0, resident = 0;

    if (!f || fscanf(f, "%ld %ld", &all, &resident) != 2)
        resident = 0;
    if (f)
        fclose(f);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* ---- the editor ---- */

static void say(struct bench *b, const char *body)
{
    char head[64];
    int n = snprintf(head, sizeof(head), "Content-Length: %zu\r\n\r\n", strlen(body));

    b->failed |= send(b->fd, head, (size_t)n, MSG_NOSIGNAL) < 0 ||
                 send(b->fd, body, strlen(body), MSG_NOSIGNAL) < 0;
}

/* Has the response to `id` come?  (Its own id stands first in a response of ours.) */
static bool has_answer(struct bench *b, int id)
{
    char mark[48];

    snprintf(mark, sizeof(mark), "\"id\":%d,\"result\"", id);
    if (b->n && memmem(b->in, b->n, mark, strlen(mark))) {
        b->n = 0;
        return true;
    }
    snprintf(mark, sizeof(mark), "\"id\":%d,\"error\"", id);
    b->failed |= b->n && memmem(b->in, b->n, mark, strlen(mark));
    return b->failed;
}

static void wait_for(struct bench *b, int id)
{
    while (!has_answer(b, id)) {
        ssize_t got;

        if (b->n + 65536 > b->cap) {
            b->cap = b->cap * 2 + 262144;
            b->in = realloc(b->in, b->cap);
        }
        got = b->in ? recv(b->fd, b->in + b->n, b->cap - b->n, 0) : -1;
        b->failed |= got <= 0;
        b->n += got > 0 ? (size_t)got : 0;
    }
}

static void request(struct bench *b, const char *method, const char *params)
{
    char body[2048];
    int id = ++b->next_id;

    snprintf(body, sizeof(body), "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}",
             id, method, params);
    say(b, body);
    wait_for(b, id);
    if (b->failed)
        fprintf(stderr, "%s was refused: %.*s\n", method, (int)(b->n < 500 ? b->n : 500), b->in);
}

static void notify(struct bench *b, const char *method, const char *params)
{
    char body[2048];

    snprintf(body, sizeof(body), "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":%s}", method,
             params);
    say(b, body);
}

static void begin(struct bench *b)
{
    char params[1024];

    snprintf(params, sizeof(params),
             "{\"processId\":null,\"rootUri\":null,\"capabilities\":{},\"initializationOptions\":{"
             "\"delivery\":\"command\",\"redact\":true,\"models\":{\"home\":{\"provider\":"
             "\"openai-compatible\",\"family\":\"other\",\"model\":\"m\",\"context_tokens\":100000,"
             "\"base_url\":\"http://127.0.0.1:%d/v1\"}}}}",
             b->peer.port);
    request(b, "initialize", params);
    notify(b, "initialized", "{}");
    for (int i = 0; i < b->streams && !b->failed; i++) {
        snprintf(params, sizeof(params),
                 "{\"textDocument\":{\"uri\":\"file:///w/%d.py\",\"languageId\":\"python\","
                 "\"version\":1,\"text\":\"%s\"}}",
                 i, TEXT);
        notify(b, "textDocument/didOpen", params);
    }
    request(b, "workspace/executeCommand", "{\"command\":\"trimtab.status\"}");
}

static void ask(struct bench *b)
{
    char params[512];

    for (int i = 0; i < b->streams && !b->failed; i++) {
        snprintf(params, sizeof(params),
                 "{\"command\":\"trimtab.edit\",\"arguments\":[{\"uri\":\"file:///w/%d.py\","
                 "\"range\":{\"start\":{\"line\":4,\"character\":4},\"end\":{\"line\":4,"
                 "\"character\":4}},\"instruction\":\"add a timeout\",\"model\":\"home\"}]}",
                 i);
        request(b, "workspace/executeCommand", params);
    }
    for (int i = 0; i < 1000 && !b->failed && atomic_load(&b->peer.streaming) < b->streams; i++)
        usleep(10000);
    b->failed |= atomic_load(&b->peer.streaming) < b->streams;
}

static void measure(struct bench *b, double *ms, size_t *n)
{
    uint64_t end = stream_peer_now() + (uint64_t)MEASURE_MS * 1000000;
    char params[512];

    while (stream_peer_now() < end && *n < SAMPLES && !b->failed) {
        const int doc = b->next_id % b->streams;
        uint64_t from;

        snprintf(params, sizeof(params),
                 "{\"textDocument\":{\"uri\":\"file:///w/%d.py\"},\"range\":{\"start\":{\"line\":4,"
                 "\"character\":4},\"end\":{\"line\":4,\"character\":4}},\"context\":{"
                 "\"diagnostics\":[],\"triggerKind\":1}}",
                 doc);
        from = stream_peer_now();
        if (*n % 2)
            request(b, "textDocument/codeAction", params);
        else
            request(b, "workspace/executeCommand", "{\"command\":\"trimtab.status\"}");
        ms[(*n)++] = (double)(stream_peer_now() - from) / 1e6;
        usleep(2000);
    }
}

static void *edit(void *arg)
{
    struct bench *b = arg;

    begin(b);
    b->turns.wall_ms = b->turns.cpu_ms = 0; /* opening 200 documents is not the question */
    measure(b, b->without.ms, &b->without.n);
    b->without.turns = b->turns;
    b->turns.wall_ms = b->turns.cpu_ms = 0;
    b->without.rss_kb = rss_kb();
    ask(b);
    b->starting = b->turns;
    b->turns.wall_ms = b->turns.cpu_ms = 0;
    measure(b, b->with.ms, &b->with.n);
    b->with.turns = b->turns;
    b->with.rss_kb = rss_kb();
    b->failed |= atomic_load(&b->peer.streaming) < b->streams;
    request(b, "shutdown", "null");
    notify(b, "exit", "null");
    return NULL;
}

/* ---- the server ---- */

static void on_event(void *arg, const struct tt_event *ev)
{
    struct bench *b = arg;

    if (b->session)
        tt_session_event(b->session, ev);
}

static int open_server(struct bench *b)
{
    int ends[2];
    struct tt_peer_options peer = { .kind = TT_PEER_STDIO };
    const struct tt_world_options options = {
        .peer = &peer, .on_event = on_event, .arg = b, .no_records = true
    };

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        return -1;
    b->fd = ends[0];
    peer.fd_in = ends[1];
    peer.fd_out = dup(ends[1]);
    if (tt_world_open(&b->world, &options) || tt_session_over_world(&b->world, 0, &b->session))
        return -1;
    uv_prepare_init(&b->world.loop, &b->before);
    uv_loop_configure(&b->world.loop, UV_METRICS_IDLE_TIME);
    b->before.data = b;
    uv_prepare_start(&b->before, on_before);
    return 0;
}

static void close_server(struct bench *b)
{
    uv_close((uv_handle_t *)&b->before, NULL);
    tt_session_destroy(b->session);
    b->session = NULL;
    tt_world_close(&b->world);
    close(b->fd);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void row(const char *name, double *ms, size_t n, const struct turns *turns)
{
    qsort(ms, n, sizeof(*ms), by_size);
    printf("  %-20s %8.3f %8.3f %8.3f %12.3f %12.3f   (%zu requests)\n", name, ms[n / 2],
           ms[(n - 1) * 99 / 100], ms[n - 1], turns->wall_ms, turns->cpu_ms, n);
}

int main(int argc, char **argv)
{
    struct bench *b = calloc(1, sizeof(*b));
    pthread_t editor;
    char state[] = "/tmp/trimtab-bench-XXXXXX";

    if (!b || !mkdtemp(state))
        return 1;
    setenv("TRIMTAB_CONFIG_DIR", state, 1);
    setenv("TRIMTAB_STATE_DIR", state, 1);
    b->streams = argc > 1 ? (int)strtol(argv[1], NULL, 10) : STREAMS;
    if (b->streams < 1 || b->streams > STREAM_PEER_MAX ||
        stream_peer_start(&b->peer, 1000000, EVERY_US) || open_server(b) ||
        pthread_create(&editor, NULL, edit, b)) {
        fprintf(stderr, "the benchmark cannot run here\n");
        return 1;
    }
    tt_world_run(&b->world);
    pthread_join(editor, NULL);
    close_server(b);
    stream_peer_stop(&b->peer);
    rmdir(state);
    if (b->failed) {
        fprintf(stderr, "the benchmark failed: a request or a stream ended\n");
        return 1;
    }
    printf("The editor's requests and the loop, in ms:\n");
    printf("  %-20s %8s %8s %8s %12s %12s\n", "", "median", "p99", "most", "longest turn",
           "...its CPU");
    row("no stream", b->without.ms, b->without.n, &b->without.turns);
    row("all streams", b->with.ms, b->with.n, &b->with.turns);
    printf("  %-20s %8s %8s %8s %12.3f %12.3f\n", "while they begin", "", "", "",
           b->starting.wall_ms, b->starting.cpu_ms);
    printf("  %d streams, a piece every %d ms: longest turn of the loop %.3f ms of its own time "
           "(bar %.0f: %s)\n",
           b->streams, EVERY_US / 1000, b->with.turns.cpu_ms, BAR_MS,
           b->with.turns.cpu_ms <= BAR_MS ? "met" : "MISSED");
    printf("  memory: %ld KiB for all of them, %.1f KiB a stream\n",
           b->with.rss_kb - b->without.rss_kb,
           (double)(b->with.rss_kb - b->without.rss_kb) / b->streams);
    tt_curl_cleanup();
    free(b->in);
    free(b);
    return 0;
}
