/* window.h -- which parts of a document are shown to the model.
 *
 * All of it when it is small.  Else the target, the imports, the beginning of
 * the enclosing definition, and neighbouring lines while a budget lasts.  Only
 * the surroundings of the target are looked at, so that choosing costs the same
 * in a long file as in a short one.
 */
#ifndef TT_PROMPT_WINDOW_H
#define TT_PROMPT_WINDOW_H

#include "trimtab/range.h"

enum tt_window_kind { TT_WINDOW_TARGET, TT_WINDOW_CONTEXT, TT_WINDOW_IMPORTS };

struct tt_window_part {
    enum tt_window_kind kind;
    struct tt_range range; /* whole lines */
};

#define TT_WINDOW_PARTS 12

struct tt_window {
    struct tt_window_part parts[TT_WINDOW_PARTS]; /* sorted, disjoint, none empty but the target */
    size_t n;
    struct tt_range target; /* widened to whole lines */
    bool whole;             /* nothing is left out */
};

struct tt_window_input {
    tt_str document;
    struct tt_range target, symbol, imports; /* the last two may be empty */
    bool nothing_changes;                    /* the target is context as well */
    uint32_t tokens;                         /* how much may be shown */
};

/* TT_EINVALID: a range outside the document.  TT_ETOOBIG: the target alone is
 * more than four times what may be shown. */
int tt_window_choose(const struct tt_window_input *in, struct tt_window *out);

#endif
