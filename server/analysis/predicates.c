/* predicates.c -- the table of named predicates; each asks one question. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"

TSNode pred_node(const struct tt_match *match, const struct tt_pred_arg *arg)
{
    return tt_match_node(match, arg->capture);
}

tt_str pred_text(const struct tt_match *match, const struct tt_pred_arg *arg)
{
    return tt_node_text(pred_node(match, arg), match->text);
}

const struct tt_source *pred_source(const struct tt_match *match)
{
    const struct tt_pred_context *context = match->data;

    return context->source;
}

bool pred_one_of(tt_str s, const struct tt_pred_arg *args, uint32_t i, uint32_t n)
{
    for (; i < n; i++) {
        if (tt_str_eq(s, args[i].string))
            return true;
    }
    return false;
}

bool pred_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool pred_has_word(tt_str text, tt_str word)
{
    for (size_t at = 0; at + word.n <= text.n;) {
        const char *hit = memmem(text.p + at, text.n - at, word.p, word.n);

        if (!hit)
            return false;
        size_t i = (size_t)(hit - text.p);
        if ((i == 0 || !pred_word_char(text.p[i - 1])) &&
            (i + word.n == text.n || !pred_word_char(text.p[i + word.n])))
            return true;
        at = i + 1;
    }
    return false;
}

tt_str pred_unquote(tt_str s)
{
    while (s.n > 0 && strchr("rRbBuUfF", s.p[0]))
        s = tt_str_sub(s, 1, s.n);
    while (s.n >= 2 && strchr("\"'`", s.p[0]) && s.p[s.n - 1] == s.p[0])
        s = tt_str_sub(s, 1, s.n - 1);
    return s;
}

const struct tt_query_pred tt_predicates[] = {
#define P(name, fn, least, most, capture) { name, pred_##fn, least, most, capture },
#include "analysis/predicates.def"
#undef P
};

const size_t tt_predicates_count = sizeof(tt_predicates) / sizeof(tt_predicates[0]);
