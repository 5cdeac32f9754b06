/* loopback.h -- a session in this process, with the command line as its editor.
 *
 * `actions`, `route`, `edit` and `compare` go the same way as an editor's
 * requests: through the real session, network and settings; only the messages are
 * handed over in memory.
 */
#ifndef TT_APP_LOOPBACK_H
#define TT_APP_LOOPBACK_H

#include "app/client.h"
#include "app/code.h"
#include "app/target.h"
#include "app/world.h"

struct tt_session;

struct tt_loopback {
    struct tt_world world;
    struct tt_session *session;
    struct tt_client *client;
    struct tt_code code;            /* the file that is open */
    struct tt_buf uri;              /* its URI */
    struct tt_range range;          /* the target, in its bytes */
    struct tt_position_range place; /* the same as positions */
    enum tt_encoding encoding;
    bool stop; /* set: whoever waits for an answer gives up (TT_EIO) */
};

struct tt_loopback_options {
    struct tt_client_hooks hooks;
    enum tt_encoding encoding;
    tt_str settings; /* raw JSON for initializationOptions; empty: none */
    bool no_records; /* keep nothing of it in the state folder */
    /* May change tt_io before the session exists (to look at what is sent). */
    void (*prepare)(struct tt_loopback *loopback, void *arg);
    void *arg;
};

/* Open a session with the target's file in it, and wait until the file was looked
 * at.  What goes wrong is said: gives -1, or an exit code (nothing is left then). */
int tt_loopback_open(struct tt_loopback *loopback, const struct tt_target *target,
                     const struct tt_loopback_options *options);
void tt_loopback_close(struct tt_loopback *loopback);

/* workspace/executeCommand with one object: {"uri", "range", and `more`}, where
 * `more` is raw JSON members such as "\"apply\":false" and may be empty.  Waits
 * without limit.  What goes wrong is said: -1 and a reply to release, or an exit
 * code. */
int tt_loopback_execute(struct tt_loopback *loopback, const char *command, tt_str more,
                        struct tt_reply *out);

/* Say what came instead of an answer; gives an exit code. */
int tt_loopback_failed(int err);

#endif
