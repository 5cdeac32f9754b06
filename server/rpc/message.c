/* message.c -- see message.h: what kind of message a JSON text is. */
#include "rpc/message.h"

#include "trimtab/error.h"

static int invalid(struct tt_message *m, struct tt_arena *arena, enum tt_rpc_code code,
                   const char *why)
{
    m->kind = TT_MESSAGE_INVALID;
    m->code = code;
    m->why = tt_arena_dup(arena, tt_str_from(why));
    return m->why.p ? 0 : TT_ENOMEM;
}

static bool is_id(const struct tt_json *v)
{
    return tt_json_type(v) == TT_JSON_NUMBER || tt_json_type(v) == TT_JSON_STRING;
}

static int response(struct tt_message *m, const struct tt_json *root, struct tt_arena *arena)
{
    const struct tt_json *error = tt_json_get(root, "error");

    m->kind = TT_MESSAGE_RESPONSE;
    m->result = tt_json_get(root, "result");
    if (!error)
        return 0;
    m->failed = true;
    m->error_code = TT_RPC_INTERNAL_ERROR;
    tt_json_int(tt_json_get(error, "code"), &m->error_code);
    return tt_json_string(tt_json_get(error, "message"), arena, &m->error_message, NULL) ==
                   TT_ENOMEM
               ? TT_ENOMEM
               : 0;
}

static int request(struct tt_message *m, const struct tt_json *root, struct tt_arena *arena)
{
    const struct tt_json *params = tt_json_get(root, "params");
    int err = tt_json_string(tt_json_get(root, "method"), arena, &m->method, NULL);

    if (err == TT_ENOMEM)
        return err;
    if (err || !m->method.n)
        return invalid(m, arena, TT_RPC_INVALID_REQUEST, "the method is not a name");
    if (params && tt_json_type(params) < TT_JSON_ARRAY)
        return invalid(m, arena, TT_RPC_INVALID_REQUEST, "params is neither object nor array");
    m->params = params;
    m->kind = m->id.n ? TT_MESSAGE_REQUEST : TT_MESSAGE_NOTIFICATION;
    return 0;
}

/* A text that is JSON: which message is it? */
static int classify(struct tt_message *m, const struct tt_json *root, struct tt_arena *arena)
{
    const struct tt_json *id = tt_json_get(root, "id");

    if (tt_json_type(root) != TT_JSON_OBJECT)
        return invalid(m, arena, TT_RPC_INVALID_REQUEST, "a message is one JSON object");
    if (id && !is_id(id))
        return invalid(m, arena, TT_RPC_INVALID_REQUEST, "the id is neither number nor string");
    m->id = tt_json_raw(id);
    if (tt_json_get(root, "method"))
        return request(m, root, arena);
    if (m->id.n)
        return response(m, root, arena);
    return invalid(m, arena, TT_RPC_INVALID_REQUEST, "the message has neither method nor id");
}

/* Without a method it may be an answer to us, whose id is ours: an answer with
 * that id would be taken for one to a request of the client. */
static tt_str id_to_answer(const struct tt_json_text *text)
{
    return text->method.n ? text->id : (tt_str){ NULL, 0 };
}

static int unreadable(struct tt_message *m, const struct tt_json_text *text, int err,
                      struct tt_arena *arena)
{
    m->kind = TT_MESSAGE_INVALID;
    m->id = id_to_answer(text);
    m->method = text->method;
    m->code = err == TT_EPARSE ? TT_RPC_PARSE_ERROR : TT_RPC_INVALID_REQUEST;
    m->is_json = err == TT_ETOOBIG; /* as far as it was read */
    m->why = tt_arena_printf(arena, "the message is not readable JSON: at byte %zu, %s",
                             text->error_at, text->error);
    return m->why.p ? 0 : TT_ENOMEM;
}

static int bad_utf8(struct tt_message *m, const struct tt_json_text *text, struct tt_arena *arena)
{
    m->kind = TT_MESSAGE_INVALID;
    m->id = id_to_answer(text);
    m->method = text->method;
    m->code = TT_RPC_PARSE_ERROR;
    m->is_json = true;
    m->why = tt_arena_printf(arena, "the message is not UTF-8: the byte at %zu", text->bad_utf8);
    return m->why.p ? 0 : TT_ENOMEM;
}

int tt_message_parse(tt_str body, struct tt_arena *arena, struct tt_message *m)
{
    struct tt_json_text text;
    int err = tt_json_parse(body, arena, &text);

    *m = (struct tt_message){ .kind = TT_MESSAGE_INVALID };
    if (err == TT_ENOMEM)
        return err;
    if (err)
        return unreadable(m, &text, err, arena);
    if (text.bad_utf8 < body.n)
        return bad_utf8(m, &text, arena);
    m->is_json = true;
    return classify(m, text.root, arena);
}

/* A number's value decides, so that 1 and 1.0 are one id: a client may get its
 * own id back in another spelling from its JSON library. */
static bool same_value(const struct tt_json *a, const struct tt_json *b, struct tt_arena *arena)
{
    int64_t x, y;
    tt_str s;

    if (tt_json_type(a) != tt_json_type(b))
        return false;
    if (tt_json_type(a) == TT_JSON_STRING)
        return tt_json_string(a, arena, &s, NULL) == 0 && tt_json_is(b, s);
    return tt_json_int(a, &x) == 0 && tt_json_int(b, &y) == 0 && x == y;
}

bool tt_rpc_id_eq(tt_str a, tt_str b)
{
    struct tt_json_text x, y;
    struct tt_arena arena;
    bool same;

    if (tt_str_eq(a, b))
        return a.n > 0;
    tt_arena_init(&arena);
    same = tt_json_parse(a, &arena, &x) == 0 && tt_json_parse(b, &arena, &y) == 0 &&
           same_value(x.root, y.root, &arena);
    tt_arena_release(&arena);
    return same;
}
