/* snapshot.h -- one state of one document, which never changes.
 *
 * Whoever works on a document holds a snapshot and not the document: across an
 * await live only counted references to snapshots, ids and generations.
 *
 * Threads: the count is atomic and everything else constant, so that a job may
 * hold a reference, read the text, and let go of it anywhere.  But for `tree`:
 * that one belongs to the loop thread, and a job brings a copy of its own, made
 * on the loop thread by tt_snapshot_tree_copy.
 */
#ifndef TT_SNAPSHOT_H
#define TT_SNAPSHOT_H

#include "trimtab/str.h"

#include <stdatomic.h>
#include <stdint.h>

struct tt_lang;
struct tt_text;
struct TSTree;

/* Why there is a tree or none. */
enum tt_tree_state {
    TT_TREE_READY,
    TT_TREE_PENDING, /* a parse is under way or queued; on_tree will tell */
    TT_TREE_DROPPED, /* to save memory: ask by tt_documents_want_tree */
    TT_TREE_NO_LANG, /* no grammar for this language */
    TT_TREE_TOO_BIG, /* the text is over the limit for parses */
    TT_TREE_FAILED,  /* out of memory, or the grammar refused */
};

/* Strings that stay the same while a document is open; shared by its snapshots. */
struct tt_document_name;

struct tt_snapshot {
    atomic_uint refs;              /* use _ref and _unref */
    struct tt_document_name *name; /* owned share of the slices below */

    tt_str uri;      /* as the client spells it */
    tt_str key;      /* normalised: for comparing */
    tt_str path;     /* as given at open; empty for untitled documents */
    tt_str language; /* the client's languageId; may be empty */

    const struct tt_lang *lang; /* NULL: no grammar */
    struct tt_text *text;       /* owned share; never NULL */
    uint64_t document;          /* id of this opening: never used again */
    uint64_t generation;        /* of the text: never used for another text of any document */
    int64_t version;            /* what the client said last; it may have used it before */
    bool has_version;

    enum tt_tree_state tree_state;
    struct TSTree *tree; /* owned; of exactly `text`; NULL unless READY.  Loop thread only */

    /* The client's text held something that UTF-8 cannot carry (a lone
     * surrogate): ours is not quite the same, so it must not be edited there. */
    bool damaged;

    /* NULL, or a sentence for the user (static): our text is not the client's,
     * and nothing may be applied until the client sends all of it again. */
    const char *out_of_sync;
};

/* NULL is fine; ref returns its argument. */
struct tt_snapshot *tt_snapshot_ref(struct tt_snapshot *snapshot);
void tt_snapshot_unref(struct tt_snapshot *snapshot);

/* A tree of one's own for a job, to be freed by tt_tree_destroy; NULL when the
 * snapshot has none.  Loop thread. */
struct TSTree *tt_snapshot_tree_copy(const struct tt_snapshot *snapshot);

#endif
