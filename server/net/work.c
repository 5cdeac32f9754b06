/* work.c -- see work.h. */
#include "net/work.h"

#include "trimtab/error.h"

#include <stdlib.h>

struct tt_work_req {
    uv_work_t uv;
    struct tt_work *owner;
    struct tt_job *job; /* the caller's until `done` */
    struct tt_work_req *prev, *next;
};

static void unlink_req(struct tt_work_req *req)
{
    if (req->prev)
        req->prev->next = req->next;
    else
        req->owner->head = req->next;
    if (req->next)
        req->next->prev = req->prev;
    req->owner->pending--;
}

static void run(uv_work_t *uv)
{
    struct tt_work_req *req = uv->data;

    req->job->run(req->job);
}

static void after(uv_work_t *uv, int status)
{
    struct tt_work_req *req = uv->data;
    struct tt_job *job = req->job;

    unlink_req(req);
    free(req);
    job->done(job, status == UV_ECANCELED ? TT_ECANCELED : 0);
}

void tt_work_init(struct tt_work *work, uv_loop_t *loop)
{
    *work = (struct tt_work){ .loop = loop };
}

int tt_work_submit(struct tt_work *work, struct tt_job *job)
{
    struct tt_work_req *req;

    if (work->closing)
        return TT_ECANCELED;
    req = calloc(1, sizeof(*req));
    if (!req)
        return TT_ENOMEM;
    req->uv.data = req;
    req->owner = work;
    req->job = job;
    if (uv_queue_work(work->loop, &req->uv, run, after)) {
        free(req);
        return TT_EINVALID;
    }
    req->next = work->head;
    if (req->next)
        req->next->prev = req;
    work->head = req;
    work->pending++;
    return 0;
}

void tt_work_close(struct tt_work *work)
{
    if (work->closing)
        return;
    work->closing = true;
    for (struct tt_work_req *req = work->head; req; req = req->next)
        uv_cancel((uv_req_t *)&req->uv); /* refused for those that run: they finish */
}
