/* uri.c -- see uri.h.
 *
 * The normal form: scheme and authority in lower case, `localhost` left out, a
 * drive letter in lower case, and each byte of the rest written in one way:
 * plain where that is safe, else as an escape with upper-case digits.  An
 * escaped slash stays escaped: it is part of a name there.
 */
#include "lsp/uri.h"

#include "trimtab/error.h"

struct parts {
    tt_str scheme;    /* without colon; empty: none */
    tt_str authority; /* without slashes */
    tt_str rest;      /* path, and of other schemes than file query and fragment too */
    bool slashes;     /* there was a `//` for the authority */
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_plain(char c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* One letter is a drive, not a scheme. */
tt_str tt_uri_scheme(tt_str uri)
{
    size_t i = 0;

    if (!uri.n || !is_letter(uri.p[0]))
        return (tt_str){ NULL, 0 };
    while (i < uri.n && (is_letter(uri.p[i]) || is_digit(uri.p[i]) || uri.p[i] == '+' ||
                         uri.p[i] == '-' || uri.p[i] == '.'))
        i++;
    if (i < 2 || i == uri.n || uri.p[i] != ':')
        return (tt_str){ NULL, 0 };
    return tt_str_sub(uri, 0, i);
}

static bool same_word(tt_str s, tt_str word)
{
    if (s.n != word.n)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (lower(s.p[i]) != word.p[i])
            return false;
    }
    return true;
}

bool tt_uri_is_file(tt_str uri)
{
    return same_word(tt_uri_scheme(uri), TT_STR("file"));
}

static struct parts split(tt_str uri)
{
    struct parts parts = { .scheme = tt_uri_scheme(uri) };
    size_t at = parts.scheme.n ? parts.scheme.n + 1 : 0;

    parts.rest = tt_str_sub(uri, at, uri.n);
    if (parts.scheme.n && tt_str_starts(parts.rest, TT_STR("//"))) {
        size_t end = 2;

        while (end < parts.rest.n && !memchr("/?#", parts.rest.p[end], 3))
            end++;
        parts.slashes = true;
        parts.authority = tt_str_sub(parts.rest, 2, end);
        parts.rest = tt_str_sub(parts.rest, end, parts.rest.n);
    }
    return parts;
}

static int hex(char c)
{
    if (is_digit(c))
        return c - '0';
    return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

/* The byte at s.p[*i], escaped or not; moves *i behind it. */
static unsigned char next_byte(tt_str s, size_t *i, bool *escaped)
{
    size_t at = *i;

    *escaped = s.p[at] == '%' && s.n - at >= 3 && hex(s.p[at + 1]) >= 0 && hex(s.p[at + 2]) >= 0;
    *i += *escaped ? 3 : 1;
    if (*escaped)
        return (unsigned char)(16 * hex(s.p[at + 1]) + hex(s.p[at + 2]));
    return (unsigned char)s.p[at];
}

static void add_escape(struct tt_buf *out, unsigned char c)
{
    tt_buf_addf(out, "%%%02X", c);
}

static void add_lower(struct tt_buf *out, tt_str s)
{
    for (size_t i = 0; i < s.n; i++)
        tt_buf_addc(out, lower(s.p[i]));
}

/* Does the path, decoded, begin with a drive: /c: ? */
static bool has_drive(tt_str path)
{
    size_t i = 2;
    bool escaped;

    if (path.n < 3 || path.p[0] != '/' || !is_letter(path.p[1]))
        return false;
    return next_byte(path, &i, &escaped) == ':' && (i == path.n || memchr("/\\%", path.p[i], 3));
}

static void normalize_file_path(tt_str path, struct tt_buf *out)
{
    bool drive = has_drive(path);

    for (size_t i = 0; i < path.n;) {
        size_t from = i;
        bool escaped;
        unsigned char c = next_byte(path, &i, &escaped);

        if (drive && c == '\\')
            c = '/';
        if (drive && from == 1)
            tt_buf_addc(out, lower((char)c));
        else if (is_plain((char)c) || (c == '/' && (!escaped || drive)) || c == ':')
            tt_buf_addc(out, (char)c);
        else
            add_escape(out, c);
    }
}

/* Of other schemes nothing is known but how escapes are written. */
static void normalize_rest(tt_str rest, struct tt_buf *out)
{
    for (size_t i = 0; i < rest.n;) {
        bool escaped;
        unsigned char c = next_byte(rest, &i, &escaped);
        bool keeps_its_escape = escaped && memchr("/?#%", c, 4);

        if (c > 0x20 && c < 0x7F && !keeps_its_escape)
            tt_buf_addc(out, (char)c);
        else
            add_escape(out, c);
    }
}

int tt_uri_normalize(tt_str uri, struct tt_buf *out)
{
    struct parts parts = split(uri);

    if (!parts.scheme.n)
        return tt_buf_add(out, uri);
    add_lower(out, parts.scheme);
    tt_buf_addc(out, ':');
    if (same_word(parts.scheme, TT_STR("file"))) {
        tt_buf_adds(out, "//");
        if (!same_word(parts.authority, TT_STR("localhost")))
            add_lower(out, parts.authority);
        normalize_file_path(parts.rest, out);
    } else {
        if (parts.slashes)
            tt_buf_adds(out, "//");
        add_lower(out, parts.authority);
        normalize_rest(parts.rest, out);
    }
    return out->err;
}

bool tt_uri_eq(tt_str a, tt_str b)
{
    struct tt_buf x = TT_BUF_INIT(TT_BUF_OWN), y = TT_BUF_INIT(TT_BUF_OWN);
    bool same = tt_uri_normalize(a, &x) == 0 && tt_uri_normalize(b, &y) == 0 &&
                tt_str_eq(tt_buf_str(&x), tt_buf_str(&y));

    tt_buf_release(&x);
    tt_buf_release(&y);
    return same;
}

/* Append `path` decoded; a NUL is written as `nul`, or is TT_EPARSE when that is 0. */
static int decode(tt_str path, char nul, struct tt_buf *out)
{
    for (size_t i = 0; i < path.n;) {
        bool escaped;
        unsigned char c = next_byte(path, &i, &escaped);

        if (!c && !nul)
            return TT_EPARSE;
        tt_buf_addc(out, c ? (char)c : nul);
    }
    return out->err;
}

static int file_path(const struct parts *parts, char nul, struct tt_buf *out)
{
    tt_str path = parts->rest;
    size_t n = out->n;
    int err;

    if (parts->authority.n && !same_word(parts->authority, TT_STR("localhost"))) {
        tt_buf_adds(out, "//");
        tt_buf_add(out, parts->authority);
    }
    if (has_drive(path)) {
        tt_buf_addc(out, lower(path.p[1]));
        path = tt_str_sub(path, 2, path.n);
    }
    err = decode(path, nul, out);
    if (err == TT_EPARSE)
        out->n = n;
    return err;
}

int tt_uri_to_path(tt_str uri, struct tt_buf *out)
{
    struct parts parts = split(uri);

    if (!same_word(parts.scheme, TT_STR("file")))
        return TT_EINVALID;
    return file_path(&parts, '\0', out);
}

int tt_uri_path_part(tt_str uri, struct tt_buf *out)
{
    struct parts parts = split(uri);
    size_t end = 0;

    if (same_word(parts.scheme, TT_STR("file")))
        return file_path(&parts, '_', out);
    while (end < parts.rest.n && parts.rest.p[end] != '?' && parts.rest.p[end] != '#')
        end++;
    return decode(tt_str_sub(parts.rest, 0, end), '_', out);
}

static bool is_drive_path(tt_str path)
{
    return path.n >= 2 && is_letter(path.p[0]) && path.p[1] == ':';
}

int tt_uri_from_path(tt_str path, struct tt_buf *out)
{
    bool drive = is_drive_path(path);

    tt_buf_adds(out, "file:");
    if (drive)
        tt_buf_adds(out, "///");
    else if (!tt_str_starts(path, TT_STR("//"))) /* //server/share is authority and path */
        tt_buf_adds(out, "//");
    for (size_t i = 0; i < path.n; i++) {
        char c = drive && path.p[i] == '\\' ? '/' : path.p[i];

        if (drive && i == 0)
            tt_buf_addc(out, lower(c));
        else if (is_plain(c) || c == '/')
            tt_buf_addc(out, c);
        else
            add_escape(out, (unsigned char)c);
    }
    return out->err;
}
