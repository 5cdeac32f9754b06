/* call.c -- see call.h.
 *
 * Both directions are lists: there are a handful of open calls at a time, and a
 * client's id has to be compared by value anyway.
 */
#include "rpc/call.h"

#include "trimtab/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct incoming {
    struct tt_call call; /* first: tt_call * is handed out */
    struct incoming *next;
};

struct asked {
    uint64_t id;
    tt_response_fn fn;
    void *data; /* the asker's */
    uint64_t tag;
    struct asked *next;
};

/* Memory that is kept for what must be said when there is none.  A message of the reserve
 * is handed to tt_io, so each has memory of its own; the session refills them. */
#define RESERVES      16
#define RESERVE_BYTES ((size_t)1024)

struct tt_calls {
    struct tt_io *io;        /* borrowed */
    char *reserve[RESERVES]; /* owned; of RESERVE_BYTES each */
    unsigned n_reserve;
    bool lost; /* something that had to be said could not be said */
    uint64_t last_id;
    struct incoming *incoming; /* owned; newest first */
    struct asked *asked;       /* owned; newest first */
    bool ended;
};

void tt_outgoing_init(struct tt_outgoing *out)
{
    tt_buf_init(&out->value, TT_BUF_OWN);
    tt_json_writer_init(&out->w, &out->value);
}

void tt_outgoing_release(struct tt_outgoing *out)
{
    tt_buf_release(&out->value);
    out->w.comma = false;
}

/* --- sending ----------------------------------------------------------------- */

static int send_buf(struct tt_calls *calls, struct tt_buf *body)
{
    size_t n;
    char *bytes;
    int err = body->err;

    if (calls->ended) {
        tt_buf_release(body);
        return TT_ECANCELED;
    }
    bytes = tt_buf_take(body, &n);
    if (!bytes) {
        tt_buf_release(body);
        return err ? err : TT_ENOMEM;
    }
    return calls->io->send(calls->io, bytes, n);
}

static void begin_body(struct tt_buf *body, struct tt_json_writer *w)
{
    tt_buf_init(body, TT_BUF_OWN);
    tt_json_writer_init(w, body);
    tt_jw_object(w);
    tt_jw_member(w, "jsonrpc", TT_STR("2.0"));
}

static void write_id(struct tt_json_writer *w, tt_str rpc_id)
{
    tt_jw_key(w, "id");
    if (rpc_id.n)
        tt_jw_raw(w, rpc_id);
    else
        tt_jw_null(w);
}

/* --- without memory ------------------------------------------------------------ */

bool tt_calls_refill(struct tt_calls *calls)
{
    while (calls->n_reserve < RESERVES) {
        char *p = malloc(RESERVE_BYTES);

        if (!p)
            return false;
        calls->reserve[calls->n_reserve++] = p;
    }
    return true;
}

bool tt_calls_lost(const struct tt_calls *calls)
{
    return calls->lost;
}

/* A body that needs no memory, and takes no more than there is. */
static bool begin_reserved(struct tt_calls *calls, struct tt_buf *body, struct tt_json_writer *w)
{
    if (!calls->n_reserve)
        return false;
    *body = (struct tt_buf){ .p = calls->reserve[--calls->n_reserve],
                             .cap = RESERVE_BYTES,
                             .max = RESERVE_BYTES - 1 };
    tt_json_writer_init(w, body);
    tt_jw_object(w);
    tt_jw_member(w, "jsonrpc", TT_STR("2.0"));
    return true;
}

static int send_reserved(struct tt_calls *calls, struct tt_buf *body)
{
    int err = body->err;

    if (!err)
        return send_buf(calls, body);
    calls->reserve[calls->n_reserve++] = body->p;
    return err;
}

int tt_calls_tell(struct tt_calls *calls, const char *method, tt_params_fn write, const void *arg)
{
    struct tt_json_writer w;
    struct tt_buf body;

    if (!begin_reserved(calls, &body, &w))
        return TT_ENOMEM;
    tt_jw_member_cstr(&w, "method", method);
    tt_jw_key(&w, "params");
    write(&w, arg);
    tt_jw_object_end(&w);
    return send_reserved(calls, &body);
}

/* --- errors ---------------------------------------------------------------------- */

static void write_error(struct tt_json_writer *w, tt_str rpc_id, enum tt_rpc_code code,
                        tt_str message, tt_str data)
{
    write_id(w, rpc_id);
    tt_jw_key_object(w, "error");
    tt_jw_member_int(w, "code", code);
    tt_jw_member(w, "message", message);
    tt_jw_member_raw_opt(w, "data", data);
    tt_jw_object_end(w);
    tt_jw_object_end(w);
}

/* In full, without its data, or that there is no memory: one of them fits. */
static int send_reserved_error(struct tt_calls *calls, tt_str rpc_id, enum tt_rpc_code code,
                               tt_str message)
{
    const tt_str words[] = { message, TT_STR(TT_RPC_NO_MEMORY) };
    struct tt_json_writer w;
    struct tt_buf body;
    int err = TT_ENOMEM;

    for (size_t i = 0; err && i < sizeof(words) / sizeof(words[0]); i++) {
        if (!begin_reserved(calls, &body, &w))
            break;
        write_error(&w, rpc_id, code, words[i], (tt_str){ NULL, 0 });
        err = send_reserved(calls, &body);
        if (err == TT_EIO || err == TT_ECANCELED)
            return err;
    }
    calls->lost |= err != 0;
    return err;
}

static int send_error(struct tt_calls *calls, tt_str rpc_id, enum tt_rpc_code code, tt_str message,
                      tt_str data)
{
    struct tt_json_writer w;
    struct tt_buf body;
    int err;

    if (!message.n)
        message = TT_STR(TT_RPC_NO_MEMORY);
    begin_body(&body, &w);
    write_error(&w, rpc_id, code, message, data);
    err = send_buf(calls, &body);
    return err == TT_ENOMEM ? send_reserved_error(calls, rpc_id, code, message) : err;
}

/* `method` NULL: a response's result. */
static void write_value(struct tt_json_writer *w, const char *key, struct tt_outgoing *out)
{
    if (out->value.n) {
        tt_jw_key(w, key);
        tt_jw_raw(w, tt_buf_str(&out->value));
    }
    if (out->value.err)
        w->out->err = out->value.err;
}

/* --- requests of the client --------------------------------------------------- */

struct tt_calls *tt_calls_create(struct tt_io *io)
{
    struct tt_calls *calls = calloc(1, sizeof(*calls));

    if (!calls)
        return NULL;
    calls->io = io;
    if (!tt_calls_refill(calls)) {
        tt_calls_destroy(calls);
        return NULL;
    }
    return calls;
}

static void free_incoming(struct incoming *in)
{
    tt_arena_release(&in->call.arena);
    free(in);
}

void tt_calls_end(struct tt_calls *calls)
{
    calls->ended = true;
    while (calls->incoming) {
        struct incoming *in = calls->incoming;

        calls->incoming = in->next;
        free_incoming(in);
    }
    while (calls->asked) {
        struct asked *asked = calls->asked;

        calls->asked = asked->next;
        if (asked->fn)
            asked->fn(asked->data, asked->tag, NULL);
        free(asked);
    }
}

void tt_calls_destroy(struct tt_calls *calls)
{
    if (!calls)
        return;
    assert(!calls->incoming && "a request of the client was never answered");
    assert(!calls->asked && "a request of ours is still open");
    while (calls->n_reserve)
        free(calls->reserve[--calls->n_reserve]);
    free(calls);
}

static struct incoming *find_rpc(const struct tt_calls *calls, tt_str rpc_id)
{
    struct incoming *in = calls->incoming;

    while (in && !tt_rpc_id_eq(in->call.rpc_id, rpc_id))
        in = in->next;
    return in;
}

int tt_call_begin(struct tt_calls *calls, const struct tt_message *request, struct tt_call **out)
{
    struct incoming *in;

    if (find_rpc(calls, request->id)) {
        tt_calls_refuse(calls, request->id, TT_RPC_INVALID_REQUEST,
                        TT_STR("a request with this id is still waiting for its answer"));
        return TT_EINVALID;
    }
    in = calloc(1, sizeof(*in));
    if (!in)
        goto no_memory;
    in->call.calls = calls;
    in->call.id = ++calls->last_id;
    tt_arena_init(&in->call.arena);
    in->call.rpc_id = tt_arena_dup(&in->call.arena, request->id);
    in->call.method = tt_arena_dup(&in->call.arena, request->method);
    if (!in->call.rpc_id.p || !in->call.method.p) {
        free_incoming(in);
        goto no_memory;
    }
    in->next = calls->incoming;
    calls->incoming = in;
    *out = &in->call;
    return 0;
no_memory:
    tt_calls_refuse(calls, request->id, TT_RPC_INTERNAL_ERROR, TT_STR(TT_RPC_NO_MEMORY));
    return TT_ENOMEM;
}

struct tt_call *tt_call_find(struct tt_calls *calls, uint64_t id)
{
    for (struct incoming *in = calls->incoming; in; in = in->next) {
        if (in->call.id == id)
            return &in->call;
    }
    return NULL;
}

size_t tt_calls_open(const struct tt_calls *calls)
{
    size_t n = 0;

    for (const struct incoming *in = calls->incoming; in; in = in->next)
        n++;
    return n;
}

/* The call was answered: forget it. */
static void end_call(struct tt_call *call)
{
    struct incoming **at = &call->calls->incoming;

    while (*at && &(*at)->call != call)
        at = &(*at)->next;
    assert(*at && "a request was answered twice");
    if (*at) {
        struct incoming *in = *at;

        *at = in->next;
        free_incoming(in);
    }
}

int tt_call_fail_data(struct tt_call *call, enum tt_rpc_code code, tt_str message, tt_str data)
{
    int err = send_error(call->calls, call->rpc_id, code, message, data);

    end_call(call);
    return err;
}

int tt_call_fail(struct tt_call *call, enum tt_rpc_code code, const char *fmt, ...)
{
    struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN);
    va_list ap;
    int err;

    va_start(ap, fmt);
    tt_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    err = tt_call_fail_data(call, code, text.err ? (tt_str){ NULL, 0 } : tt_buf_str(&text),
                            (tt_str){ NULL, 0 });
    tt_buf_release(&text);
    return err;
}

int tt_call_reply(struct tt_call *call, struct tt_outgoing *result)
{
    struct tt_json_writer w;
    struct tt_buf body;
    int err;

    begin_body(&body, &w);
    write_id(&w, call->rpc_id);
    if (!result->value.n && !result->value.err) {
        tt_jw_key(&w, "result");
        tt_jw_null(&w);
    }
    write_value(&w, "result", result);
    tt_outgoing_release(result);
    tt_jw_object_end(&w);
    err = send_buf(call->calls, &body);
    if (err == TT_ENOMEM || err == TT_ETOOBIG) {
        tt_call_fail(call, TT_RPC_INTERNAL_ERROR, "the answer could not be built: %s",
                     tt_strerror(err));
        return err;
    }
    end_call(call);
    return err;
}

int tt_call_reply_null(struct tt_call *call)
{
    struct tt_outgoing nothing;

    tt_outgoing_init(&nothing);
    return tt_call_reply(call, &nothing);
}

int tt_calls_refuse(struct tt_calls *calls, tt_str rpc_id, enum tt_rpc_code code, tt_str message)
{
    return send_error(calls, rpc_id, code, message, (tt_str){ NULL, 0 });
}

void tt_calls_cancel(struct tt_calls *calls, tt_str rpc_id)
{
    struct incoming *in = find_rpc(calls, rpc_id);

    if (!in || in->call.canceled)
        return;
    in->call.canceled = true;
    if (in->call.on_cancel)
        in->call.on_cancel(&in->call); /* last line: the call may be gone after this */
}

/* --- notifications and requests of ours ---------------------------------------- */

int tt_calls_notify(struct tt_calls *calls, const char *method, struct tt_outgoing *params)
{
    struct tt_json_writer w;
    struct tt_buf body;

    begin_body(&body, &w);
    tt_jw_member_cstr(&w, "method", method);
    write_value(&w, "params", params);
    tt_outgoing_release(params);
    tt_jw_object_end(&w);
    return send_buf(calls, &body);
}

static int send_request(struct tt_calls *calls, const char *method, struct tt_outgoing *params,
                        uint64_t id)
{
    struct tt_json_writer w;
    struct tt_buf body;

    begin_body(&body, &w);
    tt_jw_member_uint(&w, "id", id);
    tt_jw_member_cstr(&w, "method", method);
    write_value(&w, "params", params);
    tt_jw_object_end(&w);
    return send_buf(calls, &body);
}

int tt_calls_request(struct tt_calls *calls, const char *method, struct tt_outgoing *params,
                     tt_response_fn fn, void *data, uint64_t tag, uint64_t *id)
{
    struct asked *asked = calloc(1, sizeof(*asked));
    int err = TT_ENOMEM;

    if (asked) {
        *asked = (struct asked){ ++calls->last_id, fn, data, tag, calls->asked };
        err = send_request(calls, method, params, asked->id);
    }
    tt_outgoing_release(params);
    if (err) {
        free(asked);
        return err;
    }
    calls->asked = asked;
    if (id)
        *id = asked->id;
    return 0;
}

static struct asked *take_asked(struct tt_calls *calls, uint64_t id)
{
    for (struct asked **at = &calls->asked; *at; at = &(*at)->next) {
        struct asked *asked = *at;

        if (asked->id == id) {
            *at = asked->next;
            return asked;
        }
    }
    return NULL;
}

void tt_calls_forget(struct tt_calls *calls, uint64_t id)
{
    struct asked *asked = take_asked(calls, id);
    struct tt_outgoing params;

    if (!asked)
        return;
    free(asked);
    tt_outgoing_init(&params);
    tt_jw_object(&params.w);
    tt_jw_member_uint(&params.w, "id", id);
    tt_jw_object_end(&params.w);
    tt_calls_notify(calls, "$/cancelRequest", &params);
}

/* Our ids are numbers; clients that keep ids as text send them back as strings. */
static bool our_id(tt_str raw, uint64_t *out)
{
    uint64_t n = 0;

    if (raw.n >= 2 && raw.p[0] == '"')
        raw = tt_str_sub(raw, 1, raw.n - 1);
    if (!raw.n || raw.n > 18)
        return false;
    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] < '0' || raw.p[i] > '9')
            return false;
        n = n * 10 + (uint64_t)(raw.p[i] - '0');
    }
    *out = n;
    return true;
}

int tt_calls_response(struct tt_calls *calls, const struct tt_message *response)
{
    struct asked *asked;
    uint64_t id;

    asked = our_id(response->id, &id) ? take_asked(calls, id) : NULL;
    if (!asked)
        return TT_ENOTFOUND;
    if (asked->fn)
        asked->fn(asked->data, asked->tag, response);
    free(asked);
    return 0;
}
