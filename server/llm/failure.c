/* failure.c -- error bodies of many shapes to one class, and what each class means. */
#include "llm/failure.h"

#include "llm/json.h"
#include "trimtab/error.h"

#include <strings.h>

#define COUNTED  TT_LLM_BREAKER_COUNT
#define NOTHING  TT_LLM_LEARN_NOTHING
#define WEAKLY   TT_LLM_LEARN_WEAKLY
#define IN_SIGHT TT_LLM_NEXT_IN_SIGHT

/* In the order of enum tt_llm_class. */
static const struct tt_llm_policy policies[] = {
    /* class, name, retries, only if told, without optional, larger output, fallback, ... */
    { TT_LLM_FINE, "fine", 0, 0, 0, 0, TT_LLM_STAY, TT_LLM_BREAKER_NONE, NOTHING },
    { TT_LLM_UNREACHABLE, "unreachable", 2, 0, 0, 0, TT_LLM_NEXT, COUNTED, NOTHING },
    { TT_LLM_TLS, "tls", 0, 0, 0, 0, IN_SIGHT, COUNTED, NOTHING },
    { TT_LLM_UNUSABLE, "unusable", 0, 0, 0, 0, TT_LLM_STAY, TT_LLM_BREAKER_NONE, NOTHING },
    { TT_LLM_SERVER, "server", 2, 0, 0, 0, TT_LLM_NEXT, COUNTED, NOTHING },
    { TT_LLM_OVERLOADED, "overloaded", 2, 0, 0, 0, TT_LLM_NEXT, COUNTED, NOTHING },
    { TT_LLM_RATE_LIMIT, "rate_limit", 2, 1, 0, 0, TT_LLM_NEXT, TT_LLM_BREAKER_WAIT, NOTHING },
    { TT_LLM_QUOTA, "quota", 0, 0, 0, 0, IN_SIGHT, TT_LLM_BREAKER_LONG, NOTHING },
    { TT_LLM_AUTH, "auth", 0, 0, 0, 0, IN_SIGHT, TT_LLM_BREAKER_LONG, NOTHING },
    { TT_LLM_NO_MODEL, "no_model", 0, 0, 0, 0, TT_LLM_REPLACEMENT, TT_LLM_BREAKER_MODEL_GONE,
      NOTHING },
    { TT_LLM_TOO_LONG, "too_long", 0, 0, 0, 0, TT_LLM_LARGER_WINDOW, TT_LLM_BREAKER_NONE, NOTHING },
    { TT_LLM_BAD_REQUEST, "bad_request", 1, 0, 1, 0, TT_LLM_STAY, TT_LLM_BREAKER_NONE, NOTHING },
    { TT_LLM_BROKEN_EARLY, "broken_early", 2, 0, 0, 0, TT_LLM_NEXT, COUNTED, NOTHING },
    { TT_LLM_BROKEN_LATE, "broken_late", 0, 0, 0, 0, IN_SIGHT, COUNTED, NOTHING },
    { TT_LLM_STRANGE, "strange", 0, 0, 0, 0, IN_SIGHT, COUNTED, NOTHING },
    { TT_LLM_REFUSAL, "refusal", 0, 0, 0, 0, TT_LLM_STAY, TT_LLM_BREAKER_NONE, WEAKLY },
    { TT_LLM_LIMIT, "limit", 1, 0, 0, 1, TT_LLM_STAY, TT_LLM_BREAKER_NONE, NOTHING },
    { TT_LLM_OVERSIZE, "oversize", 0, 0, 0, 0, TT_LLM_STAY, TT_LLM_BREAKER_NONE, NOTHING },
    { TT_LLM_ABORTED, "aborted", 0, 0, 0, 0, TT_LLM_STAY, TT_LLM_BREAKER_NONE, NOTHING },
};

/* What providers call things, in `type` or `code`; letter case does not count. */
static const struct {
    const char *word;
    enum tt_llm_class class_;
} words[] = {
    { "overloaded_error", TT_LLM_OVERLOADED },
    { "insufficient_quota", TT_LLM_QUOTA },
    { "credit_balance_exhausted", TT_LLM_QUOTA },
    { "billing_error", TT_LLM_QUOTA },
    { "billing_hard_limit_reached", TT_LLM_QUOTA },
    { "access_terminated", TT_LLM_QUOTA },
    { "budget_exceeded", TT_LLM_QUOTA }, /* LiteLLM */
    { "context_length_exceeded", TT_LLM_TOO_LONG },
    { "exceed_context_size_error", TT_LLM_TOO_LONG },
    { "request_too_large", TT_LLM_TOO_LONG },
    { "string_above_max_length", TT_LLM_TOO_LONG },
    { "model_not_found", TT_LLM_NO_MODEL },
    { "invalid_api_key", TT_LLM_AUTH },
    { "authentication_error", TT_LLM_AUTH },
    { "permission_error", TT_LLM_AUTH },
    { "rate_limit_error", TT_LLM_RATE_LIMIT },
    { "rate_limit_exceeded", TT_LLM_RATE_LIMIT },
    { "slow_down", TT_LLM_RATE_LIMIT },
    { "content_policy_violation", TT_LLM_REFUSAL },
    { "content_filter", TT_LLM_REFUSAL },
    { "api_error", TT_LLM_SERVER },
    { "server_error", TT_LLM_SERVER },
    { "internal_server_error", TT_LLM_SERVER },
    { "internalservererror", TT_LLM_SERVER },
    { "timeout_error", TT_LLM_SERVER },
    { "unavailable", TT_LLM_OVERLOADED },
    { "resource_exhausted", TT_LLM_RATE_LIMIT },
    { "not_found_error", TT_LLM_NO_MODEL },
    { "notfounderror", TT_LLM_NO_MODEL },
    { "invalid_request_error", TT_LLM_BAD_REQUEST },
    { "badrequesterror", TT_LLM_BAD_REQUEST },
};

/* What only the message says, in lower case.  For a 400 most of all: providers
 * put very different things behind one code. */
static const struct {
    const char *part;
    enum tt_llm_class class_;
} phrases[] = {
    { "prompt is too long", TT_LLM_TOO_LONG },
    { "maximum context length", TT_LLM_TOO_LONG },
    { "context length", TT_LLM_TOO_LONG },
    { "context window", TT_LLM_TOO_LONG },
    { "context size", TT_LLM_TOO_LONG },
    { "exceed context limit", TT_LLM_TOO_LONG },
    { "input token count", TT_LLM_TOO_LONG },
    { "credit balance", TT_LLM_QUOTA },
    { "api key not valid", TT_LLM_AUTH },
    { "invalid api key", TT_LLM_AUTH },
    { "incorrect api key", TT_LLM_AUTH },
    { "no user query found", TT_LLM_TOO_LONG }, /* Ollama, when it has cut the question away */
};

const struct tt_llm_policy *tt_llm_policy(enum tt_llm_class class_)
{
    size_t i = (size_t)class_;

    return &policies[i < sizeof(policies) / sizeof(policies[0]) ? i : 0];
}

/* ---- classes ---- */

static bool same_word(tt_str s, const char *word)
{
    return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static bool holds(tt_str s, const char *part)
{
    size_t n = strlen(part);

    for (size_t i = 0; i + n <= s.n; i++) {
        if (strncasecmp(s.p + i, part, n) == 0)
            return true;
    }
    return false;
}

static enum tt_llm_class class_of_words(tt_str type, tt_str code)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (same_word(code, words[i].word) || same_word(type, words[i].word))
            return words[i].class_;
    }
    return TT_LLM_FINE;
}

static enum tt_llm_class class_of_phrase(tt_str message)
{
    for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
        if (holds(message, phrases[i].part))
            return phrases[i].class_;
    }
    return TT_LLM_FINE;
}

static enum tt_llm_class class_of_status(int status)
{
    switch (status) {
    case 400:
    case 422:
        return TT_LLM_BAD_REQUEST;
    case 401:
    case 403:
        return TT_LLM_AUTH;
    case 402:
        return TT_LLM_QUOTA;
    case 404:
        return TT_LLM_NO_MODEL;
    case 407:
        return TT_LLM_UNUSABLE;
    case 408:
    case 409:
        return TT_LLM_SERVER;
    case 413:
        return TT_LLM_TOO_LONG;
    case 429:
        return TT_LLM_RATE_LIMIT;
    case 529:
        return TT_LLM_OVERLOADED;
    default:
        break;
    }
    if (status >= 500)
        return TT_LLM_SERVER;
    return status >= 400 ? TT_LLM_BAD_REQUEST : TT_LLM_STRANGE;
}

enum tt_llm_class tt_llm_failure_class(int status, tt_str type, tt_str code, tt_str message)
{
    enum tt_llm_class by_words = class_of_words(type, code);
    enum tt_llm_class by_phrase = class_of_phrase(message);

    if (status == 0 || status == 200) { /* said in a stream: there are only words */
        if (by_words == TT_LLM_BAD_REQUEST && by_phrase != TT_LLM_FINE)
            return by_phrase;
        return by_words != TT_LLM_FINE ? by_words : by_phrase;
    }
    if (status == 429)
        return by_words == TT_LLM_QUOTA || by_phrase == TT_LLM_QUOTA ? TT_LLM_QUOTA
                                                                     : TT_LLM_RATE_LIMIT;
    if (status == 400 || status == 422) {
        /* Ollama calls every error "api_error": what we sent is at fault all the same */
        if (by_words != TT_LLM_FINE && by_words != TT_LLM_BAD_REQUEST && by_words != TT_LLM_SERVER)
            return by_words;
        return by_phrase != TT_LLM_FINE ? by_phrase : TT_LLM_BAD_REQUEST;
    }
    if (status >= 500 && (by_words == TT_LLM_OVERLOADED || by_phrase == TT_LLM_TOO_LONG))
        return by_words == TT_LLM_OVERLOADED ? by_words : by_phrase;
    return class_of_status(status);
}

/* ---- bodies ---- */

static bool looks_like_page(tt_str body)
{
    size_t i = 0;

    while (i < body.n && (body.p[i] == ' ' || body.p[i] == '\n' || body.p[i] == '\r'))
        i++;
    return i < body.n && body.p[i] == '<';
}

/* The words of a web page that people would read: its title, or nothing. */
static tt_str page_title(tt_str body)
{
    for (size_t i = 0; i + 7 <= body.n; i++) {
        if (strncasecmp(body.p + i, "<title>", 7) != 0)
            continue;
        for (size_t end = i + 7; end < body.n; end++) {
            if (body.p[end] == '<')
                return tt_str_sub(body, i + 7, end);
        }
    }
    return TT_STR("a web page");
}

/* A string, or a number as one (llama.cpp's code is 400, not "400"). */
static tt_str word_of(struct tt_arena *arena, const cJSON *object, const char *key)
{
    uint64_t number;

    if (tt_llm_json_count(object, key, &number))
        return tt_arena_printf(arena, "%llu", (unsigned long long)number);
    return tt_arena_dup(arena, tt_llm_json_str(object, key));
}

/* FastAPI's detail is a string, or a list of {loc, msg}. */
static tt_str detail_of(const cJSON *root)
{
    const cJSON *detail = tt_llm_json_get(root, "detail");

    if (cJSON_IsArray(detail))
        return tt_llm_json_str(cJSON_GetArrayItem(detail, 0), "msg");
    if (cJSON_IsObject(detail))
        return tt_llm_json_str(detail, "message");
    return tt_llm_json_str(root, "detail");
}

/* Google puts the delay into the body: details[].retryDelay "23s". */
static int64_t delay_of(const cJSON *error)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, tt_llm_json_get(error, "details"))
    {
        tt_str delay = tt_llm_json_str(item, "retryDelay");
        struct tt_http_header h = { TT_STR_INIT("retry-after"), { NULL, 0 } };

        if (delay.n > 1 && delay.p[delay.n - 1] == 's') {
            h.value = tt_str_sub(delay, 0, delay.n - 1);
            return tt_llm_retry_after(&h, 1, 0);
        }
    }
    return -1;
}

static void read_json(struct tt_arena *arena, const cJSON *root, struct tt_llm_failure *out)
{
    const cJSON *error;
    tt_str message;

    if (cJSON_IsArray(root))
        root = cJSON_GetArrayItem(root, 0);
    error = tt_llm_json_get(root, "error");
    if (!cJSON_IsObject(error))
        error = root;
    message = tt_llm_json_str(error, "message");
    if (message.n == 0)
        message = tt_llm_json_str(root, "error");
    if (message.n == 0)
        message = tt_llm_json_str(root, "message");
    if (message.n == 0)
        message = detail_of(root);
    out->message = tt_arena_dup(arena, message);
    out->type = word_of(arena, error, "type");
    if (out->type.n == 0)
        out->type = word_of(arena, error, "status");
    out->code = word_of(arena, error, "code");
    out->request_id = tt_arena_dup(arena, tt_llm_json_str(root, "request_id"));
    out->retry_after_ms = delay_of(error);
}

int tt_llm_failure_read(struct tt_arena *arena, tt_str body, struct tt_llm_failure *out)
{
    bool mended = false;
    cJSON *root = looks_like_page(body) ? NULL : tt_llm_json_parse(body, &mended);

    out->retry_after_ms = -1;
    if (cJSON_IsObject(root) || cJSON_IsArray(root))
        read_json(arena, root, out);
    else
        out->message = tt_arena_dup(arena, looks_like_page(body) ? page_title(body) : body);
    cJSON_Delete(root);
    return out->message.p ? 0 : TT_ENOMEM;
}

tt_str tt_llm_header(const struct tt_http_header *headers, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (same_word(headers[i].name, name))
            return headers[i].value;
    }
    return (tt_str){ NULL, 0 };
}
