/* sse.c -- the event-stream grammar, one line at a time.
 *
 * Bytes are gathered into `line` until an ending; only whole lines are looked
 * at, so the cut of the input cannot matter.  CR LF is one ending even when the
 * two come in different pieces: `saw_cr` remembers the first half.
 */
#include "llm/sse.h"

#include "base/buf.h"
#include "trimtab/error.h"

#include <stdlib.h>

struct tt_sse {
    struct tt_buf line;  /* owned: the line being read */
    struct tt_buf event; /* owned: value of the last "event:" field */
    struct tt_buf data;  /* owned: "data:" values, each followed by LF */
    bool saw_cr;
    bool started; /* past the place where a byte order mark may stand */
    int err;      /* first failure; sticky */
    tt_sse_cb cb;
    void *arg; /* borrowed from the creator */
};

static int first_err(const struct tt_sse *sse)
{
    if (sse->line.err)
        return sse->line.err;
    return sse->event.err ? sse->event.err : sse->data.err;
}

static void dispatch(struct tt_sse *sse)
{
    if (sse->data.n > 0) {
        /* The last LF belongs to the grammar, not to the value. */
        tt_str data = tt_str_sub(tt_buf_str(&sse->data), 0, sse->data.n - 1);

        sse->cb(sse->arg, tt_buf_str(&sse->event), data);
    }
    tt_buf_clear(&sse->event);
    tt_buf_clear(&sse->data);
}

static void add_data(struct tt_sse *sse, tt_str value)
{
    tt_buf_add(&sse->data, value);
    tt_buf_addc(&sse->data, '\n');
}

static void field(struct tt_sse *sse, tt_str name, tt_str value)
{
    if (tt_str_eq(name, TT_STR("data"))) {
        add_data(sse, value);
    } else if (tt_str_eq(name, TT_STR("event"))) {
        tt_buf_clear(&sse->event);
        tt_buf_add(&sse->event, value);
    } else if (tt_str_eq(name, TT_STR("error"))) {
        tt_buf_clear(&sse->event);
        tt_buf_adds(&sse->event, "error");
        add_data(sse, value);
    }
}

static int end_of_line(struct tt_sse *sse)
{
    tt_str line = tt_buf_str(&sse->line);

    if (!sse->started && tt_str_starts(line, TT_STR("\xEF\xBB\xBF")))
        line = tt_str_sub(line, 3, line.n);
    sse->started = true;
    if (line.n == 0) {
        dispatch(sse);
    } else if (line.p[0] != ':') {
        const char *colon = memchr(line.p, ':', line.n);
        size_t at = colon ? (size_t)(colon - line.p) : line.n;
        tt_str value = tt_str_sub(line, at + 1, line.n);

        if (value.n > 0 && value.p[0] == ' ')
            value = tt_str_sub(value, 1, value.n);
        field(sse, tt_str_sub(line, 0, at), value);
    }
    tt_buf_clear(&sse->line);
    return first_err(sse);
}

/* How many bytes of s come before the next line ending. */
static size_t span(tt_str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] != '\n' && s.p[n] != '\r')
        n++;
    return n;
}

struct tt_sse *tt_sse_create(size_t max_event, tt_sse_cb cb, void *arg)
{
    struct tt_sse *sse = calloc(1, sizeof(*sse));

    if (!sse)
        return NULL;
    tt_buf_init(&sse->line, max_event);
    tt_buf_init(&sse->event, max_event);
    tt_buf_init(&sse->data, max_event);
    sse->cb = cb;
    sse->arg = arg;
    return sse;
}

void tt_sse_destroy(struct tt_sse *sse)
{
    if (!sse)
        return;
    tt_buf_release(&sse->line);
    tt_buf_release(&sse->event);
    tt_buf_release(&sse->data);
    free(sse);
}

int tt_sse_feed(struct tt_sse *sse, tt_str bytes)
{
    while (bytes.n > 0 && !sse->err) {
        size_t n = span(bytes);

        if (n > 0) {
            sse->saw_cr = false;
            sse->err = tt_buf_add(&sse->line, tt_str_sub(bytes, 0, n));
        } else {
            bool second_half = sse->saw_cr && bytes.p[0] == '\n';

            n = 1;
            sse->saw_cr = bytes.p[0] == '\r';
            if (!second_half)
                sse->err = end_of_line(sse);
        }
        bytes = tt_str_sub(bytes, n, bytes.n);
    }
    return sse->err;
}

int tt_sse_flush(struct tt_sse *sse)
{
    if (!sse->err && sse->line.n > 0)
        sse->err = end_of_line(sse);
    if (!sse->err)
        dispatch(sse);
    return sse->err;
}
