/* source.h -- a snapshot as the analysis and the edit engine want it. */
#ifndef TT_SESSION_SOURCE_H
#define TT_SESSION_SOURCE_H

#include "analysis/source.h"
#include "base/arena.h"
#include "trimtab/range.h"

struct tt_session;
struct tt_snapshot;

/* The whole text, in the arena; p is NULL when out of memory. */
tt_str tt_source_bytes(const struct tt_snapshot *snapshot, struct tt_arena *arena);

/* `bytes` are the snapshot's.  Borrows all three.  The path is relative to the folder of the
 * workspace that the document is in, as `trimtab check` sees it there. */
struct tt_source tt_source_of(struct tt_session *session, const struct tt_snapshot *snapshot,
                              tt_str bytes);

/* The import block, whole lines; without a tree the empty range at 0. */
struct tt_range tt_source_imports(const struct tt_snapshot *snapshot, tt_str bytes);

#endif
