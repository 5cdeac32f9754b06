/* text.c -- see text.h. */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- text ------------------------------------------------------------------------ */

void sim_text_set(struct sim_text *text, const char *p, size_t n)
{
    char *fresh = malloc(n + 1);

    if (!fresh)
        abort();
    memcpy(fresh, p, n);
    fresh[n] = '\0';
    free(text->p);
    *text = (struct sim_text){ fresh, n };
}

void sim_text_free(struct sim_text *text)
{
    free(text->p);
    *text = (struct sim_text){ NULL, 0 };
}

void sim_text_replace(struct sim_text *text, size_t start, size_t end, const char *with)
{
    size_t n = strlen(with), size = text->n - (end - start) + n;
    char *fresh = malloc(size + 1);

    if (!fresh)
        abort();
    memcpy(fresh, text->p, start);
    memcpy(fresh + start, with, n);
    memcpy(fresh + start + n, text->p + end, text->n - end);
    fresh[size] = '\0';
    free(text->p);
    *text = (struct sim_text){ fresh, size };
}

/* --- positions ------------------------------------------------------------------- */

/* Bytes of the character that starts here, and its size in the encoding. */
static size_t char_size(const char *p, enum sim_encoding encoding, unsigned *units)
{
    unsigned char c = (unsigned char)*p;
    size_t bytes = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

    *units = encoding == SIM_UTF8 ? (unsigned)bytes : encoding == SIM_UTF16 && bytes == 4 ? 2u : 1u;
    return bytes;
}

static size_t line_start(const struct sim_text *text, unsigned line)
{
    size_t at = 0;

    while (line > 0 && at < text->n) {
        const char *newline = memchr(text->p + at, '\n', text->n - at);

        if (!newline)
            return text->n;
        at = (size_t)(newline - text->p) + 1;
        line--;
    }
    return at;
}

size_t sim_offset(const struct sim_text *text, struct sim_position at, enum sim_encoding encoding)
{
    size_t offset = line_start(text, at.line);
    unsigned units = 0;

    while (offset < text->n && text->p[offset] != '\n' && units < at.character) {
        unsigned size;

        offset += char_size(text->p + offset, encoding, &size);
        units += size;
    }
    return offset;
}

struct sim_position sim_position(const struct sim_text *text, size_t offset,
                                 enum sim_encoding encoding)
{
    struct sim_position at = { 0, 0 };
    size_t i = 0;

    while (i < offset) {
        unsigned size;

        if (text->p[i] == '\n') {
            at = (struct sim_position){ at.line + 1, 0 };
            i++;
            continue;
        }
        i += char_size(text->p + i, encoding, &size);
        at.character += size;
    }
    return at;
}

/* --- lines ----------------------------------------------------------------------- */

unsigned sim_lines(const struct sim_text *text)
{
    unsigned n = 1;

    for (size_t i = 0; i < text->n; i++)
        n += text->p[i] == '\n';
    return n;
}

bool sim_line(const struct sim_text *text, unsigned i, size_t *start, size_t *end)
{
    const char *newline;

    if (i >= sim_lines(text))
        return false;
    *start = line_start(text, i);
    newline = memchr(text->p + *start, '\n', text->n - *start);
    *end = newline ? (size_t)(newline - text->p) : text->n;
    return true;
}

unsigned sim_count(const struct sim_text *text, const char *lines, size_t *at)
{
    size_t n = strlen(lines);
    unsigned count = 0;

    for (const char *p = text->p; (p = strstr(p, lines)) != NULL; p++) {
        bool starts = p == text->p || p[-1] == '\n';
        bool ends = p[n] == '\0' || p[n] == '\n' || (n && lines[n - 1] == '\n');

        if (starts && ends && count++ == 0)
            *at = (size_t)(p - text->p);
    }
    return count;
}

/* --- what people write ------------------------------------------------------------ */

static void add(struct sim_text *text, const char *s)
{
    sim_text_replace(text, text->n, text->n, s);
}

/* Let each line end with \r\n. */
static void to_crlf(struct sim_text *text)
{
    for (size_t i = 0; i < text->n; i++) {
        if (text->p[i] == '\n')
            sim_text_replace(text, i, i, "\r"), i++;
    }
}

void sim_doc_fill(struct sim_doc *doc, struct random *random, bool crlf)
{
    static const char *const remarks[] = { "  # naïve", "  # 日本語", "  # \U0001F600 done",
                                           "",          "",           "" };
    unsigned functions = 2 + random_below(random, 5);
    char line[160];

    sim_text_set(&doc->text, "import requests\n\n\n", 18);
    for (unsigned i = 0; i < functions; i++) {
        unsigned key = random_below(random, 100000);

        snprintf(line, sizeof(line), "def work_%u(arg):\n", key);
        add(&doc->text, line);
        for (unsigned k = 0; k < 2 + random_below(random, 4); k++) {
            snprintf(line, sizeof(line), "    u%u_%u = load_%u(arg)%s\n", key, k,
                     random_below(random, 100000), remarks[random_below(random, 6)]);
            add(&doc->text, line);
        }
        if (random_below(random, 3) == 0)
            add(&doc->text, "    check_twice(arg)\n    check_twice(arg)\n");
        if (random_below(random, 3) == 0)
            add(&doc->text, "    reply = requests.get(arg)\n");
        snprintf(line, sizeof(line), "    return u%u_0\n\n\n", key);
        add(&doc->text, line);
    }
    if (crlf)
        to_crlf(&doc->text);
}

void sim_doc_add_raise(struct sim_doc *doc, unsigned key, bool crlf)
{
    struct sim_text more = { 0 };
    char lines[256];

    snprintf(lines, sizeof(lines),
             "def row_%u(arg):\n    try:\n        return load_%u(arg)\n"
             "    except OSError as error:\n        raise LoadFailed(arg)\n\n\n",
             key, key);
    sim_text_set(&more, lines, strlen(lines));
    if (crlf)
        to_crlf(&more);
    add(&doc->text, more.p);
    sim_text_free(&more);
}

static size_t on_boundary(const struct sim_text *text, size_t at)
{
    while (at > 0 && ((unsigned char)text->p[at] & 0xC0) == 0x80)
        at--;
    return at > 0 && text->p[at] == '\n' && text->p[at - 1] == '\r' ? at - 1 : at;
}

void sim_doc_typing(const struct sim_doc *doc, struct random *random, size_t *start, size_t *end,
                    char with[256])
{
    static const char *const words[] = { "x", " ", "(",  ")", "\n",       "    ", "é",
                                         "😀", ":", "\"", "#", "return 1", "\t",   "" };
    const struct sim_text *text = &doc->text;
    size_t line_end;
    unsigned key;

    with[0] = '\0';
    switch (random_below(random, 9)) {
    case 8: /* a function is pasted behind all others */
        *start = *end = text->n;
        key = random_below(random, 100000);
        snprintf(with, 256,
                 "\n\ndef work_%u(arg):\n    u%u_0 = load_%u(arg)\n    u%u_1 = load_%u(arg)\n"
                 "    u%u_2 = load_%u(arg)\n    return u%u_0\n",
                 key, key, random_below(random, 100000), key, random_below(random, 100000), key,
                 random_below(random, 100000), key);
        return;
    case 0: /* a new line of code */
        if (!sim_line(text, random_below(random, sim_lines(text)), start, &line_end))
            abort();
        *end = *start;
        snprintf(with, 256, "    u%u_9 = load_%u(arg)\n", random_below(random, 100000),
                 random_below(random, 100000));
        return;
    case 1: /* a line goes */
        if (!sim_line(text, random_below(random, sim_lines(text)), start, &line_end))
            abort();
        *end = line_end < text->n ? line_end + 1 : line_end;
        return;
    case 2: /* a stretch goes */
        *start = on_boundary(text, random_below(random, (uint32_t)text->n + 1));
        *end = *start + random_below(random, 40);
        *end = on_boundary(text, *end > text->n ? text->n : *end);
        return;
    default: /* a word comes */
        *start = *end = on_boundary(text, random_below(random, (uint32_t)text->n + 1));
        snprintf(with, 256, "%s", words[random_below(random, sizeof(words) / sizeof(words[0]))]);
        return;
    }
}
