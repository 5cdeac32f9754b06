/* http.c -- see http.h.
 *
 * Every transfer begins and ends in `wake`, an idle handle: never inside a
 * callback of curl, and never inside a function the session called.
 */
#include "net/http.h"

#include "net/http_internal.h"
#include "trimtab/error.h"

#include <stdlib.h>

static tt_str key_of(const uint64_t *id)
{
    return (tt_str){ (const char *)id, sizeof(*id) };
}

/* ---- the list of all ---- */

static void link_transfer(struct tt_http_transfer *t)
{
    struct tt_http *http = t->http;

    t->next = http->all;
    if (t->next)
        t->next->prev = t;
    http->all = t;
}

static void unlink_transfer(struct tt_http_transfer *t)
{
    if (t->prev)
        t->prev->next = t->next;
    else
        t->http->all = t->next;
    if (t->next)
        t->next->prev = t->prev;
}

/* ---- from the loop ---- */

static void finish(struct tt_http_transfer *t)
{
    struct tt_http *http = t->http;
    struct tt_event ev = { .type = TT_EVENT_HTTP_END,
                           .id = t->id,
                           .result = t->result,
                           .message = tt_str_from(t->message) };
    bool speak = !t->silent;

    if (speak)
        tt_map_remove(&http->by_id, key_of(&t->id));
    unlink_transfer(t);
    tt_http_transfer_retire(t); /* frees it later, from the loop */
    if (speak)
        tt_net_emit(&http->sink, &ev);
}

static void close_all(struct tt_http *http)
{
    while (http->all) {
        struct tt_http_transfer *t = http->all;

        unlink_transfer(t);
        tt_http_transfer_retire(t);
    }
    http->todo = NULL;
    tt_http_multi_close(http);
    uv_close((uv_handle_t *)&http->timer, NULL);
    uv_close((uv_handle_t *)&http->serve, NULL);
    uv_close((uv_handle_t *)&http->wake, NULL);
}

static void on_wake(uv_idle_t *wake)
{
    struct tt_http *http = wake->data;
    struct tt_http_transfer *t;

    uv_idle_stop(wake);
    if (http->closing) {
        close_all(http);
        return;
    }
    /* The sink may start and cancel transfers meanwhile: they join the list. */
    while ((t = http->todo)) {
        http->todo = t->todo_next;
        t->is_todo = false;
        if (t->over || t->silent)
            finish(t);
        else if (!t->easy && http->multi)
            tt_http_transfer_begin(t);
    }
}

void tt_http_todo(struct tt_http_transfer *t)
{
    struct tt_http *http = t->http;
    struct tt_http_transfer **end = &http->todo;

    if (t->is_todo)
        return;
    while (*end)
        end = &(*end)->todo_next;
    *end = t;
    t->todo_next = NULL;
    t->is_todo = true;
    if (!http->closing)
        uv_idle_start(&http->wake, on_wake);
}

/* ---- loading ---- */

static struct tt_http *http_of(struct tt_job *job)
{
    return (struct tt_http *)((char *)job - offsetof(struct tt_http, job));
}

static void load(struct tt_job *job)
{
    struct tt_http *http = http_of(job);

    http->load_result = tt_curl_load(&http->curl, http->load_error, sizeof(http->load_error));
}

static void on_loaded(struct tt_job *job, int status)
{
    struct tt_http *http = http_of(job);
    int err = status ? status : http->load_result;

    http->loading = false;
    if (http->closing)
        return;
    if (!err)
        err = tt_http_multi_open(http);
    for (struct tt_http_transfer *t = http->all; t; t = t->next) {
        if (err && !t->silent)
            tt_http_conclude(t, TT_HTTP_NO_LIBRARY, "%s",
                             http->load_result ? http->load_error : tt_strerror(err));
        else
            tt_http_todo(t);
    }
}

void tt_http_prepare(struct tt_http *http)
{
    if (http->multi || http->loading || http->closing)
        return;
    http->job.run = load;
    http->job.done = on_loaded;
    http->loading = tt_work_submit(http->work, &http->job) == 0;
}

/* ---- public ---- */

void tt_http_init(struct tt_http *http, uv_loop_t *loop, struct tt_work *work,
                  struct tt_net_sink sink, const struct tt_http_options *options)
{
    *http = (struct tt_http){ .loop = loop, .sink = sink, .work = work };
    if (options)
        http->options = *options;
    if (!http->options.max_body)
        http->options.max_body = TT_HTTP_MAX_BODY;
    if (!http->options.user_agent)
        http->options.user_agent = "trimtab";
    tt_map_init(&http->by_id, 0);
    tt_map_init(&http->distrusted, 0);
    uv_timer_init(loop, &http->timer);
    uv_idle_init(loop, &http->wake);
    uv_check_init(loop, &http->serve);
    http->timer.data = http->wake.data = http->serve.data = http;
    http->ready_end = &http->ready;
}

int tt_http_start(struct tt_http *http, uint64_t id, const struct tt_http_request *req)
{
    struct tt_http_transfer *t;

    if (http->closing)
        return TT_ECANCELED;
    if (tt_map_get(&http->by_id, key_of(&id)))
        return TT_EINVALID;
    t = tt_http_transfer_create(http, id, req);
    if (!t)
        return TT_ENOMEM;
    link_transfer(t);
    if (tt_map_put(&http->by_id, key_of(&id), t)) {
        unlink_transfer(t);
        tt_http_transfer_retire(t);
        return TT_ENOMEM;
    }
    tt_http_transfer_start_total(t);
    tt_http_prepare(http);
    if (!http->multi && !http->loading)
        tt_http_conclude(t, TT_HTTP_NO_LIBRARY, "%s", tt_strerror(TT_ENOMEM));
    else
        tt_http_todo(t);
    return 0;
}

void tt_http_cancel(struct tt_http *http, uint64_t id)
{
    struct tt_http_transfer *t = tt_map_remove(&http->by_id, key_of(&id));

    if (!t)
        return;
    t->silent = true;
    tt_http_todo(t);
}

void tt_http_close(struct tt_http *http)
{
    if (http->closing)
        return;
    http->closing = true;
    for (struct tt_http_transfer *t = http->all; t; t = t->next)
        t->silent = true;
    uv_idle_start(&http->wake, on_wake);
}

void tt_http_release(struct tt_http *http)
{
    tt_map_release(&http->by_id);
    tt_map_release(&http->distrusted);
}
