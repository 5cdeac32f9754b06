/* ask.c -- see ask.h.
 *
 *   ask_decide.c   which model
 *   ask_key.c      the key: begin
 *   ask_send.c     the request
 *   ask.c          the answer as it comes, and its end
 *   ask_fail.c     what follows a failure: again, another model, or the end
 *   ask_cost.c     what was used
 *
 * Nothing of a broken answer is ever used.
 */
#include "session/ask_parts.h"

#define GRACE_MS 300u /* after the end mark, for the connection to end by itself */
#define WHY_MAX  600u /* bytes of the model's explanation; a longer one is cut */

void tt_ask_again(struct tt_attempt *attempt, tt_str advice)
{
    attempt->reasks++;
    attempt->reask_answer = attempt->answer;
    attempt->reask_reason = tt_arena_dup(&attempt->arena, advice);
    tt_progress_report(attempt->session, &attempt->progress,
                       TT_STR("the answer did not fit; asking once more"));
    attempt->patience_from = attempt->session->io->now(attempt->session->io);
    tt_ask_send(attempt);
}

/* The lines before the edit: up to the first fence, mark or brace, on one line. */
static tt_str explanation(struct tt_attempt *attempt, size_t from)
{
    static const tt_str ends[] = { TT_STR_INIT("```"), TT_STR_INIT("<<<<<<<"),
                                   TT_STR_INIT("-------"), TT_STR_INIT("*** "), TT_STR_INIT("{") };
    tt_str rest = tt_str_sub(attempt->answer, from, attempt->answer.n);
    struct tt_buf out = TT_BUF_INIT(WHY_MAX);

    while (rest.n) {
        const char *newline = memchr(rest.p, '\n', rest.n);
        tt_str line = tt_str_sub(rest, 0, newline ? (size_t)(newline - rest.p) : rest.n);
        bool end = false;

        rest = tt_str_sub(rest, line.n + 1, rest.n);
        while (line.n && (unsigned char)line.p[line.n - 1] <= ' ')
            line.n--;
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
            end |= tt_str_starts(line, ends[i]);
        if (end)
            break;
        if (line.n && out.n)
            tt_buf_addc(&out, ' ');
        tt_buf_add(&out, tt_str_sub(line, 0, WHY_MAX - out.n));
    }
    tt_str why = tt_arena_dup(&attempt->arena, tt_buf_str(&out));
    tt_buf_release(&out);
    return why;
}

static void take_answer(struct tt_attempt *attempt, const struct tt_llm_outcome *outcome)
{
    tt_str name, text = outcome->text;

    if (outcome->n_tools)
        tt_llm_stream_tool(attempt->stream, 0, &name, &text);
    attempt->answer = tt_arena_dup(&attempt->arena, text);
    attempt->answered_by = tt_arena_dup(&attempt->arena, outcome->model);
    attempt->why = explanation(attempt, 0);
}

/* The model that was chosen, as the settings have it; NULL: they changed since. */
static const struct tt_model_config *model_asked(const struct tt_attempt *attempt)
{
    const struct tt_config *config = attempt->session->config;
    size_t at = tt_decision_choice(&attempt->decision)->model_index;

    return at < config->n_models ? &config->models[at] : NULL;
}

void tt_ask_without_thoughts(struct tt_attempt *attempt)
{
    const struct tt_model_config *model = model_asked(attempt);
    size_t from = tt_edit_plan_answer_from(attempt->plan);

    if (from)
        attempt->why = explanation(attempt, from);
    if (tt_edit_plan_lone_end(attempt->plan) && model)
        tt_measures_thinks(&attempt->session->measures, model->base_url,
                           tt_decision_choice(&attempt->decision)->model);
}

bool tt_ask_thinks_aloud(const struct tt_attempt *attempt)
{
    const struct tt_model_config *model = model_asked(attempt);

    return model && tt_measures_think(&attempt->session->measures, model->base_url,
                                      tt_decision_choice(&attempt->decision)->model);
}

static void on_complete(struct tt_attempt *attempt, const struct tt_llm_outcome *outcome)
{
    struct tt_session *session = attempt->session;
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    uint64_t now = session->io->now(session->io);
    /* Ollama and others cut a long question to their context and say nothing. */
    bool cut = attempt->prompt.request.provider == TT_LLM_COMPATIBLE && outcome->usage.known &&
               tt_tokens_was_cut(choice->tokens_in, tt_llm_usage_read(&outcome->usage));

    tt_router_succeeded(session->router, choice, now - attempt->asked_ms, now);
    session->trouble[0] = '\0';
    tt_retry_succeeded(&session->retry, attempt->retries_done);
    if (attempt->caps_reduced)
        tt_retry_learn(&session->retry, session->config->models[choice->model_index].base_url,
                       choice->model, attempt->caps_before, attempt->caps);
    take_answer(attempt, outcome);
    tt_ask_drop_stream(attempt);
    if (!attempt->answer.p) {
        tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
    } else if (cut) {
        attempt->verdict = TT_EDIT_TRUNCATED;
        attempt->has_verdict = true;
        tt_attempt_refuse(attempt,
                          TT_STR("The server read only a part of the question (its context is "
                                 "too small), so its answer is not used. Give it a larger "
                                 "context, or select less."));
    } else {
        tt_check_begin(attempt);
    }
}

static void on_end(struct tt_attempt *attempt, enum tt_http_result result, tt_str message)
{
    const struct tt_llm_outcome *outcome;

    attempt->http = 0;
    if (attempt->timer)
        attempt->session->io->timer_stop(attempt->session->io, attempt->timer);
    attempt->timer = 0;
    tt_llm_stream_end(attempt->stream, result, message);
    tt_ask_count(attempt);
    outcome = tt_llm_stream_outcome(attempt->stream);
    if (outcome->end == TT_LLM_COMPLETE)
        on_complete(attempt, outcome);
    else
        tt_ask_failed(attempt, outcome);
}

/* The provider said all it has to say: wait a moment for the connection to
 * become free by itself, then go on without it. */
static void on_bytes(struct tt_attempt *attempt, tt_str bytes)
{
    struct tt_session *session = attempt->session;
    int err = tt_llm_stream_feed(attempt->stream, bytes);

    if (err) {
        session->io->http_cancel(session->io, attempt->http);
        on_end(attempt, TT_HTTP_CUT, (tt_str){ NULL, 0 });
    } else if (tt_llm_stream_finished(attempt->stream) && !attempt->timer) {
        attempt->timer = tt_session_next_id(session);
        if (session->io->timer_start(session->io, attempt->timer, GRACE_MS) < 0)
            attempt->timer = 0;
    }
}

static void on_timer(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;

    attempt->timer = 0;
    if (attempt->stage == TT_ATTEMPT_WAITING) {
        tt_ask_send(attempt);
    } else if (attempt->stage == TT_ATTEMPT_DECLINED || attempt->stage == TT_ATTEMPT_APPLYING) {
        tt_deliver_on_timer(attempt);
    } else if (attempt->stream && tt_llm_stream_finished(attempt->stream)) {
        session->io->http_cancel(session->io, attempt->http);
        on_end(attempt, TT_HTTP_OK, (tt_str){ NULL, 0 });
    }
}

void tt_ask_on_event(struct tt_attempt *attempt, const struct tt_event *event)
{
    struct tt_io *io = attempt->session->io;

    if (event->type == TT_EVENT_TIMER) {
        on_timer(attempt);
        return;
    }
    if (!attempt->stream)
        return;
    if (event->type == TT_EVENT_HTTP_HEAD)
        tt_llm_stream_head(attempt->stream, event->status, event->headers, event->n_headers,
                           io->wall(io));
    else if (event->type == TT_EVENT_HTTP_BODY)
        on_bytes(attempt, event->bytes);
    else
        on_end(attempt, event->result, event->message);
}
