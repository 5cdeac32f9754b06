/* buf.h -- a growing byte buffer with a stated maximum and a sticky error.
 *
 * Every buffer that grows from outside data is made with its maximum.  A
 * failed append changes nothing, is remembered in `err`, and makes every later
 * append fail too: build a whole text, then check once.
 */
#ifndef TT_BUF_H
#define TT_BUF_H

#include "trimtab/str.h"

#include <stdarg.h>

struct tt_buf {
    char *p;    /* owned; NULL while empty; always one NUL byte behind n when not NULL */
    size_t n;   /* bytes in use */
    size_t cap; /* bytes allocated */
    size_t max; /* bytes allowed */
    int err;    /* 0, TT_ENOMEM or TT_ETOOBIG; sticky */
};

#define TT_BUF_INIT(limit)                                                                         \
    {                                                                                              \
        NULL, 0, 0, (limit), 0                                                                     \
    }

/* Over memory of the caller's, which must not be released: it never grows and allocates
 * nothing. */
#define TT_BUF_OVER(bytes)                                                                         \
    {                                                                                              \
        (bytes), 0, sizeof(bytes), sizeof(bytes) - 1, 0                                            \
    }

/* A limit for texts of our own making (messages, JSON we write). */
#define TT_BUF_OWN ((size_t)256 << 20)

void tt_buf_init(struct tt_buf *buf, size_t max);
void tt_buf_release(struct tt_buf *buf); /* back to the state after init */
void tt_buf_clear(struct tt_buf *buf);   /* n = 0, err = 0; keeps the memory */

int tt_buf_add(struct tt_buf *buf, tt_str bytes);
int tt_buf_addc(struct tt_buf *buf, char c);
int tt_buf_adds(struct tt_buf *buf, const char *c); /* NUL-terminated */
int tt_buf_addf(struct tt_buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int tt_buf_vaddf(struct tt_buf *buf, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Make room for `extra` more bytes behind n, without changing n. */
int tt_buf_reserve(struct tt_buf *buf, size_t extra);

/* Borrowed until the next append. */
static inline tt_str tt_buf_str(const struct tt_buf *buf)
{
    return (tt_str){ buf->p, buf->n };
}

/* The bytes, NUL-terminated, for the caller to free; the buffer is empty
 * afterwards.  NULL when out of memory or when an append had failed. */
char *tt_buf_take(struct tt_buf *buf, size_t *n);

#endif
