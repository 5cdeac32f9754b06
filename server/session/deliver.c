/* deliver.c -- from a plan to the editor.
 *
 * The plan's edits are for the snapshot that the user saw when asking.  They
 * are moved over whatever was typed since, or not delivered at all; then they
 * become positions in the client's encoding, for exactly one version of the
 * document.  What the client does not apply is said, never lost.
 */
#include "base/log.h"
#include "lsp/code_action.h"
#include "lsp/window.h"
#include "session/ask.h"
#include "session/new_file.h"
#include "session/outcomes.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

#define CLOSED_REASON                                                                              \
    "The document was closed before the answer came, so nothing was applied. Open it, and ask "    \
    "again."

#define STALE_REASON                                                                               \
    "The code to be changed was edited while the model answered, so nothing was applied. "         \
    "Ask again to work on what stands there now."

/* The user said, or what it does suggests, that nothing is applied without a look at it. */
static bool must_ask(const struct tt_attempt *attempt)
{
    return attempt->n_places > 0 || attempt->session->config->confirm == TT_CONFIRM_ALWAYS;
}

/* Does the editor show an edit first, if it is told to? */
static bool editor_asks(const struct tt_session *session)
{
    return session->client.workspace_edit.change_annotations &&
           session->client.workspace_edit.document_changes;
}

/* --- what to apply ---------------------------------------------------------------- */

struct chosen {
    struct tt_text_edit *edits; /* in the arena: sorted, disjoint */
    struct tt_range *lines;     /* in the arena: of each hunk, the whole lines it changes */
    size_t n, hunks;
    bool imports;
};

static tt_str hunk_id(struct tt_arena *arena, size_t i)
{
    return tt_arena_printf(arena, "h%zu", i + 1);
}

static bool listed(const tt_str *ids, size_t n, size_t hunk)
{
    char room[24];
    tt_str id = { room, (size_t)snprintf(room, sizeof(room), "h%zu", hunk + 1) };

    for (size_t i = 0; i < n; i++) {
        if (tt_str_eq(ids[i], id))
            return true;
    }
    return false;
}

/* Hunks by id, or (ids NULL) all but the noise, or all. */
static int choose(const struct tt_attempt *attempt, struct tt_arena *arena, const tt_str *ids,
                  size_t n_ids, bool all, struct chosen *out)
{
    const struct tt_edit_plan *plan = attempt->plan;

    *out = (struct chosen){ 0 };
    out->edits = tt_arena_array(arena, tt_edit_plan_count(plan) + 1, sizeof(*out->edits));
    out->lines = tt_arena_array(arena, tt_edit_plan_hunk_count(plan) + 1, sizeof(*out->lines));
    if (!out->edits || !out->lines)
        return TT_ENOMEM;
    for (size_t i = 0; i < tt_edit_plan_hunk_count(plan); i++) {
        const struct tt_edit_hunk *hunk = tt_edit_plan_hunk_at(plan, i);

        if (ids ? !listed(ids, n_ids, i) : !all && hunk->noise != TT_NOISE_NONE)
            continue;
        for (size_t k = 0; k < hunk->n_edits; k++)
            out->edits[out->n++] = *tt_edit_plan_at(plan, hunk->first_edit + k);
        out->lines[out->hunks++] = hunk->edit.range;
        out->imports |= hunk->in_imports;
    }
    return 0;
}

/* --- as a workspace edit --------------------------------------------------------------- */

struct outgoing_edit {
    struct tt_lsp_workspace_edit edit;
    struct tt_lsp_document_edit document;
    struct tt_lsp_annotation annotations[2];
};

static int to_workspace_edit(struct tt_attempt *attempt, struct tt_arena *arena,
                             const struct chosen *chosen, const struct tt_snapshot *now,
                             struct outgoing_edit *out)
{
    struct tt_session *session = attempt->session;
    struct tt_lsp_text_edit *edits = tt_arena_array(arena, chosen->n + 1, sizeof(*edits));
    tt_str title = attempt->progress.title.n ? attempt->progress.title : TT_STR("trimtab");
    bool annotated = attempt->held || attempt->ask_first;

    if (!edits)
        return TT_ENOMEM;
    for (size_t i = 0; i < chosen->n; i++) {
        edits[i].range =
            tt_text_position_range(now->text, chosen->edits[i].range, session->client.encoding);
        edits[i].text = chosen->edits[i].text;
        edits[i].annotation = annotated ? TT_STR("trimtab") : (tt_str){ NULL, 0 };
    }
    out->document = (struct tt_lsp_document_edit){
        .uri = now->uri,
        .has_version = now->has_version,
        .version = now->version,
        .edits = edits,
        .n = chosen->n,
    };
    out->annotations[0] = (struct tt_lsp_annotation){
        .id = TT_STR("trimtab"),
        .label = title,
        .description = attempt->held ? tt_edit_plan_reason(attempt->plan) : (tt_str){ NULL, 0 },
        .needs_confirmation = true,
    };
    out->edit = (struct tt_lsp_workspace_edit){
        .documents = &out->document,
        .n = 1,
        .annotations = out->annotations,
        .n_annotations = annotated ? 1 : 0,
    };
    return 0;
}

/* Rebase to the newest text.  Gives NULL, with the verdict stale, when a line
 * that a hunk changes was touched: also where the few bytes that really change
 * were not, since the model did not see what the line says now. */
static struct tt_snapshot *rebase(struct tt_attempt *attempt, struct chosen *chosen)
{
    struct tt_snapshot *now;

    for (size_t i = 0; i < chosen->hunks; i++) {
        struct tt_range lines = chosen->lines[i];

        if (tt_documents_rebase_place(attempt->session->documents, attempt->key, &attempt->place,
                                      &lines)) {
            attempt->verdict = TT_EDIT_STALE;
            return NULL;
        }
    }
    if (tt_documents_rebase_edits(attempt->session->documents, attempt->key, &attempt->place,
                                  chosen->edits, chosen->n, &now, NULL) == 0 &&
        !now->damaged)
        return now;
    attempt->verdict = TT_EDIT_STALE;
    return NULL;
}

static tt_str stale_reason(const struct tt_attempt *attempt)
{
    return tt_documents_get(attempt->session->documents, attempt->key) ? TT_STR(STALE_REASON)
                                                                       : TT_STR(CLOSED_REASON);
}

static void refuse_stale(struct tt_attempt *attempt)
{
    tt_attempt_refuse(attempt, stale_reason(attempt));
}

/* --- by workspace/applyEdit ---------------------------------------------------------------- */

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

static int send_apply(struct tt_attempt *attempt, struct chosen *chosen, struct tt_snapshot *now)
{
    struct tt_session *session = attempt->session;
    struct outgoing_edit edit;
    struct tt_outgoing out;
    struct tt_arena arena;
    int err;

    tt_arena_init(&arena);
    err = to_workspace_edit(attempt, &arena, chosen, now, &edit);
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

static void apply(struct tt_attempt *attempt)
{
    struct tt_arena arena;
    struct chosen chosen;
    struct tt_snapshot *now;
    int err;

    tt_arena_init(&arena);
    err = choose(attempt, &arena, attempt->accepted, attempt->n_accepted, attempt->accepted_all,
                 &chosen);
    if (!err && !chosen.n) {
        tt_outcomes_add(attempt, TT_OUTCOME_REFUSED);
        tt_attempt_refuse(attempt, TT_STR("The answer changes nothing but layout, comments or "
                                          "names that nobody asked to change; nothing was "
                                          "applied."));
    } else if (!err) {
        now = rebase(attempt, &chosen);
        if (!now)
            refuse_stale(attempt);
        else
            err = send_apply(attempt, &chosen, now);
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
    bool rejected = (attempt->held || attempt->ask_first) && editor_asks(session);

    attempt->applied_hunks = 0;
    if (may_send && was_overtaken(attempt, arena)) {
        apply(attempt);
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
        apply(a);
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

/* --- by codeAction/resolve -------------------------------------------------------------------- */

/* The call is answered, or nothing was done. */
static int answer_resolve(struct tt_attempt *attempt, struct tt_call *call, tt_str json,
                          size_t *hunks)
{
    struct tt_session *session = attempt->session;
    struct tt_json_text action;
    struct outgoing_edit edit;
    struct tt_outgoing out;
    struct chosen chosen;
    struct tt_snapshot *now;

    if (choose(attempt, &call->arena, NULL, 0, false, &chosen) < 0)
        return TT_ENOMEM;
    now = rebase(attempt, &chosen);
    if (!now)
        return TT_ESTALE;
    if (to_workspace_edit(attempt, &call->arena, &chosen, now, &edit) < 0 ||
        tt_json_parse(json, &call->arena, &action) < 0)
        return TT_ENOMEM;
    *hunks = chosen.hunks;
    tt_watch_sent(attempt, now, chosen.edits, chosen.n);
    tt_outgoing_init(&out);
    tt_lsp_write_resolved(&out.w, &session->client, action.root, &edit.edit, NULL);
    tt_call_reply(call, &out);
    return 0;
}

static void resolve(struct tt_attempt *attempt)
{
    struct tt_call *call = tt_call_find(attempt->session->calls, attempt->call);
    int err =
        call ? answer_resolve(attempt, call, attempt->resolve_action, &attempt->applied_hunks) : 0;

    if (err == TT_ESTALE) {
        refuse_stale(attempt);
    } else if (err) {
        tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
    } else {
        attempt->call = 0;
        tt_attempt_finish(attempt);
    }
}

bool tt_deliver_resolved_again(struct tt_attempt *attempt, struct tt_call *call, tt_str action)
{
    size_t hunks;

    return attempt->applied_hunks > 0 && attempt->verdict == TT_EDIT_READY && attempt->plan &&
           !attempt->held && answer_resolve(attempt, call, action, &hunks) == 0;
}

/* --- as a proposal
 * ---------------------------------------------------------------------------------- */

int tt_deliver_proposal(struct tt_attempt *attempt, struct tt_arena *arena,
                        struct tt_lsp_proposal *out)
{
    const struct tt_edit_plan *plan = attempt->plan;
    size_t n = tt_edit_plan_hunk_count(plan);
    struct tt_lsp_hunk *hunks = tt_arena_array(arena, n + 1, sizeof(*hunks));
    struct tt_text_edit *edits = tt_arena_array(arena, n + 1, sizeof(*edits));
    struct tt_snapshot *now;
    char name[24];

    if (!hunks || !edits)
        return TT_ENOMEM;
    if (attempt->scope == TT_PROMPT_NEW_FILE)
        return tt_new_file_proposal(attempt, arena, out);
    for (size_t i = 0; i < n; i++)
        edits[i] = tt_edit_plan_hunk_at(plan, i)->edit;
    if (tt_documents_rebase_edits(attempt->session->documents, attempt->key, &attempt->place, edits,
                                  n, &now, NULL))
        return TT_ESTALE;
    for (size_t i = 0; i < n; i++) {
        const struct tt_edit_hunk *hunk = tt_edit_plan_hunk_at(plan, i);

        hunks[i] = (struct tt_lsp_hunk){
            .id = hunk_id(arena, i),
            .range = tt_text_position_range(now->text, edits[i].range,
                                            attempt->session->client.encoding),
            .text = edits[i].text,
            .label = hunk->label,
            .noise = hunk->noise != TT_NOISE_NONE,
        };
    }
    *out = (struct tt_lsp_proposal){
        .id = tt_arena_dup(arena, tt_attempt_name(attempt, name)),
        .uri = attempt->uri,
        .verdict = attempt->held ? TT_STR("held") : tt_str_from(tt_verdict_name(attempt->verdict)),
        .reason = tt_edit_plan_reason(plan),
        .review = must_ask(attempt),
        .version = now->version,
        .hunks = hunks,
        .n = n,
        .why = attempt->why,
    };
    return 0;
}

void tt_deliver_refusal(struct tt_attempt *attempt, struct tt_call *call)
{
    struct tt_buf receipt = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_outgoing out;
    char name[24];
    struct tt_lsp_proposal p = {
        .id = tt_attempt_name(attempt, name),
        .uri = attempt->uri,
        .verdict = tt_str_from(tt_verdict_name(attempt->verdict)),
        .reason = attempt->reason,
        .why = attempt->why,
    };

    if (tt_receipt_write(attempt, &receipt) == 0)
        p.receipt = tt_buf_str(&receipt);
    tt_outgoing_init(&out);
    tt_lsp_write_proposal(&out.w, &p);
    tt_call_reply(call, &out);
    tt_buf_release(&receipt);
}

static void propose(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    struct tt_call *call = tt_call_find(session->calls, attempt->call);
    struct tt_buf receipt = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_lsp_proposal p;
    struct tt_outgoing out;
    int err;

    if (!call) {
        tt_attempt_finish(attempt);
        return;
    }
    err = tt_deliver_proposal(attempt, &call->arena, &p);
    if (err) {
        attempt->verdict = TT_EDIT_STALE;
        refuse_stale(attempt);
        return;
    }
    attempt->stage = TT_ATTEMPT_PROPOSED;
    attempt->call = 0;
    attempt->ended_ms = session->io->now(session->io);
    if (tt_receipt_write(attempt, &receipt) == 0)
        p.receipt = tt_buf_str(&receipt);
    tt_attempt_end_progress(attempt);
    tt_outgoing_init(&out);
    tt_lsp_write_proposal(&out.w, &p);
    tt_call_reply(call, &out);
    tt_buf_release(&receipt);
    tt_attempt_finish(attempt);
}

/* --- held
 * ------------------------------------------------------------------------------------------------
 */

/* The button that carries it out. */
static tt_str yes_of(const struct tt_attempt *attempt)
{
    if (attempt->scope == TT_PROMPT_NEW_FILE)
        return TT_STR("Create it");
    return attempt->held ? TT_STR("Apply anyway") : TT_STR("Apply all");
}

static void carry_out(struct tt_attempt *attempt)
{
    attempt->ask_first = false;
    if (attempt->scope != TT_PROMPT_NEW_FILE)
        apply(attempt);
    else if (tt_new_file_create(attempt) < 0)
        tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
}

static void on_choice(void *data, uint64_t tag, const struct tt_message *response)
{
    struct tt_session *session = data;
    struct tt_attempt *attempt = response ? tt_attempt_find(session, tag) : NULL;
    struct tt_lsp_reader reader;
    struct tt_arena arena;
    tt_str choice = { NULL, 0 };

    if (!attempt || attempt->stage != TT_ATTEMPT_PROPOSED || response->failed)
        return;
    tt_arena_init(&arena);
    reader = (struct tt_lsp_reader)TT_LSP_READER(&arena);
    if (tt_lsp_read_message_choice(&reader, response->result, &choice) == 0) {
        if (tt_str_eq(choice, yes_of(attempt)))
            carry_out(attempt);
        else if (tt_str_eq(choice, TT_STR("Discard")))
            tt_outcomes_add(attempt, TT_OUTCOME_REJECTED);
    }
    tt_arena_release(&arena);
}

void tt_deliver_ask(struct tt_attempt *attempt, enum tt_lsp_message_type type, tt_str text)
{
    struct tt_session *session = attempt->session;
    const tt_str actions[] = { yes_of(attempt), TT_STR("Discard") };
    struct tt_outgoing out;

    tt_outgoing_init(&out);
    tt_lsp_write_message_request(&out.w, type, text, actions, 2);
    tt_calls_request(session->calls, "window/showMessageRequest", &out, on_choice, session,
                     attempt->id, NULL);
}

static tt_str places_words(struct tt_attempt *attempt)
{
    size_t n = tt_edit_plan_hunk_count(attempt->plan);

    return tt_arena_printf(&attempt->arena, "%zu place%s of this file would change.", n,
                           n == 1 ? "" : "s");
}

/* Only a guard doubts, or many places change at once: nothing is applied without an
 * explicit act. */
static void hold(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    tt_str reason = attempt->held ? tt_edit_plan_reason(attempt->plan) : places_words(attempt);
    struct tt_buf text = TT_BUF_INIT(1 << 14);
    char name[24];

    if (attempt->call) { /* resolve: the error is the answer */
        tt_attempt_refuse(attempt, reason);
        return;
    }
    attempt->stage = TT_ATTEMPT_PROPOSED;
    attempt->reason = tt_arena_dup(&attempt->arena, reason);
    tt_attempt_finish(attempt);
    if (!session->client.window.show_message_actions) {
        tt_show_message(session, TT_LSP_MESSAGE_WARNING,
                        "trimtab: %.*s Nothing was applied; the proposal is %.*s.",
                        TT_STR_ARG(reason), TT_STR_ARG(tt_attempt_name(attempt, name)));
        return;
    }
    tt_buf_addf(&text, "trimtab: %.*s Nothing was applied.", TT_STR_ARG(reason));
    tt_deliver_ask(attempt, TT_LSP_MESSAGE_WARNING, tt_buf_str(&text));
    tt_buf_release(&text);
}

/* --- public
 * -------------------------------------------------------------------------------------------------
 */

void tt_deliver(struct tt_attempt *attempt)
{
    tt_ask_settle(attempt); /* nothing more will be asked, whatever the editor does with it */
    attempt->ask_first =
        attempt->session->config->confirm == TT_CONFIRM_ALWAYS && editor_asks(attempt->session);
    if (attempt->delivery == TT_DELIVER_COMPARE) {
        attempt->stage = TT_ATTEMPT_PROPOSED;
        tt_attempt_finish(attempt);
    } else if (attempt->delivery == TT_DELIVER_PROPOSE)
        propose(attempt);
    else if (attempt->scope == TT_PROMPT_NEW_FILE && !(attempt->held && attempt->call))
        tt_new_file_deliver(attempt);
    else if (attempt->held || (attempt->delivery == TT_DELIVER_APPLY && must_ask(attempt) &&
                               (attempt->n_places || !attempt->ask_first)))
        hold(attempt);
    else if (attempt->delivery == TT_DELIVER_RESOLVE)
        resolve(attempt);
    else
        apply(attempt);
}

static int remember_accepted(struct tt_attempt *attempt, const tt_str *hunks, size_t n, bool all)
{
    attempt->ask_first = false;
    attempt->accepted_all = all;
    attempt->n_accepted = n;
    attempt->accepted =
        hunks ? tt_arena_array(&attempt->arena, n + 1, sizeof(*attempt->accepted)) : NULL;
    if (hunks && !attempt->accepted)
        return TT_ENOMEM;
    for (size_t i = 0; hunks && i < n; i++) {
        attempt->accepted[i] = tt_arena_dup(&attempt->arena, hunks[i]);
        if (!attempt->accepted[i].p)
            return TT_ENOMEM;
    }
    return 0;
}

int tt_deliver_decided(struct tt_attempt *attempt, const tt_str *hunks, size_t n, bool all,
                       struct tt_buf *why)
{
    struct tt_arena arena;
    struct chosen chosen;
    struct tt_snapshot *now;
    int err;

    if (attempt->stage != TT_ATTEMPT_PROPOSED) {
        tt_buf_adds(why, "That proposal was decided already, or is no longer kept. Ask again.");
        return TT_EINVALID;
    }
    tt_arena_init(&arena);
    err = choose(attempt, &arena, hunks, n, all, &chosen);
    if (!err && !chosen.n) {
        tt_buf_adds(why, "None of these hunks belongs to the proposal.");
        err = TT_EINVALID;
    }
    if (!err)
        err = remember_accepted(attempt, hunks, n, all);
    if (!err && attempt->scope == TT_PROMPT_NEW_FILE) {
        tt_arena_release(&arena);
        return tt_new_file_create(attempt);
    }
    now = err ? NULL : rebase(attempt, &chosen);
    if (!err && !now) {
        tt_buf_add(why, stale_reason(attempt));
        err = TT_ESTALE;
    }
    if (!err)
        err = send_apply(attempt, &chosen, now);
    tt_arena_release(&arena);
    return err;
}
