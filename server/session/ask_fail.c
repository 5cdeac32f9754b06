/* ask_fail.c -- when a question fails.
 *
 * One loop for everything that can go wrong, driven by the table in llm/failure.h:
 * the same model again (full jitter, at most two), then another eligible one as a
 * new request that the user is told about, else the end.
 */
#include "session/ask_parts.h"

#include "base/log.h"
#include "llm/say.h"
#include "lsp/window.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define BACKOFF_BASE_MS   250u
#define BACKOFF_CAP_MS    4000u
#define PATIENCE_MS       5000 /* a longer Retry-After goes to another model */
#define REQUEST_RETRY_MAX 2u

static uint64_t backoff(struct tt_attempt *attempt)
{
    struct tt_io *io = attempt->session->io;
    uint64_t most = (uint64_t)BACKOFF_BASE_MS << attempt->retries_done;

    if (most > BACKOFF_CAP_MS)
        most = BACKOFF_CAP_MS;
    return io->random(io) % (most + 1); /* full jitter */
}

static void wait_and_retry(struct tt_attempt *attempt, uint64_t ms, const char *words)
{
    struct tt_session *session = attempt->session;

    attempt->retries_done++;
    attempt->stage = TT_ATTEMPT_WAITING;
    attempt->timer = tt_session_next_id(session);
    tt_progress_report(session, &attempt->progress, tt_str_from(words));
    if (session->io->timer_start(session->io, attempt->timer, ms) < 0) {
        attempt->timer = 0;
        tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
    }
}

static bool without_optional(struct tt_attempt *attempt, tt_str message)
{
    uint32_t caps = tt_llm_caps_after_400(attempt->caps, message);

    if (caps == attempt->caps)
        return false;
    attempt->caps_before = attempt->caps;
    attempt->caps = caps;
    attempt->caps_reduced = true;
    wait_and_retry(attempt, 0, "the request was rejected; asking in simpler words");
    return true;
}

/* Once with twice the room, where the model has that much. */
static bool with_more_room(struct tt_attempt *attempt)
{
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    struct tt_model_facts facts;
    uint32_t most;

    tt_router_facts(attempt->session->router, choice->model_index, choice->small, &facts);
    most = tt_ask_most_output(attempt, &facts);
    if (attempt->larger_output || (most && attempt->prompt.request.max_output >= most))
        return false;
    attempt->larger_output = true;
    wait_and_retry(attempt, 0, "the answer was too long; asking once more with more room");
    return true;
}

static bool same_model_again(struct tt_attempt *attempt, const struct tt_llm_failure *failure)
{
    const struct tt_llm_policy *policy = tt_llm_policy(failure->class_);
    struct tt_session *session = attempt->session;
    unsigned most = policy->retries < REQUEST_RETRY_MAX ? policy->retries : REQUEST_RETRY_MAX;
    char words[80];
    uint64_t wait;

    if (failure->should_retry == 0 || attempt->retries_done >= most)
        return false;
    if (policy->without_optional)
        return without_optional(attempt, failure->message);
    if (policy->larger_output)
        return with_more_room(attempt);
    if (failure->retry_after_ms > PATIENCE_MS ||
        (policy->only_if_told && failure->retry_after_ms < 0))
        return false;
    wait = failure->retry_after_ms >= 0 ? (uint64_t)failure->retry_after_ms : backoff(attempt);
    if (wait >= tt_ask_patience_left(attempt) ||
        !tt_retry_pay(&session->retry, session->io->now(session->io)))
        return false;
    snprintf(words, sizeof(words),
             wait < 1000 ? "the provider is busy; trying again"
                         : "the provider is busy; trying again in %llu s",
             (unsigned long long)(wait + 999) / 1000);
    wait_and_retry(attempt, wait, words);
    return true;
}

static void tell_router(struct tt_attempt *attempt, const struct tt_llm_failure *failure)
{
    struct tt_session *session = attempt->session;
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    uint64_t now = session->io->now(session->io);
    uint64_t after = failure->retry_after_ms > 0 ? (uint64_t)failure->retry_after_ms : 0;

    switch (tt_llm_policy(failure->class_)->breaker) {
    case TT_LLM_BREAKER_NONE:
        tt_router_abandoned(session->router, choice);
        break;
    case TT_LLM_BREAKER_COUNT:
        tt_router_failed(session->router, choice, TT_FAIL_TRANSIENT, 0, now);
        break;
    case TT_LLM_BREAKER_WAIT:
        tt_router_failed(session->router, choice, after ? TT_FAIL_RATE : TT_FAIL_TRANSIENT, after,
                         now);
        break;
    case TT_LLM_BREAKER_LONG:
        tt_router_failed(session->router, choice, TT_FAIL_ACCOUNT, 0, now);
        break;
    case TT_LLM_BREAKER_MODEL_GONE:
        tt_router_failed(session->router, choice, TT_FAIL_MODEL_GONE, 0, now);
        if (tt_router_notice(session->router, choice).n)
            tt_show_message(session, TT_LSP_MESSAGE_WARNING, "trimtab: %.*s",
                            TT_STR_ARG(tt_router_notice(session->router, choice)));
        break;
    }
}

static tt_str say(struct tt_attempt *attempt, const struct tt_llm_outcome *outcome)
{
    struct tt_session *session = attempt->session;
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    const struct tt_model_config *model = &session->config->models[choice->model_index];
    const struct tt_session_key *key = &session->keys[choice->model_index];
    const struct tt_llm_who who = {
        .name = choice->name,
        .model = choice->model,
        .provider = attempt->prompt.request.provider,
        .base_url = model->base_url,
        .key_env = model->key.env,
        .key = { key->value, key->n },
        .has_key = key->n != 0,
        .from_editor = key->from_editor,
    };

    return tt_llm_say(&attempt->arena, &who, outcome);
}

static bool remember_tried(struct tt_attempt *attempt)
{
    tt_str model = tt_arena_dup(&attempt->arena, tt_decision_choice(&attempt->decision)->model);

    if (attempt->n_tried == attempt->cap_tried) {
        size_t cap = attempt->cap_tried ? attempt->cap_tried * 2 : 4;
        tt_str *grown = realloc(attempt->tried, cap * sizeof(*grown));

        if (!grown)
            return false;
        attempt->tried = grown;
        attempt->cap_tried = cap;
    }
    attempt->tried[attempt->n_tried++] = model;
    return model.p != NULL;
}

/* Another model, as a new request that the user is told about.  Gives false
 * when there is none that may be asked. */
static bool other_model(struct tt_attempt *attempt, const struct tt_llm_failure *failure,
                        tt_str sentence)
{
    struct tt_session *session = attempt->session;
    enum tt_llm_fallback how = tt_llm_policy(failure->class_)->fallback;
    const struct tt_candidate *failed = tt_decision_choice(&attempt->decision);
    struct tt_model_facts facts;
    uint32_t larger = 0;
    struct tt_buf why = TT_BUF_INIT(4096);
    struct tt_decision fresh;
    tt_str name = tt_arena_dup(&attempt->arena, failed->name);

    if (how == TT_LLM_STAY || attempt->model_named.n ||
        session->config->routing == TT_ROUTING_PINNED)
        return false;
    if (how == TT_LLM_LARGER_WINDOW) {
        tt_router_facts(session->router, failed->model_index, failed->small, &facts);
        larger = facts.context_tokens;
    }
    tt_decision_init(&fresh);
    if (!remember_tried(attempt) || tt_ask_decide_as(attempt, larger, false, &fresh) < 0 ||
        !tt_decision_choice(&fresh)) {
        tt_decision_release(&fresh);
        return false;
    }
    tt_ask_settle(attempt);
    tt_decision_release(&attempt->decision);
    attempt->decision = fresh;
    if (tt_ask_reserve(attempt, &why) < 0) {
        tt_buf_release(&why);
        return false;
    }
    tt_buf_release(&why);
    attempt->caps_reduced = attempt->larger_output = attempt->renewed = false;
    attempt->retries_done = 0;
    const struct tt_candidate *next = tt_decision_choice(&attempt->decision);
    tt_log_message(session, TT_LSP_MESSAGE_WARNING, "trimtab: %.*s", TT_STR_ARG(sentence));
    tt_show_message(session, TT_LSP_MESSAGE_INFO, "trimtab: %.*s could not answer; asking %.*s.",
                    TT_STR_ARG(name), TT_STR_ARG(next->model));
    tt_ask_begin(attempt);
    return true;
}

void tt_ask_go_on(struct tt_attempt *attempt, const struct tt_llm_failure *failure, tt_str sentence)
{
    struct tt_session *session = attempt->session;
    struct tt_session_key *key =
        &session->keys[tt_decision_choice(&attempt->decision)->model_index];

    if (failure->status == 401 && key->serial == attempt->key_serial)
        key->refused = true;
    tell_router(attempt, failure);
    if (same_model_again(attempt, failure) || other_model(attempt, failure, sentence))
        return;
    if (tt_llm_policy(failure->class_)->breaker != TT_LLM_BREAKER_NONE)
        snprintf(session->trouble, sizeof(session->trouble), "%.*s", TT_STR_ARG(sentence));
    tt_attempt_refuse(attempt, sentence);
}

void tt_ask_failed(struct tt_attempt *attempt, const struct tt_llm_outcome *outcome)
{
    struct tt_llm_failure failure = outcome->failure;
    tt_str sentence = say(attempt, outcome);

    failure.message = tt_arena_dup(&attempt->arena, failure.message);
    tt_log(TT_LOG_WARN, "attempt %llu: %s, HTTP %d", (unsigned long long)attempt->id,
           tt_llm_policy(failure.class_)->name, failure.status);
    if (outcome->end == TT_LLM_TRUNCATED_BY_LIMIT || outcome->end == TT_LLM_CUT) {
        attempt->verdict = TT_EDIT_TRUNCATED;
        attempt->has_verdict = outcome->content;
        attempt->ran_out = outcome->end == TT_LLM_TRUNCATED_BY_LIMIT;
        attempt->answer = tt_arena_dup(&attempt->arena, outcome->text);
    }
    tt_ask_drop_stream(attempt);
    if (!tt_ask_renew_key(attempt, &failure, sentence))
        tt_ask_go_on(attempt, &failure, sentence);
}
