/* deliver_apply.c -- workspace/applyEdit: sent, declined, sent again, not answered.
 *
 * What the client does not apply is said, never lost.
 */
#include "session/deliver_parts.h"

#include "base/log.h"
#include "lsp/window.h"
#include "session/outcomes.h"
#include "trimtab/error.h"

/* A client declines an edit when something was typed before it came.  As soon as
 * what was typed is known, which may be a little later (clients collect it), the
 * edit is moved and sent again, so many times. */
#define SENDS_MAX 3u
#define TYPING_MS 1000u

static void on_applied(void *data, uint64_t tag, const struct tt_message *response);

void tt_deliver_wait(struct tt_attempt *attempt, uint64_t ms)
{
    struct tt_io *io = attempt->session->io;

    if (!attempt->timer)
        attempt->timer = tt_session_next_id(attempt->session);
    if (io->timer_start(io, attempt->timer, ms) < 0)
        attempt->timer = 0;
}

static void stop_waiting(struct tt_attempt *attempt)
{
    if (attempt->timer)
        attempt->session->io->timer_stop(attempt->session->io, attempt->timer);
    attempt->timer = 0;
}

int tt_deliver_send(struct tt_attempt *attempt, struct tt_chosen *chosen, struct tt_snapshot *now)
{
    struct tt_session *session = attempt->session;
    struct tt_outgoing_edit edit;
    struct tt_outgoing out;
    struct tt_arena arena;
    int err;

    tt_arena_init(&arena);
    err = tt_deliver_write_edit(attempt, &arena, chosen, now, &edit);
    if (!err) {
        tt_outgoing_init(&out);
        tt_lsp_write_apply_edit(&out.w, &session->client, attempt->progress.title, &edit.edit);
        err = tt_calls_request(session->calls, "workspace/applyEdit", &out, on_applied, session,
                               attempt->id, NULL);
    }
    if (!err) { /* else it is where it was */
        attempt->stage = TT_ATTEMPT_APPLYING;
        attempt->applied_hunks = chosen->hunks;
        attempt->sent_version = now->version;
        attempt->sends++;
        tt_watch_sent(attempt, now, chosen->edits, chosen->n);
    }
    /* else the editor may show it first, for as long as it takes */
    if (!err && !attempt->held && !attempt->ask_first)
        tt_deliver_wait(attempt, TT_ATTEMPT_UNANSWERED_MS);
    tt_arena_release(&arena);
    return err;
}

void tt_deliver_apply(struct tt_attempt *attempt)
{
    struct tt_arena arena;
    struct tt_chosen chosen;
    struct tt_snapshot *now;
    int err;

    tt_arena_init(&arena);
    err = tt_deliver_choose(attempt, &arena, attempt->accepted, attempt->n_accepted,
                            attempt->accepted_all, &chosen);
    if (!err && !chosen.n) {
        tt_outcomes_add(attempt, TT_OUTCOME_REFUSED);
        tt_attempt_refuse(attempt, TT_STR("The answer changes nothing but layout, comments or "
                                          "names that nobody asked to change; nothing was "
                                          "applied."));
    } else if (!err) {
        now = tt_deliver_rebase(attempt, &chosen);
        if (!now)
            tt_deliver_refuse_stale(attempt);
        else
            err = tt_deliver_send(attempt, &chosen, now);
    }
    if (err)
        tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
    tt_arena_release(&arena);
}

/* Has the document changed since the edit was sent? */
static bool was_overtaken(const struct tt_attempt *attempt, struct tt_arena *arena)
{
    const struct tt_snapshot *now = tt_session_document(attempt->session, attempt->uri, arena);

    return now && now->has_version && now->version > attempt->sent_version;
}

static void give_up(struct tt_attempt *attempt, tt_str why)
{
    attempt->verdict = TT_EDIT_STALE;
    tt_attempt_refuse(attempt, tt_arena_printf(&attempt->arena,
                                               "The editor did not apply the edit (%.*s). The "
                                               "document may have changed meanwhile: ask again.",
                                               TT_STR_ARG(why)));
}

/* What was typed comes within moments, if that is the reason. */
static void wait_for_typing(struct tt_attempt *attempt, tt_str why)
{
    attempt->stage = TT_ATTEMPT_DECLINED;
    attempt->declined = tt_arena_dup(&attempt->arena, why);
    tt_deliver_wait(attempt, TYPING_MS);
    if (!attempt->timer)
        give_up(attempt, why);
}

static void on_declined(struct tt_attempt *attempt, const struct tt_lsp_apply_result *result,
                        bool failed, struct tt_arena *arena)
{
    struct tt_session *session = attempt->session;
    tt_str why = result->failure_reason.n ? result->failure_reason : TT_STR("it gave no reason");
    bool may_send = !attempt->unwanted && attempt->sends < SENDS_MAX;
    /* an editor that asks before it applies was told no */
    bool rejected = (attempt->held || attempt->ask_first) && tt_deliver_editor_asks(session);

    attempt->applied_hunks = 0;
    if (may_send && was_overtaken(attempt, arena)) {
        tt_deliver_apply(attempt);
        return;
    }
    tt_watch_drop(session, attempt->id);
    if (rejected)
        tt_outcomes_add(attempt, TT_OUTCOME_REJECTED);
    if (may_send && !rejected && !failed)
        wait_for_typing(attempt, why);
    else
        give_up(attempt, why);
}

void tt_deliver_on_change(struct tt_session *session, tt_str key)
{
    for (struct tt_attempt *a = session->attempts, *next; a; a = next) {
        next = a->next;
        if (a->stage != TT_ATTEMPT_DECLINED || !tt_str_eq(a->key, key))
            continue;
        stop_waiting(a);
        tt_deliver_apply(a);
    }
}

/* Whether it was applied, only the document will show. */
static void end_unanswered(struct tt_attempt *attempt)
{
    tt_show_message(attempt->session, TT_LSP_MESSAGE_WARNING,
                    "trimtab: the editor did not say whether it applied the edit to %.*s. Look at "
                    "the file: undo takes it back if you do not want it.",
                    TT_STR_ARG(attempt->path));
    attempt->unanswered = true;
    attempt->reason = TT_STR("the editor did not answer");
    tt_attempt_finish(attempt);
}

void tt_deliver_on_timer(struct tt_attempt *attempt)
{
    if (attempt->stage == TT_ATTEMPT_DECLINED)
        give_up(attempt, attempt->declined);
    else
        end_unanswered(attempt);
}

/* It said no after all, when nobody waited for it any more. */
static void on_late_answer(struct tt_attempt *attempt, const struct tt_message *response)
{
    bool applied =
        !response->failed && tt_json_bool(tt_json_get(response->result, "applied"), false);

    if (!attempt->unanswered || applied)
        return;
    attempt->applied_hunks = 0;
    tt_watch_drop(attempt->session, attempt->id);
}

static void on_applied(void *data, uint64_t tag, const struct tt_message *response)
{
    struct tt_session *session = data;
    struct tt_attempt *attempt = response ? tt_attempt_find(session, tag) : NULL;
    struct tt_lsp_apply_result result;
    struct tt_lsp_reader reader;
    struct tt_arena arena;

    if (attempt && attempt->stage != TT_ATTEMPT_APPLYING)
        on_late_answer(attempt, response);
    if (!attempt || attempt->stage != TT_ATTEMPT_APPLYING)
        return;
    stop_waiting(attempt);
    tt_arena_init(&arena);
    reader = (struct tt_lsp_reader)TT_LSP_READER(&arena);
    result.failure_reason = response->error_message;
    result.applied = false;
    if (!response->failed)
        tt_lsp_read_apply_result(&reader, response->result, &result);
    if (result.applied) {
        attempt->reason = TT_STR("applied");
        if (attempt->why.n)
            tt_log_message(session, TT_LSP_MESSAGE_INFO, "trimtab: %.*s", TT_STR_ARG(attempt->why));
        tt_attempt_finish(attempt);
    } else {
        on_declined(attempt, &result, response->failed, &arena);
    }
    tt_arena_release(&arena);
}
