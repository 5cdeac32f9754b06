/* ask.c -- see ask.h.
 *
 * One retry loop for everything that can go wrong, driven by the table in
 * llm/failure.h: the same model again (full jitter, at most two), then another
 * eligible one as a new request that the user is told about, else the end.
 * Nothing of a broken answer is ever used.
 */
#include "session/ask.h"

#include "base/log.h"
#include "llm/say.h"
#include "llm/wire.h"
#include "lsp/window.h"
#include "session/actions.h"
#include "session/outcomes.h"
#include "session/preview.h"
#include "session/source.h"
#include "session/target.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

#define REPORT_EVERY_MS   250u /* progress to the editor */
#define BACKOFF_BASE_MS   250u
#define BACKOFF_CAP_MS    4000u
#define PATIENCE_MS       5000 /* a longer Retry-After goes to another model */
#define GRACE_MS          300u /* after the end mark, for the connection to end by itself */
#define REQUEST_RETRY_MAX 2u
#define THINKING_ROOM     8192u /* tokens; as llm/wire.c adds */
#define THINKING_PATIENCE 3u    /* times the usual silence */
#define WHY_MAX           600u  /* bytes of the model's explanation; a longer one is cut */

/* --- the decision ------------------------------------------------------------------ */

static tt_str class_of(const struct tt_session *session, const char *task)
{
    const struct tt_finding_row *row = tt_router_finding(session->router, tt_str_from(task));

    return row ? row->cls : (tt_str){ NULL, 0 };
}

/* What every prompt of this question says, but for the syntax of the answer. */
static void prompt_input(const struct tt_attempt *attempt, struct tt_prompt_input *in)
{
    const struct tt_lang *lang = attempt->snapshot->lang;
    const char *task = tt_task_id(attempt->task.task);

    *in = (struct tt_prompt_input){
        .task = tt_str_from(task),
        .task_class = class_of(attempt->session, task),
        .title = tt_str_from(attempt->action ? attempt->action->title : NULL),
        .instruction = attempt->instruction,
        .path = attempt->path,
        .language = lang ? tt_lang_name(lang) : (tt_str){ NULL, 0 },
        .fence = lang ? tt_lang_name(lang) : (tt_str){ NULL, 0 },
        .document = attempt->bytes,
        .scope = attempt->scope,
        .target = attempt->target,
        .symbol = attempt->symbol,
        .imports = attempt->imports,
        .may_import = attempt->scope != TT_PROMPT_FILE,
        .diagnostics = attempt->diagnostics,
        .n_diagnostics = attempt->n_diagnostics,
        .conventions = attempt->conventions,
        .n_conventions = attempt->n_conventions,
        .rules = attempt->rules_text,
        .items = attempt->items,
        .n_items = attempt->n_items,
        .item_tokens = attempt->session->config->context_tokens,
        .harden = attempt->harden,
        .n_harden = attempt->n_harden,
        .overlay = attempt->overlay,
        .n_overlay = attempt->n_overlay,
        .turns = attempt->refines ? &attempt->turn : NULL,
        .n_turns = attempt->refines ? 1 : 0,
        .reask_answer = attempt->reask_answer,
        .reask_reason = attempt->reask_reason,
        .no_redaction = !attempt->session->config->redact,
    };
}

void tt_ask_classify(struct tt_attempt *attempt)
{
    struct tt_source source = tt_source_of(attempt->snapshot, attempt->bytes);
    /* the user's own action may not say what task it is: then its words do */
    bool known = attempt->action && attempt->action->task != TT_TASK_OTHER;
    const struct tt_task_input in = {
        .source = &source,
        .range = attempt->range,
        .instruction = known || attempt->unasked ? (tt_str){ NULL, 0 } : attempt->instruction,
        .action = tt_str_from(known ? tt_task_id(attempt->action->task) : NULL),
        .diagnostics = attempt->diagnostics,
        .n_diagnostics = attempt->n_diagnostics,
    };

    tt_task_classify(&in, &attempt->task);
}

/* What the answers so far have shown of our estimate, for tt_route_input. */
static const double *token_ratios(const struct tt_session *session, struct tt_arena *arena)
{
    const struct tt_config *config = session->config;
    double *ratios = tt_arena_array(arena, 2 * config->n_models + 1, sizeof(*ratios));

    for (size_t i = 0; ratios && i < config->n_models; i++) {
        const struct tt_model_config *m = &config->models[i];

        ratios[2 * i] = tt_measures_ratio(&session->measures, m->base_url, m->model);
        ratios[2 * i + 1] = tt_measures_ratio(&session->measures, m->base_url, m->small_model);
    }
    return ratios;
}

/* Into `out`, which is initialised: the attempt's own decision or a fresh one. */
static int decide(struct tt_attempt *attempt, uint32_t larger_than, bool what_if,
                  struct tt_decision *out)
{
    struct tt_session *session = attempt->session;
    const struct tt_lang *lang = attempt->snapshot->lang;
    struct tt_prompt_input prompt;
    struct tt_prompt_size size;
    int err;

    prompt_input(attempt, &prompt);
    err = tt_prompt_measure(&prompt, &size);
    if (err)
        return err;
    attempt->prompt.size = size;
    const struct tt_route_input in = {
        .task = tt_str_from(tt_task_id(attempt->task.task)),
        .second = tt_str_from(tt_task_id(attempt->task.second)),
        .complexity = attempt->task.complexity.value,
        .confidence = attempt->task.confidence,
        .language = lang ? tt_lang_name(lang) : (tt_str){ NULL, 0 },
        .path = attempt->path,
        .action = tt_str_from(attempt->action ? attempt->action->leaf : NULL),
        .tokens_in = (uint32_t)size.tokens_in,
        .tokens_out = (uint32_t)size.tokens_out,
        .max_output = size.max_output,
        .token_ratios = token_ratios(session, &attempt->arena),
        .n_token_ratios = 2 * session->config->n_models,
        .keys = tt_settings_key_states(session, &attempt->arena),
        .n_keys = session->n_keys,
        .model = attempt->model_named,
        .tried = attempt->tried,
        .n_tried = attempt->n_tried,
        .larger_than = larger_than,
        .what_if = what_if,
        .now_ms = session->io->now(session->io),
        .wall_ms = session->io->wall(session->io),
    };
    return tt_route_decide(session->router, &in, out);
}

static int reserve(struct tt_attempt *attempt, struct tt_buf *why)
{
    struct tt_session *session = attempt->session;
    int err = tt_router_reserve(session->router, tt_decision_choice(&attempt->decision),
                                session->io->wall(session->io), &attempt->reservation, why);

    attempt->reserved = err == 0;
    return err;
}

int tt_ask_decide(struct tt_attempt *attempt, struct tt_buf *why)
{
    int err;

    err = decide(attempt, 0, false, &attempt->decision);
    if (err == TT_ETOOBIG) {
        tt_buf_adds(why, "What would have to be sent is too large for one request; select a "
                         "smaller range.");
        return TT_EINVALID;
    }
    if (err) {
        tt_buf_addf(why, "The route could not be decided: %s.", tt_strerror(err));
        return TT_EINVALID;
    }
    if (!tt_decision_choice(&attempt->decision)) {
        tt_buf_add(why, attempt->decision.reason);
        return TT_EINVALID;
    }
    return reserve(attempt, why) ? TT_EINVALID : 0;
}

tt_str tt_ask_title(const struct tt_attempt *attempt)
{
    if (attempt->action)
        return tt_str_from(attempt->action->title);
    return tt_str_sub(attempt->instruction, 0, 60);
}

tt_str tt_ask_waiting_words(struct tt_attempt *attempt)
{
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);

    return tt_arena_printf(&attempt->arena, "asking %.*s", TT_STR_ARG(choice->model));
}

int tt_attempt_decide(struct tt_session *session, const struct tt_snapshot *snapshot, tt_str bytes,
                      struct tt_range range, const struct tt_task_action *action,
                      tt_str instruction, tt_str model, struct tt_task_result *task, bool what_if,
                      struct tt_prompt_size *size, struct tt_decision *out)
{
    struct tt_attempt probe = {
        .session = session,
        .snapshot = (struct tt_snapshot *)(uintptr_t)snapshot, /* only read */
        .path = tt_settings_relative(session, snapshot->path),
        .bytes = bytes,
        .range = range,
        /* an explanation without a wish: something of the usual length */
        .instruction = instruction.n || action ? instruction : TT_STR("Improve this code."),
        .model_named = model,
        .action = action,
        .unasked = !instruction.n && !action,
    };
    enum tt_prompt_scope scope = TT_PROMPT_RANGE;
    struct tt_target target;
    bool has_scope;
    int err;

    has_scope = action && tt_action_scope(action, &scope);
    tt_target_find(snapshot, bytes, range, has_scope, scope, &target);
    probe.target = target.range;
    probe.symbol = target.symbol;
    probe.scope = target.scope;
    probe.imports = tt_source_imports(snapshot, bytes);
    tt_ask_classify(&probe);
    err = decide(&probe, 0, what_if, out);
    tt_arena_release(&probe.arena);
    if (task)
        *task = probe.task;
    if (size)
        *size = probe.prompt.size;
    return err;
}

/* --- accounting --------------------------------------------------------------------- */

/* What a request used, or what we expect the provider to count: it was read,
 * and answered as far as we saw. */
static struct tt_llm_usage used(struct tt_attempt *attempt)
{
    struct tt_llm_usage got = tt_llm_stream_outcome(attempt->stream)->usage;

    if (got.known || (!attempt->first_byte_ms && !tt_llm_usage_read(&got)))
        return got;
    attempt->estimated = true;
    if (!tt_llm_usage_read(&got))
        got.input = tt_decision_choice(&attempt->decision)->tokens_in;
    if (got.output < attempt->estimated_out / 4)
        got.output = attempt->estimated_out / 4;
    return got;
}

/* How far was our estimate of the question from what the provider counted? */
static void learn_size(struct tt_attempt *attempt, const struct tt_llm_usage *got)
{
    struct tt_session *session = attempt->session;
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    struct tt_model_facts facts;
    double estimate;

    if (attempt->estimated || choice->model_index >= session->config->n_models)
        return;
    tt_router_facts(session->router, choice->model_index, choice->small, &facts);
    estimate = (double)attempt->prompt.size.tokens_in * facts.token_factor;
    tt_measures_learn(&session->measures, session->config->models[choice->model_index].base_url,
                      choice->model, (uint64_t)estimate, tt_llm_usage_read(got));
}

static void add_usage(struct tt_attempt *attempt)
{
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    struct tt_session *session = attempt->session;
    struct tt_llm_usage got = used(attempt);
    struct tt_usage priced;
    double cost;

    priced = (struct tt_usage){ got.input, got.cache_read, got.cache_write + got.cache_write_1h,
                                got.output };
    cost = tt_router_cost(session->router, choice->model_index, choice->small, &priced);
    learn_size(attempt, &got);
    attempt->usage.known = got.known;
    attempt->usage.input += got.input;
    attempt->usage.cache_read += got.cache_read;
    attempt->usage.cache_write += got.cache_write;
    attempt->usage.cache_write_1h += got.cache_write_1h;
    attempt->usage.output += got.output;
    attempt->usage.thinking += got.thinking;
    if (cost < 0 || attempt->cost_usd < 0)
        attempt->cost_usd = -1;
    else
        attempt->cost_usd += cost;
}

void tt_ask_settle(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    double usd = attempt->cost_usd > attempt->settled_usd
                     ? attempt->cost_usd - attempt->settled_usd
                     : 0; /* not what a model before this one has used */

    if (!attempt->reserved)
        return;
    attempt->reserved = false;
    attempt->settled_usd += usd;
    session->day_usd += usd;
    tt_router_settle(session->router, attempt->reservation, tt_decision_choice(&attempt->decision),
                     usd, session->io->wall(session->io));
    tt_outcomes_spent(attempt, attempt->cost_usd < 0 ? -1 : usd);
}

static void drop_stream(struct tt_attempt *attempt)
{
    tt_llm_stream_destroy(attempt->stream);
    attempt->stream = NULL;
    attempt->http = 0;
}

void tt_ask_stop(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;

    if (attempt->timer)
        session->io->timer_stop(session->io, attempt->timer);
    attempt->timer = 0;
    if (!attempt->stream)
        return;
    if (attempt->http)
        session->io->http_cancel(session->io, attempt->http);
    tt_llm_stream_cancel(attempt->stream);
    add_usage(attempt);
    tt_router_abandoned(session->router, tt_decision_choice(&attempt->decision));
    drop_stream(attempt);
}

/* --- asking --------------------------------------------------------------------------- */

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
static uint32_t most_output(const struct tt_attempt *attempt, const struct tt_model_facts *facts)
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
    uint32_t most = most_output(attempt, facts), left = left_of_context(attempt, facts);

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
    prompt_input(attempt, &in);
    in.syntax = syntax_for(attempt, &facts, attempt->caps);
    attempt->region_asked = in.syntax == TT_PROMPT_REGION;
    in.no_redaction = !session->config->redact;
    tt_arena_release(&attempt->prompt_arena);
    err = tt_prompt_build(&attempt->prompt_arena, &in, &attempt->prompt);
    if (err)
        return err;
    attempt->prompt.request.provider = provider;
    attempt->prompt.request.base_url = model->base_url;
    attempt->prompt.request.model = choice->model;
    attempt->prompt.request.caps = attempt->caps;
    attempt->prompt.request.key = (tt_str){ key->value, key->n };
    attempt->prompt.request.effort = model->effort;
    attempt->prompt.request.has_temperature = true; /* 0: sent where it is accepted */
    clamp_output(attempt, &facts);
    err = tt_llm_wire_build(arena, &attempt->prompt.request, wire);
    attempt->prompt.request.key = (tt_str){ NULL, 0 };
    return err;
}

/* Of timeouts.total_ms, which holds for a question with all its retries; at least 1. */
static uint64_t patience_left(const struct tt_attempt *attempt)
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

static void send_request(struct tt_attempt *attempt)
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
        request.timeouts.total_ms = (uint32_t)patience_left(attempt);
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
        drop_stream(attempt);
wiped:
    tt_llm_wire_wipe(&wire);
fail:
    tt_arena_release(&arena);
    if (err)
        refuse_build(attempt, err);
}

void tt_ask_begin(struct tt_attempt *attempt)
{
    const struct tt_candidate *choice = tt_decision_choice(&attempt->decision);
    const struct tt_session_key *key = &attempt->session->keys[choice->model_index];

    attempt->patience_from = attempt->session->io->now(attempt->session->io);
    if (key->state == TT_KEY_UNKNOWN) {
        attempt->stage = TT_ATTEMPT_KEY;
        tt_settings_ask_key(attempt->session, choice->model_index);
        if (key->state == TT_KEY_UNKNOWN)
            return;
    }
    if (key->state == TT_KEY_ABSENT) {
        const struct tt_model_config *model =
            &attempt->session->config->models[choice->model_index];
        tt_str text = tt_arena_printf(&attempt->arena,
                                      "There is no API key for %.*s: set %.*s, or name another "
                                      "model in the settings.",
                                      TT_STR_ARG(model->name), TT_STR_ARG(model->key.env));
        tt_attempt_refuse(attempt, text);
        return;
    }
    send_request(attempt);
}

void tt_ask_again(struct tt_attempt *attempt, tt_str advice)
{
    attempt->reasks++;
    attempt->reask_answer = attempt->answer;
    attempt->reask_reason = tt_arena_dup(&attempt->arena, advice);
    tt_progress_report(attempt->session, &attempt->progress,
                       TT_STR("the answer did not fit; asking once more"));
    attempt->patience_from = attempt->session->io->now(attempt->session->io);
    send_request(attempt);
}

/* --- when it fails ------------------------------------------------------------------------ */

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
    most = most_output(attempt, &facts);
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
    if (wait >= patience_left(attempt) ||
        !tt_retry_pay(&session->retry, session->io->now(session->io)))
        return false;
    wait_and_retry(attempt, wait, "the provider is busy; trying again");
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
    if (!remember_tried(attempt) || decide(attempt, larger, false, &fresh) < 0 ||
        !tt_decision_choice(&fresh)) {
        tt_decision_release(&fresh);
        return false;
    }
    tt_ask_settle(attempt);
    tt_decision_release(&attempt->decision);
    attempt->decision = fresh;
    if (reserve(attempt, &why) < 0) {
        tt_buf_release(&why);
        return false;
    }
    tt_buf_release(&why);
    attempt->caps_reduced = attempt->larger_output = false;
    attempt->retries_done = 0;
    const struct tt_candidate *next = tt_decision_choice(&attempt->decision);
    tt_log_message(session, TT_LSP_MESSAGE_WARNING, "trimtab: %.*s", TT_STR_ARG(sentence));
    tt_show_message(session, TT_LSP_MESSAGE_INFO, "trimtab: %.*s could not answer; asking %.*s.",
                    TT_STR_ARG(name), TT_STR_ARG(next->model));
    tt_ask_begin(attempt);
    return true;
}

static void on_failure(struct tt_attempt *attempt, const struct tt_llm_outcome *outcome)
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
    tell_router(attempt, &failure);
    drop_stream(attempt);
    if (same_model_again(attempt, &failure) || other_model(attempt, &failure, sentence))
        return;
    tt_attempt_refuse(attempt, sentence);
}

/* --- when it answers ------------------------------------------------------------------------- */

/* The lines before the edit: up to the first fence, mark or brace, on one line. */
static tt_str explanation(struct tt_attempt *attempt)
{
    static const tt_str ends[] = { TT_STR_INIT("```"), TT_STR_INIT("<<<<<<<"),
                                   TT_STR_INIT("-------"), TT_STR_INIT("*** "), TT_STR_INIT("{") };
    tt_str rest = attempt->answer;
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
    attempt->why = explanation(attempt);
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
    tt_retry_succeeded(&session->retry, attempt->retries_done);
    if (attempt->caps_reduced)
        tt_retry_learn(&session->retry, session->config->models[choice->model_index].base_url,
                       choice->model, attempt->caps_before, attempt->caps);
    take_answer(attempt, outcome);
    drop_stream(attempt);
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
    add_usage(attempt);
    outcome = tt_llm_stream_outcome(attempt->stream);
    if (outcome->end == TT_LLM_COMPLETE)
        on_complete(attempt, outcome);
    else
        on_failure(attempt, outcome);
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
        send_request(attempt);
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
