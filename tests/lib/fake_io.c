/* fake_io.c -- see fake_io.h. */
#include "fake_io.h"

#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

#define GROW(list, n, cap)                                                                         \
    do {                                                                                           \
        if ((n) == (cap)) {                                                                        \
            (cap) = (cap) ? (cap)*2 : 16;                                                          \
            (list) = realloc((list), (cap) * sizeof(*(list)));                                     \
            if (!(list))                                                                           \
                abort();                                                                           \
        }                                                                                          \
    } while (0)

static struct fake_io *self(struct tt_io *io)
{
    return io->data;
}

static char *copy(tt_str s)
{
    char *p = malloc(s.n + 1);

    if (!p)
        abort();
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

static uint64_t next_random(struct fake_io *fake)
{
    uint64_t z = fake->seed += 0x9E3779B97F4A7C15u; /* splitmix64 */

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static uint64_t on_now(struct tt_io *io)
{
    return self(io)->now;
}

static int64_t on_wall(struct tt_io *io)
{
    return 1795000000000 + (int64_t)self(io)->now;
}

static uint64_t on_random(struct tt_io *io)
{
    return next_random(self(io));
}

static int on_send(struct tt_io *io, char *body, size_t n)
{
    struct fake_io *fake = self(io);

    GROW(fake->sent, fake->n_sent, fake->cap_sent);
    fake->sent[fake->n_sent++] = copy((tt_str){ body, n });
    free(body);
    return 0;
}

static struct fake_timer *timer_of(struct fake_io *fake, uint64_t id)
{
    for (size_t i = 0; i < fake->n_timers; i++) {
        if (fake->timers[i].id == id)
            return &fake->timers[i];
    }
    return NULL;
}

static int on_timer_start(struct tt_io *io, uint64_t id, uint64_t ms)
{
    struct fake_io *fake = self(io);
    struct fake_timer *timer = timer_of(fake, id);

    if (!timer) {
        GROW(fake->timers, fake->n_timers, fake->cap_timers);
        timer = &fake->timers[fake->n_timers++];
    }
    *timer = (struct fake_timer){ id, fake->now + ms, true };
    return 0;
}

static void on_timer_stop(struct tt_io *io, uint64_t id)
{
    struct fake_timer *timer = timer_of(self(io), id);

    if (timer)
        timer->armed = false;
}

static int on_work(struct tt_io *io, struct tt_job *job)
{
    struct fake_io *fake = self(io);

    GROW(fake->jobs, fake->n_jobs, fake->cap_jobs);
    fake->jobs[fake->n_jobs++] = job;
    return 0;
}

static int on_http_start(struct tt_io *io, uint64_t id, const struct tt_http_request *req)
{
    struct fake_io *fake = self(io);
    struct fake_http *http;
    size_t n = 1;
    char *at;

    GROW(fake->https, fake->n_https, fake->cap_https);
    http = &fake->https[fake->n_https++];
    *http = (struct fake_http){ .id = id, .url = copy(req->url), .body = copy(req->body) };
    http->timeouts = req->timeouts;
    for (size_t i = 0; i < req->n_headers; i++)
        n += req->headers[i].name.n + req->headers[i].value.n + 3;
    at = http->headers = calloc(1, n);
    if (!at)
        abort();
    for (size_t i = 0; i < req->n_headers; i++)
        at += snprintf(at, n - (size_t)(at - http->headers), "%.*s: %.*s\n",
                       TT_STR_ARG(req->headers[i].name), TT_STR_ARG(req->headers[i].value));
    return 0;
}

static void on_http_cancel(struct tt_io *io, uint64_t id)
{
    struct fake_io *fake = self(io);

    for (size_t i = 0; i < fake->n_https; i++) {
        if (fake->https[i].id == id)
            fake->https[i].cancelled = true;
    }
}

static int on_key(struct tt_io *io, uint64_t id, const struct tt_key_source *source)
{
    struct fake_io *fake = self(io);

    GROW(fake->keys, fake->n_keys, fake->cap_keys);
    fake->keys[fake->n_keys].id = id;
    fake->keys[fake->n_keys++].env = copy(source->env);
    return 0;
}

static int on_record(struct tt_io *io, enum tt_record_kind kind, tt_str json)
{
    struct fake_io *fake = self(io);

    (void)kind;
    GROW(fake->records, fake->n_records, fake->cap_records);
    fake->records[fake->n_records++] = copy(json);
    return 0;
}

static int on_flush(struct tt_io *io, uint64_t id)
{
    struct fake_io *fake = self(io);

    GROW(fake->flushes, fake->n_flushes, fake->cap_flushes);
    fake->flushes[fake->n_flushes++] = id;
    return 0;
}

static void on_exit_asked(struct tt_io *io, int code)
{
    self(io)->exited = true;
    self(io)->exit_code = code;
}

void fake_io_init(struct fake_io *fake, uint64_t seed)
{
    *fake = (struct fake_io){ .now = 1000, .seed = seed };
    fake->io = (struct tt_io){
        .data = fake,
        .now = on_now,
        .wall = on_wall,
        .random = on_random,
        .send = on_send,
        .timer_start = on_timer_start,
        .timer_stop = on_timer_stop,
        .work = on_work,
        .http_start = on_http_start,
        .http_cancel = on_http_cancel,
        .key = on_key,
        .record = on_record,
        .flush = on_flush,
        .exit = on_exit_asked,
    };
}

void fake_io_release(struct fake_io *fake)
{
    while (fake->n_jobs) {
        struct tt_job *job = fake->jobs[--fake->n_jobs];
        job->done(job, TT_ECANCELED);
    }
    for (size_t i = 0; i < fake->n_sent; i++)
        free(fake->sent[i]);
    for (size_t i = 0; i < fake->n_records; i++)
        free(fake->records[i]);
    for (size_t i = 0; i < fake->n_keys; i++)
        free(fake->keys[i].env);
    for (size_t i = 0; i < fake->n_https; i++) {
        free(fake->https[i].url);
        free(fake->https[i].body);
        free(fake->https[i].headers);
    }
    free(fake->sent);
    free(fake->records);
    free(fake->keys);
    free(fake->flushes);
    free(fake->https);
    free(fake->jobs);
    free(fake->timers);
}

static bool run_job(struct fake_io *fake)
{
    struct tt_job *job;
    size_t i;

    if (!fake->n_jobs || fake->hold_jobs)
        return false;
    i = next_random(fake) % fake->n_jobs;
    job = fake->jobs[i];
    fake->jobs[i] = fake->jobs[--fake->n_jobs];
    if (fake->server_runs)
        fake->server_runs(true);
    job->run(job);
    job->done(job, 0);
    if (fake->server_runs)
        fake->server_runs(false);
    return true;
}

static bool fire_timer(struct fake_io *fake)
{
    struct fake_timer *first = NULL;
    struct tt_event event = { .type = TT_EVENT_TIMER };

    for (size_t i = 0; i < fake->n_timers; i++) {
        struct fake_timer *timer = &fake->timers[i];
        if (timer->armed && timer->due <= fake->now && (!first || timer->due < first->due))
            first = timer;
    }
    if (!first)
        return false;
    first->armed = false;
    event.id = first->id;
    fake->deliver(fake->arg, &event);
    return true;
}

static bool answer_key(struct fake_io *fake)
{
    struct tt_event event = { .type = TT_EVENT_KEY };
    const char *key;
    char *env;

    if (!fake->n_keys)
        return false;
    event.id = fake->keys[0].id;
    env = fake->keys[0].env;
    memmove(fake->keys, fake->keys + 1, --fake->n_keys * sizeof(*fake->keys));
    key = fake->key_of ? fake->key_of(fake->arg, env) : NULL;
    event.bytes = tt_str_from(key);
    free(env);
    fake->deliver(fake->arg, &event);
    return true;
}

static bool answer_flush(struct fake_io *fake)
{
    struct tt_event event = { .type = TT_EVENT_FLUSHED };

    if (!fake->n_flushes)
        return false;
    event.id = fake->flushes[0];
    memmove(fake->flushes, fake->flushes + 1, --fake->n_flushes * sizeof(*fake->flushes));
    fake->deliver(fake->arg, &event);
    return true;
}

bool fake_io_step(struct fake_io *fake)
{
    bool (*const things[])(struct fake_io *) = { run_job, fire_timer, answer_key };
    size_t first = next_random(fake) % 3;

    for (size_t i = 0; i < 3; i++) {
        if (things[(first + i) % 3](fake))
            return true;
    }
    return answer_flush(fake);
}

void fake_io_settle(struct fake_io *fake)
{
    for (int i = 0; i < 100000 && fake_io_step(fake); i++)
        ;
}

void fake_io_advance(struct fake_io *fake, uint64_t ms)
{
    uint64_t end = fake->now + ms;

    for (;;) {
        uint64_t next = end;

        fake_io_settle(fake);
        for (size_t i = 0; i < fake->n_timers; i++) {
            struct fake_timer *timer = &fake->timers[i];
            if (timer->armed && timer->due > fake->now && timer->due < next)
                next = timer->due;
        }
        if (fake->now == end)
            return;
        fake->now = next;
    }
}

void fake_io_editor(struct fake_io *fake, const char *json)
{
    struct tt_event event = { .type = TT_EVENT_BYTES };
    char head[64];

    snprintf(head, sizeof(head), "Content-Length: %zu\r\n\r\n", strlen(json));
    event.bytes = tt_str_from(head);
    fake->deliver(fake->arg, &event);
    event.bytes = tt_str_from(json);
    fake->deliver(fake->arg, &event);
}

void fake_io_editor_eof(struct fake_io *fake)
{
    struct tt_event event = { .type = TT_EVENT_EOF };

    fake->deliver(fake->arg, &event);
}

static bool http_open(const struct fake_io *fake, uint64_t id)
{
    for (size_t i = 0; i < fake->n_https; i++) {
        if (fake->https[i].id == id)
            return !fake->https[i].cancelled && !fake->https[i].ended;
    }
    return false;
}

void fake_io_http_head(struct fake_io *fake, uint64_t id, int status, const char *content_type)
{
    struct tt_http_header header = { TT_STR_INIT("content-type"), tt_str_from(content_type) };
    struct tt_event event = {
        .type = TT_EVENT_HTTP_HEAD, .id = id, .status = status, .headers = &header, .n_headers = 1
    };

    if (http_open(fake, id))
        fake->deliver(fake->arg, &event);
}

void fake_io_http_body(struct fake_io *fake, uint64_t id, tt_str bytes)
{
    struct tt_event event = { .type = TT_EVENT_HTTP_BODY, .id = id, .bytes = bytes };

    if (http_open(fake, id))
        fake->deliver(fake->arg, &event);
}

void fake_io_http_end(struct fake_io *fake, uint64_t id, enum tt_http_result result)
{
    fake_io_http_fail(fake, id, result, "");
}

void fake_io_http_fail(struct fake_io *fake, uint64_t id, enum tt_http_result result,
                       const char *message)
{
    struct tt_event event = {
        .type = TT_EVENT_HTTP_END, .id = id, .result = result, .message = tt_str_from(message)
    };

    if (!http_open(fake, id))
        return;
    for (size_t i = 0; i < fake->n_https; i++) {
        if (fake->https[i].id == id)
            fake->https[i].ended = true;
    }
    fake->deliver(fake->arg, &event);
}

struct fake_http *fake_io_http(struct fake_io *fake)
{
    for (size_t i = fake->n_https; i > 0; i--) {
        if (!fake->https[i - 1].cancelled && !fake->https[i - 1].ended)
            return &fake->https[i - 1];
    }
    return NULL;
}
