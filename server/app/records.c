/* records.c -- see records.h. */
#include "app/records.h"

#include "app/files.h"
#include "base/log.h"
#include "store/store.h"
#include "trimtab/error.h"

#include <stdlib.h>
#include <unistd.h>

#define MARKS_BYTES ((size_t)1 << 20) /* more do not wait: there are not as many calls */

struct tt_records {
    struct tt_store *store; /* owned; NULL: it could not be opened */
    struct tt_net_sink sink;
    uv_async_t news; /* from the writer's thread, for the loop: */
    uv_mutex_t mutex;
    struct tt_buf trouble; /* guarded, as is: */
    struct tt_buf marks;   /* ids of flushes that are done, one uint64_t after the other */
};

/* On the writer's thread. */
static void on_trouble(void *arg, tt_str message)
{
    struct tt_records *records = arg;

    (void)!write(STDERR_FILENO, "trimtab: ", 9);
    (void)!write(STDERR_FILENO, message.p, message.n);
    (void)!write(STDERR_FILENO, "\n", 1);
    uv_mutex_lock(&records->mutex);
    tt_buf_clear(&records->trouble);
    tt_buf_add(&records->trouble, message);
    uv_mutex_unlock(&records->mutex);
    uv_async_send(&records->news);
}

static void on_mark(void *arg, uint64_t id)
{
    struct tt_records *records = arg;

    uv_mutex_lock(&records->mutex);
    tt_buf_add(&records->marks, (tt_str){ (const char *)&id, sizeof(id) });
    uv_mutex_unlock(&records->mutex);
    uv_async_send(&records->news);
}

static void tell(uv_async_t *async)
{
    struct tt_records *records = async->data;
    struct tt_event ev = { .type = TT_EVENT_TROUBLE };
    struct tt_buf message = TT_BUF_INIT(1 << 16), marks = TT_BUF_INIT(MARKS_BYTES);

    uv_mutex_lock(&records->mutex);
    tt_buf_add(&message, tt_buf_str(&records->trouble));
    tt_buf_clear(&records->trouble);
    tt_buf_add(&marks, tt_buf_str(&records->marks));
    tt_buf_clear(&records->marks);
    uv_mutex_unlock(&records->mutex);
    ev.message = tt_buf_str(&message);
    if (message.n)
        records->sink.event(records->sink.arg, &ev);
    tt_buf_release(&message);
    ev = (struct tt_event){ .type = TT_EVENT_FLUSHED };
    for (size_t at = 0; at < marks.n; at += sizeof(ev.id)) {
        memcpy(&ev.id, marks.p + at, sizeof(ev.id));
        records->sink.event(records->sink.arg, &ev);
    }
    tt_buf_release(&marks);
}

static void on_closed(uv_handle_t *handle)
{
    struct tt_records *records = handle->data;

    uv_mutex_destroy(&records->mutex);
    tt_buf_release(&records->trouble);
    tt_buf_release(&records->marks);
    free(records);
}

struct tt_records *tt_records_open(uv_loop_t *loop, struct tt_net_sink sink)
{
    struct tt_store_events events = { .on_trouble = on_trouble, .on_mark = on_mark };
    struct tt_records *records = calloc(1, sizeof(*records));
    struct tt_buf dir = TT_BUF_INIT(1 << 16);

    if (!records || tt_dir_path(TT_DIR_STATE, NULL, &dir)) {
        tt_log(TT_LOG_WARN, "there is no state folder: nothing is remembered. Set HOME or "
                            "TRIMTAB_STATE_DIR.");
        tt_buf_release(&dir);
        free(records);
        return NULL;
    }
    if (tt_dir_make(dir.p))
        tt_log(TT_LOG_WARN, "the state folder %s cannot be made: nothing is remembered", dir.p);
    records->sink = sink;
    tt_buf_init(&records->trouble, 1 << 16);
    tt_buf_init(&records->marks, MARKS_BYTES);
    uv_mutex_init(&records->mutex);
    uv_async_init(loop, &records->news, tell);
    records->news.data = events.arg = records;
    if (tt_store_open(tt_buf_str(&dir), &events, &records->store))
        records->store = NULL;
    tt_buf_release(&dir);
    return records;
}

int tt_records_add(struct tt_records *records, enum tt_record_kind kind, tt_str json)
{
    uint64_t ticket;

    if (!records->store)
        return TT_EIO;
    switch (kind) {
    case TT_RECORD_RECEIPT:
        return tt_store_receipt(records->store, json);
    case TT_RECORD_ANSWER:
        return tt_store_answer(records->store, json);
    default:
        return tt_store_outcome(records->store, json, &ticket);
    }
}

int tt_records_flush(struct tt_records *records, uint64_t id)
{
    return records->store ? tt_store_mark(records->store, id) : TT_EIO;
}

void tt_records_close(struct tt_records *records)
{
    if (!records)
        return;
    tt_store_close(records->store);
    uv_close((uv_handle_t *)&records->news, on_closed);
}
