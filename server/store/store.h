/* store.h -- outcomes in SQLite, receipts and answers as JSON lines; on a thread of their own.
 *
 * The loop thread hands texts over and goes on; one writer thread does every
 * read and write of the disk.  An outcome is acknowledged (on_written) when it
 * is committed: from then on no kill of the process loses it.  A database that
 * is locked, full, read-only, corrupt or newer than this program is reported
 * once, in a sentence for people, and everything goes on without learning.
 */
#ifndef TT_STORE_H
#define TT_STORE_H

#include "trimtab/route.h"
#include "trimtab/str.h"

#include <stdint.h>

struct tt_store;

/* All run on the writer's thread: the owner passes them on to its loop. */
struct tt_store_events {
    void *arg; /* borrowed */
    /* The outcome of tt_store_outcome that returned `ticket` is on the disk
     * (err 0), or will never be. */
    void (*on_written)(void *arg, uint64_t ticket, int err);
    /* Something is wrong with the files; `message` is for people and names the
     * next step.  Once per cause. */
    void (*on_trouble)(void *arg, tt_str message);
    /* All that was handed over before this tt_store_mark is written, or given up. */
    void (*on_mark)(void *arg, uint64_t id);
};

/* Begin.  `dir` (created with mode 0700 if absent) will hold outcomes.db and
 * receipts.jsonl.  Opening the database happens on the writer's thread; only
 * TT_ENOMEM and TT_EIO (no thread) fail here. */
int tt_store_open(tt_str dir, const struct tt_store_events *events, struct tt_store **out);

/* Write what is queued, then end; waits for the writer's thread (at most some
 * seconds when the disk hangs on a lock).  NULL is fine. */
void tt_store_close(struct tt_store *store);

/* Keep one outcome (tt_outcome_write_json's object; copied).  *ticket is for
 * on_written.  TT_EPARSE: it is not an outcome; TT_ETOOBIG: the queue is full. */
int tt_store_outcome(struct tt_store *store, tt_str json, uint64_t *ticket);

/* Append one line to receipts.jsonl (copied; without its newline).  The file is
 * rotated to receipts.1.jsonl at 16 MiB. */
int tt_store_receipt(struct tt_store *store, tt_str json);
/* The same to answers.jsonl. */
int tt_store_answer(struct tt_store *store, tt_str json);

/* Ask for on_mark, with `id`. */
int tt_store_mark(struct tt_store *store, uint64_t id);

/* Wait until all that was handed over so far is written or given up. */
void tt_store_flush(struct tt_store *store);

/* Give the newest `max` outcomes (0: as many as matter), oldest first.  Runs `each`
 * on the calling thread, which may be any; another process may be writing meanwhile.
 * The slices die when `each` returns.  *seed (may be NULL) is the installation's, 0
 * when there is no database yet; then there is no call either.  Else TT_EIO,
 * TT_ETIMEOUT (locked) or TT_EDENIED (newer) with `message` (may be NULL) filled. */
int tt_store_load(tt_str dir, unsigned max,
                  void (*each)(void *arg, const struct tt_outcome *outcome), void *arg,
                  uint64_t *seed, struct tt_buf *message);

/* The newest receipts, newest last, at most `max`; for `trimtab log`. */
int tt_store_receipts(tt_str dir, size_t max, void (*each)(void *arg, tt_str json), void *arg);

#endif
