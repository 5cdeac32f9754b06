/* history.c -- the outcomes of earlier sessions, read in a job and learned at once. */
#include "session/outcomes.h"

#include "base/log.h"
#include "lsp/window.h"
#include "trimtab/error.h"

#include <stdlib.h>

/* A class remembers about 140 outcomes, and there are 15 classes; beside each stands
 * what its request cost.  Learning so many takes some milliseconds. */
#define OUTCOMES_MAX 8000u

struct history_job {
    struct tt_job job;
    struct tt_anchor *anchor; /* one reference */
    struct tt_session_options options;
    struct tt_arena arena;    /* owns the slices of `items` */
    struct tt_outcome *items; /* owned */
    size_t n, cap;
    uint64_t seed;
    struct tt_buf message;
    int err;
};

static void add(void *to, const struct tt_outcome *outcome)
{
    struct history_job *self = to;
    struct tt_outcome *item;

    if (self->n == self->cap) {
        size_t cap = self->cap ? self->cap * 2 : 256;
        struct tt_outcome *grown = realloc(self->items, cap * sizeof(*grown));

        if (!grown) {
            self->err = TT_ENOMEM;
            return;
        }
        self->items = grown;
        self->cap = cap;
    }
    item = &self->items[self->n];
    *item = *outcome;
    item->id = tt_arena_dup(&self->arena, outcome->id);
    item->decision = tt_arena_dup(&self->arena, outcome->decision);
    item->task = tt_arena_dup(&self->arena, outcome->task);
    item->cls = tt_arena_dup(&self->arena, outcome->cls);
    item->name = tt_arena_dup(&self->arena, outcome->name);
    item->model = tt_arena_dup(&self->arena, outcome->model);
    item->provider = tt_arena_dup(&self->arena, outcome->provider);
    if (item->id.p && item->task.p && item->cls.p && item->name.p && item->model.p)
        self->n++;
}

static void run(struct tt_job *job)
{
    struct history_job *self = (struct history_job *)(void *)job;

    self->err = self->options.history(self->options.arg, OUTCOMES_MAX, add, self, &self->seed,
                                      &self->message);
}

static void done(struct tt_job *job, int status)
{
    struct history_job *self = (struct history_job *)(void *)job;
    struct tt_session *session = self->anchor->session;

    if (session && !status) {
        session->remembering = false;
        tt_router_seed(session->router, self->seed);
        for (size_t i = 0; i < self->n; i++)
            (void)tt_router_learn(session->router, &self->items[i], false);
        if (self->err && self->message.n)
            tt_show_message(session, TT_LSP_MESSAGE_WARNING, "trimtab: %.*s",
                            TT_STR_ARG(tt_buf_str(&self->message)));
    }
    tt_anchor_unref(self->anchor);
    tt_arena_release(&self->arena);
    tt_buf_release(&self->message);
    free(self->items);
    free(self);
}

void tt_history_begin(struct tt_session *session)
{
    struct history_job *self;

    if (!session->options.history)
        return;
    self = calloc(1, sizeof(*self));
    if (!self)
        return;
    self->job = (struct tt_job){ .run = run, .done = done };
    self->anchor = tt_anchor_ref(session->anchor);
    self->options = session->options;
    tt_arena_init(&self->arena);
    tt_buf_init(&self->message, 1 << 14);
    session->remembering = true;
    if (session->io->work(session->io, &self->job) == 0)
        return;
    session->remembering = false;
    tt_anchor_unref(self->anchor);
    free(self);
}

bool tt_session_is_remembering(const struct tt_session *session)
{
    return session->remembering;
}
