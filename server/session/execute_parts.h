/* execute_parts.h -- what the files execute*.c share; for them only. */
#ifndef TT_SESSION_EXECUTE_PARTS_H
#define TT_SESSION_EXECUTE_PARTS_H

#include "lsp/command.h"
#include "session/attempt.h"

/* --- execute.c: what a command names.  On failure the call is answered with an error -- */

/* The open document; NULL when it is not open or its text is not the client's. */
struct tt_snapshot *tt_execute_document(struct tt_session *session, struct tt_call *call,
                                        tt_str uri);

/* Where a command's range is in the newest text: it may have been made for an
 * older version, which only this exact check can tell apart. */
bool tt_execute_range(struct tt_session *session, struct tt_call *call,
                      const struct tt_snapshot *snapshot, const struct tt_lsp_execute *args,
                      struct tt_range *out);

/* An earlier request that is kept; NULL: there is none. */
struct tt_attempt *tt_execute_named(struct tt_session *session, struct tt_call *call, tt_str id);

/* Answer {id}: it began, or was carried out. */
void tt_execute_accepted(struct tt_call *call, tt_str id);

/* --- execute_ask.c: what asks a model ---------------------------------------------------- */

void tt_execute_edit(struct tt_session *session, struct tt_call *call,
                     const struct tt_lsp_execute *args);
void tt_execute_compare(struct tt_session *session, struct tt_call *call,
                        const struct tt_lsp_execute *args);
void tt_execute_retry(struct tt_session *session, struct tt_call *call,
                      const struct tt_lsp_execute *args);
void tt_execute_refine(struct tt_session *session, struct tt_call *call,
                       const struct tt_lsp_execute *args);

/* --- execute_tell.c: what only tells ------------------------------------------------------ */

void tt_execute_explain(struct tt_session *session, struct tt_call *call,
                        const struct tt_lsp_execute *args);
void tt_execute_status(struct tt_session *session, struct tt_call *call,
                       const struct tt_lsp_execute *args);

#endif
