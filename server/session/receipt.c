/* receipt.c -- what is kept of a request: no code, no key. */
#include "rpc/json.h"
#include "session/attempt.h"

static void write_tokens(struct tt_json_writer *w, const struct tt_attempt *attempt)
{
    tt_jw_key_object(w, "tokens");
    tt_jw_member_uint(w, "in", tt_llm_usage_read(&attempt->usage));
    tt_jw_member_uint(w, "out", attempt->usage.output);
    if (attempt->usage.cache_read)
        tt_jw_member_uint(w, "cached", attempt->usage.cache_read);
    if (attempt->estimated)
        tt_jw_member_bool(w, "estimated", true);
    tt_jw_object_end(w);
}

static void write_times(struct tt_json_writer *w, const struct tt_attempt *attempt)
{
    if (attempt->first_byte_ms > attempt->asked_ms)
        tt_jw_member_uint(w, "first_byte_ms", attempt->first_byte_ms - attempt->asked_ms);
    tt_jw_member_uint(
        w, "ms", attempt->ended_ms > attempt->began_ms ? attempt->ended_ms - attempt->began_ms : 0);
}

tt_str tt_attempt_warning(const struct tt_attempt *attempt)
{
    return attempt->plan && attempt->has_verdict && attempt->verdict == TT_EDIT_READY &&
                   !attempt->cancelled
               ? tt_edit_plan_warning(attempt->plan)
               : (tt_str){ NULL, 0 };
}

static void write_verdict(struct tt_json_writer *w, const struct tt_attempt *attempt)
{
    size_t noise = 0;

    tt_jw_member_cstr(w, "verdict",
                      attempt->cancelled     ? "cancelled"
                      : attempt->held        ? "held"
                      : attempt->has_verdict ? tt_verdict_name(attempt->verdict)
                                             : "failed");
    tt_jw_member_opt(w, "verdict_reason",
                     attempt->plan ? tt_edit_plan_reason(attempt->plan) : attempt->reason);
    tt_jw_member_opt(w, "warning", tt_attempt_warning(attempt));
    if (!attempt->plan)
        return;
    for (size_t i = 0; i < tt_edit_plan_hunk_count(attempt->plan); i++)
        noise += tt_edit_plan_hunk_at(attempt->plan, i)->noise != TT_NOISE_NONE;
    tt_jw_member_cstr(w, "format", tt_edit_format_name(tt_edit_plan_format(attempt->plan)));
    tt_jw_member_uint(w, "hunks", tt_edit_plan_hunk_count(attempt->plan));
    if (noise)
        tt_jw_member_uint(w, "noise", noise);
    tt_jw_member_uint(w, "applied", attempt->applied_hunks);
}

/* 0 also once the prompt is forgotten, with a proposal that was decided later. */
static size_t hidden_secrets(const struct tt_attempt *attempt)
{
    const struct tt_prompt *prompt = &attempt->prompt;

    return attempt->prompt_arena.head && prompt->redact ? tt_redact_count(prompt->redact) : 0;
}

/* Everything that left this machine, by file. */
static void write_sent(struct tt_json_writer *w, const struct tt_attempt *attempt)
{
    if (!attempt->prompt.n_parts || !attempt->prompt_arena.head)
        return;
    tt_jw_key_array(w, "sent");
    for (size_t i = 0; i < attempt->prompt.n_parts; i++) {
        const struct tt_prompt_part *part = &attempt->prompt.parts[i];

        tt_jw_object(w);
        tt_jw_member_cstr(w, "kind", tt_prompt_kind_name(part->kind));
        tt_jw_member_opt(w, "path", part->path);
        if (part->first_line) {
            tt_jw_member_uint(w, "first_line", part->first_line);
            tt_jw_member_uint(w, "last_line", part->last_line);
        }
        tt_jw_member_uint(w, "tokens", part->tokens);
        tt_jw_object_end(w);
    }
    tt_jw_array_end(w);
    if (attempt->prompt.redact)
        tt_jw_member_uint(w, "redacted", tt_redact_count(attempt->prompt.redact));
}

int tt_receipt_write(const struct tt_attempt *attempt, struct tt_buf *out)
{
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    struct tt_json_writer w;
    char name[24];

    tt_json_writer_init(&w, out);
    tt_jw_object(&w);
    tt_jw_member(&w, "id", tt_attempt_name(attempt, name));
    tt_jw_member_int(&w, "time", attempt->wall_ms);
    tt_jw_member(&w, "path", attempt->path);
    tt_jw_member_opt(&w, "action", tt_str_from(attempt->action ? attempt->action->leaf : NULL));
    tt_jw_member_cstr(&w, "task", tt_task_id(attempt->task.task));
    tt_jw_member_opt(&w, "finding", attempt->decision.finding);
    tt_jw_member(&w, "name", choice->name);
    tt_jw_member(&w, "provider", choice->provider);
    tt_jw_member(&w, "model", choice->model);
    tt_jw_member_opt(&w, "answered_by", attempt->answered_by);
    tt_jw_member(&w, "reason", attempt->decision.reason);
    write_tokens(&w, attempt);
    if (attempt->cost_usd >= 0)
        tt_jw_member_double(&w, "cost_usd", attempt->cost_usd);
    write_times(&w, attempt);
    if (attempt->n_tried) {
        tt_jw_key_array(&w, "tried");
        for (size_t i = 0; i < attempt->n_tried; i++)
            tt_jw_str(&w, attempt->tried[i]);
        tt_jw_array_end(&w);
    }
    if (attempt->reasks)
        tt_jw_member_uint(&w, "asked_again", attempt->reasks);
    write_verdict(&w, attempt);
    write_sent(&w, attempt);
    tt_jw_object_end(&w);
    return out->err;
}

void tt_receipt_words(const struct tt_attempt *attempt, struct tt_buf *out)
{
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    uint64_t ms = attempt->ended_ms - attempt->began_ms;
    size_t hidden = hidden_secrets(attempt);
    char cost[32];

    tt_cost_words(attempt->cost_usd, cost, sizeof(cost));
    tt_buf_addf(out, "%.*s: %llu tokens in, %llu out, %s, %.1f s", TT_STR_ARG(choice->model),
                (unsigned long long)tt_llm_usage_read(&attempt->usage),
                (unsigned long long)attempt->usage.output, cost, (double)ms / 1000);
    if (hidden)
        tt_buf_addf(out, "; %zu secret%s hidden from it", hidden, hidden == 1 ? "" : "s");
    if (attempt->cancelled)
        tt_buf_adds(out, "; cancelled");
    else if (attempt->stage == TT_ATTEMPT_DONE && !attempt->applied_hunks)
        tt_buf_adds(out, "; nothing applied");
    if (tt_attempt_warning(attempt).n)
        tt_buf_addf(out, ". %.*s", TT_STR_ARG(tt_attempt_warning(attempt)));
}
