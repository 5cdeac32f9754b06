/* watch_left.c -- how much of an edit is left in the text of now. */
#include "session/watch_parts.h"

#include "session/weight.h"
#include "text/text.h"
#include "trimtab/error.h"

double tt_watch_weight(double written, double removed)
{
    return written > 0 ? written : removed > 0 ? removed : 1;
}

/* What is left of one edit, by what stands in its place. */
static double weight_in_place(struct tt_session *session, const struct tt_watch *w, size_t i,
                              const struct tt_snapshot *now)
{
    struct tt_buf written = TT_BUF_INIT(TT_BUF_OWN), there = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_range range = w->edits[i].before;
    double left = -1;

    if (tt_documents_move_range(session->documents, w->key, &w->base_place, &range) == 0)
        left = tt_weight_in_common(tt_text_view(w->landed, w->edits[i].after, &written),
                                   tt_text_view(now->text, range, &there));
    tt_buf_release(&written);
    tt_buf_release(&there);
    return left;
}

/* An edit that only deletes lasts as long as nothing is written in its place. */
static double weight_of_deletion(struct tt_session *session, const struct tt_watch *w, size_t i,
                                 const struct tt_snapshot *now)
{
    double removed = tt_weight(w->base, w->edits[i].before), back = 0;
    struct tt_range range = w->edits[i].before;

    if (removed > 0 &&
        tt_documents_move_range(session->documents, w->key, &w->base_place, &range) == 0)
        back = tt_weight(now->text, range) / removed;
    return tt_watch_weight(0, removed) * (back < 1 ? 1 - back : 0);
}

double tt_watch_left(struct tt_session *session, const struct tt_watch *w)
{
    const struct tt_snapshot *now = tt_documents_get(session->documents, w->key);
    double logged = 0, there = 0, share;
    bool known = true;

    if (!now || now->document != w->place.document)
        return -1;
    for (size_t i = 0; i < w->n_pieces; i++)
        logged += tt_weight(now->text, w->pieces[i]);
    for (size_t i = 0; i < w->n; i++) {
        double left = tt_weight(w->landed, w->edits[i].after) > 0
                          ? weight_in_place(session, w, i, now)
                          : weight_of_deletion(session, w, i, now);

        if (tt_weight(w->landed, w->edits[i].after) <= 0)
            logged += left;
        known &= left >= 0;
        there += left;
    }
    share = (known && there > logged ? there : logged) / w->whole * w->taken;
    return share < 0 ? 0 : share > 1 ? 1 : share;
}
