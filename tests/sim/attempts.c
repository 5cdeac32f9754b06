/* attempts.c -- what the session has begun and ended since the last look. */
#include "world.h"

#include <stdlib.h>
#include <tree_sitter/api.h>

/* Does the user have to hear of its end?  Not when the edit is in the document, when a
 * call is answered instead, or when the user ended it. */
static bool must_be_told(const struct ask *ask, const struct tt_attempt *a)
{
    return !ask->applied && !a->cancelled && (a->delivery == TT_DELIVER_APPLY || a->sends > 0);
}

/* Nobody else can be asked than who was named: then the user hears what was wrong. */
static bool says_cause(const struct sim *sim, uint64_t attempt)
{
    const struct sim_transfer *t = NULL;
    const struct ask *ask = NULL;

    for (size_t i = 0; i < sim->n_transfers; i++) {
        if (sim->transfers[i].attempt == attempt)
            t = &sim->transfers[i];
    }
    for (size_t i = 0; i < sim->n_asks; i++) {
        if (sim->asks[i].attempt == attempt)
            ask = &sim->asks[i];
    }
    return !t || !ask->family || t->fault != SIM_TLS || !t->ended || !sim->last_told ||
           sim->told_certificate;
}

/* What came to nothing just now was said just now. */
static void check_ends(struct sim *sim)
{
    unsigned ended = 0;
    uint64_t last = 0;

    for (struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
        struct ask *ask = sim_ask_of(sim, a->id);
        bool over = !tt_attempt_running(a);

        if (over && !ask->over && must_be_told(ask, a)) {
            ended++;
            last = a->id;
        }
        ask->over = over;
    }
    if (ended == 1 && !sim->plan->starves && !says_cause(sim, last))
        sim_fail(sim, "the certificate of the proxy is not named: %.200s", sim->last_told);
    if (ended > sim->told - sim->told_before && sim->session->phase == TT_PHASE_RUNNING)
        sim_fail(sim,
                 "%u requests came to nothing (the last is %llu), and the user was told %u times",
                 ended, (unsigned long long)last, sim->told - sim->told_before);
    sim->told_before = sim->told;
    sim->told_certificate = false;
}

static const char *family_named(const struct tt_attempt *a)
{
    return tt_str_eq(a->model_named, TT_STR("claude")) ? "/v1/messages"
           : tt_str_eq(a->model_named, TT_STR("gpt"))  ? "/chat/completions"
                                                       : NULL;
}

/* Pickers resolve whatever the cursor passes: only what it rests on is asked for, and one
 * thing of a menu at a time. */
static void check_resolves(struct sim *sim, const struct tt_attempt *fresh)
{
    struct tt_call *call = tt_call_find(sim->session->calls, fresh->call);
    int id = call ? (int)strtol(call->rpc_id.p, NULL, 10) : 0;

    for (size_t i = 0; i < sim->n_requests; i++) {
        const struct request *r = &sim->requests[i];

        if (r->id == id && sim->fake.now - r->seen_ms < 100)
            sim_fail(sim, "a model is asked for an action that the cursor only passed");
    }
    for (const struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
        if (a != fresh && tt_attempt_running(a) && tt_str_eq(a->resolve_menu, fresh->resolve_menu))
            sim_fail(sim, "two models are asked for actions of one menu");
    }
}

/* Does the parser make no sense of something that begins in [start, end)? */
static bool is_broken(TSNode node, uint32_t start, uint32_t end)
{
    uint32_t at = ts_node_start_byte(node);

    if (!ts_node_has_error(node) || at >= end || ts_node_end_byte(node) < start)
        return false;
    if ((ts_node_is_error(node) || ts_node_is_missing(node)) && at >= start)
        return true;
    for (uint32_t i = 0; i < ts_node_child_count(node); i++) {
        if (is_broken(ts_node_child(node, i), start, end))
            return true;
    }
    return false;
}

/* A selection means the statements that it begins and ends in (a mere cursor means the whole
 * statement, however broken that is): but where the code is broken
 * nobody knows how far those reach, so nothing is taken along.  Only right after the question,
 * since a tree that is made later may see the errors elsewhere. */
static void check_target(struct sim *sim, const struct tt_attempt *a)
{
    struct sim_text text = { 0 };
    unsigned asked[2], target[2];

    if (a->scope != TT_PROMPT_RANGE || a->range.start == a->range.end || !a->snapshot ||
        !a->snapshot->tree || !a->bytes.p)
        return;
    sim_text_set(&text, a->bytes.p, a->bytes.n);
    asked[0] = sim_position(&text, a->range.start, SIM_UTF8).line;
    asked[1] = sim_position(&text, a->range.end, SIM_UTF8).line;
    target[0] = sim_position(&text, a->target.start, SIM_UTF8).line;
    target[1] = sim_position(&text, a->target.end, SIM_UTF8).line;
    for (unsigned line = target[0] + 1; line + 1 < target[1]; line++) {
        size_t start, end;

        if ((line < asked[0] || line > asked[1]) && sim_line(&text, line, &start, &end) &&
            is_broken(ts_tree_root_node(a->snapshot->tree), (uint32_t)start, (uint32_t)end))
            sim_fail(sim, "lines %u to %u were meant, and broken code in line %u may change",
                     asked[0], asked[1], line);
    }
    sim_text_free(&text);
}

/* Whoever asks again means the same code, wherever it is by now; what was changed since is
 * refused.  (What an edit of ours has changed moves with it.) */
static void check_again(struct sim *sim, const struct tt_attempt *a, const struct ask *ask)
{
    const struct ask *before = a->retries ? sim_ask_of(sim, a->retries) : NULL;

    if (!before || before->applied || !before->code.p || !ask->code.p)
        return;
    if (before->code.n != ask->code.n || memcmp(before->code.p, ask->code.p, ask->code.n) != 0)
        sim_fail(sim, "%s is asked again, about other code", before->name);
}

static void keep_ask(struct sim *sim, const struct tt_attempt *a)
{
    struct ask *ask;
    char name[24];
    tt_str s = tt_attempt_name(a, name);

    GROW(sim->asks, sim->n_asks, sim->cap_asks);
    ask = &sim->asks[sim->n_asks++];
    *ask = (struct ask){
        .attempt = a->id,
        .doc = sim_doc_of_slice(sim, a->uri),
        .again = a->delivery == TT_DELIVER_RESOLVE,
        .family = family_named(a),
    };
    for (int i = 0; i < DOCS; i++)
        ask->open[i] = sim->docs[i].seen_open && !sim_is_lost(sim, i);
    snprintf(ask->name, sizeof(ask->name), "%.*s", TT_STR_ARG(s));
    if (a->bytes.p && a->range.end <= a->bytes.n)
        sim_text_set(&ask->code, a->bytes.p + a->range.start, a->range.end - a->range.start);
    check_again(sim, a, ask);
    sim->result->asked++;
    if (a->resolve_menu.n)
        check_resolves(sim, a);
    if (sim->off && !sim->plan->starves)
        sim_fail(sim, "a model is asked, and the settings say that none may be");
}

static void keep_transfer(struct sim *sim, const struct fake_http *http)
{
    struct sim_transfer *t;

    GROW(sim->transfers, sim->n_transfers, sim->cap_transfers);
    t = &sim->transfers[sim->n_transfers++];
    *t = (struct sim_transfer){ .http = http->id, .serial = (unsigned)sim->n_transfers };
    for (struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
        if (a->http != http->id || !a->bytes.p)
            continue;
        sim_begin_transfer(sim, t, a, http);
        sim_say(sim, "  transfer %u begins for %s: it says `%s`, and the connection: %s; old: %s",
                t->serial, sim->docs[t->doc].uri, sim_answer_name(t->answer),
                sim_fault_name(t->fault), t->old[0]);
        sim_say(sim, "    scope %d, range %u-%u, target %u-%u, %s", (int)a->scope, a->range.start,
                a->range.end, a->target.start, a->target.end, a->action ? "action" : "words");
    }
    if (!t->stream && !http->cancelled)
        sim_fail(sim, "a request went out that belongs to no attempt");
    if (sim_holds_key(http->body))
        sim_fail(sim, "a key is in the body of a request");
    if (strstr(http->headers, strstr(http->url, "/v1/messages") ? OPENAI : ANTHROPIC))
        sim_fail(sim, "the key of one provider is sent to another: %s", http->url);
}

void sim_look_at_asks(struct sim *sim, bool just_begun)
{
    uint64_t newest = sim->newest_attempt;

    for (struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
        if (a->id > sim->newest_attempt)
            keep_ask(sim, a);
        if (a->id > sim->newest_attempt && just_begun)
            check_target(sim, a);
        if (a->id > newest)
            newest = a->id;
    }
    sim->newest_attempt = newest;
}

void sim_look_around(struct sim *sim)
{
    sim_look_at_asks(sim, false);
    while (sim->seen_https < sim->fake.n_https)
        keep_transfer(sim, &sim->fake.https[sim->seen_https++]);
    check_ends(sim);
}
