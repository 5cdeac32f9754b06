/* life.c -- a session from its first message to its last. */
#include "world.h"

#include "memory.h"

#include "session/session.h"

#include <stdlib.h>

#define MAX_STEPS 4000

static void deliver_event(void *arg, const struct tt_event *event)
{
    struct sim *sim = arg;

    sim->result->events++;
    sim_memory_server(true);
    tt_session_event(sim->session, event);
    sim_memory_server(false);
}

/* A machine that is now fast, now slow. */
static uint64_t clock_us(void *arg)
{
    struct sim *sim = arg;

    sim->clock_us += random_below(&sim->clock_random, sim->slow ? 3000 : 60);
    return sim->clock_us;
}

static const char *key_of(void *arg, const char *env)
{
    (void)arg;
    return strcmp(env, "ANTHROPIC_API_KEY") == 0 ? ANTHROPIC
           : strcmp(env, "OPENAI_API_KEY") == 0  ? OPENAI
                                                 : NULL;
}

static void draw_habits(struct sim *sim)
{
    struct habits *h = &sim->habits;

    *h = (struct habits){
        .encoding = (enum sim_encoding)sim_below(sim, 3),
        .by_resolve = sim_chance(sim, 50),
        .picks = sim_chance(sim, 40),
        .plain = sim_chance(sim, 6),
        .full_text = sim_chance(sim, 10),
        .pulls = sim_chance(sim, 40),
        .tags = sim_chance(sim, 50),
        .confirms = sim_chance(sim, 50),
        .previews = sim_chance(sim, 50),
        .asks = sim_chance(sim, 50),
        .counts = sim_chance(sim, 90),
        .settings = sim_chance(sim, 50),
        .never_initialized = sim_chance(sim, 5),
        .refuses = sim_chance(sim, 16),
        .slow_to_apply = sim_chance(sim, 16),
        .never_applies = sim_chance(sim, 3),
        .calm = sim_chance(sim, 50),
    };
    if (sim_chance(sim, 12))
        h->versions = sim_chance(sim, 50) ? REUSED : ABSENT;
    if (sim_chance(sim, 40))
        h->end = (enum sim_end)(1 + sim_below(sim, 3));
    sim->rewrites = sim->plan->seed * 0x9E3779B97F4A7C15u >> 62 == 0;
    sim->slow = sim_chance(sim, 33);
    sim->breaks = sim_chance(sim, 12);
    sim->down = sim_chance(sim, 6);
    sim->patient = sim_chance(sim, 12);
    sim->faults_percent = sim_below(sim, 3) * 20;
}

/* `path` of dots, where "a.b" is the member b of a; what is missing is made. */
static void can(cJSON *caps, const char *path, const char *value)
{
    char name[64];
    size_t n = strcspn(path, ".");
    cJSON *child;

    snprintf(name, sizeof(name), "%.*s", (int)n, path);
    if (!path[n]) {
        cJSON_AddItemToObject(caps, name, cJSON_Parse(value));
        return;
    }
    child = cJSON_GetObjectItem(caps, name);
    can(child ? child : cJSON_AddObjectToObject(caps, name), path + n + 1, value);
}

static cJSON *capabilities(struct sim *sim)
{
    static const char *const encodings[] = { "[\"utf-8\"]", "[\"utf-16\"]", "[\"utf-32\"]" };
    const struct habits *h = &sim->habits;
    cJSON *caps = cJSON_CreateObject();

    can(caps, "general.positionEncodings", encodings[h->encoding]);
    can(caps, "textDocument.publishDiagnostics", "{\"versionSupport\":true}");
    can(caps, "textDocument.codeAction.dataSupport", "true");
    can(caps, "textDocument.codeAction.disabledSupport", "true");
    can(caps, "textDocument.codeAction.isPreferredSupport", "true");
    can(caps, "workspace.applyEdit", "true");
    can(caps, "workspace.workspaceEdit.documentChanges", "true");
    can(caps, "workspace.workspaceEdit.resourceOperations", "[\"create\"]");
    if (!h->plain)
        can(caps, "textDocument.codeAction.codeActionLiteralSupport.codeActionKind.valueSet", "[]");
    if (h->by_resolve)
        can(caps, "textDocument.codeAction.resolveSupport.properties", "[\"edit\"]");
    if (h->tags)
        can(caps, "textDocument.codeAction.tagSupport.valueSet", "[1]");
    if (h->pulls) {
        can(caps, "textDocument.diagnostic.relatedDocumentSupport", "false");
        can(caps, "workspace.diagnostics.refreshSupport", "true");
    }
    if (h->confirms)
        can(caps, "workspace.workspaceEdit.changeAnnotationSupport", "{}");
    if (h->previews)
        can(caps, "experimental.trimtab.preview", "true");
    if (h->asks)
        can(caps, "window.showMessage.messageActionItem", "{}");
    if (h->counts)
        can(caps, "window.workDoneProgress", "true");
    if (h->settings)
        can(caps, "workspace.configuration", "true");
    return caps;
}

static cJSON *first_settings(struct sim *sim)
{
    cJSON *settings = cJSON_Parse(sim_below(sim, 4) && !sim->rewrites
                                      ? "{\"rules\":{\"*\":\"off\"},\"diagnostics\":false}"
                                      : "{}");

    cJSON_AddStringToObject(settings, "delivery", sim->habits.by_resolve ? "resolve" : "command");
    if (sim_below(sim, 4) == 0)
        cJSON_AddStringToObject(settings, "routing", "learned");
    return settings;
}

static void begin_documents(struct sim *sim)
{
    static const struct {
        const char *uri, *alias;
    } names[DOCS] = {
        { "file:///w/orders.py", "file:///w/%6Frders.py" },
        { "file:///w/caf%C3%A9.py", "file:///w/caf%c3%a9.py" },
        { "file:///w/test_orders.py", "file:///w/test_orders.py" },
        { "untitled:Untitled-1", "untitled:Untitled-1" },
    };
    bool crlf = sim_below(sim, 4) == 0;

    for (int i = 0; i < DOCS; i++) {
        snprintf(sim->docs[i].uri, sizeof(sim->docs[i].uri), "%s", names[i].uri);
        snprintf(sim->docs[i].alias, sizeof(sim->docs[i].alias), "%s", names[i].alias);
        sim_doc_fill(&sim->docs[i], &sim->random, crlf);
        if (sim->rewrites)
            sim_doc_add_raise(&sim->docs[i], (unsigned)i, crlf);
        if (i == 0 || sim_chance(sim, i == 3 ? 15 : 50))
            sim_open(sim, i);
    }
}

static void begin(struct sim *sim)
{
    struct tt_session_options options = {
        .version = TT_STR("sim"),
        .clock_us = clock_us,
        .arg = sim,
    };
    cJSON *params = cJSON_CreateObject();

    fake_io_init(&sim->fake, sim->plan->seed * 977 + 5);
    sim->fake.deliver = deliver_event;
    sim->fake.key_of = key_of;
    sim->fake.arg = sim;
    sim->clock_random.state = sim->plan->seed;
    draw_habits(sim);
    if (sim->plan->starves) {
        sim->starved_percent = 1 + sim_below(sim, 3) * 4;
        sim_starve_begin(sim);
    }
    if (tt_session_create(&sim->fake.io, &options, &sim->session) < 0)
        abort();
    cJSON_AddItemToObject(params, "capabilities", capabilities(sim));
    cJSON_AddStringToObject(params, "rootUri", "file:///w");
    cJSON_AddItemToObject(params, "initializationOptions", first_settings(sim));
    sim_request(sim, "initialize", params, QUICK, -1, false);
    if (!sim->habits.never_initialized)
        sim_notify(sim, "initialized", cJSON_CreateObject(), NULL, 0);
    begin_documents(sim);
    sim_pump(sim, 100);
}

/* Everything that is under way comes to its end; then nothing may be open. */
static void settle(struct sim *sim)
{
    sim->fake.hold_jobs = false;
    sim->settling = true;
    for (int round = 0; round < 4000 && !sim->result->failure[0]; round++) {
        bool open = false;

        sim_pump(sim, 1000);
        while (sim->n_late)
            sim_answer_late(sim);
        for (size_t i = 0; i < sim->n_transfers && !open; i++)
            open = sim_transfer_open(sim, &sim->transfers[i]);
        if (open)
            sim_network(sim, true);
        else if (round > 20 && sim->handled == sim->n_inbox && sim->delivered == sim->n_outbox &&
                 (sim->unanswered_edits || !tt_attempts_running(sim->session)))
            break;
        fake_io_advance(&sim->fake, 3000);
        sim_drain(sim);
        sim_look_around(sim);
        sim_check_transfers(sim);
    }
}

static void all_answered(struct sim *sim)
{
    for (size_t i = 0; i < sim->n_requests; i++) {
        if (!sim->requests[i].answered)
            sim_fail(sim, "request %d was never answered", sim->requests[i].id);
    }
}

/* Nothing runs: except what waits for an editor that says nothing. */
static void check_quiet(struct sim *sim)
{
    if (sim->result->failure[0])
        return;
    all_answered(sim);
    if (sim->unanswered_edits)
        return;
    for (const struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
        if (tt_attempt_running(a))
            sim_fail(sim, "request %llu to a model runs for ever, in stage %d",
                     (unsigned long long)a->id, (int)a->stage);
    }
    for (size_t i = 0; i < sim->n_progress; i++) {
        if (!sim->progress[i].ended)
            sim_fail(sim, "progress %s never ended", sim->progress[i].token);
    }
    if (sim->status[0] && strcmp(sim->status, "busy") == 0)
        sim_fail(sim, "the status stays busy when nothing runs");
}

/* As a good editor does: everything is answered before it goes. */
static void say_goodbye(struct sim *sim)
{
    sim_request(sim, "shutdown", NULL, QUICK, -1, false);
    for (int i = 0; i < 400 && (sim->delivered < sim->n_outbox || sim->handled < sim->n_inbox); i++)
        sim_pump(sim, 100);
    all_answered(sim);
    for (size_t i = 0; i < sim->n_transfers; i++) {
        if (sim_transfer_open(sim, &sim->transfers[i]))
            sim_fail(sim, "transfer %u goes on after the shutdown", sim->transfers[i].serial);
    }
    sim_notify(sim, "exit", NULL, NULL, 0);
    sim_pump(sim, 20);
    if (!sim->fake.exited || sim->fake.exit_code != 0)
        sim_fail(sim, "the session did not end well after shutdown and exit");
}

/* It crashes, or is closed in a hurry. */
static void vanish(struct sim *sim)
{
    if (sim->habits.end == EXIT) {
        sim_notify(sim, "exit", NULL, NULL, 0);
        while (sim->delivered < sim->n_outbox && !sim->fake.exited)
            sim_deliver_one(sim);
    } else {
        fake_io_editor_eof(&sim->fake);
        sim_drain(sim);
    }
    if (!sim->fake.exited || sim->fake.exit_code == 0)
        sim_fail(sim, "the server stays, or says that all is well, when its editor is gone");
}

static void end(struct sim *sim)
{
    sim->result->gave_up = sim->plan->starves && sim->fake.exited;
    if (sim->habits.end == SETTLED && !sim->result->failure[0] && !sim->fake.exited) {
        settle(sim);
        check_quiet(sim);
    }
    if (!sim->result->failure[0] && !sim->fake.exited) {
        if (sim->habits.end <= SHUTDOWN)
            say_goodbye(sim);
        else
            vanish(sim);
    }
    tt_session_destroy(sim->session);
    for (size_t i = 0; i < sim->n_transfers; i++) {
        if (sim_transfer_open(sim, &sim->transfers[i]))
            sim_fail(sim, "transfer %u outlives the session", sim->transfers[i].serial);
    }
    fake_io_release(&sim->fake);
}

static void release(struct sim *sim)
{
    for (size_t i = sim->delivered; i < sim->n_outbox; i++)
        free(sim->outbox[i].json);
    for (size_t i = sim->handled; i < sim->n_inbox; i++)
        free(sim->inbox[i].json);
    for (size_t i = 0; i < sim->n_transfers; i++)
        sim_transfer_free(&sim->transfers[i]);
    for (int i = 0; i < DOCS; i++) {
        sim_text_free(&sim->docs[i].text);
        sim_text_free(&sim->docs[i].seen);
        for (int k = 0; k < sim->docs[i].n_past; k++)
            sim_text_free(&sim->docs[i].past[k]);
    }
    for (int i = 0; i < sim->n_actions; i++)
        cJSON_Delete(sim->actions[i].json);
    for (unsigned i = 0; i < sim->n_late; i++) {
        cJSON_Delete(sim->late[i].id);
        cJSON_Delete(sim->late[i].result);
    }
    for (size_t i = 0; i < sim->n_sent_texts; i++)
        sim_text_free(&sim->sent_texts[i].text);
    free(sim->sent_texts);
    free(sim->outbox);
    free(sim->inbox);
    free(sim->requests);
    for (size_t i = 0; i < sim->n_asks; i++)
        sim_text_free(&sim->asks[i].code);
    free(sim->asks);
    free(sim->last_told);
    free(sim->transfers);
    free(sim->progress);
    free(sim->previews);
}

void sim_run(const struct sim_plan *plan, struct sim_result *result)
{
    struct sim sim = { .plan = plan, .result = result };

    *result = (struct sim_result){ 0 };
    sim.random.state = plan->seed;
    begin(&sim);
    result->steps = plan->steps ? plan->steps : 100 + sim_below(&sim, MAX_STEPS - 100);
    for (unsigned i = 0; i < result->steps && !result->failure[0] && !sim.fake.exited; i++) {
        sim.step = i;
        sim.random.state = plan->seed * 0x9E3779B97F4A7C15u + (uint64_t)i * 0xD1B54A32D192ED03u;
        if (!plan->without || !plan->without[i])
            sim_one_step(&sim);
    }
    sim_memory_fail_after(-1, 0);
    sim.step = result->steps;
    end(&sim);
    release(&sim);
}
