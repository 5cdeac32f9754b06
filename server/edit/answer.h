/* answer.h -- what a model's answer asks for, whatever syntax it came in.
 *
 * Every syntax becomes one list of blocks: which file, which old text, which
 * new text.  Bytes may be fed in any cut.  The list says nothing about whether
 * a block fits the file: that is place.h.
 *
 * Texts are in "LF view": lines end with '\n' alone (a '\r' in front of it is
 * dropped), and the last line of a block of lines has its '\n' too.
 */
#ifndef TT_EDIT_ANSWER_H
#define TT_EDIT_ANSWER_H

#include "base/arena.h"
#include "trimtab/edit.h"

enum tt_block_kind {
    TT_BLOCK_LINES,  /* whole lines `old` become whole lines `new` */
    TT_BLOCK_BYTES,  /* the string `old` becomes `new`, anywhere in a line */
    TT_BLOCK_INSERT, /* `new` goes behind line `line_hint` (0: to the start) */
    TT_BLOCK_WHOLE,  /* `new` is the whole region, rewritten */
    TT_BLOCK_CREATE, /* `new` is a whole new file */
    TT_BLOCK_DELETE, /* the file is to be deleted */
    TT_BLOCK_MOVE,   /* the file is to be renamed to `new` */
};

/* One way to read a block.  Models drop the blank in front of context lines or
 * put blank lines between hunks; each reading is matched exactly. */
struct tt_reading {
    tt_str old, new;
};
#define TT_MAX_READINGS 6

struct tt_block {
    enum tt_block_kind kind;
    tt_str path;    /* empty: not named */
    bool weak_path; /* found in a line of prose, and without a folder in it */
    tt_str *anchors;
    size_t n_anchors;
    struct tt_reading reading[TT_MAX_READINGS]; /* the most literal first */
    size_t n_readings;                          /* at least 1 */
    uint32_t line_hint; /* 1-based line of the old text; 0: none (but see INSERT) */
    bool at_end;        /* must match at the end of the file */
    bool in_order;      /* blocks of this syntax stand in the order of the file */
    bool appends;       /* without any old text it goes to the end of the file */
    bool unfenced;      /* WHOLE: nothing proves that the code is complete */
    bool commands;      /* WHOLE: fenced as commands for a shell */
    bool changes;       /* WHOLE: fenced as a diff */
    char fence_kind;    /* WHOLE: what its fence is made of, see struct tt_fence */
    size_t fence_run;
    uint32_t line; /* where it begins in the answer, 1-based */
};

enum tt_answer_state {
    TT_ANSWER_NONE,       /* no block found */
    TT_ANSWER_COMPLETE,   /* every block has its end */
    TT_ANSWER_UNFINISHED, /* a block or the envelope has no end */
    TT_ANSWER_MALFORMED,  /* a block has no certain reading; `problem` says why */
};

struct tt_answer {
    enum tt_edit_format format;
    enum tt_answer_state state;
    struct tt_block *blocks;
    size_t n;
    tt_str problem;      /* a clause such as "line 4 has a second divider" */
    uint32_t first_line; /* where the first mark of this syntax is; 0: none */
    uint32_t last_line;  /* where its last block is complete */
    size_t from;         /* bytes of thoughts in front of it, with their tags */
    bool lone_end;       /* only the end of the thoughts had a tag */
};

/* More than a model can answer; over it, feed gives TT_ETOOBIG. */
#define TT_ANSWER_MAX ((size_t)32 << 20)

struct tt_answer_parser; /* answer.c */

/* Blocks and texts will live in `arena`.  With TT_FORMAT_AUTO every syntax is
 * tried side by side.  NULL when out of memory. */
struct tt_answer_parser *tt_answer_parser_create(enum tt_edit_format format,
                                                 struct tt_arena *arena);
void tt_answer_parser_destroy(struct tt_answer_parser *parser); /* NULL is fine */

/* TT_ETOOBIG and TT_ENOMEM are sticky. */
int tt_answer_feed(struct tt_answer_parser *parser, tt_str bytes);
/* The answer is over.  Once. */
int tt_answer_finish(struct tt_answer_parser *parser, struct tt_answer *out);

#endif
