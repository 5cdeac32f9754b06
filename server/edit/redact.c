/* redact.c -- see redact.h. */
#include "edit/redact.h"

#include "base/buf.h"
#include "trimtab/error.h"

/* The redaction whose mark stands at the start of s; the longest wins. */
static const struct tt_edit_redaction *mark_at(const struct tt_edit_input *in, tt_str s)
{
    const struct tt_edit_redaction *best = NULL;

    for (size_t i = 0; i < in->n_redactions; i++) {
        const struct tt_edit_redaction *r = &in->redactions[i];

        if (r->mark.n && tt_str_starts(s, r->mark) && (!best || r->mark.n > best->mark.n))
            best = r;
    }
    return best;
}

/* In JSON a secret needs the escapes that its text has there. */
static void add_secret(struct tt_buf *out, tt_str secret, bool json)
{
    for (size_t i = 0; i < secret.n; i++) {
        if (json && (secret.p[i] == '"' || secret.p[i] == '\\'))
            tt_buf_addc(out, '\\');
        tt_buf_addc(out, secret.p[i]);
    }
}

static bool looks_like_json(tt_str s)
{
    while (s.n && strchr(" \t\r\n", s.p[0]) && s.p[0])
        s = tt_str_sub(s, 1, s.n);
    return s.n && (s.p[0] == '{' || s.p[0] == '[');
}

int tt_edit_redact_restore(struct tt_job_edit *job)
{
    const struct tt_edit_input *in = job->in;
    struct tt_buf out = TT_BUF_INIT(TT_BUF_OWN);
    bool json = looks_like_json(in->answer), strange = false;
    int err;

    if (!in->n_redactions && !in->redaction_prefix.n)
        return 0;
    for (size_t i = 0; i < in->answer.n;) {
        tt_str rest = tt_str_sub(in->answer, i, in->answer.n);
        const struct tt_edit_redaction *r = mark_at(in, rest);

        if (r) {
            add_secret(&out, r->secret, json);
            i += r->mark.n;
            continue;
        }
        strange |= in->redaction_prefix.n && tt_str_starts(rest, in->redaction_prefix);
        tt_buf_addc(&out, in->answer.p[i++]);
    }
    err = out.err;
    if (!err) {
        job->answer = tt_arena_dup(job->arena, tt_buf_str(&out));
        err = job->answer.p ? 0 : TT_ENOMEM;
    }
    tt_buf_release(&out);
    if (!err && strange)
        err = tt_plan_refuse(job, TT_EDIT_PLACEHOLDER,
                             TT_STR("The answer alters the mark of a secret that was not sent; "
                                    "nothing was changed."),
                             TT_STR("Copy the marks that stand for secrets exactly as they are."));
    return err;
}
