/* conventions.c -- see conventions.h.
 *
 * Counting over lines, not a parse: it must also work in a file that is broken
 * at the moment, and a wrong count only means that nothing is said.
 */
#include "prompt/conventions.h"

#define SIDE_MAX     (64u << 10) /* bytes looked at on each side of the target */
#define EXAMPLES_MAX 3           /* of how errors are reported */
#define EXAMPLE_MAX  120u        /* bytes; a longer line is no example */
#define ENOUGH       4u          /* fewer say nothing */

struct counts {
    uint32_t tabs, spaces[9]; /* lines by what they begin with; steps of 1..8 spaces */
    uint32_t single, twice;   /* quotes */
    uint32_t semicolons, bare;
    uint32_t snake, camel;
    uint32_t last_indent;
    tt_str errors[EXAMPLES_MAX];
    size_t n_errors;
    tt_str log;
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_script(tt_str language)
{
    return tt_str_eq(language, TT_STR("javascript")) || tt_str_eq(language, TT_STR("typescript")) ||
           tt_str_eq(language, TT_STR("tsx"));
}

static bool starts_any(tt_str line, const tt_str *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (tt_str_starts(line, words[i]))
            return true;
    }
    return false;
}

#define STARTS_ANY(line, words) starts_any(line, words, sizeof(words) / sizeof((words)[0]))

static bool reports_error(tt_str line)
{
    static const tt_str words[] = {
        TT_STR_INIT("raise "),
        TT_STR_INIT("throw "),
        TT_STR_INIT("return fmt.Errorf("),
        TT_STR_INIT("return nil, "),
        TT_STR_INIT("return Err("),
        TT_STR_INIT("abort("),
        TT_STR_INIT("return errors."),
        TT_STR_INIT("http.Error("),
        TT_STR_INIT("return res.status("),
        TT_STR_INIT("res.status("),
        TT_STR_INIT("next(new "),
        TT_STR_INIT("return jsonify("),
    };

    return STARTS_ANY(line, words);
}

static bool writes_log(tt_str line)
{
    static const tt_str words[] = {
        TT_STR_INIT("logger."),      TT_STR_INIT("log."),         TT_STR_INIT("logging."),
        TT_STR_INIT("LOG."),         TT_STR_INIT("slog."),        TT_STR_INIT("LOGGER."),
        TT_STR_INIT("self.logger."), TT_STR_INIT("this.logger."),
    };

    return STARTS_ANY(line, words);
}

static void count_indent(struct counts *c, tt_str line, uint32_t indent)
{
    uint32_t step;

    if (line.p[0] == '\t') {
        c->tabs++;
        return;
    }
    step = indent > c->last_indent ? indent - c->last_indent : 0;
    if (step > 0 && step <= 8)
        c->spaces[step]++;
    c->last_indent = indent;
}

static void count_quotes(struct counts *c, tt_str line)
{
    for (size_t i = 0; i < line.n; i++) {
        char quote = line.p[i];
        size_t end;

        if (quote != '"' && quote != '\'')
            continue;
        for (end = i + 1; end < line.n && line.p[end] != quote; end++)
            end += line.p[end] == '\\';
        if (end >= line.n)
            return; /* not closed here: an apostrophe, or a text of several lines */
        if (end > i + 1) {
            c->single += quote == '\'';
            c->twice += quote == '"';
        }
        i = end;
    }
}

/* "def charge_card(" says snake, "function chargeCard(" camel; one word neither. */
static void count_name(struct counts *c, tt_str line)
{
    static const tt_str words[] = {
        TT_STR_INIT("async def "),
        TT_STR_INIT("def "),
        TT_STR_INIT("export async function "),
        TT_STR_INIT("export function "),
        TT_STR_INIT("async function "),
        TT_STR_INIT("function "),
    };
    bool upper = false, under = false;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!tt_str_starts(line, words[i]))
            continue;
        for (size_t at = words[i].n; at < line.n && is_word(line.p[at]); at++) {
            under |= line.p[at] == '_' && at > words[i].n;
            upper |= line.p[at] >= 'A' && line.p[at] <= 'Z';
        }
        c->snake += under && !upper;
        c->camel += upper && !under;
        return;
    }
}

static void keep_example(struct counts *c, tt_str line)
{
    if (line.n > EXAMPLE_MAX)
        return;
    if (!c->log.n && writes_log(line))
        c->log = line;
    if (c->n_errors == EXAMPLES_MAX || !reports_error(line))
        return;
    for (size_t i = 0; i < c->n_errors; i++) {
        if (tt_str_eq(c->errors[i], line))
            return;
    }
    c->errors[c->n_errors++] = line;
}

static void count_line(struct counts *c, tt_str line)
{
    uint32_t indent = 0;
    tt_str code;
    char last;

    while (line.n && (unsigned char)line.p[line.n - 1] <= ' ')
        line.n--;
    while (indent < line.n && (line.p[indent] == ' ' || line.p[indent] == '\t'))
        indent++;
    code = tt_str_sub(line, indent, line.n);
    if (!code.n)
        return;
    count_indent(c, line, indent);
    if (code.p[0] == '#' || code.p[0] == '*' || tt_str_starts(code, TT_STR("//")))
        return;
    count_quotes(c, code);
    count_name(c, code);
    keep_example(c, code);
    last = code.p[code.n - 1];
    c->semicolons += last == ';';
    c->bare += is_word(last) || last == ')' || last == '\'' || last == '"';
}

static void count_lines(struct counts *c, tt_str text)
{
    while (text.n) {
        const char *lf = memchr(text.p, '\n', text.n);
        size_t end = lf ? (size_t)(lf - text.p) : text.n;

        count_line(c, tt_str_sub(text, 0, end));
        text = tt_str_sub(text, end + (lf != NULL), text.n);
    }
}

struct list {
    struct tt_arena *arena;
    tt_str *out;
    size_t n;
};

static void say(struct list *list, tt_str text)
{
    if (text.p && list->n < TT_CONVENTIONS_MAX)
        list->out[list->n++] = text;
}

/* Nearly always so, and often enough. */
static bool clearly(uint32_t yes, uint32_t no)
{
    return yes >= ENOUGH && yes >= 6 * no;
}

static void say_indent(struct list *list, const struct counts *c)
{
    uint32_t best = 0, others = 0;

    for (uint32_t i = 1; i <= 8; i++) {
        others += c->spaces[i];
        if (c->spaces[i] > c->spaces[best])
            best = i;
    }
    if (clearly(c->tabs, others))
        say(list, TT_STR("indentation: tabs"));
    else if (best && !c->tabs && c->spaces[best] >= 2 && c->spaces[best] * 10 >= others * 6)
        say(list, tt_arena_printf(list->arena, "indentation: %u spaces", best));
}

static void say_style(struct list *list, const struct counts *c, tt_str language)
{
    bool script = is_script(language);

    if (script || tt_str_eq(language, TT_STR("python"))) {
        if (clearly(c->single, c->twice))
            say(list, TT_STR("strings: single quotes"));
        else if (clearly(c->twice, c->single))
            say(list, TT_STR("strings: double quotes"));
        if (clearly(c->snake, c->camel))
            say(list, TT_STR("names of functions: snake_case"));
        else if (clearly(c->camel, c->snake))
            say(list, TT_STR("names of functions: camelCase"));
    }
    if (script && clearly(c->semicolons, c->bare))
        say(list, TT_STR("statements end with a semicolon"));
    else if (script && clearly(c->bare, c->semicolons))
        say(list, TT_STR("statements end without a semicolon"));
}

size_t tt_conventions_find(tt_str document, struct tt_range target, tt_str language,
                           struct tt_arena *arena, tt_str out[TT_CONVENTIONS_MAX])
{
    struct counts c = { 0 };
    struct list list = { arena, out, 0 };
    size_t from = target.start > SIDE_MAX ? target.start - SIDE_MAX : 0;
    size_t to = document.n - target.end > SIDE_MAX ? target.end + SIDE_MAX : document.n;
    tt_str before = tt_str_sub(document, from, target.start);
    tt_str after = tt_str_sub(document, target.end, to);

    count_lines(&c, before);
    c.last_indent = 0;
    count_lines(&c, after);
    say_indent(&list, &c);
    say_style(&list, &c, language);
    for (size_t i = 0; i < c.n_errors; i++)
        say(&list, tt_arena_printf(arena, "errors here are reported like this: %.*s",
                                   TT_STR_ARG(c.errors[i])));
    if (c.log.n)
        say(&list, tt_arena_printf(arena, "the log is written like this: %.*s", TT_STR_ARG(c.log)));
    return list.n;
}
