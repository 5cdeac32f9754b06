/* buf.c -- see buf.h.  Growth by doubling, so n appends cost O(n). */
#include "base/buf.h"

#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

void tt_buf_init(struct tt_buf *buf, size_t max)
{
    *buf = (struct tt_buf)TT_BUF_INIT(max);
}

void tt_buf_release(struct tt_buf *buf)
{
    free(buf->p);
    tt_buf_init(buf, buf->max);
}

void tt_buf_clear(struct tt_buf *buf)
{
    buf->n = 0;
    buf->err = 0;
    if (buf->p)
        buf->p[0] = '\0';
}

int tt_buf_reserve(struct tt_buf *buf, size_t extra)
{
    size_t cap = buf->cap ? buf->cap : 64;
    char *p;

    if (buf->err)
        return buf->err;
    if (extra > buf->max || buf->n > buf->max - extra)
        return buf->err = TT_ETOOBIG;
    if (buf->p && buf->n + extra < buf->cap)
        return 0;
    while (cap <= buf->n + extra) {
        if (cap > (size_t)-1 / 2)
            return buf->err = TT_ENOMEM;
        cap *= 2;
    }
    p = realloc(buf->p, cap);
    if (!p)
        return buf->err = TT_ENOMEM;
    buf->p = p;
    buf->cap = cap;
    return 0;
}

int tt_buf_add(struct tt_buf *buf, tt_str bytes)
{
    int err = tt_buf_reserve(buf, bytes.n);

    if (err)
        return err;
    if (bytes.n)
        memcpy(buf->p + buf->n, bytes.p, bytes.n);
    buf->n += bytes.n;
    buf->p[buf->n] = '\0';
    return 0;
}

int tt_buf_addc(struct tt_buf *buf, char c)
{
    return tt_buf_add(buf, (tt_str){ &c, 1 });
}

int tt_buf_adds(struct tt_buf *buf, const char *c)
{
    return tt_buf_add(buf, tt_str_from(c));
}

int tt_buf_vaddf(struct tt_buf *buf, const char *fmt, va_list ap)
{
    size_t room = buf->p ? buf->cap - buf->n : 0;
    char *end = room ? buf->p + buf->n : NULL;
    va_list again;
    int n;

    if (buf->err)
        return buf->err;
    va_copy(again, ap);
    n = vsnprintf(end, room, fmt, again); /* most fit where they are */
    va_end(again);
    if (n < 0)
        buf->err = TT_EINVALID;
    else
        tt_buf_reserve(buf, (size_t)n);
    if (buf->err) {
        if (end)
            *end = '\0';
        return buf->err;
    }
    if ((size_t)n >= room)
        vsnprintf(buf->p + buf->n, (size_t)n + 1, fmt, ap);
    buf->n += (size_t)n;
    return 0;
}

int tt_buf_addf(struct tt_buf *buf, const char *fmt, ...)
{
    va_list ap;
    int err;

    va_start(ap, fmt);
    err = tt_buf_vaddf(buf, fmt, ap);
    va_end(ap);
    return err;
}

char *tt_buf_take(struct tt_buf *buf, size_t *n)
{
    char *p;

    if (!buf->err && !buf->p)
        tt_buf_add(buf, TT_STR(""));
    if (buf->err)
        return NULL;
    p = buf->p;
    if (n)
        *n = buf->n;
    tt_buf_init(buf, buf->max);
    return p;
}
