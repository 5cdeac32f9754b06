/* text.h -- the text of a document: immutable, shared, and quick to change.
 *
 * A text is a tree of pieces of at most 4 KiB.  Changing one makes a new text
 * that shares every untouched piece with the old one, in O(log n); the old one
 * stays as it was for whoever still holds it.  Each node counts what it holds
 * (bytes, line breaks, UTF-16 units, code points), so that places are found in
 * O(log n) too, however long a line is.
 *
 * A text is valid UTF-8 (NUL included).  Inside the program a place is a byte
 * offset; this module alone knows lines, columns and UTF-16.
 *
 * Lines end, as in LSP, with "\n", "\r\n" or "\r"; a text that ends with one
 * has an empty last line, and an empty text has one line.  tree-sitter counts
 * only "\n": see tt_text_point.
 *
 * Threads: counts of references are atomic and nothing else changes, so a text
 * may be used from any thread that holds a reference.
 */
#ifndef TT_TEXT_H
#define TT_TEXT_H

#include "base/buf.h"
#include "trimtab/position.h"
#include "trimtab/range.h"

/* The longest text, in bytes; more is TT_ETOOBIG. */
#define TT_TEXT_MAX ((uint32_t)1 << 30)

/* The longest piece, in bytes. */
#define TT_TEXT_LEAF 4096u

struct tt_text; /* opaque: text.c, tree.c */

/* Make a text of a copy of `bytes`.  TT_EPARSE when they are not valid UTF-8:
 * *bad (may be NULL) is then the offset of the first byte that is not.
 * TT_ETOOBIG, TT_ENOMEM. */
int tt_text_create(tt_str bytes, struct tt_text **out, size_t *bad);

/* Both take NULL and do nothing then; ref returns its argument. */
struct tt_text *tt_text_ref(struct tt_text *text);
void tt_text_unref(struct tt_text *text);

/* --- reading -------------------------------------------------------------- */

uint32_t tt_text_size(const struct tt_text *text);  /* bytes */
uint32_t tt_text_lines(const struct tt_text *text); /* at least 1 */

/* From `offset` to the end of its piece: at least one byte, or empty at (and
 * past) the end.  Borrowed from the text.  Walk a text by adding what came. */
tt_str tt_text_chunk(const struct tt_text *text, uint32_t offset);

/* One byte; -1 at (and past) the end. */
int tt_text_byte(const struct tt_text *text, uint32_t offset);

/* The code point that begins at or goes over `offset`; -1 at the end. */
int32_t tt_text_char(const struct tt_text *text, uint32_t offset);

/* Append the bytes of `range` (clamped to the text).  The buffer's error. */
int tt_text_copy(const struct tt_text *text, struct tt_range range, struct tt_buf *out);

/* Append the whole text. */
int tt_text_flatten(const struct tt_text *text, struct tt_buf *out);

/* The bytes of `range` (clamped) as one slice: borrowed from the text when one
 * piece holds them all, else collected in `scratch`, which is cleared first.
 * On failure p is NULL and n is 0, and scratch->err says why. */
tt_str tt_text_view(const struct tt_text *text, struct tt_range range, struct tt_buf *scratch);

bool tt_text_eq(const struct tt_text *a, const struct tt_text *b);

/* Does `range` hold exactly these bytes? */
bool tt_text_matches(const struct tt_text *text, struct tt_range range, tt_str bytes);

/* Is `offset` between two code points (or at an end)?  False past the end. */
bool tt_text_is_boundary(const struct tt_text *text, uint32_t offset);

/* What a file looks like, from counters: O(1). */
struct tt_text_facts {
    uint32_t lf, crlf, cr; /* line breaks of each kind; a "\r\n" is no lf and no cr */
    bool bom;              /* begins with U+FEFF: it is part of the text and of its positions */
    bool final_newline;    /* ends with a line break */
    uint32_t utf16, chars; /* length in UTF-16 units and in code points */
};
struct tt_text_facts tt_text_facts(const struct tt_text *text);

/* The kind of line break that prevails: "\n", "\r\n" or "\r"; "\n" when there
 * is none.  Static. */
tt_str tt_text_eol(const struct tt_text *text);

/* --- changing ------------------------------------------------------------- */

/* A new text with `range` replaced by `bytes`.  TT_EINVALID when the range is
 * reversed, past the end or cuts a code point; TT_EPARSE when `bytes` are not
 * valid UTF-8; TT_ETOOBIG, TT_ENOMEM. */
int tt_text_replace(const struct tt_text *text, struct tt_range range, tt_str bytes,
                    struct tt_text **out);

/* A new text with all edits applied.  They are sorted and disjoint and refer
 * to `text` (TT_EINVALID when not); edits that touch are applied in the order
 * of the list.  n may be 0.  Other errors as for tt_text_replace. */
int tt_text_apply(const struct tt_text *text, const struct tt_text_edit *edits, size_t n,
                  struct tt_text **out);

/* The smallest single edit that makes `after` of `text`: what both begin and
 * end with is left out, without cutting a code point or a "\r\n".  The edit's
 * text is a slice of `after`.  False when they are equal. */
bool tt_text_difference(const struct tt_text *text, tt_str after, struct tt_text_edit *out);

/* --- lines and positions -------------------------------------------------- */

/* The bytes of a line without its line break, and with it.  A line past the
 * end is the empty range at the end of the text. */
struct tt_range tt_text_line(const struct tt_text *text, uint32_t line);
struct tt_range tt_text_line_full(const struct tt_text *text, uint32_t line);

/* The line that holds `offset`; inside a "\r\n" that is the line it ends. */
uint32_t tt_text_line_at(const struct tt_text *text, uint32_t offset);

/* The offset of a position.  What does not exist is clamped as LSP says, and
 * then *clamped (may be NULL) is true: a character past the end of its line is
 * the end of the line, before its line break; a line past the end is the end
 * of the text; a position inside a code point (half of a surrogate pair, the
 * middle of UTF-8) is its beginning. */
uint32_t tt_text_offset(const struct tt_text *text, struct tt_position position,
                        enum tt_encoding encoding, bool *clamped);

/* The position of an offset.  An offset past the end is the end; one inside a
 * code point is its beginning; one between "\r" and "\n" is before the "\r". */
struct tt_position tt_text_position(const struct tt_text *text, uint32_t offset,
                                    enum tt_encoding encoding);

/* Both ends at once; a reversed range is put in order first. */
struct tt_range tt_text_range(const struct tt_text *text, struct tt_position_range range,
                              enum tt_encoding encoding, bool *clamped);
struct tt_position_range tt_text_position_range(const struct tt_text *text, struct tt_range range,
                                                enum tt_encoding encoding);

/* tree-sitter's idea of a place: rows end with "\n" alone, columns are bytes. */
struct tt_point {
    uint32_t row, column;
};
struct tt_point tt_text_point(const struct tt_text *text, uint32_t offset); /* clamped to the end */

#endif
