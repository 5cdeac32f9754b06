/* utf8.c -- see utf8.h; the well-formed sequences of Unicode 15, table 3-7. */
#include "base/utf8.h"

#include <ctype.h>
#include <string.h>

uint32_t tt_utf8_decode(tt_str s, size_t *n)
{
    const unsigned char *p = (const unsigned char *)s.p;
    unsigned char low = 0x80, high = 0xBF; /* bounds of the second byte */
    size_t len;
    uint32_t c;

    *n = 1;
    if (p[0] < 0x80)
        return p[0];
    if (p[0] < 0xC2 || p[0] > 0xF4)
        return 0xFFFD;
    len = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (s.n < len)
        return 0xFFFD;
    if (p[0] == 0xE0)
        low = 0xA0;
    else if (p[0] == 0xED)
        high = 0x9F;
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high)
        return 0xFFFD;
    c = p[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0xFFFD;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *n = len;
    return c;
}

size_t tt_utf8_check(tt_str s)
{
    size_t i = 0;

    while (i < s.n) {
        uint64_t word;
        size_t n;

        if (s.n - i >= 8) {
            memcpy(&word, s.p + i, 8);
            if (!(word & 0x8080808080808080u)) {
                i += 8;
                continue;
            }
        }
        if ((unsigned char)s.p[i] < 0x80) {
            i++;
            continue;
        }
        if (tt_utf8_decode((tt_str){ s.p + i, s.n - i }, &n) == 0xFFFD && n == 1)
            return i;
        i += n;
    }
    return i;
}

size_t tt_utf8_encode(uint32_t c, char out[4])
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = 0xFFFD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

bool tt_is_word(char c)
{
    return (unsigned char)c >= 0x80 || isalnum((unsigned char)c) || c == '_';
}
