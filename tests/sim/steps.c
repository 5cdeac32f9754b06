/* steps.c -- one step of a session: something happens, chosen by the step's own dice. */
#include "world.h"

static void odd_message(struct sim *sim)
{
    cJSON *params = cJSON_CreateObject();

    switch (sim_below(sim, 5)) {
    case 0:
        sim_request(sim, "workspace/neverHeardOf", params, QUICK, -1, false);
        return;
    case 1:
        sim_request(sim, "textDocument/codeAction", params, QUICK, -1, false);
        return;
    case 2:
        cJSON_AddStringToObject(params, "command", "trimtab.nothing");
        sim_request(sim, "workspace/executeCommand", params, QUICK, -1, false);
        return;
    case 3:
        sim_request(sim, "initialize", params, QUICK, -1, false);
        return;
    default:
        cJSON_AddNumberToObject(params, "id", 4711);
        sim_notify(sim, "$/cancelRequest", params, NULL, 0);
    }
}

static void settings(struct sim *sim)
{
    static const char *const choices[] = {
        "{\"settings\":{\"trimtab\":{\"policy\":\"economy\"}}}",
        "{\"settings\":{\"trimtab\":{\"policy\":\"quality\",\"routing\":\"learned\"}}}",
        "{\"settings\":{\"trimtab\":{\"delivery\":\"resolve\"}}}",
        "{\"settings\":{\"trimtab\":{\"max_model_actions\":1}}}",
        "{\"settings\":{\"trimtab\":{\"languages\":{\"python\":false}}}}",
        "{\"settings\":{\"trimtab\":{\"budget\":{\"day_usd\":0.01}}}}",
        "{\"settings\":null}",
        "{\"settings\":{\"trimtab\":{\"polcy\":7}}}",
        "{\"settings\":{}}",
        "{\"settings\":{\"trimtab\":{}}}",
    };

    sim_say(sim, "settings");
    sim_notify(sim, "workspace/didChangeConfiguration",
               cJSON_Parse(choices[sim_below(sim, sizeof(choices) / sizeof(choices[0]))]), NULL, 0);
}

/* A folder is added to the workspace, or taken out: never the one of the documents. */
static void folders(struct sim *sim)
{
    static const char *const choices[] = {
        "{\"event\":{\"added\":[{\"uri\":\"file:///v\",\"name\":\"v\"}],\"removed\":[]}}",
        "{\"event\":{\"added\":[],\"removed\":[{\"uri\":\"file:///v\",\"name\":\"v\"}]}}",
        "{\"event\":{\"added\":[{\"uri\":\"file:///w/sub\",\"name\":\"s\"}],\"removed\":"
        "[{\"uri\":\"file:///w/sub\",\"name\":\"s\"}]}}",
        "{\"event\":{}}",
    };

    sim_notify(sim, "workspace/didChangeWorkspaceFolders",
               cJSON_Parse(choices[sim_below(sim, sizeof(choices) / sizeof(choices[0]))]), NULL, 0);
}

static void rarely(struct sim *sim)
{
    switch (sim_below(sim, 4)) {
    case 0:
        sim_fix(sim);
        return;
    case 1:
        folders(sim);
        return;
    case 2:
        sim_notify(sim, "workspace/didChangeWatchedFiles",
                   cJSON_Parse("{\"changes\":[{\"uri\":\"file:///w/.trimtab.json\",\"type\":2}]}"),
                   NULL, 0);
        return;
    default:
        sim_notify(
            sim, "$/setTrace",
            cJSON_Parse(sim_below(sim, 2) ? "{\"value\":\"verbose\"}" : "{\"value\":\"off\"}"),
            NULL, 0);
    }
}

static void keys(struct sim *sim)
{
    static const char *const choices[] = {
        "{\"keys\":{\"claude\":\"" EDITORS_KEY "\"}}",
        "{\"keys\":{\"gpt\":\"" EDITORS_KEY "\",\"claude\":\"\"}}",
        "{\"keys\":{}}",
    };

    sim_say(sim, "keys");
    sim_notify(sim, "trimtab/setKeys", cJSON_Parse(choices[sim_below(sim, 3)]), NULL, 0);
}

/* Something happens that nobody does. */
static void machine(struct sim *sim, unsigned dice)
{
    if (dice < 200)
        sim_deliver_one(sim);
    else if (dice < 330)
        fake_io_step(&sim->fake);
    else if (dice < 480)
        sim_read_one(sim);
    else if (dice < 640)
        sim_network(sim, sim_below(sim, 3) == 0);
    else if (dice < 712)
        sim_pump(sim, 40);
    else if (dice < 720)
        sim_answer_late(sim);
    else
        fake_io_advance(&sim->fake, 1 + sim_below(sim, sim_below(sim, 4) ? 300 : 20000));
}

static void edit(struct sim *sim, unsigned dice)
{
    int i = sim_an_open_doc(sim);

    if (i < 0)
        return;
    if (dice >= 850)
        sim_undo(sim, i);
    else if (!sim->habits.calm || sim_below(sim, 6) == 0)
        sim_type(sim, i);
    if (sim->habits.pulls && sim_chance(sim, 20)) /* as editors do after a change */
        sim_pull(sim);
}

static void menus(struct sim *sim, unsigned dice)
{
    if (dice >= 930)
        sim_choose_action(sim);
    else if (sim->habits.calm && sim_below(sim, 2))
        sim_menu_in_peace(sim);
    else if (sim->habits.picks && sim_below(sim, 3) == 0)
        sim_pick(sim);
    else
        sim_menu(sim);
}

void sim_one_step(struct sim *sim)
{
    unsigned dice = sim_below(sim, 1000);

    sim_starve_step(sim);
    if (dice < 770)
        machine(sim, dice);
    else if (dice < 865)
        edit(sim, dice);
    else if (dice < 905)
        sim_ask(sim);
    else if (dice < 945)
        menus(sim, dice);
    else if (dice < 955)
        sim_decide(sim);
    else if (dice < 963)
        sim_cancel_request(sim);
    else if (dice < 970)
        sim_cancel_attempt(sim);
    else if (dice < 978)
        sim_follow_up(sim);
    else if (dice < 982)
        sim_duel(sim);
    else if (dice < 986)
        odd_message(sim);
    else if (dice < 987)
        rarely(sim);
    else if (dice < 988)
        sim_pull(sim);
    else if (dice < 992)
        sim_open_or_close(sim);
    else if (dice < 995)
        sim_save(sim);
    else if (dice < 997) /* the threads are busy for a while */
        sim->fake.hold_jobs = !sim->fake.hold_jobs;
    else if (dice < 999)
        settings(sim);
    else
        keys(sim);
    sim_drain(sim);
    sim_look_around(sim);
    sim_check_transfers(sim);
}
