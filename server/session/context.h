/* context.h -- what goes along with a question, to be read: context.c. */
#ifndef TT_SESSION_CONTEXT_H
#define TT_SESSION_CONTEXT_H

#include "session/attempt.h"

/* What is known at once: problems in the range, how the file is written, the
 * project's rules and templates, which requirements to spell out.  Before the
 * decision, so that it is in the price. */
void tt_context_fill(struct tt_attempt *attempt, const struct tt_attempt_ask *ask);

/* What has to be looked for: definitions that the region uses, in open documents
 * and in files of the workspace.  Calls tt_ask_begin when they are found, or at
 * once when nothing is to be looked for. */
void tt_context_begin(struct tt_attempt *attempt);

/* context_search.c: looks for them, and calls tt_ask_begin at the end.  TT_ENOTFOUND:
 * there is nothing to look for, or nowhere; TT_ENOMEM. */
int tt_context_search(struct tt_attempt *attempt);

/* The workspace was read: those that waited for it go on. */
void tt_context_on_project(struct tt_session *session);

#endif
