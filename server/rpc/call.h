/* call.h -- requests that wait for their answer, in both directions.
 *
 * An incoming request becomes a struct tt_call and stays one until it is
 * answered, exactly once: tt_call_reply and tt_call_fail end it.  Whoever works
 * on it over time keeps its `id` (ours, never used twice) and looks it up when
 * there is something to say; NULL then means that it was answered meanwhile.
 *
 *     struct tt_outgoing out;
 *     tt_outgoing_init(&out);
 *     tt_lsp_write_code_actions(&out.w, client, actions, n);
 *     tt_call_reply(call, &out);
 *
 * Everything runs on the loop thread.  Messages leave by tt_io.send.
 */
#ifndef TT_RPC_CALL_H
#define TT_RPC_CALL_H

#include "base/io.h"
#include "rpc/message.h"

struct tt_calls; /* opaque: call.c */

struct tt_call {
    struct tt_calls *calls;
    uint64_t id;           /* ours */
    tt_str rpc_id;         /* the client's, as it was written; in the arena */
    tt_str method;         /* in the arena */
    bool canceled;         /* $/cancelRequest came */
    struct tt_arena arena; /* for all that belongs to this call; freed when it is answered */

    /* Called at most once, when the client cancels; it may answer the call.
     * NULL: cancelling only sets `canceled`. */
    void (*on_cancel)(struct tt_call *call);
    void *data; /* the handler's; not owned */
};

/* One JSON value on its way out: result of a call, params of a notification or
 * request.  Write it with `w`; the functions that send it release it, whatever
 * they return. */
struct tt_outgoing {
    struct tt_json_writer w;
    struct tt_buf value; /* owned */
};

void tt_outgoing_init(struct tt_outgoing *out);
void tt_outgoing_release(struct tt_outgoing *out); /* only when it is not sent after all */

/* What an error says that has nothing else to say, or cannot be written in full. */
#define TT_RPC_NO_MEMORY "trimtab is out of memory. Close what you do not need, and try again."

/* `io` is borrowed for the whole life.  NULL when out of memory. */
struct tt_calls *tt_calls_create(struct tt_io *io);

/* Every call must have been answered and every request settled or given up
 * (tt_calls_end): asserted.  NULL is fine. */
void tt_calls_destroy(struct tt_calls *calls);

/* The session is over: nothing is sent any more, open calls are forgotten, and
 * the handlers of open requests run with a NULL response. */
void tt_calls_end(struct tt_calls *calls);

/* --- requests of the client ------------------------------------------------ */

/* Take a request in.  When this fails it has been answered with an error: TT_EINVALID, a
 * request with this id still waits; TT_ENOMEM. */
int tt_call_begin(struct tt_calls *calls, const struct tt_message *request, struct tt_call **out);

struct tt_call *tt_call_find(struct tt_calls *calls, uint64_t id); /* NULL: answered */
size_t tt_calls_open(const struct tt_calls *calls);                /* how many wait */

/* Answer; the call is gone afterwards, even when TT_ENOMEM or TT_EIO comes back.
 * A result that could not be built is answered as an InternalError; nothing
 * written means the result null. */
int tt_call_reply(struct tt_call *call, struct tt_outgoing *result);
int tt_call_reply_null(struct tt_call *call);
int tt_call_fail(struct tt_call *call, enum tt_rpc_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int tt_call_fail_data(struct tt_call *call, enum tt_rpc_code code, tt_str message, tt_str data);

/* Answer an invalid message (kind TT_MESSAGE_INVALID), or any request that does
 * not become a call.  An empty id is written as null. */
int tt_calls_refuse(struct tt_calls *calls, tt_str rpc_id, enum tt_rpc_code code, tt_str message);

/* $/cancelRequest with this raw id: unknown ids are ignored. */
void tt_calls_cancel(struct tt_calls *calls, tt_str rpc_id);

/* --- notifications and requests of ours ------------------------------------ */

int tt_calls_notify(struct tt_calls *calls, const char *method, struct tt_outgoing *params);

/* --- without memory ------------------------------------------------------------
 *
 * Some memory is kept back, so that each request is answered and the client learns of
 * what has ended even when an allocation fails: errors use it by themselves. */

typedef void (*tt_params_fn)(struct tt_json_writer *w, const void *arg);

/* A notification that is short (with all around it at most 1 KiB) and allocates nothing:
 * for when tt_calls_notify has failed.  `write` writes one value. */
int tt_calls_tell(struct tt_calls *calls, const char *method, tt_params_fn write, const void *arg);

/* Keep memory back again, where some was used: before each event.  False: not all of it. */
bool tt_calls_refill(struct tt_calls *calls);

/* An error could not be sent at all.  Then somebody would wait for ever: the session ends. */
bool tt_calls_lost(const struct tt_calls *calls);

/* The answer to a request of ours; NULL when none will come any more.  The
 * message is borrowed during the call. */
typedef void (*tt_response_fn)(void *data, uint64_t tag, const struct tt_message *response);

/* Ask the client.  `fn` runs exactly once when this returns 0, never before it
 * returns, and not at all after tt_calls_forget.  `id` may be NULL. */
int tt_calls_request(struct tt_calls *calls, const char *method, struct tt_outgoing *params,
                     tt_response_fn fn, void *data, uint64_t tag, uint64_t *id);

/* Withdraw a request of ours: $/cancelRequest is sent, its answer is dropped. */
void tt_calls_forget(struct tt_calls *calls, uint64_t id);

/* A response came in.  TT_ENOTFOUND: we asked no such thing. */
int tt_calls_response(struct tt_calls *calls, const struct tt_message *response);

#endif
