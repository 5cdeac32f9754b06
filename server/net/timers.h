/* timers.h -- the session's timers: one libuv timer per id.
 *
 * Life: tt_timers_init -> start and stop -> tt_timers_close, then run the loop
 * until it is empty, then tt_timers_release.  Loop thread only.
 */
#ifndef TT_NET_TIMERS_H
#define TT_NET_TIMERS_H

#include "base/map.h"
#include "net/sink.h"

#include <uv.h>

struct tt_timers {
    uv_loop_t *loop;         /* borrowed */
    struct tt_net_sink sink; /* gets TT_EVENT_TIMER */
    struct tt_map by_id;     /* 8 bytes of id -> struct timer */
    bool closing;
};

void tt_timers_init(struct tt_timers *timers, uv_loop_t *loop, struct tt_net_sink sink);

/* Starting an id again moves it.  The event comes from the loop, even for 0 ms.
 * TT_ENOMEM; TT_ECANCELED after close. */
int tt_timers_start(struct tt_timers *timers, uint64_t id, uint64_t ms);

/* No event for `id` comes after this.  An unknown id is fine. */
void tt_timers_stop(struct tt_timers *timers, uint64_t id);

void tt_timers_close(struct tt_timers *timers);   /* stops all of them */
void tt_timers_release(struct tt_timers *timers); /* after the loop has run empty */

#endif
