/* records.c -- see records.h. */
#include "app/records.h"

#include "app/files.h"
#include "base/log.h"
#include "store/store.h"
#include "trimtab/error.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANSWERS_MAX ((off_t)16 << 20) /* then the file becomes answers.1.jsonl */

struct tt_records {
    struct tt_store *store; /* owned; NULL: it could not be opened */
    struct tt_work *work;   /* borrowed */
    char *dir;              /* owned */
    struct tt_net_sink sink;
    uv_async_t troubled;
    uv_mutex_t mutex;      /* guards: */
    struct tt_buf trouble; /* of the writer's thread, for the loop */
};

/* One line on its way to answers.jsonl. */
struct answer_job {
    struct tt_job job;
    char *path, *old_path; /* owned */
    char *line;            /* owned, with its newline */
    size_t n;
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
    uv_async_send(&records->troubled);
}

static void tell_trouble(uv_async_t *async)
{
    struct tt_records *records = async->data;
    struct tt_event ev = { .type = TT_EVENT_TROUBLE };
    struct tt_buf message = TT_BUF_INIT(1 << 16);

    uv_mutex_lock(&records->mutex);
    tt_buf_add(&message, tt_buf_str(&records->trouble));
    tt_buf_clear(&records->trouble);
    uv_mutex_unlock(&records->mutex);
    ev.message = tt_buf_str(&message);
    if (message.n)
        records->sink.event(records->sink.arg, &ev);
    tt_buf_release(&message);
}

static void on_closed(uv_handle_t *handle)
{
    struct tt_records *records = handle->data;

    uv_mutex_destroy(&records->mutex);
    tt_buf_release(&records->trouble);
    free(records->dir);
    free(records);
}

struct tt_records *tt_records_open(struct tt_work *work, struct tt_net_sink sink)
{
    struct tt_store_events events = { .on_trouble = on_trouble };
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
    records->work = work;
    records->sink = sink;
    tt_buf_init(&records->trouble, 1 << 16);
    uv_mutex_init(&records->mutex);
    uv_async_init(work->loop, &records->troubled, tell_trouble);
    records->troubled.data = events.arg = records;
    if (tt_store_open(tt_buf_str(&dir), &events, &records->store))
        records->store = NULL;
    records->dir = tt_buf_take(&dir, NULL);
    return records;
}

static void append(struct tt_job *job)
{
    struct answer_job *self = (struct answer_job *)job;
    struct stat st;
    int fd;

    if (stat(self->path, &st) == 0 && st.st_size > ANSWERS_MAX)
        rename(self->path, self->old_path);
    fd = open(self->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    (void)!write(fd, self->line, self->n);
    close(fd);
}

static void answer_free(struct answer_job *self)
{
    free(self->path);
    free(self->old_path);
    free(self->line);
    free(self);
}

static void appended(struct tt_job *job, int status)
{
    if (status == TT_ECANCELED)
        append(job); /* the program is ending: there is no later, and nobody to wait for us */
    answer_free((struct answer_job *)job);
}

static char *join(const char *dir, const char *name)
{
    struct tt_buf path = TT_BUF_INIT(1 << 16);

    tt_buf_addf(&path, "%s/%s", dir, name);
    return tt_buf_take(&path, NULL);
}

static int keep_answer(struct tt_records *records, tt_str json)
{
    struct answer_job *self = calloc(1, sizeof(*self));
    struct tt_buf line = TT_BUF_INIT(TT_BUF_OWN);
    int err;

    if (!self)
        return TT_ENOMEM;
    tt_buf_add(&line, json);
    tt_buf_addc(&line, '\n');
    self->line = tt_buf_take(&line, &self->n);
    self->path = join(records->dir, "answers.jsonl");
    self->old_path = join(records->dir, "answers.1.jsonl");
    self->job.run = append;
    self->job.done = appended;
    err = self->line && self->path && self->old_path ? tt_work_submit(records->work, &self->job)
                                                     : TT_ENOMEM;
    if (err)
        answer_free(self);
    return err;
}

int tt_records_add(struct tt_records *records, enum tt_record_kind kind, tt_str json)
{
    uint64_t ticket;

    if (kind == TT_RECORD_ANSWER)
        return keep_answer(records, json);
    if (!records->store)
        return TT_EIO;
    return kind == TT_RECORD_RECEIPT ? tt_store_receipt(records->store, json)
                                     : tt_store_outcome(records->store, json, &ticket);
}

void tt_records_close(struct tt_records *records)
{
    if (!records)
        return;
    tt_store_close(records->store);
    uv_close((uv_handle_t *)&records->troubled, on_closed);
}
