/* stream.h -- a provider's answer, from bytes to events and one outcome.
 *
 * Life: create -> head -> any number of feed -> end (or cancel) -> outcome ->
 * destroy.  No connection, no clock; one thread.  The answer counts as complete
 * only by the provider's own end marks, whatever the connection did.
 */
#ifndef TT_LLM_STREAM_H
#define TT_LLM_STREAM_H

#include "llm/failure.h"

struct tt_llm_stream; /* opaque: stream.c */

/* Tokens as the provider counts them; what it did not say is 0 and unknown. */
struct tt_llm_usage {
    bool known;              /* input and output came from the provider */
    uint64_t input;          /* read at the full price: without what is below */
    uint64_t cache_read;     /* read from its cache */
    uint64_t cache_write;    /* written to its cache, for five minutes */
    uint64_t cache_write_1h; /* ... for an hour */
    uint64_t output;         /* thinking included */
    uint64_t thinking;       /* part of output */
};

/* Everything that was read: input + cache_read + both cache_write. */
uint64_t tt_llm_usage_read(const struct tt_llm_usage *usage);

enum tt_llm_event_type {
    TT_LLM_TEXT,     /* `text`: the next piece of the answer */
    TT_LLM_TOOL,     /* `name`, `text`: one whole call, its arguments complete JSON */
    TT_LLM_THINKING, /* `bytes` more were thought and dropped */
    TT_LLM_USAGE,    /* `usage` so far; counts may still grow */
    TT_LLM_MODEL,    /* `text`: the model that really answers */
    TT_LLM_STOP,     /* `text`: the provider's word for why it stopped */
    TT_LLM_ERROR,    /* `failure`: at most once, always before the end */
};

struct tt_llm_event {
    enum tt_llm_event_type type;
    tt_str text, name; /* borrowed during the callback */
    uint32_t index;    /* TOOL */
    size_t bytes;      /* THINKING */
    const struct tt_llm_usage *usage;
    const struct tt_llm_failure *failure;
};

/* Not allowed inside: feed, end, cancel, destroy of the same stream. */
typedef void (*tt_llm_event_cb)(void *arg, const struct tt_llm_event *event);

enum tt_llm_end {
    TT_LLM_RUNNING,
    TT_LLM_COMPLETE,           /* the only one that an edit may be made from */
    TT_LLM_TRUNCATED_BY_LIMIT, /* the output token limit, or the context, was reached */
    TT_LLM_CUT,                /* no end mark came */
    TT_LLM_REFUSED,            /* the model or the provider's filter declined */
    TT_LLM_FAILED,             /* an error, before or in the stream */
    TT_LLM_TOO_LARGE,          /* over answer_max or event_max */
    TT_LLM_CANCELED,           /* by us */
};

const char *tt_llm_end_name(enum tt_llm_end end); /* "complete", for logs and receipts */

struct tt_llm_outcome {
    enum tt_llm_end end;
    struct tt_llm_failure failure; /* class_ is TT_LLM_FINE when COMPLETE */
    struct tt_llm_usage usage;
    tt_str model;    /* that really answered; empty when not said */
    tt_str stop;     /* the provider's word */
    tt_str text;     /* all of the answer's text */
    size_t n_tools;  /* whole tool calls */
    bool content;    /* at least one byte of text or of a tool call came */
    size_t thinking; /* bytes of thinking that were dropped */
};

#define TT_LLM_ANSWER_MAX ((size_t)10 << 20) /* text and tool calls together */
#define TT_LLM_EVENT_MAX  ((size_t)12 << 20) /* one SSE event, or one answer that is no stream */

struct tt_llm_limits {
    size_t answer_max, event_max; /* 0: the values above */
};

/* `cb` may be NULL: the outcome holds everything.  `arg` is borrowed.  `limits`
 * may be NULL.  NULL when out of memory. */
struct tt_llm_stream *tt_llm_stream_create(enum tt_llm_provider provider,
                                           const struct tt_llm_limits *limits, tt_llm_event_cb cb,
                                           void *arg);
void tt_llm_stream_destroy(struct tt_llm_stream *stream); /* NULL is fine */

/* The answer's head: names in lower case.  `wall_ms` (ms since 1970) is for
 * dates in Retry-After. */
int tt_llm_stream_head(struct tt_llm_stream *stream, int status,
                       const struct tt_http_header *headers, size_t n, int64_t wall_ms);

/* The next bytes of the body.  TT_ETOOBIG or TT_ENOMEM end the stream for
 * good: stop the transfer and ask for the outcome. */
int tt_llm_stream_feed(struct tt_llm_stream *stream, tt_str bytes);

/* The end mark was seen: no byte that matters comes any more, and end() will
 * say COMPLETE (or LIMIT, or REFUSED) even if the connection then fails. */
bool tt_llm_stream_finished(const struct tt_llm_stream *stream);

/* The transfer ended; `message` is the transport's.  Also without head or
 * bytes, when nothing ever came.  May still deliver events. */
int tt_llm_stream_end(struct tt_llm_stream *stream, enum tt_http_result result, tt_str message);

/* We stopped it.  No event is delivered; what was used so far stays known. */
void tt_llm_stream_cancel(struct tt_llm_stream *stream);

/* Borrowed; lives as long as the stream.  Meaningful at any time; final after
 * end or cancel. */
const struct tt_llm_outcome *tt_llm_stream_outcome(const struct tt_llm_stream *stream);

/* The i-th whole tool call (i < n_tools); both slices as the outcome's. */
void tt_llm_stream_tool(const struct tt_llm_stream *stream, size_t i, tt_str *name,
                        tt_str *arguments);

#endif
