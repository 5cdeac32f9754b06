/* stream.c -- which kind of body is it, and what does its end prove?
 *
 * The body decides what it is, not its content type: gateways answer a stream
 * request with one JSON object, and proxies answer with a web page under 200.
 * An error status is read whole (up to a limit) and then looked at.
 */
#include "llm/codec.h"
#include "llm/sse.h"
#include "trimtab/error.h"

#include <stdlib.h>
#include <strings.h>

#define ERROR_BODY_MAX ((size_t)64 << 10) /* what is longer is a page, not a message */

enum body_kind { BODY_UNKNOWN, BODY_EVENTS, BODY_JSON, BODY_OTHER };

struct tt_llm_stream {
    const struct tt_llm_codec *codec;
    struct tt_llm_answer answer; /* owned */
    struct tt_sse *sse;          /* owned */
    struct tt_buf body;          /* owned: an error, or an answer in one piece */
    enum body_kind kind;
    int status; /* 0 until the head came */
    bool over;  /* end or cancel was called */
};

uint64_t tt_llm_usage_read(const struct tt_llm_usage *usage)
{
    return usage->input + usage->cache_read + usage->cache_write + usage->cache_write_1h;
}

const char *tt_llm_end_name(enum tt_llm_end end)
{
    static const char *const names[] = {
        [TT_LLM_RUNNING] = "running",
        [TT_LLM_COMPLETE] = "complete",
        [TT_LLM_CUT] = "cut",
        [TT_LLM_TRUNCATED_BY_LIMIT] = "truncated",
        [TT_LLM_REFUSED] = "refused",
        [TT_LLM_FAILED] = "failed",
        [TT_LLM_TOO_LARGE] = "too large",
        [TT_LLM_CANCELED] = "canceled",
    };

    return names[end];
}

static void on_sse(void *arg, tt_str event, tt_str data)
{
    struct tt_llm_stream *stream = arg;

    if (!stream->answer.failed && !stream->answer.err)
        stream->codec->event(&stream->answer, event, data);
}

struct tt_llm_stream *tt_llm_stream_create(enum tt_llm_provider provider,
                                           const struct tt_llm_limits *limits, tt_llm_event_cb cb,
                                           void *arg)
{
    struct tt_llm_stream *stream = calloc(1, sizeof(*stream));
    size_t answer_max = limits && limits->answer_max ? limits->answer_max : TT_LLM_ANSWER_MAX;
    size_t event_max = limits && limits->event_max ? limits->event_max : TT_LLM_EVENT_MAX;

    if (!stream)
        return NULL;
    stream->codec = provider == TT_LLM_ANTHROPIC ? &tt_llm_anthropic : &tt_llm_openai;
    tt_llm_answer_init(&stream->answer, answer_max, provider == TT_LLM_COMPATIBLE, cb, arg);
    tt_buf_init(&stream->body, event_max);
    stream->sse = tt_sse_create(event_max, on_sse, stream);
    if (!stream->sse) {
        tt_llm_stream_destroy(stream);
        return NULL;
    }
    return stream;
}

void tt_llm_stream_destroy(struct tt_llm_stream *stream)
{
    if (!stream)
        return;
    tt_sse_destroy(stream->sse);
    tt_buf_release(&stream->body);
    tt_llm_answer_release(&stream->answer);
    free(stream);
}

static bool is_error_status(const struct tt_llm_stream *stream)
{
    return stream->status < 200 || stream->status > 299;
}

int tt_llm_stream_head(struct tt_llm_stream *stream, int status,
                       const struct tt_http_header *headers, size_t n, int64_t wall_ms)
{
    static const char *const id_names[] = { "request-id", "x-request-id", "x-amzn-requestid" };
    struct tt_llm_failure *failure = &stream->answer.outcome.failure;
    tt_str should = tt_llm_header(headers, n, "x-should-retry");
    tt_str id = { NULL, 0 };

    for (size_t i = 0; i < 3 && id.n == 0; i++)
        id = tt_llm_header(headers, n, id_names[i]);
    stream->status = status;
    failure->status = status;
    failure->request_id = tt_arena_dup(&stream->answer.arena, tt_str_sub(id, 0, 200));
    if (!failure->request_id.p)
        return stream->answer.err = TT_ENOMEM;
    if (is_error_status(stream)) {
        failure->retry_after_ms = tt_llm_retry_after(headers, n, wall_ms);
        failure->should_retry = tt_str_eq(should, TT_STR("true"))    ? 1
                                : tt_str_eq(should, TT_STR("false")) ? 0
                                                                     : -1;
    }
    return 0;
}

static size_t blanks(tt_str s)
{
    size_t n = 0;

    while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t' || s.p[n] == '\n' || s.p[n] == '\r'))
        n++;
    return n;
}

/* The first byte tells; `body` has no blanks before it. */
static enum body_kind kind_of(tt_str body)
{
    if (body.n == 0)
        return BODY_UNKNOWN;
    if (body.p[0] == '{' || body.p[0] == '[')
        return BODY_JSON;
    return body.p[0] == '<' ? BODY_OTHER : BODY_EVENTS;
}

/* Keep the beginning; the rest of a long error page says nothing more. */
static void keep_some(struct tt_buf *body, tt_str bytes)
{
    size_t room = ERROR_BODY_MAX < body->max ? ERROR_BODY_MAX : body->max;

    room = room > body->n ? room - body->n : 0;
    tt_buf_add(body, tt_str_sub(bytes, 0, room));
}

static int feed_ok(struct tt_llm_stream *stream, tt_str bytes)
{
    int err = 0;

    if (stream->kind == BODY_UNKNOWN) { /* blanks before it mean nothing, in any cut */
        bytes = tt_str_sub(bytes, blanks(bytes), bytes.n);
        stream->kind = kind_of(bytes);
    }
    switch (stream->kind) {
    case BODY_UNKNOWN:
        break;
    case BODY_EVENTS:
        err = tt_sse_feed(stream->sse, bytes);
        break;
    case BODY_JSON:
        err = tt_buf_add(&stream->body, bytes);
        break;
    case BODY_OTHER:
        keep_some(&stream->body, bytes);
        err = stream->body.err;
        break;
    }
    return err;
}

int tt_llm_stream_feed(struct tt_llm_stream *stream, tt_str bytes)
{
    struct tt_llm_answer *answer = &stream->answer;

    if (stream->over || answer->err)
        return answer->err;
    if (is_error_status(stream)) {
        keep_some(&stream->body, bytes);
        return answer->err = stream->body.err;
    }
    if (!tt_llm_stream_finished(stream)) {
        int err = feed_ok(stream, bytes);

        if (!answer->err)
            answer->err = err;
    }
    return answer->err;
}

bool tt_llm_stream_finished(const struct tt_llm_stream *stream)
{
    return stream->answer.failed || (stream->answer.ended && stream->answer.stop);
}

/* ---- the end ---- */

static void set(struct tt_llm_stream *stream, enum tt_llm_end end, enum tt_llm_class class_,
                tt_str message)
{
    struct tt_llm_outcome *out = &stream->answer.outcome;

    out->end = end;
    out->failure.class_ = class_;
    if (message.n > 0)
        out->failure.message = tt_arena_dup(&stream->answer.arena, message);
}

/* ... with what the transport says of it. */
static void set_broken(struct tt_llm_stream *stream, enum tt_llm_end end, enum tt_llm_class class_,
                       tt_str message)
{
    set(stream, end, class_, message);
    stream->answer.outcome.failure.is_ours = message.n > 0;
}

static enum tt_llm_class class_of_http(enum tt_http_result result)
{
    switch (result) {
    case TT_HTTP_TLS:
        return TT_LLM_TLS;
    case TT_HTTP_NO_LIBRARY:
    case TT_HTTP_BAD_REQUEST:
        return TT_LLM_UNUSABLE;
    default:
        return TT_LLM_UNREACHABLE;
    }
}

static enum tt_llm_class broken(const struct tt_llm_stream *stream)
{
    return stream->answer.outcome.content ? TT_LLM_BROKEN_LATE : TT_LLM_BROKEN_EARLY;
}

static void end_with_status(struct tt_llm_stream *stream)
{
    struct tt_llm_failure *failure = &stream->answer.outcome.failure;
    int64_t wait = failure->retry_after_ms;
    tt_str id = failure->request_id;
    int err = tt_llm_failure_read(&stream->answer.arena, tt_buf_str(&stream->body), failure);

    if (err)
        stream->answer.err = err;
    if (wait >= 0)
        failure->retry_after_ms = wait;
    if (failure->request_id.n == 0)
        failure->request_id = id;
    failure->class_ =
        tt_llm_failure_class(stream->status, failure->type, failure->code, failure->message);
    stream->answer.outcome.end = TT_LLM_FAILED;
}

static void end_with_json(struct tt_llm_stream *stream)
{
    tt_str body = tt_buf_str(&stream->body);
    cJSON *root;

    stream->answer.mended = false;
    root = tt_llm_json_parse(body, &stream->answer.mended);
    if (root)
        stream->codec->whole(&stream->answer, root, body);
    cJSON_Delete(root);
}

/* Is what the model said the end of it? */
static bool is_proven(const struct tt_llm_stream *stream, enum tt_http_result result)
{
    if (stream->answer.ended)
        return true;
    return stream->codec == &tt_llm_openai && result == TT_HTTP_OK;
}

static void end_complete(struct tt_llm_stream *stream)
{
    struct tt_llm_answer *answer = &stream->answer;

    tt_llm_answer_close_calls(answer);
    if (answer->refusal.n > 0)
        set(stream, TT_LLM_REFUSED, TT_LLM_REFUSAL, tt_buf_str(&answer->refusal));
    else if (answer->damaged)
        set(stream, TT_LLM_FAILED, TT_LLM_STRANGE,
            TT_STR("the answer holds characters or events that cannot be read"));
    else if (answer->bad_call)
        set(stream, TT_LLM_FAILED, TT_LLM_STRANGE,
            TT_STR("the arguments of the tool call are not a JSON object"));
    else
        set(stream, TT_LLM_COMPLETE, TT_LLM_FINE, TT_STR(""));
}

static void end_without_stop(struct tt_llm_stream *stream, enum tt_http_result result,
                             tt_str message)
{
    const struct tt_llm_answer *answer = &stream->answer;

    if (result != TT_HTTP_OK)
        set_broken(stream, TT_LLM_CUT, broken(stream), message);
    else if (stream->kind == BODY_OTHER)
        set(stream, TT_LLM_FAILED, TT_LLM_STRANGE,
            TT_STR("the address answered with a web page, not with a model's answer"));
    else if (!answer->understood && stream->kind != BODY_UNKNOWN)
        set(stream, TT_LLM_FAILED, TT_LLM_STRANGE,
            TT_STR("the address answered with something that is no model's answer"));
    else
        set_broken(stream, TT_LLM_CUT, broken(stream), message);
}

static void conclude(struct tt_llm_stream *stream, enum tt_http_result result, tt_str message)
{
    const struct tt_llm_answer *answer = &stream->answer;

    if (answer->err == TT_ETOOBIG)
        set(stream, TT_LLM_TOO_LARGE, TT_LLM_OVERSIZE, TT_STR(""));
    else if (answer->err)
        set(stream, TT_LLM_FAILED, TT_LLM_UNUSABLE, tt_str_from(tt_strerror(answer->err)));
    else if (stream->status == 0)
        set_broken(stream, TT_LLM_FAILED, class_of_http(result), message);
    else if (is_error_status(stream))
        end_with_status(stream);
    else if (answer->failed)
        stream->answer.outcome.end = TT_LLM_FAILED;
    else if (answer->stop == TT_LLM_STOP_LIMIT)
        set(stream, TT_LLM_TRUNCATED_BY_LIMIT, TT_LLM_LIMIT, TT_STR(""));
    else if (answer->stop == TT_LLM_STOP_CONTEXT)
        set(stream, TT_LLM_TRUNCATED_BY_LIMIT, TT_LLM_TOO_LONG, TT_STR(""));
    else if (answer->stop == TT_LLM_STOP_REFUSED)
        set(stream, TT_LLM_REFUSED, TT_LLM_REFUSAL, tt_buf_str(&answer->refusal));
    else if (answer->stop == TT_LLM_STOP_FINE && is_proven(stream, result))
        end_complete(stream);
    else
        end_without_stop(stream, result, message);
}

int tt_llm_stream_end(struct tt_llm_stream *stream, enum tt_http_result result, tt_str message)
{
    struct tt_llm_answer *answer = &stream->answer;
    bool reported = answer->failed;

    if (stream->over)
        return answer->err;
    if (result == TT_HTTP_OK && stream->status != 0 && !is_error_status(stream) && !answer->err) {
        if (stream->kind == BODY_EVENTS) {
            int err = tt_sse_flush(stream->sse);

            if (!answer->err)
                answer->err = err;
        } else if (stream->kind == BODY_JSON) {
            end_with_json(stream);
        }
        reported = answer->failed;
    }
    stream->over = true;
    answer->outcome.failure.http = result;
    conclude(stream, result, message);
    if (answer->outcome.failure.class_ != TT_LLM_FINE && !reported)
        tt_llm_answer_report(answer);
    return answer->err;
}

void tt_llm_stream_cancel(struct tt_llm_stream *stream)
{
    if (stream->over)
        return;
    stream->over = true;
    set(stream, TT_LLM_CANCELED, TT_LLM_ABORTED, TT_STR(""));
}

const struct tt_llm_outcome *tt_llm_stream_outcome(const struct tt_llm_stream *stream)
{
    return &stream->answer.outcome;
}

void tt_llm_stream_tool(const struct tt_llm_stream *stream, size_t i, tt_str *name,
                        tt_str *arguments)
{
    const struct tt_llm_answer *answer = &stream->answer;

    *name = *arguments = (tt_str){ NULL, 0 };
    for (size_t c = 0; c < answer->n_calls; c++) {
        if (answer->calls[c].whole && answer->calls[c].n == i) {
            *name = tt_buf_str(&answer->calls[c].name);
            *arguments = tt_buf_str(&answer->calls[c].arguments);
        }
    }
}
