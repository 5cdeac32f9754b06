/* snapshot.c -- counting snapshots, and making one of another. */
#include "documents/snapshot.h"

#include "documents/state.h"
#include "text/text.h"

#include <stdlib.h>

struct tt_document_name {
    atomic_uint refs;
    tt_str uri, key, path, language; /* in bytes */
    char bytes[];
};

static tt_str put(char **at, tt_str s)
{
    tt_str copy = { *at, s.n };

    if (s.n)
        memcpy(*at, s.p, s.n);
    (*at)[s.n] = '\0';
    *at += s.n + 1;
    return copy;
}

struct tt_document_name *tt_document_name_create(const struct tt_document_open *open)
{
    size_t n = open->uri.n + open->key.n + open->path.n + open->language.n + 4;
    struct tt_document_name *name = malloc(sizeof(*name) + n);
    char *at;

    if (!name)
        return NULL;
    atomic_init(&name->refs, 1);
    at = name->bytes;
    name->uri = put(&at, open->uri);
    name->key = put(&at, open->key);
    name->path = put(&at, open->path);
    name->language = put(&at, open->language);
    return name;
}

void tt_document_name_unref(struct tt_document_name *name)
{
    if (name && atomic_fetch_sub_explicit(&name->refs, 1, memory_order_acq_rel) == 1)
        free(name);
}

struct tt_snapshot *tt_snapshot_create(struct tt_document_name *name)
{
    struct tt_snapshot *snapshot = calloc(1, sizeof(*snapshot));

    if (!snapshot)
        return NULL;
    atomic_init(&snapshot->refs, 1);
    atomic_fetch_add_explicit(&name->refs, 1, memory_order_relaxed);
    snapshot->name = name;
    snapshot->uri = name->uri;
    snapshot->key = name->key;
    snapshot->path = name->path;
    snapshot->language = name->language;
    snapshot->tree_state = TT_TREE_PENDING;
    return snapshot;
}

struct tt_snapshot *tt_snapshot_clone(const struct tt_snapshot *from)
{
    struct tt_snapshot *snapshot = tt_snapshot_create(from->name);

    if (!snapshot)
        return NULL;
    snapshot->lang = from->lang;
    snapshot->text = tt_text_ref(from->text);
    snapshot->document = from->document;
    snapshot->generation = from->generation;
    snapshot->version = from->version;
    snapshot->has_version = from->has_version;
    snapshot->damaged = from->damaged;
    snapshot->out_of_sync = from->out_of_sync;
    return snapshot;
}

struct tt_snapshot *tt_snapshot_ref(struct tt_snapshot *snapshot)
{
    if (snapshot)
        atomic_fetch_add_explicit(&snapshot->refs, 1, memory_order_relaxed);
    return snapshot;
}

void tt_snapshot_unref(struct tt_snapshot *snapshot)
{
    if (!snapshot || atomic_fetch_sub_explicit(&snapshot->refs, 1, memory_order_acq_rel) != 1)
        return;
    tt_tree_destroy(snapshot->tree);
    tt_text_unref(snapshot->text);
    tt_document_name_unref(snapshot->name);
    free(snapshot);
}

struct TSTree *tt_snapshot_tree_copy(const struct tt_snapshot *snapshot)
{
    return tt_tree_copy(snapshot->tree);
}
