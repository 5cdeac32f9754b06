/* ask_cost.c -- what a question used, and who is told: see ask.h. */
#include "session/ask_parts.h"

#include "session/outcomes.h"

#include <math.h>

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

void tt_ask_count(struct tt_attempt *attempt)
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
    session->day_usd = round((session->day_usd + usd) * 1e9) / 1e9; /* for people to read */
    tt_router_settle(session->router, attempt->reservation, tt_decision_choice(&attempt->decision),
                     usd, session->io->wall(session->io));
    tt_outcomes_spent(attempt, attempt->cost_usd < 0 ? -1 : usd);
}

void tt_ask_drop_stream(struct tt_attempt *attempt)
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
    tt_ask_count(attempt);
    tt_router_abandoned(session->router, tt_decision_choice(&attempt->decision));
    tt_ask_drop_stream(attempt);
}
