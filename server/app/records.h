/* records.h -- what a session keeps for good: outcomes, receipts, refused answers.
 *
 * Outcomes and receipts go to the store's own thread; refused answers are
 * appended to answers.jsonl of the state folder (mode 0600, rotated), which
 * `trimtab log --answer ID` reads.
 */
#ifndef TT_APP_RECORDS_H
#define TT_APP_RECORDS_H

#include "base/io.h"
#include "net/sink.h"
#include "net/work.h"

struct tt_records;

/* NULL when there is no state folder or no memory: the session goes on without,
 * and the log says so.  What goes wrong later comes to `sink` as TT_EVENT_TROUBLE. */
struct tt_records *tt_records_open(struct tt_work *work, struct tt_net_sink sink);

int tt_records_add(struct tt_records *records, enum tt_record_kind kind, tt_str json);

/* Writes what is queued; waits.  Its memory goes with the next turn of the loop.  NULL
 * is fine. */
void tt_records_close(struct tt_records *records);

#endif
