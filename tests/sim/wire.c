/* wire.c -- the pipe between editor and server: messages wait on both ends, and reach
 * the other side one at a time.
 */
#include "world.h"

#include <stdlib.h>

void sim_post(struct sim *sim, cJSON *message, void (*on_delivery)(struct sim *, int), int argument)
{
    GROW(sim->outbox, sim->n_outbox, sim->cap_outbox);
    cJSON_AddStringToObject(message, "jsonrpc", "2.0");
    sim->outbox[sim->n_outbox++] = (struct outgoing){ .json = cJSON_PrintUnformatted(message),
                                                      .on_delivery = on_delivery,
                                                      .argument = argument };
    cJSON_Delete(message);
}

void sim_notify(struct sim *sim, const char *method, cJSON *params,
                void (*on_delivery)(struct sim *, int), int argument)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddStringToObject(message, "method", method);
    if (params)
        cJSON_AddItemToObject(message, "params", params);
    sim_post(sim, message, on_delivery, argument);
}

struct request *sim_request(struct sim *sim, const char *method, cJSON *params, enum kind kind,
                            int doc, bool waits)
{
    cJSON *message = cJSON_CreateObject();
    struct request *r;

    GROW(sim->requests, sim->n_requests, sim->cap_requests);
    r = &sim->requests[sim->n_requests++];
    *r = (struct request){ .id = ++sim->next_id, .doc = doc, .kind = kind, .waits = waits };
    r->version = doc >= 0 ? sim->docs[doc].version : 0;
    cJSON_AddNumberToObject(message, "id", r->id);
    cJSON_AddStringToObject(message, "method", method);
    if (params)
        cJSON_AddItemToObject(message, "params", params);
    sim_say(sim, "  request %d: %s", r->id, method);
    sim_post(sim, message, NULL, 0);
    return r;
}

static void add_position(cJSON *parent, const char *name, struct sim_position at)
{
    cJSON *position = cJSON_AddObjectToObject(parent, name);

    cJSON_AddNumberToObject(position, "line", at.line);
    cJSON_AddNumberToObject(position, "character", at.character);
}

cJSON *sim_range_json(struct sim_position start, struct sim_position end)
{
    cJSON *range = cJSON_CreateObject();

    add_position(range, "start", start);
    add_position(range, "end", end);
    return range;
}

cJSON *sim_document_params(struct sim *sim, const struct sim_doc *doc, bool version)
{
    cJSON *params = cJSON_CreateObject(), *id = cJSON_AddObjectToObject(params, "textDocument");

    cJSON_AddStringToObject(id, "uri", sim_chance(sim, 10) ? doc->alias : doc->uri);
    if (version && sim->habits.versions == ABSENT)
        cJSON_AddNullToObject(id, "version");
    else if (version)
        cJSON_AddNumberToObject(id, "version", doc->version);
    return params;
}

void sim_drain(struct sim *sim)
{
    for (size_t i = 0; i < sim->fake.n_sent; i++) {
        struct inbox *in;

        GROW(sim->inbox, sim->n_inbox, sim->cap_inbox);
        in = &sim->inbox[sim->n_inbox++];
        in->json = sim->fake.sent[i];
        for (int k = 0; k < DOCS; k++) {
            in->seen_version[k] = sim->docs[k].seen_version;
            in->seen_generation[k] = sim->docs[k].seen_generation;
            in->seen_hash[k] = sim->docs[k].seen_hash;
            in->seen_open[k] = sim->docs[k].seen_open;
        }
        if (strstr(in->json, "\"method\":\"window/showMessage")) {
            sim->told++;
            sim->told_certificate |= strstr(in->json, "Corp Proxy CA") != NULL;
            free(sim->last_told);
            sim->last_told = malloc(strlen(in->json) + 1);
            if (!sim->last_told)
                abort();
            memcpy(sim->last_told, in->json, strlen(in->json) + 1);
            sim_say(sim, "  told: %s", in->json);
        }
        if (sim_holds_key(in->json))
            sim_fail(sim, "a key in a message to the editor");
    }
    sim->fake.n_sent = 0;
    for (size_t i = 0; i < sim->fake.n_records; i++) {
        const char *record = sim->fake.records[i];

        if (sim_holds_key(record))
            sim_fail(sim, "a key in a record");
        free(sim->fake.records[i]);
    }
    sim->fake.n_records = 0;
}

void sim_reply(struct sim *sim, const cJSON *id, cJSON *result)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddItemToObject(message, "id", cJSON_Duplicate(id, true));
    cJSON_AddItemToObject(message, "result", result);
    sim_post(sim, message, NULL, 0);
}

void sim_reply_error(struct sim *sim, const cJSON *id, const char *words)
{
    cJSON *message = cJSON_CreateObject(), *error = cJSON_AddObjectToObject(message, "error");

    cJSON_AddItemToObject(message, "id", cJSON_Duplicate(id, true));
    cJSON_AddNumberToObject(error, "code", -32603);
    cJSON_AddStringToObject(error, "message", words);
    sim_post(sim, message, NULL, 0);
}

void sim_deliver_one(struct sim *sim)
{
    size_t i = sim->delivered;
    void (*then)(struct sim *, int);
    int argument;

    if (i == sim->n_outbox)
        return;
    sim->delivered++;
    then = sim->outbox[i].on_delivery;
    argument = sim->outbox[i].argument;
    /* What the server must know by the time it answers: texts before, cancels after. */
    bool after = then == sim_cancel_seen || then == sim_stop_seen || then == sim_stop_all_seen;

    if (then && !after)
        then(sim, argument);
    fake_io_editor(&sim->fake, sim->outbox[i].json);
    sim_look_at_asks(sim, true);
    sim_drain(sim);
    if (after)
        then(sim, argument);
    free(sim->outbox[i].json);
    sim->outbox[i].json = NULL;
    sim_check_texts(sim);
}

void sim_pump(struct sim *sim, unsigned most)
{
    for (unsigned i = 0; i < most && !sim->result->failure[0]; i++) {
        bool busy = sim->delivered < sim->n_outbox || sim->handled < sim->n_inbox;

        sim_deliver_one(sim);
        busy |= fake_io_step(&sim->fake);
        sim_drain(sim);
        sim_look_around(sim);
        sim_read_one(sim);
        if (!busy)
            return;
    }
}
