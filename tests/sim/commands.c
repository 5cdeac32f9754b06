/* commands.c -- what people do with our commands: they ask, decide, follow up, compare and
 * cancel.
 */
#include "world.h"

struct request *sim_execute(struct sim *sim, const char *command, cJSON *argument, enum kind kind,
                            int doc, bool waits)
{
    cJSON *params = cJSON_CreateObject(), *arguments;
    char token[32];

    cJSON_AddStringToObject(params, "command", command);
    arguments = cJSON_AddArrayToObject(params, "arguments");
    cJSON_AddItemToArray(arguments, argument);
    if (kind == ASK && sim_chance(sim, 20)) {
        snprintf(token, sizeof(token), "editor-%d", sim->next_id);
        cJSON_AddStringToObject(params, "workDoneToken", token);
    }
    return sim_request(sim, "workspace/executeCommand", params, kind, doc, waits);
}

void sim_ask(struct sim *sim)
{
    static const char *const models[] = { "claude", "gpt" };
    static const char *const scopes[] = { "range", "symbol", "file", "new-file" };
    int i = sim_an_open_doc(sim);
    cJSON *argument;
    bool propose = sim_below(sim, 3) == 0;
    char words[80];

    if (i < 0)
        return;
    argument = cJSON_CreateObject();
    cJSON_AddStringToObject(argument, "uri",
                            sim_chance(sim, 5) ? sim->docs[i].alias : sim->docs[i].uri);
    if (sim_below(sim, 10))
        cJSON_AddItemToObject(argument, "range", sim_some_range(sim, &sim->docs[i]));
    snprintf(words, sizeof(words), "make this call safer, please (%u)", sim->step);
    cJSON_AddStringToObject(argument, "instruction", words);
    if (sim_below(sim, 2))
        cJSON_AddStringToObject(argument, "scope", scopes[sim_below(sim, 4)]);
    if (sim_below(sim, 3) == 0)
        cJSON_AddStringToObject(argument, "model", models[sim_below(sim, 2)]);
    if (sim_below(sim, 4) == 0 && sim->habits.versions == COUNTED)
        cJSON_AddNumberToObject(argument, "version", sim->docs[i].version);
    if (propose)
        cJSON_AddBoolToObject(argument, "apply", false);
    sim_say(sim, "ask about %s%s", sim->docs[i].uri, propose ? ", as a proposal" : "");
    sim_execute(sim, "trimtab.edit", argument, ASK, i, propose);
}

/* What needs no model, without a menu. */
void sim_fix(struct sim *sim)
{
    int i = sim_an_open_doc(sim);
    cJSON *argument;

    if (i < 0)
        return;
    argument = cJSON_CreateObject();
    cJSON_AddStringToObject(argument, "uri", sim->docs[i].uri);
    if (sim_below(sim, 2))
        cJSON_AddStringToObject(argument, "rule", "py-lost-cause");
    sim_say(sim, "rewrite %s", sim->docs[i].uri);
    sim_execute(sim, "trimtab.fix", argument, QUICK, i, false);
}

static void mark_explicit(struct sim *sim, const char *name)
{
    struct ask *a = sim_ask_named(sim, name);

    if (a) {
        a->explicit_act = true;
        a->stopped_at = 0;
    }
}

/* All of it, nothing, or hunk by hunk. */
void sim_decide(struct sim *sim)
{
    cJSON *argument;
    const char *name;

    if (!sim->n_proposals)
        return;
    name = sim->proposals[sim_below(sim, (uint32_t)sim->n_proposals)];
    argument = cJSON_CreateObject();
    cJSON_AddStringToObject(argument, "id", name);
    if (sim_below(sim, 3) == 0)
        cJSON_AddStringToObject(argument, "accept", sim_below(sim, 2) ? "none" : "all");
    else
        cJSON_AddItemToObject(argument, "accept",
                              cJSON_CreateStringArray((const char *const[]){ "h1", "h2" },
                                                      1 + (int)sim_below(sim, 2)));
    mark_explicit(sim, name);
    sim_say(sim, "decide about %s", name);
    sim_execute(sim, "trimtab.decide", argument, QUICK, -1, false);
}

/* The same of an attempt.  An action that was resolved before the cancel came may be
 * chosen again, and is given again. */
void sim_stop_seen(struct sim *sim, int index)
{
    struct ask *a = &sim->asks[index];
    const struct tt_attempt *attempt = tt_attempt_find(sim->session, a->attempt);

    if (a->again && !(attempt && tt_attempt_running(attempt)))
        return;
    if (!a->explicit_act && !a->stopped_at)
        a->stopped_at = sim->n_inbox;
}

/* Whatever ran is over when the server has read it; only what the editor has already is not
 * called back. */
void sim_stop_all_seen(struct sim *sim, int unused)
{
    (void)unused;
    for (const struct tt_attempt *a = sim->session->attempts; a && !sim->plan->starves;
         a = a->next) {
        if (tt_attempt_running(a) && a->stage != TT_ATTEMPT_APPLYING)
            sim_fail(sim, "request %llu runs on after all were cancelled",
                     (unsigned long long)a->id);
    }
}

void sim_cancel_attempt(struct sim *sim)
{
    size_t i;
    cJSON *params = cJSON_CreateObject();

    if (!sim->n_asks) {
        cJSON_Delete(params);
        return;
    }
    if (sim_below(sim, 8) == 0) {
        sim_say(sim, "cancel all");
        sim_execute(sim, "trimtab.cancel", params, QUICK, -1, false);
        sim->outbox[sim->n_outbox - 1].on_delivery = sim_stop_all_seen;
        return;
    }
    i = sim->n_asks - 1 - sim_below(sim, sim->n_asks < 5 ? (uint32_t)sim->n_asks : 5);
    sim_say(sim, "cancel %s", sim->asks[i].name);
    sim->result->cancelled++;
    if (sim_below(sim, 2)) {
        char token[48];

        snprintf(token, sizeof(token), "trimtab/%llu", (unsigned long long)sim->asks[i].attempt);
        cJSON_AddStringToObject(params, "token", token);
        for (size_t k = 0; k < sim->n_progress; k++) {
            if (strcmp(sim->progress[k].token, token) == 0 && !sim->progress[k].ended) {
                sim_notify(sim, "window/workDoneProgress/cancel", params, sim_stop_seen, (int)i);
                return;
            }
        }
        cJSON_Delete(params);
        return;
    }
    cJSON_AddStringToObject(params, "id", sim->asks[i].name);
    sim_execute(sim, "trimtab.cancel", params, QUICK, -1, false)->stops = i + 1;
    sim->outbox[sim->n_outbox - 1].on_delivery = sim_stop_seen;
    sim->outbox[sim->n_outbox - 1].argument = (int)i;
}

static const struct ask *a_recent_ask(struct sim *sim)
{
    uint32_t n = sim->n_asks < 5 ? (uint32_t)sim->n_asks : 5;

    return n ? &sim->asks[sim->n_asks - 1 - sim_below(sim, n)] : NULL;
}

static void refine(struct sim *sim, const struct ask *a)
{
    cJSON *argument = cJSON_CreateObject();
    bool propose = sim_chance(sim, 30);

    if (a->doc >= 0 && sim_chance(sim, 30)) /* the last edit there */
        cJSON_AddStringToObject(argument, "uri", sim->docs[a->doc].uri);
    else
        cJSON_AddStringToObject(argument, "id", a->name);
    if (propose)
        cJSON_AddBoolToObject(argument, "apply", false);
    cJSON_AddStringToObject(argument, "instruction", "and shorter");
    sim_say(sim, "refine %s", a->name);
    sim_execute(sim, "trimtab.refine", argument, ASK, a->doc, propose);
}

static void retry(struct sim *sim, const struct ask *a)
{
    cJSON *argument = cJSON_CreateObject();
    bool propose = sim_chance(sim, 30);

    cJSON_AddStringToObject(argument, "id", a->name);
    if (sim_chance(sim, 50))
        cJSON_AddStringToObject(argument, "model", sim_below(sim, 2) ? "gpt" : "claude");
    if (propose)
        cJSON_AddBoolToObject(argument, "apply", false);
    sim_say(sim, "retry %s", a->name);
    sim_execute(sim, "trimtab.retry", argument, ASK, a->doc, propose);
}

static void explain(struct sim *sim, const struct ask *a)
{
    cJSON *argument = cJSON_CreateObject();
    int i = sim_an_open_doc(sim);

    if (i >= 0 && sim_chance(sim, 50)) {
        cJSON_AddStringToObject(argument, "uri", sim->docs[i].uri);
        cJSON_AddItemToObject(argument, "range", sim_some_range(sim, &sim->docs[i]));
    } else {
        cJSON_AddStringToObject(argument, "id", a->name);
    }
    sim_execute(sim, "trimtab.explain", argument, QUICK, a->doc, false);
}

void sim_follow_up(struct sim *sim)
{
    const struct ask *a = a_recent_ask(sim);

    if (!a)
        return;
    switch (sim_below(sim, 4)) {
    case 0:
        retry(sim, a);
        return;
    case 1:
        refine(sim, a);
        return;
    case 2:
        explain(sim, a);
        return;
    default:
        sim_execute(sim, "trimtab.status",
                    cJSON_Parse(sim_below(sim, 2) ? "{\"flush\":true}" : "{}"), QUICK, -1, false);
    }
}

void sim_duel(struct sim *sim)
{
    int i = sim_an_open_doc(sim);
    cJSON *argument = cJSON_CreateObject();

    if (sim->n_duels && sim_below(sim, 2)) {
        static const char *const winners[] = { "a", "b", "none" };

        cJSON_AddStringToObject(argument, "id", sim->duels[sim_below(sim, (uint32_t)sim->n_duels)]);
        cJSON_AddStringToObject(argument, "winner", winners[sim_below(sim, 3)]);
        sim_say(sim, "rate");
        sim_execute(sim, "trimtab.rate", argument, QUICK, -1, false);
        return;
    }
    if (i < 0) {
        cJSON_Delete(argument);
        return;
    }
    cJSON_AddStringToObject(argument, "uri", sim->docs[i].uri);
    cJSON_AddItemToObject(argument, "range", sim_some_range(sim, &sim->docs[i]));
    cJSON_AddStringToObject(argument, "instruction", "make it safer");
    sim_say(sim, "compare in %s", sim->docs[i].uri);
    sim_execute(sim, "trimtab.compare", argument, ASK, i, true);
}
