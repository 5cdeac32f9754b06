/* out.h -- talking to whoever sits at the terminal. */
#ifndef TT_APP_OUT_H
#define TT_APP_OUT_H

#include "base/buf.h"

#include <stdio.h>

/* Escape sequences, or empty strings where colour is not wanted. */
struct tt_colors {
    const char *off, *bold, *dim, *red, *green, *yellow, *blue, *cyan;
};

/* Colour on a terminal, unless NO_COLOR is set or TERM is "dumb";
 * CLICOLOR_FORCE turns it on anywhere. */
const struct tt_colors *tt_colors_for(FILE *file);

/* "trimtab: ..." on stderr, one line. */
void tt_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

int tt_out_of_memory(void); /* says so; gives TT_EXIT_USAGE */

/* Write the buffer to stdout and release it.  Gives `code`, or TT_EXIT_USAGE with
 * a message when memory was out or stdout is gone. */
int tt_out_finish(struct tt_buf *buf, int code);

/* Text from a file or a model, safe for a terminal: control characters other than
 * tab and newline become '?'. */
int tt_out_add_safe(struct tt_buf *buf, tt_str text);
/* The same for the name of a file, which stays on its line. */
int tt_out_add_path(struct tt_buf *buf, const char *path);

#endif
