/* parent.h -- has the process that started us gone?
 *
 * An editor that crashes does not always close our stdin (a grandchild may hold
 * it), so the process id it gave us is looked at every second.
 *
 * Life: tt_parent_init -> tt_parent_watch -> tt_parent_close, then run the loop
 * until it is empty.  The timer alone does not keep the loop alive.
 */
#ifndef TT_NET_PARENT_H
#define TT_NET_PARENT_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct tt_parent {
    uv_timer_t timer;
    int pid; /* 0: none */
    bool closing;
    void (*on_gone)(void *arg); /* once */
    void *arg;                  /* borrowed */
};

void tt_parent_init(struct tt_parent *parent, uv_loop_t *loop, void (*on_gone)(void *arg),
                    void *arg);

/* Watch `pid` instead of whatever was watched; 0 or less watches nothing. */
void tt_parent_watch(struct tt_parent *parent, int64_t pid);

void tt_parent_close(struct tt_parent *parent); /* idempotent */

#endif
