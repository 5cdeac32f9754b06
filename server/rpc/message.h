/* message.h -- one JSON-RPC 2.0 message, whatever its strings hold.
 *
 * Never fails for what the other side sent: what is wrong with it is in the
 * message, together with its id where one could be found, so that the sender
 * gets an answer.  Batches (an LSP client sends none) are invalid.
 */
#ifndef TT_RPC_MESSAGE_H
#define TT_RPC_MESSAGE_H

#include "rpc/json.h"

/* Codes of JSON-RPC and of LSP. */
enum tt_rpc_code {
    TT_RPC_PARSE_ERROR = -32700,
    TT_RPC_INVALID_REQUEST = -32600,
    TT_RPC_METHOD_NOT_FOUND = -32601,
    TT_RPC_INVALID_PARAMS = -32602,
    TT_RPC_INTERNAL_ERROR = -32603,
    TT_RPC_SERVER_NOT_INITIALIZED = -32002,
    TT_RPC_REQUEST_FAILED = -32803,
    TT_RPC_SERVER_CANCELLED = -32802,
    TT_RPC_CONTENT_MODIFIED = -32801,
    TT_RPC_REQUEST_CANCELLED = -32800,
};

enum tt_message_kind {
    TT_MESSAGE_INVALID, /* answer with `code` and `why`, to `id` (which may be empty: null) */
    TT_MESSAGE_REQUEST,
    TT_MESSAGE_NOTIFICATION,
    TT_MESSAGE_RESPONSE,
};

struct tt_message {
    enum tt_message_kind kind;
    tt_str id;                    /* as it was written: `7`, `"a7"`; empty when there is none */
    tt_str method;                /* decoded */
    const struct tt_json *params; /* NULL: absent or null */

    const struct tt_json *result; /* of a response; NULL: absent or null */
    bool failed;                  /* a response with an error */
    int64_t error_code;
    tt_str error_message;

    bool is_json;          /* false: tt_frame's on_body should return false */
    enum tt_rpc_code code; /* of an invalid message */
    tt_str why;            /* of an invalid message: a sentence, in the arena */
};

/* `m` borrows `body` and `arena`.  Fails with TT_ENOMEM only. */
int tt_message_parse(tt_str body, struct tt_arena *arena, struct tt_message *m);

/* Is this raw JSON the same id?  Numbers by value, strings by decoded text. */
bool tt_rpc_id_eq(tt_str a, tt_str b);

#endif
