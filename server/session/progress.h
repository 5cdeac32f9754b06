/* progress.h -- what the user sees while a model answers.
 *
 * A progress belongs to an attempt.  With a token of the client it begins at
 * once; else the client is asked for one first, and what happens before it
 * agrees is only remembered, not sent.
 */
#ifndef TT_SESSION_PROGRESS_H
#define TT_SESSION_PROGRESS_H

#include "base/arena.h"

#include <stdint.h>

struct tt_session;

enum tt_progress_state { TT_PROGRESS_OFF, TT_PROGRESS_ASKED, TT_PROGRESS_ON };

struct tt_progress {
    enum tt_progress_state state;
    tt_str token; /* raw JSON */
    tt_str title, message;
};

/* `arena` owns the texts.  `client_token` is raw JSON or empty. */
void tt_progress_begin(struct tt_session *session, struct tt_progress *progress,
                       struct tt_arena *arena, uint64_t attempt, tt_str client_token, tt_str title,
                       tt_str message);
void tt_progress_report(struct tt_session *session, struct tt_progress *progress, tt_str message);
void tt_progress_end(struct tt_session *session, struct tt_progress *progress, tt_str message);

/* trimtab/status for status bars; sent when it differs from the last one. */
void tt_status_changed(struct tt_session *session);

#endif
