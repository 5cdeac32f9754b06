/* job.c -- writing and counting at once, see job.h. */
#include "prompt/job.h"

#include "trimtab/error.h"

#include <stdlib.h>

const char *tt_prompt_syntax_name(enum tt_prompt_syntax syntax)
{
    static const char *const names[] = {
        [TT_PROMPT_SEARCH_REPLACE] = "search-replace",
        [TT_PROMPT_PATCH] = "patch",
        [TT_PROMPT_STR_REPLACE] = "str-replace",
        [TT_PROMPT_REGION] = "region",
        [TT_PROMPT_PROSE] = "prose",
    };

    return names[syntax];
}

const char *tt_prompt_kind_name(enum tt_prompt_kind kind)
{
    static const char *const names[] = {
        [TT_PROMPT_PART_INSTRUCTIONS] = "instructions",
        [TT_PROMPT_PART_INSTRUCTION] = "instruction",
        [TT_PROMPT_PART_DOCUMENT] = "document",
        [TT_PROMPT_PART_ITEM] = "reference",
        [TT_PROMPT_PART_RULES] = "project rules",
        [TT_PROMPT_PART_DIAGNOSTICS] = "diagnostics",
        [TT_PROMPT_PART_CONVENTIONS] = "conventions",
        [TT_PROMPT_PART_TURNS] = "earlier turns",
    };

    return names[kind];
}

struct tt_prompt_memo *tt_prompt_memo_create(void)
{
    return calloc(1, sizeof(struct tt_prompt_memo));
}

void tt_prompt_memo_destroy(struct tt_prompt_memo *memo)
{
    free(memo);
}

void tt_prompt_memo_text_changed(struct tt_prompt_memo *memo)
{
    if (memo)
        memo->n_views = 0;
}

uint64_t tt_job_template_tokens(const struct tt_prompt_job *job, tt_str text)
{
    struct tt_prompt_memo *memo = job->in->memo;
    size_t at = ((uintptr_t)text.p >> 3 ^ text.n) % TT_PROMPT_COUNTS;

    if (!memo || text.n < 64)
        return tt_tokens_text(text);
    if (memo->counts[at].p != text.p || memo->counts[at].n != text.n) {
        memo->counts[at].p = text.p;
        memo->counts[at].n = text.n;
        memo->counts[at].tokens = tt_tokens_text(text);
    }
    return memo->counts[at].tokens;
}

void tt_job_fail(struct tt_prompt_job *job, int err)
{
    if (!job->err)
        job->err = err;
}

/* Count tokens of one kind; pieces of the same kind and path share a line of
 * the list, but for parts of files. */
void tt_job_count(struct tt_prompt_job *job, enum tt_prompt_kind kind, tt_str path, uint32_t first,
                  uint32_t last, uint64_t tokens)
{
    struct tt_prompt_part *part;

    job->tokens += tokens;
    if (!job->out)
        return;
    for (size_t i = 0; i < job->out->n_parts && first == 0; i++) {
        part = &job->out->parts[i];
        if (part->kind == kind && part->first_line == 0 && tt_str_eq(part->path, path)) {
            part->tokens += tokens;
            return;
        }
    }
    if (job->out->n_parts == job->parts_room) {
        tt_job_fail(job, TT_ENOMEM);
        return;
    }
    job->out->parts[job->out->n_parts++] =
        (struct tt_prompt_part){ kind, path, first, last, tokens };
}

/* Ours: markup and guidance. */
void tt_job_frame(struct tt_prompt_job *job, tt_str text)
{
    tt_job_count(job, TT_PROMPT_PART_INSTRUCTIONS, TT_STR(""), 0, 0, tt_tokens_text(text));
    if (job->out)
        tt_buf_add(&job->user, text);
}

void tt_job_framef(struct tt_prompt_job *job, const char *fmt, ...)
{
    struct tt_buf text = TT_BUF_INIT((size_t)1 << 20);
    va_list ap;

    va_start(ap, fmt);
    tt_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    if (text.err)
        tt_job_fail(job, text.err);
    tt_job_frame(job, tt_buf_str(&text));
    tt_buf_release(&text);
}

/* Lines as the model gets them: LF only, and one behind the last. */
void tt_job_lines(struct tt_prompt_job *job, tt_str text)
{
    while (text.n > 0) {
        const char *cr = memchr(text.p, '\r', text.n);
        size_t n = cr ? (size_t)(cr - text.p) : text.n;

        tt_buf_add(&job->user, tt_str_sub(text, 0, n));
        if (cr && (n + 1 == text.n || text.p[n + 1] != '\n'))
            tt_buf_addc(&job->user, '\r');
        text = tt_str_sub(text, n + (cr ? 1 : 0), text.n);
    }
    if (job->user.n > 0 && job->user.p[job->user.n - 1] != '\n')
        tt_buf_addc(&job->user, '\n');
}

tt_str tt_job_redacted(struct tt_prompt_job *job, tt_str text)
{
    tt_str out = text;

    if (job->out && job->out->redact) {
        int err = tt_redact_apply(job->out->redact, text, &out);

        if (err)
            tt_job_fail(job, err);
    }
    return job->err ? TT_STR("") : out;
}

/* Somebody else's text. */
void tt_job_body(struct tt_prompt_job *job, enum tt_prompt_kind kind, tt_str path, tt_str text)
{
    tt_job_count(job, kind, path, 0, 0, tt_tokens_text(text));
    if (job->out)
        tt_job_lines(job, tt_job_redacted(job, text));
}

/* Words of a template. */
static void add_words(struct tt_prompt_job *job, tt_str text)
{
    tt_job_count(job, TT_PROMPT_PART_INSTRUCTIONS, TT_STR(""), 0, 0,
                 tt_job_template_tokens(job, text));
    if (job->out)
        tt_buf_add(&job->user, text);
}

/* The words of a template with {{path}} and {{fence}} filled in. */
void tt_job_filled(struct tt_prompt_job *job, tt_str text)
{
    static const tt_str path = TT_STR_INIT("{{path}}"), fence = TT_STR_INIT("{{fence}}");
    tt_str name = job->in->scope == TT_PROMPT_NEW_FILE ? job->in->new_path : job->in->path;
    size_t done = 0;

    for (size_t at = 0; at < text.n; at++) {
        const char *brace = memchr(text.p + at, '{', text.n - at);

        if (!brace)
            break;
        at = (size_t)(brace - text.p);
        tt_str rest = tt_str_sub(text, at, text.n);
        bool is_path = tt_str_starts(rest, path);

        if (!is_path && !tt_str_starts(rest, fence))
            continue;
        add_words(job, tt_str_sub(text, done, at));
        tt_job_frame(job, is_path ? name : job->in->fence);
        done = at + (is_path ? path.n : fence.n);
        at = done - 1;
    }
    add_words(job, tt_str_sub(text, done, text.n));
}
