/* redact.h -- secrets that were replaced by marks before the text was sent. */
#ifndef TT_EDIT_REDACT_H
#define TT_EDIT_REDACT_H

#include "edit/plan.h"

/* job->answer becomes the answer with every mark turned back into its secret.
 * A mark that is not in the list (the model made it up, or changed it) refuses
 * the answer. */
int tt_edit_redact_restore(struct tt_job_edit *job);

#endif
