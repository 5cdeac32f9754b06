/* key.h -- where API keys come from: environment, a command, a file.
 *
 * A command is an argument list, run without a shell, with no input and at most
 * ten seconds; the first line it prints is the key.  A file must belong to its
 * user alone (mode 0600).  Copies of keys are wiped before they are freed, and
 * no message holds one.
 *
 * Life: tt_keys_init -> tt_keys_get -> tt_keys_close, then run the loop until
 * it is empty.  Loop thread only.
 */
#ifndef TT_NET_KEY_H
#define TT_NET_KEY_H

#include "net/network.h"
#include "net/sink.h"
#include "net/work.h"

#include <uv.h>

#define TT_KEY_MAX        ((size_t)16 * 1024) /* bytes of a key */
#define TT_KEY_COMMAND_MS 10000

struct tt_key_request;

struct tt_keys {
    uv_loop_t *loop;             /* borrowed */
    struct tt_work *work;        /* borrowed; files are read there */
    struct tt_net_sink sink;     /* gets TT_EVENT_KEY */
    tt_env_get env;              /* usually getenv */
    uint64_t command_ms;         /* TT_KEY_COMMAND_MS; tests shorten it */
    struct tt_key_request *head; /* owned */
    bool closing;
};

void tt_keys_init(struct tt_keys *keys, uv_loop_t *loop, struct tt_work *work,
                  struct tt_net_sink sink, tt_env_get env);

/* As tt_io.key: one KEY event, later.  Empty bytes and a message when no source
 * yields one.  TT_ENOMEM; TT_ECANCELED after close. */
int tt_keys_get(struct tt_keys *keys, uint64_t id, const struct tt_key_source *source);

void tt_keys_close(struct tt_keys *keys); /* kills commands; no event comes any more */

/* Overwrite memory in a way the compiler keeps. */
void tt_wipe(void *p, size_t n);

#endif
