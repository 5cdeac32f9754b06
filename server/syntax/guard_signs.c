/* guard_signs.c -- signs in code that look like others, or like nothing at all.
 *
 * A grammar takes "“x”" or a zero-width space for part of a name, or for white
 * space, and sees no error where every compiler does.  In strings and comments
 * they are what their author wrote; only what turns the order of reading is
 * never welcome ("Trojan Source"). */
#include "base/utf8.h"
#include "syntax/guard_trees.h"

enum sign { SIGN_PLAIN, SIGN_ODD, SIGN_TURNS };

static enum sign sign_of(uint32_t c)
{
    static const struct {
        uint16_t first, last;
    } odd[] = {
        { 0x00A0, 0x00A0 }, { 0x00AD, 0x00AD }, { 0x2000, 0x200B }, { 0x200E, 0x200F },
        { 0x2010, 0x2029 }, { 0x202F, 0x202F }, { 0x205F, 0x2064 }, { 0x3000, 0x3002 },
        { 0xFEFF, 0xFEFF }, { 0xFF01, 0xFF0F }, { 0xFF1A, 0xFF20 }, { 0xFF3B, 0xFF3D },
        { 0xFF5B, 0xFF5D },
    };

    if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
        return SIGN_TURNS;
    for (size_t i = 0; c >= 0x80 && i < sizeof(odd) / sizeof(odd[0]); i++) {
        if (c >= odd[i].first && c <= odd[i].last)
            return SIGN_ODD;
    }
    return SIGN_PLAIN;
}

/* Text in the code, by what grammars call such nodes.  `broken`: the file had errors
 * before, and what stands in an error may be anything. */
static bool is_text(TSNode node, bool broken)
{
    static const char *const parts[] = { "string", "comment", "char",    "template",     "text",
                                         "doc",    "regex",   "content", "literal",      "scalar",
                                         "raw",    "word",    "preproc", "uninterpreted" };

    for (; !ts_node_is_null(node); node = ts_node_parent(node)) {
        const char *type = ts_node_type(node);

        if (broken && ts_node_is_error(node))
            return true;
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
            if (strstr(type, parts[i]))
                return true;
        }
    }
    return false;
}

bool tt_guard_find_sign(const struct tt_guard *guard, uint32_t *code, struct tt_range *place)
{
    TSNode root = ts_tree_root_node(guard->new);
    bool broken = ts_node_has_error(ts_tree_root_node(guard->old));
    int64_t shift = 0;

    for (size_t i = 0; i < guard->n_edits; i++) {
        const struct tt_text_edit *edit = &guard->edits[i];
        tt_str old = tt_str_sub(guard->before, edit->range.start, edit->range.end);
        uint32_t base = (uint32_t)(edit->range.start + shift);

        for (size_t at = 0, n = 1; at < edit->text.n; at += n) {
            tt_str rest = tt_str_sub(edit->text, at, edit->text.n);
            enum sign sign;

            n = 1;
            if ((unsigned char)rest.p[0] < 0x80)
                continue;
            *code = tt_utf8_decode(rest, &n);
            *place = (struct tt_range){ base + (uint32_t)at, base + (uint32_t)(at + n) };
            sign = sign_of(*code);
            if (sign == SIGN_PLAIN || (old.n && memmem(old.p, old.n, rest.p, n)))
                continue;
            if (sign == SIGN_TURNS ||
                !is_text(ts_node_descendant_for_byte_range(root, place->start, place->end), broken))
                return true;
        }
        shift += (int64_t)edit->text.n - (int64_t)(edit->range.end - edit->range.start);
    }
    return false;
}
