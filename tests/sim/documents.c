/* documents.c -- documents are opened, typed in, undone, saved and closed, and the
 * server's text is held against the editor's.
 */
#include "world.h"

#include "session/state.h"
#include "text/text.h"

#include <stdlib.h>

static int remember(struct sim *sim, int i)
{
    const struct sim_doc *doc = &sim->docs[i];

    GROW(sim->sent_texts, sim->n_sent_texts, sim->cap_sent_texts);
    sim->sent_texts[sim->n_sent_texts] = (struct sent_text){
        .doc = i,
        .version = doc->version,
        .generation = doc->generation,
    };
    sim_text_set(&sim->sent_texts[sim->n_sent_texts].text, doc->text.p, doc->text.n);
    return (int)sim->n_sent_texts++;
}

static unsigned hash_of(const struct sim_text *text)
{
    unsigned hash = 5381;

    for (size_t i = 0; i < text->n; i++)
        hash = hash * 33 + (unsigned char)text->p[i];
    return hash;
}

/* It reached the server. */
static void seen_text(struct sim *sim, int slot)
{
    struct sent_text *sent = &sim->sent_texts[slot];
    struct sim_doc *doc = &sim->docs[sent->doc];

    sim_text_set(&doc->seen, sent->text.p, sent->text.n);
    sim_text_free(&sent->text);
    doc->seen_version = sim->habits.versions == ABSENT ? 0 : sent->version;
    doc->seen_generation = sent->generation;
    doc->seen_hash = hash_of(&doc->seen);
}

static void seen_open(struct sim *sim, int slot)
{
    struct sim_doc *doc = &sim->docs[sim->sent_texts[slot].doc];

    doc->seen_open = true;
    seen_text(sim, slot);
    doc->seen_version = sim->sent_texts[slot].version; /* no editor leaves it out here */
}

static void seen_close(struct sim *sim, int i)
{
    sim->docs[i].seen_open = false;
}

/* Editors begin at 1, or at 0, or go on where they were. */
static int first_version(struct sim *sim, const struct sim_doc *doc)
{
    const int choices[] = { 1, 1, 0, doc->version, doc->version + 1, 1000 };

    return choices[sim_below(sim, sizeof(choices) / sizeof(choices[0]))];
}

void sim_open(struct sim *sim, int i)
{
    struct sim_doc *doc = &sim->docs[i];
    cJSON *params = cJSON_CreateObject(), *item = cJSON_AddObjectToObject(params, "textDocument");

    doc->open = true;
    doc->version = first_version(sim, doc);
    doc->generation++;
    cJSON_AddStringToObject(item, "uri", doc->uri);
    cJSON_AddStringToObject(item, "languageId", "python");
    cJSON_AddNumberToObject(item, "version", doc->version);
    cJSON_AddStringToObject(item, "text", doc->text.p);
    sim_say(sim, "open %s, version %d", doc->uri, doc->version);
    sim_notify(sim, "textDocument/didOpen", params, seen_open, remember(sim, i));
}

void sim_close(struct sim *sim, int i)
{
    struct sim_doc *doc = &sim->docs[i];

    doc->open = false;
    sim_say(sim, "close %s", doc->uri);
    sim_notify(sim, "textDocument/didClose", sim_document_params(sim, doc, false), seen_close, i);
}

/* Somebody else wrote the file while it was closed. */
static void change_on_disk(struct sim *sim, struct sim_doc *doc)
{
    size_t start, end;
    char with[256];

    sim_doc_typing(doc, &sim->random, &start, &end, with);
    sim_text_replace(&doc->text, start, end, with);
}

void sim_open_or_close(struct sim *sim)
{
    int i = (int)sim_below(sim, DOCS);

    if (sim->docs[i].open) {
        sim_close(sim, i);
        if (!sim_chance(sim, 50))
            return; /* else it is opened again at once, as editors do to read it anew */
    }
    if (sim_chance(sim, 50))
        change_on_disk(sim, &sim->docs[i]);
    sim_open(sim, i);
}

void sim_save(struct sim *sim)
{
    int i = sim_an_open_doc(sim);
    cJSON *params;

    if (i < 0)
        return;
    params = sim_document_params(sim, &sim->docs[i], false);
    if (sim_below(sim, 2))
        cJSON_AddStringToObject(params, "text", sim->docs[i].text.p);
    sim_notify(sim, "textDocument/didSave", params, NULL, 0);
}

void sim_keep_past(struct sim_doc *doc)
{
    if (doc->n_past == SIM_PAST) {
        sim_text_free(&doc->past[0]);
        memmove(doc->past, doc->past + 1, (SIM_PAST - 1) * sizeof(doc->past[0]));
        doc->past[--doc->n_past] = (struct sim_text){ NULL, 0 };
    }
    sim_text_set(&doc->past[doc->n_past++], doc->text.p, doc->text.n);
}

/* `changes` are LSP's, from the text before to the text after. */
static void send_change(struct sim *sim, int i, cJSON *changes)
{
    struct sim_doc *doc = &sim->docs[i];
    cJSON *params;

    doc->generation++;
    if (sim->habits.versions != REUSED || sim_chance(sim, 50))
        doc->version++;
    params = sim_document_params(sim, doc, true);
    cJSON_AddItemToObject(params, "contentChanges", changes);
    sim_notify(sim, "textDocument/didChange", params, seen_text, remember(sim, i));
}

static cJSON *change_json(struct sim *sim, const struct sim_text *before, size_t start, size_t end,
                          const char *with)
{
    cJSON *change = cJSON_CreateObject();

    cJSON_AddItemToObject(change, "range",
                          sim_range_json(sim_position(before, start, sim->habits.encoding),
                                         sim_position(before, end, sim->habits.encoding)));
    cJSON_AddStringToObject(change, "text", with);
    return change;
}

void sim_replace_all(struct sim *sim, int i, const struct sim_text *text)
{
    struct sim_doc *doc = &sim->docs[i];
    cJSON *changes = cJSON_CreateArray(), *change = cJSON_CreateObject();

    if (text != &doc->text)
        sim_text_set(&doc->text, text->p, text->n);
    cJSON_AddStringToObject(change, "text", doc->text.p);
    cJSON_AddItemToArray(changes, change);
    send_change(sim, i, changes);
}

void sim_type(struct sim *sim, int i)
{
    struct sim_doc *doc = &sim->docs[i];
    cJSON *changes = cJSON_CreateArray();
    unsigned n = sim_below(sim, 6) == 0 ? 1 + sim_below(sim, 3) : 1;

    sim_keep_past(doc);
    for (unsigned k = 0; k < n; k++) {
        size_t start, end;
        char with[256];

        sim_doc_typing(doc, &sim->random, &start, &end, with);
        sim_say(sim, "type in %s: [%zu, %zu) becomes %zu bytes", doc->uri, start, end,
                strlen(with));
        cJSON_AddItemToArray(changes, change_json(sim, &doc->text, start, end, with));
        sim_text_replace(&doc->text, start, end, with);
    }
    if (sim->habits.full_text) {
        cJSON_Delete(changes);
        sim_replace_all(sim, i, &doc->text);
    } else {
        send_change(sim, i, changes);
    }
}

void sim_undo(struct sim *sim, int i)
{
    struct sim_doc *doc = &sim->docs[i];
    struct sim_text text;

    if (!doc->n_past)
        return;
    text = doc->past[--doc->n_past];
    doc->past[doc->n_past] = (struct sim_text){ NULL, 0 };
    sim_say(sim, "undo in %s", doc->uri);
    sim_replace_all(sim, i, &text);
    sim_text_free(&text);
}

bool sim_is_lost(struct sim *sim, int i)
{
    const struct tt_snapshot *now;
    struct tt_arena arena;

    if (!sim->plan->starves)
        return false;
    tt_arena_init(&arena);
    now = tt_session_document(sim->session, tt_str_from(sim->docs[i].uri), &arena);
    tt_arena_release(&arena);
    return !now || now->out_of_sync;
}

/* The server's text is the text that it was told. */
void sim_check_texts(struct sim *sim)
{
    struct tt_arena arena;

    tt_arena_init(&arena);
    for (int i = 0; i < DOCS && sim->session->phase == TT_PHASE_RUNNING; i++) {
        struct sim_doc *doc = &sim->docs[i];
        struct tt_snapshot *now = tt_session_document(sim->session, tt_str_from(doc->uri), &arena);

        if (sim_is_lost(sim, i))
            continue;
        if (!now != !doc->seen_open)
            sim_fail(sim, "%s is %s in the server", doc->uri, now ? "open" : "not open");
        else if (now && (tt_text_size(now->text) != doc->seen.n ||
                         !tt_text_matches(now->text, (struct tt_range){ 0, (uint32_t)doc->seen.n },
                                          (tt_str){ doc->seen.p, doc->seen.n })))
            sim_fail(sim, "the server's text of %s is not the editor's", doc->uri);
        else if (now && (now->has_version ? now->version : 0) != doc->seen_version)
            sim_fail(sim, "the server has version %d of %s, which is at %d", (int)now->version,
                     doc->uri, doc->seen_version);
    }
    tt_arena_release(&arena);
}
