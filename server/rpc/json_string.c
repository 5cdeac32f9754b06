/* json_string.c -- the strings of JSON: their end, and what they say.
 *
 * Document texts are megabytes of mostly plain characters, so plain runs are
 * passed over eight bytes at a time and copied as a whole.
 */
#include "rpc/json_string.h"

#include "base/utf8.h"
#include "rpc/json.h"
#include "trimtab/error.h"

#define ONES  0x0101010101010101u
#define HIGHS 0x8080808080808080u

/* High bits are set for bytes that are zero (and sometimes for bytes above one:
 * a false alarm costs one slow look). */
static uint64_t zeros(uint64_t x)
{
    return (x - ONES) & ~x & HIGHS;
}

/* The first quote, backslash or control character. */
static const char *plain_end(const char *p, const char *end)
{
    while (end - p >= 8) {
        uint64_t w;

        memcpy(&w, p, 8);
        if (zeros(w ^ ONES * '"') | zeros(w ^ ONES * '\\') | ((w - ONES * 0x20) & ~w & HIGHS))
            break;
        p += 8;
    }
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
        p++;
    return p;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The unit of `XXXX`, or -1. */
static int32_t hex4(const char *p, const char *end)
{
    int32_t unit = 0;

    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int d = hex_digit(p[i]);

        if (d < 0)
            return -1;
        unit = unit << 4 | d;
    }
    return unit;
}

const char *tt_json_string_end(const char *p, const char *end, bool *escaped)
{
    *escaped = false;
    for (;;) {
        p = plain_end(p, end);
        if (p == end || (unsigned char)*p < 0x20)
            return NULL;
        if (*p == '"')
            return p;
        *escaped = true;
        if (++p == end)
            return NULL;
        if (*p == 'u') {
            if (hex4(p + 1, end) < 0)
                return NULL;
            p += 5;
        } else if (memchr("\"\\/bfnrt", *p, 8)) {
            p++;
        } else {
            return NULL;
        }
    }
}

/* The code point of the escape `\uXXXX` or `\uXXXX\uXXXX` whose first X is *p. */
static uint32_t unicode_escape(const char **p, const char *end, bool *damaged)
{
    int32_t high = hex4(*p, end), low;

    *p += 4;
    if (high < 0xD800 || high > 0xDFFF)
        return (uint32_t)high;
    if (high <= 0xDBFF && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
        low = hex4(*p + 2, end);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *p += 6;
            return 0x10000u + ((uint32_t)(high - 0xD800) << 10) + (uint32_t)(low - 0xDC00);
        }
    }
    *damaged = true;
    return 0xFFFD;
}

/* Decode the escape at *p, which is behind its backslash; gives the length. */
static size_t unescape(const char **p, const char *end, char out[4], bool *damaged)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = *(*p)++;

    if (c == 'u')
        return tt_utf8_encode(unicode_escape(p, end, damaged), out);
    out[0] = to[(const char *)memchr(from, c, 8) - from];
    return 1;
}

static size_t decode(const struct tt_json *v, char *out, bool *damaged)
{
    const char *p = v->p, *end = v->p + v->n;
    char *o = out;

    while (p < end) {
        const char *stop = memchr(p, '\\', (size_t)(end - p));
        char bytes[4];
        size_t n;

        if (!stop)
            stop = end;
        memcpy(o, p, (size_t)(stop - p));
        o += stop - p;
        p = stop;
        if (p == end)
            break;
        p++;
        n = unescape(&p, end, bytes, damaged);
        memcpy(o, bytes, n);
        o += n;
    }
    return (size_t)(o - out);
}

int tt_json_string(const struct tt_json *v, struct tt_arena *arena, tt_str *out, bool *damaged)
{
    bool ignored;
    char *bytes;

    if (!damaged)
        damaged = &ignored;
    *damaged = false;
    if (tt_json_type(v) != TT_JSON_STRING)
        return TT_EPARSE;
    if (!v->escaped) {
        *out = (tt_str){ v->p, v->n };
        return 0;
    }
    bytes = tt_arena_alloc(arena, v->n); /* an escape is longer than what it stands for */
    if (!bytes)
        return TT_ENOMEM;
    *out = (tt_str){ bytes, decode(v, bytes, damaged) };
    return 0;
}

bool tt_json_is(const struct tt_json *v, tt_str s)
{
    const char *p, *end;
    bool damaged;

    if (tt_json_type(v) != TT_JSON_STRING)
        return false;
    if (!v->escaped)
        return tt_str_eq((tt_str){ v->p, v->n }, s);
    for (p = v->p, end = v->p + v->n; p < end;) {
        char bytes[4];
        size_t n = 1;

        bytes[0] = *p++;
        if (bytes[0] == '\\')
            n = unescape(&p, end, bytes, &damaged);
        if (!tt_str_starts(s, (tt_str){ bytes, n }))
            return false;
        s = tt_str_sub(s, n, s.n);
    }
    return s.n == 0;
}
