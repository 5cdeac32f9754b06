/* watch.h -- tells when a file of a folder changed whose name we care about.
 *
 * Several changes in a short time are told once, as TT_EVENT_FILES: editors
 * write beside a file and rename, which alone is three changes.  A folder that
 * is not there yet is waited for: the nearest one above it is watched until it
 * comes, and again when it goes.
 *
 * Life: tt_watch_init -> any number of tt_watch_folder -> tt_watch_close, then
 * run the loop until it is empty.  Watching does not keep the loop alive.
 */
#ifndef TT_NET_WATCH_H
#define TT_NET_WATCH_H

#include "net/sink.h"

#include <stdbool.h>
#include <uv.h>

#define TT_WATCH_MAX 48 /* folders */

struct tt_watch_place {
    uv_fs_event_t handle;
    char *path;          /* owned: what is to be watched */
    char *at;            /* owned: what is watched: that, or the nearest above it */
    const char *awaited; /* within `at`, behind its end: the name there that leads on; or NULL */
    bool watching;
};

struct tt_watch {
    struct tt_watch_place places[TT_WATCH_MAX];
    size_t n;
    uv_timer_t pause;
    struct tt_net_sink sink;
    bool (*wanted)(const char *name); /* is this file one of ours? */
    bool closing;
};

void tt_watch_init(struct tt_watch *watch, uv_loop_t *loop, struct tt_net_sink sink,
                   bool (*wanted)(const char *name));

/* An absolute path.  Not the folders below it.  Twice is once; one too many is
 * not watched. */
void tt_watch_folder(struct tt_watch *watch, const char *path);

void tt_watch_close(struct tt_watch *watch); /* idempotent */

#endif
