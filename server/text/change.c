/* change.c -- a ring of changes, and places that walk along it. */
#include "text/change.h"

#include "text/text.h"
#include "trimtab/error.h"

#include <assert.h>
#include <stdlib.h>

void tt_change_log_init(struct tt_change_log *log, uint64_t generation)
{
    *log = (struct tt_change_log){ .oldest = generation, .newest = generation };
}

void tt_change_log_release(struct tt_change_log *log)
{
    free(log->ring);
    tt_change_log_init(log, 0);
}

void tt_change_log_restart(struct tt_change_log *log, uint64_t generation)
{
    log->first = log->n = 0;
    log->oldest = log->newest = generation;
}

static struct tt_change *nth(const struct tt_change_log *log, size_t i)
{
    assert(i < log->cap);
    return &log->ring[(log->first + i) % log->cap];
}

/* The oldest generation goes as a whole: half of it would be worse than none. */
static void forget_oldest(struct tt_change_log *log)
{
    log->oldest = nth(log, 0)->generation;
    do {
        log->first = (log->first + 1) % log->cap;
        log->n--;
    } while (log->n && nth(log, 0)->generation == log->oldest);
}

static int make_room(struct tt_change_log *log)
{
    size_t cap = log->cap ? log->cap * 2 : 16;
    struct tt_change *ring;

    if (log->n < log->cap)
        return 0;
    if (log->cap == TT_CHANGE_MAX) {
        forget_oldest(log);
        return 0;
    }
    ring = malloc(cap * sizeof(*ring));
    if (!ring)
        return TT_ENOMEM;
    for (size_t i = 0; i < log->n; i++)
        ring[i] = *nth(log, i);
    free(log->ring);
    log->ring = ring;
    log->first = 0;
    log->cap = cap;
    return 0;
}

static bool starts_line(const struct tt_text *text, uint32_t offset)
{
    int before = offset ? tt_text_byte(text, offset - 1) : '\n';

    return before == '\n' || (before == '\r' && tt_text_byte(text, offset) != '\n');
}

void tt_change_log_add(struct tt_change_log *log, uint64_t generation, struct tt_range before,
                       uint32_t added, const struct tt_text *after)
{
    uint32_t after_end = before.start + added;

    if (before.start == before.end && !added) {
        log->newest = generation;
        return;
    }
    if (make_room(log)) {
        tt_change_log_restart(log, generation);
        return;
    }
    log->n++;
    *nth(log, log->n - 1) = (struct tt_change){
        .generation = generation,
        .before = before,
        .after_end = after_end,
        .starts_line = starts_line(after, before.start),
        .ends_line = starts_line(after, after_end),
    };
    log->newest = generation;
}

/* --- following ------------------------------------------------------------ */

static uint32_t shifted(const struct tt_change *change, uint32_t offset)
{
    return offset - change->before.end + change->after_end;
}

/* One change; false when it touches the range (see the header). */
static bool follow(const struct tt_change *change, struct tt_range *range)
{
    bool empty = range->start == range->end;
    bool above = change->before.end < range->start ||
                 (change->before.end == range->start && change->ends_line && !empty);
    bool below = change->before.start > range->end ||
                 (change->before.start == range->end && change->starts_line && !empty);

    if (below)
        return true;
    if (!above)
        return false;
    range->start = shifted(change, range->start);
    range->end = shifted(change, range->end);
    return true;
}

/* The first remembered change after `from`. */
static size_t first_after(const struct tt_change_log *log, uint64_t from)
{
    size_t low = 0, high = log->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (nth(log, middle)->generation <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool knows(const struct tt_change_log *log, uint64_t from, uint64_t to)
{
    return from >= log->oldest && from <= to && to <= log->newest;
}

int tt_change_log_each(const struct tt_change_log *log, uint64_t from, uint64_t to,
                       void (*each)(void *arg, const struct tt_change *change), void *arg)
{
    if (!knows(log, from, to))
        return TT_ESTALE;
    for (size_t i = first_after(log, from); i < log->n && nth(log, i)->generation <= to; i++)
        each(arg, nth(log, i));
    return 0;
}

int tt_change_log_rebase(const struct tt_change_log *log, uint64_t from, uint64_t to,
                         struct tt_range *range)
{
    struct tt_range moved = *range;

    if (!knows(log, from, to))
        return TT_ESTALE;
    for (size_t i = first_after(log, from); i < log->n && nth(log, i)->generation <= to; i++) {
        if (!follow(nth(log, i), &moved))
            return TT_ESTALE;
    }
    *range = moved;
    return 0;
}

int tt_change_log_rebase_edits(const struct tt_change_log *log, uint64_t from, uint64_t to,
                               struct tt_text_edit *edits, size_t n, size_t *touched)
{
    size_t i = n;

    if (knows(log, from, to)) {
        for (i = 0; i < n; i++) {
            struct tt_range moved = edits[i].range;

            if (tt_change_log_rebase(log, from, to, &moved))
                break;
        }
        if (i == n) {
            for (i = 0; i < n; i++)
                (void)tt_change_log_rebase(log, from, to, &edits[i].range);
            return 0;
        }
    }
    if (touched)
        *touched = i;
    return TT_ESTALE;
}

int tt_change_log_move(const struct tt_change_log *log, uint64_t from, uint64_t to, bool after,
                       uint32_t *offset)
{
    uint32_t at = *offset;

    if (!knows(log, from, to))
        return TT_ESTALE;
    for (size_t i = first_after(log, from); i < log->n && nth(log, i)->generation <= to; i++) {
        const struct tt_change *change = nth(log, i);

        if (at > change->before.end ||
            (at == change->before.end && (after || at > change->before.start)))
            at = shifted(change, at);
        else if (at > change->before.start)
            at = after ? change->after_end : change->before.start;
    }
    *offset = at;
    return 0;
}
