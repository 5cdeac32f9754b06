/* target.h -- "FILE:RANGE" of a command line.
 *
 * RANGE is LINE, LINE:COL or START-END (each of these LINE or LINE:COL), counted
 * from 1, columns in code points.  A FILE may hold colons: where there are several
 * ways to read it, the file that exists is meant, and else the last colon.
 */
#ifndef TT_APP_TARGET_H
#define TT_APP_TARGET_H

#include "trimtab/range.h"

#include <stddef.h>

struct tt_text;

struct tt_target {
    char *path;                    /* owned; as given */
    uint32_t line, column;         /* from 1; column 0: not said */
    uint32_t end_line, end_column; /* end_line 0: not said */
};

/* TT_EINVALID when there is no RANGE in it; TT_ENOMEM. */
int tt_target_parse(const char *word, struct tt_target *out);
void tt_target_release(struct tt_target *target);

/* RANGE alone, into all but `path`. */
int tt_target_parse_range(const char *word, struct tt_target *out);

/* The bytes that are meant.  LINE is that line and START-END are those lines,
 * without the last line break; LINE:COL is the empty range there.  With
 * `whole_lines` they are lines with their breaks.  TT_EINVALID past the end. */
int tt_target_range(const struct tt_target *target, const struct tt_text *text, bool whole_lines,
                    struct tt_range *out);

/* Say on standard error that the file at `path` is shorter than a target. */
void tt_target_say_short(const char *path, const struct tt_text *text);

#endif
