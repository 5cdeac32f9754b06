/* answer.c -- what a codec's findings add up to.
 *
 * Text and tool calls share one allowance (`room`).  A call is handed on only
 * when it is closed and its arguments are JSON; until then it is nothing.
 */
#include "llm/codec.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define CALLS_MAX 64
#define SMALL_MAX 4096 /* ids, names, refusals: what is longer is cut off */

static void emit(struct tt_llm_answer *answer, struct tt_llm_event event)
{
    if (answer->cb)
        answer->cb(answer->arg, &event);
}

static void fail(struct tt_llm_answer *answer, int err)
{
    if (!answer->err)
        answer->err = err;
}

/* Take `n` bytes of the allowance. */
static bool take(struct tt_llm_answer *answer, size_t n)
{
    if (answer->err)
        return false;
    if (n > answer->room) {
        fail(answer, TT_ETOOBIG);
        return false;
    }
    answer->room -= n;
    answer->outcome.content |= n > 0;
    answer->damaged |= n > 0 && answer->mended;
    return true;
}

static void pass_text(struct tt_llm_answer *answer, tt_str text)
{
    if (text.n == 0 || !take(answer, text.n))
        return;
    if (tt_buf_add(&answer->text, text)) {
        fail(answer, answer->text.err);
        return;
    }
    answer->outcome.text = tt_buf_str(&answer->text);
    emit(answer, (struct tt_llm_event){ .type = TT_LLM_TEXT, .text = text });
}

void tt_llm_answer_text(struct tt_llm_answer *answer, tt_str text)
{
    if (text.n == 0 || answer->err)
        return;
    if (answer->strip_think)
        tt_llm_answer_thinking(answer,
                               tt_llm_think_filter(&answer->think, text, pass_text, answer));
    else
        pass_text(answer, text);
}

void tt_llm_answer_refusal(struct tt_llm_answer *answer, tt_str text)
{
    tt_buf_add(&answer->refusal, tt_str_sub(text, 0, SMALL_MAX - answer->refusal.n));
}

void tt_llm_answer_thinking(struct tt_llm_answer *answer, size_t bytes)
{
    if (bytes == 0)
        return;
    answer->outcome.thinking += bytes;
    emit(answer, (struct tt_llm_event){ .type = TT_LLM_THINKING, .bytes = bytes });
}

void tt_llm_answer_model(struct tt_llm_answer *answer, tt_str model)
{
    model = tt_str_sub(model, 0, 256);
    if (model.n == 0 || tt_str_eq(model, answer->outcome.model))
        return;
    model = tt_arena_dup(&answer->arena, model);
    if (!model.p) {
        fail(answer, TT_ENOMEM);
        return;
    }
    answer->outcome.model = model;
    emit(answer, (struct tt_llm_event){ .type = TT_LLM_MODEL, .text = model });
}

void tt_llm_answer_usage(struct tt_llm_answer *answer)
{
    emit(answer, (struct tt_llm_event){ .type = TT_LLM_USAGE, .usage = &answer->outcome.usage });
}

void tt_llm_answer_stop(struct tt_llm_answer *answer, tt_str word, enum tt_llm_stop_kind kind)
{
    bool again = answer->stop != TT_LLM_STOP_NONE;

    /* Some servers give a reason with every chunk: then the worst one holds. */
    if (again && (answer->stop != TT_LLM_STOP_FINE || kind == TT_LLM_STOP_FINE))
        return;
    if (answer->strip_think)
        tt_llm_think_end(&answer->think, pass_text, answer);
    word = tt_arena_dup(&answer->arena, tt_str_sub(word, 0, 64));
    if (!word.p) {
        fail(answer, TT_ENOMEM);
        return;
    }
    answer->stop = kind;
    answer->outcome.stop = word;
    if (!again)
        emit(answer, (struct tt_llm_event){ .type = TT_LLM_STOP, .text = word });
}

/* ---- tool calls ---- */

struct tt_llm_call *tt_llm_answer_call_at(struct tt_llm_answer *answer, uint32_t index)
{
    for (size_t i = answer->n_calls; i > 0; i--) {
        if (answer->calls[i - 1].index == index)
            return &answer->calls[i - 1];
    }
    return NULL;
}

static struct tt_llm_call *add_call(struct tt_llm_answer *answer, uint32_t index)
{
    struct tt_llm_call *call;

    if (answer->n_calls == CALLS_MAX) {
        fail(answer, TT_ETOOBIG);
        return NULL;
    }
    if (!answer->calls)
        answer->calls = calloc(CALLS_MAX, sizeof(*answer->calls));
    if (!answer->calls) {
        fail(answer, TT_ENOMEM);
        return NULL;
    }
    call = &answer->calls[answer->n_calls++];
    call->index = index;
    call->open = true;
    tt_buf_init(&call->id, SMALL_MAX);
    tt_buf_init(&call->name, SMALL_MAX);
    tt_buf_init(&call->arguments, SIZE_MAX / 2); /* bounded by the allowance */
    return call;
}

struct tt_llm_call *tt_llm_answer_call(struct tt_llm_answer *answer, uint32_t index, tt_str id,
                                       tt_str name)
{
    struct tt_llm_call *call = tt_llm_answer_call_at(answer, index);

    if (call && id.n > 0 && call->id.n > 0 && name.n > 0 && !tt_str_eq(tt_buf_str(&call->id), id)) {
        tt_llm_answer_close_call(answer, call);
        call = NULL;
    }
    if (!call)
        call = add_call(answer, index);
    if (!call)
        return NULL;
    if (call->id.n == 0)
        tt_buf_add(&call->id, id);
    if (call->name.n == 0)
        tt_buf_add(&call->name, name);
    if (call->id.err || call->name.err)
        fail(answer, call->id.err ? call->id.err : call->name.err);
    return call;
}

void tt_llm_answer_arguments(struct tt_llm_answer *answer, struct tt_llm_call *call, tt_str part)
{
    if (!call || !call->open || part.n == 0 || !take(answer, part.n))
        return;
    if (tt_buf_add(&call->arguments, part))
        fail(answer, call->arguments.err);
}

void tt_llm_answer_object(struct tt_llm_answer *answer, struct tt_llm_call *call,
                          const cJSON *arguments)
{
    char *text = cJSON_IsObject(arguments) ? cJSON_PrintUnformatted(arguments) : NULL;

    if (cJSON_IsObject(arguments) && !text)
        fail(answer, TT_ENOMEM); /* no arguments would be another call than this one */
    tt_llm_answer_arguments(answer, call, tt_str_from(text));
    cJSON_free(text);
}

void tt_llm_answer_close_call(struct tt_llm_answer *answer, struct tt_llm_call *call)
{
    bool mended = false;
    cJSON *root;

    if (!call || !call->open || answer->err)
        return;
    call->open = false;
    if (call->arguments.n == 0)
        tt_buf_adds(&call->arguments, "{}");
    root = tt_llm_json_parse(tt_buf_str(&call->arguments), &mended);
    call->whole = cJSON_IsObject(root);
    cJSON_Delete(root);
    answer->damaged |= mended;
    answer->bad_call |= !call->whole;
    if (!call->whole)
        return;
    call->n = answer->outcome.n_tools++;
    emit(answer, (struct tt_llm_event){ .type = TT_LLM_TOOL,
                                        .name = tt_buf_str(&call->name),
                                        .text = tt_buf_str(&call->arguments),
                                        .index = (uint32_t)call->n });
}

void tt_llm_answer_close_calls(struct tt_llm_answer *answer)
{
    for (size_t i = 0; i < answer->n_calls; i++)
        tt_llm_answer_close_call(answer, &answer->calls[i]);
}

/* ---- errors ---- */

void tt_llm_answer_report(struct tt_llm_answer *answer)
{
    emit(answer,
         (struct tt_llm_event){ .type = TT_LLM_ERROR, .failure = &answer->outcome.failure });
}

/* A number as a code is a status: gateways say {"code": 502} in the stream. */
static int status_in(tt_str code)
{
    int status = 0;

    if (code.n != 3)
        return 0;
    for (size_t i = 0; i < 3; i++) {
        if (code.p[i] < '0' || code.p[i] > '9')
            return 0;
        status = status * 10 + (code.p[i] - '0');
    }
    return status >= 400 ? status : 0;
}

void tt_llm_answer_error(struct tt_llm_answer *answer, tt_str json)
{
    struct tt_llm_failure *failure = &answer->outcome.failure;
    tt_str id = failure->request_id;
    int64_t wait = failure->retry_after_ms;
    int err;

    if (answer->failed)
        return;
    answer->failed = true;
    err = tt_llm_failure_read(&answer->arena, json, failure);
    if (err)
        fail(answer, err);
    if (failure->request_id.n == 0)
        failure->request_id = id;
    if (failure->retry_after_ms < 0)
        failure->retry_after_ms = wait;
    failure->class_ = tt_llm_failure_class(status_in(failure->code), failure->type, failure->code,
                                           failure->message);
    /* After content a retry of the same request would be a splice. */
    if (failure->class_ == TT_LLM_FINE || tt_llm_policy(failure->class_)->retries == 2)
        failure->class_ = answer->outcome.content          ? TT_LLM_BROKEN_LATE
                          : failure->class_ == TT_LLM_FINE ? TT_LLM_BROKEN_EARLY
                                                           : failure->class_;
    tt_llm_answer_report(answer);
}

void tt_llm_answer_init(struct tt_llm_answer *answer, size_t max, bool strip_think,
                        tt_llm_event_cb cb, void *arg)
{
    *answer = (struct tt_llm_answer){ .room = max, .strip_think = strip_think };
    answer->outcome.failure.retry_after_ms = -1;
    answer->outcome.failure.should_retry = -1;
    tt_arena_init(&answer->arena);
    tt_buf_init(&answer->text, max);
    tt_buf_init(&answer->refusal, SMALL_MAX);
    tt_buf_init(&answer->think.held, max);
    answer->cb = cb;
    answer->arg = arg;
}

void tt_llm_answer_release(struct tt_llm_answer *answer)
{
    for (size_t i = 0; i < answer->n_calls; i++) {
        tt_buf_release(&answer->calls[i].id);
        tt_buf_release(&answer->calls[i].name);
        tt_buf_release(&answer->calls[i].arguments);
    }
    free(answer->calls);
    tt_buf_release(&answer->text);
    tt_buf_release(&answer->refusal);
    tt_buf_release(&answer->think.held);
    tt_arena_release(&answer->arena);
}
