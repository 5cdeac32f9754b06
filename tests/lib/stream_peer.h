/* stream_peer.h -- a model's server for benchmarks, on a thread of its own.
 *
 * Any POST is answered by a stream of Chat Completions: `events` pieces of text, one
 * every `every_us`, then the end mark.  The text of each piece is the moment at which
 * its bytes were handed to the system, in nanoseconds of the monotonic clock.
 */
#ifndef STREAM_PEER_H
#define STREAM_PEER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define STREAM_PEER_MAX 512 /* connections */

struct stream_peer {
    int listener, port;
    uint32_t events, every_us;
    pthread_t thread;
    atomic_bool stop;
    atomic_int streaming; /* answers under way */
    struct stream_peer_conn *conns;
};

int stream_peer_start(struct stream_peer *peer, uint32_t events, uint32_t every_us);
void stream_peer_stop(struct stream_peer *peer);

uint64_t stream_peer_now(void); /* ns, as in the stream */

#endif
