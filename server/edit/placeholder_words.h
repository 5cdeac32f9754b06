/* placeholder_words.h -- words of a comment that say: here is code that is not shown. */
#ifndef TT_EDIT_PLACEHOLDER_WORDS_H
#define TT_EDIT_PLACEHOLDER_WORDS_H

#include "trimtab/str.h"

#define TT_WORDS_MAX 14 /* more are a sentence that says something */

/* The words of `s` in lower case with single blanks, and a blank at both ends;
 * signs are left out.  Returns how many there are; TT_WORDS_MAX + 1 for too many,
 * or when they do not fit into `cap`. */
size_t tt_words_of(tt_str s, char *out, size_t cap);

/* All of these take what tt_words_of wrote. */

/* Dots and words: do the words make it more than a pause in a sentence? */
bool tt_words_elide(const char *words);
/* No dots: is all of it such a phrase? */
bool tt_words_phrase(const char *words);
/* The same in other languages, as a phrase or as words in any order. */
bool tt_words_foreign(const char *words);

#endif
