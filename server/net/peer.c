/* peer.c -- see peer.h.
 *
 * Streams (pipes, sockets, terminals) use libuv's own queues.  A plain file as
 * stdin or stdout cannot be polled, so it is read and written by requests in the
 * thread pool, one at a time.  Messages wait in our queue only while there is no
 * connection yet, or while a file is busy.
 */
#include "net/peer.h"

#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_PIPE_PATH sizeof(((struct sockaddr_un *)NULL)->sun_path)

/* One message on its way out.  Freed by send_done, exactly once: when its bytes
 * left, when libuv gave up on it, or when the peer closes before that. */
struct tt_peer_send {
    uv_write_t uv; /* streams only */
    struct tt_peer *peer;
    struct tt_peer_send *next;
    char head[48]; /* "Content-Length: N\r\n\r\n" */
    size_t head_n;
    char *body; /* owned */
    size_t body_n;
    size_t written; /* files only */
};

static void pump(struct tt_peer *peer);
static void read_more(struct tt_peer *peer);

static struct tt_peer_end *out_end(struct tt_peer *peer)
{
    return peer->duplex ? &peer->in : &peer->out;
}

static void report_eof(struct tt_peer *peer, int status)
{
    if (peer->at_eof || peer->closing)
        return;
    peer->at_eof = true;
    peer->events->on_eof(peer, status);
}

static void on_defer(uv_idle_t *idle)
{
    struct tt_peer *peer = idle->data;

    uv_idle_stop(idle);
    report_eof(peer, peer->failure);
}

static void fail_later(struct tt_peer *peer, int err)
{
    if (peer->at_eof || peer->closing)
        return;
    peer->failure = err;
    uv_idle_start(&peer->defer, on_defer);
}

/* ---- the end of life ---- */

/* The last line of whoever calls it: the peer may be gone afterwards. */
static void one_less(struct tt_peer *peer)
{
    if (--peer->pending == 0 && peer->closing)
        peer->events->on_closed(peer);
}

static void on_uv_closed(uv_handle_t *handle)
{
    one_less(handle->data);
}

static void close_end(struct tt_peer_end *end)
{
    if (end->is_stream)
        uv_close(&end->uv.handle, on_uv_closed);
    if (end->fs_busy)
        uv_cancel((uv_req_t *)&end->fs); /* its callback comes in any case */
    else if (end->fd > STDERR_FILENO)
        close(end->fd);
}

/* After the callback of a file request that outlived tt_peer_close. */
static void file_idle(struct tt_peer *peer, struct tt_peer_end *end)
{
    if (peer->closing && end->fd > STDERR_FILENO)
        close(end->fd);
    one_less(peer);
}

/* ---- reading ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct tt_peer *peer = handle->data;

    (void)suggested;
    *buf = uv_buf_init(peer->read_buf, sizeof(peer->read_buf));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct tt_peer *peer = stream->data;

    if (peer->closing || n == 0)
        return;
    if (n > 0) {
        peer->events->on_bytes(peer, (tt_str){ buf->base, (size_t)n });
        return;
    }
    uv_read_stop(stream);
    report_eof(peer, n == UV_EOF ? 0 : TT_EIO);
}

static void on_file_read(uv_fs_t *fs)
{
    struct tt_peer *peer = fs->data;
    ssize_t n = fs->result;

    uv_fs_req_cleanup(fs);
    peer->in.fs_busy = false;
    if (!peer->closing && n > 0)
        peer->events->on_bytes(peer, (tt_str){ peer->read_buf, (size_t)n });
    if (!peer->closing && n > 0)
        read_more(peer);
    else
        report_eof(peer, n == 0 ? 0 : TT_EIO);
    file_idle(peer, &peer->in);
}

static void read_more(struct tt_peer *peer)
{
    uv_buf_t buf = uv_buf_init(peer->read_buf, sizeof(peer->read_buf));

    if (peer->paused || peer->at_eof || peer->closing || peer->connecting)
        return;
    if (peer->in.is_stream) {
        int err = uv_read_start(&peer->in.uv.stream, on_alloc, on_read);

        if (err && err != UV_EALREADY)
            fail_later(peer, TT_EIO);
        return;
    }
    if (peer->in.fs_busy)
        return;
    peer->in.fs.data = peer;
    if (uv_fs_read(peer->loop, &peer->in.fs, peer->in.fd, &buf, 1, -1, on_file_read)) {
        fail_later(peer, TT_EIO);
        return;
    }
    peer->in.fs_busy = true;
    peer->pending++;
}

static void pause_or_resume(struct tt_peer *peer)
{
    if (!peer->paused && peer->queued > TT_PEER_HIGH_WATER) {
        peer->paused = true;
        if (peer->in.is_stream)
            uv_read_stop(&peer->in.uv.stream);
    } else if (peer->paused && peer->queued < TT_PEER_HIGH_WATER / 2) {
        peer->paused = false;
        read_more(peer);
    }
}

/* ---- writing ---- */

static void send_done(struct tt_peer_send *send)
{
    send->peer->queued -= send->body_n;
    free(send->body);
    free(send);
}

static struct tt_peer_send *take_first(struct tt_peer *peer)
{
    struct tt_peer_send *send = peer->first;

    peer->first = send->next;
    if (!peer->first)
        peer->last = NULL;
    return send;
}

static void drop_queue(struct tt_peer *peer)
{
    while (peer->first)
        send_done(take_first(peer));
}

static void writing_failed(struct tt_peer *peer)
{
    peer->out_failed = true;
    drop_queue(peer);
    fail_later(peer, TT_EIO);
}

static void on_written(uv_write_t *uv, int status)
{
    struct tt_peer_send *send = uv->data;
    struct tt_peer *peer = send->peer;

    send_done(send);
    if (peer->closing)
        return;
    if (status < 0)
        writing_failed(peer);
    else
        pause_or_resume(peer);
}

static void write_to_stream(struct tt_peer *peer, struct tt_peer_send *send)
{
    uv_buf_t bufs[] = {
        uv_buf_init(send->head, (unsigned)send->head_n),
        uv_buf_init(send->body, (unsigned)send->body_n),
    };

    send->uv.data = send;
    if (uv_write(&send->uv, &out_end(peer)->uv.stream, bufs, 2, on_written)) {
        send_done(send);
        writing_failed(peer);
    }
}

static void on_file_written(uv_fs_t *fs)
{
    struct tt_peer *peer = fs->data;
    ssize_t n = fs->result;

    uv_fs_req_cleanup(fs);
    peer->out.fs_busy = false;
    if (peer->closing) {
        drop_queue(peer);
    } else if (n < 0) {
        writing_failed(peer);
    } else {
        peer->first->written += (size_t)n;
        if (peer->first->written == peer->first->head_n + peer->first->body_n)
            send_done(take_first(peer));
        pause_or_resume(peer);
        pump(peer);
    }
    file_idle(peer, &peer->out);
}

static void write_to_file(struct tt_peer *peer, struct tt_peer_send *send)
{
    size_t from = send->written;
    uv_buf_t bufs[2];
    unsigned n = 0;

    if (from < send->head_n)
        bufs[n++] = uv_buf_init(send->head + from, (unsigned)(send->head_n - from));
    from = from > send->head_n ? from - send->head_n : 0;
    bufs[n++] = uv_buf_init(send->body + from, (unsigned)(send->body_n - from));
    peer->out.fs.data = peer;
    if (uv_fs_write(peer->loop, &peer->out.fs, peer->out.fd, bufs, n, -1, on_file_written)) {
        writing_failed(peer);
        return;
    }
    peer->out.fs_busy = true;
    peer->pending++;
}

static void pump(struct tt_peer *peer)
{
    if (peer->connecting || peer->closing)
        return;
    if (!out_end(peer)->is_stream) {
        if (peer->first && !peer->out.fs_busy)
            write_to_file(peer, peer->first);
        return;
    }
    while (peer->first)
        write_to_stream(peer, take_first(peer));
}

/* ---- opening ---- */

static void on_connected(uv_connect_t *connect, int status)
{
    struct tt_peer *peer = connect->data;

    peer->connecting = false;
    if (peer->closing)
        return;
    if (status < 0) {
        writing_failed(peer);
        return;
    }
    pump(peer);
    read_more(peer);
}

static int init_stream(struct tt_peer *peer, struct tt_peer_end *end, uv_handle_type type, int fd)
{
    int err;

    if (type == UV_NAMED_PIPE)
        err = uv_pipe_init(peer->loop, &end->uv.pipe, 0);
    else if (type == UV_TCP)
        err = uv_tcp_init(peer->loop, &end->uv.tcp);
    else
        err = uv_tty_init(peer->loop, &end->uv.tty, fd, 0);
    if (err)
        return TT_EIO;
    end->uv.handle.data = peer;
    end->is_stream = true;
    peer->pending++;
    return 0;
}

static void open_fd(struct tt_peer *peer, struct tt_peer_end *end, int fd)
{
    uv_handle_type type = uv_guess_handle(fd);
    int err;

    if (type == UV_FILE) {
        end->fd = fd;
        return;
    }
    err = init_stream(peer, end, type, fd);
    if (!err && type == UV_NAMED_PIPE)
        err = uv_pipe_open(&end->uv.pipe, fd);
    else if (!err && type == UV_TCP)
        err = uv_tcp_open(&end->uv.tcp, fd);
    if (err)
        fail_later(peer, TT_EIO);
}

static void open_connection(struct tt_peer *peer, const struct tt_peer_options *options)
{
    bool is_pipe = options->kind == TT_PEER_PIPE;
    struct sockaddr_in addr;

    peer->duplex = true;
    peer->connecting = true;
    peer->connect.data = peer;
    if (init_stream(peer, &peer->in, is_pipe ? UV_NAMED_PIPE : UV_TCP, -1)) {
        fail_later(peer, TT_EIO);
        return;
    }
    if (is_pipe) {
        uv_pipe_connect(&peer->connect, &peer->in.uv.pipe, options->path, on_connected);
        return;
    }
    if (uv_ip4_addr("127.0.0.1", options->port, &addr) ||
        uv_tcp_connect(&peer->connect, &peer->in.uv.tcp, (struct sockaddr *)&addr, on_connected))
        fail_later(peer, TT_EIO);
}

static bool is_usable_fd(int fd)
{
    uv_handle_type type = fd < 0 ? UV_UNKNOWN_HANDLE : uv_guess_handle(fd);

    return type == UV_NAMED_PIPE || type == UV_TCP || type == UV_TTY || type == UV_FILE;
}

static bool is_usable(const struct tt_peer_options *options)
{
    switch (options->kind) {
    case TT_PEER_STDIO:
        return is_usable_fd(options->fd_in) && is_usable_fd(options->fd_out);
    case TT_PEER_PIPE:
        return options->path && options->path[0] && strlen(options->path) < MAX_PIPE_PATH;
    case TT_PEER_TCP:
        return options->port > 0 && options->port < 65536;
    }
    return false;
}

/* ---- public ---- */

int tt_peer_open(struct tt_peer *peer, uv_loop_t *loop, const struct tt_peer_options *options,
                 const struct tt_peer_events *events, void *data)
{
    if (!is_usable(options))
        return TT_EINVALID;
    memset(peer, 0, sizeof(*peer));
    peer->events = events;
    peer->data = data;
    peer->loop = loop;
    peer->in.fd = peer->out.fd = -1;
    uv_idle_init(loop, &peer->defer);
    peer->defer.data = peer;
    peer->pending = 1;
    if (options->kind == TT_PEER_STDIO) {
        open_fd(peer, &peer->in, options->fd_in);
        open_fd(peer, &peer->out, options->fd_out);
    } else {
        open_connection(peer, options);
    }
    read_more(peer);
    return 0;
}

static struct tt_peer_send *make_send(struct tt_peer *peer, char *body, size_t n)
{
    struct tt_peer_send *send = calloc(1, sizeof(*send));
    int head_n;

    if (!send)
        return NULL;
    head_n = snprintf(send->head, sizeof(send->head), "Content-Length: %zu\r\n\r\n", n);
    send->peer = peer;
    send->head_n = (size_t)head_n;
    send->body = body;
    send->body_n = n;
    return send;
}

int tt_peer_send(struct tt_peer *peer, char *body, size_t n)
{
    struct tt_peer_send *send = NULL;
    int err = 0;

    if (peer->closing || peer->out_failed)
        err = TT_ECANCELED;
    else if (peer->queued && peer->queued + n > TT_PEER_MAX_QUEUE)
        err = TT_ETOOBIG;
    else if (!(send = make_send(peer, body, n)))
        err = TT_ENOMEM;
    if (err == TT_ETOOBIG)
        fail_later(peer, TT_ETOOBIG);
    if (err) {
        free(body);
        return err;
    }
    if (peer->last)
        peer->last->next = send;
    else
        peer->first = send;
    peer->last = send;
    peer->queued += n;
    pause_or_resume(peer);
    pump(peer);
    return 0;
}

bool tt_peer_is_drained(const struct tt_peer *peer)
{
    return peer->queued == 0 || peer->out_failed || peer->closing;
}

void tt_peer_close(struct tt_peer *peer)
{
    struct tt_peer_send *busy = NULL;

    if (peer->closing)
        return;
    peer->closing = true;
    if (peer->out.fs_busy)
        busy = take_first(peer); /* the pool still reads it */
    drop_queue(peer);
    if (busy)
        busy->next = NULL;
    peer->first = busy;
    close_end(&peer->in);
    close_end(&peer->out);
    uv_close((uv_handle_t *)&peer->defer, on_uv_closed);
}
