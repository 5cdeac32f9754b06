/* noise_renames.c -- names that were changed throughout, and meaning nothing.
 *
 * A rename is one only if it went through the whole file: the old name is gone,
 * the new one was not there before, and it is declared here.  (A name that now
 * means something else, imported or used once, is a change.) */
#include "base/utf8.h"
#include "edit/noise_steps.h"
#include "edit/parse.h"
#include "trimtab/error.h"

#include <stdlib.h>

static int add_rename(struct tt_marker *m, tt_str from, tt_str to, bool declared, bool bad)
{
    for (size_t i = 0; i < m->n_renames; i++) {
        struct tt_rename *r = &m->renames[i];
        bool same_from = tt_str_eq(r->from, from), same_to = tt_str_eq(r->to, to);

        if (same_from && same_to) {
            r->uses++;
            r->declared |= declared;
            r->bad |= bad;
            return 0;
        }
        if (same_from || same_to)
            r->bad = bad = true; /* two names become one, or one becomes two */
    }
    if (m->n_renames == m->cap) {
        size_t cap = m->cap ? 2 * m->cap : 16;
        struct tt_rename *more = realloc(m->renames, cap * sizeof(*more));

        if (!more)
            return TT_ENOMEM;
        m->renames = more;
        m->cap = cap;
    }
    m->renames[m->n_renames++] = (struct tt_rename){ from, to, declared, bad, 1 };
    return 0;
}

bool tt_renames_only(struct tt_marker *m, const struct tt_side *old, const struct tt_side *new,
                     bool note, int *err)
{
    bool any = false;

    if (old->n_code != new->n_code || tt_side_has_error(new))
        return false;
    for (size_t i = 0; i < old->n_code; i++) {
        const struct tt_leaf *a = &old->code[i], *b = &new->code[i];
        tt_str x = tt_side_text(old, a), y = tt_side_text(new, b);
        bool same = tt_str_eq(x, y);

        if (a->symbol != b->symbol || a->path != b->path || (!same && !(a->name && b->name)))
            return false;
        if (!same && note && !*err)
            *err = add_rename(m, x, y, a->declares || b->declares, a->in_import);
        any |= !same;
    }
    return any;
}

/* ---- how often a name stands in the file ---- */

/* The first place at or behind `at` where `name` stands as a word; text.n: none. */
static size_t find_word(tt_str text, tt_str name, size_t at)
{
    while (at < text.n) {
        const char *p = memmem(text.p + at, text.n - at, name.p, name.n);
        size_t end;

        if (!p)
            break;
        at = (size_t)(p - text.p);
        end = at + name.n;
        if ((at == 0 || !tt_is_word(text.p[at - 1])) && (end == text.n || !tt_is_word(text.p[end])))
            return at;
        at++;
    }
    return text.n;
}

/* Count the leaves that are this name, up to one more than `most`.  Only lines
 * that hold the word are looked at in the tree: reading all of a long file would
 * cost more than everything else. */
static int count_name(struct tt_marker *m, bool after, tt_str name, size_t most, size_t *n)
{
    tt_str text = after ? m->job->after : m->job->in->before;
    struct tt_side s = { .text = text };
    int err = 0;

    *n = 0;
    for (size_t at = 0; !err && *n <= most; at++) {
        struct tt_range line;
        const char *newline;

        at = find_word(text, name, at);
        if (at == text.n)
            break;
        newline = memchr(text.p + at, '\n', text.n - at);
        line = (struct tt_range){ (uint32_t)at,
                                  newline ? (uint32_t)(newline - text.p) : (uint32_t)text.n };
        err = (after ? tt_guard_leaves_after : tt_guard_leaves_before)(m->guard, line,
                                                                       m->job->arena, &s.all);
        for (size_t i = 0; !err && i < s.all.n; i++)
            *n += s.all.at[i].name && s.all.at[i].range.start >= at &&
                  tt_str_eq(tt_side_text(&s, &s.all.at[i]), name);
        at = line.end;
    }
    return err;
}

/* ---- what is a rename ---- */

static int check_rename(struct tt_marker *m, struct tt_rename *r)
{
    size_t n;
    int err = count_name(m, true, r->from, 0, &n);

    r->bad = n > 0;
    if (!err && !r->bad) {
        err = count_name(m, false, r->to, 0, &n);
        r->bad = n > 0;
    }
    if (!err && !r->bad) {
        err = count_name(m, false, r->from, r->uses, &n);
        r->bad = n != r->uses;
    }
    if (!err && !r->bad) {
        err = count_name(m, true, r->to, r->uses, &n);
        r->bad = n != r->uses;
    }
    return err;
}

int tt_renames_check(struct tt_marker *m)
{
    int err = 0;

    for (size_t i = 0; i < m->n_renames && !err; i++) {
        struct tt_rename *r = &m->renames[i];

        r->bad |= !r->declared;
        if (!r->bad)
            err = check_rename(m, r);
    }
    return err;
}

bool tt_renames_good(const struct tt_marker *m, const struct tt_side *old,
                     const struct tt_side *new)
{
    for (size_t i = 0; i < old->n_code; i++) {
        tt_str x = tt_side_text(old, &old->code[i]), y = tt_side_text(new, &new->code[i]);
        bool good = tt_str_eq(x, y);

        for (size_t k = 0; k < m->n_renames && !good; k++)
            good = tt_str_eq(m->renames[k].from, x) && tt_str_eq(m->renames[k].to, y) &&
                   !m->renames[k].bad;
        if (!good)
            return false;
    }
    return true;
}
