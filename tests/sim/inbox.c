/* inbox.c -- the editor reads a message: requests and notifications of the server. */
#include "world.h"

#include <stdlib.h>

/* What became of an edit: said at once, later, or never. */
static void answer_apply(struct sim *sim, const cJSON *id, cJSON *result)
{
    if (sim->habits.never_applies) {
        cJSON_Delete(result);
        sim->unanswered_edits++;
        return;
    }
    if (!sim->habits.slow_to_apply || sim->n_late == MAX_LATE) {
        sim_reply(sim, id, result);
        return;
    }
    sim->late[sim->n_late++] =
        (struct late_answer){ .id = cJSON_Duplicate(id, true), .result = result };
}

void sim_answer_late(struct sim *sim)
{
    uint32_t i;

    if (!sim->n_late)
        return;
    i = sim_below(sim, (uint32_t)sim->n_late);
    sim_reply(sim, sim->late[i].id, sim->late[i].result);
    cJSON_Delete(sim->late[i].id);
    sim->late[i] = sim->late[--sim->n_late];
}

static void on_apply(struct sim *sim, const cJSON *message, size_t index)
{
    const cJSON *edit = cJSON_GetObjectItem(cJSON_GetObjectItem(message, "params"), "edit");
    const cJSON *id = cJSON_GetObjectItem(message, "id");
    const char *label;
    cJSON *result;
    bool taken;

    if (sim->habits.refuses && sim_chance(sim, 10)) {
        sim_reply_error(sim, id, "no such command here");
        sim->result->stale++;
        return;
    }
    result = cJSON_CreateObject();
    if (sim->habits.refuses && sim_chance(sim, 30)) {
        cJSON_AddBoolToObject(result, "applied", false);
        if (sim_chance(sim, 50))
            cJSON_AddStringToObject(result, "failureReason", "the user said no");
        answer_apply(sim, id, result);
        sim->result->stale++;
        return;
    }
    label =
        cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItem(message, "params"), "label"));
    taken = sim_take_edit(sim, edit, index, !label || strcmp(label, "Rewrite by trimtab") != 0);
    sim_say(sim, "applyEdit: %s", taken ? "applied" : "not applied");
    sim->result->applied += taken;
    cJSON_AddBoolToObject(result, "applied", taken);
    answer_apply(sim, id, result);
}

/* The user says yes to what waits, whatever was cancelled before. */
static void chosen_anyway(struct sim *sim)
{
    for (struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
        struct ask *ask = sim_ask_of(sim, a->id);

        if (a->stage == TT_ATTEMPT_PROPOSED && ask) {
            ask->explicit_act = true;
            ask->stopped_at = 0;
        }
    }
}

static void settings_seen(struct sim *sim, int off)
{
    sim->off = off != 0;
    sim_say(sim, "  the settings say that models are %s", sim->off ? "off" : "on");
}

/* Editors that have no such section say null, in one way or another. */
static void on_configuration(struct sim *sim, const cJSON *id)
{
    static const char *const choices[] = {
        "null",
        "[null]",
        "[]",
        "[{}]",
        "[{\"policy\":\"economy\"}]",
        "[{\"enabled\":false}]",
        "[{\"actions\":{\"max\":2}}]",
        "[{\"diagnostics\":true,\"rules\":{}}]",
        "[{\"models\":{\"gpt\":null}}]",
        "[{\"delivery\":7}]",
        "{\"policy\":\"quality\"}",
    };
    uint32_t i = sim_below(sim, sizeof(choices) / sizeof(choices[0]) + 1);

    if (i == sizeof(choices) / sizeof(choices[0]))
        sim_reply_error(sim, id, "not supported");
    else
        sim_reply(sim, id, cJSON_Parse(choices[i]));
    if (i < sizeof(choices) / sizeof(choices[0]) && strchr(choices[i], '{')) {
        sim->outbox[sim->n_outbox - 1].on_delivery = settings_seen;
        sim->outbox[sim->n_outbox - 1].argument = strstr(choices[i], "\"enabled\":false") != NULL;
    }
}

static void on_question(struct sim *sim, const cJSON *message)
{
    const cJSON *actions = cJSON_GetObjectItem(cJSON_GetObjectItem(message, "params"), "actions");
    uint32_t dice = sim_below(sim, 6);
    cJSON *choice = dice < 2    ? cJSON_Duplicate(cJSON_GetArrayItem(actions, 0), true)
                    : dice == 2 ? cJSON_Duplicate(cJSON_GetArrayItem(actions, 1), true)
                                : NULL;

    if (choice && dice < 2)
        chosen_anyway(sim);
    sim_reply(sim, cJSON_GetObjectItem(message, "id"), choice ? choice : cJSON_CreateNull());
}

void sim_on_server_request(struct sim *sim, const char *method, const cJSON *message, size_t index)
{
    const cJSON *id = cJSON_GetObjectItem(message, "id");

    if (strcmp(method, "workspace/applyEdit") == 0)
        on_apply(sim, message, index);
    else if (strcmp(method, "workspace/configuration") == 0)
        on_configuration(sim, id);
    else if (strcmp(method, "window/showMessageRequest") == 0)
        on_question(sim, message);
    else
        sim_reply(sim, id, cJSON_CreateNull());
}

/* What was answered was paid for, and the user hears how much. */
static void check_price(struct sim *sim, const char *token, const char *words)
{
    uint64_t id = strncmp(token, "trimtab/", 8) == 0 ? strtoull(token + 8, NULL, 10) : 0;

    for (size_t i = 0; i < sim->n_transfers && !sim->plan->starves; i++) { /* else it may be lost */
        if (sim->transfers[i].attempt == id && sim->transfers[i].whole &&
            (!words || !strchr(words, '$') || strstr(words, " 0 tokens in")))
            sim_fail(sim, "a request ends without its price: %s", words ? words : "");
    }
}

static void on_progress(struct sim *sim, const cJSON *params)
{
    const cJSON *token = cJSON_GetObjectItem(params, "token");
    const char *kind =
        cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItem(params, "value"), "kind"));
    struct progress *p = NULL;

    if (!cJSON_IsString(token) || !kind) {
        sim_fail(sim, "progress without a token or a kind");
        return;
    }
    for (size_t i = 0; i < sim->n_progress; i++) {
        if (strcmp(sim->progress[i].token, token->valuestring) == 0)
            p = &sim->progress[i];
    }
    if (strcmp(kind, "begin") == 0) {
        if (p) {
            sim_fail(sim, "progress %s begins twice", token->valuestring);
            return;
        }
        GROW(sim->progress, sim->n_progress, sim->cap_progress);
        p = &sim->progress[sim->n_progress++];
        *p = (struct progress){ .begun = true };
        snprintf(p->token, sizeof(p->token), "%s", token->valuestring);
    } else if (!p || p->ended) {
        sim_fail(sim, "progress %s: %s %s", token->valuestring, kind,
                 p ? "after its end" : "before it began");
    } else if (strcmp(kind, "end") == 0) {
        p->ended = true;
        check_price(sim, token->valuestring,
                    cJSON_GetStringValue(
                        cJSON_GetObjectItem(cJSON_GetObjectItem(params, "value"), "message")));
    }
}

/* Each stands in the text that the editor has: looked at when that is the one that the
 * server had. */
void sim_check_diagnostics(struct sim *sim, int doc, const cJSON *items)
{
    const struct sim_text *text = &sim->docs[doc].text;
    const cJSON *item;

    cJSON_ArrayForEach(item, items)
    {
        const cJSON *end = cJSON_GetObjectItem(cJSON_GetObjectItem(item, "range"), "end");
        struct sim_position at = { (unsigned)cJSON_GetObjectItem(end, "line")->valueint,
                                   (unsigned)cJSON_GetObjectItem(end, "character")->valueint };
        struct sim_position back =
            sim_position(text, sim_offset(text, at, sim->habits.encoding), sim->habits.encoding);

        if (back.line != at.line || back.character != at.character)
            sim_fail(sim, "a diagnostic ends at %u:%u, which is not a place in %s", at.line,
                     at.character, sim->docs[doc].uri);
    }
    sim->result->diagnostics += (unsigned)cJSON_GetArraySize(items);
}

static void on_diagnostics(struct sim *sim, const cJSON *params, size_t index)
{
    const char *uri = cJSON_GetStringValue(cJSON_GetObjectItem(params, "uri"));
    const cJSON *version = cJSON_GetObjectItem(params, "version");
    const struct inbox *in = &sim->inbox[index];
    int i = uri ? sim_doc_of(sim, uri) : -1;

    if (i < 0) {
        sim_fail(sim, "diagnostics for a document that nobody opened");
        return;
    }
    if (sim->habits.pulls)
        sim_fail(sim, "diagnostics are pushed to an editor that pulls them");
    if (in->seen_open[i] && sim->habits.versions == COUNTED && cJSON_IsNumber(version) &&
        version->valueint > in->seen_version[i])
        sim_fail(sim, "diagnostics for a version that was never sent");
    if (in->seen_open[i] && sim->docs[i].open && sim->habits.versions == COUNTED &&
        in->seen_generation[i] == sim->docs[i].generation && cJSON_IsNumber(version) &&
        version->valueint == in->seen_version[i])
        sim_check_diagnostics(sim, i, cJSON_GetObjectItem(params, "diagnostics"));
}

/* Only for showing: in the document, for a version that was sent, and never after
 * the end of its attempt. */
static void on_preview(struct sim *sim, const cJSON *params, size_t index)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(params, "id"));
    const char *uri = cJSON_GetStringValue(cJSON_GetObjectItem(params, "uri"));
    const cJSON *hunks = cJSON_GetObjectItem(params, "hunks");
    const cJSON *version = cJSON_GetObjectItem(params, "version");
    int i = uri ? sim_doc_of(sim, uri) : -1;
    struct preview *p = NULL;
    struct sim_text after = { 0 };
    size_t size;

    if (!name || i < 0 || (!cJSON_IsNumber(version) && sim->habits.versions != ABSENT)) {
        sim_fail(sim, "a preview of nothing that was asked");
        return;
    }
    for (size_t k = 0; k < sim->n_previews; k++) {
        if (strcmp(sim->previews[k].name, name) == 0)
            p = &sim->previews[k];
    }
    if (!p) {
        GROW(sim->previews, sim->n_previews, sim->cap_previews);
        p = &sim->previews[sim->n_previews++];
        *p = (struct preview){ .done = false };
        snprintf(p->name, sizeof(p->name), "%s", name);
    }
    if (p->done)
        sim_fail(sim, "a preview of %s after its end", name);
    p->done = cJSON_IsTrue(cJSON_GetObjectItem(params, "done"));
    sim->result->previews += cJSON_GetArraySize(hunks) > 0;
    if (!p->done && !sim->plan->starves && sim->inbox[index].seen_open[i] &&
        cJSON_IsNumber(version) && version->valueint != sim->inbox[index].seen_version[i])
        sim_fail(sim, "a preview for version %d, when the server had version %d", version->valueint,
                 sim->inbox[index].seen_version[i]);
    if (cJSON_GetArraySize(hunks) && sim->docs[i].open &&
        sim->docs[i].generation == sim->inbox[index].seen_generation[i])
        sim_apply_edits(sim, &sim->docs[i].text, hunks, &after, &size);
    sim_text_free(&after);
}

static void no_preview_left(struct sim *sim)
{
    for (size_t i = 0; i < sim->n_previews; i++) {
        if (!sim->previews[i].done)
            sim_fail(sim, "nothing runs, and the preview of %s is still shown",
                     sim->previews[i].name);
    }
}

void sim_on_notification(struct sim *sim, const char *method, const cJSON *params, size_t index)
{
    if (strcmp(method, "$/progress") == 0) {
        on_progress(sim, params);
    } else if (strcmp(method, "textDocument/publishDiagnostics") == 0) {
        on_diagnostics(sim, params, index);
    } else if (strcmp(method, "trimtab/status") == 0) {
        snprintf(sim->status, sizeof(sim->status), "%s",
                 cJSON_GetStringValue(cJSON_GetObjectItem(params, "state")));
        if (strcmp(sim->status, "idle") == 0)
            no_preview_left(sim);
    } else if (strcmp(method, "trimtab/preview") == 0) {
        on_preview(sim, params, index);
    }
}
