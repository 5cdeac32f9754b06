/* think.c -- local models write their thinking into the answer's text.
 *
 * Only a <think> at the very beginning counts; code may hold the word anywhere
 * else.  The marks may come in any cut, so what could become one is held back.
 */
#include "llm/codec.h"

static const tt_str open_mark = TT_STR_INIT("<think>");
static const tt_str close_mark = TT_STR_INIT("</think>");

static size_t blanks(tt_str s)
{
    size_t n = 0;

    while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\n' || s.p[n] == '\r' || s.p[n] == '\t'))
        n++;
    return n;
}

/* At the start: hold until it is clear whether the mark stands there. */
static void at_start(struct tt_llm_think *think)
{
    tt_str held = tt_buf_str(&think->held);
    tt_str rest = tt_str_sub(held, blanks(held), held.n);

    if (tt_str_starts(rest, open_mark))
        think->at = TT_LLM_THINK_INSIDE;
    else if (!tt_str_starts(open_mark, rest))
        think->at = TT_LLM_THINK_PAST;
}

/* Inside: the end of `held` that may be the beginning of the closing mark. */
static void keep_tail(struct tt_buf *held, size_t *thought)
{
    tt_str all = tt_buf_str(held);
    size_t keep = all.n < close_mark.n ? all.n : close_mark.n - 1;

    while (keep > 0 && !tt_str_starts(close_mark, tt_str_sub(all, all.n - keep, all.n)))
        keep--;
    *thought += all.n - keep;
    if (keep > 0)
        memmove(held->p, held->p + all.n - keep, keep);
    held->n = keep;
}

static bool find_close(tt_str s, size_t *after)
{
    for (size_t i = 0; i + close_mark.n <= s.n; i++) {
        if (memcmp(s.p + i, close_mark.p, close_mark.n) == 0) {
            *after = i + close_mark.n;
            return true;
        }
    }
    return false;
}

size_t tt_llm_think_filter(struct tt_llm_think *think, tt_str text,
                           void (*pass)(struct tt_llm_answer *, tt_str),
                           struct tt_llm_answer *answer)
{
    size_t thought = 0, after = 0;

    if (think->at == TT_LLM_THINK_PAST) {
        pass(answer, text);
        return 0;
    }
    tt_buf_add(&think->held, text);
    if (think->held.err) {
        answer->err = think->held.err;
        return 0;
    }
    if (think->at == TT_LLM_THINK_START)
        at_start(think);
    if (think->at == TT_LLM_THINK_INSIDE) {
        if (find_close(tt_buf_str(&think->held), &after)) {
            think->at = TT_LLM_THINK_PAST;
            thought = after;
        } else {
            keep_tail(&think->held, &thought);
        }
    }
    if (think->at == TT_LLM_THINK_PAST) {
        tt_str rest = tt_str_sub(tt_buf_str(&think->held), after, think->held.n);

        if (rest.n > 0)
            pass(answer, rest);
        tt_buf_release(&think->held);
    }
    return thought;
}

void tt_llm_think_end(struct tt_llm_think *think, void (*pass)(struct tt_llm_answer *, tt_str),
                      struct tt_llm_answer *answer)
{
    if (think->at == TT_LLM_THINK_START && think->held.n > 0)
        pass(answer, tt_buf_str(&think->held));
    tt_buf_release(&think->held);
    think->at = TT_LLM_THINK_PAST;
}
