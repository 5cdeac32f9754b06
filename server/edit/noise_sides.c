/* noise_sides.c -- the two sides of a hunk as the leaves of their trees, compared
 * without their layout. */
#include "edit/noise_steps.h"
#include "edit/parse.h"
#include "trimtab/error.h"

tt_str tt_side_text(const struct tt_side *s, const struct tt_leaf *leaf)
{
    return tt_str_sub(s->text, leaf->range.start, leaf->range.end);
}

static int split(struct tt_side *s, struct tt_arena *arena)
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

int tt_sides_read(const struct tt_marker *m, struct tt_range before, struct tt_range after,
                  struct tt_side *old, struct tt_side *new)
{
    struct tt_arena *arena = m->job->arena;
    int err;

    *old = (struct tt_side){ .text = m->job->in->before };
    *new = (struct tt_side){ .text = m->job->after };
    err = tt_guard_leaves_before(m->guard, before, arena, &old->all);
    if (!err)
        err = tt_guard_leaves_after(m->guard, after, arena, &new->all);
    if (!err)
        err = split(old, arena);
    return err ? err : split(new, arena);
}

bool tt_side_has_error(const struct tt_side *s)
{
    for (size_t i = 0; i < s->n_code; i++) {
        if (s->code[i].error)
            return true;
    }
    return false;
}

/* ---- code ---- */

/* A comma in front of a closing bracket: formatters add and remove it. */
static bool is_optional_comma(const struct tt_side *s, size_t i)
{
    tt_str next = i + 1 < s->n_code ? tt_side_text(s, &s->code[i + 1]) : (tt_str){ NULL, 0 };

    return tt_str_is(tt_side_text(s, &s->code[i]), ",") && next.n == 1 && next.p[0] == '}';
}

bool tt_sides_same_code(const struct tt_side *old, const struct tt_side *new)
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
            !tt_str_eq(tt_side_text(old, &old->code[i]), tt_side_text(new, &new->code[j])))
            return false;
        i++, j++;
    }
}

/* ---- comments ---- */

bool tt_sides_same_comments(const struct tt_side *old, const struct tt_side *new)
{
    struct cursor {
        const struct tt_side *s;
        size_t leaf, at;
    } c[2] = { { old, 0, 0 }, { new, 0, 0 } };

    for (;;) {
        int got[2] = { -1, -1 };

        for (int k = 0; k < 2; k++) {
            while (got[k] < 0 && c[k].leaf < c[k].s->n_comments) {
                tt_str t = tt_side_text(c[k].s, &c[k].s->comments[c[k].leaf]);

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

bool tt_side_has_directive(const struct tt_side *s)
{
    for (size_t i = 0; i < s->n_comments; i++) {
        if (is_directive(tt_side_text(s, &s->comments[i])))
            return true;
    }
    return false;
}
