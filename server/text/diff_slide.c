/* diff_slide.c -- see the header.  The idea is git's indent heuristic, reduced
 * to two questions about a border: how deep is the line behind it, and is the
 * line before it blank? */
#include "text/diff_slide.h"

struct sider {
    tt_str text;      /* of the sequence whose groups move */
    struct tt_seq *s; /* that sequence */
};

static tt_str line(const struct sider *sd, size_t i)
{
    return tt_str_sub(sd->text, sd->s->at[i].start, sd->s->at[i].end);
}

/* Columns of white space in front; -1 when the line is blank. */
static int indent_of(tt_str s)
{
    int n = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\t')
            n += 8 - n % 8;
        else if (s.p[i] == ' ')
            n++;
        else if (s.p[i] != '\n' && s.p[i] != '\r')
            return n;
    }
    return -1;
}

/* How bad it is to cut in front of line i: lower is better. */
static int border_cost(const struct sider *sd, size_t i)
{
    int cost = 0;
    size_t k = i;

    while (k < sd->s->n && indent_of(line(sd, k)) < 0)
        k++;
    if (k < sd->s->n)
        cost += 4 * indent_of(line(sd, k));
    if (k > i)
        cost += 3; /* a group should end with its blank line rather than begin with one */
    if (i > 0 && indent_of(line(sd, i - 1)) >= 0 && i < sd->s->n)
        cost += 2;
    return cost;
}

/* The group [from, to) of changed lines has nothing beside it in the other
 * text.  Returns where it begins afterwards. */
static size_t slide_group(struct sider *sd, size_t from, size_t to)
{
    const uint32_t *id = sd->s->id;
    bool *changed = sd->s->changed;
    size_t up = 0, down = 0, best = 0;
    int best_cost = 0;

    while (up < from && !changed[from - up - 1] && id[from - up - 1] == id[to - up - 1])
        up++;
    while (to + down < sd->s->n && !changed[to + down] && id[from + down] == id[to + down])
        down++;
    /* Do not run into a neighbour: keep one equal line between two groups. */
    if (up > 0 && from - up > 0 && changed[from - up - 1])
        up--;
    if (down > 0 && to + down < sd->s->n && changed[to + down])
        down--;
    for (size_t i = 0; i <= up + down; i++) {
        size_t start = from - up + i;
        int cost = border_cost(sd, start) + border_cost(sd, start + (to - from));

        if (i == 0 || cost <= best_cost) {
            best_cost = cost;
            best = start;
        }
    }
    for (size_t i = from; i < to; i++)
        changed[i] = false;
    for (size_t i = best; i < best + (to - from); i++)
        changed[i] = true;
    return best;
}

/* Move the groups of `moving` that have nothing opposite.  Equal lines pair up
 * in order, so `other` only has to be stepped through alongside. */
static void slide_side(struct sider *sd, const struct tt_seq *other)
{
    size_t i = 0, j = 0;

    while (i < sd->s->n) {
        size_t from = i, opposite = j;

        while (i < sd->s->n && sd->s->changed[i])
            i++;
        while (j < other->n && other->changed[j])
            j++;
        if (i > from && j == opposite) {
            size_t to = i, start = slide_group(sd, from, to);

            for (size_t k = from; k < start; k++) { /* lines that are now in front */
                j++;
                while (j < other->n && other->changed[j])
                    j++;
            }
            i = start > from ? start + (to - from) : to;
        }
        i++;
        j++;
    }
}

void tt_diff_slide(tt_str a_text, struct tt_seq *a, tt_str b_text, struct tt_seq *b)
{
    slide_side(&(struct sider){ a_text, a }, b);
    slide_side(&(struct sider){ b_text, b }, a);
}
