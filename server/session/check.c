/* check.c -- the edit engine's judgement of a complete answer.
 *
 * The engine works in a job on copies of its own, since the session may end or
 * the attempt be cancelled meanwhile.  Then: deliver, ask once more with what
 * was wrong, or refuse.
 */
#include "base/log.h"
#include "session/ask.h"
#include "syntax/parse.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define REASKS_MAX 1

struct check_job {
    struct tt_job job;
    struct tt_anchor *anchor;     /* a reference */
    struct tt_snapshot *snapshot; /* a reference: its text */
    struct TSTree *tree;          /* owned; may be NULL */
    struct tt_arena arena;        /* owns what `input` points to */
    struct tt_edit_input input;
    uint64_t attempt;
    struct tt_edit_plan *plan; /* the result */
    int err;
};

static void check_run(struct tt_job *job)
{
    struct check_job *self = (struct check_job *)(void *)job;
    struct tt_buf text = TT_BUF_INIT(TT_TEXT_MAX);

    if (!self->input.is_new)
        self->err = tt_text_flatten(self->snapshot->text, &text);
    if (!self->err) {
        self->input.before = tt_buf_str(&text);
        self->err = tt_edit_plan_create(&self->input, &self->plan);
    }
    tt_buf_release(&text);
}

static void check_free(struct check_job *self)
{
    tt_edit_plan_destroy(self->plan);
    tt_tree_destroy(self->tree);
    tt_snapshot_unref(self->snapshot);
    tt_anchor_unref(self->anchor);
    tt_arena_release(&self->arena);
    free(self);
}

/* --- the verdict ---------------------------------------------------------------- */

static const char redaction_broken[] =
    "The answer changes or moves a secret that was hidden from the model, so it is not used.";

static void refuse(struct tt_attempt *attempt)
{
    tt_str reason = tt_edit_plan_reason(attempt->plan);

    tt_log(TT_LOG_INFO, "attempt %llu: %s", (unsigned long long)attempt->id,
           tt_verdict_name(attempt->verdict));
    tt_attempt_refuse(attempt, reason);
}

static bool secrets_kept(const struct tt_attempt *attempt)
{
    struct tt_text_edit *edits;
    size_t n = tt_edit_plan_count(attempt->plan);
    bool ok = true;

    if (!attempt->prompt.redact || !tt_redact_count(attempt->prompt.redact))
        return true;
    edits = calloc(n + 1, sizeof(*edits));
    if (!edits)
        return false;
    for (size_t i = 0; i < n; i++)
        edits[i] = *tt_edit_plan_at(attempt->plan, i);
    ok = tt_redact_edits_ok(attempt->prompt.redact, attempt->bytes, edits, n);
    free(edits);
    return ok;
}

static void judge(struct tt_attempt *attempt)
{
    tt_str advice = tt_edit_plan_advice(attempt->plan);

    attempt->verdict = tt_edit_plan_verdict(attempt->plan);
    attempt->has_verdict = true;
    attempt->held = tt_edit_plan_held(attempt->plan);
    if (attempt->verdict == TT_EDIT_READY && !secrets_kept(attempt)) {
        attempt->verdict = TT_EDIT_PLACEHOLDER;
        tt_attempt_refuse(attempt, tt_str_from(redaction_broken));
    } else if (attempt->verdict == TT_EDIT_READY) {
        tt_deliver(attempt);
    } else if (attempt->verdict != TT_EDIT_UNCHANGED && advice.n && attempt->reasks < REASKS_MAX) {
        advice = tt_arena_dup(&attempt->arena, advice);
        tt_edit_plan_destroy(attempt->plan);
        attempt->plan = NULL;
        tt_ask_again(attempt, advice);
    } else if (attempt->held && secrets_kept(attempt)) {
        tt_deliver(attempt);
    } else {
        refuse(attempt);
    }
}

static void check_done(struct tt_job *job, int status)
{
    struct check_job *self = (struct check_job *)(void *)job;
    struct tt_session *session = self->anchor->session;
    struct tt_attempt *attempt = session ? tt_attempt_find(session, self->attempt) : NULL;

    if (attempt && attempt->stage == TT_ATTEMPT_CHECKING) {
        attempt->plan = self->plan;
        self->plan = NULL;
        if (status || self->err) {
            tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
        } else {
            tt_ask_without_thoughts(attempt);
            judge(attempt);
        }
    }
    check_free(self);
}

/* --- beginning --------------------------------------------------------------------- */

/* The answer with the secrets put back; empty `p` after a refusal. */
static tt_str restored(struct tt_attempt *attempt, struct tt_arena *arena)
{
    struct tt_redact *redact = attempt->prompt.redact;
    tt_str out = attempt->answer, why;
    bool bad = false, json = attempt->prompt.request.tool != NULL;
    int err = 0;

    if (redact && tt_redact_count(redact)) {
        err = tt_redact_check_answer(redact, out, &bad, &why);
        if (!err && !bad)
            err = tt_redact_restore(redact, arena, out, json, &out);
    }
    if (!err && !bad) {
        out = tt_arena_dup(arena, out);
        err = out.p ? 0 : TT_ENOMEM;
    }
    if (err) {
        tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
        return (tt_str){ NULL, 0 };
    }
    if (!bad)
        return out;
    attempt->verdict = TT_EDIT_PLACEHOLDER;
    attempt->has_verdict = true;
    if (attempt->reasks < REASKS_MAX)
        tt_ask_again(attempt, why);
    else
        tt_attempt_refuse(attempt, tt_str_from(redaction_broken));
    return (tt_str){ NULL, 0 };
}

/* Where edits may land: the places that were meant, else all of the target. */
static int fill_allowed(const struct tt_attempt *attempt, struct tt_arena *arena,
                        struct tt_edit_input *out)
{
    size_t n = attempt->n_places ? attempt->n_places : 1;
    struct tt_range *allowed = tt_arena_array(arena, n, sizeof(*allowed));

    if (!allowed)
        return TT_ENOMEM;
    for (size_t i = 0; i < n; i++)
        allowed[i] = attempt->n_places ? attempt->places[i] : attempt->target;
    out->allowed = allowed;
    out->n_allowed = n;
    return 0;
}

int tt_check_input(struct tt_attempt *attempt, struct tt_arena *arena, struct TSTree *tree,
                   struct tt_edit_input *out)
{
    bool is_new = attempt->scope == TT_PROMPT_NEW_FILE;

    *out = (struct tt_edit_input){
        .path = tt_arena_dup(arena, is_new ? attempt->new_path : attempt->path),
        .complete = true,
        .is_new = is_new,
        .region_asked = attempt->region_asked,
        .imports_allowed = !is_new,
        .lang = attempt->snapshot->lang,
        .comments_asked = attempt->task.task == TT_TASK_DOC_1 ||
                          attempt->task.task == TT_TASK_REST_3 || !attempt->action || is_new,
        .renames_asked = !attempt->action || is_new,
    };
    if (!out->path.p)
        return TT_ENOMEM;
    if (is_new)
        return 0;
    out->scope = attempt->symbol;
    out->region = attempt->target;
    out->tree = tree;
    return fill_allowed(attempt, arena, out);
}

void tt_check_begin(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    struct check_job *self = calloc(1, sizeof(*self));
    tt_str answer;

    attempt->stage = TT_ATTEMPT_CHECKING;
    if (!self) {
        tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
        return;
    }
    self->anchor = tt_anchor_ref(session->anchor);
    self->snapshot = tt_snapshot_ref(attempt->snapshot);
    self->attempt = attempt->id;
    answer = restored(attempt, &self->arena);
    if (!answer.p) { /* asked again, or refused */
        check_free(self);
        return;
    }
    self->tree = tt_snapshot_tree_copy(attempt->snapshot);
    self->job = (struct tt_job){ check_run, check_done, NULL };
    if (tt_check_input(attempt, &self->arena, self->tree, &self->input) < 0) {
        check_done(&self->job, TT_ENOMEM);
        return;
    }
    self->input.answer = answer;
    tt_progress_report(session, &attempt->progress, TT_STR("checking the edit"));
    if (session->io->work(session->io, &self->job) < 0)
        check_done(&self->job, TT_ENOMEM);
}
