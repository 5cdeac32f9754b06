/* answers.c -- the editor reads a message: answers to its requests. */
#include "world.h"

#include <stdlib.h>

/* Code points. */
static size_t length(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

/* Is `kind` one that was asked for? */
static bool is_wanted(const char *kind, const char *only)
{
    size_t n = strlen(only);

    return !n || (strncmp(kind, only, n) == 0 && (kind[n] == '\0' || kind[n] == '.'));
}

/* One of them that asks a model: what no user wants to meet in a menu. */
static void check_model_action(struct sim *sim, const struct request *r, const cJSON *action)
{
    const cJSON *tags = cJSON_GetObjectItem(action, "tags");

    if (r->automatic)
        sim_fail(sim, "an action that asks a model, in a menu that nobody asked for");
    if (cJSON_IsTrue(cJSON_GetObjectItem(action, "isPreferred")))
        sim_fail(sim, "an action that asks a model, as the preferred one");
    if ((cJSON_GetArraySize(tags) == 1) != sim->habits.tags)
        sim_fail(sim, sim->habits.tags ? "an action that asks a model, and does not say so"
                                       : "a tag for an editor that knows none");
}

/* Editors and their users rely on what every menu is like. */
static void check_menu(struct sim *sim, const struct request *r, const cJSON *actions)
{
    unsigned models = 0;
    const cJSON *action;

    cJSON_ArrayForEach(action, actions)
    {
        const char *title = cJSON_GetStringValue(cJSON_GetObjectItem(action, "title"));
        const char *kind = cJSON_GetStringValue(cJSON_GetObjectItem(action, "kind"));
        bool command = cJSON_IsString(cJSON_GetObjectItem(action, "command"));

        if (!title || !*title || length(title) > 60)
            sim_fail(sim, "a title that does not fit a menu: %s", title ? title : "none");
        if (command != sim->habits.plain)
            sim_fail(sim, "an action in a form that this editor does not know");
        else if (!command && (!kind || !is_wanted(kind, r->only)))
            sim_fail(sim, "an action of kind %s, when only %s was wanted", kind ? kind : "none",
                     r->only);
        if (cJSON_GetObjectItem(action, "data")) {
            models++;
            check_model_action(sim, r, action);
        }
    }
    if (models > 5)
        sim_fail(sim, "%u actions that ask a model in one menu", models);
}

static void keep_actions(struct sim *sim, const struct request *r, const cJSON *actions,
                         size_t index)
{
    const cJSON *action;

    check_menu(sim, r, actions);
    cJSON_ArrayForEach(action, actions)
    {
        if (cJSON_GetObjectItem(action, "disabled"))
            continue;
        if (sim->n_actions == MAX_ACTIONS) {
            cJSON_Delete(sim->actions[0].json);
            memmove(sim->actions, sim->actions + 1, (MAX_ACTIONS - 1) * sizeof(sim->actions[0]));
            sim->n_actions--;
        }
        sim->actions[sim->n_actions++] =
            (struct action){ .json = cJSON_Duplicate(action, true),
                             .doc = r->doc,
                             .index = index,
                             .text = sim->inbox[index].seen_hash[r->doc] };
    }
}

static void keep_name(char names[][32], int *n, int most, const char *name)
{
    if (*n == most) {
        memmove(names[0], names[1], (size_t)(most - 1) * 32);
        --*n;
    }
    snprintf(names[(*n)++], 32, "%s", name);
}

/* The hunks of a proposal, checked as if they were all applied. */
static void check_proposal(struct sim *sim, const cJSON *proposal, size_t index)
{
    char *shown = sim->plan->log ? cJSON_PrintUnformatted(proposal) : NULL;
    const cJSON *hunks = cJSON_GetObjectItem(proposal, "hunks");
    const char *uri = cJSON_GetStringValue(cJSON_GetObjectItem(proposal, "uri"));
    const cJSON *version = cJSON_GetObjectItem(proposal, "version");
    int i = uri ? sim_doc_of(sim, uri) : -1;
    struct sim_text after = { 0 };
    size_t size;

    if (shown)
        sim_say(sim, "  %s", shown);
    free(shown);
    if (!cJSON_GetArraySize(hunks))
        return;
    sim->result->proposals++;
    if (cJSON_GetObjectItem(proposal, "create"))
        sim_check_new_place(
            sim, sim_ask_named(sim, cJSON_GetStringValue(cJSON_GetObjectItem(proposal, "id"))),
            uri);
    else if (i < 0)
        sim_fail(sim, "a proposal for no document");
    keep_name(sim->proposals, &sim->n_proposals, 8,
              cJSON_GetStringValue(cJSON_GetObjectItem(proposal, "id")));
    if (i < 0 || cJSON_GetObjectItem(proposal, "create"))
        return;
    if (sim->inbox[index].seen_open[i] && cJSON_IsNumber(version) &&
        version->valueint != sim->inbox[index].seen_version[i])
        sim_fail(sim, "a proposal for version %d, when the server had version %d",
                 version->valueint, sim->inbox[index].seen_version[i]);
    if (sim->docs[i].open && sim->docs[i].generation == sim->inbox[index].seen_generation[i] &&
        sim_apply_edits(sim, &sim->docs[i].text, hunks, &after, &size)) {
        struct sim_transfer *t = sim_writer_of(sim, &sim->docs[i].text, &after);

        if (t && (!t->whole || sim_transfer_lies(t)))
            sim_fail(sim, "a proposal from an answer that cannot be used (transfer %u: %s, %s)",
                     t->serial, sim_answer_name(t->answer), sim_fault_name(t->fault));
        else if (!t)
            sim_fail(sim, "a proposal that no answer made");
        else if (t->doc != i)
            sim_fail(sim, "a proposal for the wrong document");
    }
    sim_text_free(&after);
}

/* Who is compared does not show before the judgement. */
static void check_blind(struct sim *sim, const cJSON *result)
{
    static const char *const names[] = { "claude", "gpt", "anthropic", "openai" };
    char *shown = cJSON_PrintUnformatted(result);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strstr(shown, names[i]))
            sim_fail(sim, "a comparison that says which model is which: %.300s", shown);
    }
    free(shown);
}

/* Diagnostics that were asked for: all of them, or those that it has. */
static void on_pulled(struct sim *sim, const struct request *r, const cJSON *result, size_t index)
{
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItem(result, "kind"));
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(result, "resultId"));
    struct sim_doc *doc = &sim->docs[r->doc];

    if (kind && strcmp(kind, "unchanged") == 0) {
        if (!id || strcmp(id, r->previous) != 0)
            sim_fail(sim, "diagnostics are unchanged since a result that nobody has");
        else if (!sim->plan->starves && strcmp(id, doc->result_id) == 0 &&
                 sim->inbox[index].seen_open[r->doc] &&
                 sim->inbox[index].seen_hash[r->doc] != doc->result_text)
            sim_fail(sim, "diagnostics of another text, which are said to be unchanged");
        return;
    }
    if (!kind || strcmp(kind, "full") != 0) {
        sim_fail(sim, "diagnostics that are neither all of them nor those of before");
        return;
    }
    snprintf(doc->result_id, sizeof(doc->result_id), "%s", id ? id : "");
    doc->result_text = sim->inbox[index].seen_hash[r->doc];
    if (doc->open && sim->inbox[index].seen_open[r->doc] &&
        doc->generation == sim->inbox[index].seen_generation[r->doc])
        sim_check_diagnostics(sim, r->doc, cJSON_GetObjectItem(result, "items"));
}

static void on_result(struct sim *sim, struct request *r, const cJSON *result, size_t index)
{
    const cJSON *id = cJSON_GetObjectItem(result, "id");

    if (r->chosen && r->offered != r->seen)
        sim_fail(sim, "request %d chose from a menu of another text, and was not refused", r->id);
    switch (r->kind) {
    case MENU:
        keep_actions(sim, r, result, index);
        if (sim_below(sim, 2))
            sim_choose_action(sim);
        break;
    case RESOLVE:
        if (cJSON_GetObjectItem(result, "edit")) {
            bool taken = false;

            sim->result->resolved++;
            if (r->cancelled_at && index >= r->cancelled_at)
                sim_fail(sim, "a resolved action after its request was cancelled");
            if (r->look)
                break;
            taken = sim_take_edit(sim, cJSON_GetObjectItem(result, "edit"), index, true);
            sim_say(sim, "resolved action: %s", taken ? "applied" : "not applied");
        }
        break;
    case ASK:
        if (r->cancelled_at && index >= r->cancelled_at)
            sim_fail(sim, "request %d was answered with a result after it was cancelled", r->id);
        if (cJSON_GetObjectItem(result, "hunks"))
            check_proposal(sim, result, index);
        if (cJSON_GetObjectItem(result, "a") && cJSON_IsString(id)) {
            check_proposal(sim, cJSON_GetObjectItem(result, "a"), index);
            check_proposal(sim, cJSON_GetObjectItem(result, "b"), index);
            check_blind(sim, result);
            keep_name(sim->duels, &sim->n_duels, 4, id->valuestring);
        }
        break;
    case PULL:
        on_pulled(sim, r, result, index);
        break;
    case QUICK:
        break;
    }
}

static void on_response(struct sim *sim, const cJSON *message, size_t index)
{
    const cJSON *id = cJSON_GetObjectItem(message, "id");
    const cJSON *error = cJSON_GetObjectItem(message, "error");

    if (cJSON_IsNull(id) || !cJSON_IsNumber(id))
        return;
    if (id->valueint < 1 || id->valueint > sim->next_id) {
        sim_fail(sim, "an answer to a request that nobody made: %d", id->valueint);
        return;
    }
    for (size_t i = sim->n_requests; i > 0; i--) {
        struct request *r = &sim->requests[i - 1];

        if (r->id != id->valueint)
            continue;
        if (r->answered)
            sim_fail(sim, "request %d was answered twice", r->id);
        r->answered = true;
        if (error) {
            const cJSON *words = cJSON_GetObjectItem(error, "message");

            sim->result->refused++;
            if (sim->plan->starves && r->stops) /* it says that it did not */
                sim->asks[r->stops - 1].stopped_at = 0;
            if (!words || !words->valuestring[0])
                sim_fail(sim, "an error that says nothing");
            sim_say(sim, "request %d: error: %s", r->id, words ? words->valuestring : "");
        } else if (!cJSON_HasObjectItem(message, "result")) {
            sim_fail(sim, "an answer with neither result nor error");
        } else {
            on_result(sim, r, cJSON_GetObjectItem(message, "result"), index);
        }
        return;
    }
}

/* The editor reads one message. */
void sim_read_one(struct sim *sim)
{
    size_t index = sim->handled;
    cJSON *message;
    const char *method;

    if (index == sim->n_inbox)
        return;
    sim->handled++;
    sim->result->events++;
    message = cJSON_Parse(sim->inbox[index].json);
    if (!message) {
        sim_fail(sim, "not JSON: %.900s", sim->inbox[index].json);
        return;
    }
    method = cJSON_GetStringValue(cJSON_GetObjectItem(message, "method"));
    if (!method)
        on_response(sim, message, index);
    else if (cJSON_GetObjectItem(message, "id"))
        sim_on_server_request(sim, method, message, index);
    else
        sim_on_notification(sim, method, cJSON_GetObjectItem(message, "params"), index);
    cJSON_Delete(message);
    free(sim->inbox[index].json);
    sim->inbox[index].json = NULL;
}
