/* wire.h -- a neutral request as the bytes of an HTTP request.
 *
 * The key goes into one header and nowhere else.  Text that is not UTF-8 is
 * sent with U+FFFD in its place, for no provider takes such bytes.
 */
#ifndef TT_LLM_WIRE_H
#define TT_LLM_WIRE_H

#include "base/arena.h"
#include "base/io.h"
#include "llm/request.h"

struct tt_llm_wire {
    tt_str method; /* "POST" */
    tt_str url;
    struct tt_http_header *headers; /* one of them may hold the key */
    size_t n_headers;
    tt_str body; /* JSON; asks for a stream */
};

/* Everything in *out lives in `arena`.  Returns TT_ENOMEM, TT_ETOOBIG (a body
 * over 32 MiB), or TT_EINVALID: no model, no message, no usable base_url, a
 * key or URL with control characters or blanks, a schema that is no JSON object. */
int tt_llm_wire_build(struct tt_arena *arena, const struct tt_llm_request *req,
                      struct tt_llm_wire *out);

/* Overwrite the key in the headers.  Call it once http_start has returned:
 * arenas are not cleared when they are freed. */
void tt_llm_wire_wipe(struct tt_llm_wire *wire);

/* The address that lists the provider's models (for `trimtab doctor`), with
 * the same headers and no body; `req` needs provider, base_url and key only. */
int tt_llm_wire_models(struct tt_arena *arena, const struct tt_llm_request *req,
                       struct tt_llm_wire *out);

#endif
