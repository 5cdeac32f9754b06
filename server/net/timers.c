/* timers.c -- see timers.h.
 *
 * A timer is freed only in its close callback; while it waits for that it is no
 * longer in the map, so an id may be used again at once.
 */
#include "net/timers.h"

#include "trimtab/error.h"

#include <stdlib.h>

struct timer {
    uv_timer_t uv;
    struct tt_timers *owner;
    uint64_t id;
};

static tt_str key_of(const uint64_t *id)
{
    return (tt_str){ (const char *)id, sizeof(*id) };
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_due(uv_timer_t *uv)
{
    struct timer *timer = uv->data;
    struct tt_timers *timers = timer->owner;
    struct tt_event ev = { .type = TT_EVENT_TIMER, .id = timer->id };

    tt_map_remove(&timers->by_id, key_of(&timer->id));
    uv_close((uv_handle_t *)uv, on_closed);
    if (!timers->closing)
        tt_net_emit(&timers->sink, &ev);
}

void tt_timers_init(struct tt_timers *timers, uv_loop_t *loop, struct tt_net_sink sink)
{
    timers->loop = loop;
    timers->sink = sink;
    timers->closing = false;
    tt_map_init(&timers->by_id, 0);
}

static struct timer *timer_make(struct tt_timers *timers, uint64_t id)
{
    struct timer *timer = calloc(1, sizeof(*timer));

    if (!timer)
        return NULL;
    timer->owner = timers;
    timer->id = id;
    if (tt_map_put(&timers->by_id, key_of(&id), timer)) {
        free(timer);
        return NULL;
    }
    uv_timer_init(timers->loop, &timer->uv);
    timer->uv.data = timer;
    return timer;
}

int tt_timers_start(struct tt_timers *timers, uint64_t id, uint64_t ms)
{
    struct timer *timer;

    if (timers->closing)
        return TT_ECANCELED;
    timer = tt_map_get(&timers->by_id, key_of(&id));
    if (!timer && !(timer = timer_make(timers, id)))
        return TT_ENOMEM;
    uv_update_time(timers->loop); /* a busy loop's clock is old: it would be due too early */
    uv_timer_start(&timer->uv, on_due, ms, 0);
    return 0;
}

void tt_timers_stop(struct tt_timers *timers, uint64_t id)
{
    struct timer *timer = tt_map_remove(&timers->by_id, key_of(&id));

    if (timer)
        uv_close((uv_handle_t *)&timer->uv, on_closed);
}

void tt_timers_close(struct tt_timers *timers)
{
    tt_str key;
    void *timer;

    if (timers->closing)
        return;
    timers->closing = true;
    for (size_t i = 0; tt_map_next(&timers->by_id, &i, &key, &timer);)
        uv_close((uv_handle_t *)&((struct timer *)timer)->uv, on_closed);
    tt_map_release(&timers->by_id);
}

void tt_timers_release(struct tt_timers *timers)
{
    tt_map_release(&timers->by_id);
}
