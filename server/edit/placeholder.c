/* placeholder.c -- looks at comments only, and wants a whole phrase.
 *
 * A comment that begins with dots and goes on with a few words is a
 * placeholder ("... same as before ..."), and so is one without dots that says
 * nothing but that code was left out ("rest of the file unchanged"). */
#include "edit/placeholder.h"

#include "edit/parse.h"
#include "edit/placeholder_words.h"

/* "pass  # unchanged", "f() { // unchanged }": what stands where a body should. */
static tt_str stub_comment(tt_str line)
{
    static const char *const signs[] = { "/*", "//", "#" };
    tt_str rest = line;

    if (tt_skip(&rest, "pass") && tt_str_starts(tt_trim_left(rest), TT_STR("#")))
        return tt_trim_left(rest);
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        const char *at = line.n ? memmem(line.p, line.n, signs[i], strlen(signs[i])) : NULL;
        tt_str head = tt_trim_right(tt_str_sub(line, 0, at ? (size_t)(at - line.p) : 0));

        if (tt_str_ends(head, TT_STR("{")))
            return tt_str_sub(line, (size_t)(at - line.p), line.n);
    }
    return line;
}

/* The line's comment, without its signs; false when it has none.  *whole: there
 * is nothing else in the line. */
static bool comment_of(tt_str line, tt_str *out, bool *whole)
{
    static const char *const openers[] = { "{/*", "/*",  "<!--", "//",   "#",     "--", "(*",
                                           "{-",  "%%",  "%",    ";;",   ";",     "'",  "*",
                                           "{#",  "<%#", "REM ", "rem ", "\"\"\"" };
    static const char *const inner[] = { "/* ...",          "/*...",           "// ...",
                                         "//...",           "# ...",           "<!-- ...",
                                         "/* \xE2\x80\xA6", "// \xE2\x80\xA6", "# \xE2\x80\xA6" };
    static const char *const closers[] = { "*/}", "*/", "-->", "*)", "-}", "#}", "%>", "\"\"\"" };
    tt_str s = stub_comment(tt_trim(line));

    *whole = false;
    for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]) && !*whole; i++)
        *whole = tt_skip(&s, openers[i]);
    for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]) && !*whole; i++) {
        tt_str want = tt_str_from(inner[i]);
        const char *found = s.n ? memmem(s.p, s.n, want.p, want.n) : NULL;

        if (found) {
            s = tt_str_sub(s, (size_t)(found - s.p) + want.n - 3, s.n);
            break;
        }
        if (i + 1 == sizeof(inner) / sizeof(inner[0]))
            return false;
    }
    while (s.n && strchr("/*#-;%!", s.p[0]) && s.p[0])
        s = tt_str_sub(s, 1, s.n);
    for (size_t i = 0; i < sizeof(closers) / sizeof(closers[0]); i++) {
        tt_str close = tt_str_from(closers[i]);
        const char *found = s.n ? memmem(s.p, s.n, close.p, close.n) : NULL;

        if (found)
            s.n = (size_t)(found - s.p);
    }
    *out = tt_trim(s);
    return true;
}

static bool take_dots(tt_str *s, bool front)
{
    bool any = false;

    for (;;) {
        *s = tt_trim(*s);
        if (front && (tt_skip(s, "...") || tt_skip(s, "\xE2\x80\xA6") || (any && tt_skip(s, "."))))
            any = true;
        else if (!front && tt_str_ends(*s, TT_STR("...")))
            s->n -= 3, any = true;
        else if (!front && tt_str_ends(*s, TT_STR("\xE2\x80\xA6")))
            s->n -= 3, any = true;
        else if (!front && any && tt_str_ends(*s, TT_STR(".")))
            s->n--;
        else
            return any;
    }
}

/* A comment of few words: a sentence says more. */
#define MAX_FOREIGN 8

/* Does the sentence of this comment go on in the next line? */
static bool goes_on(tt_str line)
{
    char words[160];
    tt_str s;
    bool whole;

    return comment_of(line, &s, &whole) && whole && s.n && !strchr(".:;!?", s.p[s.n - 1]) &&
           tt_words_of(s, words, sizeof(words)) > 2;
}

/* `above` is the line in front of it. */
static bool is_placeholder(tt_str line, tt_str above, bool python)
{
    char words[160];
    tt_str s, comment;
    bool whole, front, back;
    size_t n;

    if (!comment_of(line, &s, &whole)) {
        s = tt_trim(line);
        /* dots alone in a line, or with words that no language has there */
        if (!(tt_str_starts(s, TT_STR("...")) || tt_str_starts(s, TT_STR("\xE2\x80\xA6"))))
            return false;
        comment = s;
        take_dots(&comment, true);
        if (comment.n == 0)
            return !python;
        n = tt_words_of(comment, words, sizeof(words));
        return n > 1 && n <= TT_WORDS_MAX && tt_words_elide(words) && !memchr(s.p, '(', s.n);
    }
    comment = s;
    while (comment.n && strchr("([<", comment.p[0]) && comment.p[0])
        comment = tt_str_sub(comment, 1, comment.n);
    front = take_dots(&comment, true);
    back = take_dots(&comment, false);
    n = tt_words_of(comment, words, sizeof(words));
    if (n > TT_WORDS_MAX)
        return false;
    if (n == 0)
        return front;
    if (front && (back || n <= 8))
        return tt_words_elide(words) || tt_words_foreign(words);
    if (!whole || goes_on(above))
        return false;
    if (n <= MAX_FOREIGN && tt_words_foreign(words))
        return true;
    return tt_words_phrase(words);
}

/* Is this line, white space around it aside, a line of the text? */
static bool has_line(tt_str text, tt_str line)
{
    tt_str want = tt_trim(line);
    const char *at = text.p;

    while (want.n && at) {
        size_t left = text.n - (size_t)(at - text.p);
        const char *found = memmem(at, left, want.p, want.n);

        if (!found)
            return false;
        size_t from = (size_t)(found - text.p), to = from + want.n;
        while (from > 0 && text.p[from - 1] != '\n')
            from--;
        while (to < text.n && text.p[to] != '\n')
            to++;
        if (tt_str_eq(tt_trim(tt_str_sub(text, from, to)), want))
            return true;
        at = found + 1;
    }
    return false;
}

tt_str tt_placeholder_find(tt_str before, tt_str new, bool python)
{
    tt_str above = { NULL, 0 };

    while (new.n) {
        const char *nl = memchr(new.p, '\n', new.n);
        size_t end = nl ? (size_t)(nl - new.p) : new.n;
        tt_str line = tt_str_sub(new, 0, end);

        if (line.n < 400 && is_placeholder(line, above, python) && !has_line(before, line))
            return tt_trim(line);
        above = line;
        new = tt_str_sub(new, end + 1, new.n);
    }
    return (tt_str){ NULL, 0 };
}
