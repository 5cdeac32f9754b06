#include "model.h"

#include "base/utf8.h"
#include "test.h"
#include "text/node.h"
#include "text/text.h"

uint64_t rnd(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

uint32_t rnd_below(uint64_t *seed, uint32_t n)
{
    return (uint32_t)(rnd(seed) >> 11) % n;
}

void random_text(uint64_t *seed, size_t n, struct tt_buf *out)
{
    static const tt_str pieces[] = {
        TT_STR_INIT("a"),
        TT_STR_INIT("word "),
        TT_STR_INIT("\n"),
        TT_STR_INIT("\r\n"),
        TT_STR_INIT("\r"),
        TT_STR_INIT("\xC3\xA9"),         /* e with acute */
        TT_STR_INIT("\xE6\xBC\xA2"),     /* Han */
        TT_STR_INIT("\xF0\x9F\x98\x80"), /* emoji: two UTF-16 units */
        TT_STR_INIT("e\xCC\x81"),        /* combining mark */
        TT_STR_INIT("\xEF\xBB\xBF"),     /* BOM */
        TT_STR_INIT("\0"),
        TT_STR_INIT("    return value;"),
    };
    size_t end = out->n + n;

    while (out->n < end)
        tt_buf_add(out, pieces[rnd_below(seed, COUNT(pieces))]);
    CHECK(out->err == 0);
}

uint32_t random_boundary(uint64_t *seed, tt_str text)
{
    uint32_t at = rnd_below(seed, (uint32_t)text.n + 1);

    while (at < text.n && tt_is_continuation(text.p[at]))
        at--;
    return at;
}

void model_replace(struct tt_buf *text, struct tt_range range, tt_str bytes)
{
    struct tt_buf next = TT_BUF_INIT(TT_BUF_OWN);

    tt_buf_add(&next, tt_str_sub(tt_buf_str(text), 0, range.start));
    tt_buf_add(&next, bytes);
    tt_buf_add(&next, tt_str_sub(tt_buf_str(text), range.end, text->n));
    CHECK(next.err == 0);
    tt_buf_release(text);
    *text = next;
}

/* The length of the line break at `at`; 0 when there is none. */
static uint32_t break_at(tt_str text, uint32_t at)
{
    if (at >= text.n)
        return 0;
    if (text.p[at] == '\r' && at + 1 < text.n && text.p[at + 1] == '\n')
        return 2;
    return text.p[at] == '\r' || text.p[at] == '\n';
}

uint32_t model_lines(tt_str text)
{
    uint32_t lines = 1, n;

    for (uint32_t at = 0; at < text.n; at += n ? n : 1) {
        n = break_at(text, at);
        lines += n > 0;
    }
    return lines;
}

struct tt_range model_line(tt_str text, uint32_t line)
{
    struct tt_range range = { 0, 0 };

    for (; line; line--) {
        while (range.start < text.n && !break_at(text, range.start))
            range.start++;
        if (range.start == text.n)
            return (struct tt_range){ range.start, range.start };
        range.start += break_at(text, range.start);
    }
    for (range.end = range.start; range.end < text.n && !break_at(text, range.end);)
        range.end++;
    return range;
}

static uint32_t width(tt_str text, uint32_t at, enum tt_encoding encoding, uint32_t *bytes)
{
    size_t n;
    uint32_t c = tt_utf8_decode(tt_str_sub(text, at, text.n), &n);

    *bytes = (uint32_t)n;
    return encoding == TT_UTF8 ? *bytes : encoding == TT_UTF16 && c > 0xFFFF ? 2 : 1;
}

struct tt_position model_position(tt_str text, uint32_t offset, enum tt_encoding encoding)
{
    struct tt_position position = { 0, 0 };
    uint32_t at = 0, bytes;

    while (at < text.n) {
        uint32_t n = break_at(text, at), wide;

        if (n) {
            if (offset < at + n)
                break;
            position = (struct tt_position){ position.line + 1, 0 };
            at += n;
            continue;
        }
        wide = width(text, at, encoding, &bytes);
        if (offset < at + bytes)
            break;
        position.character += wide;
        at += bytes;
    }
    return position;
}

uint32_t model_offset(tt_str text, struct tt_position position, enum tt_encoding encoding,
                      bool *clamped)
{
    struct tt_range line = model_line(text, position.line);
    uint32_t units = 0, bytes;

    *clamped = true;
    if (position.line >= model_lines(text))
        return (uint32_t)text.n;
    while (line.start < line.end) {
        uint32_t wide = width(text, line.start, encoding, &bytes);

        if (units + wide > position.character)
            break;
        units += wide;
        line.start += bytes;
    }
    *clamped = units != position.character;
    return line.start;
}

/* Leaves at one depth and of allowed sizes, sums that add up. */
static void check_node(const struct tt_node *node)
{
    struct tt_sum sum = { 0 };

    if (!node->height) {
        CHECK(node->sum.bytes > 0 && node->sum.bytes <= TT_TEXT_LEAF);
        CHECK(!tt_is_continuation(node->data[0]));
        return;
    }
    CHECK(node->n >= 2 && node->n <= NODE_FANOUT);
    for (unsigned i = 0; i < node->n; i++) {
        const struct tt_node *child = tt_node_children(node)[i];

        CHECK(child->height + 1 == node->height);
        check_node(child);
        tt_sum_add(&sum, &child->sum);
    }
    CHECK(memcmp(&sum, &node->sum, sizeof(sum)) == 0);
}

void check_same(const struct tt_text *text, tt_str model)
{
    struct tt_buf flat = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_text_facts facts = tt_text_facts(text), want = { 0 };

    if (text->root)
        check_node(text->root);
    CHECK(tt_text_flatten(text, &flat) == 0);
    CHECK(tt_str_eq(tt_buf_str(&flat), model), "%zu bytes, not %zu, or other ones", flat.n,
          model.n);
    tt_buf_release(&flat);
    CHECK(tt_text_size(text) == model.n);
    CHECK(tt_text_lines(text) == model_lines(model));

    for (uint32_t at = 0, n; at < model.n;) {
        n = break_at(model, at);
        want.crlf += n == 2;
        want.lf += n == 1 && model.p[at] == '\n';
        want.cr += n == 1 && model.p[at] == '\r';
        want.final_newline = n > 0;
        if (n) {
            want.utf16 += n;
            want.chars += n;
        } else {
            want.utf16 += width(model, at, TT_UTF16, &n);
            want.chars++;
        }
        at += n;
    }
    want.bom = tt_str_starts(model, TT_STR("\xEF\xBB\xBF"));
    CHECK(facts.lf == want.lf && facts.cr == want.cr && facts.crlf == want.crlf);
    CHECK(facts.utf16 == want.utf16 && facts.chars == want.chars);
    CHECK(facts.bom == want.bom && facts.final_newline == want.final_newline);
}
