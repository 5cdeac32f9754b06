/* peer.h -- the editor at the other end of stdio, a pipe or a socket.
 *
 * Reads bytes in whatever cut they come, writes framed messages
 * ("Content-Length: N", blank line, body).  Knows nothing of JSON or LSP.
 * stdin and stdout may each be a pipe, a socket, a terminal or a file.
 * Everything runs on the loop thread.
 *
 * Life: tt_peer_open -> any number of tt_peer_send -> tt_peer_close.  The
 * struct is embedded in its owner; the owner may free it only from inside
 * on_closed, because libuv still holds pointers into it until then.
 *
 * Backpressure: while more than TT_PEER_HIGH_WATER bytes wait to be written, no
 * more is read from the editor; over TT_PEER_MAX_QUEUE it counts as gone.
 */
#ifndef TT_NET_PEER_H
#define TT_NET_PEER_H

#include "net/sink.h"

#include <uv.h>

#define TT_PEER_HIGH_WATER ((size_t)8 << 20)
#define TT_PEER_MAX_QUEUE  ((size_t)512 << 20)

enum tt_peer_kind {
    TT_PEER_STDIO, /* descriptors fd_in and fd_out */
    TT_PEER_PIPE,  /* connect to the editor's unix socket or named pipe at `path` */
    TT_PEER_TCP,   /* connect to the editor at 127.0.0.1:`port` */
};

struct tt_peer_options {
    enum tt_peer_kind kind;
    int fd_in, fd_out; /* STDIO: usually 0 and 1; others are closed with the peer */
    const char *path;  /* PIPE; borrowed during tt_peer_open */
    int port;          /* TCP */
};

struct tt_peer;

struct tt_peer_events {
    /* Borrowed bytes, never empty. */
    void (*on_bytes)(struct tt_peer *peer, tt_str bytes);
    /* No more bytes will come: 0 at an orderly end, TT_EIO when the connection
     * failed (or could not be made), TT_ETOOBIG when the editor does not read.
     * At most once; the peer can still be sent to, which may fail. */
    void (*on_eof)(struct tt_peer *peer, int status);
    /* Last call; the owner may free the peer. */
    void (*on_closed)(struct tt_peer *peer);
};

/* One direction: a libuv stream, or a file read and written in the pool. */
struct tt_peer_end {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_pipe_t pipe;
        uv_tcp_t tcp;
        uv_tty_t tty;
    } uv;
    bool is_stream; /* uv is initialised */
    int fd;         /* files only, else -1 */
    uv_fs_t fs;     /* files only */
    bool fs_busy;   /* files only: `fs` is under way */
};

struct tt_peer {
    const struct tt_peer_events *events; /* borrowed; outlives the peer */
    void *data;                          /* the owner's */
    uv_loop_t *loop;                     /* borrowed */
    struct tt_peer_end in;
    struct tt_peer_end out; /* unused when `duplex` */
    bool duplex;            /* `in` goes both ways */
    uv_connect_t connect;
    bool connecting;
    uv_idle_t defer; /* calls on_eof for failures met inside our own functions */
    int failure;     /* what `defer` will report */
    bool out_failed; /* nothing can be written any more */
    bool paused;     /* not reading, by backpressure */
    bool at_eof;     /* on_eof was called */
    bool closing;
    size_t queued;              /* bytes accepted and not written yet */
    struct tt_peer_send *first; /* owned: accepted, not given to libuv yet */
    struct tt_peer_send *last;
    int pending; /* handles and file requests to wait for before on_closed */
    char read_buf[64 * 1024];
};

/* TT_EINVALID, with nothing left behind and no on_closed to come: a descriptor
 * that is not open, no path, a bad port.  Whatever goes wrong after that (no one
 * listens at the path) comes as on_eof. */
int tt_peer_open(struct tt_peer *peer, uv_loop_t *loop, const struct tt_peer_options *options,
                 const struct tt_peer_events *events, void *data);

/* Queue one message.  Takes `body` (malloc'd) whatever the result: TT_ECANCELED
 * after close, TT_ETOOBIG when the queue is full, TT_ENOMEM. */
int tt_peer_send(struct tt_peer *peer, char *body, size_t n);

/* Has everything that was accepted left?  Also true when it can no longer. */
bool tt_peer_is_drained(const struct tt_peer *peer);

/* Idempotent.  What is still queued is dropped.  on_closed comes later, never
 * from inside this call. */
void tt_peer_close(struct tt_peer *peer);

#endif
