/* network.c -- the transfers between the server and the models. */
#include "world.h"

#include "syntax/parse.h"

/* A hash of the model that the request names. */
static unsigned model_of(const char *body)
{
    const char *name = strstr(body, "\"model\":\"");
    unsigned hash = 5381;

    for (name = name ? name + 9 : ""; *name && *name != '"'; name++)
        hash = hash * 33 + (unsigned char)*name;
    return hash;
}

void sim_begin_transfer(struct sim *sim, struct sim_transfer *t, const struct tt_attempt *a,
                        const struct fake_http *http)
{
    const struct ask *ask = sim_ask_of(sim, a->id);
    struct sim_text text = { 0 };
    struct sim_question question = {
        .text = &text,
        .strict = a->scope == TT_PROMPT_RANGE,
        .broken = !a->snapshot || !a->snapshot->tree || tt_tree_has_error(a->snapshot->tree),
        .new_file = a->scope == TT_PROMPT_NEW_FILE,
        .breaks = sim->breaks,
        .anthropic = strstr(http->url, "/v1/messages") != NULL,
        .faults_percent = sim->faults_percent,
    };

    t->attempt = a->id;
    t->doc = sim_doc_of_slice(sim, a->uri);
    sim_text_set(&text, a->bytes.p, a->bytes.n);
    question.first = sim_position(&text, a->target.start, SIM_UTF8).line;
    question.last = sim_position(&text, a->target.end, SIM_UTF8).line;
    if (question.last > question.first)
        question.last--; /* the target is whole lines */
    question.asked_first = sim_position(&text, a->range.start, SIM_UTF8).line;
    question.asked_last = sim_position(&text, a->range.end, SIM_UTF8).line;
    sim_transfer_init(t, &sim->random, &question);
    if (sim->down)
        t->fault = SIM_STATUS;
    t->stuck = sim->patient && sim_chance(sim, 30);
    t->model = model_of(http->body);
    sim_text_free(&text);
    if (ask && ask->family && !strstr(http->url, ask->family))
        sim_fail(sim, "another model is asked than the one that was named: %s", http->url);
}

bool sim_transfer_open(struct sim *sim, const struct sim_transfer *t)
{
    const struct fake_http *http = &sim->fake.https[t - sim->transfers];

    return !http->cancelled && !http->ended;
}

static void end_transfer(struct sim *sim, struct sim_transfer *t)
{
    static const struct {
        int status;
        const char *body;
    } errors[] = {
        { 429, "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}" },
        { 500, "{\"error\":{\"type\":\"api_error\",\"message\":\"oops\"}}" },
        { 529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":"
               "\"full\"}}" },
        { 400, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"bad parameter\"}}" },
        { 200, "<html>a portal</html>" },
        /* after these the model is not asked again, so they are rare */
        { 401, "{\"error\":{\"type\":\"authentication_error\",\"message\":\"no\"}}" },
        { 404, "{\"error\":{\"type\":\"not_found_error\",\"message\":\"no such model\"}}" },
    };
    static const char in_stream[] = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                                    "\"overloaded_error\",\"message\":\"full\"}}\n\n";
    unsigned i = sim->down ? 1 + sim_below(sim, 2) : sim_below(sim, sim_below(sim, 16) ? 5 : 7);

    t->ended = true;
    t->whole = t->fault == SIM_WHOLE && t->answer != SIM_TRUNCATED;
    sim->result->answers += t->whole;
    switch (t->fault) {
    case SIM_STATUS:
        fake_io_http_head(&sim->fake, t->http, errors[i].status, "application/json");
        fake_io_http_body(&sim->fake, t->http, tt_str_from(errors[i].body));
        fake_io_http_end(&sim->fake, t->http, TT_HTTP_OK);
        return;
    case SIM_NO_CONNECTION:
        fake_io_http_end(&sim->fake, t->http,
                         sim_below(sim, 2) ? TT_HTTP_NO_CONNECTION : TT_HTTP_NO_HOST);
        return;
    case SIM_TLS:
        fake_io_http_fail(&sim->fake, t->http, TT_HTTP_TLS, "issued by Corp Proxy CA");
        return;
    case SIM_ERROR_IN:
        fake_io_http_body(&sim->fake, t->http, tt_str_from(in_stream));
        fake_io_http_end(&sim->fake, t->http, TT_HTTP_OK);
        return;
    case SIM_CUT:
        fake_io_http_end(&sim->fake, t->http, TT_HTTP_CUT);
        return;
    case SIM_STALL:
        fake_io_http_end(&sim->fake, t->http, TT_HTTP_TIMEOUT_IDLE);
        return;
    default:
        fake_io_http_end(&sim->fake, t->http, TT_HTTP_OK);
    }
}

static bool moves(struct sim *sim, const struct sim_transfer *t)
{
    return sim_transfer_open(sim, t) && (!t->stuck || sim->settling);
}

/* The next bytes of a transfer, or its end. */
void sim_network(struct sim *sim, bool much)
{
    struct sim_transfer *t = NULL;
    size_t n, open = 0;

    for (size_t i = 0; i < sim->n_transfers; i++)
        open += moves(sim, &sim->transfers[i]);
    if (!open)
        return;
    n = sim_below(sim, (uint32_t)open);
    for (size_t i = 0; i < sim->n_transfers; i++) {
        if (moves(sim, &sim->transfers[i]) && n-- == 0)
            t = &sim->transfers[i];
    }
    sim->result->events++;
    if (sim_below(sim, 2))
        fake_io_advance(&sim->fake, 1 + sim_below(sim, 150));
    if (!sim_transfer_open(sim, t))
        return;
    if (t->fault == SIM_STATUS || t->fault == SIM_NO_CONNECTION || t->fault == SIM_TLS) {
        sim_say(sim, "transfer %u fails", t->serial);
        end_transfer(sim, t);
        return;
    }
    if (!t->head_sent) {
        t->head_sent = true;
        fake_io_http_head(&sim->fake, t->http, 200, "text/event-stream");
        return;
    }
    n = much ? t->cut - t->at : 1 + sim_below(sim, 400);
    if (n > t->cut - t->at)
        n = t->cut - t->at;
    if (n) {
        t->at += n;
        fake_io_http_body(&sim->fake, t->http, (tt_str){ t->stream + t->at - n, n });
        if (sim->habits.previews && t->at < t->cut && sim_below(sim, 3) == 0)
            fake_io_advance(&sim->fake, 300); /* time to show what is there so far */
    }
    if (t->at == t->cut && sim_transfer_open(sim, t) &&
        (t->fault != SIM_STALL || much || sim_below(sim, 20) == 0)) {
        sim_say(sim, "transfer %u ends", t->serial);
        end_transfer(sim, t);
    }
}

/* How often, before transfer `i` and with it, one model was asked the same and failed. */
static unsigned tries(const struct sim *sim, size_t i)
{
    const struct sim_transfer *last = &sim->transfers[i];
    unsigned n = 1;

    while (i-- > 0) {
        const struct sim_transfer *t = &sim->transfers[i];

        if (t->attempt != last->attempt)
            continue;
        if (t->model != last->model || t->whole)
            break;
        n++;
    }
    return n;
}

/* Nothing goes on that nobody waits for; nothing is asked without end. */
void sim_check_transfers(struct sim *sim)
{
    for (size_t i = sim->n_transfers > 40 ? sim->n_transfers - 40 : 0; i < sim->n_transfers; i++) {
        const struct sim_transfer *t = &sim->transfers[i];
        struct tt_attempt *attempt;
        unsigned whole = 0;

        if (!sim_transfer_open(sim, t))
            continue;
        attempt = tt_attempt_find(sim->session, t->attempt);
        if (!attempt || !tt_attempt_running(attempt))
            sim_fail(sim, "transfer %u goes on, though its request is over", t->serial);
        for (size_t k = 0; k <= i; k++)
            whole += sim->transfers[k].attempt == t->attempt && sim->transfers[k].whole;
        if (whole > (sim->plan->starves ? 4 : 1)) /* without memory answers may be lost */
            sim_fail(sim, "a model is asked once more, after %u whole answers", whole);
        if (tries(sim, i) > 3)
            sim_fail(sim, "one model is asked the same %u times", tries(sim, i));
    }
}
