/* json_lite.c -- recursive descent with a depth limit. */
#include "edit/json_lite.h"

#include "base/utf8.h"

#define MAX_DEPTH 40u

struct reader {
    tt_str text;
    size_t at;
    struct tt_arena *arena;
    enum tt_jl_result result;
};

static bool fail(struct reader *r, enum tt_jl_result result)
{
    if (r->result == TT_JL_OK)
        r->result = result;
    return false;
}

/* The next byte that is not white space, or -1 at the end. */
static int peek(struct reader *r)
{
    while (r->at < r->text.n && strchr(" \t\r\n", r->text.p[r->at]) && r->text.p[r->at])
        r->at++;
    return r->at < r->text.n ? (unsigned char)r->text.p[r->at] : -1;
}

static bool expect(struct reader *r, char c)
{
    int got = peek(r);

    if (got < 0)
        return fail(r, TT_JL_CUT);
    if (got != (unsigned char)c)
        return fail(r, TT_JL_BAD);
    r->at++;
    return true;
}

static bool read_hex(struct reader *r, uint32_t *out)
{
    uint32_t value = 0;

    for (int i = 0; i < 4; i++, r->at++) {
        if (r->at >= r->text.n)
            return fail(r, TT_JL_CUT);
        char c = r->text.p[r->at];
        if (c >= '0' && c <= '9')
            value = value * 16 + (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value * 16 + (uint32_t)(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            value = value * 16 + (uint32_t)(c - 'A') + 10;
        else
            return fail(r, TT_JL_BAD);
    }
    *out = value;
    return true;
}

static bool read_unicode(struct reader *r, char *out, size_t *n)
{
    uint32_t high, low;

    if (!read_hex(r, &high))
        return false;
    if (high >= 0xDC00 && high <= 0xDFFF)
        return fail(r, TT_JL_BAD);
    if (high >= 0xD800 && high <= 0xDBFF) {
        if (r->at + 2 > r->text.n)
            return fail(r, TT_JL_CUT);
        if (r->text.p[r->at] != '\\' || r->text.p[r->at + 1] != 'u')
            return fail(r, TT_JL_BAD);
        r->at += 2;
        if (!read_hex(r, &low))
            return false;
        if (low < 0xDC00 || low > 0xDFFF)
            return fail(r, TT_JL_BAD);
        high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
    *n += tt_utf8_encode(high, out + *n);
    return true;
}

static bool read_escape(struct reader *r, char *out, size_t *n)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";

    if (r->at >= r->text.n)
        return fail(r, TT_JL_CUT);
    char c = r->text.p[r->at++];
    if (c == 'u')
        return read_unicode(r, out, n);
    const char *found = c ? strchr(from, c) : NULL;
    if (!found)
        return fail(r, TT_JL_BAD);
    out[(*n)++] = to[found - from];
    return true;
}

/* An unescaped string is never longer than its source. */
static bool read_string(struct reader *r, tt_str *out)
{
    size_t end, n = 0;
    char *p;

    if (!expect(r, '"'))
        return false;
    for (end = r->at; end < r->text.n && r->text.p[end] != '"'; end++)
        end += r->text.p[end] == '\\';
    if (end >= r->text.n)
        return fail(r, TT_JL_CUT);
    p = tt_arena_alloc(r->arena, end - r->at + 4);
    if (!p)
        return fail(r, TT_JL_NOMEM);
    while (r->text.p[r->at] != '"') {
        char c = r->text.p[r->at++];

        if (c != '\\')
            p[n++] = c; /* raw line breaks are let through: models write them */
        else if (!read_escape(r, p, &n))
            return false;
    }
    r->at++;
    *out = (tt_str){ p, n };
    return true;
}

static bool read_word(struct reader *r, const char *word)
{
    tt_str rest = tt_str_sub(r->text, r->at, r->text.n), want = tt_str_from(word);

    if (rest.n < want.n && tt_str_starts(want, rest))
        return fail(r, TT_JL_CUT);
    if (!tt_str_starts(rest, want))
        return fail(r, TT_JL_BAD);
    r->at += want.n;
    return true;
}

/* Only whole numbers matter here; fractions are skipped over. */
static bool read_number(struct reader *r, double *out)
{
    bool minus = r->text.p[r->at] == '-';
    double value = 0;
    size_t digits = 0;

    for (r->at += minus; r->at < r->text.n && r->text.p[r->at] >= '0' && r->text.p[r->at] <= '9';
         r->at++, digits++)
        value = value * 10 + (r->text.p[r->at] - '0');
    while (r->at < r->text.n && r->text.p[r->at] && strchr("0123456789.eE+-", r->text.p[r->at]))
        r->at++;
    *out = minus ? -value : value;
    return digits > 0 || fail(r, r->at < r->text.n ? TT_JL_BAD : TT_JL_CUT);
}

static struct tt_jl *read_value(struct reader *r, unsigned depth);

static bool read_members(struct reader *r, struct tt_jl *into, char close, unsigned depth)
{
    struct tt_jl **tail = &into->child;

    r->at++;
    if (peek(r) == close) {
        r->at++;
        return true;
    }
    for (;;) {
        tt_str key = { NULL, 0 };

        if (close == '}' && (!read_string(r, &key) || !expect(r, ':')))
            return false;
        *tail = read_value(r, depth + 1);
        if (!*tail)
            return false;
        (*tail)->key = key;
        tail = &(*tail)->next;
        int c = peek(r);
        if (c != ',')
            return expect(r, close);
        r->at++;
    }
}

static struct tt_jl *read_value(struct reader *r, unsigned depth)
{
    struct tt_jl *value = tt_arena_alloc(r->arena, sizeof(*value));
    int c = peek(r);
    bool ok;

    if (!value || depth > MAX_DEPTH || c < 0) {
        fail(r, !value ? TT_JL_NOMEM : c < 0 ? TT_JL_CUT : TT_JL_BAD);
        return NULL;
    }
    if (c == '{' || c == '[') {
        value->type = c == '{' ? TT_JL_OBJECT : TT_JL_ARRAY;
        ok = read_members(r, value, c == '{' ? '}' : ']', depth);
    } else if (c == '"') {
        value->type = TT_JL_STRING;
        ok = read_string(r, &value->string);
    } else if (c == 't' || c == 'f') {
        value->type = TT_JL_BOOL;
        value->number = c == 't';
        ok = read_word(r, c == 't' ? "true" : "false");
    } else if (c == 'n') {
        ok = read_word(r, "null");
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        value->type = TT_JL_NUMBER;
        ok = read_number(r, &value->number);
    } else {
        ok = fail(r, TT_JL_BAD);
    }
    return ok ? value : NULL;
}

enum tt_jl_result tt_jl_parse(tt_str text, struct tt_arena *arena, struct tt_jl **out, size_t *used)
{
    struct reader r = { text, 0, arena, TT_JL_OK };
    struct tt_jl *value = read_value(&r, 0);

    if (value) {
        *out = value;
        *used = r.at;
    }
    return r.result;
}

const struct tt_jl *tt_jl_get(const struct tt_jl *object, const char *key)
{
    if (!object || object->type != TT_JL_OBJECT)
        return NULL;
    for (const struct tt_jl *m = object->child; m; m = m->next) {
        if (tt_str_eq(m->key, tt_str_from(key)))
            return m;
    }
    return NULL;
}
