/* preview.h -- the hunks so far of an answer that still streams: for showing.
 *
 * Only blocks whose end mark came, judged by the edit engine as the whole answer
 * will be.  Nothing of it is kept: what is applied is made from the whole answer.
 *
 * Thoughts whose end alone has a tag look like an answer until it comes.  What was
 * shown of them goes then, and the next answer of that model is shown from there on.
 */
#ifndef TT_SESSION_PREVIEW_H
#define TT_SESSION_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tt_attempt;

struct tt_preview {
    bool under_way;   /* a job works on it */
    bool shown;       /* hunks were sent, and the end not yet */
    size_t seen;      /* bytes of the answer that were looked at */
    uint64_t sent_ms; /* when one was begun */
    uint32_t round;   /* counts answers: what a job finds is for one of them */
};

/* More of the answer came. */
void tt_preview_on_text(struct tt_attempt *attempt);
/* This answer is not gone on with: another question is asked instead. */
void tt_preview_drop(struct tt_attempt *attempt);
/* The attempt is over. */
void tt_preview_end(struct tt_attempt *attempt);

#endif
