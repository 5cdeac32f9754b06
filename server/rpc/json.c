/* json.c -- laying a JSON text out as nodes; see json.h.
 *
 * One loop with a stack of the containers that are open, so that depth costs no
 * stack of ours.  Nodes grow in malloc'd memory and move to the arena when their
 * number is known.  Escapes are only checked here, and decoded in json_string.c.
 */
#include "rpc/json.h"

#include "base/utf8.h"
#include "rpc/json_string.h"
#include "trimtab/error.h"

#include <stdlib.h>

struct open {
    uint32_t node;  /* the container */
    uint32_t child; /* its newest child; of an object: the newest key */
};

#define FEW_NODES 128u

struct parser {
    const char *start, *p, *end;
    struct tt_json *nodes;         /* `few`, or owned while parsing */
    struct tt_json few[FEW_NODES]; /* most messages need no more */
    uint32_t n, cap;
    struct open stack[TT_JSON_DEPTH];
    uint32_t depth;
    const char *error;
    int err;
    struct tt_json_text *out; /* for what is found on the way */
};

static int fail(struct parser *ps, int err, const char *what)
{
    ps->err = err;
    ps->error = what;
    return err;
}

static int bad(struct parser *ps, const char *what)
{
    return fail(ps, TT_EPARSE, what);
}

static void skip_space(struct parser *ps)
{
    while (ps->p < ps->end && (*ps->p == ' ' || *ps->p == '\n' || *ps->p == '\r' || *ps->p == '\t'))
        ps->p++;
}

static int more_nodes(struct parser *ps)
{
    bool few = ps->nodes == ps->few;
    struct tt_json *nodes;

    if (ps->n >= TT_JSON_NODES)
        return fail(ps, TT_ETOOBIG, "more values than a message may hold");
    nodes = realloc(few ? NULL : ps->nodes, 2u * ps->cap * sizeof(*nodes));
    if (!nodes)
        return fail(ps, TT_ENOMEM, "out of memory");
    if (few)
        memcpy(nodes, ps->few, ps->n * sizeof(*nodes));
    ps->nodes = nodes;
    ps->cap *= 2;
    return 0;
}

static struct tt_json *add_node(struct parser *ps, enum tt_json_type type, const char *p, size_t n)
{
    struct tt_json *node;

    if (ps->n == ps->cap && more_nodes(ps))
        return NULL;
    node = &ps->nodes[ps->n++];
    *node = (struct tt_json){ .p = p, .n = (uint32_t)n, .type = (unsigned)type & 7u, .skip = 1 };
    return node;
}

static int string(struct parser *ps)
{
    const char *from = ++ps->p;
    bool escaped;
    const char *end = tt_json_string_end(from, ps->end, &escaped);
    struct tt_json *node;

    if (!end) {
        ps->p = ps->end;
        return bad(ps, "a string that does not end, or with a bad character or escape in it");
    }
    ps->p = end + 1;
    node = add_node(ps, TT_JSON_STRING, from, (size_t)(end - from));
    if (!node)
        return ps->err;
    node->escaped = escaped;
    return 0;
}

static bool digits(struct parser *ps)
{
    const char *from = ps->p;

    while (ps->p < ps->end && *ps->p >= '0' && *ps->p <= '9')
        ps->p++;
    return ps->p > from;
}

static int number(struct parser *ps)
{
    const char *from = ps->p;

    if (*ps->p == '-')
        ps->p++;
    if (ps->p < ps->end && *ps->p == '0')
        ps->p++;
    else if (!digits(ps))
        return bad(ps, "not a value");
    if (ps->p < ps->end && *ps->p == '.') {
        ps->p++;
        if (!digits(ps))
            return bad(ps, "a number without digits behind its point");
    }
    if (ps->p < ps->end && (*ps->p == 'e' || *ps->p == 'E')) {
        ps->p++;
        if (ps->p < ps->end && (*ps->p == '+' || *ps->p == '-'))
            ps->p++;
        if (!digits(ps))
            return bad(ps, "a number without digits in its exponent");
    }
    return add_node(ps, TT_JSON_NUMBER, from, (size_t)(ps->p - from)) ? 0 : ps->err;
}

static int literal(struct parser *ps, tt_str word, enum tt_json_type type)
{
    if (!tt_str_starts((tt_str){ ps->p, (size_t)(ps->end - ps->p) }, word))
        return bad(ps, "not a value");
    ps->p += word.n;
    return add_node(ps, type, ps->p - word.n, word.n) ? 0 : ps->err;
}

/* A value that has no children, or the beginning of one that has. */
static int value(struct parser *ps)
{
    switch (*ps->p) {
    case '{':
    case '[':
        if (ps->depth == TT_JSON_DEPTH)
            return fail(ps, TT_ETOOBIG, "deeper than a message may be");
        if (!add_node(ps, *ps->p == '{' ? TT_JSON_OBJECT : TT_JSON_ARRAY, ps->p, 0))
            return ps->err;
        ps->stack[ps->depth++] = (struct open){ ps->n - 1, 0 };
        ps->p++;
        return 0;
    case '"':
        return string(ps);
    case 't':
        return literal(ps, TT_STR("true"), TT_JSON_TRUE);
    case 'f':
        return literal(ps, TT_STR("false"), TT_JSON_FALSE);
    case 'n':
        return literal(ps, TT_STR("null"), TT_JSON_NULL);
    default:
        return number(ps);
    }
}

/* A top-level member is complete: is it one that an answer needs? */
static void note_member(struct parser *ps, const struct open *top)
{
    const struct tt_json *key = &ps->nodes[top->child], *v = key + 1;

    if (ps->depth != 1 || top->child == 0)
        return;
    if (tt_json_is(key, TT_STR("id")) && (v->type == TT_JSON_NUMBER || v->type == TT_JSON_STRING))
        ps->out->id = tt_json_raw(v);
    else if (tt_json_is(key, TT_STR("method")) && v->type == TT_JSON_STRING)
        ps->out->method = (tt_str){ v->p, v->n };
}

static int close_container(struct parser *ps)
{
    struct open *top = &ps->stack[ps->depth - 1];
    struct tt_json *node = &ps->nodes[top->node];

    if (node->type == TT_JSON_OBJECT)
        note_member(ps, top);
    ps->p++;
    node->n = (uint32_t)(ps->p - node->p);
    node->skip = (ps->n - top->node) & 0xFFFFFFFu;
    ps->depth--;
    return 0;
}

/* In an object, up to the value: `"key" :`. */
static int key(struct parser *ps, struct open *top)
{
    if (ps->p == ps->end || *ps->p != '"')
        return bad(ps, "not a key");
    top->child = ps->n;
    if (string(ps) < 0)
        return ps->err;
    skip_space(ps);
    if (ps->p == ps->end || *ps->p != ':')
        return bad(ps, "a key without a colon");
    ps->p++;
    skip_space(ps);
    return 0;
}

/* Inside a container: the next child, or its end. */
static int next_in_container(struct parser *ps)
{
    struct open *top = &ps->stack[ps->depth - 1];
    bool object = ps->nodes[top->node].type == TT_JSON_OBJECT;
    bool first = ps->n == top->node + 1;

    if (*ps->p == (object ? '}' : ']'))
        return close_container(ps);
    if (!first) {
        if (*ps->p != ',')
            return bad(ps, "two values without a comma");
        if (object)
            note_member(ps, top);
        ps->p++;
        skip_space(ps);
    }
    if (object && key(ps, top) < 0)
        return ps->err;
    if (ps->p == ps->end)
        return bad(ps, "it ends too early");
    return value(ps);
}

static int parse(struct parser *ps)
{
    skip_space(ps);
    if (ps->p == ps->end)
        return bad(ps, "nothing but space");
    if (value(ps) < 0)
        return ps->err;
    while (ps->depth) {
        skip_space(ps);
        if (ps->p == ps->end)
            return bad(ps, "it ends too early");
        if (next_in_container(ps) < 0)
            return ps->err;
    }
    skip_space(ps);
    return ps->p == ps->end ? 0 : bad(ps, "something behind the end");
}

static int move_to_arena(struct parser *ps, struct tt_arena *arena)
{
    struct tt_json *nodes = tt_arena_array(arena, ps->n, sizeof(*nodes));

    if (!nodes)
        return fail(ps, TT_ENOMEM, "out of memory");
    memcpy(nodes, ps->nodes, ps->n * sizeof(*nodes));
    ps->out->root = nodes;
    return 0;
}

int tt_json_parse(tt_str text, struct tt_arena *arena, struct tt_json_text *out)
{
    struct parser ps;

    ps.start = ps.p = text.p;
    ps.out = out;
    ps.nodes = ps.few;
    ps.cap = FEW_NODES;
    ps.n = ps.depth = 0;
    ps.error = NULL;
    ps.err = 0;
    *out = (struct tt_json_text){ .error = "" };
    if (text.n >= UINT32_MAX) {
        out->error = "longer than a message may be";
        return TT_ETOOBIG;
    }
    ps.end = text.n ? text.p + text.n : text.p;
    out->bad_utf8 = tt_utf8_check(text);
    if (parse(&ps) == 0)
        move_to_arena(&ps, arena);
    if (ps.err) {
        out->error = ps.error;
        out->error_at = text.n ? (size_t)(ps.p - ps.start) : 0;
    }
    if (ps.nodes != ps.few)
        free(ps.nodes);
    return ps.err;
}

const struct tt_json *tt_json_next(const struct tt_json *v, const struct tt_json *child,
                                   const struct tt_json **key_out)
{
    const struct tt_json *next;

    if (tt_json_type(v) < TT_JSON_ARRAY)
        return NULL;
    next = child ? child + child->skip : v + 1;
    if (next >= v + v->skip)
        return NULL;
    if (v->type == TT_JSON_OBJECT) {
        if (key_out)
            *key_out = next;
        next++;
    } else if (key_out) {
        *key_out = NULL;
    }
    return next;
}

size_t tt_json_count(const struct tt_json *v)
{
    size_t n = 0;

    for (const struct tt_json *c = NULL; (c = tt_json_next(v, c, NULL));)
        n++;
    return n;
}

const struct tt_json *tt_json_get(const struct tt_json *v, const char *key)
{
    const struct tt_json *found = NULL, *k;
    tt_str want = tt_str_from(key);

    if (tt_json_type(v) != TT_JSON_OBJECT)
        return NULL;
    for (const struct tt_json *c = NULL; (c = tt_json_next(v, c, &k));) {
        if (tt_json_is(k, want))
            found = c;
    }
    return tt_json_type(found) == TT_JSON_NULL ? NULL : found;
}

bool tt_json_bool(const struct tt_json *v, bool otherwise)
{
    enum tt_json_type type = tt_json_type(v);

    return type == TT_JSON_TRUE || (type != TT_JSON_FALSE && otherwise);
}

tt_str tt_json_raw(const struct tt_json *v)
{
    if (!v)
        return (tt_str){ NULL, 0 };
    if (v->type == TT_JSON_STRING)
        return (tt_str){ v->p - 1, v->n + 2u };
    return (tt_str){ v->p, v->n };
}
