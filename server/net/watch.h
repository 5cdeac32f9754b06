/* watch.h -- tells when a file of a folder changed whose name we care about.
 *
 * Several changes in a short time are told once, as TT_EVENT_FILES: editors
 * write beside a file and rename, which alone is three changes.
 *
 * Life: tt_watch_init -> any number of tt_watch_folder -> tt_watch_close, then
 * run the loop until it is empty.  Watching does not keep the loop alive.
 */
#ifndef TT_NET_WATCH_H
#define TT_NET_WATCH_H

#include "net/sink.h"

#include <stdbool.h>
#include <uv.h>

#define TT_WATCH_MAX 12 /* folders */

struct tt_watch {
    uv_fs_event_t folders[TT_WATCH_MAX];
    size_t n;
    uv_timer_t pause;
    struct tt_net_sink sink;
    bool (*wanted)(const char *name); /* is this file one of ours? */
    bool closing;
};

void tt_watch_init(struct tt_watch *watch, uv_loop_t *loop, struct tt_net_sink sink,
                   bool (*wanted)(const char *name));

/* Not those below it.  A folder that is not there, or one too many, is not
 * watched. */
void tt_watch_folder(struct tt_watch *watch, const char *path);

void tt_watch_close(struct tt_watch *watch); /* idempotent */

#endif
