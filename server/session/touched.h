/* touched.h -- what was changed in a document since it was opened.
 *
 * Diagnostics that stand on such lines come first in what an editor is given: they are
 * about what somebody is writing, and the others about what was there.  Loop thread only.
 */
#ifndef TT_SESSION_TOUCHED_H
#define TT_SESSION_TOUCHED_H

#include "documents/documents.h"
#include "trimtab/range.h"

#define TT_TOUCHED_MAX 32 /* places; with more, those next to each other become one */

struct tt_touched {
    struct tt_document_place at;            /* of the text that the ranges are in */
    struct tt_range ranges[TT_TOUCHED_MAX]; /* in order, apart from each other */
    size_t n;
};

/* Bring it up to the newest text of the document; begins anew with another document, and
 * when its changes are no longer known. */
void tt_touched_follow(struct tt_touched *touched, struct tt_documents *docs, tt_str key);

/* Is one of the lines that `range` (bytes of this text) is on changed?  False for a text that
 * is not the one of `at`. */
bool tt_touched_has(const struct tt_touched *touched, const struct tt_snapshot *snapshot,
                    struct tt_range range);

#endif
