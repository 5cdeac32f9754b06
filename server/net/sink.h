/* sink.h -- where the parts of net put what happened.
 *
 * Peer, timers, HTTP and keys all speak in the events of base/io.h; one sink a
 * program hands them to the session.  Called on the loop thread only, never
 * from inside a function of net that the session itself called.
 */
#ifndef TT_NET_SINK_H
#define TT_NET_SINK_H

#include "base/io.h"

struct tt_net_sink {
    /* `ev` and everything in it is borrowed during the call. */
    void (*event)(void *arg, const struct tt_event *ev);
    void *arg; /* borrowed */
};

static inline void tt_net_emit(const struct tt_net_sink *sink, const struct tt_event *ev)
{
    sink->event(sink->arg, ev);
}

#endif
