/* template.c -- see template.h. */
#include "prompt/template.h"

#include "base/embed.h"

TT_EMBEDDED_DECLARE(prompt)

#define FOLDER "templates/"

bool tt_template_at(size_t i, tt_str *name, tt_str *text)
{
    tt_str path;

    if (i >= tt_prompt_files_count)
        return false;
    path = tt_str_from(tt_prompt_files[i].path);
    *name =
        tt_str_starts(path, TT_STR(FOLDER)) ? tt_str_sub(path, sizeof(FOLDER) - 1, path.n) : path;
    *text = tt_embedded_str(&tt_prompt_files[i]);
    return true;
}

tt_str tt_template_find(const struct tt_prompt_file *overlay, size_t n, tt_str name)
{
    tt_str other, text;

    for (size_t i = 0; i < n; i++) {
        if (tt_str_eq(overlay[i].name, name))
            return overlay[i].text;
    }
    for (size_t i = 0; tt_template_at(i, &other, &text); i++) {
        if (tt_str_eq(other, name))
            return text;
    }
    return (tt_str){ NULL, 0 };
}

static tt_str trimmed(tt_str s)
{
    while (s.n > 0 && (unsigned char)s.p[0] <= ' ')
        s = tt_str_sub(s, 1, s.n);
    while (s.n > 0 && (unsigned char)s.p[s.n - 1] <= ' ')
        s.n--;
    return s;
}

/* The line at `at`, without its end; *next is where the following one begins. */
static tt_str line_at(tt_str text, size_t at, size_t *next)
{
    const char *lf = memchr(text.p + at, '\n', text.n - at);
    size_t end = lf ? (size_t)(lf - text.p) : text.n;

    *next = lf ? end + 1 : end;
    return tt_str_sub(text, at, end);
}

static bool is_heading(tt_str line)
{
    return tt_str_starts(line, TT_STR("## "));
}

/* Where the next heading at or after `at` begins; text.n when there is none. */
static size_t next_heading(tt_str text, size_t at)
{
    size_t next = at;

    for (; at < text.n; at = next) {
        if (is_heading(line_at(text, at, &next)))
            return at;
    }
    return text.n;
}

tt_str tt_template_main(tt_str text)
{
    return trimmed(tt_str_sub(text, 0, next_heading(text, 0)));
}

tt_str tt_template_section(tt_str text, tt_str name)
{
    for (size_t at = next_heading(text, 0); at < text.n; at = next_heading(text, at)) {
        size_t body;
        tt_str line = line_at(text, at, &body);

        if (tt_str_eq(trimmed(tt_str_sub(line, 3, line.n)), name))
            return trimmed(tt_str_sub(text, body, next_heading(text, body)));
        at = body;
    }
    return (tt_str){ NULL, 0 };
}

tt_str tt_template_task_section(const struct tt_prompt_file *overlay, size_t n, tt_str name)
{
    tt_str file, text, section = { NULL, 0 };

    for (size_t i = 0; i < n && section.n == 0; i++) {
        if (tt_str_starts(overlay[i].name, TT_STR("tasks/")))
            section = tt_template_section(overlay[i].text, name);
    }
    for (size_t i = 0; section.n == 0 && tt_template_at(i, &file, &text); i++) {
        if (tt_str_starts(file, TT_STR("tasks/")))
            section = tt_template_section(tt_template_find(overlay, n, file), name);
    }
    return section;
}
