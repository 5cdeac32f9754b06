/* literal.h -- secrets that only their names betray, for this module only.
 *
 * A literal behind = : or a comma, with a name like "password" before it, or a
 * line of settings without quotes.  Ranges hold the value alone.
 */
#ifndef TT_PROMPT_LITERAL_H
#define TT_PROMPT_LITERAL_H

#include "trimtab/range.h"

#define TT_SECRET_MAX 4096 /* longer literals are data, not secrets */

/* At = : or , in `text`: the secret that is assigned there; empty when none is. */
struct tt_range tt_secret_assigned(tt_str text, size_t at);

/* At a comma or ( in `text`: the literal that is the key of a call which signs,
 * verifies or encrypts; empty when there is none. */
struct tt_range tt_secret_argument(tt_str text, size_t at);

/* At = in `text`: the secret value of a parameter, as in "?token=..." of a URL or
 * ";Password=..." of a connection string; empty when it is none. */
struct tt_range tt_secret_parameter(tt_str text, size_t at);

/* Not a secret but a place for one: ${PASSWORD}, %s, $(cmd), a path, a URL. */
bool tt_secret_is_template(tt_str value);

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool is_alnum(char c)
{
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z');
}

static inline bool is_word(char c)
{
    return is_alnum(c) || c == '_' || c == '-';
}

static inline size_t line_end(tt_str text, size_t at)
{
    const char *lf = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;

    return lf ? (size_t)(lf - text.p) : text.n;
}

static inline bool has_part(tt_str s, const char *part)
{
    size_t n = strlen(part);

    for (size_t i = 0; i + n <= s.n; i++) {
        if (memcmp(s.p + i, part, n) == 0)
            return true;
    }
    return false;
}

#endif
