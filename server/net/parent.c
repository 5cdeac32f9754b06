/* parent.c -- see parent.h. */
#include "net/parent.h"

#include <limits.h>

#define LOOK_EVERY_MS 1000

static void on_look(uv_timer_t *timer)
{
    struct tt_parent *parent = timer->data;

    if (uv_kill(parent->pid, 0) != UV_ESRCH)
        return;
    uv_timer_stop(timer);
    parent->on_gone(parent->arg);
}

void tt_parent_init(struct tt_parent *parent, uv_loop_t *loop, void (*on_gone)(void *arg),
                    void *arg)
{
    *parent = (struct tt_parent){ .on_gone = on_gone, .arg = arg };
    uv_timer_init(loop, &parent->timer);
    uv_unref((uv_handle_t *)&parent->timer);
    parent->timer.data = parent;
}

void tt_parent_watch(struct tt_parent *parent, int64_t pid)
{
    if (parent->closing)
        return;
    if (pid <= 0 || pid > INT_MAX) {
        uv_timer_stop(&parent->timer);
        return;
    }
    parent->pid = (int)pid;
    uv_timer_start(&parent->timer, on_look, 0, LOOK_EVERY_MS);
}

void tt_parent_close(struct tt_parent *parent)
{
    if (parent->closing)
        return;
    parent->closing = true;
    uv_close((uv_handle_t *)&parent->timer, NULL);
}
