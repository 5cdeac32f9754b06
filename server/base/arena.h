/* arena.h -- memory that is freed all at once.
 *
 * One arena per incoming call: decoded parameters, prompt, reply.  Nothing in
 * it is freed alone.  Allocations are aligned for any type and zeroed.
 */
#ifndef TT_ARENA_H
#define TT_ARENA_H

#include "trimtab/str.h"

struct tt_arena_block;

struct tt_arena {
    struct tt_arena_block *head; /* owned; the block being filled first */
    size_t total;                /* bytes handed out */
};

void tt_arena_init(struct tt_arena *arena);
void tt_arena_release(struct tt_arena *arena); /* back to the state after init */

/* As empty as after init, with one block of memory kept for what comes next. */
void tt_arena_reset(struct tt_arena *arena);

/* Zeroed bytes, or NULL when out of memory.  n may be 0. */
void *tt_arena_alloc(struct tt_arena *arena, size_t n);

/* As above for an array; NULL also when count * size overflows. */
void *tt_arena_array(struct tt_arena *arena, size_t count, size_t size);

/* A NUL-terminated copy in the arena; p is NULL when out of memory. */
tt_str tt_arena_dup(struct tt_arena *arena, tt_str s);

/* A formatted copy in the arena; p is NULL when out of memory. */
tt_str tt_arena_printf(struct tt_arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
