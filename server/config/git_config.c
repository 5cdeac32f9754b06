/* git_config.c -- see git_config.h.  By git-config(1), "Syntax". */
#include "config/git_config.h"

#include "base/buf.h"

#include <ctype.h>

#define MAX ((size_t)64 << 10)

struct reader {
    tt_str text;
    size_t at;
    struct tt_buf section, key, value;
};

/* The next byte, with one LF for each line end, and one behind the last line. */
static int next(struct reader *r)
{
    if (r->at >= r->text.n) {
        r->at = r->text.n + 1;
        return '\n';
    }
    if (r->text.p[r->at] == '\r' && r->at + 1 < r->text.n && r->text.p[r->at + 1] == '\n')
        r->at++;
    return (unsigned char)r->text.p[r->at++];
}

static bool ended(const struct reader *r)
{
    return r->at > r->text.n;
}

static void skip_line(struct reader *r)
{
    while (next(r) != '\n')
        ;
}

static bool is_name(int c)
{
    return isalnum(c) || c == '-';
}

/* Behind the blank in `[section "Sub"]`; up to "]". */
static bool read_subsection(struct reader *r)
{
    int c;

    do
        c = next(r);
    while (c == ' ' || c == '\t');
    if (c != '"')
        return false;
    tt_buf_addc(&r->section, '.');
    while ((c = next(r)) != '"') {
        if (c == '\\')
            c = next(r);
        if (c == '\n')
            return false;
        tt_buf_addc(&r->section, (char)c);
    }
    return next(r) == ']';
}

/* Behind "[". */
static bool read_section(struct reader *r)
{
    int c;

    tt_buf_clear(&r->section);
    while ((c = next(r)) != ']') {
        if (c == ' ' || c == '\t')
            return read_subsection(r);
        if (!is_name(c) && c != '.')
            return false;
        tt_buf_addc(&r->section, (char)tolower(c));
    }
    return true;
}

/* Behind a backslash: what stands for it; 0: nothing does (the line goes on); -1: not known. */
static int escaped(int c)
{
    switch (c) {
    case '\n':
        return 0;
    case 't':
        return '\t';
    case 'b':
        return '\b';
    case 'n':
        return '\n';
    case '\\':
    case '"':
        return c;
    default:
        return -1;
    }
}

/* Behind "="; up to the end of the line. */
static bool read_value(struct reader *r)
{
    bool quoted = false;
    size_t blanks = 0;

    tt_buf_clear(&r->value);
    for (;;) {
        int c = next(r);

        if (c == '\n')
            return !quoted;
        if (isspace(c) && !quoted) {
            blanks += r->value.n > 0;
            continue;
        }
        if (!quoted && (c == ';' || c == '#')) {
            skip_line(r);
            return true;
        }
        for (; blanks > 0; blanks--)
            tt_buf_addc(&r->value, ' ');
        if (c == '"') {
            quoted = !quoted;
            continue;
        }
        if (c == '\\' && (c = escaped(next(r))) < 0)
            return false;
        if (c)
            tt_buf_addc(&r->value, (char)c);
    }
}

/* From the first letter of a name on. */
static bool read_setting(struct reader *r, int c, tt_git_setting_cb each, void *arg)
{
    bool has_value;

    tt_buf_clear(&r->key);
    tt_buf_add(&r->key, tt_buf_str(&r->section));
    tt_buf_addc(&r->key, '.');
    for (; is_name(c); c = next(r))
        tt_buf_addc(&r->key, (char)tolower(c));
    while (c == ' ' || c == '\t')
        c = next(r);
    has_value = c == '=';
    if ((!has_value && c != '\n') || (has_value && !read_value(r)))
        return false;
    if (r->section.err || r->key.err || r->value.err)
        return false;
    each(arg, tt_buf_str(&r->key),
         !has_value       ? (tt_str){ NULL, 0 }
         : r->value.n > 0 ? tt_buf_str(&r->value)
                          : TT_STR(""));
    return true;
}

void tt_git_config_each(tt_str text, tt_git_setting_cb each, void *arg)
{
    struct reader r = { .text = text,
                        .section = TT_BUF_INIT(MAX),
                        .key = TT_BUF_INIT(2 * MAX),
                        .value = TT_BUF_INIT(MAX) };
    bool ok = true;

    if (tt_str_starts(text, TT_STR("\xef\xbb\xbf")))
        r.at = 3;
    while (ok && !ended(&r)) {
        int c = next(&r);

        if (isspace(c))
            continue;
        if (c == '#' || c == ';')
            skip_line(&r);
        else if (c == '[')
            ok = read_section(&r);
        else
            ok = isalpha(c) && read_setting(&r, c, each, arg);
    }
    tt_buf_release(&r.section);
    tt_buf_release(&r.key);
    tt_buf_release(&r.value);
}
