/* frame.c -- see frame.h.
 *
 * A machine of four states.  Lines of a header are gathered in a small array: a
 * longer line is no header.  When something is wrong, SEEK looks for the name
 * "content-length:" byte by byte and goes on as if its line had just begun; the
 * skipped body of a too long frame is sought through in the same way, so that a
 * length that was a lie costs nothing.
 */
#include "rpc/frame.h"

#include "base/buf.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define MAX_LINE 1024u
#define KEEP     ((size_t)1 << 20)  /* memory kept between messages */
#define RESCAN   ((size_t)64 << 10) /* bodies that are searched again when they are no JSON */

static const char length_name[] = "content-length:";
#define LENGTH_NAME (sizeof(length_name) - 1)

enum state {
    HEADER,
    BODY,
    SEEK, /* looking for a header */
    SKIP, /* the same, at most until `left` bytes went by */
};

struct tt_frame {
    enum state state;
    char line[MAX_LINE + 1]; /* of a header, or of the candidate found by SEEK */
    size_t n_line;
    bool any_line; /* of the header block being read */
    bool has_length;
    bool candidate; /* the line was found by SEEK: it proves nothing when it is bad */
    uint64_t length;
    uint64_t left;      /* SKIP */
    size_t matched;     /* SEEK, SKIP: bytes of length_name */
    struct tt_buf body; /* owned */
    bool rescanning;    /* a body that was no JSON is being searched */
    size_t max_body;
    int err; /* sticky: TT_ENOMEM */
    const struct tt_frame_events *events;
    void *arg;
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void begin_header(struct tt_frame *f)
{
    f->state = HEADER;
    f->n_line = 0;
    f->any_line = false;
    f->has_length = false;
    f->candidate = false;
}

static void seek(struct tt_frame *f, enum state state, uint64_t left)
{
    f->state = state;
    f->left = left;
    f->matched = 0;
}

static void problem(struct tt_frame *f, enum tt_frame_problem what)
{
    f->events->on_problem(f->arg, what, f->length);
}

/* A length in digits only, with blanks around; false for anything else and for
 * what nobody can mean (over 2^48). */
static bool parse_length(tt_str s, uint64_t *out)
{
    uint64_t n = 0;

    while (s.n && is_blank(s.p[0]))
        s = tt_str_sub(s, 1, s.n);
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    if (!s.n || s.n > 15)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        n = n * 10 + (uint64_t)(s.p[i] - '0');
    }
    *out = n;
    return n >> 48 == 0;
}

static bool names_length(tt_str line)
{
    if (line.n < LENGTH_NAME)
        return false;
    for (size_t i = 0; i < LENGTH_NAME; i++) {
        if (lower(line.p[i]) != length_name[i])
            return false;
    }
    return true;
}

/* A header that begins in the middle of the line: what stands before it is the
 * end of something else. */
static bool hides_length(tt_str line)
{
    for (size_t i = 1; i < line.n; i++) {
        if (names_length(tt_str_sub(line, i, line.n)))
            return true;
    }
    return false;
}

/* `Name: value`, where a name is made of letters, digits and hyphens. */
static bool is_header(tt_str line)
{
    size_t i = 0;

    while (i < line.n &&
           (lower(line.p[i]) >= 'a' ? lower(line.p[i]) <= 'z'
                                    : line.p[i] == '-' || (line.p[i] >= '0' && line.p[i] <= '9')))
        i++;
    return i > 0 && i < line.n && line.p[i] == ':';
}

static void feed(struct tt_frame *f, tt_str bytes);

/* The line that was read (of `n` bytes with its end) is no header; a header may
 * begin in the middle of it, when the length before it was a lie. */
static void bad_header(struct tt_frame *f, size_t n)
{
    char line[MAX_LINE + 1];
    size_t from = names_length((tt_str){ f->line, n }) ? LENGTH_NAME : 0;

    memcpy(line, f->line, n);
    if (!f->candidate) {
        f->length = 0;
        problem(f, TT_FRAME_BAD_HEADER);
    }
    seek(f, SEEK, 0);
    feed(f, (tt_str){ line + from, n - from });
}

static void end_of_header(struct tt_frame *f)
{
    if (!f->any_line)
        return; /* an empty line before a header */
    if (!f->has_length) {
        f->length = 0;
        problem(f, TT_FRAME_NO_LENGTH);
        seek(f, SEEK, 0);
    } else if (f->length > f->max_body) {
        problem(f, TT_FRAME_TOO_LONG);
        seek(f, SKIP, f->length);
    } else {
        f->state = BODY;
        tt_buf_clear(&f->body);
    }
}

/* The line at f->line, of `n` bytes with its LF, is complete. */
static void end_of_line(struct tt_frame *f, size_t n)
{
    tt_str line = { f->line, n - 1 };

    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    f->n_line = 0;
    if (!line.n) {
        end_of_header(f);
        return;
    }
    f->any_line = true;
    if (!names_length(line)) {
        if (!is_header(line) || hides_length(line))
            bad_header(f, n);
    } else if (parse_length(tt_str_sub(line, LENGTH_NAME, line.n), &f->length)) {
        f->has_length = true;
        f->candidate = false;
    } else {
        bad_header(f, n);
    }
}

static size_t feed_header(struct tt_frame *f, tt_str bytes)
{
    size_t i = 0;

    while (i < bytes.n && f->state == HEADER) {
        f->line[f->n_line++] = bytes.p[i++];
        if (bytes.p[i - 1] == '\n')
            end_of_line(f, f->n_line);
        else if (f->n_line > MAX_LINE)
            bad_header(f, f->n_line);
    }
    return i;
}

static void begin_candidate(struct tt_frame *f)
{
    begin_header(f);
    memcpy(f->line, length_name, LENGTH_NAME);
    f->n_line = LENGTH_NAME;
    f->any_line = true;
    f->candidate = true;
}

static size_t feed_seek(struct tt_frame *f, tt_str bytes)
{
    size_t i = 0;

    while (i < bytes.n) {
        char c;

        if (f->state == SKIP && f->left-- == 0) {
            begin_header(f);
            return i;
        }
        c = lower(bytes.p[i++]);
        if (c == length_name[f->matched])
            f->matched++;
        else
            f->matched = c == length_name[0]; /* no other prefix of the name ends in a suffix of it
                                                 except by its first letter */
        if (f->matched == LENGTH_NAME) {
            begin_candidate(f);
            return i;
        }
    }
    return i;
}

/* Hand a body over.  When it is no JSON, its length may have been a lie, and the
 * header of the next message may begin inside it. */
static void deliver(struct tt_frame *f, tt_str body)
{
    begin_header(f);
    if (f->events->on_body(f->arg, body) || body.n > RESCAN || f->rescanning)
        return;
    f->rescanning = true;
    seek(f, SEEK, 0);
    feed(f, body);
    f->rescanning = false;
}

static void deliver_gathered(struct tt_frame *f)
{
    struct tt_buf body = f->body;

    tt_buf_init(&f->body, f->max_body); /* a search inside the body may gather another one */
    deliver(f, tt_buf_str(&body));
    if (body.cap <= KEEP && !f->body.p) {
        tt_buf_clear(&body);
        f->body = body;
    } else {
        tt_buf_release(&body);
    }
}

static size_t feed_body(struct tt_frame *f, tt_str bytes)
{
    size_t want = (size_t)f->length - f->body.n;

    if (f->body.n == 0 && want <= bytes.n) {
        deliver(f, tt_str_sub(bytes, 0, want));
        return want;
    }
    if (want > bytes.n)
        want = bytes.n;
    f->err = tt_buf_add(&f->body, tt_str_sub(bytes, 0, want));
    if (!f->err && f->body.n == f->length)
        deliver_gathered(f);
    return want;
}

static size_t feed_some(struct tt_frame *f, tt_str bytes)
{
    switch (f->state) {
    case HEADER:
        return feed_header(f, bytes);
    case BODY:
        return feed_body(f, bytes);
    case SEEK:
    case SKIP:
        break;
    }
    return feed_seek(f, bytes);
}

static void feed(struct tt_frame *f, tt_str bytes)
{
    /* An empty body is complete without another byte. */
    while (!f->err && (bytes.n || (f->state == BODY && f->length == 0))) {
        size_t used = feed_some(f, bytes);

        bytes = tt_str_sub(bytes, used, bytes.n);
    }
}

int tt_frame_feed(struct tt_frame *f, tt_str bytes)
{
    feed(f, bytes);
    return f->err;
}

struct tt_frame *tt_frame_create(size_t max_body, const struct tt_frame_events *events, void *arg)
{
    struct tt_frame *f = calloc(1, sizeof(*f));

    if (!f)
        return NULL;
    f->max_body = max_body;
    f->events = events;
    f->arg = arg;
    tt_buf_init(&f->body, max_body);
    begin_header(f);
    return f;
}

void tt_frame_destroy(struct tt_frame *f)
{
    if (!f)
        return;
    tt_buf_release(&f->body);
    free(f);
}

bool tt_frame_partial(const struct tt_frame *f)
{
    return f->state == BODY || f->state == SKIP ||
           (f->state == HEADER && (f->any_line || f->n_line));
}

const char *tt_frame_problem_text(enum tt_frame_problem problem)
{
    switch (problem) {
    case TT_FRAME_BAD_HEADER:
        return "the client sent something that is no message header; reading goes on at the next "
               "one";
    case TT_FRAME_NO_LENGTH:
        return "the client sent a message header without Content-Length; reading goes on at the "
               "next one";
    case TT_FRAME_TOO_LONG:
        return "the client sent a message over the limit of 64 MiB; it was skipped";
    }
    return "the client sent something that cannot be read";
}
