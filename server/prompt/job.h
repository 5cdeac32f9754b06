/* job.h -- one prompt while it is made, for this module only.
 *
 * One pass serves both measuring and building: without `out` everything is
 * counted and nothing is written.
 */
#ifndef TT_PROMPT_JOB_H
#define TT_PROMPT_JOB_H

#include "base/buf.h"
#include "prompt/prompt.h"
#include "prompt/window.h"

struct tt_prompt_job {
    const struct tt_prompt_input *in;
    struct tt_arena *arena; /* NULL: only count */
    struct tt_buf user;     /* owned: the message being written */
    struct tt_window window;
    struct tt_secret *secrets; /* of the document */
    size_t n_secrets;
    struct tt_prompt *out; /* NULL: only count */
    size_t parts_room;
    uint64_t tokens;
    uint64_t target_tokens, document_tokens; /* of what is shown */
    int err;                                 /* the first failure; sticky */
};

void tt_job_fail(struct tt_prompt_job *job, int err);

/* Count tokens of one kind.  Pieces of the same kind and path share a line of
 * the list, but for parts of files (first > 0). */
void tt_job_count(struct tt_prompt_job *job, enum tt_prompt_kind kind, tt_str path, uint32_t first,
                  uint32_t last, uint64_t tokens);

/* Our own words: markup and guidance. */
void tt_job_frame(struct tt_prompt_job *job, tt_str text);
void tt_job_framef(struct tt_prompt_job *job, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Our own words with {{path}} and {{fence}} filled in. */
void tt_job_filled(struct tt_prompt_job *job, tt_str text);

/* Somebody else's text: redacted, with LF line ends and one behind the last. */
void tt_job_body(struct tt_prompt_job *job, enum tt_prompt_kind kind, tt_str path, tt_str text);

/* The two halves of it, for text that is counted elsewhere. */
tt_str tt_job_redacted(struct tt_prompt_job *job, tt_str text);
void tt_job_lines(struct tt_prompt_job *job, tt_str text);

#endif
