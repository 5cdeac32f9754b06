/* documents.c -- what the client says about its documents, and what is asked
 * about them; parsing.c decides about trees. */
#include "documents/documents.h"

#include "documents/state.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

static const char beyond_the_end[] =
    "The editor changed a place that this file does not have here, so the two texts may differ. "
    "Close the file and open it again.";
static const char not_applied[] =
    "A change of this file could not be applied, so our text may differ from the editor's. "
    "Close the file and open it again.";
static const char lost_message[] =
    "A message about this file could not be read, so our text may differ from the editor's. "
    "Close the file and open it again.";

/* --- life ----------------------------------------------------------------- */

static struct tt_documents_options with_defaults(const struct tt_documents_options *given)
{
    struct tt_documents_options options = { 0 };

    if (given)
        options = *given;
    if (!options.parse_budget_us)
        options.parse_budget_us = 2000;
    if (!options.max_parse_bytes)
        options.max_parse_bytes = 4u << 20;
    if (!options.max_tree_bytes)
        options.max_tree_bytes = (size_t)256 << 20;
    if (!options.max_jobs)
        options.max_jobs = 2;
    return options;
}

int tt_documents_create(struct tt_io *io, const struct tt_documents_options *options,
                        struct tt_documents **out)
{
    struct tt_documents *docs = calloc(1, sizeof(*docs));

    if (!docs)
        return TT_ENOMEM;
    docs->io = io;
    docs->options = with_defaults(options);
    docs->parsers = calloc((size_t)docs->options.max_jobs + 1, sizeof(struct tt_parser *));
    if (!docs->parsers) {
        free(docs);
        return TT_ENOMEM;
    }
    tt_map_init(&docs->map, io->random(io));
    *out = docs;
    return 0;
}

/* The document is not in the map any more. */
static void destroy_document(struct tt_documents *docs, struct tt_document *doc)
{
    tt_parsing_forget(docs, doc);
    tt_parsing_retire(docs, doc->now);
    tt_change_log_release(&doc->log);
    free(doc);
}

void tt_documents_destroy(struct tt_documents *docs)
{
    void *value;
    tt_str key;

    if (!docs)
        return;
    for (size_t i = 0; tt_map_next(&docs->map, &i, &key, &value);) {
        struct tt_document *doc = value;

        tt_parsing_forget(docs, doc);
        tt_snapshot_unref(doc->now);
        tt_change_log_release(&doc->log);
        free(doc);
    }
    tt_map_release(&docs->map);
    tt_parsing_end(docs);
    free(docs);
}

void tt_documents_set_max_parse_bytes(struct tt_documents *docs, uint32_t bytes)
{
    docs->options.max_parse_bytes = bytes;
}

/* --- opening and closing -------------------------------------------------- */

static struct tt_snapshot *first_snapshot(struct tt_documents *docs,
                                          const struct tt_document_open *open, struct tt_text *text)
{
    struct tt_document_name *name = tt_document_name_create(open);
    struct tt_snapshot *snapshot = name ? tt_snapshot_create(name) : NULL;

    tt_document_name_unref(name);
    if (!snapshot)
        return NULL;
    snapshot->lang = open->lang;
    snapshot->text = tt_text_ref(text);
    snapshot->document = ++docs->last_id;
    snapshot->generation = ++docs->last_generation;
    snapshot->version = open->version;
    snapshot->has_version = open->has_version;
    snapshot->damaged = open->damaged;
    return snapshot;
}

/* A document that is not in the map yet, and not parsed. */
static int create_document(struct tt_documents *docs, const struct tt_document_open *open,
                           struct tt_document **out)
{
    struct tt_document *doc;
    struct tt_text *text;
    int err = tt_text_create(open->text, &text, NULL);

    if (err)
        return err;
    doc = calloc(1, sizeof(*doc));
    if (doc)
        doc->now = first_snapshot(docs, open, text);
    tt_text_unref(text);
    if (!doc || !doc->now) {
        free(doc);
        return TT_ENOMEM;
    }
    doc->used = ++docs->uses;
    tt_change_log_init(&doc->log, doc->now->generation);
    *out = doc;
    return 0;
}

int tt_documents_open(struct tt_documents *docs, const struct tt_document_open *open)
{
    struct tt_snapshot *fresh = NULL;
    struct tt_document *doc = NULL;
    int err = create_document(docs, open, &doc);

    if (!err) {
        fresh = tt_snapshot_clone(doc->now);
        err = fresh ? 0 : TT_ENOMEM;
    }
    (void)tt_documents_close(docs, open->key); /* a second didOpen replaces the first */
    if (!err)
        err = tt_map_put(&docs->map, doc->now->key, doc);
    if (!err) {
        tt_parsing_advance(docs, doc, fresh);
        return 0;
    }
    tt_snapshot_unref(fresh);
    if (doc)
        destroy_document(docs, doc);
    return err;
}

int tt_documents_close(struct tt_documents *docs, tt_str key)
{
    struct tt_document *doc = tt_map_remove(&docs->map, key);

    if (!doc)
        return TT_ENOTFOUND;
    destroy_document(docs, doc);
    return 0;
}

/* --- changes -------------------------------------------------------------- */

/* A change on its way: the text so far, under the generation of its end. */
struct changing {
    struct tt_document *doc;
    struct tt_snapshot *fresh; /* owned; its text is the text so far */
    bool text_changed;
};

static int replace(struct changing *c, struct tt_range range, tt_str bytes)
{
    struct tt_text *before = c->fresh->text, *after;
    struct tt_tree_change change;
    int err;

    if (range.start == range.end && !bytes.n)
        return 0;
    err = tt_text_replace(before, range, bytes, &after);
    if (err)
        return err;
    if (!c->text_changed)
        tt_parsing_begin_change(c->doc);
    change = tt_tree_change_measure(before, after, range, range.start + (uint32_t)bytes.n);
    tt_parsing_changed(c->doc, &change);
    tt_change_log_add(&c->doc->log, c->fresh->generation, range, (uint32_t)bytes.n, after);
    c->fresh->text = after;
    c->text_changed = true;
    tt_text_unref(before);
    return 0;
}

/* All of the text: only what differs is changed, so that places and trees stay. */
static int replace_all(struct changing *c, tt_str bytes, bool damaged)
{
    struct tt_text_edit edit;
    int err;

    if (bytes.n > TT_TEXT_MAX)
        return TT_ETOOBIG;
    if (tt_text_difference(c->fresh->text, bytes, &edit)) {
        err = replace(c, edit.range, edit.text);
        if (err)
            return err;
    }
    c->fresh->out_of_sync = NULL;
    c->fresh->damaged = damaged;
    return 0;
}

static int replace_range(struct changing *c, const struct tt_document_change *change,
                         enum tt_encoding encoding)
{
    struct tt_position_range ordered = tt_position_range_ordered(change->range);

    if (c->fresh->out_of_sync)
        return 0;
    if (ordered.start.line > tt_text_lines(c->fresh->text)) { /* the line after the last is used */
        c->fresh->out_of_sync = beyond_the_end;
        return 0;
    }
    return replace(c, tt_text_range(c->fresh->text, ordered, encoding, NULL), change->text);
}

/* Begin: `c->fresh` is the newest state, to be changed.  Without memory for it
 * nothing can be kept true, so the document is closed. */
static int begin(struct tt_documents *docs, struct tt_document *doc, struct changing *c)
{
    c->doc = doc;
    c->text_changed = false;
    c->fresh = tt_snapshot_clone(doc->now);
    if (!c->fresh) {
        (void)tt_documents_close(docs, doc->now->key);
        return TT_ENOMEM;
    }
    c->fresh->generation = docs->last_generation + 1;
    doc->used = ++docs->uses;
    return 0;
}

static void finish(struct tt_documents *docs, struct changing *c)
{
    struct tt_snapshot *now = c->doc->now;

    if (c->text_changed) {
        docs->last_generation = c->fresh->generation;
        tt_parsing_advance(docs, c->doc, c->fresh);
        return;
    }
    c->fresh->generation = now->generation;
    c->fresh->tree = tt_snapshot_tree_copy(now);
    c->fresh->tree_state = now->tree_state;
    tt_parsing_publish(docs, c->doc, c->fresh);
}

int tt_documents_change(struct tt_documents *docs, tt_str key, bool has_version, int64_t version,
                        const struct tt_document_change *changes, size_t n, bool damaged,
                        enum tt_encoding encoding)
{
    struct tt_document *doc = tt_map_get(&docs->map, key);
    struct changing c;
    int err;

    if (!doc)
        return TT_ENOTFOUND;
    err = begin(docs, doc, &c);
    if (err)
        return err;
    c.fresh->has_version = has_version;
    c.fresh->version = has_version ? version : 0;
    c.fresh->damaged |= damaged;
    for (size_t i = 0; i < n && !err; i++) {
        err = changes[i].has_range ? replace_range(&c, &changes[i], encoding)
                                   : replace_all(&c, changes[i].text, damaged);
    }
    if (err)
        c.fresh->out_of_sync = not_applied;
    finish(docs, &c);
    return err;
}

int tt_documents_saved_text(struct tt_documents *docs, tt_str key, tt_str text, bool damaged)
{
    struct tt_document *doc = tt_map_get(&docs->map, key);
    struct changing c;
    int err;

    if (!doc)
        return TT_ENOTFOUND;
    err = begin(docs, doc, &c);
    if (err)
        return err;
    err = replace_all(&c, text, damaged);
    if (err)
        c.fresh->out_of_sync = not_applied;
    finish(docs, &c);
    return err;
}

int tt_documents_lost_sync(struct tt_documents *docs, tt_str key, const char *reason)
{
    struct tt_document *doc = tt_map_get(&docs->map, key);
    struct changing c;
    int err;

    if (!doc)
        return TT_ENOTFOUND;
    err = begin(docs, doc, &c);
    if (err)
        return err;
    c.fresh->out_of_sync = reason ? reason : lost_message;
    finish(docs, &c);
    return 0;
}

/* --- asking --------------------------------------------------------------- */

size_t tt_documents_count(const struct tt_documents *docs)
{
    return docs->map.count;
}

struct tt_snapshot *tt_documents_get(struct tt_documents *docs, tt_str key)
{
    struct tt_document *doc = tt_map_get(&docs->map, key);

    return doc ? doc->now : NULL;
}

struct tt_snapshot *tt_documents_want_tree(struct tt_documents *docs, tt_str key)
{
    struct tt_document *doc = tt_map_get(&docs->map, key);
    struct tt_snapshot *fresh;
    bool can;

    if (!doc)
        return NULL;
    doc->used = ++docs->uses;
    can = doc->now->tree_state == TT_TREE_DROPPED ||
          (doc->now->tree_state == TT_TREE_TOO_BIG &&
           tt_text_size(doc->now->text) <= docs->options.max_parse_bytes);
    fresh = can ? tt_snapshot_clone(doc->now) : NULL;
    if (fresh)
        tt_parsing_advance(docs, doc, fresh);
    return doc->now;
}

struct tt_snapshot *tt_documents_next(struct tt_documents *docs, size_t *i)
{
    void *value;
    tt_str key;

    if (!tt_map_next(&docs->map, i, &key, &value))
        return NULL;
    return ((struct tt_document *)value)->now;
}

/* The document in which a place can be followed; NULL: closed or reopened. */
static struct tt_document *same_document(struct tt_documents *docs, tt_str key, uint64_t id)
{
    struct tt_document *doc = tt_map_get(&docs->map, key);

    return doc && doc->now->document == id ? doc : NULL;
}

bool tt_documents_is_current(struct tt_documents *docs, const struct tt_snapshot *snapshot)
{
    struct tt_document *doc = same_document(docs, snapshot->key, snapshot->document);

    return doc && doc->now->generation == snapshot->generation;
}

int tt_documents_rebase_edits(struct tt_documents *docs, tt_str key,
                              const struct tt_document_place *from, struct tt_text_edit *edits,
                              size_t n, struct tt_snapshot **now, size_t *touched)
{
    struct tt_document *doc = same_document(docs, key, from->document);
    int err;

    if (!doc || doc->now->out_of_sync) {
        if (touched)
            *touched = n;
        return TT_ESTALE;
    }
    err = tt_change_log_rebase_edits(&doc->log, from->generation, doc->now->generation, edits, n,
                                     touched);
    if (!err && now)
        *now = doc->now;
    return err;
}

int tt_documents_rebase_place(struct tt_documents *docs, tt_str key,
                              const struct tt_document_place *from, struct tt_range *range)
{
    struct tt_document *doc = same_document(docs, key, from->document);

    if (!doc || doc->now->out_of_sync)
        return TT_ESTALE;
    return tt_change_log_rebase(&doc->log, from->generation, doc->now->generation, range);
}

int tt_documents_move_range(struct tt_documents *docs, tt_str key,
                            const struct tt_document_place *from, struct tt_range *range)
{
    struct tt_document *doc = same_document(docs, key, from->document);
    struct tt_range moved = *range;

    if (!doc || doc->now->out_of_sync ||
        tt_change_log_move(&doc->log, from->generation, doc->now->generation, false, &moved.start) <
            0 ||
        tt_change_log_move(&doc->log, from->generation, doc->now->generation, true, &moved.end) < 0)
        return TT_ESTALE;
    *range = moved;
    return 0;
}

int tt_documents_each_change(struct tt_documents *docs, tt_str key, struct tt_document_place *from,
                             void (*each)(void *arg, const struct tt_change *change), void *arg)
{
    struct tt_document *doc = same_document(docs, key, from->document);
    int err;

    if (!doc || doc->now->out_of_sync)
        return TT_ESTALE;
    err = tt_change_log_each(&doc->log, from->generation, doc->now->generation, each, arg);
    if (!err)
        from->generation = doc->now->generation;
    return err;
}

int tt_documents_rebase(struct tt_documents *docs, const struct tt_snapshot *from,
                        struct tt_text_edit *edits, size_t n, struct tt_snapshot **now,
                        size_t *touched)
{
    struct tt_document_place place = tt_snapshot_place(from);

    return tt_documents_rebase_edits(docs, from->key, &place, edits, n, now, touched);
}

int tt_documents_rebase_range(struct tt_documents *docs, const struct tt_snapshot *from,
                              struct tt_range *range, struct tt_snapshot **now)
{
    struct tt_document_place place = tt_snapshot_place(from);
    int err = tt_documents_rebase_place(docs, from->key, &place, range);

    if (!err && now)
        *now = tt_documents_get(docs, from->key);
    return err;
}

struct tt_documents_load tt_documents_load(const struct tt_documents *docs)
{
    return (struct tt_documents_load){
        .tree_bytes = docs->tree_bytes,
        .n_trees = docs->n_trees,
        .jobs = docs->n_jobs,
        .waiting = docs->n_waiting,
    };
}
