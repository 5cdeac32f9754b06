/* noise.h -- hunks that change nothing that anybody asked for. */
#ifndef TT_EDIT_NOISE_H
#define TT_EDIT_NOISE_H

#include "edit/plan.h"
#include "syntax/guard.h"

/* Mark the hunks of the plan whose code is the same before and after, but for
 * layout, comments or names renamed throughout. */
int tt_noise_mark(struct tt_job_edit *job, struct tt_guard *guard);

#endif
