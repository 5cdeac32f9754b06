/* child.h -- a server of one's own, over pipes: how an editor starts trimtab. */
#ifndef TT_APP_CHILD_H
#define TT_APP_CHILD_H

#include "app/client.h"
#include "net/peer.h"
#include "rpc/frame.h"

struct tt_child {
    uv_loop_t loop;
    uv_process_t process;
    uv_timer_t alarm; /* ends a turn */
    bool running;     /* the process is there */
    bool connected;   /* its pipes are */
    int64_t exit_status;
    int term_signal;
    struct tt_peer *peer;     /* owned until closed */
    struct tt_frame *frame;   /* owned */
    struct tt_client *client; /* owned */
};

/* Run `file lsp` and make a client for it.  TT_EIO when it cannot be run. */
int tt_child_open(struct tt_child *child, const char *file, const struct tt_client_hooks *hooks);

/* Say goodbye, wait for its end (not for ever), release everything.  Gives its exit
 * code; 128 + signal when it was killed. */
int tt_child_close(struct tt_child *child);

#endif
