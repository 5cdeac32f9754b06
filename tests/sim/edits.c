/* edits.c -- edits that come from the server: taken as an editor does, and held against
 * what the models said.
 */
#include "world.h"

#include <stdlib.h>

/* The transfer whose words are in the text after and not before; NULL: none, or
 * (with a failure) several. */
struct sim_transfer *sim_writer_of(struct sim *sim, const struct sim_text *before,
                                   const struct sim_text *after)
{
    struct sim_transfer *found = NULL;

    for (const char *p = after->p; (p = strstr(p, "trusted_")) != NULL; p++) {
        unsigned serial = (unsigned)strtoul(p + 8, NULL, 10);
        unsigned was = 0, is = 0;
        char word[32];

        snprintf(word, sizeof(word), "trusted_%uq", serial);
        for (const char *q = before->p; (q = strstr(q, word)) != NULL; q++)
            was++;
        for (const char *q = after->p; (q = strstr(q, word)) != NULL; q++)
            is++;
        if (is <= was)
            continue;
        if (serial == 0 || serial > sim->n_transfers) {
            sim_fail(sim, "an edit holds half of a word: %.24s", p);
            return NULL;
        }
        if (found && found->serial != serial) {
            sim_fail(sim, "an edit holds words of two answers: %u and %u", found->serial, serial);
            return NULL;
        }
        found = &sim->transfers[serial - 1];
    }
    return found;
}

/* Does it give `after` to replace, in `before`, the first pair of the answer's lines at
 * `at` (SIZE_MAX: not at all), and the second one where it stands? */
static bool gives(const struct sim_transfer *t, const struct sim_text *before, size_t at,
                  bool second, const struct sim_text *after)
{
    struct sim_text text = { 0 };
    bool same;

    sim_text_set(&text, before->p, before->n);
    if (at != SIZE_MAX)
        sim_text_replace(&text, at, at + strlen(t->old[0]), t->fresh[0]);
    if (second && sim_count(&text, t->old[1], &at) > 0)
        sim_text_replace(&text, at, at + strlen(t->old[1]), t->fresh[1]);
    same = text.n == after->n && memcmp(text.p, after->p, text.n) == 0;
    sim_text_free(&text);
    return same;
}

/* Is `after` what the answer makes of `before`: all of it, or (someone chose among its
 * hunks) one of two parts? */
static bool is_expected(const struct sim_transfer *t, const struct sim_text *before,
                        const struct sim_text *after, bool parts)
{
    bool two = t->old[1][0] != '\0';

    for (const char *p = before->p; (p = strstr(p, t->old[0])) != NULL; p++) {
        if (p != before->p && p[-1] != '\n')
            continue;
        if (gives(t, before, (size_t)(p - before->p), two, after) ||
            (two && parts && gives(t, before, (size_t)(p - before->p), false, after)))
            return true;
    }
    return two && parts && gives(t, before, SIZE_MAX, true, after);
}

/* Check an edit that would turn `before` into `after` by replacing `size` bytes, in
 * message `index`. */
static void check_edit(struct sim *sim, int doc, const struct sim_text *before,
                       const struct sim_text *after, size_t size, size_t index)
{
    struct sim_transfer *t = sim_writer_of(sim, before, after);
    struct ask *ask;

    if (sim->result->failure[0])
        return;
    if (!t) {
        sim_fail(sim, "an edit that no answer asked for");
        return;
    }
    ask = sim_ask_of(sim, t->attempt);
    if (size > strlen(t->old[0]) + strlen(t->old[1]))
        sim_fail(sim, "an edit replaces %zu bytes, for an answer about %zu (transfer %u)", size,
                 strlen(t->old[0]) + strlen(t->old[1]), t->serial);
    if (!t->whole)
        sim_fail(sim, "half an answer was applied (transfer %u: %s, %s)", t->serial,
                 sim_answer_name(t->answer), sim_fault_name(t->fault));
    else if (sim_transfer_lies(t))
        sim_fail(sim, "a lie was applied (transfer %u: %s)", t->serial, sim_answer_name(t->answer));
    else if (t->answer == SIM_BROKEN && !(ask && ask->explicit_act))
        sim_fail(sim, "an edit that breaks the syntax came by itself (transfer %u)", t->serial);
    else if (t->doc != doc)
        sim_fail(sim, "an edit for %s came for %s", sim->docs[t->doc].uri, sim->docs[doc].uri);
    else if (ask && ask->stopped_at && index >= ask->stopped_at)
        sim_fail(sim, "an edit came after its request was cancelled (transfer %u)", t->serial);
    else if (!is_expected(t, before, after, ask && ask->explicit_act))
        sim_fail(sim, "an edit does something else than its answer said (transfer %u)", t->serial);
    if (ask && ask->applied && !ask->again)
        sim_fail(sim, "an edit came twice (transfer %u)", t->serial);
    if (ask)
        ask->applied = true;
}

/* The text without what names the cause of an error. */
static void without_causes(const struct sim_text *text, struct sim_text *out)
{
    const char *p;

    sim_text_set(out, text->p, text->n);
    while ((p = strstr(out->p, " from ")) != NULL) {
        size_t at = (size_t)(p - out->p), end = at + 6;

        while (end < out->n && !strchr(" \r\n\t#():\"", out->p[end]))
            end++;
        sim_text_replace(out, at, end, "");
    }
}

/* An offline rewrite does what its rule says and nothing else: it names the cause. */
static void check_rewrite(struct sim *sim, const struct sim_text *before,
                          const struct sim_text *after)
{
    struct sim_text a = { 0 }, b = { 0 };

    without_causes(before, &a);
    without_causes(after, &b);
    if (after->n <= before->n || a.n != b.n || memcmp(a.p, b.p, a.n) != 0)
        sim_fail(sim, "a rewrite does something else than its rule says");
    sim_text_free(&a);
    sim_text_free(&b);
}

/* The text after these LSP edits; false (with a failure) when they are out of
 * order or overlap. */
bool sim_apply_edits(struct sim *sim, const struct sim_text *before, const cJSON *edits,
                     struct sim_text *out, size_t *replaced)
{
    size_t limit = before->n;

    *replaced = 0;
    sim_text_set(out, before->p, before->n);
    for (int i = cJSON_GetArraySize(edits) - 1; i >= 0; i--) {
        const cJSON *edit = cJSON_GetArrayItem(edits, i),
                    *range = cJSON_GetObjectItem(edit, "range");
        const cJSON *ends[2] = { cJSON_GetObjectItem(range, "start"),
                                 cJSON_GetObjectItem(range, "end") };
        size_t at[2];

        for (int k = 0; k < 2; k++) {
            struct sim_position p = {
                (unsigned)cJSON_GetObjectItem(ends[k], "line")->valueint,
                (unsigned)cJSON_GetObjectItem(ends[k], "character")->valueint,
            };
            struct sim_position back;

            at[k] = sim_offset(before, p, sim->habits.encoding);
            back = sim_position(before, at[k], sim->habits.encoding);
            if (back.line != p.line || back.character != p.character) {
                sim_fail(sim, "an edit at %u:%u, which is not a place in the text", p.line,
                         p.character);
                return false;
            }
        }
        if (at[0] > at[1] || at[1] > limit) {
            sim_fail(sim, "edits that overlap or are out of order");
            return false;
        }
        limit = at[0];
        *replaced += at[1] - at[0];
        sim_text_replace(out, at[0], at[1], cJSON_GetObjectItem(edit, "newText")->valuestring);
    }
    return true;
}

/* It was chosen when the question was put: then nothing was open there. */
void sim_check_new_place(struct sim *sim, const struct ask *ask, const char *uri)
{
    int i = uri ? sim_doc_of(sim, uri) : -1;

    if (!uri || strncmp(uri, "file:///w/", 10) != 0 || strstr(uri, ".."))
        sim_fail(sim, "a new file at an odd place: %s", uri ? uri : "none");
    else if (i >= 0 && ask && ask->open[i])
        sim_fail(sim, "a new file in the place of %s, which is open", uri);
}

/* The editor shows it and asks, and its user says yes. */
static bool asks_first(const cJSON *edit, const cJSON *change)
{
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(change, "annotationId"));
    const cJSON *all = cJSON_GetObjectItem(edit, "changeAnnotations");

    return id &&
           cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetObjectItem(all, id), "needsConfirmation"));
}

/* A new file: one that a whole answer wrote, where nothing was, after the user said yes.
 * An editor does not create what exists, open or not. */
static bool take_file(struct sim *sim, const cJSON *edit_of, size_t index)
{
    const cJSON *changes = cJSON_GetObjectItem(edit_of, "documentChanges");
    const cJSON *create = cJSON_GetArrayItem(changes, 0), *fill = cJSON_GetArrayItem(changes, 1);
    const char *uri = cJSON_GetStringValue(cJSON_GetObjectItem(create, "uri"));
    const cJSON *edit = cJSON_GetArrayItem(cJSON_GetObjectItem(fill, "edits"), 0);
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(edit, "newText"));
    struct sim_text before = { 0 }, after = { 0 };
    struct sim_transfer *t = NULL;
    struct ask *ask;
    int i = uri ? sim_doc_of(sim, uri) : -1;

    if (!text || cJSON_GetArraySize(changes) != 2) {
        sim_fail(sim, "a new file without its text");
        return false;
    }
    sim_text_set(&before, "", 0);
    sim_text_set(&after, text, strlen(text));
    t = sim_writer_of(sim, &before, &after);
    sim_text_free(&before);
    sim_text_free(&after);
    ask = t ? sim_ask_of(sim, t->attempt) : NULL;
    sim_check_new_place(sim, ask, uri);
    if (!ask || !t->whole || t->answer != SIM_FILE || strcmp(text, t->fresh[0]) != 0)
        sim_fail(sim, "a new file that is no answer: %.100s", text);
    else if (!ask->explicit_act && !asks_first(edit_of, create))
        sim_fail(sim, "a file was created and nobody said yes (transfer %u)", t->serial);
    else if (ask->applied)
        sim_fail(sim, "a file was created twice (transfer %u)", t->serial);
    else if (ask->stopped_at && index >= ask->stopped_at)
        sim_fail(sim, "a file was created after its request was cancelled (transfer %u)",
                 t->serial);
    else if (i < 0)
        ask->applied = true;
    sim->result->created += i < 0;
    return i < 0;
}

/* Is message `index` about the text that the editor has now?  The server's words for a
 * version are checked elsewhere; this knows also when a version was used twice. */
static bool is_about_now(const struct sim *sim, int i, size_t index)
{
    return sim->docs[i].open && sim->inbox[index].seen_open[i] &&
           sim->docs[i].generation == sim->inbox[index].seen_generation[i];
}

static void check_version(struct sim *sim, int i, const cJSON *version, size_t index)
{
    int named = cJSON_IsNumber(version) ? version->valueint : 0;

    if (!cJSON_IsNumber(version) && sim->habits.versions != ABSENT)
        sim_fail(sim, "an edit without a version");
    else if (sim->inbox[index].seen_open[i] && named != sim->inbox[index].seen_version[i])
        sim_fail(sim, "an edit for version %d, when the server had version %d", named,
                 sim->inbox[index].seen_version[i]);
}

bool sim_take_edit(struct sim *sim, const cJSON *edit, size_t index, bool by_model)
{
    const cJSON *change = cJSON_GetArrayItem(cJSON_GetObjectItem(edit, "documentChanges"), 0);
    const cJSON *id = cJSON_GetObjectItem(change, "textDocument");
    const char *uri = cJSON_GetStringValue(cJSON_GetObjectItem(id, "uri"));
    struct sim_text after = { 0 };
    struct sim_doc *doc;
    size_t size;
    bool taken = false;
    int i = uri ? sim_doc_of(sim, uri) : -1;

    if (cJSON_GetObjectItem(change, "kind"))
        return take_file(sim, edit, index);
    if (i < 0) {
        sim_fail(sim, "an edit of what is no document of the editor: %s", uri ? uri : "none");
        return false;
    }
    doc = &sim->docs[i];
    check_version(sim, i, cJSON_GetObjectItem(id, "version"), index);
    if (!is_about_now(sim, i, index)) {
        sim->result->stale++;
        return false;
    }
    if (sim_apply_edits(sim, &doc->text, cJSON_GetObjectItem(change, "edits"), &after, &size)) {
        if (by_model)
            check_edit(sim, i, &doc->text, &after, size, index);
        else
            check_rewrite(sim, &doc->text, &after);
        sim->result->rewrites += !by_model;
        sim_keep_past(doc);
        sim_replace_all(sim, i, &after);
        taken = true;
    }
    sim_text_free(&after);
    return taken;
}
