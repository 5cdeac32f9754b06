/* world.h -- documents with a fake tt_io and a clock that says how long parses take. */
#ifndef TT_TEST_DOCUMENTS_WORLD_H
#define TT_TEST_DOCUMENTS_WORLD_H

#include "documents/documents.h"
#include "fake_io.h"

struct world {
    struct fake_io fake;
    struct tt_documents *docs;
    uint64_t now, step; /* of the budget's clock: it goes on by `step` at each look */
    unsigned trees;     /* calls of on_tree */
    enum tt_tree_state last_state;
};

/* `options` may be NULL; clock and on_tree are set here. */
void world_init(struct world *world, uint64_t seed, const struct tt_documents_options *options);
void world_release(struct world *world);

/* No parse fits into the budget; every parse does (the beginning). */
void world_slow(struct world *world);
void world_fast(struct world *world);

int world_open(struct world *world, const char *key, const char *language, tt_str text);

/* One change, in UTF-16. */
int world_change(struct world *world, const char *key, struct tt_position_range range, tt_str text);
int world_full(struct world *world, const char *key, tt_str text);

/* Is the tree the one that a new parser makes of the text? */
bool tree_is_right(const struct tt_snapshot *snapshot);

/* Is this the document's text? */
bool text_is(const struct tt_snapshot *snapshot, tt_str want);

#endif
