/* json_writer.c -- see json.h.  Writes straight into the buffer; the only state
 * is whether a comma is due. */
#include "rpc/json.h"

#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void tt_json_writer_init(struct tt_json_writer *w, struct tt_buf *out)
{
    *w = (struct tt_json_writer){ out, false };
}

static void before_value(struct tt_json_writer *w)
{
    if (w->comma)
        tt_buf_addc(w->out, ',');
    w->comma = true;
}

static void open(struct tt_json_writer *w, char c)
{
    before_value(w);
    tt_buf_addc(w->out, c);
    w->comma = false;
}

static void close(struct tt_json_writer *w, char c)
{
    tt_buf_addc(w->out, c);
    w->comma = true;
}

void tt_jw_object(struct tt_json_writer *w)
{
    open(w, '{');
}

void tt_jw_object_end(struct tt_json_writer *w)
{
    close(w, '}');
}

void tt_jw_array(struct tt_json_writer *w)
{
    open(w, '[');
}

void tt_jw_array_end(struct tt_json_writer *w)
{
    close(w, ']');
}

static void escape(struct tt_buf *out, char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *known = memchr(from, c, 7);

    if (known) {
        char pair[2] = { '\\', to[known - from] };
        tt_buf_add(out, (tt_str){ pair, 2 });
    } else {
        tt_buf_addf(out, "\\u%04x", (unsigned)(unsigned char)c);
    }
}

/* All of s is valid UTF-8. */
static void add_escaped(struct tt_buf *out, tt_str s)
{
    size_t from = 0;

    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x20 && s.p[i] != '"' && s.p[i] != '\\')
            continue;
        tt_buf_add(out, tt_str_sub(s, from, i));
        escape(out, s.p[i]);
        from = i + 1;
    }
    tt_buf_add(out, tt_str_sub(s, from, s.n));
}

static void add_string(struct tt_buf *out, tt_str s)
{
    tt_buf_addc(out, '"');
    while (s.n) {
        size_t good = tt_utf8_check(s);

        add_escaped(out, tt_str_sub(s, 0, good));
        if (good == s.n)
            break;
        tt_buf_adds(out, "\xEF\xBF\xBD");
        s = tt_str_sub(s, good + 1, s.n);
    }
    tt_buf_addc(out, '"');
}

void tt_jw_key_str(struct tt_json_writer *w, tt_str key)
{
    before_value(w);
    add_string(w->out, key);
    tt_buf_addc(w->out, ':');
    w->comma = false;
}

void tt_jw_key(struct tt_json_writer *w, const char *key)
{
    tt_jw_key_str(w, tt_str_from(key));
}

void tt_jw_str(struct tt_json_writer *w, tt_str s)
{
    before_value(w);
    add_string(w->out, s);
}

void tt_jw_cstr(struct tt_json_writer *w, const char *s)
{
    tt_jw_str(w, tt_str_from(s));
}

static void add_number(struct tt_buf *out, bool negative, uint64_t n)
{
    char text[24], *at = text + sizeof(text);

    do {
        *--at = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    if (negative)
        *--at = '-';
    tt_buf_add(out, (tt_str){ at, (size_t)(text + sizeof(text) - at) });
}

void tt_jw_int(struct tt_json_writer *w, int64_t n)
{
    before_value(w);
    add_number(w->out, n < 0, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void tt_jw_uint(struct tt_json_writer *w, uint64_t n)
{
    before_value(w);
    add_number(w->out, false, n);
}

void tt_jw_double(struct tt_json_writer *w, double n)
{
    char text[40];

    if (!isfinite(n)) {
        tt_jw_null(w);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) { /* the shortest that reads back the same */
        snprintf(text, sizeof(text), "%.*g", digits, n);
        if (strtod(text, NULL) == n) /* NOLINT: exactly the same is what is asked */
            break;
    }
    before_value(w);
    tt_buf_adds(w->out, text);
}

void tt_jw_bool(struct tt_json_writer *w, bool b)
{
    before_value(w);
    tt_buf_adds(w->out, b ? "true" : "false");
}

void tt_jw_null(struct tt_json_writer *w)
{
    before_value(w);
    tt_buf_adds(w->out, "null");
}

void tt_jw_raw(struct tt_json_writer *w, tt_str raw)
{
    before_value(w);
    tt_buf_add(w->out, raw);
}

void tt_jw_key_object(struct tt_json_writer *w, const char *key)
{
    tt_jw_key(w, key);
    tt_jw_object(w);
}

void tt_jw_key_array(struct tt_json_writer *w, const char *key)
{
    tt_jw_key(w, key);
    tt_jw_array(w);
}

void tt_jw_member(struct tt_json_writer *w, const char *key, tt_str s)
{
    tt_jw_key(w, key);
    tt_jw_str(w, s);
}

void tt_jw_member_opt(struct tt_json_writer *w, const char *key, tt_str s)
{
    if (s.n)
        tt_jw_member(w, key, s);
}

void tt_jw_member_cstr(struct tt_json_writer *w, const char *key, const char *s)
{
    tt_jw_member(w, key, tt_str_from(s));
}

void tt_jw_member_int(struct tt_json_writer *w, const char *key, int64_t n)
{
    tt_jw_key(w, key);
    tt_jw_int(w, n);
}

void tt_jw_member_uint(struct tt_json_writer *w, const char *key, uint64_t n)
{
    tt_jw_key(w, key);
    tt_jw_uint(w, n);
}

void tt_jw_member_double(struct tt_json_writer *w, const char *key, double n)
{
    tt_jw_key(w, key);
    tt_jw_double(w, n);
}

void tt_jw_member_bool(struct tt_json_writer *w, const char *key, bool b)
{
    tt_jw_key(w, key);
    tt_jw_bool(w, b);
}

void tt_jw_member_raw_opt(struct tt_json_writer *w, const char *key, tt_str raw)
{
    if (!raw.n)
        return;
    tt_jw_key(w, key);
    tt_jw_raw(w, raw);
}
