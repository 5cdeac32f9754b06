/* text.c -- reading and changing texts; positions are in lines.c. */
#include "text/text.h"

#include "base/utf8.h"
#include "text/node.h"
#include "trimtab/error.h"

#include <stdlib.h>

/* --- life ----------------------------------------------------------------- */

/* Takes the tree. */
static int text_of(struct tt_node *root, struct tt_text **out)
{
    struct tt_text *text = malloc(sizeof(*text));

    if (!text) {
        tt_node_unref(root);
        return TT_ENOMEM;
    }
    atomic_init(&text->refs, 1);
    text->root = root;
    *out = text;
    return 0;
}

int tt_text_create(tt_str bytes, struct tt_text **out, size_t *bad)
{
    struct tt_node *root;
    size_t valid;
    int err;

    if (bytes.n > TT_TEXT_MAX)
        return TT_ETOOBIG;
    valid = tt_utf8_check(bytes);
    if (valid < bytes.n) {
        if (bad)
            *bad = valid;
        return TT_EPARSE;
    }
    err = tt_node_build(bytes, &root);
    return err ? err : text_of(root, out);
}

struct tt_text *tt_text_ref(struct tt_text *text)
{
    if (text)
        atomic_fetch_add_explicit(&text->refs, 1, memory_order_relaxed);
    return text;
}

void tt_text_unref(struct tt_text *text)
{
    if (!text || atomic_fetch_sub_explicit(&text->refs, 1, memory_order_acq_rel) != 1)
        return;
    tt_node_unref(text->root);
    free(text);
}

/* --- reading -------------------------------------------------------------- */

uint32_t tt_text_size(const struct tt_text *text)
{
    return text->root ? text->root->sum.bytes : 0;
}

uint32_t tt_text_lines(const struct tt_text *text)
{
    return text->root ? tt_sum_breaks(&text->root->sum) + 1 : 1;
}

tt_str tt_text_chunk(const struct tt_text *text, uint32_t offset)
{
    const struct tt_node *leaf;
    uint32_t start;

    if (offset >= tt_text_size(text))
        return TT_STR("");
    leaf = tt_node_leaf(text->root, offset, &start);
    return (tt_str){ leaf->data + (offset - start), leaf->sum.bytes - (offset - start) };
}

/* The mirror of tt_text_chunk: from the start of a piece up to `offset`. */
static tt_str chunk_before(const struct tt_text *text, uint32_t offset)
{
    const struct tt_node *leaf;
    uint32_t start;

    if (!offset)
        return TT_STR("");
    leaf = tt_node_leaf(text->root, offset - 1, &start);
    return (tt_str){ leaf->data, offset - start };
}

int tt_text_byte(const struct tt_text *text, uint32_t offset)
{
    tt_str chunk = tt_text_chunk(text, offset);

    return chunk.n ? (unsigned char)chunk.p[0] : -1;
}

bool tt_text_is_boundary(const struct tt_text *text, uint32_t offset)
{
    tt_str chunk = tt_text_chunk(text, offset);

    return chunk.n ? !tt_is_continuation(chunk.p[0]) : offset == tt_text_size(text);
}

int32_t tt_text_char(const struct tt_text *text, uint32_t offset)
{
    size_t n;

    if (offset >= tt_text_size(text))
        return -1;
    while (!tt_text_is_boundary(text, offset))
        offset--;
    return (int32_t)tt_utf8_decode(tt_text_chunk(text, offset), &n); /* never cut by a piece */
}

static struct tt_range clamp(const struct tt_text *text, struct tt_range range)
{
    uint32_t size = tt_text_size(text);

    if (range.end > size)
        range.end = size;
    if (range.start > range.end)
        range.start = range.end;
    return range;
}

int tt_text_copy(const struct tt_text *text, struct tt_range range, struct tt_buf *out)
{
    range = clamp(text, range);
    if (tt_buf_reserve(out, range.end - range.start))
        return out->err;
    while (range.start < range.end) {
        tt_str part = tt_str_sub(tt_text_chunk(text, range.start), 0, range.end - range.start);

        tt_buf_add(out, part);
        range.start += (uint32_t)part.n;
    }
    return out->err;
}

int tt_text_flatten(const struct tt_text *text, struct tt_buf *out)
{
    return tt_text_copy(text, (struct tt_range){ 0, tt_text_size(text) }, out);
}

tt_str tt_text_view(const struct tt_text *text, struct tt_range range, struct tt_buf *scratch)
{
    tt_str chunk;

    range = clamp(text, range);
    chunk = tt_text_chunk(text, range.start);
    if (chunk.n >= range.end - range.start)
        return tt_str_sub(chunk, 0, range.end - range.start);
    tt_buf_clear(scratch);
    if (tt_text_copy(text, range, scratch))
        return (tt_str){ NULL, 0 };
    return tt_buf_str(scratch);
}

bool tt_text_matches(const struct tt_text *text, struct tt_range range, tt_str bytes)
{
    if (range.start > range.end || range.end > tt_text_size(text) ||
        range.end - range.start != bytes.n)
        return false;
    while (bytes.n) {
        tt_str part = tt_str_sub(tt_text_chunk(text, range.start), 0, bytes.n);

        if (memcmp(part.p, bytes.p, part.n) != 0)
            return false;
        range.start += (uint32_t)part.n;
        bytes = tt_str_sub(bytes, part.n, bytes.n);
    }
    return true;
}

bool tt_text_eq(const struct tt_text *a, const struct tt_text *b)
{
    uint32_t at = 0, size = tt_text_size(a);

    if (a->root == b->root)
        return true;
    if (size != tt_text_size(b) || a->root->sum.chars != b->root->sum.chars)
        return false;
    while (at < size) {
        tt_str left = tt_text_chunk(a, at), right = tt_text_chunk(b, at);
        size_t n = left.n < right.n ? left.n : right.n;

        if (left.p != right.p && memcmp(left.p, right.p, n) != 0)
            return false;
        at += (uint32_t)n;
    }
    return true;
}

struct tt_text_facts tt_text_facts(const struct tt_text *text)
{
    struct tt_text_facts facts = { 0 };
    const struct tt_sum *sum;

    if (!text->root)
        return facts;
    sum = &text->root->sum;
    facts.lf = sum->lf - sum->crlf;
    facts.cr = sum->cr - sum->crlf;
    facts.crlf = sum->crlf;
    facts.utf16 = sum->utf16;
    facts.chars = sum->chars;
    facts.final_newline = sum->cr_last || tt_text_byte(text, sum->bytes - 1) == '\n';
    facts.bom = tt_text_matches(text, (struct tt_range){ 0, 3 }, TT_STR("\xEF\xBB\xBF"));
    return facts;
}

tt_str tt_text_eol(const struct tt_text *text)
{
    struct tt_text_facts facts = tt_text_facts(text);

    if (facts.crlf > facts.lf && facts.crlf >= facts.cr)
        return TT_STR("\r\n");
    return facts.cr > facts.lf ? TT_STR("\r") : TT_STR("\n");
}

/* --- changing ------------------------------------------------------------- */

int tt_text_replace(const struct tt_text *text, struct tt_range range, tt_str bytes,
                    struct tt_text **out)
{
    struct tt_node *root;
    int err;

    if (range.start > range.end || !tt_text_is_boundary(text, range.start) ||
        !tt_text_is_boundary(text, range.end))
        return TT_EINVALID;
    if (bytes.n > TT_TEXT_MAX ||
        tt_text_size(text) - (range.end - range.start) + (uint32_t)bytes.n > TT_TEXT_MAX)
        return TT_ETOOBIG;
    if (tt_utf8_check(bytes) < bytes.n)
        return TT_EPARSE;
    err = tt_node_replace(text->root, range.start, range.end, bytes, &root);
    return err ? err : text_of(root, out);
}

int tt_text_apply(const struct tt_text *text, const struct tt_text_edit *edits, size_t n,
                  struct tt_text **out)
{
    struct tt_text *now = NULL, *next;
    int err = text_of(tt_node_ref(text->root), &now);

    for (size_t i = 1; i < n && !err; i++) {
        if (edits[i].range.start < edits[i - 1].range.end)
            err = TT_EINVALID;
    }
    for (size_t i = n; i-- > 0 && !err;) { /* from the end, so that offsets stay true */
        err = tt_text_replace(now, edits[i].range, edits[i].text, &next);
        if (!err) {
            tt_text_unref(now);
            now = next;
        }
    }
    if (err)
        tt_text_unref(now);
    else
        *out = now;
    return err;
}

static uint32_t common_prefix(const struct tt_text *text, tt_str after)
{
    uint32_t at = 0, most = tt_text_size(text);

    if (after.n < most)
        most = (uint32_t)after.n;
    while (at < most) {
        tt_str part = tt_str_sub(tt_text_chunk(text, at), 0, most - at);
        size_t i = 0;

        if (memcmp(part.p, after.p + at, part.n) == 0) {
            at += (uint32_t)part.n;
            continue;
        }
        while (part.p[i] == after.p[at + i])
            i++;
        return at + (uint32_t)i;
    }
    return most;
}

/* Of at most `most` bytes. */
static uint32_t common_suffix(const struct tt_text *text, tt_str after, uint32_t most)
{
    uint32_t size = tt_text_size(text), n = 0;

    while (n < most) {
        tt_str part = chunk_before(text, size - n);
        const char *mine, *theirs = after.p + (after.n - n);

        part = tt_str_sub(part, part.n > most - n ? part.n - (most - n) : 0, part.n);
        mine = part.p + part.n;
        if (memcmp(part.p, theirs - part.n, part.n) == 0) {
            n += (uint32_t)part.n;
            continue;
        }
        for (; mine[-1] == theirs[-1]; mine--, theirs--)
            n++;
        return n;
    }
    return most;
}

static int byte_of(tt_str s, size_t i)
{
    return i < s.n ? (unsigned char)s.p[i] : -1;
}

bool tt_text_difference(const struct tt_text *text, tt_str after, struct tt_text_edit *out)
{
    uint32_t size = tt_text_size(text);
    uint32_t start = common_prefix(text, after), least, same;

    if (start == size && start == after.n)
        return false;
    while (start && (!tt_text_is_boundary(text, start) ||
                     (start < after.n && tt_is_continuation(after.p[start]))))
        start--;
    if (start && after.p[start - 1] == '\r' &&
        (byte_of(after, start) == '\n' || tt_text_byte(text, start) == '\n'))
        start--;

    least = size < after.n ? size : (uint32_t)after.n;
    same = common_suffix(text, after, least - start);
    while (same && tt_is_continuation(after.p[after.n - same]))
        same--;
    if (same && after.p[after.n - same] == '\n' &&
        (byte_of(after, after.n - same - 1) == '\r' ||
         (same < size && tt_text_byte(text, size - same - 1) == '\r')))
        same--;
    *out =
        (struct tt_text_edit){ { start, size - same }, tt_str_sub(after, start, after.n - same) };
    return true;
}
