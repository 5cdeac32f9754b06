/* documents.h -- the documents that the client has open.
 *
 * Keeps each document's newest snapshot, applies what the client says about it,
 * and parses: within a budget on the loop thread, else in a job.  There is at
 * most one parse of a document in flight; when its result comes late it is
 * edited forward to the newest text and parsed again from there, so that steady
 * typing never starves it.  Trees of documents that nobody asked about for
 * long are dropped when all of them together take too much memory.
 *
 * Documents are named by a key: the caller's normalised form of the URI.
 * Everything here runs on the loop thread.  Nothing calls back from inside a
 * call of this header: on_tree comes only from finished jobs.
 */
#ifndef TT_DOCUMENTS_H
#define TT_DOCUMENTS_H

#include "base/io.h"
#include "documents/snapshot.h"
#include "syntax/parse.h"
#include "trimtab/position.h"
#include "trimtab/range.h"

struct tt_documents; /* opaque */

/* A tree that was PENDING is there, or will never come (snapshot->tree_state
 * says which).  `snapshot` is the newest state of the document; borrowed.  The
 * callback may use any function of this header but tt_documents_destroy. */
typedef void (*tt_documents_on_tree)(void *arg, struct tt_snapshot *snapshot);

struct tt_documents_options {
    uint32_t parse_budget_us; /* on the loop thread, for each change; 0: 2,000 */
    uint32_t max_parse_bytes; /* longer texts are not parsed; 0: 4 MiB */
    size_t max_tree_bytes;    /* trees of all documents, estimated; 0: 256 MiB */
    uint32_t max_jobs;        /* parses in jobs at the same time; 0: 2 */
    tt_clock_us clock;        /* for the budget; NULL: the system's.  Tests give their own */
    void *clock_arg;
    tt_documents_on_tree on_tree; /* may be NULL */
    void *on_tree_arg;
};

/* `io` is borrowed until destroy; only its `work` and `random` are used.
 * `options` may be NULL.  TT_ENOMEM. */
int tt_documents_create(struct tt_io *io, const struct tt_documents_options *options,
                        struct tt_documents **out);

/* NULL is fine.  Jobs under way are told to stop and end harmlessly later;
 * snapshots that others hold stay. */
void tt_documents_destroy(struct tt_documents *docs);

/* Settings may change; a text that is now short enough is parsed when somebody
 * asks for its tree, one that is now too long loses it at its next change. */
void tt_documents_set_max_parse_bytes(struct tt_documents *docs, uint32_t bytes);

/* --- what the client says ------------------------------------------------- */

/* All borrowed during the call. */
struct tt_document_open {
    tt_str key, uri, path, language;
    const struct tt_lang *lang; /* NULL: no grammar */
    tt_str text;
    bool has_version;
    int64_t version;
    bool damaged; /* a lone surrogate was replaced in `text` */
};

/* Opens the document; one that is open already under this key is replaced, and
 * what was asked about it before is stale.  TT_EPARSE when the text is not
 * UTF-8, TT_ETOOBIG, TT_ENOMEM; the document is then not open. */
int tt_documents_open(struct tt_documents *docs, const struct tt_document_open *open);

struct tt_document_change {
    bool has_range; /* false: `text` is all of the document */
    struct tt_position_range range;
    tt_str text;
};

/* Apply changes in their order, each to what the one before it left, and parse
 * once.  Positions are clamped as LSP says; a range that lies wholly beyond the
 * document cannot be meant for it.
 *
 * 0 also when a change did not fit: the snapshot then says out_of_sync, and
 * changes are ignored until one brings the whole text.  TT_ENOTFOUND when there
 * is no such document.  Any other error (TT_ENOMEM, TT_ETOOBIG, TT_EPARSE)
 * leaves the document out of sync as well. */
int tt_documents_change(struct tt_documents *docs, tt_str key, bool has_version, int64_t version,
                        const struct tt_document_change *changes, size_t n, bool damaged,
                        enum tt_encoding encoding);

/* The whole text as the client has it now, from didSave: ends out_of_sync and
 * damaged.  The version stays.  Nothing happens when it is the same text. */
int tt_documents_saved_text(struct tt_documents *docs, tt_str key, tt_str text, bool damaged);

/* A message about the document was lost (it could not be read, say): ours is
 * no longer the client's.  `reason` is a static sentence for the user, NULL the
 * usual one.  TT_ENOTFOUND. */
int tt_documents_lost_sync(struct tt_documents *docs, tt_str key, const char *reason);

/* TT_ENOTFOUND when it was not open. */
int tt_documents_close(struct tt_documents *docs, tt_str key);

/* --- asking --------------------------------------------------------------- */

size_t tt_documents_count(const struct tt_documents *docs);

/* The newest state; NULL when it is not open.  Borrowed until the next call
 * that may change documents: take a reference to keep it. */
struct tt_snapshot *tt_documents_get(struct tt_documents *docs, tt_str key);

/* As above, for somebody who wants the tree: starts a parse when the tree was
 * dropped, and counts as use.  Look at the result's tree_state: when PENDING,
 * on_tree will tell. */
struct tt_snapshot *tt_documents_want_tree(struct tt_documents *docs, tt_str key);

/* Visit all: for (size_t i = 0; (snapshot = tt_documents_next(docs, &i));)
 * in no particular order; nothing may be opened or closed meanwhile. */
struct tt_snapshot *tt_documents_next(struct tt_documents *docs, size_t *i);

/* Is this still the newest text of its document? */
bool tt_documents_is_current(struct tt_documents *docs, const struct tt_snapshot *snapshot);

/* Follow edits made for `from` to the newest text of its document; see
 * text/change.h for what counts as touched.  0: *now (may be NULL) is that
 * newest state, borrowed.  TT_ESTALE as there, and when the document was closed
 * or reopened or is out of sync; the edits are then unchanged and *touched (may
 * be NULL) is the index of the first edit in the way, or n. */
int tt_documents_rebase(struct tt_documents *docs, const struct tt_snapshot *from,
                        struct tt_text_edit *edits, size_t n, struct tt_snapshot **now,
                        size_t *touched);

/* The same for ranges: of what was asked, of findings on the screen. */
int tt_documents_rebase_range(struct tt_documents *docs, const struct tt_snapshot *from,
                              struct tt_range *range, struct tt_snapshot **now);

/* Which text something was made for, without holding on to it. */
struct tt_document_place {
    uint64_t document, generation; /* 0: none */
};

static inline struct tt_document_place tt_snapshot_place(const struct tt_snapshot *snapshot)
{
    return (struct tt_document_place){ snapshot->document, snapshot->generation };
}

/* As the two above, from a text that is known by its place only, in the document
 * with this key. */
int tt_documents_rebase_place(struct tt_documents *docs, tt_str key,
                              const struct tt_document_place *from, struct tt_range *range);
int tt_documents_rebase_edits(struct tt_documents *docs, tt_str key,
                              const struct tt_document_place *from, struct tt_text_edit *edits,
                              size_t n, struct tt_snapshot **now, size_t *touched);

/* Where a range is now, for asking about it again, never for edits: what was
 * changed inside of it or at its borders belongs to it. */
int tt_documents_move_range(struct tt_documents *docs, tt_str key,
                            const struct tt_document_place *from, struct tt_range *range);

/* Each change of the text since `from`, in order; then *from is the newest text.
 * TT_ESTALE as above, also while it is out of sync. */
struct tt_change;
int tt_documents_each_change(struct tt_documents *docs, tt_str key, struct tt_document_place *from,
                             void (*each)(void *arg, const struct tt_change *change), void *arg);

/* How much the trees take by estimate, and what is being parsed: for status. */
struct tt_documents_load {
    size_t tree_bytes, n_trees;
    size_t jobs, waiting;
};
struct tt_documents_load tt_documents_load(const struct tt_documents *docs);

#endif
