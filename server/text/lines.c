/* lines.c -- byte offsets to lines and positions, and back.
 *
 * Every question is answered by one or two walks down the tree: sums of what
 * stands before an offset, or the offset at which a sum reaches a number.
 */
#include "text/node.h"
#include "text/text.h"

/* Behind the `count`-th "\n" of a leaf. */
static uint32_t feed_in_leaf(const struct tt_node *leaf, uint32_t count)
{
    const char *p = leaf->data, *end = leaf->data + leaf->sum.bytes;

    for (; count && (p = memchr(p, '\n', (size_t)(end - p))); count--)
        p++;
    return count ? leaf->sum.bytes : (uint32_t)(p - leaf->data);
}

/* Where in a leaf the `count`-th line break ends, `before` being the sum up to
 * the leaf.  A "\r" counts at once; its "\n" is looked at by the caller. */
static uint32_t break_in_leaf(const struct tt_node *leaf, const struct tt_sum *before,
                              uint32_t count)
{
    uint32_t seen = tt_sum_breaks(before);
    bool after_cr = before->cr_last;

    if (!after_cr && !leaf->sum.cr)
        return feed_in_leaf(leaf, count - seen);
    for (uint32_t i = 0; i < leaf->sum.bytes; i++) {
        char c = leaf->data[i];

        if (c == '\r' || (c == '\n' && !after_cr))
            seen++;
        if (seen == count)
            return i + 1;
        after_cr = c == '\r';
    }
    return leaf->sum.bytes;
}

/* The first byte of a line; the size when there is no such line. */
static uint32_t line_start(const struct tt_text *text, uint32_t line)
{
    const struct tt_node *node = text->root;
    struct tt_sum sum = { 0 };
    uint32_t at;

    if (!line)
        return 0;
    if (line >= tt_text_lines(text))
        return tt_text_size(text);
    while (node->height) {
        unsigned i = 0;

        for (;; i++) {
            struct tt_sum with = sum;

            tt_sum_add(&with, &tt_node_children(node)[i]->sum);
            if (tt_sum_breaks(&with) >= line)
                break;
            sum = with;
        }
        node = tt_node_children(node)[i];
    }
    at = sum.bytes + break_in_leaf(node, &sum, line);
    if (tt_text_byte(text, at - 1) == '\r' && tt_text_byte(text, at) == '\n')
        at++;
    return at;
}

struct tt_range tt_text_line_full(const struct tt_text *text, uint32_t line)
{
    struct tt_range range = { line_start(text, line), tt_text_size(text) };

    if (line < tt_text_lines(text) - 1)
        range.end = line_start(text, line + 1);
    return range;
}

struct tt_range tt_text_line(const struct tt_text *text, uint32_t line)
{
    struct tt_range range = tt_text_line_full(text, line);

    if (line + 1 >= tt_text_lines(text)) /* the last line has no break */
        return range;
    if (tt_text_byte(text, range.end - 1) == '\n')
        range.end--;
    if (range.end > range.start && tt_text_byte(text, range.end - 1) == '\r')
        range.end--;
    return range;
}

/* Back out of a code point and of a "\r\n". */
static uint32_t settle(const struct tt_text *text, uint32_t offset)
{
    uint32_t size = tt_text_size(text);

    if (offset >= size)
        return size;
    while (!tt_text_is_boundary(text, offset))
        offset--;
    if (offset && tt_text_byte(text, offset) == '\n' && tt_text_byte(text, offset - 1) == '\r')
        offset--;
    return offset;
}

uint32_t tt_text_line_at(const struct tt_text *text, uint32_t offset)
{
    struct tt_sum sum = tt_node_prefix(text->root, settle(text, offset));

    return tt_sum_breaks(&sum);
}

static uint32_t units(const struct tt_sum *sum, enum tt_encoding encoding)
{
    return encoding == TT_UTF8 ? sum->bytes : encoding == TT_UTF16 ? sum->utf16 : sum->chars;
}

static uint32_t units_before(const struct tt_text *text, uint32_t offset, enum tt_encoding encoding)
{
    struct tt_sum sum;

    if (encoding == TT_UTF8)
        return offset;
    sum = tt_node_prefix(text->root, offset);
    return units(&sum, encoding);
}

/* Where in a leaf `count` units end; less when that is inside a code point. */
static uint32_t units_in_leaf(const struct tt_node *leaf, uint32_t count, enum tt_encoding encoding)
{
    uint32_t at = 0, seen = 0;

    if (leaf->sum.chars == leaf->sum.bytes)
        return count;
    while (at < leaf->sum.bytes) {
        unsigned char c = (unsigned char)leaf->data[at];
        uint32_t wide = encoding == TT_UTF16 && c >= 0xF0 ? 2 : 1;

        if (seen + wide > count)
            break;
        seen += wide;
        at += c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    }
    return at;
}

/* The last boundary that has at most `count` units before it; `count` is below
 * the units of the whole text. */
static uint32_t offset_of_units(const struct tt_text *text, uint32_t count,
                                enum tt_encoding encoding)
{
    const struct tt_node *node = text->root;
    uint32_t at = 0;

    while (node->height) {
        unsigned i = 0;

        for (; i + 1u < node->n; i++) {
            const struct tt_sum *sum = &tt_node_children(node)[i]->sum;

            if (units(sum, encoding) > count)
                break;
            count -= units(sum, encoding);
            at += sum->bytes;
        }
        node = tt_node_children(node)[i];
    }
    return at + units_in_leaf(node, count, encoding);
}

static uint32_t offset_in_line(const struct tt_text *text, struct tt_range line, uint32_t character,
                               enum tt_encoding encoding, bool *clamped)
{
    uint32_t base = units_before(text, line.start, encoding);
    uint32_t length = units_before(text, line.end, encoding) - base;
    uint32_t offset;

    if (character >= length) {
        *clamped = character > length;
        return line.end;
    }
    if (encoding == TT_UTF8) {
        offset = line.start + character;
        while (!tt_text_is_boundary(text, offset))
            offset--;
    } else {
        offset = offset_of_units(text, base + character, encoding);
    }
    *clamped = units_before(text, offset, encoding) != base + character;
    return offset;
}

uint32_t tt_text_offset(const struct tt_text *text, struct tt_position position,
                        enum tt_encoding encoding, bool *clamped)
{
    uint32_t offset = tt_text_size(text);
    bool moved = true;

    if (position.line < tt_text_lines(text))
        offset = offset_in_line(text, tt_text_line(text, position.line), position.character,
                                encoding, &moved);
    if (clamped)
        *clamped = moved;
    return offset;
}

/* What stands in front of `offset` in its line; false when that is in two leaves. */
static bool line_before(const struct tt_text *text, uint32_t offset, tt_str *out)
{
    const struct tt_node *leaf;
    const char *lf, *cr;
    uint32_t start;

    if (!offset)
        return false;
    leaf = tt_node_leaf(text->root, offset - 1, &start);
    *out = (tt_str){ leaf->data, offset - start };
    lf = memrchr(out->p, '\n', out->n);
    cr = leaf->sum.cr ? memrchr(out->p, '\r', out->n) : NULL;
    if (cr && (!lf || cr > lf))
        lf = cr;
    if (lf)
        *out = tt_str_sub(*out, (size_t)(lf - out->p) + 1, out->n);
    return lf != NULL;
}

struct tt_position tt_text_position(const struct tt_text *text, uint32_t offset,
                                    enum tt_encoding encoding)
{
    struct tt_position position;
    struct tt_sum sum, part;
    tt_str line;

    offset = settle(text, offset);
    sum = tt_node_prefix(text->root, offset);
    position.line = tt_sum_breaks(&sum);
    if (line_before(text, offset, &line)) {
        part = tt_sum_of(line);
        position.character = units(&part, encoding);
    } else {
        position.character =
            units(&sum, encoding) - units_before(text, line_start(text, position.line), encoding);
    }
    return position;
}

struct tt_range tt_text_range(const struct tt_text *text, struct tt_position_range range,
                              enum tt_encoding encoding, bool *clamped)
{
    struct tt_position_range ordered = tt_position_range_ordered(range);
    struct tt_range bytes;
    bool first, second;

    bytes.start = tt_text_offset(text, ordered.start, encoding, &first);
    bytes.end = bytes.start;
    second = first;
    if (ordered.start.line != ordered.end.line || ordered.start.character != ordered.end.character)
        bytes.end = tt_text_offset(text, ordered.end, encoding, &second);
    if (clamped)
        *clamped = first || second;
    return bytes;
}

struct tt_position_range tt_text_position_range(const struct tt_text *text, struct tt_range range,
                                                enum tt_encoding encoding)
{
    struct tt_position start = tt_text_position(text, range.start, encoding);

    return (struct tt_position_range){ start, range.end == range.start
                                                  ? start
                                                  : tt_text_position(text, range.end, encoding) };
}

struct tt_point tt_text_point(const struct tt_text *text, uint32_t offset)
{
    uint32_t size = tt_text_size(text), start;
    struct tt_sum sum;

    if (offset > size)
        offset = size;
    sum = tt_node_prefix(text->root, offset);
    start = tt_node_row_start(text->root, sum.lf);
    return (struct tt_point){ sum.lf, offset - start };
}
