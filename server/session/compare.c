/* compare.c -- see compare.h.
 *
 * Both sides are ordinary attempts, so that all that holds for one holds here:
 * checks, costs, cancelling.  What the client gets does not say which model is
 * which until the user has judged.
 */
#include "session/compare.h"
#include "analysis/paths.h"

#include "base/log.h"
#include "lsp/command.h"
#include "session/findings.h"
#include "session/outcomes.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define DUELS_KEPT 8u

struct tt_duel {
    struct tt_duel *next;
    uint64_t id, call; /* call: 0 once answered */
    uint64_t sides[2]; /* ids of the attempts, in the order the client sees */
};

static struct tt_duel *duel_of(const struct tt_session *session, uint64_t id)
{
    for (struct tt_duel *d = session->duels; d; d = d->next) {
        if (d->id == id)
            return d;
    }
    return NULL;
}

/* Forget the oldest ones; never one whose answer is still owed. */
static void trim(struct tt_session *session)
{
    struct tt_duel **at = &session->duels;
    unsigned kept = 0;

    while (*at) {
        struct tt_duel *duel = *at;

        if (duel->call || kept++ < DUELS_KEPT) {
            at = &duel->next;
        } else {
            *at = duel->next;
            free(duel);
        }
    }
}

bool tt_compare_waits(const struct tt_session *session, uint64_t id)
{
    const struct tt_duel *duel = id ? duel_of(session, id) : NULL;

    return duel && duel->call;
}

void tt_compare_release(struct tt_session *session)
{
    while (session->duels) {
        struct tt_duel *duel = session->duels;

        session->duels = duel->next;
        free(duel);
    }
}

/* --- beginning --------------------------------------------------------------------- */

const struct tt_candidate *tt_compare_rival(const struct tt_decision *decision)
{
    const struct tt_candidate *choice = tt_decision_choice(decision), *best = NULL;

    for (size_t i = 0; i < decision->n_candidates; i++) {
        const struct tt_candidate *c = &decision->candidates[i];

        if (!c->eligible || c == choice || (choice && tt_str_eq(c->model, choice->model)))
            continue;
        if (!best || c->mean > best->mean ||
            (choice && best->family == choice->family && c->family != choice->family))
            best = c;
    }
    return best;
}

static void on_cancel(struct tt_call *call)
{
    struct tt_session *session = call->data;

    for (struct tt_duel *d = session->duels; d; d = d->next) {
        if (d->call != call->id)
            continue;
        d->call = 0;
        for (int i = 0; i < 2; i++) {
            struct tt_attempt *side = tt_attempt_find(session, d->sides[i]);

            if (side)
                tt_attempt_cancel(side);
        }
        break;
    }
    tt_call_fail(call, TT_RPC_REQUEST_CANCELLED, "The request was cancelled.");
}

/* Both requests, or none. */
static int start_sides(struct tt_session *session, struct tt_duel *duel, struct tt_attempt_ask *ask,
                       const tt_str models[2], struct tt_buf *why)
{
    unsigned first = (unsigned)(session->io->random(session->io) & 1);

    ask->delivery = TT_DELIVER_COMPARE;
    ask->duel = duel->id;
    for (unsigned i = 0; i < 2; i++) {
        int err;

        ask->model = models[i];
        err = tt_attempt_start(session, ask, &duel->sides[(i + first) % 2], why);
        if (err) {
            struct tt_attempt *other = tt_attempt_find(session, duel->sides[first]);

            if (i && other)
                tt_attempt_cancel(other);
            return err;
        }
    }
    return 0;
}

void tt_compare_start(struct tt_session *session, struct tt_call *call, struct tt_attempt_ask *ask)
{
    struct tt_buf why = TT_BUF_INIT(1 << 14);
    struct tt_duel *duel = calloc(1, sizeof(*duel));
    const struct tt_candidate *other = NULL;
    struct tt_decision decision;
    tt_str models[2];
    int err;

    const struct tt_decide_ask first = {
        .snapshot = ask->snapshot,
        .bytes = tt_findings_bytes(session, ask->snapshot),
        .range = ask->range,
        .action = ask->action,
        .instruction = ask->instruction,
    };
    tt_decision_init(&decision);
    err = duel ? tt_attempt_decide(session, &first, &decision) : TT_ENOMEM;
    if (!err && tt_decision_choice(&decision))
        other = tt_compare_rival(&decision);
    if (err == TT_ENOMEM || !duel) {
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, TT_RPC_NO_MEMORY);
        free(duel);
        goto done;
    }
    if (err || !other) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, "Two models are needed to compare. %.*s",
                     TT_STR_ARG(decision.reason));
        free(duel);
        goto done;
    }
    models[0] = tt_arena_dup(&call->arena, tt_decision_choice(&decision)->name);
    models[1] = tt_arena_dup(&call->arena, other->name);
    duel->id = tt_session_next_id(session);
    duel->call = call->id;
    duel->next = session->duels;
    session->duels = duel;
    call->data = session;
    call->on_cancel = on_cancel;
    if (start_sides(session, duel, ask, models, &why) < 0) {
        duel->call = 0;
        tt_call_fail(call, TT_RPC_REQUEST_FAILED, "%.*s", TT_STR_ARG(tt_buf_str(&why)));
    } else {
        tt_router_dueled(session->router, session->io->wall(session->io));
    }
    trim(session);
done:
    tt_decision_release(&decision);
    tt_buf_release(&why);
}

/* --- the answer ------------------------------------------------------------------------ */

/* What may be known before the judgement: not the model. */
static tt_str blind_receipt(const struct tt_attempt *side, struct tt_arena *arena)
{
    struct tt_buf out = TT_BUF_INIT(4096);
    struct tt_json_writer w;
    tt_str raw;

    tt_json_writer_init(&w, &out);
    tt_jw_object(&w);
    tt_jw_key_object(&w, "tokens");
    tt_jw_member_uint(&w, "in", tt_llm_usage_read(&side->usage));
    tt_jw_member_uint(&w, "out", side->usage.output);
    tt_jw_object_end(&w);
    if (side->cost_usd >= 0)
        tt_jw_member_double(&w, "cost_usd", side->cost_usd);
    tt_jw_member_uint(&w, "ms", side->ended_ms - side->began_ms);
    tt_jw_object_end(&w);
    raw = tt_arena_dup(arena, tt_buf_str(&out));
    tt_buf_release(&out);
    return raw;
}

/* Nor what failed, by its name: the log says it, and trimtab.rate. */
static tt_str blind_reason(const struct tt_attempt *side, struct tt_arena *arena)
{
    const struct tt_candidate *choice = tt_decision_choice(&side->decision);
    tt_str who = tt_arena_printf(arena, "%.*s (%.*s, %.*s)", TT_STR_ARG(choice->name),
                                 TT_STR_ARG(choice->provider), TT_STR_ARG(choice->model));
    const tt_str names[] = { choice->name, choice->provider, choice->model };
    tt_str reason = side->reason;

    if (who.p && tt_str_starts(reason, who))
        reason = tt_arena_printf(arena, "This model%.*s",
                                 TT_STR_ARG(tt_str_sub(reason, who.n, reason.n)));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].n && tt_str_has_nocase(reason, names[i]))
            return TT_STR("This model could not answer; the log says why.");
    }
    return reason;
}

static void side_proposal(struct tt_attempt *side, struct tt_arena *arena,
                          struct tt_lsp_proposal *out)
{
    bool proposed = side->stage == TT_ATTEMPT_PROPOSED;
    char name[24];
    int err = proposed ? tt_deliver_proposal(side, arena, out) : 0;

    if (err == TT_ESTALE)
        side->verdict = TT_EDIT_STALE;
    if (!proposed || err) {
        *out = (struct tt_lsp_proposal){
            .id = tt_arena_dup(arena, tt_attempt_name(side, name)),
            .uri = side->uri,
            .verdict = tt_str_from(side->cancelled     ? "cancelled"
                                   : side->has_verdict ? tt_verdict_name(side->verdict)
                                                       : "failed"),
            .reason = err ? TT_STR("The code to be changed was edited while the models answered; "
                                   "compare again to work on what stands there now.")
                          : blind_reason(side, arena),
            .version = tt_deliver_version(side),
        };
    }
    out->receipt = blind_receipt(side, arena);
}

void tt_compare_on_finished(struct tt_session *session, const struct tt_attempt *attempt)
{
    struct tt_duel *duel = duel_of(session, attempt->duel);
    struct tt_call *call = duel && duel->call ? tt_call_find(session->calls, duel->call) : NULL;
    struct tt_lsp_proposal proposals[2];
    struct tt_buf id = TT_BUF_INIT(64);
    struct tt_outgoing out;

    if (!call)
        return;
    for (int i = 0; i < 2; i++) {
        struct tt_attempt *side = tt_attempt_find(session, duel->sides[i]);

        if (!side || tt_attempt_running(side))
            return;
        side_proposal(side, &call->arena, &proposals[i]);
    }
    duel->call = 0;
    tt_buf_addf(&id, "d%llu", (unsigned long long)duel->id);
    tt_outgoing_init(&out);
    tt_lsp_write_comparison(&out.w, tt_buf_str(&id), &proposals[0], &proposals[1]);
    tt_call_reply(call, &out);
    tt_buf_release(&id);
}

/* --- the judgement ------------------------------------------------------------------------ */

static void reveal(struct tt_json_writer *w, const char *key, const struct tt_attempt *side)
{
    const struct tt_candidate *choice = tt_decision_choice(&side->decision);

    tt_jw_key_object(w, key);
    tt_jw_member(w, "name", choice->name);
    tt_jw_member(w, "model", choice->model);
    tt_jw_object_end(w);
}

void tt_compare_rate(struct tt_session *session, struct tt_call *call, tt_str id, tt_str winner)
{
    struct tt_attempt *sides[2] = { NULL, NULL };
    struct tt_outgoing out;

    for (struct tt_duel *d = session->duels; d; d = d->next) {
        char own[32];
        int n = snprintf(own, sizeof(own), "d%llu", (unsigned long long)d->id);

        if (d->call || !tt_str_eq(id, (tt_str){ own, (size_t)n }))
            continue;
        for (int i = 0; i < 2; i++)
            sides[i] = tt_attempt_find(session, d->sides[i]);
        d->id = 0; /* judged: once only */
        break;
    }
    if (!sides[0] || !sides[1]) {
        tt_call_fail(call, TT_RPC_REQUEST_FAILED,
                     "There is no comparison %.*s to judge: it was judged already, or is no longer "
                     "kept.",
                     TT_STR_ARG(id));
        return;
    }
    if (!tt_str_eq(winner, TT_STR("none")) && tt_outcomes_answered(sides[0]) &&
        tt_outcomes_answered(sides[1])) {
        bool first = tt_str_eq(winner, TT_STR("a"));

        tt_outcomes_add(sides[0], first ? TT_OUTCOME_WON : TT_OUTCOME_LOST);
        tt_outcomes_add(sides[1], first ? TT_OUTCOME_LOST : TT_OUTCOME_WON);
    }
    tt_outgoing_init(&out);
    tt_jw_object(&out.w);
    reveal(&out.w, "a", sides[0]);
    reveal(&out.w, "b", sides[1]);
    tt_jw_object_end(&out.w);
    tt_call_reply(call, &out);
}
