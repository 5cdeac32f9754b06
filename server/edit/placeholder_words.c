/* placeholder_words.c -- lists of phrases, in English and in other languages.
 *
 * A list is looked up in words in lower case, with one blank between them and at
 * both ends: " rest of " is no part of " forest of ". */
#include "edit/placeholder_words.h"

#include <ctype.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

size_t tt_words_of(tt_str s, char *out, size_t cap)
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
            return TT_WORDS_MAX + 1;
        if (letter && !in_word)
            words++;
        if (!letter && in_word && n + 2 < cap)
            out[n++] = ' ';
        in_word = letter;
    }
    if (in_word)
        out[n++] = ' ';
    out[n] = '\0';
    return words > TT_WORDS_MAX ? TT_WORDS_MAX + 1 : words;
}

static bool has_any(const char *words, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(words, list[i]))
            return true;
    }
    return false;
}

static bool is_any(const char *words, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words, list[i]) == 0)
            return true;
    }
    return false;
}

bool tt_words_elide(const char *words)
{
    static const char *const list[] = {
        " existing ",  " rest ",        " remaining ", " same ",    " unchanged ",
        " previous ",  " other ",       " omitted ",   " code ",    " before ",
        " above ",     " below ",       " here ",      " etc ",     " more ",
        " continue",   " original ",    " keep ",      " imports ", " methods ",
        " functions ", " fields ",      " skipped ",   " elided ",  " implementation ",
        " truncated ", " abbreviated ", " snip",       " as is ",   " unmodified ",
        " removed ",   " stays ",       " retained ",  " repeat",   " similar",
        " following "
    };

    return has_any(words, list, COUNT(list));
}

/* The whole comment must be such a phrase. */
static bool is_phrase(const char *words)
{
    /* alone, and in front of an end */
    static const char *const sayings[] = { " existing code ",
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
                                           " existing methods ",
                                           " other methods ",
                                           " existing imports " };
    /* only in front of an end */
    static const char *const subjects[] = {
        " rest of ",       " remaining ",          " original code ",
        " other imports ", " existing functions ", " other functions ",
        " all other ",     " everything else ",    " code above ",
        " code below ",    " existing logic "
    };
    static const char *const ends[] = {
        " unchanged ",     " remains the same ", " remain the same ",  " stays the same ",
        " stay the same ", " same as before ",   " as before ",        " omitted ",
        " as is ",         " goes here ",        " remain unchanged ", " not shown ",
        " for brevity ",   " removed ",          " is the same ",      " are the same ",
        " remains as ",    " remain as ",        " continues here ",   " not changed ",
        " remains here ",  " remain here ",      " stays here ",       " stay here "
    };
    /* only alone */
    static const char *const whole[] = { " existing code here ",
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
                                         " todo keep the existing code here ",
                                         " keep the existing code here ",
                                         " keep existing code here ",
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
                                         " rest of the implementation ",
                                         " rest of implementation ",
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
                                         " rest of implementation here " };

    if (strncmp(words, " todo ", 6) == 0)
        words += 5;
    return is_any(words, sayings, COUNT(sayings)) || is_any(words, whole, COUNT(whole)) ||
           ((has_any(words, sayings, COUNT(sayings)) || has_any(words, subjects, COUNT(subjects)) ||
             strncmp(words, " existing ", 10) == 0) &&
            has_any(words, ends, COUNT(ends)));
}

/* "rest of the routes", "existing styles", "the remaining tests here": a few words
 * that name code which is not shown, and say nothing about it. */
static bool is_name_of_rest(const char *words)
{
    static const char *const starts[] = { " the rest of the ", " the rest of ",  " rest of the ",
                                          " rest of your ",    " rest of ",      " the remaining ",
                                          " remaining ",       " the existing ", " existing ",
                                          " your existing ",   " the other ",    " all other ",
                                          " other ",           " previous ",     " the previous ",
                                          " unchanged " };
    static const char *const nouns[] = {
        "imports",   "methods",    "functions",  "fields",        "routes",         "handlers",
        "styles",    "tests",      "code",       "logic",         "props",          "properties",
        "cases",     "rules",      "classes",    "entries",       "options",        "settings",
        "template",  "file",       "component",  "jsx",           "html",           "markup",
        "body",      "query",      "function",   "class",         "method",         "module",
        "script",    "page",       "section",    "content",       "contents",       "statements",
        "lines",     "items",      "columns",    "endpoints",     "definitions",    "variables",
        "constants", "types",      "interfaces", "components",    "implementation", "table",
        "list",      "services",   "config",     "configuration", "schema",         "rows",
        "jobs",      "steps",      "keys",       "values",        "dependencies",   "attributes",
        "elements",  "children",   "nodes",      "validation",    "setup",          "checks",
        "arguments", "parameters", "middleware", "exports"
    };
    static const char *const tails[] = { " ",         " here ",      " continues ", " continue ",
                                         " below ",   " above ",     " stay ",      " stays ",
                                         " go here ", " goes here ", " follow " };

    for (size_t i = 0; i < COUNT(starts); i++) {
        size_t skip = strlen(starts[i]);

        if (strncmp(words, starts[i], skip) != 0)
            continue;
        for (size_t k = 0; k < COUNT(nouns); k++) {
            size_t n = strlen(nouns[k]);

            if (strncmp(words + skip, nouns[k], n) == 0 &&
                is_any(words + skip + n, tails, COUNT(tails)))
                return true;
        }
    }
    return false;
}

bool tt_words_phrase(const char *words)
{
    return is_phrase(words) || is_name_of_rest(words);
}

/* ---- other languages ---- */

/* The same in other languages: code, and that it stays as it was.  One of each
 * must be there; the letters are compared as they are, but for A to Z. */
static bool is_foreign(const char *words)
{
    static const char *const subjects[] = { " code ",
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
                                            "\xEC\xBD\x94\xEB\x93\x9C" /* kodeu */ };
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
        "\xEB\x82\x98\xEB\xA8\xB8\xEC\xA7\x80"                  /* nameoji */
    };

    return has_any(words, subjects, COUNT(subjects)) && has_any(words, stays, COUNT(stays));
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
    };

    return is_any(words, whole, COUNT(whole));
}

bool tt_words_foreign(const char *words)
{
    return is_foreign(words) || is_foreign_phrase(words);
}
