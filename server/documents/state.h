/* state.h -- what a document is inside; for files of documents/ only.
 *
 * A document has one newest snapshot.  Its parse is in one of these states:
 *
 *   nothing to do   now->tree_state is not PENDING
 *   waiting         `waiting`: all jobs are taken; `base` follows each change
 *   in a job        `job`: changes since its text are kept in `since_job`
 *
 * A text that somebody types into is broken half of the time, and the tree of a
 * broken text is often one error with nothing in it to reuse.  So the last tree
 * before that is kept and follows each change: as soon as the text is whole again
 * a splice into it makes the new tree, whatever a job is still busy with.
 */
#ifndef TT_DOCUMENTS_STATE_H
#define TT_DOCUMENTS_STATE_H

#include "base/map.h"
#include "documents/documents.h"
#include "text/change.h"

/* When more changes than these came while one parse was under way, its result
 * is not worth having. */
#define SINCE_JOB_MAX 4096u

struct tt_parse_job;

struct tt_document {
    struct tt_snapshot *now;  /* owned share; never NULL */
    struct tt_change_log log; /* of its text, since it was opened */
    uint64_t used;            /* when somebody last wanted it: docs->clock */

    struct TSTree *base;      /* owned: the last tree, edited to fit now->text; may be NULL */
    struct TSTree *sound;     /* owned: the same of the last one to splice into, when that is not
                                 the last one; may be NULL */
    struct tt_parse_job *job; /* in flight; belongs to tt_io */
    struct tt_tree_change *since_job; /* owned */
    size_t n_since, cap_since;
    bool waiting;
    bool hopeless;                  /* took a job too long: not parsed again while it is open */
    size_t tree_bytes, sound_bytes; /* estimates; parts of docs->tree_bytes */
};

struct tt_documents {
    struct tt_io *io;
    struct tt_documents_options options; /* with the defaults filled in */
    struct tt_map map;                   /* key -> struct tt_document, owned */
    uint64_t last_id, last_generation;
    uint64_t uses;              /* counts up, for tt_document.used */
    struct tt_parser **parsers; /* owned: idle ones; room for max_jobs + 1 */
    size_t n_parsers;
    struct tt_parse_job *jobs; /* list of those in flight */
    size_t n_jobs, n_waiting;
    size_t tree_bytes, n_trees;
};

/* --- snapshot.c ----------------------------------------------------------- */

/* All strings in one block, with one reference. */
struct tt_document_name *tt_document_name_create(const struct tt_document_open *open);
void tt_document_name_unref(struct tt_document_name *name); /* NULL is fine */

/* A snapshot without text and tree; NULL without memory.  Takes no reference. */
struct tt_snapshot *tt_snapshot_create(struct tt_document_name *name);

/* The same state but for its tree, which is the caller's to set (NULL, PENDING). */
struct tt_snapshot *tt_snapshot_clone(const struct tt_snapshot *from);

/* --- parsing.c ------------------------------------------------------------ */

/* Before the first change of a text: makes a tree to be edited of the last one. */
void tt_parsing_begin_change(struct tt_document *doc);

/* One change of the text, for the tree that will be parsed from. */
void tt_parsing_changed(struct tt_document *doc, const struct tt_tree_change *change);

/* Parse what `fresh` says, now or in a job, and set its tree and tree_state.
 * The document's newest snapshot becomes `fresh` (taken). */
void tt_parsing_advance(struct tt_documents *docs, struct tt_document *doc,
                        struct tt_snapshot *fresh);

/* Put `fresh` (taken; its tree is set) in the place of the newest snapshot. */
void tt_parsing_publish(struct tt_documents *docs, struct tt_document *doc,
                        struct tt_snapshot *fresh);

/* The document is going: stop its job, free its trees. */
void tt_parsing_forget(struct tt_documents *docs, struct tt_document *doc);

/* A snapshot that nobody may need any more: frees a large tree off the loop. */
void tt_parsing_retire(struct tt_documents *docs, struct tt_snapshot *snapshot);

/* All documents are gone; jobs in flight must not come back to `docs`. */
void tt_parsing_end(struct tt_documents *docs);

#endif
