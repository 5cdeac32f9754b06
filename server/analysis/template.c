/* template.c -- from a fix block and a match to edits. */
#include "analysis/template.h"

#include "analysis/imports.h"
#include "base/buf.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define OPS_AT_MOST        16
#define EDIT_BYTES_AT_MOST ((size_t)1 << 20)
#define MESSAGE_BYTES      60

enum op_kind { REPLACE, BEFORE, AFTER, ABOVE, BELOW, DELETE, IMPORT };

struct op {
    enum op_kind kind;
    tt_str capture;
    tt_str text; /* lines separated by LF */
};

struct tt_template {
    struct op ops[OPS_AT_MOST];
    size_t n;
};

/* ---- reading ---- */

static const struct {
    const char *word;
    enum op_kind kind;
} words[] = {
    { "replace @", REPLACE }, { "before @", BEFORE }, { "after @", AFTER },  { "above @", ABOVE },
    { "below @", BELOW },     { "delete @", DELETE }, { "import:", IMPORT },
};

static tt_str skip_blank(tt_str s)
{
    return s.n > 0 && s.p[0] == ' ' ? tt_str_sub(s, 1, s.n) : s;
}

static bool read_op(tt_str line, struct op *op, const char **message)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        tt_str word = tt_str_from(words[i].word);

        if (!tt_str_starts(line, word))
            continue;
        op->kind = words[i].kind;
        tt_str rest = tt_str_sub(line, word.n, line.n);
        if (op->kind == IMPORT) {
            op->text = skip_blank(rest);
            return true;
        }
        const char *colon = rest.n ? memchr(rest.p, ':', rest.n) : NULL;
        size_t name = colon ? (size_t)(colon - rest.p) : rest.n;
        op->capture = tt_str_sub(rest, 0, name);
        op->text = skip_blank(tt_str_sub(rest, name + 1, rest.n));
        if (op->capture.n == 0 || (!colon && op->kind != DELETE)) {
            *message = "expected \"@capture: text\"";
            return false;
        }
        return true;
    }
    *message = "a line of a fix begins with replace, before, after, above, below, delete, import "
               "or \"|\"";
    return false;
}

const struct tt_template *tt_template_read(tt_str text, struct tt_arena *arena, uint32_t *line,
                                           const char **message)
{
    struct tt_template *tpl = tt_arena_alloc(arena, sizeof(*tpl));

    *message = NULL;
    *line = 0;
    for (size_t at = 0; tpl && at < text.n; (*line)++) {
        const char *end = memchr(text.p + at, '\n', text.n - at);
        size_t stop = end ? (size_t)(end - text.p) : text.n;
        tt_str one = tt_str_sub(text, at, stop);

        at = stop + 1;
        if (tt_str_starts(one, TT_STR("|")) && tpl->n > 0) {
            struct op *op = &tpl->ops[tpl->n - 1];

            op->text = tt_arena_printf(arena, "%.*s\n%.*s", TT_STR_ARG(op->text),
                                       TT_STR_ARG(skip_blank(tt_str_sub(one, 1, one.n))));
            if (!op->text.p)
                return NULL;
            continue;
        }
        if (tpl->n == OPS_AT_MOST) {
            *message = "a fix has at most 16 changes";
            return NULL;
        }
        if (!read_op(one, &tpl->ops[tpl->n++], message))
            return NULL;
    }
    return tpl;
}

/* ---- filling in ---- */

/* One thing being written: the output and what it depends on. */
struct writer {
    struct tt_buf buf;
    const struct tt_match *match;
    tt_str eol, indent;
    bool impossible;
};

static TSNode find_capture(const struct tt_match *match, tt_str name)
{
    uint32_t id = tt_query_capture_id(match->query, name);

    return id == UINT32_MAX ? (TSNode){ 0 } : tt_match_node(match, id);
}

/* Is this offset inside a string, where white space counts? */
static bool in_string(TSNode node, uint32_t offset)
{
    TSNode at = ts_node_descendant_for_byte_range(node, offset, offset);

    for (; !ts_node_is_null(at); at = ts_node_parent(at)) {
        const char *type = ts_node_type(at);

        if (strstr(type, "string") || strstr(type, "template") || strstr(type, "heredoc"))
            return true;
        if (ts_node_eq(at, node))
            break;
    }
    return false;
}

/* The white space that the line being written begins with. */
static tt_str current_indent(const struct writer *w)
{
    size_t from = w->buf.n, end;

    while (from > 0 && w->buf.p[from - 1] != '\n')
        from--;
    if (from == 0) /* the line of the document on which the change begins */
        return w->indent;
    for (end = from; end < w->buf.n && strchr(" \t", w->buf.p[end]);)
        end++;
    return tt_str_sub(tt_buf_str(&w->buf), from, end);
}

/* The text of a node; its later lines move from the indentation of its first
 * line to that of ours. */
static void write_node(struct writer *w, TSNode node)
{
    struct tt_arena arena; /* the buffer moves while it grows */
    tt_str bytes = w->match->text;
    uint32_t start = ts_node_start_byte(node), end = ts_node_end_byte(node);
    tt_str old = tt_source_indent(bytes, start);

    tt_arena_init(&arena);
    tt_str indent = tt_arena_dup(&arena, current_indent(w));
    for (uint32_t at = start; at < end;) {
        const char *lf = memchr(bytes.p + at, '\n', end - at);
        uint32_t stop = lf ? (uint32_t)(lf - bytes.p) + 1 : end;

        tt_buf_add(&w->buf, tt_str_sub(bytes, at, stop));
        at = stop;
        if (at < end && !in_string(node, at) && tt_str_starts(tt_str_sub(bytes, at, end), old)) {
            tt_buf_add(&w->buf, indent);
            at += (uint32_t)old.n;
        }
    }
    tt_arena_release(&arena);
}

static void write_text(struct writer *w, tt_str text);

/* {{@a|x=y}}: the text of the node with its last x replaced by y. */
static void write_changed(struct writer *w, TSNode node, tt_str change)
{
    tt_str text = tt_node_text(node, w->match->text);
    const char *equal = memchr(change.p ? change.p : "", '=', change.n);
    size_t n = equal ? (size_t)(equal - change.p) : 0;

    for (size_t at = text.n; n > 0 && at-- > 0;) {
        if (!tt_str_starts(tt_str_sub(text, at, text.n), tt_str_sub(change, 0, n)))
            continue;
        tt_buf_add(&w->buf, tt_str_sub(text, 0, at));
        tt_buf_add(&w->buf, tt_str_sub(change, n + 1, change.n));
        tt_buf_add(&w->buf, tt_str_sub(text, at + n, text.n));
        return;
    }
    w->impossible = true;
}

/* The inside of {{...}}: @name, @name?text, @name!text, @name|x=y. */
static void write_slot(struct writer *w, tt_str slot)
{
    size_t n = 1;

    while (n < slot.n && !strchr("?!|", slot.p[n]))
        n++;
    TSNode node = find_capture(w->match, tt_str_sub(slot, 1, n));
    if (slot.n == 0 || slot.p[0] != '@') {
        w->impossible = true;
    } else if (n == slot.n) {
        if (ts_node_is_null(node))
            w->impossible = true;
        else
            write_node(w, node);
    } else if (slot.p[n] == '|') {
        if (ts_node_is_null(node))
            w->impossible = true;
        else
            write_changed(w, node, tt_str_sub(slot, n + 1, slot.n));
    } else if ((slot.p[n] == '?') != ts_node_is_null(node)) {
        write_text(w, tt_str_sub(slot, n + 1, slot.n));
    }
}

static void write_text(struct writer *w, tt_str text)
{
    for (size_t i = 0; i < text.n;) {
        if (text.n - i > 4 && text.p[i] == '{' && text.p[i + 1] == '{' && text.p[i + 2] == '@') {
            const char *close = memmem(text.p + i, text.n - i, "}}", 2);

            if (close) {
                size_t end = (size_t)(close - text.p);
                write_slot(w, tt_str_sub(text, i + 2, end));
                i = end + 2;
                continue;
            }
        }
        if (text.p[i] == '\n') {
            tt_buf_add(&w->buf, w->eol);
            if (i + 1 < text.n && text.p[i + 1] != '\n')
                tt_buf_add(&w->buf, w->indent);
        } else {
            tt_buf_addc(&w->buf, text.p[i]);
        }
        i++;
    }
}

/* ---- applying ---- */

static struct tt_range place_of(const struct op *op, TSNode node, tt_str bytes)
{
    uint32_t start = ts_node_start_byte(node), end = ts_node_end_byte(node);
    uint32_t at;

    switch (op->kind) {
    case BEFORE:
        return (struct tt_range){ start, start };
    case AFTER:
        return (struct tt_range){ end, end };
    case ABOVE:
        at = tt_source_line_start(bytes, start);
        return (struct tt_range){ at, at };
    case BELOW:
        at = tt_source_line_end(bytes, end);
        return (struct tt_range){ at, at };
    case REPLACE:
    case DELETE:
    case IMPORT:
        break;
    }
    return (struct tt_range){ start, end };
}

/* false: this op cannot be done for this match. */
static bool apply_op(const struct op *op, const struct tt_match *match,
                     const struct tt_source *source, struct tt_arena *arena,
                     struct tt_text_edit *edit, int *err)
{
    TSNode node = find_capture(match, op->capture);

    if (ts_node_is_null(node))
        return false;
    struct writer w = {
        .buf = TT_BUF_INIT(EDIT_BYTES_AT_MOST),
        .match = match,
        .eol = tt_source_eol(source),
        .indent = tt_source_indent(match->text, ts_node_start_byte(node)),
    };
    edit->range = place_of(op, node, match->text);
    if (op->kind == BELOW)
        tt_buf_add(&w.buf, w.eol);
    if (op->kind == ABOVE || op->kind == BELOW)
        tt_buf_add(&w.buf, w.indent);
    write_text(&w, op->text);
    if (op->kind == ABOVE)
        tt_buf_add(&w.buf, w.eol);
    edit->text = tt_arena_dup(arena, tt_buf_str(&w.buf));
    if (w.buf.err == TT_ENOMEM || !edit->text.p)
        *err = TT_ENOMEM;
    bool ok = !w.impossible && !w.buf.err;
    tt_buf_release(&w.buf);
    return ok;
}

static int by_start(const void *a, const void *b)
{
    const struct tt_text_edit *x = a, *y = b;

    if (x->range.start != y->range.start)
        return x->range.start < y->range.start ? -1 : 1;
    return (x->range.end > y->range.end) - (x->range.end < y->range.end);
}

static bool disjoint(const struct tt_text_edit *edits, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (edits[i].range.start < edits[i - 1].range.end)
            return false;
    }
    return true;
}

int tt_template_apply(const struct tt_template *tpl, const struct tt_match *match,
                      const struct tt_source *source, struct tt_arena *arena,
                      struct tt_text_edit **edits, size_t *n)
{
    struct tt_text_edit *out = tt_arena_array(arena, OPS_AT_MOST, sizeof(*out));
    size_t count = 0;
    int err = 0;

    *edits = out;
    *n = 0;
    if (!out)
        return TT_ENOMEM;
    for (size_t i = 0; i < tpl->n; i++) {
        const struct op *op = &tpl->ops[i];

        if (op->kind == IMPORT) {
            enum tt_import_place place = tt_import_add(source, op->text, arena, &out[count]);

            if (place == TT_IMPORT_UNSURE)
                return 0;
            count += place == TT_IMPORT_EDIT;
        } else if (apply_op(op, match, source, arena, &out[count], &err)) {
            count++;
        } else {
            return err;
        }
    }
    qsort(out, count, sizeof(*out), by_start);
    if (disjoint(out, count))
        *n = count;
    return 0;
}

tt_str tt_template_message(tt_str text, const struct tt_match *match, struct tt_arena *arena)
{
    struct tt_buf buf = TT_BUF_INIT((size_t)1 << 16);

    for (size_t i = 0; i < text.n; i++) {
        const char *close = tt_str_starts(tt_str_sub(text, i, text.n), TT_STR("{{@"))
                                ? memmem(text.p + i, text.n - i, "}}", 2)
                                : NULL;

        if (!close) {
            tt_buf_addc(&buf, text.p[i]);
            continue;
        }
        size_t end = (size_t)(close - text.p);
        tt_str shown = tt_node_text(find_capture(match, tt_str_sub(text, i + 3, end)), match->text);
        size_t n = 0;
        while (n < shown.n && n < MESSAGE_BYTES && shown.p[n] != '\n' && shown.p[n] != '\r')
            n++;
        while (n > 0 && n < shown.n && ((unsigned char)shown.p[n] & 0xC0) == 0x80)
            n--; /* not in the middle of a character */
        tt_buf_add(&buf, tt_str_sub(shown, 0, n));
        if (n < shown.n)
            tt_buf_adds(&buf, "...");
        i = end + 1;
    }
    tt_str out = tt_arena_dup(arena, tt_buf_str(&buf));
    if (buf.err)
        out.p = NULL;
    tt_buf_release(&buf);
    return out;
}
