/* json.h -- reading and writing JSON whose strings are document text.
 *
 * Reading: one pass over a text checks the whole of it and lays its values out
 * as a flat list of nodes, in order, each followed by its children.  Nodes
 * borrow the text; a string is decoded only when somebody asks for it, with its
 * length, so that NUL bytes survive.  Every function takes NULL for "there is
 * no such value", so that lookups can be chained without checks between them:
 *
 *     tt_str uri;
 *     if (tt_json_string(tt_json_get(tt_json_get(params, "textDocument"), "uri"),
 *                        arena, &uri, NULL) < 0) ...
 *
 * Writing: see struct tt_json_writer below.
 */
#ifndef TT_RPC_JSON_H
#define TT_RPC_JSON_H

#include "base/arena.h"
#include "base/buf.h"

#include <stdint.h>

#define TT_JSON_DEPTH 256u       /* objects and arrays inside each other */
#define TT_JSON_NODES (4u << 20) /* values and keys of one text */

enum tt_json_type {
    TT_JSON_NULL, /* also: absent (a NULL node) */
    TT_JSON_FALSE,
    TT_JSON_TRUE,
    TT_JSON_NUMBER,
    TT_JSON_STRING,
    TT_JSON_ARRAY,
    TT_JSON_OBJECT,
};

/* One value.  Made by tt_json_parse only; read through the functions below. */
struct tt_json {
    const char *p;        /* borrowed: its text; of a string, what is between the quotes */
    uint32_t n;           /* bytes at p */
    uint32_t type : 3;    /* enum tt_json_type */
    uint32_t escaped : 1; /* a string that holds a backslash */
    uint32_t skip : 28;   /* nodes to the next sibling: itself and all its children */
};

/* What a text is, whether it could be read or not. */
struct tt_json_text {
    const struct tt_json *root; /* NULL: not JSON; else in the arena, borrowing the text */
    size_t bad_utf8;            /* offset of the first byte that is not UTF-8; the text's length
                                   when all is well.  Such a text is laid out all the same */
    size_t error_at;            /* offset of the first mistake, when root is NULL */
    const char *error;          /* static: what is wrong there */
    tt_str id;                  /* raw text of the last complete top-level member "id" and */
    tt_str method;              /* "method" (without quotes), found even when root is NULL */
};

/* Lay out `text` (at most 4 GiB - 1).  Returns 0 with out->root set, TT_EPARSE for
 * what is not JSON, TT_ETOOBIG over the limits above, TT_ENOMEM.  `out` is filled
 * in each case.  With duplicate keys the last one counts. */
int tt_json_parse(tt_str text, struct tt_arena *arena, struct tt_json_text *out);

static inline enum tt_json_type tt_json_type(const struct tt_json *v)
{
    return v ? (enum tt_json_type)v->type : TT_JSON_NULL;
}

/* The member `key` (as written in source code) of an object; NULL when v is not
 * an object or has no such member, or when the member is null. */
const struct tt_json *tt_json_get(const struct tt_json *v, const char *key);

/* Children of an array or object, in order: for an object `key` is set (may be
 * NULL for an array).  Start with a NULL `child`; gives NULL at the end.
 *     for (c = NULL; (c = tt_json_next(list, c, NULL));) ... */
const struct tt_json *tt_json_next(const struct tt_json *v, const struct tt_json *child,
                                   const struct tt_json **key);
size_t tt_json_count(const struct tt_json *v); /* of children; 0 for other values */

/* A string, decoded: borrowed from the text when it holds no escapes, else in the
 * arena.  A lone surrogate becomes U+FFFD and sets *damaged (which may be NULL and
 * is otherwise always written).  TT_EPARSE when v is not a string, TT_ENOMEM. */
int tt_json_string(const struct tt_json *v, struct tt_arena *arena, tt_str *out, bool *damaged);

/* Does the string v, decoded, equal s? */
bool tt_json_is(const struct tt_json *v, tt_str s);

/* TT_EPARSE when v is not a number, not whole (1.0 and 1e3 are), or does not fit. */
int tt_json_int(const struct tt_json *v, int64_t *out);

/* As above for positions: values over UINT32_MAX, however large, become
 * UINT32_MAX (clients say "end of line" that way); negative ones are TT_EPARSE. */
int tt_json_uint(const struct tt_json *v, uint32_t *out);
int tt_json_double(const struct tt_json *v, double *out);

/* true and false as they are, everything else as `otherwise`. */
bool tt_json_bool(const struct tt_json *v, bool otherwise);

/* The value as it was written, with quotes and all; empty for NULL. */
tt_str tt_json_raw(const struct tt_json *v);

/* Appends one JSON value to a buffer.  Commas come by themselves.  Failures are
 * the buffer's: look at out->err (or the send function's result) once, at the
 * end.  What is absent is not written at all: the functions whose name ends in
 * _opt write nothing for an empty string or raw value. */
struct tt_json_writer {
    struct tt_buf *out; /* borrowed */
    bool comma;         /* the next value or key needs one before it */
};

void tt_json_writer_init(struct tt_json_writer *w, struct tt_buf *out);

void tt_jw_object(struct tt_json_writer *w); /* { */
void tt_jw_object_end(struct tt_json_writer *w);
void tt_jw_array(struct tt_json_writer *w); /* [ */
void tt_jw_array_end(struct tt_json_writer *w);
void tt_jw_key(struct tt_json_writer *w, const char *key); /* plain ASCII, from source code */
void tt_jw_key_str(struct tt_json_writer *w, tt_str key);  /* any key */

/* Escaped; bytes that are not UTF-8 are written as U+FFFD. */
void tt_jw_str(struct tt_json_writer *w, tt_str s);
void tt_jw_cstr(struct tt_json_writer *w, const char *s);
void tt_jw_int(struct tt_json_writer *w, int64_t n);
void tt_jw_uint(struct tt_json_writer *w, uint64_t n);
void tt_jw_double(struct tt_json_writer *w, double n); /* NaN and infinities: null */
void tt_jw_bool(struct tt_json_writer *w, bool b);
void tt_jw_null(struct tt_json_writer *w);            /* for results only, never for fields */
void tt_jw_raw(struct tt_json_writer *w, tt_str raw); /* one complete JSON value */

/* A key and its value. */
void tt_jw_key_object(struct tt_json_writer *w, const char *key);
void tt_jw_key_array(struct tt_json_writer *w, const char *key);
void tt_jw_member(struct tt_json_writer *w, const char *key, tt_str s);
void tt_jw_member_opt(struct tt_json_writer *w, const char *key, tt_str s);
void tt_jw_member_cstr(struct tt_json_writer *w, const char *key, const char *s);
void tt_jw_member_int(struct tt_json_writer *w, const char *key, int64_t n);
void tt_jw_member_uint(struct tt_json_writer *w, const char *key, uint64_t n);
void tt_jw_member_double(struct tt_json_writer *w, const char *key, double n);
void tt_jw_member_bool(struct tt_json_writer *w, const char *key, bool b);
void tt_jw_member_raw_opt(struct tt_json_writer *w, const char *key, tt_str raw);

#endif
