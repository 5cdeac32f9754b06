/* placeholder.c -- looks at comments only, and wants a whole phrase.
 *
 * A comment that begins with dots and goes on with a few words is a
 * placeholder ("... same as before ..."), and so is one without dots that says
 * nothing but that code was left out ("rest of the file unchanged"). */
#include "edit/placeholder.h"

#include "edit/parse.h"

#include <ctype.h>

#define MAX_WORDS 14

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

/* Words in lower case with single blanks, and a blank at both ends; signs are
 * left out.  Returns how many words there are, MAX_WORDS + 1 for too many. */
static size_t normal_words(tt_str s, char *out, size_t cap)
{
    size_t n = 0, words = 0;
    bool in_word = false;

    out[n++] = ' ';
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool letter = isalnum(c) || c == '_' || c == '\'' || c >= 0x80;

        if (letter && n + 2 < cap)
            out[n++] = (char)tolower(c);
        else if (letter)
            return MAX_WORDS + 1;
        if (letter && !in_word)
            words++;
        if (!letter && in_word && n + 2 < cap)
            out[n++] = ' ';
        in_word = letter;
    }
    if (in_word)
        out[n++] = ' ';
    out[n] = '\0';
    return words > MAX_WORDS ? MAX_WORDS + 1 : words;
}

static bool has_any(const char *words, const char *const *list)
{
    for (; *list; list++) {
        if (strstr(words, *list))
            return true;
    }
    return false;
}

/* Dots and words: which words make it more than a pause in a sentence? */
static bool is_elision(const char *words)
{
    static const char *const list[] = { " existing ",
                                        " rest ",
                                        " remaining ",
                                        " same ",
                                        " unchanged ",
                                        " previous ",
                                        " other ",
                                        " omitted ",
                                        " code ",
                                        " before ",
                                        " above ",
                                        " below ",
                                        " here ",
                                        " etc ",
                                        " more ",
                                        " continue",
                                        " original ",
                                        " keep ",
                                        " imports ",
                                        " methods ",
                                        " functions ",
                                        " fields ",
                                        " skipped ",
                                        " elided ",
                                        " implementation ",
                                        " truncated ",
                                        " abbreviated ",
                                        " snip",
                                        " as is ",
                                        " unmodified ",
                                        " removed ",
                                        " stays ",
                                        " retained ",
                                        " repeat",
                                        " similar",
                                        " following ",
                                        NULL };
    return has_any(words, list);
}

/* No dots: the whole comment must be such a phrase. */
static bool is_phrase(const char *words)
{
    static const char *const subjects[] = { " rest of ",
                                            " remaining ",
                                            " existing code ",
                                            " other code ",
                                            " unchanged code ",
                                            " no changes below ",
                                            " code omitted for brevity ",
                                            " the rest stays the same ",
                                            " the rest remains the same ",
                                            " the rest is the same ",
                                            " the rest is unchanged ",
                                            " the rest remains unchanged ",
                                            " the rest unchanged ",
                                            " rest unchanged ",
                                            " no changes above ",
                                            " keep existing code ",
                                            " keep the existing code ",
                                            " keep existing implementation ",
                                            " keep the existing implementation ",
                                            " todo keep existing implementation ",
                                            " keep the rest ",
                                            " previous code ",
                                            " existing implementation ",
                                            " original code ",
                                            " existing methods ",
                                            " other methods ",
                                            " existing imports ",
                                            " other imports ",
                                            " existing functions ",
                                            " other functions ",
                                            " all other ",
                                            " everything else ",
                                            " code above ",
                                            " code below ",
                                            " existing logic ",
                                            NULL };
    static const char *const ends[] = { " unchanged ",
                                        " remains the same ",
                                        " remain the same ",
                                        " stays the same ",
                                        " stay the same ",
                                        " same as before ",
                                        " as before ",
                                        " omitted ",
                                        " as is ",
                                        " goes here ",
                                        " remain unchanged ",
                                        " not shown ",
                                        " for brevity ",
                                        " removed ",
                                        " is the same ",
                                        " are the same ",
                                        " remains as ",
                                        " remain as ",
                                        " continues here ",
                                        " not changed ",
                                        " remains here ",
                                        " remain here ",
                                        " stays here ",
                                        " stay here ",
                                        NULL };
    static const char *const whole[] = { " existing code ",
                                         " existing code here ",
                                         " rest of the code ",
                                         " rest of code ",
                                         " rest of file ",
                                         " rest of the file ",
                                         " rest of the function ",
                                         " rest of the class ",
                                         " rest of the method ",
                                         " rest of your code ",
                                         " the rest of the code ",
                                         " the rest of the file ",
                                         " remaining code ",
                                         " unchanged ",
                                         " unchanged code ",
                                         " no changes below ",
                                         " code omitted for brevity ",
                                         " the rest stays the same ",
                                         " the rest remains the same ",
                                         " the rest is the same ",
                                         " the rest is unchanged ",
                                         " the rest remains unchanged ",
                                         " the rest unchanged ",
                                         " rest unchanged ",
                                         " no changes above ",
                                         " keep existing code ",
                                         " keep the existing code ",
                                         " keep existing implementation ",
                                         " keep the existing implementation ",
                                         " todo keep existing implementation ",
                                         " todo keep the existing code here ",
                                         " keep the existing code here ",
                                         " keep existing code here ",
                                         " keep the rest ",
                                         " no changes ",
                                         " no changes here ",
                                         " same as before ",
                                         " same as above ",
                                         " code omitted ",
                                         " omitted ",
                                         " omitted for brevity ",
                                         " snip ",
                                         " removed code ",
                                         " plandex removed code ",
                                         " your existing code ",
                                         " your existing code here ",
                                         " your code here ",
                                         " previous code ",
                                         " existing methods ",
                                         " existing imports ",
                                         " other methods ",
                                         " other code ",
                                         " rest of the implementation ",
                                         " rest of implementation ",
                                         " existing implementation ",
                                         " code unchanged ",
                                         " implementation unchanged ",
                                         " body unchanged ",
                                         " function body unchanged ",
                                         " method body unchanged ",
                                         " unchanged body ",
                                         " existing_code ",
                                         " existing body ",
                                         " existing implementation here ",
                                         " original implementation ",
                                         " original implementation here ",
                                         " original code here ",
                                         " previous implementation ",
                                         " same implementation ",
                                         " same implementation as before ",
                                         " same body ",
                                         " same body as before ",
                                         " same logic as before ",
                                         " same code as before ",
                                         " same as original ",
                                         " same as the original ",
                                         " as in the original ",
                                         " as original ",
                                         " remains the same ",
                                         " stays the same ",
                                         " remains unchanged ",
                                         " stays unchanged ",
                                         " rest as before ",
                                         " rest as is ",
                                         " no change ",
                                         " no change here ",
                                         " no change needed ",
                                         " no change needed here ",
                                         " no changes needed ",
                                         " no changes needed here ",
                                         " no changes in this function ",
                                         " no changes in this method ",
                                         " no changes in this class ",
                                         " no changes in this file ",
                                         " continue with existing logic ",
                                         " continue with existing code ",
                                         " continue with the existing logic ",
                                         " continue with the existing code ",
                                         " keep everything else ",
                                         " keep everything else the same ",
                                         " rest of implementation here ",
                                         NULL };

    if (strncmp(words, " todo ", 6) == 0)
        words += 5;
    for (const char *const *w = whole; *w; w++) {
        if (strcmp(words, *w) == 0)
            return true;
    }
    return (has_any(words, subjects) || strncmp(words, " existing ", 10) == 0) &&
           has_any(words, ends);
}

/* "rest of the routes", "existing styles", "the remaining tests here": a few words
 * that name code which is not shown, and say nothing about it. */
static bool is_name_of_rest(const char *words)
{
    static const char *const starts[] = { " the rest of the ",
                                          " the rest of ",
                                          " rest of the ",
                                          " rest of your ",
                                          " rest of ",
                                          " the remaining ",
                                          " remaining ",
                                          " the existing ",
                                          " existing ",
                                          " your existing ",
                                          " the other ",
                                          " all other ",
                                          " other ",
                                          " previous ",
                                          " the previous ",
                                          " unchanged ",
                                          NULL };
    static const char *const nouns[] = { "imports",
                                         "methods",
                                         "functions",
                                         "fields",
                                         "routes",
                                         "handlers",
                                         "styles",
                                         "tests",
                                         "code",
                                         "logic",
                                         "props",
                                         "properties",
                                         "cases",
                                         "rules",
                                         "classes",
                                         "entries",
                                         "options",
                                         "settings",
                                         "template",
                                         "file",
                                         "component",
                                         "jsx",
                                         "html",
                                         "markup",
                                         "body",
                                         "query",
                                         "function",
                                         "class",
                                         "method",
                                         "module",
                                         "script",
                                         "page",
                                         "section",
                                         "content",
                                         "contents",
                                         "statements",
                                         "lines",
                                         "items",
                                         "columns",
                                         "endpoints",
                                         "definitions",
                                         "variables",
                                         "constants",
                                         "types",
                                         "interfaces",
                                         "components",
                                         "implementation",
                                         "table",
                                         "list",
                                         "services",
                                         "config",
                                         "configuration",
                                         "schema",
                                         "rows",
                                         "jobs",
                                         "steps",
                                         "keys",
                                         "values",
                                         "dependencies",
                                         "attributes",
                                         "elements",
                                         "children",
                                         "nodes",
                                         "validation",
                                         "setup",
                                         "checks",
                                         "arguments",
                                         "parameters",
                                         "middleware",
                                         "exports",
                                         NULL };
    static const char *const tails[] = { " ",         " here ",      " continues ", " continue ",
                                         " below ",   " above ",     " stay ",      " stays ",
                                         " go here ", " goes here ", " follow ",    NULL };

    for (const char *const *s = starts; *s; s++) {
        const char *rest = words + strlen(*s);

        if (strncmp(words, *s, strlen(*s)) != 0)
            continue;
        for (const char *const *noun = nouns; *noun; noun++) {
            size_t n = strlen(*noun);

            for (const char *const *tail = tails; strncmp(rest, *noun, n) == 0 && *tail; tail++) {
                if (strcmp(rest + n, *tail) == 0)
                    return true;
            }
        }
    }
    return false;
}

/* The same in other languages: code, and that it stays as it was.  One of each
 * must be there; the letters are compared as they are, but for A to Z. */
static bool is_foreign(const char *words)
{
    static const char *const subjects[] = {
        " code ",
        " rest ",
        " \xC3\xBC"
        "brige",
        " restliche",
        " reste ",
        " resto ",
        " c\xC3\xB3"
        "digo ",
        " codice ",
        " \xD0\xBA\xD0\xBE\xD0\xB4 ",           /* kod */
        "\xE4\xBB\xA3\xE7\xA0\x81",             /* daima */
        "\xE7\xA8\x8B\xE5\xBC\x8F\xE7\xA2\xBC", /* chengshima */
        "\xE3\x82\xB3\xE3\x83\xBC\xE3\x83\x89", /* kodo */
        "\xEC\xBD\x94\xEB\x93\x9C",
        NULL /* kodeu */
    };
    static const char *const stays[] = {
        " unver\xC3\xA4ndert ", " bleibt ", " wie bisher ", " wie zuvor ", " inchang\xC3\xA9",
        " existant", " reste du ", " sin cambios ", " existente ", " resto del ", " sem altera",
        " resto do ", " invariat", " esistente ",
        /* bez izmenen */
        "\xD0\xB1\xD0\xB5\xD0\xB7 \xD0\xB8\xD0\xB7\xD0\xBC\xD0\xB5\xD0\xBD\xD0\xB5\xD0\xBD",
        "\xD0\xBE\xD1\x81\xD1\x82\xD0\xB0\xD0\xBB\xD1\x8C\xD0\xBD", /* ostal'n */
        "\xE4\xBF\x9D\xE6\x8C\x81\xE4\xB8\x8D\xE5\x8F\x98",         /* baochi bubian */
        "\xE4\xBF\x9D\xE6\x8C\x81\xE4\xB8\x8D\xE8\xAE\x8A", "\xE5\x85\xB6\xE4\xBD\x99", /* qiyu */
        "\xE5\x89\xA9\xE4\xBD\x99",                             /* shengyu */
        "\xE7\x8E\xB0\xE6\x9C\x89",                             /* xianyou */
        "\xE7\x8F\xBE\xE6\x9C\x89", "\xE6\x97\xA2\xE5\xAD\x98", /* kison */
        "\xE5\xA4\x89\xE6\x9B\xB4\xE3\x81\xAA\xE3\x81\x97",     /* henko nashi */
        "\xEA\xB8\xB0\xEC\xA1\xB4",                             /* gijon */
        "\xEB\x82\x98\xEB\xA8\xB8\xEC\xA7\x80", NULL            /* nameoji */
    };

    return has_any(words, subjects) && has_any(words, stays);
}

/* Phrases that are all of a comment: that something stays as it was. */
static bool is_foreign_phrase(const char *words)
{
    static const char *const whole[] = {
        " unver\xC3\xA4ndert ", " bestehender code ", " wie bisher ", " wie zuvor ",
        " sin cambios ", " resto igual ", " el resto igual ", " o resto igual ",
        " inchang\xC3\xA9 ", " sans changement ",
        " sem altera\xC3\xA7\xC3\xB5"
        "es ",
        " invariato ", " onveranderd ", " bez zmian ", " bez zm\xC4\x9Bny ",
        " of\xC3\xB6r\xC3\xA4ndrat ", " uendret ", " de\xC4\x9Fi\xC5\x9Fmedi ",
        " de\xC4\x9Fi\xC5\x9Fiklik yok ",
        /* bez izmenenij; bez izmenen' */
        " \xD0\xB1\xD0\xB5\xD0\xB7 "
        "\xD0\xB8\xD0\xB7\xD0\xBC\xD0\xB5\xD0\xBD\xD0\xB5\xD0\xBD\xD0\xB8\xD0\xB9 ",
        /* i tak dalee */
        " \xD0\xB8 \xD1\x82\xD0\xB0\xD0\xBA "
        "\xD0\xB4\xD0\xB0\xD0\xBB\xD0\xB5\xD0\xB5 ",
        " \xE4\xBF\x9D\xE6\x8C\x81\xE4\xB8\x8D\xE5\x8F\x98 ", /* baochi bubian */
        " \xE4\xBF\x9D\xE6\x8C\x81\xE5\x8E\x9F\xE6\xA0\xB7 ", /* baochi yuanyang */
        " \xE7\x9C\x81\xE7\x95\xA5 ",                         /* shenglüe, shoryaku */
        " \xE4\xBB\xA5\xE4\xB8\x8B\xE7\x9C\x81\xE7\x95\xA5 ", /* ika shoryaku */
        " \xE5\xA4\x89\xE6\x9B\xB4\xE3\x81\xAA\xE3\x81\x97 ", /* henko nashi */
        " \xEC\xA4\x91\xEB\x9E\xB5 ",                         /* jungnyak */
        " \xEC\x83\x9D\xEB\x9E\xB5 ",                         /* saengnyak */
        NULL
    };

    for (const char *const *w = whole; *w; w++) {
        if (strcmp(words, *w) == 0)
            return true;
    }
    return false;
}

/* As the others, a comment of few words: a sentence says more. */
#define MAX_FOREIGN 8

/* Does the sentence of this comment go on in the next line? */
static bool goes_on(tt_str line)
{
    char words[160];
    tt_str s;
    bool whole;

    return comment_of(line, &s, &whole) && whole && s.n && !strchr(".:;!?", s.p[s.n - 1]) &&
           normal_words(s, words, sizeof(words)) > 2;
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
        n = normal_words(comment, words, sizeof(words));
        return n > 1 && n <= MAX_WORDS && is_elision(words) && !memchr(s.p, '(', s.n);
    }
    comment = s;
    while (comment.n && strchr("([<", comment.p[0]) && comment.p[0])
        comment = tt_str_sub(comment, 1, comment.n);
    front = take_dots(&comment, true);
    back = take_dots(&comment, false);
    n = normal_words(comment, words, sizeof(words));
    if (n > MAX_WORDS)
        return false;
    if (n == 0)
        return front;
    if (front && (back || n <= 8))
        return is_elision(words) || is_foreign(words) || is_foreign_phrase(words);
    if (!whole || goes_on(above))
        return false;
    if (n <= MAX_FOREIGN && (is_foreign(words) || is_foreign_phrase(words)))
        return true;
    return is_phrase(words) || is_name_of_rest(words);
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
