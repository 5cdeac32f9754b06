/* jsonc.c -- a recursive descent over the text, one function a kind of value. */
#include "config/jsonc.h"

#include "base/utf8.h"
#include "trimtab/error.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>

struct reader {
    tt_str text;
    size_t i;
    unsigned depth;
    struct tt_arena *arena;
    struct tt_jsonc_error *error;
};

static int fail_at(struct reader *r, size_t at, const char *text)
{
    r->error->at = (uint32_t)at;
    r->error->text = text;
    return TT_EPARSE;
}

static bool at_end(const struct reader *r)
{
    return r->i >= r->text.n;
}

static char peek(const struct reader *r)
{
    return at_end(r) ? '\0' : r->text.p[r->i];
}

static bool at_pair(const struct reader *r, char a, char b)
{
    return r->i + 1 < r->text.n && r->text.p[r->i] == a && r->text.p[r->i + 1] == b;
}

static int skip_block_comment(struct reader *r)
{
    size_t start = r->i;

    for (r->i += 2; !at_end(r); r->i++) {
        if (at_pair(r, '*', '/')) {
            r->i += 2;
            return 0;
        }
    }
    return fail_at(r, start, "this comment has no end: */ is missing");
}

static int skip_blank(struct reader *r)
{
    while (!at_end(r)) {
        char c = peek(r);

        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            r->i++;
        } else if (at_pair(r, '/', '/')) {
            while (!at_end(r) && peek(r) != '\n')
                r->i++;
        } else if (at_pair(r, '/', '*')) {
            int err = skip_block_comment(r);

            if (err)
                return err;
        } else {
            break;
        }
    }
    return 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The four digits behind \u; -1 when they are not. */
static int32_t hex4(const struct reader *r, size_t at)
{
    int32_t value = 0;

    if (at + 4 > r->text.n)
        return -1;
    for (size_t k = 0; k < 4; k++) {
        int digit = hex_digit(r->text.p[at + k]);

        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* Behind the backslash and the u; a pair of surrogates is one code point. */
static int decode_unicode(struct reader *r, char *out, size_t *n)
{
    int32_t c = hex4(r, r->i);

    if (c < 0)
        return fail_at(r, r->i, "\\u needs four hexadecimal digits");
    r->i += 4;
    if (c >= 0xD800 && c < 0xDC00 && at_pair(r, '\\', 'u')) {
        int32_t low = hex4(r, r->i + 2);

        if (low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            r->i += 6;
        }
    }
    *n += tt_utf8_encode((uint32_t)c, out + *n);
    return 0;
}

static int decode_escape(struct reader *r, char *out, size_t *n)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = peek(r);
    const char *found = c ? strchr(from, c) : NULL;

    r->i++;
    if (found) {
        out[(*n)++] = to[found - from];
        return 0;
    }
    if (c == 'u')
        return decode_unicode(r, out, n);
    return fail_at(r, r->i - 1, "there is no such escape; a backslash itself is written \\\\");
}

/* At the opening quote; decoded bytes are never more than the written ones. */
static int read_string(struct reader *r, tt_str *out)
{
    size_t start = r->i++, end = r->i, n = 0;

    while (end < r->text.n && r->text.p[end] != '"' && r->text.p[end] != '\n')
        end += r->text.p[end] == '\\' ? 2 : 1;
    if (end >= r->text.n || r->text.p[end] != '"')
        return fail_at(r, start, "this string has no end: \" is missing");
    char *bytes = tt_arena_alloc(r->arena, end - r->i + 1);
    if (!bytes)
        return TT_ENOMEM;
    while (r->i < end) {
        char c = peek(r);

        r->i++;
        if (c != '\\') {
            bytes[n++] = c;
            continue;
        }
        int err = decode_escape(r, bytes, &n);
        if (err)
            return err;
    }
    r->i = end + 1;
    *out = (tt_str){ bytes, n };
    if (tt_utf8_check(*out) != n)
        return fail_at(r, start, "this string is not UTF-8");
    return 0;
}

static int read_number(struct reader *r, struct tt_json *v)
{
    char copy[64];
    size_t n = 0, start = r->i;
    char *end;

    while (!at_end(r) && n < sizeof(copy) - 1 && strchr("+-.eE0123456789", peek(r)))
        copy[n++] = r->text.p[r->i++];
    copy[n] = '\0';
    v->type = TT_JSON_NUMBER;
    v->number = strtod(copy, &end);
    if (*end || n == 0 || !isfinite(v->number))
        return fail_at(r, start, "this is not a number");
    return 0;
}

static int read_word(struct reader *r, struct tt_json *v)
{
    static const struct {
        tt_str word;
        enum tt_json_type type;
        bool flag;
    } words[] = {
        { TT_STR_INIT("true"), TT_JSON_BOOL, true },
        { TT_STR_INIT("false"), TT_JSON_BOOL, false },
        { TT_STR_INIT("null"), TT_JSON_NULL, false },
    };
    tt_str rest = tt_str_sub(r->text, r->i, r->text.n);

    for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
        if (tt_str_starts(rest, words[k].word)) {
            v->type = words[k].type;
            v->flag = words[k].flag;
            r->i += words[k].word.n;
            return 0;
        }
    }
    return fail_at(r, r->i, "a value is missing here (text needs double quotes)");
}

static int read_value(struct reader *r, struct tt_json **out);

static int read_key(struct reader *r, tt_str *key, uint32_t *key_at)
{
    int err;

    *key_at = (uint32_t)r->i;
    if (peek(r) != '"')
        return fail_at(r, r->i, "a name in double quotes is missing here");
    err = read_string(r, key);
    if (!err)
        err = skip_blank(r);
    if (err)
        return err;
    if (peek(r) != ':')
        return fail_at(r, r->i, "a colon is missing here");
    r->i++;
    return skip_blank(r);
}

/* One member of an object, or one element of an array. */
static int read_member(struct reader *r, bool object, struct tt_json **out)
{
    tt_str key = { NULL, 0 };
    uint32_t key_at = (uint32_t)r->i;
    int err = object ? read_key(r, &key, &key_at) : 0;

    if (!err)
        err = read_value(r, out);
    if (err)
        return err;
    (*out)->key = key;
    (*out)->key_at = key_at;
    return 0;
}

/* At the opening bracket. */
static int read_members(struct reader *r, struct tt_json *v)
{
    bool object = peek(r) == '{';
    char close = object ? '}' : ']';
    struct tt_json **tail = &v->first;
    size_t start = r->i++;
    int err;

    v->type = object ? TT_JSON_OBJECT : TT_JSON_ARRAY;
    for (;;) {
        err = skip_blank(r);
        if (err)
            return err;
        if (at_end(r))
            return fail_at(r, start,
                           object ? "} is missing for this {" : "] is missing for this [");
        if (peek(r) == close)
            break;
        err = read_member(r, object, tail);
        if (err)
            return err;
        tail = &(*tail)->next;
        err = skip_blank(r);
        if (err)
            return err;
        if (peek(r) == ',')
            r->i++;
        else if (!at_end(r) && peek(r) != close)
            return fail_at(r, r->i,
                           object ? "a comma or } is missing before this"
                                  : "a comma or ] is missing before this");
    }
    r->i++;
    return 0;
}

static int read_value(struct reader *r, struct tt_json **out)
{
    struct tt_json *v = tt_arena_alloc(r->arena, sizeof(*v));
    int err;

    if (!v)
        return TT_ENOMEM;
    v->at = (uint32_t)r->i;
    if (++r->depth > TT_JSONC_MAX_DEPTH)
        return fail_at(r, r->i, "this is nested too deeply");
    switch (peek(r)) {
    case '{':
    case '[':
        err = read_members(r, v);
        break;
    case '"':
        v->type = TT_JSON_STRING;
        err = read_string(r, &v->text);
        break;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        err = read_number(r, v);
        break;
    default:
        err = read_word(r, v);
    }
    r->depth--;
    if (!err)
        *out = v;
    return err;
}

int tt_jsonc_parse(tt_str text, struct tt_arena *arena, struct tt_json **out,
                   struct tt_jsonc_error *error)
{
    struct reader r = { .text = text, .arena = arena, .error = error };
    struct tt_json *root = NULL;
    int err;

    if (text.n > TT_JSONC_MAX) {
        fail_at(&r, 0, "this is larger than a settings file may be (1 MiB)");
        return TT_ETOOBIG;
    }
    if (tt_str_starts(text, TT_STR("\xEF\xBB\xBF")))
        r.i = 3;
    err = skip_blank(&r);
    if (!err && !at_end(&r))
        err = read_value(&r, &root);
    if (!err)
        err = skip_blank(&r);
    if (!err && !at_end(&r))
        err = fail_at(&r, r.i, "nothing may follow the settings; one } too many?");
    if (!err)
        *out = root;
    return err;
}

static int copy_cjson(const cJSON *json, struct tt_arena *arena, unsigned depth,
                      struct tt_json **out)
{
    struct tt_json *v = tt_arena_alloc(arena, sizeof(*v));
    struct tt_json **tail;
    int err = 0;

    if (!v)
        return TT_ENOMEM;
    if (depth > TT_JSONC_MAX_DEPTH)
        return TT_ETOOBIG;
    v->at = v->key_at = TT_JSONC_NOWHERE;
    v->key = tt_str_from(json->string);
    v->type = cJSON_IsBool(json)     ? TT_JSON_BOOL
              : cJSON_IsNumber(json) ? TT_JSON_NUMBER
              : cJSON_IsString(json) ? TT_JSON_STRING
              : cJSON_IsArray(json)  ? TT_JSON_ARRAY
              : cJSON_IsObject(json) ? TT_JSON_OBJECT
                                     : TT_JSON_NULL;
    v->flag = cJSON_IsTrue(json);
    v->number = json->valuedouble;
    v->text = tt_str_from(json->valuestring);
    tail = &v->first;
    for (const cJSON *c = json->child; c && !err; c = c->next) {
        err = copy_cjson(c, arena, depth + 1, tail);
        if (!err)
            tail = &(*tail)->next;
    }
    if (!err)
        *out = v;
    return err;
}

int tt_jsonc_from_cjson(const struct cJSON *json, struct tt_arena *arena, struct tt_json **out)
{
    return copy_cjson(json, arena, 0, out);
}

void tt_jsonc_place(tt_str text, uint32_t at, uint32_t *line, uint32_t *column)
{
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < text.n && i < at; i++) {
        if (text.p[i] == '\n') {
            (*line)++;
            *column = 1;
        } else if (((unsigned char)text.p[i] & 0xC0) != 0x80) {
            (*column)++;
        }
    }
}

const char *tt_json_type_name(enum tt_json_type type)
{
    static const char *const names[] = { "null",     "true or false", "a number",
                                         "a string", "a list",        "an object" };

    return names[type];
}
