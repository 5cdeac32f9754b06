/* ask_send.c -- a question as a request: written for its model, and sent.
 *
 * What is asked of the provider (how long an answer, which options) follows what
 * is known of the model, and what it was found not to accept.
 */
#include "session/ask_parts.h"

#include "llm/wire.h"
#include "session/preview.h"
#include "trimtab/error.h"

#include <stdio.h>

#define REPORT_EVERY_MS   250u  /* progress to the editor */
#define THINKING_ROOM     8192u /* tokens; as llm/wire.c adds */
#define THINKING_PATIENCE 3u    /* times the usual silence */

static enum tt_prompt_syntax syntax_for(const struct tt_attempt *attempt,
                                        const struct tt_model_facts *facts, uint32_t caps)
{
    tt_str format = facts->edit_format;

    if (attempt->scope == TT_PROMPT_NEW_FILE || tt_str_eq(format, TT_STR("whole")))
        return TT_PROMPT_REGION;
    if (tt_str_eq(format, TT_STR("tool")) && caps & TT_LLM_CAP_TOOLS)
        return TT_PROMPT_STR_REPLACE;
    if (tt_str_eq(format, TT_STR("patch")))
        return TT_PROMPT_PATCH;
    return TT_PROMPT_SEARCH_REPLACE;
}

static void on_llm_event(void *arg, const struct tt_llm_event *event)
{
    struct tt_attempt *attempt = arg;
    struct tt_session *session = attempt->session;
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    uint64_t now = session->io->now(session->io);

    if (event->type != TT_LLM_TEXT && event->type != TT_LLM_TOOL && event->type != TT_LLM_THINKING)
        return;
    attempt->stage = TT_ATTEMPT_ANSWERING;
    if (!attempt->first_byte_ms)
        attempt->first_byte_ms = now;
    attempt->estimated_out += event->type == TT_LLM_THINKING ? event->bytes : event->text.n;
    tt_preview_on_text(attempt);
    if (now - attempt->reported_ms < REPORT_EVERY_MS)
        return;
    attempt->reported_ms = now;
    char words[160];
    int n = snprintf(words, sizeof(words), "%.*s: %llu tokens", (int)choice->model.n,
                     choice->model.p, (unsigned long long)(attempt->estimated_out / 4));
    if (n > 0 && (size_t)n < sizeof(words))
        tt_progress_report(session, &attempt->progress, (tt_str){ words, (size_t)n });
    tt_status_changed(session);
}

static void refuse_build(struct tt_attempt *attempt, int err)
{
    const char *what = err == TT_ETOOBIG
                           ? "What would have to be sent is too large; select a smaller range."
                       : err == TT_EINVALID
                           ? "The request cannot be written: check model, base_url and the key in "
                             "the settings (`trimtab doctor` looks at them)."
                           : "trimtab is out of memory.";

    tt_attempt_refuse(attempt, tt_str_from(what));
}

/* What may be asked for; 0: no limit known.  The wire form adds room for thinking
 * where a model thinks out of the same tokens. */
uint32_t tt_ask_most_output(const struct tt_attempt *attempt, const struct tt_model_facts *facts)
{
    uint32_t most = facts->max_output_tokens;

    if (most && attempt->caps & TT_LLM_CAP_REASONS)
        most = most > 2 * THINKING_ROOM ? most - THINKING_ROOM : most / 2;
    return most;
}

/* What the model has left for its answer once it has read this; 0: not known. */
static uint32_t left_of_context(const struct tt_attempt *attempt,
                                const struct tt_model_facts *facts)
{
    const struct tt_session *session = attempt->session;
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    double ratio = tt_measures_ratio(
        &session->measures, session->config->models[choice->model_index].base_url, choice->model);
    double need = (double)attempt->prompt.size.tokens_in * facts->token_factor * ratio * 1.1;

    return facts->context_tokens > need ? facts->context_tokens - (uint32_t)need : 0;
}

static void clamp_output(struct tt_attempt *attempt, const struct tt_model_facts *facts)
{
    uint32_t most = tt_ask_most_output(attempt, facts), left = left_of_context(attempt, facts);

    if (attempt->larger_output && attempt->prompt.request.max_output < UINT32_MAX / 2)
        attempt->prompt.request.max_output *= 2;
    if (most && attempt->prompt.request.max_output > most)
        attempt->prompt.request.max_output = most;
    if (left && attempt->prompt.request.max_output > left)
        attempt->prompt.request.max_output = left;
}

/* The prompt in attempt->prompt_arena; the wire form in `arena`. */
static int write_request(struct tt_attempt *attempt, struct tt_arena *arena,
                         struct tt_llm_wire *wire)
{
    struct tt_session *session = attempt->session;
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    const struct tt_model_config *model = &session->config->models[choice->model_index];
    const struct tt_session_key *key = &session->keys[choice->model_index];
    struct tt_prompt_input in;
    struct tt_model_facts facts;
    enum tt_llm_provider provider;
    int err;

    tt_router_facts(session->router, choice->model_index, choice->small, &facts);
    if (!tt_llm_provider_from(tt_str_from(tt_provider_name(model->provider)), &provider))
        return TT_EINVALID;
    if (!attempt->caps_reduced) {
        attempt->caps = tt_llm_caps(provider, choice->model);
        if (model->temperature != TT_UNSET)
            attempt->caps = model->temperature == TT_YES
                                ? attempt->caps | TT_LLM_CAP_TEMPERATURE
                                : attempt->caps & ~(uint32_t)TT_LLM_CAP_TEMPERATURE;
        if (model->tools == TT_NO)
            attempt->caps &= ~(uint32_t)TT_LLM_CAP_TOOLS;
        if (model->effort.n)
            attempt->caps |= TT_LLM_CAP_EFFORT | TT_LLM_CAP_REASONS;
        attempt->caps =
            tt_retry_caps(&session->retry, model->base_url, choice->model, attempt->caps);
    }
    tt_ask_prompt_input(attempt, &in);
    in.syntax = syntax_for(attempt, &facts, attempt->caps);
    attempt->region_asked = in.syntax == TT_PROMPT_REGION;
    in.no_redaction = !session->config->redact;
    tt_arena_release(&attempt->prompt_arena);
    attempt->prompt = (struct tt_prompt){ 0 };
    err = tt_prompt_build(&attempt->prompt_arena, &in, &attempt->prompt);
    if (err)
        return err;
    attempt->prompt.request.provider = provider;
    attempt->prompt.request.base_url = model->base_url;
    attempt->prompt.request.model = choice->model;
    attempt->prompt.request.caps = attempt->caps;
    attempt->prompt.request.key = (tt_str){ key->value, key->n };
    attempt->key_serial = key->serial;
    attempt->prompt.request.effort = model->effort;
    attempt->prompt.request.has_temperature = true; /* 0: sent where it is accepted */
    clamp_output(attempt, &facts);
    err = tt_llm_wire_build(arena, &attempt->prompt.request, wire);
    attempt->prompt.request.key = (tt_str){ NULL, 0 };
    return err;
}

/* Of timeouts.total_ms, which holds for a question with all its retries; at least 1. */
uint64_t tt_ask_patience_left(const struct tt_attempt *attempt)
{
    const struct tt_session *session = attempt->session;
    uint64_t total = session->config->timeouts.total_ms;
    uint64_t gone = session->io->now(session->io) - attempt->patience_from;

    if (!total)
        return UINT64_MAX;
    return gone < total ? total - gone : 1;
}

/* Who thinks first says nothing meanwhile, or a first word and then nothing. */
static void be_patient(struct tt_http_timeouts *timeouts)
{
    timeouts->first_byte_ms *= THINKING_PATIENCE;
    timeouts->idle_ms *= THINKING_PATIENCE;
}

void tt_ask_send(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    const struct tt_model_config *model = &session->config->models[choice->model_index];
    struct tt_llm_wire wire;
    struct tt_arena arena;
    int err;

    tt_arena_init(&arena);
    err = write_request(attempt, &arena, &wire);
    if (err)
        goto fail;
    attempt->stream =
        tt_llm_stream_create(attempt->prompt.request.provider, NULL, on_llm_event, attempt);
    err = attempt->stream ? 0 : TT_ENOMEM;
    if (err)
        goto wiped;
    struct tt_http_request request = {
        .method = wire.method,
        .url = wire.url,
        .headers = wire.headers,
        .n_headers = wire.n_headers,
        .body = wire.body,
        .timeouts = session->config->timeouts,
        .proxy = session->config->proxy,
        .ca_file = session->config->ca_file,
    };
    if (model->local)
        request.timeouts.first_byte_ms = session->config->first_byte_local_ms;
    if (attempt->caps & TT_LLM_CAP_REASONS)
        be_patient(&request.timeouts);
    if (request.timeouts.total_ms)
        request.timeouts.total_ms = (uint32_t)tt_ask_patience_left(attempt);
    tt_preview_drop(attempt);
    attempt->stage = TT_ATTEMPT_ASKING;
    attempt->http = tt_session_next_id(session);
    attempt->asked_ms = session->io->now(session->io);
    attempt->first_byte_ms = 0;
    attempt->estimated_out = 0;
    err = session->io->http_start(session->io, attempt->http, &request);
    if (!err)
        tt_router_started(session->router, choice, attempt->asked_ms);
    else
        tt_ask_drop_stream(attempt);
wiped:
    tt_llm_wire_wipe(&wire);
fail:
    tt_arena_release(&arena);
    if (err)
        refuse_build(attempt, err);
}
