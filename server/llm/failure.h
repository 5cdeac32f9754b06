/* failure.h -- what went wrong with a request, and what that means.
 *
 * Every way to fail has one class; a table says for each class whether to ask
 * again, to ask another model, and what the circuit breaker makes of it.  The
 * session acts on the row; nothing else in the program looks at status codes.
 */
#ifndef TT_LLM_FAILURE_H
#define TT_LLM_FAILURE_H

#include "base/arena.h"
#include "base/io.h"
#include "llm/request.h"

enum tt_llm_class {
    TT_LLM_FINE,
    TT_LLM_UNREACHABLE,  /* no host, no connection, TLS, proxy, connect or first-byte timeout */
    TT_LLM_TLS,          /* the certificate or the handshake: asking again does not help */
    TT_LLM_UNUSABLE,     /* no libcurl, a bad URL: nothing was sent */
    TT_LLM_SERVER,       /* 408, 409, 500, 502, 503, 504 */
    TT_LLM_OVERLOADED,   /* 529, or said in the stream */
    TT_LLM_RATE_LIMIT,   /* 429 that passes */
    TT_LLM_QUOTA,        /* 429 or 402 that does not pass: credit, quota */
    TT_LLM_AUTH,         /* 401, 403 */
    TT_LLM_NO_MODEL,     /* 404 for the model or the address */
    TT_LLM_TOO_LONG,     /* the prompt does not fit: 400 or 413, or the context ran full */
    TT_LLM_BAD_REQUEST,  /* 400 of any other kind */
    TT_LLM_BROKEN_EARLY, /* the stream broke before any content */
    TT_LLM_BROKEN_LATE,  /* ... after content: nothing is spliced */
    TT_LLM_STRANGE,      /* an answer that is none: a web page, other JSON, unreadable text */
    TT_LLM_REFUSAL,      /* the model or a filter declined */
    TT_LLM_LIMIT,        /* the output token limit was reached */
    TT_LLM_OVERSIZE,     /* the answer is larger than we take */
    TT_LLM_ABORTED,      /* by us */
};

enum tt_llm_fallback {
    TT_LLM_STAY,          /* tell the user */
    TT_LLM_NEXT,          /* the next eligible model, as a new attempt */
    TT_LLM_NEXT_IN_SIGHT, /* ... and the user sees why */
    TT_LLM_LARGER_WINDOW, /* only a model with a larger context */
    TT_LLM_REPLACEMENT,   /* the configured replacement of that model */
};

enum tt_llm_breaker {
    TT_LLM_BREAKER_NONE,
    TT_LLM_BREAKER_COUNT,      /* one failure more */
    TT_LLM_BREAKER_WAIT,       /* open for retry_after_ms (count it when there is none) */
    TT_LLM_BREAKER_LONG,       /* open for ten minutes or until the configuration changes */
    TT_LLM_BREAKER_MODEL_GONE, /* as LONG, for that model only */
};

enum tt_llm_learn { TT_LLM_LEARN_NOTHING, TT_LLM_LEARN_WEAKLY };

struct tt_llm_policy {
    enum tt_llm_class class_;
    const char *name;      /* for logs and receipts: "rate_limit" */
    uint8_t retries;       /* of the same request, with backoff */
    bool only_if_told;     /* retry only when a short Retry-After was given */
    bool without_optional; /* the retry leaves optional parameters out */
    bool larger_output;    /* the retry may raise max_output */
    enum tt_llm_fallback fallback;
    enum tt_llm_breaker breaker;
    enum tt_llm_learn learn;
};

/* The row of a class; never NULL. */
const struct tt_llm_policy *tt_llm_policy(enum tt_llm_class class_);

/* One failure.  Slices are owned by whoever holds the failure (the stream). */
struct tt_llm_failure {
    enum tt_llm_class class_;
    int status;               /* HTTP; 0 when there was no answer */
    enum tt_http_result http; /* how the transfer ended */
    tt_str message;           /* theirs, as it came: not for people yet (say.h) */
    bool is_ours;             /* `message` is the transport's instead: sentences for people */
    tt_str type, code;        /* theirs; may be empty */
    tt_str request_id;        /* may be empty */
    int64_t retry_after_ms;   /* -1: not told */
    int8_t should_retry;      /* x-should-retry: 1, 0, or -1 when not told */
};

/* What an error body says, whatever its shape: {error: {message}}, {error:
 * "text"}, {object: "error", message}, {type: "error", error}, [{error}],
 * {detail}, a web page, plain text.  Fills message, type, code, request_id (if
 * in the body) and retry_after_ms (if in the body); the slices live in `arena`. */
int tt_llm_failure_read(struct tt_arena *arena, tt_str body, struct tt_llm_failure *out);

/* The class of an HTTP status with what was read from the body. */
enum tt_llm_class tt_llm_failure_class(int status, tt_str type, tt_str code, tt_str message);

/* How long the server asks to wait, in ms; -1 when it does not say.  Knows
 * retry-after-ms, retry-after (seconds, fractions, HTTP dates against
 * `wall_ms`, ms since 1970), and for a 429 the reset of a used-up limit
 * (x-ratelimit-reset-*, anthropic-ratelimit-*-reset). */
int64_t tt_llm_retry_after(const struct tt_http_header *headers, size_t n, int64_t wall_ms);

/* The value of a header, by its name in lower case; empty when absent. */
tt_str tt_llm_header(const struct tt_http_header *headers, size_t n, const char *name);

#endif
