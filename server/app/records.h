/* records.h -- what a session keeps for good: outcomes, receipts, refused answers.
 *
 * All go to the store's own thread.
 */
#ifndef TT_APP_RECORDS_H
#define TT_APP_RECORDS_H

#include "base/io.h"
#include "net/sink.h"

#include <uv.h>

struct tt_records;

/* NULL when there is no state folder or no memory: the session goes on without,
 * and the log says so.  What goes wrong later comes to `sink` as TT_EVENT_TROUBLE. */
struct tt_records *tt_records_open(uv_loop_t *loop, struct tt_net_sink sink);

int tt_records_add(struct tt_records *records, enum tt_record_kind kind, tt_str json);

/* `sink` gets TT_EVENT_FLUSHED with this id once all that was added is on the disk, or given
 * up.  TT_EIO: nothing is kept at all. */
int tt_records_flush(struct tt_records *records, uint64_t id);

/* Writes what is queued; waits.  Its memory goes with the next turn of the loop.  NULL
 * is fine. */
void tt_records_close(struct tt_records *records);

#endif
