/* noise.c -- compares the tokens of each hunk, and where they stand in the tree.
 *
 * A statement that is laid out anew can fall into several hunks, with equal
 * lines between: runs of hunks are compared too. */
#include "edit/noise.h"

#include "edit/parse.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

#include <ctype.h>
#include <stdlib.h>

#define MAX_RUN 6u
#define MAX_GAP 400u /* bytes between two hunks of a run */

/* The leaves of a piece of text, comments apart from code. */
struct side {
    tt_str text;
    struct tt_leaves all;
    struct tt_leaf *code, *comments;
    size_t n_code, n_comments;
};

struct rename {
    tt_str from, to;
    bool declared, bad, checked;
    size_t uses;
};

struct marker {
    struct tt_job_edit *job;
    struct tt_guard *guard;
    struct rename *renames;
    size_t n_renames, cap;
};

static tt_str text_of(const struct side *s, const struct tt_leaf *leaf)
{
    return tt_str_sub(s->text, leaf->range.start, leaf->range.end);
}

static int split(struct side *s, struct tt_arena *arena)
{
    s->code = tt_arena_array(arena, s->all.n, sizeof(*s->code));
    s->comments = tt_arena_array(arena, s->all.n, sizeof(*s->comments));
    if (!s->code || !s->comments)
        return TT_ENOMEM;
    for (size_t i = 0; i < s->all.n; i++) {
        if (s->all.at[i].comment)
            s->comments[s->n_comments++] = s->all.at[i];
        else
            s->code[s->n_code++] = s->all.at[i];
    }
    return 0;
}

static int read_sides(const struct marker *m, struct tt_range before, struct tt_range after,
                      struct side *old, struct side *new)
{
    struct tt_arena *arena = m->job->arena;
    int err;

    *old = (struct side){ .text = m->job->in->before };
    *new = (struct side){ .text = m->job->after };
    err = tt_guard_leaves_before(m->guard, before, arena, &old->all);
    if (!err)
        err = tt_guard_leaves_after(m->guard, after, arena, &new->all);
    if (!err)
        err = split(old, arena);
    return err ? err : split(new, arena);
}

static bool any_error(const struct side *s)
{
    for (size_t i = 0; i < s->n_code; i++) {
        if (s->code[i].error)
            return true;
    }
    return false;
}

/* Languages in which white space never decides what tokens mean: there a piece
 * that the grammar could not make sense of can still be compared by tokens. */
static bool is_free_form(const struct tt_job_edit *job)
{
    static const char *const names[] = { "c", "cpp", "java", "c-sharp", "rust", "php", "json" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (tt_str_is(tt_lang_name(job->in->lang), names[i]))
            return true;
    }
    return false;
}

/* A comma in front of a closing bracket: formatters add and remove it. */
static bool is_optional_comma(const struct side *s, size_t i)
{
    tt_str next = i + 1 < s->n_code ? text_of(s, &s->code[i + 1]) : (tt_str){ NULL, 0 };

    return tt_str_is(text_of(s, &s->code[i]), ",") && next.n == 1 && next.p[0] == '}';
}

static bool same_code(const struct side *old, const struct side *new)
{
    size_t i = 0, j = 0;

    for (;;) {
        bool skip_i = i < old->n_code && is_optional_comma(old, i);
        bool skip_j = j < new->n_code &&is_optional_comma(new, j);

        if (skip_i != skip_j) {
            i += skip_i;
            j += skip_j;
            continue;
        }
        if (i == old->n_code || j == new->n_code)
            return i == old->n_code && j == new->n_code;
        if (old->code[i].symbol != new->code[j].symbol || old->code[i].path != new->code[j].path ||
            old->code[i].error != new->code[j].error ||
            !tt_str_eq(text_of(old, &old->code[i]), text_of(new, &new->code[j])))
            return false;
        i++, j++;
    }
}

/* Comments as words: how they are broken into lines does not count. */
static bool same_comments(const struct side *old, const struct side *new)
{
    struct cursor {
        const struct side *s;
        size_t leaf, at;
    } c[2] = { { old, 0, 0 }, { new, 0, 0 } };

    for (;;) {
        int got[2] = { -1, -1 };

        for (int k = 0; k < 2; k++) {
            while (got[k] < 0 && c[k].leaf < c[k].s->n_comments) {
                tt_str t = text_of(c[k].s, &c[k].s->comments[c[k].leaf]);

                if (c[k].at >= t.n) {
                    c[k].leaf++;
                    c[k].at = 0;
                } else if (strchr(" \t\r\n", t.p[c[k].at]) && t.p[c[k].at]) {
                    c[k].at++;
                } else {
                    got[k] = (unsigned char)t.p[c[k].at++];
                }
            }
        }
        if (got[0] != got[1])
            return false;
        if (got[0] < 0)
            return true;
    }
}

/* Comments that a tool obeys: changing one changes what happens. */
static bool is_directive(tt_str comment)
{
    static const char *const words[] = {
        "#!",
        "noqa",
        "type:",
        "eslint",
        "pylint",
        "pragma",
        "@ts-",
        "prettier",
        "//go:",
        "+build",
        "nolint",
        "mypy",
        "-*-",
        "coding:",
        "istanbul",
        "rubocop",
        "frozen_",
        "<reference",
        "NOSONAR",
        "fmt:",
        "isort:",
        "clang-format",
        "phpcs",
        "@phpstan",
        "biome-",
        "SPDX",
        "webpack",
        "@jsx",
        "sourceMappingURL",
        "shellcheck",
        "#nosec",
        "nosec",
        "jshint",
        "globals ",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (comment.n && memmem(comment.p, comment.n, words[i], strlen(words[i])))
            return true;
    }
    return false;
}

static bool has_directive(const struct side *s)
{
    for (size_t i = 0; i < s->n_comments; i++) {
        if (is_directive(text_of(s, &s->comments[i])))
            return true;
    }
    return false;
}

/* ---- renames ---- */

static int add_rename(struct marker *m, tt_str from, tt_str to, bool declared, bool bad)
{
    for (size_t i = 0; i < m->n_renames; i++) {
        struct rename *r = &m->renames[i];
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
        struct rename *more = realloc(m->renames, cap * sizeof(*more));

        if (!more)
            return TT_ENOMEM;
        m->renames = more;
        m->cap = cap;
    }
    m->renames[m->n_renames++] = (struct rename){ from, to, declared, bad, false, 1 };
    return 0;
}

/* Do the sides differ in names only?  With `note`, the pairs are remembered. */
static bool only_names(struct marker *m, const struct side *old, const struct side *new, bool note,
                       int *err)
{
    bool any = false;

    if (old->n_code != new->n_code || any_error(new))
        return false;
    for (size_t i = 0; i < old->n_code; i++) {
        const struct tt_leaf *a = &old->code[i], *b = &new->code[i];
        tt_str x = text_of(old, a), y = text_of(new, b);
        bool same = tt_str_eq(x, y);

        if (a->symbol != b->symbol || a->path != b->path || (!same && !(a->name && b->name)))
            return false;
        if (!same && note && !*err)
            *err = add_rename(m, x, y, a->declares || b->declares, a->in_import);
        any |= !same;
    }
    return any;
}

static bool is_word(char c)
{
    return (unsigned char)c >= 0x80 || isalnum((unsigned char)c) || c == '_';
}

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
        if ((at == 0 || !is_word(text.p[at - 1])) && (end == text.n || !is_word(text.p[end])))
            return at;
        at++;
    }
    return text.n;
}

/* Count the leaves that are this name, up to one more than `most`.  Only lines
 * that hold the word are looked at in the tree: reading all of a long file would
 * cost more than everything else. */
static int count_name(struct marker *m, bool after, tt_str name, size_t most, size_t *n)
{
    tt_str text = after ? m->job->after : m->job->in->before;
    struct side s = { .text = text };
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
                  tt_str_eq(text_of(&s, &s.all.at[i]), name);
        at = line.end;
    }
    return err;
}

/* Is it worth reading the whole file? */
static bool any_hope(const struct marker *m)
{
    for (size_t i = 0; i < m->n_renames; i++) {
        if (m->renames[i].declared && !m->renames[i].bad)
            return true;
    }
    return false;
}

/* A rename is one only if it went through the whole file: the old name is gone,
 * the new one was not there before, and it is declared here.  (A name that now
 * means something else, imported or used once, is a change.) */
static int check_rename(struct marker *m, struct rename *r)
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

static int check_renames(struct marker *m)
{
    int err = 0;

    for (size_t i = 0; i < m->n_renames && !err; i++) {
        struct rename *r = &m->renames[i];

        r->checked = true;
        if (!r->declared || r->bad)
            r->bad = true;
        else
            err = check_rename(m, r);
    }
    return err;
}

static bool all_good(struct marker *m, const struct side *old, const struct side *new)
{
    for (size_t i = 0; i < old->n_code; i++) {
        tt_str x = text_of(old, &old->code[i]), y = text_of(new, &new->code[i]);
        bool good = tt_str_eq(x, y);

        for (size_t k = 0; k < m->n_renames && !good; k++)
            good = tt_str_eq(m->renames[k].from, x) && tt_str_eq(m->renames[k].to, y) &&
                   !m->renames[k].bad;
        if (!good)
            return false;
    }
    return true;
}

/* ---- hunks ---- */

static struct tt_range span(const struct tt_job_edit *job, size_t i, size_t j, bool after)
{
    const struct tt_diff_hunk *a = &job->diff.hunks[i], *b = &job->diff.hunks[j];

    return after ? (struct tt_range){ a->after.start, b->after.end }
                 : (struct tt_range){ a->before.start, b->before.end };
}

/* The first token behind the hunk stands where it stood: a changed indentation
 * can give the lines below another parent. */
static bool same_behind(struct marker *m, size_t j, int *err)
{
    const struct tt_diff_hunk *h = &m->job->diff.hunks[j];
    struct tt_range before = { h->before.end, h->before.end + 400 };
    struct tt_range after = { h->after.end, h->after.end + 400 };
    struct side old, new;

    if (before.end > m->job->in->before.n)
        before.end = (uint32_t)m->job->in->before.n;
    if (after.end > m->job->after.n)
        after.end = (uint32_t)m->job->after.n;
    if (before.start >= before.end || after.start >= after.end)
        return true;
    *err = read_sides(m, before, after, &old, &new);
    if (*err || !old.n_code || !new.n_code)
        return !*err;
    return old.code[0].path == new.code[0].path;
}

/* What kind of noise hunks [i, j] are, taken together. */
static enum tt_edit_noise kind_of_run(struct marker *m, size_t i, size_t j, bool note, int *err)
{
    const struct tt_edit_input *in = m->job->in;
    struct side old, new;

    *err = read_sides(m, span(m->job, i, j, false), span(m->job, i, j, true), &old, &new);
    if (*err || (!is_free_form(m->job) && (any_error(&old) || any_error(&new))))
        return TT_NOISE_NONE;
    if (same_code(&old, &new)) {
        if (!same_behind(m, j, err) || *err)
            return TT_NOISE_NONE;
        if (same_comments(&old, &new))
            return in->layout_asked ? TT_NOISE_NONE : TT_NOISE_LAYOUT;
        if (in->comments_asked || has_directive(&old) || has_directive(&new))
            return TT_NOISE_NONE;
        return TT_NOISE_COMMENT;
    }
    if (in->renames_asked || i != j || !only_names(m, &old, &new, note, err))
        return TT_NOISE_NONE;
    return note || all_good(m, &old, &new) ? TT_NOISE_RENAME : TT_NOISE_NONE;
}

static void mark(struct marker *m, size_t i, size_t j, enum tt_edit_noise noise)
{
    for (; i <= j; i++)
        m->job->plan->hunks[i].noise = noise;
}

/* How many bytes are neither white space nor commas: a layout leaves them all. */
static size_t solid_bytes(tt_str text, struct tt_range range)
{
    size_t n = 0;

    for (uint32_t i = range.start; i < range.end; i++) {
        char c = text.p[i];

        n += c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != ',';
    }
    return n;
}

/* Cheap: can hunks [i, j] be one statement laid out anew? */
static bool may_be_run(const struct marker *m, size_t i, size_t j)
{
    const struct tt_diff_hunk *last = &m->job->diff.hunks[j - 1], *h = &m->job->diff.hunks[j];

    return !m->job->plan->hunks[j].noise && h->before.start - last->before.end <= MAX_GAP &&
           solid_bytes(m->job->in->before, span(m->job, i, j, false)) ==
               solid_bytes(m->job->after, span(m->job, i, j, true));
}

/* Runs of hunks that are laid out anew together. */
static int mark_runs(struct marker *m)
{
    size_t n = m->job->plan->n_hunks;
    int err = 0;

    for (size_t i = 0; i < n && !err; i++) {
        for (size_t j = i + 1; j < n && j < i + MAX_RUN && !err; j++) {
            if (m->job->plan->hunks[i].noise)
                break;
            if (!may_be_run(m, i, j))
                continue;
            enum tt_edit_noise noise = kind_of_run(m, i, j, false, &err);

            if (noise) {
                mark(m, i, j, noise);
                break;
            }
        }
    }
    return err;
}

int tt_noise_mark(struct tt_job_edit *job, struct tt_guard *guard)
{
    struct marker m = { .job = job, .guard = guard };
    bool renames = false;
    int err = 0;

    if (job->plan->n_hunks > 2000)
        return 0;
    for (size_t i = 0; i < job->plan->n_hunks && !err; i++) {
        enum tt_edit_noise noise = kind_of_run(&m, i, i, true, &err);

        renames |= noise == TT_NOISE_RENAME;
        mark(&m, i, i, noise);
    }
    if (!err && renames && any_hope(&m))
        err = check_renames(&m);
    for (size_t k = 0; k < m.n_renames; k++)
        m.renames[k].bad |= !m.renames[k].checked;
    for (size_t i = 0; i < job->plan->n_hunks && !err && renames; i++) {
        if (job->plan->hunks[i].noise == TT_NOISE_RENAME)
            mark(&m, i, i, kind_of_run(&m, i, i, false, &err));
    }
    if (!err)
        err = mark_runs(&m);
    free(m.renames);
    return err;
}
