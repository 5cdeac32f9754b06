/* outcomes.c -- see outcomes.h. */
#include "session/outcomes.h"

#include "base/log.h"
#include "trimtab/error.h"

/* A proposal that was looked at for less than this was not passed over. */
#define IGNORED_MS 60000u
/* Asking another model for the same within this time is a switch. */
#define SWITCH_MS ((uint64_t)10 * 60 * 1000)

static double took_ms(const struct tt_attempt *attempt)
{
    uint64_t end =
        attempt->ended_ms ? attempt->ended_ms : attempt->session->io->now(attempt->session->io);

    return end > attempt->began_ms ? (double)(end - attempt->began_ms) : 0;
}

static tt_str or_empty(tt_str s)
{
    return s.p ? s : TT_STR("");
}

void tt_outcomes_fill(const struct tt_attempt *attempt, enum tt_outcome_kind kind,
                      struct tt_arena *arena, struct tt_outcome *out)
{
    char name[24];

    tt_outcome_of(&attempt->decision, kind, out);
    out->decision = or_empty(tt_arena_dup(arena, tt_attempt_name(attempt, name)));
    out->id = or_empty(tt_arena_printf(arena, "%.*s-end", TT_STR_ARG(out->decision)));
    out->task = or_empty(tt_arena_dup(arena, out->task));
    out->cls = or_empty(tt_arena_dup(arena, out->cls));
    out->name = or_empty(tt_arena_dup(arena, out->name));
    out->model = or_empty(tt_arena_dup(arena, out->model));
    out->provider = or_empty(tt_arena_dup(arena, out->provider));
    out->tokens_in = tt_llm_usage_read(&attempt->usage);
    out->tokens_out = attempt->usage.output;
    out->cost_usd = attempt->cost_usd;
    out->latency_ms = took_ms(attempt);
    if (attempt->delivery == TT_DELIVER_COMPARE)
        out->by_user = false; /* both models were named by the duel, not by the user */
}

void tt_outcomes_record(struct tt_session *session, struct tt_outcome *outcome)
{
    struct tt_buf json = TT_BUF_INIT(1 << 16);

    if (tt_router_knows(session->router, outcome->id))
        return;
    outcome->wall_ms = session->io->wall(session->io);
    if (tt_router_learn(session->router, outcome, true) == 0 &&
        tt_outcome_write_json(outcome, &json) == 0)
        session->io->record(session->io, TT_RECORD_OUTCOME, tt_buf_str(&json));
    tt_buf_release(&json);
}

void tt_outcomes_add(struct tt_attempt *attempt, enum tt_outcome_kind kind)
{
    struct tt_outcome outcome;
    struct tt_arena arena;

    if (!tt_decision_choice(&attempt->decision))
        return;
    tt_arena_init(&arena);
    tt_outcomes_fill(attempt, kind, &arena, &outcome);
    tt_outcomes_record(attempt->session, &outcome);
    tt_arena_release(&arena);
}

void tt_outcomes_spent(struct tt_attempt *attempt, double usd)
{
    uint64_t in = tt_llm_usage_read(&attempt->usage), out = attempt->usage.output;
    struct tt_outcome outcome;
    struct tt_arena arena;

    if (in == attempt->counted_in && out == attempt->counted_out)
        return;
    tt_arena_init(&arena);
    tt_outcomes_fill(attempt, TT_OUTCOME_SPENT, &arena, &outcome);
    outcome.id = or_empty(tt_arena_printf(&arena, "%.*s-spent-%u", TT_STR_ARG(outcome.decision),
                                          ++attempt->payments));
    outcome.tokens_in = in - attempt->counted_in;
    outcome.tokens_out = out - attempt->counted_out;
    outcome.cost_usd = usd;
    if (!attempt->has_verdict)
        outcome.latency_ms = -1; /* it did not come to an answer */
    attempt->counted_in = in;
    attempt->counted_out = out;
    tt_outcomes_record(attempt->session, &outcome);
    tt_arena_release(&arena);
}

bool tt_outcomes_answered(const struct tt_attempt *attempt)
{
    return attempt->has_verdict && !attempt->cancelled &&
           (attempt->verdict != TT_EDIT_TRUNCATED || attempt->ran_out);
}

/* Is it the model's doing that nothing came of the answer? */
static bool is_models_fault(const struct tt_attempt *attempt)
{
    switch (attempt->verdict) {
    case TT_EDIT_UNREADABLE:
    case TT_EDIT_NO_MATCH:
    case TT_EDIT_AMBIGUOUS:
    case TT_EDIT_OUT_OF_BOUNDS:
    case TT_EDIT_PLACEHOLDER:
    case TT_EDIT_OTHER_FILE:
    case TT_EDIT_TRUNCATED: /* it wrote more than it was allowed to */
        return true;
    case TT_EDIT_BREAKS_SYNTAX:
    case TT_EDIT_TOO_MUCH_DELETED:
        /* a proposal that is held is the user's to judge, where there is a way to */
        return !attempt->held || attempt->delivery == TT_DELIVER_RESOLVE;
    default:
        return false;
    }
}

void tt_outcomes_finished(struct tt_attempt *attempt)
{
    if (tt_outcomes_answered(attempt) && attempt->stage != TT_ATTEMPT_PROPOSED &&
        attempt->delivery != TT_DELIVER_COMPARE && is_models_fault(attempt))
        tt_outcomes_add(attempt, TT_OUTCOME_REFUSED);
}

/* Was the same thing asked before, of the same code? */
static bool is_same_wish(const struct tt_attempt *attempt, const struct tt_attempt *before)
{
    struct tt_session *session = attempt->session;
    struct tt_range range = before->range;

    return tt_str_eq(before->key, attempt->key) &&
           tt_str_eq(before->decision.cls, attempt->decision.cls) &&
           attempt->began_ms - before->ended_ms < SWITCH_MS &&
           tt_documents_move_range(session->documents, before->key, &before->place, &range) == 0 &&
           range.start <= attempt->target.end && attempt->target.start <= range.end;
}

static struct tt_attempt *asked_before(struct tt_attempt *attempt)
{
    if (attempt->retries)
        return tt_attempt_find(attempt->session, attempt->retries);
    for (struct tt_attempt *a = attempt->next; a; a = a->next) {
        if (!tt_attempt_running(a) && a->delivery != TT_DELIVER_COMPARE && is_same_wish(attempt, a))
            return a;
    }
    return NULL;
}

void tt_outcomes_started(struct tt_attempt *attempt)
{
    struct tt_attempt *before;

    if (!attempt->model_named.n || attempt->delivery == TT_DELIVER_COMPARE)
        return;
    before = asked_before(attempt);
    if (!before || !tt_outcomes_answered(before) || before->delivery == TT_DELIVER_COMPARE ||
        tt_str_eq(tt_decision_choice(&before->decision)->model,
                  tt_decision_choice(&attempt->decision)->model))
        return;
    tt_outcomes_add(before, TT_OUTCOME_SWITCHED);
    tt_watch_drop(attempt->session, before->id);
}

void tt_outcomes_forgotten(struct tt_attempt *attempt)
{
    struct tt_io *io = attempt->session->io;

    if (attempt->stage == TT_ATTEMPT_PROPOSED && attempt->delivery != TT_DELIVER_COMPARE &&
        io->now(io) - attempt->ended_ms >= IGNORED_MS)
        tt_outcomes_add(attempt, TT_OUTCOME_IGNORED);
}
