/* attempt.c -- the list of attempts, their beginning, end and cancellation.
 *
 * ask.c puts the question and listens to the answer, check.c lets the edit
 * engine judge it, deliver.c hands the edit over.  Whatever happens, an attempt
 * ends here, once, in tt_attempt_finish.
 */
#include "session/attempt.h"

#include "base/log.h"
#include "lsp/code_action.h"
#include "lsp/window.h"
#include "session/actions.h"
#include "session/ask.h"
#include "session/compare.h"
#include "session/context.h"
#include "session/fix_all.h"
#include "session/new_file.h"
#include "session/outcomes.h"
#include "session/project.h"
#include "session/source.h"
#include "session/target.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

/* --- the list ------------------------------------------------------------------ */

bool tt_attempt_running(const struct tt_attempt *attempt)
{
    return attempt->stage < TT_ATTEMPT_PROPOSED;
}

size_t tt_attempts_running(const struct tt_session *session)
{
    size_t n = 0;

    for (const struct tt_attempt *a = session->attempts; a; a = a->next)
        n += tt_attempt_running(a);
    return n;
}

struct tt_attempt *tt_attempt_find(struct tt_session *session, uint64_t id)
{
    for (struct tt_attempt *a = session->attempts; a; a = a->next) {
        if (a->id == id)
            return a;
    }
    return NULL;
}

tt_str tt_attempt_name(const struct tt_attempt *attempt, char out[24])
{
    int n = snprintf(out, 24, "e%08x-%llu", attempt->session->stamp,
                     (unsigned long long)(attempt->id & 0xffffffffu));

    return (tt_str){ out, (size_t)n };
}

struct tt_attempt *tt_attempt_named(struct tt_session *session, tt_str name)
{
    char own[24];

    for (struct tt_attempt *a = session->attempts; a; a = a->next) {
        if (tt_str_eq(tt_attempt_name(a, own), name))
            return a;
    }
    return NULL;
}

struct tt_attempt *tt_attempt_last_applied(struct tt_session *session, tt_str uri)
{
    for (struct tt_attempt *a = session->attempts; a; a = a->next) {
        if (a->stage == TT_ATTEMPT_DONE && a->applied_hunks && tt_str_eq(a->uri, uri))
            return a;
    }
    return NULL;
}

static void attempt_free(struct tt_attempt *attempt)
{
    tt_ask_stop(attempt);
    if (attempt->snapshot)
        tt_snapshot_unref(attempt->snapshot);
    tt_edit_plan_destroy(attempt->plan);
    tt_decision_release(&attempt->decision);
    tt_arena_release(&attempt->prompt_arena);
    tt_arena_release(&attempt->text_arena);
    tt_arena_release(&attempt->arena);
    free(attempt->tried);
    free(attempt);
}

/* Forget the oldest ones that are over. */
static void trim(struct tt_session *session)
{
    size_t kept = 0;

    for (struct tt_attempt **at = &session->attempts; *at;) {
        struct tt_attempt *attempt = *at;

        if (!tt_attempt_running(attempt) && !tt_compare_waits(session, attempt->duel) &&
            ++kept > TT_ATTEMPTS_KEPT) {
            *at = attempt->next;
            tt_outcomes_forgotten(attempt);
            attempt_free(attempt);
        } else {
            at = &attempt->next;
        }
    }
}

void tt_attempts_release(struct tt_session *session)
{
    while (session->attempts) {
        struct tt_attempt *attempt = session->attempts;

        session->attempts = attempt->next;
        attempt_free(attempt);
    }
}

/* --- beginning ------------------------------------------------------------------- */

/* A follow-up carries what was asked and answered before. */
static void take_turn(struct tt_attempt *attempt)
{
    struct tt_attempt *before = tt_attempt_find(attempt->session, attempt->refines);

    if (!before) {
        attempt->refines = 0;
        return;
    }
    attempt->turn.instruction = tt_arena_dup(&attempt->arena, before->instruction);
    attempt->turn.answer = tt_arena_dup(&attempt->arena, before->answer);
}

static struct tt_attempt *attempt_new(struct tt_session *session, const struct tt_attempt_ask *ask)
{
    struct tt_attempt *attempt = calloc(1, sizeof(*attempt));
    struct tt_arena *arena;
    tt_str path;

    if (!attempt)
        return NULL;
    arena = &attempt->arena;
    attempt->session = session;
    attempt->id = tt_session_next_id(session);
    attempt->snapshot = tt_snapshot_ref(ask->snapshot);
    tt_decision_init(&attempt->decision);
    path = tt_settings_relative(session, ask->snapshot->path);
    attempt->place = tt_snapshot_place(ask->snapshot);
    attempt->uri = tt_arena_dup(arena, ask->snapshot->uri);
    attempt->key = tt_arena_dup(arena, ask->snapshot->key);
    attempt->path = tt_arena_dup(arena, path);
    attempt->bytes = tt_source_bytes(ask->snapshot, &attempt->text_arena);
    attempt->instruction = tt_arena_dup(arena, ask->instruction);
    attempt->rule = tt_arena_dup(arena, ask->rule);
    attempt->model_named = tt_arena_dup(arena, ask->model);
    attempt->resolve_action = tt_arena_dup(arena, ask->resolve_action);
    attempt->resolve_menu = tt_arena_dup(arena, ask->resolve_menu);
    attempt->resolve_entry = tt_arena_dup(arena, ask->resolve_entry);
    attempt->action = tt_action_copy(ask->action, arena);
    attempt->range = ask->range;
    attempt->delivery = ask->delivery;
    attempt->call = ask->call;
    attempt->refines = ask->refines;
    attempt->retries = ask->retries;
    attempt->duel = ask->duel;
    attempt->everywhere = ask->everywhere;
    take_turn(attempt);
    attempt->caps_reduced = false;
    attempt->cost_usd = 0;
    attempt->began_ms = session->io->now(session->io);
    attempt->wall_ms = session->io->wall(session->io);
    if (!attempt->bytes.p || !attempt->instruction.p || !attempt->uri.p || !attempt->path.p) {
        attempt_free(attempt);
        return NULL;
    }
    return attempt;
}

/* What one rule finds, all of it. */
static int find_places(struct tt_attempt *attempt, struct tt_buf *why)
{
    struct tt_fix_all all = { 0 };
    int err = 0;

    if (!attempt->everywhere)
        return 0;
    err = tt_fix_all_find(attempt->session, attempt->snapshot, attempt->bytes, attempt->rule,
                          &attempt->arena, &all);
    if (err == TT_ENOTFOUND)
        tt_buf_adds(why, "The rules have not looked at all of this text yet; ask again in a "
                         "moment.");
    else if (!err && !all.n_places)
        tt_buf_addf(why, "The rule `%.*s` finds nothing in this document that a model would mend.",
                    TT_STR_ARG(attempt->rule));
    if (err || !all.n_places)
        return TT_EINVALID;
    attempt->places = all.places;
    attempt->n_places = all.n_places;
    attempt->range = all.range;
    attempt->words = tt_arena_printf(
        &attempt->arena,
        "%.*s\nDo so at each of the %zu places that are listed as problems, and nowhere else.",
        TT_STR_ARG(attempt->instruction), all.n);
    return attempt->words.p ? 0 : TT_ENOMEM;
}

static void find_target(struct tt_attempt *attempt, const struct tt_attempt_ask *ask)
{
    struct tt_target target;

    if (attempt->n_places)
        tt_target_find(attempt->snapshot, attempt->bytes, attempt->range, true, TT_PROMPT_RANGE,
                       &target);
    else
        tt_target_find(attempt->snapshot, attempt->bytes, ask->range, ask->has_scope, ask->scope,
                       &target);
    attempt->target = target.range;
    attempt->symbol = target.symbol;
    attempt->scope = target.scope;
    attempt->imports = tt_source_imports(attempt->snapshot, attempt->bytes);
}

static int ignored(struct tt_attempt *attempt, struct tt_buf *why)
{
    if (!tt_project_ignores(attempt->session, attempt->path))
        return 0;
    tt_buf_addf(why, "%.*s is on the ignore list: it is never sent to a model.",
                TT_STR_ARG(attempt->path));
    return TT_EINVALID;
}

static int switched_off(struct tt_attempt *attempt, struct tt_buf *why)
{
    if (tt_actions_on(attempt->session, attempt->snapshot->lang))
        return 0;
    tt_buf_adds(why, "Models are switched off here by the settings `enabled` or `languages`.");
    return TT_EINVALID;
}

static int no_new_file(struct tt_attempt *attempt, struct tt_buf *why)
{
    if (attempt->scope != TT_PROMPT_NEW_FILE)
        return 0;
    if (!tt_new_file_possible(attempt->session))
        tt_buf_adds(why, "This editor cannot create files for a language server, or has no folder "
                         "open; ask for a change in this file instead.");
    else if (!tt_settings_folder(attempt->session, attempt->snapshot->path).n)
        tt_buf_adds(why, "This document lies outside of the workspace, so there is no place for "
                         "a new file beside it.");
    else
        return 0;
    return TT_EINVALID;
}

int tt_attempt_start(struct tt_session *session, const struct tt_attempt_ask *ask, uint64_t *id,
                     struct tt_buf *why)
{
    struct tt_attempt *attempt = attempt_new(session, ask);
    int err;

    if (!attempt) {
        tt_buf_adds(why, "trimtab is out of memory.");
        return TT_ENOMEM;
    }
    err = find_places(attempt, why);
    if (!err) {
        find_target(attempt, ask);
        err = switched_off(attempt, why);
    }
    if (!err)
        err = ignored(attempt, why);
    if (!err)
        err = no_new_file(attempt, why);
    if (!err) {
        tt_ask_classify(attempt);
        tt_context_fill(attempt, ask);
        err = tt_ask_decide(attempt, why);
    }
    if (err) {
        attempt_free(attempt);
        return err;
    }
    attempt->next = session->attempts;
    session->attempts = attempt;
    *id = attempt->id;
    tt_outcomes_started(attempt);
    tt_progress_begin(session, &attempt->progress, &attempt->arena, attempt->id,
                      ask->progress_token, tt_ask_title(attempt), tt_ask_waiting_words(attempt));
    tt_context_begin(attempt);
    tt_status_changed(session);
    trim(session);
    return 0;
}

/* --- the end ---------------------------------------------------------------------- */

static void answer_call(struct tt_attempt *attempt)
{
    struct tt_call *call =
        attempt->call ? tt_call_find(attempt->session->calls, attempt->call) : NULL;

    attempt->call = 0;
    if (!call)
        return;
    if (attempt->cancelled)
        tt_call_fail(call, TT_RPC_REQUEST_CANCELLED, "The request was cancelled.");
    else if (attempt->delivery == TT_DELIVER_PROPOSE && attempt->has_verdict)
        tt_deliver_refusal(attempt, call);
    else
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, "%.*s", TT_STR_ARG(attempt->reason));
}

static void keep_answer(struct tt_attempt *attempt)
{
    struct tt_json_writer w;
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    char name[24];

    tt_json_writer_init(&w, &out);
    tt_jw_object(&w);
    tt_jw_member(&w, "id", tt_attempt_name(attempt, name));
    tt_jw_member_int(&w, "time", attempt->wall_ms);
    tt_jw_member(&w, "path", attempt->path);
    tt_jw_member(&w, "answer", attempt->answer);
    tt_jw_object_end(&w);
    if (!out.err)
        attempt->session->io->record(attempt->session->io, TT_RECORD_ANSWER, tt_buf_str(&out));
    tt_buf_release(&out);
}

static void keep_receipt(struct tt_attempt *attempt)
{
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);

    if (tt_receipt_write(attempt, &out) == 0)
        attempt->session->io->record(attempt->session->io, TT_RECORD_RECEIPT, tt_buf_str(&out));
    tt_buf_release(&out);
}

void tt_attempt_end_progress(struct tt_attempt *attempt)
{
    char room[1024];
    struct tt_buf words = TT_BUF_OVER(room);

    tt_receipt_words(attempt, &words);
    tt_progress_end(attempt->session, &attempt->progress, tt_buf_str(&words));
}

/* An edit went out that could not be checked in full, and no end of a progress said it. */
static void show_warning(struct tt_attempt *attempt)
{
    tt_str warning = tt_attempt_warning(attempt);

    if (warning.n && attempt->applied_hunks && attempt->delivery != TT_DELIVER_PROPOSE &&
        attempt->delivery != TT_DELIVER_COMPARE)
        tt_show_message(attempt->session, TT_LSP_MESSAGE_WARNING,
                        "trimtab: %.*s Look at the edit; undo takes it back.", TT_STR_ARG(warning));
}

void tt_attempt_finish(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    bool proposed = attempt->stage == TT_ATTEMPT_PROPOSED;
    bool is_shown = attempt->progress.state == TT_PROGRESS_ON;

    if (attempt->stage == TT_ATTEMPT_DONE)
        return;
    attempt->ended_ms = session->io->now(session->io);
    tt_preview_end(attempt);
    tt_ask_stop(attempt);
    tt_ask_settle(attempt);
    if (!proposed)
        attempt->stage = TT_ATTEMPT_DONE;
    tt_attempt_end_progress(attempt);
    if (!is_shown)
        show_warning(attempt);
    answer_call(attempt);
    keep_receipt(attempt);
    tt_outcomes_finished(attempt);
    /* What is kept for later needs ids and byte ranges only, not the text. */
    if (attempt->snapshot) {
        tt_snapshot_unref(attempt->snapshot);
        attempt->snapshot = NULL;
    }
    tt_arena_release(&attempt->prompt_arena);
    tt_arena_release(&attempt->text_arena);
    attempt->bytes = (tt_str){ NULL, 0 };
    tt_status_changed(session);
    if (attempt->delivery == TT_DELIVER_COMPARE)
        tt_compare_on_finished(session, attempt);
}

void tt_attempt_refuse(struct tt_attempt *attempt, tt_str reason)
{
    /* then the answer to the call says it, or the duel's; not of a side that was chosen since */
    bool silent =
        attempt->call != 0 || (attempt->delivery == TT_DELIVER_COMPARE && !attempt->sends);

    attempt->reason = tt_arena_dup(&attempt->arena, reason);
    if (!attempt->reason.n)
        attempt->reason = TT_STR(TT_RPC_NO_MEMORY);
    if (attempt->answer.n && !attempt->cancelled)
        keep_answer(attempt);
    if (!silent && !attempt->cancelled) {
        char name[24];
        tt_str id = tt_attempt_name(attempt, name);

        tt_show_message(attempt->session, TT_LSP_MESSAGE_WARNING,
                        attempt->answer.n
                            ? "trimtab: %.*s  (The answer is kept: trimtab log --answer %.*s)"
                            : "trimtab: %.*s",
                        TT_STR_ARG(attempt->reason), TT_STR_ARG(id));
    }
    tt_attempt_finish(attempt);
}

#define CANCEL_MS 2000u

/* --- cancelling -------------------------------------------------------------------- */

void tt_attempt_cancel(struct tt_attempt *attempt)
{
    if (!tt_attempt_running(attempt))
        return;
    /* Once the edit is with the client it cannot be called back, but it is not
     * sent again either; it answers soon, or not at all. */
    if (attempt->stage == TT_ATTEMPT_APPLYING) {
        attempt->unwanted = true;
        tt_deliver_wait(attempt, CANCEL_MS);
        return;
    }
    attempt->cancelled = true;
    attempt->reason = TT_STR("The request was cancelled.");
    tt_attempt_finish(attempt);
}

void tt_attempts_cancel_all(struct tt_session *session)
{
    for (struct tt_attempt *a = session->attempts; a; a = a->next)
        tt_attempt_cancel(a);
}

/* --- events -------------------------------------------------------------------------- */

void tt_attempts_on_keys(struct tt_session *session)
{
    for (struct tt_attempt *a = session->attempts, *next; a; a = next) {
        next = a->next;
        if (a->stage == TT_ATTEMPT_KEY)
            tt_ask_begin(a);
    }
}

void tt_attempts_on_settings(struct tt_session *session)
{
    for (struct tt_attempt *a = session->attempts; a; a = a->next) {
        bool gone = false;

        for (size_t i = 0; i < a->decision.n_candidates; i++) {
            struct tt_candidate *candidate = &a->decision.candidates[i];
            int at = tt_config_model(session->config, candidate->name);

            if (at >= 0)
                candidate->model_index = (uint32_t)at;
            else
                gone |= (int)i == a->decision.choice;
        }
        if (gone && tt_attempt_running(a))
            tt_attempt_refuse(a, TT_STR("Its model was taken out of the settings, so the request "
                                        "was ended. Ask again."));
        else if (a->stage == TT_ATTEMPT_KEY) /* its key may come from elsewhere now */
            tt_ask_begin(a);
    }
}

bool tt_attempts_on_event(struct tt_session *session, const struct tt_event *event)
{
    for (struct tt_attempt *a = session->attempts; a; a = a->next) {
        if (event->type == TT_EVENT_TIMER ? a->timer == event->id : a->http == event->id) {
            tt_ask_on_event(a, event);
            return true;
        }
    }
    return false;
}
