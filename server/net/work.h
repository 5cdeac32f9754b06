/* work.h -- jobs of base/io.h on libuv's thread pool.
 *
 * Life: tt_work_init -> submit -> tt_work_close, then run the loop until it is
 * empty: every accepted job had its `done` by then.  Loop thread only.
 */
#ifndef TT_NET_WORK_H
#define TT_NET_WORK_H

#include "base/io.h"

#include <uv.h>

struct tt_work_req;

struct tt_work {
    uv_loop_t *loop;          /* borrowed */
    struct tt_work_req *head; /* owned: accepted, `done` not called yet */
    size_t pending;
    bool closing;
};

void tt_work_init(struct tt_work *work, uv_loop_t *loop);

/* Takes `job` when it returns 0; TT_ENOMEM; TT_ECANCELED after close. */
int tt_work_submit(struct tt_work *work, struct tt_job *job);

/* Jobs that have not begun get TT_ECANCELED from the loop; those that run are
 * waited for.  Idempotent. */
void tt_work_close(struct tt_work *work);

#endif
