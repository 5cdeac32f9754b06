/* user.c -- what people do with menus: open them, look at what they offer, choose, cancel. */
#include "world.h"

int sim_an_open_doc(struct sim *sim)
{
    int i = (int)sim_below(sim, DOCS);

    return sim->docs[i].open ? i : sim->docs[0].open ? 0 : -1;
}

/* Some lines, or a place in one; now and then what no editor should send. */
cJSON *sim_some_range(struct sim *sim, const struct sim_doc *doc)
{
    unsigned lines = sim_lines(&doc->text), first = sim_below(sim, lines);
    unsigned last = first + sim_below(sim, 6);
    size_t start, end;
    struct sim_position to;

    if (sim_chance(sim, 2)) /* behind the end, or backwards */
        return sim_range_json(
            (struct sim_position){ first, 4 },
            (struct sim_position){ sim_below(sim, 2) ? lines + 7 : first / 2, 0 });
    if (last >= lines)
        last = lines - 1;
    if (!sim_line(&doc->text, last, &start, &end))
        return NULL;
    to = sim_position(&doc->text, end, sim->habits.encoding);
    to.character += sim_below(sim, 12) == 0; /* one too long: some editors do that */
    return sim_range_json((struct sim_position){ first, 0 }, to);
}

/* What another server says about a line. */
static cJSON *others_diagnostics(struct sim *sim, const struct sim_doc *doc)
{
    cJSON *list = cJSON_CreateArray(), *item;
    unsigned line = sim_below(sim, sim_lines(&doc->text));

    if (!sim_chance(sim, 40))
        return list;
    item = cJSON_CreateObject();
    cJSON_AddItemToObject(
        item, "range",
        sim_range_json((struct sim_position){ line, 0 }, (struct sim_position){ line, 1 }));
    cJSON_AddNumberToObject(item, "severity", 1);
    cJSON_AddStringToObject(item, "source", "ruff");
    cJSON_AddStringToObject(item, "code", sim_below(sim, 2) ? "S113" : "F821");
    cJSON_AddStringToObject(item, "message", "this call may wait for ever");
    cJSON_AddItemToArray(list, item);
    return list;
}

void sim_menu(struct sim *sim)
{
    static const char *const kinds[] = {
        "quickfix", "refactor",      "refactor.rewrite.trimtab.docs",
        "source",   "source.fixAll", "source.fixAll.trimtab"
    };
    int i = sim_an_open_doc(sim);
    unsigned trigger = sim_below(sim, 5); /* 1: invoked, 2: automatic, else not said */
    cJSON *params, *context;
    const char *only = NULL;
    struct request *r;

    if (i < 0)
        return;
    params = sim_document_params(sim, &sim->docs[i], false);
    cJSON_AddItemToObject(params, "range", sim_some_range(sim, &sim->docs[i]));
    context = cJSON_AddObjectToObject(params, "context");
    cJSON_AddItemToObject(context, "diagnostics", others_diagnostics(sim, &sim->docs[i]));
    if (sim_chance(sim, 20)) {
        only = kinds[sim_below(sim, sizeof(kinds) / sizeof(kinds[0]))];
        cJSON_AddItemToObject(context, "only", cJSON_CreateStringArray(&only, 1));
    }
    if (trigger == 1 || trigger == 2)
        cJSON_AddNumberToObject(context, "triggerKind", trigger);
    sim_say(sim, "menu in %s%s%s", sim->docs[i].uri, only ? ": " : "", only ? only : "");
    r = sim_request(sim, "textDocument/codeAction", params, MENU, i, false);
    r->automatic = trigger == 2;
    snprintf(r->only, sizeof(r->only), "%s", only ? only : "");
}

/* Something of a menu reached the server. */
static void choice_seen(struct sim *sim, int id)
{
    for (size_t i = sim->n_requests; i > 0; i--) {
        struct request *r = &sim->requests[i - 1];

        if (r->id != id)
            continue;
        r->seen_ms = sim->fake.now;
        r->seen = sim->docs[r->doc].seen_hash;
    }
}

static struct request *choose(struct sim *sim, struct request *r, const struct action *action)
{
    r->chosen = true;
    r->offered = action->text;
    sim->outbox[sim->n_outbox - 1].on_delivery = choice_seen;
    sim->outbox[sim->n_outbox - 1].argument = r->id;
    return r;
}

static struct request *resolve(struct sim *sim, const struct action *action, bool look)
{
    struct request *r = sim_request(sim, "codeAction/resolve", cJSON_Duplicate(action->json, true),
                                    RESOLVE, action->doc, true);

    r->look = look;
    choose(sim, r, action);
    /* what has its edit or command is given back as it is */
    r->chosen =
        !cJSON_GetObjectItem(action->json, "edit") && !cJSON_GetObjectItem(action->json, "command");
    return r;
}

/* From one of the last menus, however old. */
void sim_choose_action(struct sim *sim)
{
    const struct action *action;
    const cJSON *command;
    int i;

    if (!sim->n_actions)
        return;
    i = sim_below(sim, 2) ? sim->n_actions - 1 : (int)sim_below(sim, (uint32_t)sim->n_actions);
    action = &sim->actions[i];
    command = cJSON_GetObjectItem(action->json, "command");
    sim_say(sim, "choose: %s", cJSON_GetStringValue(cJSON_GetObjectItem(action->json, "title")));
    if (cJSON_GetObjectItem(action->json, "edit"))
        sim_take_edit(sim, cJSON_GetObjectItem(action->json, "edit"), action->index, false);
    else if (cJSON_IsObject(command) || cJSON_IsString(command))
        choose(sim,
               sim_request(sim, "workspace/executeCommand",
                           cJSON_Duplicate(cJSON_IsObject(command) ? command : action->json, true),
                           ASK, action->doc, false),
               action);
    else
        resolve(sim, action, false);
}

static void cancel(struct sim *sim, int id)
{
    cJSON *params = cJSON_CreateObject();

    cJSON_AddNumberToObject(params, "id", id);
    sim_say(sim, "cancel request %d", id);
    sim->result->cancelled++;
    sim_notify(sim, "$/cancelRequest", params, sim_cancel_seen, id);
}

/* The cursor moves through the last menu, and a preview is wanted of whatever it passes. */
void sim_pick(struct sim *sim)
{
    int id = 0;

    for (int i = sim->n_actions - 1; i >= 0 && sim->n_actions - i <= 5; i--) {
        const struct action *action = &sim->actions[i];

        if (action->index != sim->actions[sim->n_actions - 1].index)
            break;
        if (id && sim_chance(sim, 50))
            cancel(sim, id);
        id = resolve(sim, action, true)->id;
        sim_pump(sim, 10);
        fake_io_advance(&sim->fake, 1 + sim_below(sim, 60));
        sim_drain(sim);
        sim_look_around(sim);
    }
}

/* A menu is opened, something is chosen from it, and nobody types meanwhile. */
void sim_menu_in_peace(struct sim *sim)
{
    sim_menu(sim);
    sim_pump(sim, 60);
    if (sim->habits.picks)
        sim_pick(sim);
    sim_choose_action(sim);
    sim_pump(sim, 20);
    fake_io_advance(&sim->fake, 200);
    sim_pump(sim, 20);
}

void sim_pull(struct sim *sim)
{
    int i = sim_an_open_doc(sim);
    cJSON *params;
    struct request *r;

    if (i < 0)
        return;
    params = sim_document_params(sim, &sim->docs[i], false);
    if (sim->docs[i].result_id[0] && sim_chance(sim, 80))
        cJSON_AddStringToObject(params, "previousResultId", sim->docs[i].result_id);
    r = sim_request(sim, "textDocument/diagnostic", params, PULL, i, false);
    snprintf(r->previous, sizeof(r->previous), "%s", sim->docs[i].result_id);
}

/* A cancel reached the server: from here on nothing of it may come. */
void sim_cancel_seen(struct sim *sim, int id)
{
    for (size_t i = 0; i < sim->n_requests; i++) {
        if (sim->requests[i].id == id && sim->requests[i].waits && !sim->requests[i].answered)
            sim->requests[i].cancelled_at = sim->n_inbox;
    }
}

/* One of the last requests; also one that was answered, since a cancel may come late. */
void sim_cancel_request(struct sim *sim)
{
    const struct request *r;

    if (!sim->n_requests)
        return;
    r = &sim->requests[sim->n_requests - 1 -
                       sim_below(sim, sim->n_requests < 6 ? (uint32_t)sim->n_requests : 6)];
    if (r->kind != QUICK || sim_chance(sim, 20))
        cancel(sim, r->id);
}
