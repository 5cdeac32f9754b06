/* arena.c -- blocks in a list; a request larger than a block gets its own. */
#include "base/arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_BYTES 8192u
#define KEPT_BYTES  (8 * BLOCK_BYTES) /* by tt_arena_reset, at most */

struct tt_arena_block {
    struct tt_arena_block *next;
    size_t used, cap;
    _Alignas(max_align_t) char bytes[];
};

void tt_arena_init(struct tt_arena *arena)
{
    *arena = (struct tt_arena){ NULL, 0 };
}

void tt_arena_release(struct tt_arena *arena)
{
    struct tt_arena_block *block = arena->head;

    while (block) {
        struct tt_arena_block *next = block->next;
        free(block);
        block = next;
    }
    tt_arena_init(arena);
}

void tt_arena_reset(struct tt_arena *arena)
{
    struct tt_arena_block *block = arena->head, *kept = NULL;

    while (block) {
        struct tt_arena_block *next = block->next, *worse = block;

        if (block->cap <= KEPT_BYTES && (!kept || block->cap > kept->cap)) {
            worse = kept;
            kept = block;
        }
        free(worse);
        block = next;
    }
    if (kept) {
        memset(kept->bytes, 0, kept->used);
        kept->used = 0;
        kept->next = NULL;
    }
    *arena = (struct tt_arena){ kept, 0 };
}

void *tt_arena_alloc(struct tt_arena *arena, size_t n)
{
    const size_t align = _Alignof(max_align_t);
    struct tt_arena_block *block = arena->head;
    void *p;

    if (n > (size_t)-1 - sizeof(*block) - align)
        return NULL;
    n = (n + align - 1) / align * align;
    if (!block || block->cap - block->used < n) {
        size_t cap = n > BLOCK_BYTES ? n : BLOCK_BYTES;

        block = calloc(1, sizeof(*block) + cap);
        if (!block)
            return NULL;
        block->cap = cap;
        block->next = arena->head;
        arena->head = block;
    }
    p = block->bytes + block->used;
    block->used += n;
    arena->total += n;
    return p;
}

void *tt_arena_array(struct tt_arena *arena, size_t count, size_t size)
{
    if (size && count > (size_t)-1 / size)
        return NULL;
    return tt_arena_alloc(arena, count * size);
}

tt_str tt_arena_dup(struct tt_arena *arena, tt_str s)
{
    char *p = tt_arena_alloc(arena, s.n + 1);

    if (!p)
        return (tt_str){ NULL, 0 };
    if (s.n)
        memcpy(p, s.p, s.n);
    return (tt_str){ p, s.n };
}

tt_str tt_arena_printf(struct tt_arena *arena, const char *fmt, ...)
{
    va_list ap;
    char *p;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    p = n < 0 ? NULL : tt_arena_alloc(arena, (size_t)n + 1);
    if (!p)
        return (tt_str){ NULL, 0 };
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return (tt_str){ p, (size_t)n };
}
