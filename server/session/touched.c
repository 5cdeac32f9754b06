/* touched.c -- see touched.h. */
#include "session/touched.h"

#include "documents/snapshot.h"
#include "text/change.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <string.h>

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void drop(struct tt_touched *touched, size_t i)
{
    memmove(&touched->ranges[i], &touched->ranges[i + 1],
            (touched->n - i - 1) * sizeof(touched->ranges[0]));
    touched->n--;
}

/* Make room: of the two that are closest one. */
static void join_closest(struct tt_touched *touched)
{
    size_t best = 0;

    for (size_t i = 1; i + 1 < touched->n; i++) {
        if (touched->ranges[i + 1].start - touched->ranges[i].end <
            touched->ranges[best + 1].start - touched->ranges[best].end)
            best = i;
    }
    touched->ranges[best].end = touched->ranges[best + 1].end;
    drop(touched, best + 1);
}

static void insert(struct tt_touched *touched, struct tt_range range)
{
    size_t i = 0;

    if (touched->n == TT_TOUCHED_MAX)
        join_closest(touched);
    while (i < touched->n && touched->ranges[i].start < range.start)
        i++;
    if (i > 0 && touched->ranges[i - 1].end >= range.start) { /* it was joined around it */
        touched->ranges[i - 1].end = larger(touched->ranges[i - 1].end, range.end);
        return;
    }
    memmove(&touched->ranges[i + 1], &touched->ranges[i],
            (touched->n - i) * sizeof(touched->ranges[0]));
    touched->ranges[i] = range;
    touched->n++;
}

/* What lies behind the change moves with it, what meets it becomes a part of it. */
static void on_change(void *arg, const struct tt_change *change)
{
    struct tt_touched *touched = arg;
    struct tt_range made = { change->before.start, change->after_end };

    for (size_t i = 0; i < touched->n;) {
        struct tt_range *range = &touched->ranges[i];

        if (range->end < change->before.start) {
            i++;
        } else if (range->start > change->before.end) {
            range->start = range->start - change->before.end + change->after_end;
            range->end = range->end - change->before.end + change->after_end;
            i++;
        } else {
            made.start = smaller(made.start, range->start);
            if (range->end > change->before.end)
                made.end = larger(made.end, range->end - change->before.end + change->after_end);
            drop(touched, i);
        }
    }
    insert(touched, made);
}

void tt_touched_follow(struct tt_touched *touched, struct tt_documents *docs, tt_str key)
{
    const struct tt_snapshot *now = tt_documents_get(docs, key);

    if (!now)
        return;
    if (touched->at.document != now->document ||
        tt_documents_each_change(docs, key, &touched->at, on_change, touched) < 0) {
        touched->at = tt_snapshot_place(now);
        touched->n = 0;
    }
}

bool tt_touched_has(const struct tt_touched *touched, const struct tt_snapshot *snapshot,
                    struct tt_range range)
{
    if (touched->at.document != snapshot->document ||
        touched->at.generation != snapshot->generation || touched->n == 0)
        return false;
    struct tt_range lines = {
        tt_text_line(snapshot->text, tt_text_line_at(snapshot->text, range.start)).start,
        tt_text_line(snapshot->text, tt_text_line_at(snapshot->text, range.end)).end,
    };

    for (size_t i = 0; i < touched->n; i++) {
        if (touched->ranges[i].start <= lines.end && lines.start <= touched->ranges[i].end)
            return true;
    }
    return false;
}
