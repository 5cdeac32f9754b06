/* parse.h -- what the parsers of the answer syntaxes share.
 *
 * A parser is a struct that begins with struct tt_parse, and two functions: one
 * gets every line of the answer, the other is told that the answer is over.
 * None of them fails on input: a parser that cannot read on says so in `state`.
 */
#ifndef TT_EDIT_PARSE_H
#define TT_EDIT_PARSE_H

#include "base/buf.h"
#include "edit/answer.h"

struct tt_parse {
    struct tt_arena *arena; /* borrowed: blocks live there */
    struct tt_block *blocks;
    size_t n, cap;
    uint32_t line;       /* number of the line being read */
    uint32_t first_line; /* of the first mark; 0: none yet */
    uint32_t last_line;  /* where the last block was complete */
    enum tt_answer_state state;
    tt_str problem;
    int err; /* TT_ENOMEM; sticky */
};

/* A new block at the end, or NULL (p->err is set).  Valid until the next call. */
struct tt_block *tt_parse_add(struct tt_parse *p, enum tt_block_kind kind);
void tt_parse_reading(struct tt_parse *p, struct tt_block *block, tt_str old, tt_str new);
/* One more reading, if every line of the old text begins with its number as
 * listings show them ("12 | code", "12\tcode"): without the numbers. */
void tt_parse_numbered(struct tt_parse *p, struct tt_block *block, tt_str old, tt_str new);
/* Are these lines numbered as a listing numbers them, and some of them, without
 * the number, lines of the text `of`? */
bool tt_is_listing(tt_str text, tt_str of);
/* The first problem is kept. */
void tt_parse_malformed(struct tt_parse *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void tt_parse_mark(struct tt_parse *p);             /* this line is a mark of the syntax */
tt_str tt_parse_keep(struct tt_parse *p, tt_str s); /* a copy in the arena */
void tt_parse_result(const struct tt_parse *p, enum tt_edit_format format, struct tt_answer *out);

/* Lines of old and new text as they are collected. */
void tt_lines_add(struct tt_buf *buf, tt_str line);
size_t tt_lines_count(tt_str s); /* line ends */
/* `out`: the text with `indent` taken off every line; false when a line that is
 * not blank lacks it. */
bool tt_dedent(tt_str text, tt_str indent, struct tt_buf *out);

/* Small helpers on slices. */
tt_str tt_trim_left(tt_str s);
tt_str tt_trim_right(tt_str s);
tt_str tt_trim(tt_str s);
bool tt_is_blank(tt_str s);
/* If s begins with `prefix`, take it off. */
bool tt_skip(tt_str *s, const char *prefix);
bool tt_str_is(tt_str s, const char *c);
/* Length of the run of `c` at the start. */
size_t tt_run(tt_str s, char c);

/* A Markdown fence (``` or ~~~, at least three) or one of the tags that models
 * use instead (<source>, <code>, <pre>). */
struct tt_fence {
    char kind;   /* '`', '~', or 's', 'c', 'p' for a tag; 0: none */
    size_t run;  /* length of the fence */
    tt_str info; /* what stands behind an opening fence */
};
bool tt_fence_open(tt_str line, struct tt_fence *out);
bool tt_fence_closes(tt_str line, const struct tt_fence *open);
/* Is this line inside of the open fence?  Fences in it that name a language are
 * text, up to their own end; `depth` counts them, from 0. */
bool tt_fence_holds(const struct tt_fence *open, unsigned *depth, tt_str line);

/* Does the info of a fence name a file?  "python src/a.py", "python:src/a.py",
 * "js title="a.js"".  *weak: without a folder. */
bool tt_path_in_info(tt_str info, tt_str *path, bool *weak);

/* Does this line of prose consist of a file's path?  *weak: it has no folder. */
bool tt_path_in_line(tt_str line, tt_str *path, bool *weak);

#endif
