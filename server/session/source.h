/* source.h -- a snapshot as the analysis and the edit engine want it. */
#ifndef TT_SESSION_SOURCE_H
#define TT_SESSION_SOURCE_H

#include "analysis/source.h"
#include "base/arena.h"
#include "trimtab/range.h"

struct tt_snapshot;

/* The whole text, in the arena; p is NULL when out of memory. */
tt_str tt_source_bytes(const struct tt_snapshot *snapshot, struct tt_arena *arena);

/* `bytes` are the snapshot's.  Borrows both. */
struct tt_source tt_source_of(const struct tt_snapshot *snapshot, tt_str bytes);

/* The import block, whole lines; without a tree the empty range at 0. */
struct tt_range tt_source_imports(const struct tt_snapshot *snapshot, tt_str bytes);

#endif
