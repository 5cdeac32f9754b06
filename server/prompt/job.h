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

#define TT_PROMPT_COUNTS 64u
#define TT_PROMPT_VIEWS  4u /* the actions of a menu have as many scopes */

/* Of the window, the tokens that its parts have. */
struct tt_prompt_view {
    struct tt_window window;
    uint64_t tokens[TT_WINDOW_PARTS];
};

struct tt_prompt_memo {
    uint32_t n_views; /* of this text: the last ones are kept */
    struct {
        struct tt_window_input of; /* what it was chosen for */
        struct tt_prompt_view view;
    } views[TT_PROMPT_VIEWS];
    struct {
        const char *p;
        size_t n;
        uint64_t tokens;
    } counts[TT_PROMPT_COUNTS]; /* of templates, by a hash of the place: newer ones win */
};

struct tt_prompt_job {
    const struct tt_prompt_input *in;
    struct tt_arena *arena; /* NULL: only count */
    struct tt_buf user;     /* owned: the message being written */
    struct tt_prompt_view view;
    struct tt_secret *secrets; /* of the document */
    size_t n_secrets;
    struct tt_prompt *out; /* NULL: only count */
    size_t parts_room;
    uint64_t tokens;
    uint64_t target_tokens, document_tokens; /* of what is shown */
    int err;                                 /* the first failure; sticky */
};

/* tt_tokens_text of a template, or of a part of one: looked up in the memo. */
uint64_t tt_job_template_tokens(const struct tt_prompt_job *job, tt_str text);

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
