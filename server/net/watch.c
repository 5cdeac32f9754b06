/* watch.c -- see watch.h. */
#include "net/watch.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAUSE_MS 150 /* after the last change */

static void on_change(uv_fs_event_t *handle, const char *name, int events, int status);

/* Cut `path` to its nearest part that exists; gives the name behind it, in the
 * same memory, or NULL when all of it exists. */
static char *cut_to_existing(char *path)
{
    char *awaited = NULL;

    while (access(path, F_OK) != 0) {
        char *slash = strrchr(path, '/');

        if (!slash || (slash == path && !path[1]))
            return NULL;
        if (slash == path) { /* "/name": move the name behind the end of "/" */
            memmove(path + 2, path + 1, strlen(path + 1) + 1);
            path[1] = '\0';
            return path + 2;
        }
        *slash = '\0';
        awaited = slash + 1;
    }
    return awaited;
}

/* Watch the folder itself, or what is nearest to it, anew: it may be another one
 * of the same name by now. */
static void settle(struct tt_watch_place *place)
{
    size_t n = strlen(place->path);
    char *at = malloc(n + 2);
    int err;

    if (!at)
        return; /* as it was */
    memcpy(at, place->path, n + 1);
    free(place->at);
    place->at = at;
    place->awaited = cut_to_existing(at);
    if (place->watching)
        uv_fs_event_stop(&place->handle);
    err = uv_fs_event_start(&place->handle, on_change, at, 0);
    place->watching = err == 0;
    if (err)
        tt_log(TT_LOG_INFO, "%s is not watched: %s", at, uv_strerror(err));
}

static void on_pause_over(uv_timer_t *timer)
{
    struct tt_watch *watch = timer->data;
    const struct tt_event ev = { .type = TT_EVENT_FILES };

    for (size_t i = 0; i < watch->n; i++)
        settle(&watch->places[i]);
    tt_net_emit(&watch->sink, &ev);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Is it about us?  That the watched folder itself goes is told by its own name. */
static bool concerns(const struct tt_watch *watch, const struct tt_watch_place *place,
                     const char *name)
{
    if (strcmp(name, last_part(place->at)) == 0)
        return true;
    return place->awaited ? strcmp(name, place->awaited) == 0 : watch->wanted(name);
}

static void on_change(uv_fs_event_t *handle, const char *name, int events, int status)
{
    struct tt_watch *watch = handle->data;
    const struct tt_watch_place *place = (const struct tt_watch_place *)(const void *)handle;

    (void)events;
    /* some systems do not say which file */
    if (status < 0 || watch->closing || (name && !concerns(watch, place, name)))
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
    struct tt_watch_place *place = &watch->places[watch->n];

    if (watch->closing || path[0] != '/')
        return;
    for (size_t i = 0; i < watch->n; i++) {
        if (strcmp(watch->places[i].path, path) == 0)
            return;
    }
    if (watch->n == TT_WATCH_MAX) {
        tt_log(TT_LOG_INFO, "%s is not watched: %d folders are already", path, TT_WATCH_MAX);
        return;
    }
    *place = (struct tt_watch_place){ .path = strdup(path) };
    if (!place->path || uv_fs_event_init(watch->pause.loop, &place->handle) < 0) {
        free(place->path);
        return;
    }
    watch->n++;
    place->handle.data = watch;
    uv_unref((uv_handle_t *)&place->handle);
    settle(place);
}

void tt_watch_close(struct tt_watch *watch)
{
    if (watch->closing)
        return;
    watch->closing = true;
    for (size_t i = 0; i < watch->n; i++) {
        uv_close((uv_handle_t *)&watch->places[i].handle, NULL);
        free(watch->places[i].path);
        free(watch->places[i].at);
    }
    uv_close((uv_handle_t *)&watch->pause, NULL);
}
