/* diff_seq.c -- patience anchors first, then Myers' greedy algorithm between
 * them.  Myers remembers the furthest point of each diagonal for each cost, so
 * its memory is quadratic in the cost and the cost has a limit. */
#include "text/diff_seq.h"

#include "base/arena.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define NONE      UINT32_MAX
#define MAX_DEPTH 24u

static uint64_t hash_bytes(const char *p, size_t n)
{
    uint64_t h = 0x9E3779B97F4A7C15u ^ n;

    for (; n >= 8; p += 8, n -= 8) {
        uint64_t w;

        memcpy(&w, p, 8);
        h = (h ^ w) * 0xD6E8FEB86659FD93u;
        h ^= h >> 32;
    }
    for (; n > 0; p++, n--)
        h = (h ^ (unsigned char)*p) * 0x100000001B3u;
    h ^= h >> 29;
    h *= 0xBF58476D1CE4E5B9u;
    return h ^ (h >> 32);
}

struct id_slot {
    const char *p; /* NULL: free */
    uint32_t n, id;
    uint64_t hash;
};

struct id_table {
    struct id_slot *slots;
    size_t mask;
    uint32_t count;
};

static uint32_t id_of(struct id_table *table, tt_str s)
{
    uint64_t hash = hash_bytes(s.p, s.n);
    size_t i = (size_t)hash & table->mask;

    for (;; i = (i + 1) & table->mask) {
        struct id_slot *slot = &table->slots[i];

        if (!slot->p) {
            *slot = (struct id_slot){ s.p, (uint32_t)s.n, table->count++, hash };
            return slot->id;
        }
        if (slot->hash == hash && slot->n == s.n && memcmp(slot->p, s.p, s.n) == 0)
            return slot->id;
    }
}

static void number(struct id_table *table, tt_str text, struct tt_seq *seq)
{
    for (size_t i = 0; i < seq->n; i++)
        seq->id[i] = id_of(table, tt_str_sub(text, seq->at[i].start, seq->at[i].end));
}

int tt_diff_ids(tt_str a_text, struct tt_seq *a, tt_str b_text, struct tt_seq *b,
                struct tt_arena *arena, uint32_t *n_ids)
{
    size_t cap = 16;
    struct id_table table;

    while (cap < 2 * (a->n + b->n))
        cap *= 2;
    table = (struct id_table){ calloc(cap, sizeof(struct id_slot)), cap - 1, 0 };
    a->id = tt_arena_array(arena, a->n, sizeof(*a->id));
    b->id = tt_arena_array(arena, b->n, sizeof(*b->id));
    a->changed = tt_arena_array(arena, a->n, sizeof(*a->changed));
    b->changed = tt_arena_array(arena, b->n, sizeof(*b->changed));
    if (!table.slots || !a->id || !b->id || !a->changed || !b->changed) {
        free(table.slots);
        return TT_ENOMEM;
    }
    number(&table, a_text, a);
    number(&table, b_text, b);
    *n_ids = table.count;
    free(table.slots);
    return 0;
}

/* What all levels of one call share. */
struct marker {
    struct tt_seq *a, *b;
    uint32_t max_cost;
    bool anchors;
    uint32_t *count_a, *count_b, *where_b; /* by id; counts are 0 between two uses */
    int err;
};

struct stretch {
    size_t a0, a1, b0, b1;
};

static void mark_all(struct marker *m, struct stretch s)
{
    for (size_t i = s.a0; i < s.a1; i++)
        m->a->changed[i] = true;
    for (size_t j = s.b0; j < s.b1; j++)
        m->b->changed[j] = true;
}

/* Walk back through the remembered rounds and mark what was stepped over. */
static void mark_path(struct marker *m, struct stretch s, const uint32_t *rounds, uint32_t cost)
{
    int64_t x = (int64_t)(s.a1 - s.a0), y = (int64_t)(s.b1 - s.b0);

    for (int64_t d = cost; d > 0; d--) {
        const uint32_t *v = rounds + (d - 1) * (d - 1) + (d - 1); /* centre of round d-1 */
        int64_t k = x - y;
        bool down = k == -d || (k != d && (k - 1 < -(d - 1) ? -1 : (int64_t)v[k - 1]) <
                                              (k + 1 > d - 1 ? -1 : (int64_t)v[k + 1]));
        int64_t from = down ? k + 1 : k - 1;

        x = v[from];
        y = x - from;
        if (down)
            m->b->changed[s.b0 + (size_t)y] = true;
        else
            m->a->changed[s.a0 + (size_t)x] = true;
    }
}

/* Round d holds 2d+1 points and begins at d*d; only every second is used. */
static void myers(struct marker *m, struct stretch s)
{
    const uint32_t *a = m->a->id + s.a0, *b = m->b->id + s.b0;
    int64_t n = (int64_t)(s.a1 - s.a0), m_len = (int64_t)(s.b1 - s.b0);
    size_t cap = 64;
    uint32_t *rounds = malloc(cap * cap * sizeof(*rounds));

    for (int64_t d = 0; rounds && d <= (int64_t)m->max_cost; d++) {
        if ((size_t)d + 1 > cap) {
            uint32_t *more = realloc(rounds, 4 * cap * cap * sizeof(*rounds));

            if (!more)
                break;
            rounds = more;
            cap *= 2;
        }
        uint32_t *v = rounds + d * d + d;
        const uint32_t *u = d ? rounds + (d - 1) * (d - 1) + (d - 1) : NULL;

        for (int64_t k = -d; k <= d; k += 2) {
            int64_t left = u && k - 1 >= -(d - 1) ? (int64_t)u[k - 1] : -1;
            int64_t above = u && k + 1 <= d - 1 ? (int64_t)u[k + 1] : -1;
            int64_t x = !u ? 0 : (k == -d || (k != d && left < above)) ? above : left + 1;
            int64_t y = x - k;

            while (x < n && y < m_len && x >= 0 && y >= 0 && a[x] == b[y])
                x++, y++;
            v[k] = (uint32_t)(x < 0 ? 0 : x);
            if (x == n && y == m_len) {
                mark_path(m, s, rounds, (uint32_t)d);
                free(rounds);
                return;
            }
        }
    }
    if (!rounds)
        m->err = TT_ENOMEM;
    free(rounds);
    mark_all(m, s);
}

struct anchor {
    uint32_t a, b, prev;
};

/* Pairs that are unique on both sides, in the order of a. */
static size_t find_unique(struct marker *m, struct stretch s, struct anchor *out)
{
    size_t n = 0;

    for (size_t i = s.a0; i < s.a1; i++)
        m->count_a[m->a->id[i]]++;
    for (size_t j = s.b0; j < s.b1; j++) {
        m->count_b[m->b->id[j]]++;
        m->where_b[m->b->id[j]] = (uint32_t)j;
    }
    for (size_t i = s.a0; i < s.a1; i++) {
        uint32_t id = m->a->id[i];

        if (m->count_a[id] == 1 && m->count_b[id] == 1)
            out[n++] = (struct anchor){ (uint32_t)i, m->where_b[id], NONE };
    }
    for (size_t i = s.a0; i < s.a1; i++)
        m->count_a[m->a->id[i]] = 0;
    for (size_t j = s.b0; j < s.b1; j++)
        m->count_b[m->b->id[j]] = 0;
    return n;
}

/* The longest run of pairs that rises on both sides (patience sorting);
 * returned as the index of its last pair, linked by prev. */
static uint32_t longest_rising(struct anchor *pairs, size_t n, uint32_t *piles)
{
    size_t n_piles = 0;

    for (size_t i = 0; i < n; i++) {
        size_t lo = 0, hi = n_piles;

        while (lo < hi) {
            size_t mid = (lo + hi) / 2;

            if (pairs[piles[mid]].b < pairs[i].b)
                lo = mid + 1;
            else
                hi = mid;
        }
        pairs[i].prev = lo ? piles[lo - 1] : NONE;
        piles[lo] = (uint32_t)i;
        if (lo == n_piles)
            n_piles++;
    }
    return n_piles ? piles[n_piles - 1] : NONE;
}

static void mark_stretch(struct marker *m, struct stretch s, unsigned depth);

/* False when there is no anchor in the stretch. */
static bool split_at_anchors(struct marker *m, struct stretch s, unsigned depth)
{
    size_t most = s.a1 - s.a0 < s.b1 - s.b0 ? s.a1 - s.a0 : s.b1 - s.b0;
    struct anchor *pairs = malloc((most + 1) * sizeof(*pairs));
    uint32_t *piles = malloc((most + 1) * sizeof(*piles));
    uint32_t at = NONE;

    if (!pairs || !piles)
        m->err = TT_ENOMEM;
    else
        at = longest_rising(pairs, find_unique(m, s, pairs), piles);
    bool found = at != NONE;

    for (; at != NONE && !m->err; at = pairs[at].prev) {
        mark_stretch(m, (struct stretch){ pairs[at].a + 1, s.a1, pairs[at].b + 1, s.b1 },
                     depth + 1);
        s.a1 = pairs[at].a;
        s.b1 = pairs[at].b;
    }
    if (found)
        mark_stretch(m, s, depth + 1);
    free(pairs);
    free(piles);
    return found;
}

static void mark_stretch(struct marker *m, struct stretch s, unsigned depth)
{
    while (s.a0 < s.a1 && s.b0 < s.b1 && m->a->id[s.a0] == m->b->id[s.b0])
        s.a0++, s.b0++;
    while (s.a0 < s.a1 && s.b0 < s.b1 && m->a->id[s.a1 - 1] == m->b->id[s.b1 - 1])
        s.a1--, s.b1--;
    if (m->err)
        return;
    if (s.a0 == s.a1 || s.b0 == s.b1)
        mark_all(m, s);
    else if (!m->anchors || depth >= MAX_DEPTH || !split_at_anchors(m, s, depth))
        myers(m, s);
}

int tt_diff_mark(struct tt_seq *a, struct tt_seq *b, uint32_t n_ids, bool anchors,
                 uint32_t max_cost)
{
    struct marker m = { .a = a, .b = b, .max_cost = max_cost, .anchors = anchors };
    uint32_t *tables = anchors ? calloc(3 * ((size_t)n_ids + 1), sizeof(*tables)) : NULL;

    if (anchors && !tables)
        return TT_ENOMEM;
    if (tables) {
        m.count_a = tables;
        m.count_b = tables + n_ids + 1;
        m.where_b = tables + 2 * ((size_t)n_ids + 1);
    }
    mark_stretch(&m, (struct stretch){ 0, a->n, 0, b->n }, 0);
    free(tables);
    return m.err;
}
