/* target.c -- see target.h. */
#include "app/target.h"

#include "app/out.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>
#include <unistd.h>

static bool take_number(const char **at, uint32_t *out)
{
    uint64_t value = 0;

    if (**at < '1' || **at > '9')
        return false;
    for (; **at >= '0' && **at <= '9'; ++*at) {
        value = value * 10 + (uint64_t)(**at - '0');
        if (value > UINT32_MAX)
            return false;
    }
    *out = (uint32_t)value;
    return true;
}

static bool take_place(const char **at, uint32_t *line, uint32_t *column)
{
    *column = 0;
    if (!take_number(at, line))
        return false;
    if (**at != ':')
        return true;
    ++*at;
    return take_number(at, column);
}

int tt_target_parse_range(const char *word, struct tt_target *out)
{
    out->end_line = out->end_column = 0;
    if (!take_place(&word, &out->line, &out->column))
        return TT_EINVALID;
    if (*word == '-') {
        word++;
        if (!take_place(&word, &out->end_line, &out->end_column) || out->end_line < out->line)
            return TT_EINVALID;
    }
    return *word ? TT_EINVALID : 0;
}

/* Split `word` at the colon at `at` if what follows is a range. */
static int split(const char *word, const char *at, struct tt_target *out)
{
    struct tt_target target = { 0 };

    if (at == word || tt_target_parse_range(at + 1, &target))
        return TT_EINVALID;
    target.path = strndup(word, (size_t)(at - word));
    if (!target.path)
        return TT_ENOMEM;
    *out = target;
    return 0;
}

int tt_target_parse(const char *word, struct tt_target *out)
{
    struct tt_target longest = { 0 };
    int err = TT_EINVALID;

    /* From the last colon on; the first file that exists is the one. */
    for (const char *at = word + strlen(word); at > word; at--) {
        struct tt_target target;

        if (*at != ':' || split(word, at, &target))
            continue;
        if (access(target.path, F_OK) == 0) {
            free(longest.path);
            *out = target;
            return 0;
        }
        free(longest.path);
        longest = target; /* for the message: FILE is what comes before the whole range */
        err = 0;
    }
    if (!err)
        *out = longest;
    return err;
}

void tt_target_release(struct tt_target *target)
{
    free(target->path);
    target->path = NULL;
}

static uint32_t offset_of(const struct tt_text *text, uint32_t line, uint32_t column)
{
    const struct tt_position position = { line - 1, column - 1 };

    return tt_text_offset(text, position, TT_UTF32, NULL);
}

int tt_target_range(const struct tt_target *target, const struct tt_text *text, bool whole_lines,
                    struct tt_range *out)
{
    uint32_t last = target->end_line ? target->end_line : target->line;
    uint32_t lines = tt_text_lines(text);
    struct tt_range first;

    if (target->line > lines || last > lines)
        return TT_EINVALID;
    first = whole_lines ? tt_text_line_full(text, target->line - 1)
                        : tt_text_line(text, target->line - 1);
    out->start = target->column && !whole_lines ? offset_of(text, target->line, target->column)
                                                : first.start;
    if (whole_lines)
        out->end = tt_text_line_full(text, last - 1).end;
    else if (target->end_column)
        out->end = offset_of(text, last, target->end_column);
    else if (!target->end_line) { /* a cursor; without a column at the line's first word */
        while (!target->column && out->start < first.end &&
               (tt_text_byte(text, out->start) == ' ' || tt_text_byte(text, out->start) == '\t'))
            out->start++;
        out->end = out->start;
    } else
        out->end = tt_text_line(text, last - 1).end;
    return out->end < out->start ? TT_EINVALID : 0;
}

void tt_target_say_short(const char *path, const struct tt_text *text)
{
    uint32_t lines = tt_text_lines(text);

    /* a line end at the end of the file begins no line that an editor would show */
    if (lines > 1 && tt_text_position(text, tt_text_size(text), TT_UTF8).character == 0)
        lines--;
    tt_say("%s has only %u line%s", path, lines, lines == 1 ? "" : "s");
}
