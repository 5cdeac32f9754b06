/* child.c -- see child.h. */
#include "app/child.h"

#include "trimtab/error.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define GOODBYE_MS 5000

/* ---- what it says ---- */

static bool on_body(void *arg, tt_str body)
{
    struct tt_child *child = arg;

    tt_client_receive(child->client, body);
    return true;
}

static void on_problem(void *arg, enum tt_frame_problem problem, uint64_t length)
{
    (void)arg;
    (void)problem;
    (void)length;
}

static void on_bytes(struct tt_peer *peer, tt_str bytes)
{
    struct tt_child *child = peer->data;

    if (tt_frame_feed(child->frame, bytes))
        child->connected = false;
}

static void on_eof(struct tt_peer *peer, int status)
{
    struct tt_child *child = peer->data;

    (void)status;
    child->connected = false;
}

static void on_peer_closed(struct tt_peer *peer)
{
    struct tt_child *child = peer->data;

    child->peer = NULL;
    free(peer);
}

static void on_exit_(uv_process_t *process, int64_t status, int signal)
{
    struct tt_child *child = process->data;

    child->running = false;
    child->exit_status = status;
    child->term_signal = signal;
}

/* ---- what it is told ---- */

static int send_to_child(void *arg, char *body, size_t n)
{
    struct tt_child *child = arg;

    if (child->peer)
        return tt_peer_send(child->peer, body, n);
    free(body);
    return TT_EIO;
}

static void on_alarm(uv_timer_t *timer)
{
    (void)timer;
}

static bool turn(void *arg, unsigned ms)
{
    struct tt_child *child = arg;

    uv_update_time(&child->loop);
    uv_timer_start(&child->alarm, on_alarm, ms, 0);
    uv_run(&child->loop, UV_RUN_ONCE);
    uv_timer_stop(&child->alarm);
    return child->connected;
}

static uint64_t now(void *arg)
{
    (void)arg;
    return uv_hrtime() / 1000000;
}

/* ---- life ---- */

static int spawn(struct tt_child *child, const char *file, int in, int out)
{
    char *argv[] = { (char *)(uintptr_t)file, "lsp", NULL };
    uv_stdio_container_t stdio[3] = {
        { .flags = UV_INHERIT_FD, .data.fd = in },
        { .flags = UV_INHERIT_FD, .data.fd = out },
        { .flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO },
    };
    uv_process_options_t options = {
        .exit_cb = on_exit_, .file = file, .args = argv, .stdio = stdio, .stdio_count = 3
    };
    int err = uv_spawn(&child->loop, &child->process, &options);

    child->process.data = child;
    child->running = !err;
    return err ? TT_EIO : 0;
}

static int connect_pipes(struct tt_child *child, const char *file)
{
    static const struct tt_peer_events events = { on_bytes, on_eof, on_peer_closed };
    struct tt_peer_options options = { .kind = TT_PEER_STDIO };
    uv_file to[2], from[2];
    int err;

    if (uv_pipe(to, 0, 0))
        return TT_EIO;
    if (uv_pipe(from, 0, 0)) {
        close(to[0]);
        close(to[1]);
        return TT_EIO;
    }
    err = spawn(child, file, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    child->peer = calloc(1, sizeof(*child->peer));
    options.fd_in = from[0];
    options.fd_out = to[1];
    if (!err && child->peer)
        err = tt_peer_open(child->peer, &child->loop, &options, &events, child);
    else if (!err)
        err = TT_ENOMEM;
    child->connected = !err;
    if (err) {
        close(from[0]);
        close(to[1]);
        free(child->peer);
        child->peer = NULL;
    }
    return err;
}

int tt_child_open(struct tt_child *child, const char *file, const struct tt_client_hooks *hooks)
{
    static const struct tt_frame_events events = { on_body, on_problem };
    const struct tt_client_transport transport = { send_to_child, turn, now, child };
    int err;

    *child = (struct tt_child){ 0 };
    if (uv_loop_init(&child->loop))
        return TT_ENOMEM;
    uv_timer_init(&child->loop, &child->alarm);
    child->frame = tt_frame_create(TT_FRAME_MAX, &events, child);
    child->client = tt_client_create(&transport, hooks);
    err = child->frame && child->client ? connect_pipes(child, file) : TT_ENOMEM;
    if (err)
        tt_child_close(child);
    return err;
}

static void wait_for_exit(struct tt_child *child)
{
    uint64_t end = now(child) + GOODBYE_MS;

    while (child->running && now(child) < end)
        turn(child, 100);
    if (child->running)
        uv_process_kill(&child->process, SIGKILL);
    while (child->running)
        turn(child, 100);
}

int tt_child_close(struct tt_child *child)
{
    if (child->connected)
        (void)!tt_client_goodbye(child->client);
    wait_for_exit(child);
    if (child->peer)
        tt_peer_close(child->peer);
    if (child->process.data)
        uv_close((uv_handle_t *)&child->process, NULL);
    uv_close((uv_handle_t *)&child->alarm, NULL);
    uv_run(&child->loop, UV_RUN_DEFAULT);
    uv_loop_close(&child->loop);
    tt_client_destroy(child->client);
    tt_frame_destroy(child->frame);
    return child->term_signal ? 128 + child->term_signal : (int)child->exit_status;
}
