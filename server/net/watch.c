/* watch.c -- see watch.h. */
#include "net/watch.h"

#include "base/log.h"

#define PAUSE_MS 150 /* after the last change */

static void on_pause_over(uv_timer_t *timer)
{
    struct tt_watch *watch = timer->data;
    const struct tt_event ev = { .type = TT_EVENT_FILES };

    tt_net_emit(&watch->sink, &ev);
}

static void on_change(uv_fs_event_t *folder, const char *name, int events, int status)
{
    struct tt_watch *watch = folder->data;

    (void)events;
    /* some systems do not say which file */
    if (status < 0 || watch->closing || (name && !watch->wanted(name)))
        return;
    uv_timer_start(&watch->pause, on_pause_over, PAUSE_MS, 0);
    uv_unref((uv_handle_t *)&watch->pause);
}

void tt_watch_init(struct tt_watch *watch, uv_loop_t *loop, struct tt_net_sink sink,
                   bool (*wanted)(const char *name))
{
    *watch = (struct tt_watch){ .sink = sink, .wanted = wanted };
    uv_timer_init(loop, &watch->pause);
    watch->pause.data = watch;
}

void tt_watch_folder(struct tt_watch *watch, const char *path)
{
    uv_fs_event_t *folder = &watch->folders[watch->n];
    int err;

    if (watch->closing || watch->n == TT_WATCH_MAX ||
        uv_fs_event_init(watch->pause.loop, folder) < 0)
        return;
    watch->n++;
    folder->data = watch;
    uv_unref((uv_handle_t *)folder);
    err = uv_fs_event_start(folder, on_change, path, 0);
    if (err && err != UV_ENOENT)
        tt_log(TT_LOG_INFO, "%s is not watched: %s", path, uv_strerror(err));
}

void tt_watch_close(struct tt_watch *watch)
{
    if (watch->closing)
        return;
    watch->closing = true;
    for (size_t i = 0; i < watch->n; i++)
        uv_close((uv_handle_t *)&watch->folders[i], NULL);
    uv_close((uv_handle_t *)&watch->pause, NULL);
}
