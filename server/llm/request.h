/* request.h -- one question to a model, before any provider's wire format.
 *
 * `prompt` fills it in, the session adds where to send it, wire.h turns it
 * into an HTTP request.  Plain data: everything is borrowed and must live until
 * the request has been built (wire.h) or measured.
 */
#ifndef TT_LLM_REQUEST_H
#define TT_LLM_REQUEST_H

#include "llm/tokens.h"

#include <stdint.h>

/* Which wire format is spoken, and whose deviations to expect. */
enum tt_llm_provider {
    TT_LLM_ANTHROPIC,  /* Messages */
    TT_LLM_OPENAI,     /* Chat Completions, at OpenAI itself */
    TT_LLM_COMPATIBLE, /* Chat Completions as other servers and gateways speak it */
};

/* "anthropic", "openai", "openai-compatible": as in the settings. */
const char *tt_llm_provider_name(enum tt_llm_provider provider);

/* False when `name` is none of these; *out is untouched then. */
bool tt_llm_provider_from(tt_str name, enum tt_llm_provider *out);

/* What a model at a provider accepts, as a set of bits. */
enum tt_llm_cap {
    TT_LLM_CAP_TEMPERATURE = 1 << 0,
    TT_LLM_CAP_TOOLS = 1 << 1,
    TT_LLM_CAP_STRICT = 1 << 2,                /* tools with a guaranteed schema */
    TT_LLM_CAP_ONE_TOOL_CALL = 1 << 3,         /* parallel calls can be switched off */
    TT_LLM_CAP_STREAM_USAGE = 1 << 4,          /* stream_options.include_usage */
    TT_LLM_CAP_MAX_COMPLETION_TOKENS = 1 << 5, /* instead of max_tokens */
    TT_LLM_CAP_DEVELOPER_ROLE = 1 << 6,        /* instead of system */
    TT_LLM_CAP_CACHE_CONTROL = 1 << 7,
    TT_LLM_CAP_PROMPT_CACHE_KEY = 1 << 8,
    TT_LLM_CAP_STORE = 1 << 9, /* "store": false is understood */
    TT_LLM_CAP_STOP = 1 << 10, /* stop sequences */
    TT_LLM_CAP_EFFORT = 1 << 11,
    TT_LLM_CAP_REASONS = 1 << 12, /* thinks first, out of the same output tokens */
    TT_LLM_CAP_SYSTEM = 1 << 13,  /* a role for the system text; else the user says it first */
};

/* What the built-in table says about a model; the newest match of provider and
 * model prefix wins.  The configuration may overrule it. */
uint32_t tt_llm_caps(enum tt_llm_provider provider, tt_str model);

/* The bits for the one retry after a 400: without everything optional.  Where
 * `message` (the provider's) names the token limit, a role or tools as the thing
 * it rejects, the other way is chosen.  Equal to `caps` when there is nothing
 * left to leave out: then a retry is pointless. */
uint32_t tt_llm_caps_after_400(uint32_t caps, tt_str message);

enum tt_llm_role { TT_LLM_USER, TT_LLM_ASSISTANT };

struct tt_llm_message {
    enum tt_llm_role role;
    tt_str text;
};

/* A tool that the model must call; its arguments are the answer. */
struct tt_llm_tool {
    tt_str name; /* letters, digits, _ and -; at most 64 */
    tt_str description;
    tt_str schema; /* one JSON object */
};

/* Tokens that a model with TT_LLM_CAP_REASONS gets beyond its answer. */
#define TT_LLM_ROOM_TO_THINK 8192u

struct tt_llm_request {
    enum tt_llm_provider provider;
    tt_str base_url; /* empty: the provider's own; needed for COMPATIBLE */
    tt_str model;
    tt_str key; /* empty: none is sent.  Goes into a header and nowhere else */
    uint32_t caps;

    tt_str system_stable;  /* byte for byte the same in every request of this kind: cached */
    tt_str system_project; /* likewise, but for this project only; may be empty */
    const struct tt_llm_message *messages;
    size_t n_messages;              /* at least one; the last is the user's */
    const struct tt_llm_tool *tool; /* NULL: the answer is text */

    uint32_t max_output; /* tokens of the answer itself; > 0.  With TT_LLM_CAP_REASONS the room
                          * to think comes on top */
    double temperature;
    bool has_temperature; /* sent only with TT_LLM_CAP_TEMPERATURE */
    const tt_str *stop;
    size_t n_stop;
    tt_str effort;    /* "low", "medium", "high"; empty: the model's own */
    tt_str cache_key; /* groups requests with the same prefix; empty: none */
};

/* The plain estimate (tokens.h) of everything the request would send. */
uint64_t tt_llm_request_tokens(const struct tt_llm_request *req);

#endif
