/* json.c -- mending, reading and writing JSON. */
#include "llm/json.h"

#include "base/utf8.h"

#define REPLACEMENT "\xEF\xBF\xBD"

/* The value of the \uXXXX escape at s.p, or UINT32_MAX. */
static uint32_t escape(tt_str s)
{
    uint32_t value = 0;

    if (s.n < 6 || s.p[0] != '\\' || s.p[1] != 'u')
        return UINT32_MAX;
    for (size_t i = 2; i < 6; i++) {
        char c = s.p[i];
        uint32_t digit;

        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return UINT32_MAX;
        value = value << 4 | digit;
    }
    return value;
}

/* What stands at s.p: *n bytes that may stay, or that must be replaced. */
static bool is_sound(tt_str s, size_t *n)
{
    unsigned char c = (unsigned char)s.p[0];
    uint32_t unit;

    *n = 1;
    if (c >= 0x80) {
        tt_utf8_decode(s, n);
        return *n > 1;
    }
    if (c != '\\')
        return c != 0;
    unit = escape(s);
    if (unit == UINT32_MAX) { /* any other escape; its second byte is not a start */
        *n = s.n > 1 ? 2 : 1;
        return *n == 1 || (s.p[1] != 0 && (unsigned char)s.p[1] < 0x80);
    }
    *n = 6;
    if (unit >= 0xD800 && unit < 0xDC00) {
        uint32_t low = escape(tt_str_sub(s, 6, s.n));

        if (low == UINT32_MAX || low < 0xDC00 || low > 0xDFFF)
            return false;
        *n = 12;
        return true;
    }
    return unit != 0 && (unit < 0xDC00 || unit > 0xDFFF);
}

static bool is_all_sound(tt_str text)
{
    for (size_t at = 0, n; at < text.n; at += n) {
        if (!is_sound(tt_str_sub(text, at, text.n), &n))
            return false;
    }
    return true;
}

static void mend(struct tt_buf *out, tt_str text)
{
    for (size_t at = 0, n; at < text.n; at += n) {
        tt_str rest = tt_str_sub(text, at, text.n);

        tt_buf_add(out, is_sound(rest, &n) ? tt_str_sub(rest, 0, n) : TT_STR(REPLACEMENT));
    }
}

static bool is_blank(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
        p++;
    return p == end;
}

static cJSON *parse(tt_str text)
{
    const char *end = NULL;
    cJSON *root = text.n > 0 ? cJSON_ParseWithLengthOpts(text.p, text.n, &end, 0) : NULL;

    if (root && !is_blank(end, text.p + text.n)) {
        cJSON_Delete(root);
        return NULL;
    }
    return root;
}

cJSON *tt_llm_json_parse(tt_str text, bool *mended)
{
    struct tt_buf copy = TT_BUF_INIT(TT_BUF_OWN);
    cJSON *root = NULL;

    if (is_all_sound(text))
        return parse(text);
    mend(&copy, text);
    if (!copy.err)
        root = parse(tt_buf_str(&copy));
    *mended = true;
    tt_buf_release(&copy);
    return root;
}

const cJSON *tt_llm_json_get(const cJSON *object, const char *key)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

tt_str tt_llm_json_str(const cJSON *object, const char *key)
{
    const cJSON *item = tt_llm_json_get(object, key);

    return cJSON_IsString(item) ? tt_str_from(item->valuestring) : (tt_str){ NULL, 0 };
}

bool tt_llm_json_count(const cJSON *object, const char *key, uint64_t *out)
{
    const cJSON *item = tt_llm_json_get(object, key);

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble < 1e15))
        return false;
    *out = (uint64_t)item->valuedouble;
    return true;
}

static bool is_plain(char c)
{
    unsigned char u = (unsigned char)c;

    return u >= 0x20 && u < 0x7F && u != '"' && u != '\\';
}

/* Write what stands at s.p, which is not plain; gives its length. */
static size_t quote_one(struct tt_buf *out, tt_str s)
{
    size_t n = 1;

    switch (s.p[0]) {
    case '"':
        tt_buf_adds(out, "\\\"");
        return 1;
    case '\\':
        tt_buf_adds(out, "\\\\");
        return 1;
    case '\n':
        tt_buf_adds(out, "\\n");
        return 1;
    case '\t':
        tt_buf_adds(out, "\\t");
        return 1;
    default:
        break;
    }
    if ((unsigned char)s.p[0] < 0x80) {
        tt_buf_addf(out, "\\u%04x", (unsigned)s.p[0]);
        return 1;
    }
    tt_utf8_decode(s, &n);
    tt_buf_add(out, n > 1 ? tt_str_sub(s, 0, n) : TT_STR(REPLACEMENT));
    return n;
}

void tt_llm_json_quote(struct tt_buf *out, tt_str text)
{
    tt_buf_addc(out, '"');
    for (size_t at = 0; at < text.n;) {
        size_t from = at;

        while (at < text.n && is_plain(text.p[at]))
            at++;
        tt_buf_add(out, tt_str_sub(text, from, at));
        if (at < text.n)
            at += quote_one(out, tt_str_sub(text, at, text.n));
    }
    tt_buf_addc(out, '"');
}
