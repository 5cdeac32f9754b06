/* world.c -- see world.h. */
#include "app/world.h"

#include "base/buf.h"
#include "base/log.h"
#include "net/slice.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define DRAIN_MS  3000 /* for an editor that no longer reads, after exit */
#define GONE_CODE 1    /* the parent process ended without a word */

struct tt_world_message {
    struct tt_world_message *next;
    char *body; /* owned */
    size_t n;
};

static struct tt_world *world_of(struct tt_io *io)
{
    return io->data;
}

/* ---- events to whoever listens ---- */

static void on_event(void *arg, const struct tt_event *ev)
{
    struct tt_world *world = arg;

    world->options.on_event(world->options.arg, ev);
}

static void on_peer_bytes(struct tt_peer *peer, tt_str bytes)
{
    const struct tt_event ev = { .type = TT_EVENT_BYTES, .bytes = bytes };

    on_event(peer->data, &ev);
}

static void on_peer_eof(struct tt_peer *peer, int status)
{
    const struct tt_event ev = { .type = TT_EVENT_EOF };

    if (status)
        tt_log(TT_LOG_INFO, "the connection to the editor ended: %s", tt_strerror(status));
    on_event(peer->data, &ev);
}

static void on_peer_closed(struct tt_peer *peer)
{
    struct tt_world *world = peer->data;

    world->peer = NULL;
    free(peer);
}

static const struct tt_peer_events peer_events = { on_peer_bytes, on_peer_eof, on_peer_closed };

static void on_parent_gone(void *arg)
{
    struct tt_world *world = arg;
    const struct tt_event ev = { .type = TT_EVENT_EOF };

    tt_log(TT_LOG_INFO, "the process that started trimtab is gone");
    on_event(world, &ev);
    if (!world->exiting) {
        world->exiting = true;
        world->exit_code = GONE_CODE;
    }
}

static void on_mail(uv_idle_t *idle)
{
    struct tt_world *world = idle->data;

    uv_idle_stop(idle);
    while (world->first) {
        struct tt_world_message *message = world->first;

        world->first = message->next;
        if (!world->first)
            world->last = NULL;
        world->options.on_message(world->options.arg, (tt_str){ message->body, message->n });
        free(message->body);
        free(message);
    }
}

/* ---- tt_io ---- */

static uint64_t io_now(struct tt_io *io)
{
    (void)io;
    return uv_hrtime() / 1000000;
}

static int64_t io_wall(struct tt_io *io)
{
    uv_timeval64_t now;

    (void)io;
    return uv_gettimeofday(&now) ? 0 : now.tv_sec * 1000 + now.tv_usec / 1000;
}

static uint64_t io_random(struct tt_io *io)
{
    uint64_t bits = 0;

    (void)io;
    while (uv_random(NULL, NULL, &bits, sizeof(bits), 0, NULL) == UV_EINTR)
        ;
    return bits;
}

static int io_send(struct tt_io *io, char *body, size_t n)
{
    struct tt_world *world = world_of(io);
    struct tt_world_message *message;

    if (world->peer)
        return tt_peer_send(world->peer, body, n);
    message = world->options.on_message ? calloc(1, sizeof(*message)) : NULL;
    if (!message) {
        free(body);
        return world->options.on_message ? TT_ENOMEM : TT_ECANCELED;
    }
    *message = (struct tt_world_message){ .body = body, .n = n };
    if (world->last)
        world->last->next = message;
    else
        world->first = message;
    world->last = message;
    uv_idle_start(&world->mail, on_mail);
    return 0;
}

static int io_timer_start(struct tt_io *io, uint64_t id, uint64_t ms)
{
    return tt_timers_start(&world_of(io)->timers, id, ms);
}

static void io_timer_stop(struct tt_io *io, uint64_t id)
{
    tt_timers_stop(&world_of(io)->timers, id);
}

static int io_work(struct tt_io *io, struct tt_job *job)
{
    return tt_work_submit(&world_of(io)->work, job);
}

static int io_http_start(struct tt_io *io, uint64_t id, const struct tt_http_request *req)
{
    return tt_http_start(&world_of(io)->http, id, req);
}

static void io_http_cancel(struct tt_io *io, uint64_t id)
{
    tt_http_cancel(&world_of(io)->http, id);
}

static int io_key(struct tt_io *io, uint64_t id, const struct tt_key_source *source)
{
    return tt_keys_get(&world_of(io)->keys, id, source);
}

static int io_record(struct tt_io *io, enum tt_record_kind kind, tt_str json)
{
    struct tt_world *world = world_of(io);

    return world->records ? tt_records_add(world->records, kind, json) : TT_EIO;
}

static int io_flush(struct tt_io *io, uint64_t id)
{
    struct tt_world *world = world_of(io);

    return world->records ? tt_records_flush(world->records, id) : TT_EIO;
}

static void io_exit(struct tt_io *io, int code)
{
    struct tt_world *world = world_of(io);

    if (world->exiting)
        return;
    world->exiting = true;
    world->exit_code = code;
}

static void fill_io(struct tt_world *world)
{
    world->io = (struct tt_io){ .data = world,
                                .now = io_now,
                                .wall = io_wall,
                                .random = io_random,
                                .send = io_send,
                                .timer_start = io_timer_start,
                                .timer_stop = io_timer_stop,
                                .work = io_work,
                                .http_start = io_http_start,
                                .http_cancel = io_http_cancel,
                                .key = io_key,
                                .record = io_record,
                                .flush = io_flush,
                                .exit = io_exit };
}

/* ---- files of settings ---- */

static bool is_settings_file(const char *name)
{
    static const char *const names[] = { "config.json", ".trimtab.json", ".trimtabignore",
                                         "trust" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return tt_str_ends(tt_str_from(name), TT_STR(".md")) ||
           tt_str_ends(tt_str_from(name), TT_STR(".scm"));
}

void tt_world_watch_folder(void *arg, tt_str folder)
{
    static const char *const below[] = { "",
                                         "/rules",
                                         "/.trimtab/rules",
                                         "/prompts",
                                         "/prompts/tasks",
                                         "/prompts/syntax",
                                         "/.github",
                                         "/.trimtab",
                                         "/.trimtab/prompts",
                                         "/.trimtab/prompts/tasks",
                                         "/.trimtab/prompts/syntax" };
    struct tt_world *world = arg;
    struct tt_buf path = TT_BUF_INIT(1 << 16);

    for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
        tt_buf_clear(&path);
        tt_buf_add(&path, folder);
        tt_buf_adds(&path, below[i]);
        if (path.p)
            tt_watch_folder(&world->watch, path.p);
    }
    tt_buf_release(&path);
}

/* ---- life ---- */

static int open_peer(struct tt_world *world)
{
    int err;

    if (!world->options.peer)
        return 0;
    world->peer = calloc(1, sizeof(*world->peer));
    if (!world->peer)
        return TT_ENOMEM;
    err = tt_peer_open(world->peer, &world->loop, world->options.peer, &peer_events, world);
    world->options.peer = NULL; /* was borrowed */
    if (!err)
        return 0;
    free(world->peer);
    world->peer = NULL;
    return err;
}

int tt_world_open(struct tt_world *world, const struct tt_world_options *options)
{
    const struct tt_net_sink sink = { on_event, world };
    static const struct tt_http_options http = { .user_agent = "trimtab/" TT_VERSION };
    int err;

    *world = (struct tt_world){ .options = *options };
    if (options->peer)
        tt_slice_shorten();
    if (uv_loop_init(&world->loop))
        return TT_ENOMEM;
    fill_io(world);
    tt_work_init(&world->work, &world->loop);
    tt_timers_init(&world->timers, &world->loop, sink);
    tt_http_init(&world->http, &world->loop, &world->work, sink, &http);
    tt_keys_init(&world->keys, &world->loop, &world->work, sink, tt_env);
    tt_parent_init(&world->parent, &world->loop, on_parent_gone, world);
    tt_watch_init(&world->watch, &world->loop, sink, is_settings_file);
    uv_idle_init(&world->loop, &world->mail);
    world->mail.data = world;
    uv_timer_init(&world->loop, &world->alarm);
    err = open_peer(world);
    if (err) {
        tt_world_close(world);
        return err;
    }
    if (!options->no_records)
        world->records = tt_records_open(&world->loop, sink);
    return 0;
}

static void on_alarm(uv_timer_t *timer)
{
    (void)timer;
}

void tt_world_turn(struct tt_world *world, unsigned ms)
{
    uv_update_time(&world->loop);
    uv_timer_start(&world->alarm, on_alarm, ms, 0);
    uv_run(&world->loop, UV_RUN_ONCE);
    uv_timer_stop(&world->alarm);
}

/* What was sent before exit still goes out, if somebody reads it. */
static void drain(struct tt_world *world)
{
    uint64_t end = io_now(&world->io) + DRAIN_MS;

    while (world->peer && !tt_peer_is_drained(world->peer) && io_now(&world->io) < end)
        tt_world_turn(world, DRAIN_MS);
}

int tt_world_run(struct tt_world *world)
{
    while (!world->exiting)
        uv_run(&world->loop, UV_RUN_ONCE);
    drain(world);
    return world->exit_code;
}

void tt_world_watch_parent(void *arg, uint32_t pid)
{
    struct tt_world *world = arg;

    tt_parent_watch(&world->parent, pid);
}

void tt_world_close(struct tt_world *world)
{
    if (world->peer)
        tt_peer_close(world->peer);
    tt_http_close(&world->http);
    tt_keys_close(&world->keys);
    tt_timers_close(&world->timers);
    tt_parent_close(&world->parent);
    tt_watch_close(&world->watch);
    tt_records_close(world->records);
    world->records = NULL;
    uv_close((uv_handle_t *)&world->mail, NULL);
    uv_close((uv_handle_t *)&world->alarm, NULL);
    tt_work_close(&world->work);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&world->loop))
        tt_log(TT_LOG_ERROR, "the event loop was left with open handles");
    tt_http_release(&world->http);
    tt_timers_release(&world->timers);
    while (world->first) {
        struct tt_world_message *message = world->first;

        world->first = message->next;
        free(message->body);
        free(message);
    }
}
