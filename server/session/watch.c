/* watch.c -- what becomes of an edit that was handed to the client.
 *
 * The client may apply it at once, later, or not at all (codeAction/resolve says
 * nothing of it), in one change or in several, before or after it answers.  So a
 * watch begins when the document shows the edit.  From then on the document's own
 * log of changes tells which of its bytes are still the ones that were written;
 * the text itself is looked at only to see whether it is back at what it was, and
 * is not kept when the watch is over.  White space does not count: formatting
 * an edit is not changing it.  How much of it is left then: watch_left.c.
 *
 *   SENT -> LANDED -> (a minute and a save, or five minutes) kept or edited
 *              |  ^
 *              v  | redone
 *          TAKEN_BACK -> undone
 */
#include "session/watch_parts.h"

#include "base/log.h"
#include "session/weight.h"
#include "text/change.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define LAND_MS    ((uint64_t)5 * 60 * 1000) /* then it was not applied */
#define SETTLE_MS  60000u                    /* for an edit that was saved */
#define UNSAVED_MS ((uint64_t)5 * 60 * 1000) /* and for one that was not */
#define REDO_MS    10000u                    /* what was undone may be redone */
#define REOPEN_MS  10000u         /* documents are closed and opened to change their language */
#define PIECES_MAX ((size_t)4096) /* as many as the log has changes */

/* --- comparing ---------------------------------------------------------------------------- */

static bool same_text(const struct tt_text *a, const struct tt_text *b)
{
    return a && b && tt_text_size(a) == tt_text_size(b) && tt_text_eq(a, b);
}

/* Where each edit is now, with all that was written there since: does it hold
 * what `text` holds at the edit's `after`, or (not after) its `before`? */
static bool stands_there(struct tt_session *session, const struct tt_watch *w,
                         const struct tt_snapshot *now, bool after, struct tt_range *out)
{
    for (size_t i = 0; i < w->n; i++) {
        struct tt_range range = w->edits[i].before;

        if (tt_documents_move_range(session->documents, w->key, &w->base_place, &range) < 0 ||
            !tt_weight_same(now->text, range, after ? w->landed : w->base,
                            after ? w->edits[i].after : w->edits[i].before))
            return false;
        if (out)
            out[i] = range;
    }
    return true;
}

/* --- life ------------------------------------------------------------------------------------- */

static void watch_free(struct tt_watch *w)
{
    tt_text_unref(w->base);
    tt_text_unref(w->landed);
    free(w->pieces);
    tt_arena_release(&w->arena);
    free(w);
}

static void arm(struct tt_session *session, struct tt_watch *w, uint64_t ms)
{
    if (!w->timer)
        w->timer = tt_session_next_id(session);
    if (session->io->timer_start(session->io, w->timer, ms) < 0)
        w->timer = 0; /* then the end of the session decides */
}

/* Take it out of the list and free it. */
static void forget(struct tt_session *session, struct tt_watch *w)
{
    struct tt_watch **at = &session->watches;

    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    if (w->timer)
        session->io->timer_stop(session->io, w->timer);
    watch_free(w);
}

/* The outcome, and the end of the watch. */
static void conclude(struct tt_session *session, struct tt_watch *w, bool undone)
{
    double share = undone ? 0 : tt_watch_left(session, w);

    if (share < 0)
        share = w->saved_share; /* the document is gone: as it was saved */
    if (share >= 0 || undone) {
        w->outcome.kind = undone          ? TT_OUTCOME_UNDONE
                          : share > 0.999 ? TT_OUTCOME_KEPT
                                          : TT_OUTCOME_EDITED;
        w->outcome.survived = undone ? 0 : share > 0.999 ? 1 : share;
        w->outcome.saved = w->saved_share;
        tt_outcomes_record(session, &w->outcome);
    }
    forget(session, w);
}

void tt_watch_drop(struct tt_session *session, uint64_t attempt)
{
    for (struct tt_watch *w = session->watches, *next; w; w = next) {
        next = w->next;
        if (w->attempt == attempt)
            forget(session, w);
    }
}

/* --- sent ----------------------------------------------------------------------------------------
 */

/* What was offered: every hunk but the noise. */
static double weight_offered(const struct tt_edit_plan *plan)
{
    double sum = 0;

    for (size_t i = 0; i < tt_edit_plan_hunk_count(plan); i++) {
        const struct tt_edit_hunk *hunk = tt_edit_plan_hunk_at(plan, i);

        for (size_t k = 0; k < hunk->n_edits && hunk->noise == TT_NOISE_NONE; k++) {
            const struct tt_text_edit *edit = tt_edit_plan_at(plan, hunk->first_edit + k);

            sum += tt_watch_weight(tt_weight_str(edit->text), edit->range.end - edit->range.start);
        }
    }
    return sum;
}

/* False without memory. */
static bool fill(struct tt_watch *w, struct tt_attempt *attempt, const struct tt_snapshot *now,
                 const struct tt_text_edit *edits, size_t n)
{
    double offered = weight_offered(attempt->plan), chosen = 0;
    int64_t moved = 0;

    w->attempt = attempt->id;
    w->key = tt_arena_dup(&w->arena, now->key);
    w->base = tt_text_ref(now->text);
    w->base_place = w->place = tt_snapshot_place(now);
    w->edits = tt_arena_array(&w->arena, n + 1, sizeof(*w->edits));
    w->n = n;
    w->saved_share = -1;
    if (!w->key.p || !w->edits || tt_text_apply(now->text, edits, n, &w->landed) < 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        uint32_t at = (uint32_t)(edits[i].range.start + moved);
        double written = tt_weight_str(edits[i].text);

        w->edits[i].before = edits[i].range;
        w->edits[i].after = (struct tt_range){ at, at + (uint32_t)edits[i].text.n };
        moved += (int64_t)edits[i].text.n - (edits[i].range.end - edits[i].range.start);
        w->deletes |= edits[i].text.n == 0;
        w->whole += tt_watch_weight(written, tt_weight(now->text, edits[i].range));
        chosen += tt_watch_weight(written, edits[i].range.end - edits[i].range.start);
    }
    w->taken = offered > chosen ? chosen / offered : 1;
    tt_outcomes_fill(attempt, TT_OUTCOME_KEPT, &w->arena, &w->outcome);
    return true;
}

void tt_watch_sent(struct tt_attempt *attempt, const struct tt_snapshot *now,
                   const struct tt_text_edit *edits, size_t n)
{
    struct tt_session *session = attempt->session;
    struct tt_watch *w;

    tt_watch_drop(session, attempt->id);
    w = n ? calloc(1, sizeof(*w)) : NULL;
    if (!w)
        return;
    tt_arena_init(&w->arena);
    if (!fill(w, attempt, now, edits, n)) {
        watch_free(w);
        return;
    }
    w->next = session->watches;
    session->watches = w;
    arm(session, w, LAND_MS);
}

/* --- following -----------------------------------------------------------------------------------
 */

static bool add_piece(struct tt_watch *w, struct tt_range piece)
{
    if (piece.start >= piece.end)
        return true;
    if (w->n_pieces == w->cap_pieces) {
        size_t cap = w->cap_pieces ? w->cap_pieces * 2 : 8;
        struct tt_range *grown =
            cap > PIECES_MAX * 2 ? NULL : realloc(w->pieces, cap * sizeof(*grown));

        if (!grown)
            return false; /* counts as changed */
        w->pieces = grown;
        w->cap_pieces = cap;
    }
    w->pieces[w->n_pieces++] = piece;
    return true;
}

static uint32_t shift(const struct tt_change *change, uint32_t at)
{
    return at - change->before.end + change->after_end;
}

static void follow(void *arg, const struct tt_change *change)
{
    struct tt_watch *w = arg;
    size_t n = w->n_pieces;

    for (size_t i = 0; i < n; i++) {
        struct tt_range *p = &w->pieces[i], rest = *p;

        w->touched |= change->before.start <= p->end && change->before.end >= p->start;
        if (p->end <= change->before.start)
            continue;
        if (p->start >= change->before.end) {
            p->start = shift(change, p->start);
            p->end = shift(change, p->end);
            continue;
        }
        if (p->end > change->before.end)
            rest = (struct tt_range){ change->after_end, shift(change, p->end) };
        else
            rest.end = rest.start;
        p->end = change->before.start > p->start ? change->before.start : p->start;
        (void)add_piece(w, rest);
    }
    for (size_t i = 0; i < w->n_pieces;) {
        if (w->pieces[i].start >= w->pieces[i].end)
            w->pieces[i] = w->pieces[--w->n_pieces];
        else
            i++;
    }
}

static void land(struct tt_session *session, struct tt_watch *w, const struct tt_snapshot *now,
                 const struct tt_range *ranges)
{
    uint64_t ms = session->io->now(session->io), since;

    w->n_pieces = 0;
    for (size_t i = 0; i < w->n; i++)
        (void)add_piece(w, ranges ? ranges[i] : w->edits[i].after);
    w->place = tt_snapshot_place(now);
    if (!w->landed_once) {
        w->landed_once = true;
        w->landed_ms = ms;
    }
    if (w->state != TT_WATCH_LANDED) {
        since = ms - w->landed_ms;
        arm(session, w, since < SETTLE_MS ? SETTLE_MS - since : 1);
    }
    w->state = TT_WATCH_LANDED;
}

static bool has_landed(struct tt_session *session, struct tt_watch *w,
                       const struct tt_snapshot *now)
{
    struct tt_range *ranges;
    bool there;

    if (same_text(now->text, w->landed)) {
        land(session, w, now, NULL);
        return true;
    }
    if (w->state == TT_WATCH_LANDED || !w->touched)
        return w->state == TT_WATCH_LANDED;
    ranges = calloc(w->n + 1, sizeof(*ranges));
    there = ranges && stands_there(session, w, now, true, ranges);
    if (there)
        land(session, w, now, ranges);
    free(ranges);
    return there;
}

static bool is_back(struct tt_session *session, const struct tt_watch *w,
                    const struct tt_snapshot *now)
{
    return same_text(now->text, w->base) ||
           (w->touched && stands_there(session, w, now, false, NULL));
}

/* False when its text cannot be followed any more. */
static bool look(struct tt_session *session, struct tt_watch *w, const struct tt_snapshot *now)
{
    bool known = w->state != TT_WATCH_SENT;

    if (w->state == TT_WATCH_CLOSED || now->out_of_sync || now->document != w->place.document)
        return true;
    w->touched = !known || w->deletes || !w->n_pieces;
    if (known && tt_documents_each_change(session->documents, w->key, &w->place, follow, w) < 0)
        return false;
    if (known && is_back(session, w, now)) {
        if (w->state == TT_WATCH_LANDED)
            arm(session, w, REDO_MS);
        w->state = TT_WATCH_TAKEN_BACK;
    } else {
        (void)has_landed(session, w, now);
    }
    return true;
}

void tt_watch_on_change(struct tt_session *session, tt_str key)
{
    const struct tt_snapshot *now = tt_documents_get(session->documents, key);

    for (struct tt_watch *w = session->watches, *next; w && now; w = next) {
        next = w->next;
        if (tt_str_eq(w->key, key) && !look(session, w, now))
            forget(session, w);
    }
}

void tt_watch_on_save(struct tt_session *session, tt_str key)
{
    uint64_t ms = session->io->now(session->io);

    for (struct tt_watch *w = session->watches, *next; w; w = next) {
        next = w->next;
        if (w->state != TT_WATCH_LANDED || !tt_str_eq(w->key, key))
            continue;
        w->saved = true;
        if (w->saved_share < 0)
            w->saved_share = tt_watch_left(session, w);
        if (ms - w->landed_ms >= SETTLE_MS)
            conclude(session, w, false);
    }
}

/* --- closed, and opened again
 * ----------------------------------------------------------------------- */

void tt_watch_on_close(struct tt_session *session, tt_str key)
{
    for (struct tt_watch *w = session->watches, *next; w; w = next) {
        next = w->next;
        if (!tt_str_eq(w->key, key))
            continue;
        if (w->state == TT_WATCH_TAKEN_BACK || (w->state == TT_WATCH_LANDED && w->saved)) {
            conclude(session, w, w->state == TT_WATCH_TAKEN_BACK);
        } else if (w->state == TT_WATCH_LANDED) {
            w->state = TT_WATCH_CLOSED;
            arm(session, w, REOPEN_MS);
        } else {
            forget(session, w);
        }
    }
}

void tt_watch_on_open(struct tt_session *session, tt_str key)
{
    const struct tt_snapshot *now = tt_documents_get(session->documents, key);

    for (struct tt_watch *w = session->watches, *next; w && now; w = next) {
        next = w->next;
        if (!tt_str_eq(w->key, key) || now->document == w->place.document)
            continue;
        if (w->state == TT_WATCH_CLOSED && same_text(now->text, w->landed)) {
            w->base_place.document = 0; /* the log begins anew */
            land(session, w, now, NULL);
        } else if (w->state == TT_WATCH_CLOSED && same_text(now->text, w->base)) {
            conclude(session, w, true); /* thrown away, and read again from the disk */
        } else {
            forget(session, w);
        }
    }
}

/* --- time
 * --------------------------------------------------------------------------------------------- */

static void on_time(struct tt_session *session, struct tt_watch *w)
{
    uint64_t since = session->io->now(session->io) - w->landed_ms;

    if (w->state == TT_WATCH_TAKEN_BACK)
        conclude(session, w, true);
    else if (w->state == TT_WATCH_CLOSED && session->client.did_save)
        conclude(session, w, true); /* closed, and not saved by a client that says when it saves */
    else if (w->state != TT_WATCH_LANDED)
        forget(session, w);
    else if (w->saved || since >= UNSAVED_MS)
        conclude(session, w, false);
    else
        arm(session, w, UNSAVED_MS - since);
}

bool tt_watch_on_timer(struct tt_session *session, uint64_t id)
{
    for (struct tt_watch *w = session->watches; w; w = w->next) {
        if (w->timer == id) {
            w->timer = 0;
            on_time(session, w);
            return true;
        }
    }
    return false;
}

void tt_watch_end(struct tt_session *session)
{
    uint64_t ms = session->io->now(session->io);

    while (session->watches) {
        struct tt_watch *w = session->watches;
        bool long_enough = w->saved || ms - w->landed_ms >= SETTLE_MS;

        if (w->state == TT_WATCH_TAKEN_BACK || (w->state == TT_WATCH_LANDED && long_enough))
            conclude(session, w, w->state == TT_WATCH_TAKEN_BACK);
        else
            forget(session, w);
    }
    for (struct tt_attempt *a = session->attempts; a; a = a->next)
        tt_outcomes_forgotten(a);
}

void tt_watch_release(struct tt_session *session)
{
    while (session->watches)
        forget(session, session->watches);
}
