/* utf8.h -- what is valid UTF-8, and one code point at a time. */
#ifndef TT_UTF8_H
#define TT_UTF8_H

#include "trimtab/str.h"

#include <stdint.h>

/* The offset of the first byte that is not part of valid UTF-8 (no overlong
 * forms, no surrogates, nothing above U+10FFFF); s.n when all of it is valid. */
size_t tt_utf8_check(tt_str s);

/* Decode the code point at s.p; *n is its length in bytes (1..4).  Invalid
 * bytes give U+FFFD with *n = 1.  s.n must not be 0. */
uint32_t tt_utf8_decode(tt_str s, size_t *n);

/* Write `c` to `out`, return its length (1..4); surrogates and values above
 * U+10FFFF are written as U+FFFD. */
size_t tt_utf8_encode(uint32_t c, char out[4]);

/* Is the byte a part of a name, in any script? */
bool tt_is_word(char c);

#endif
