/* openai.c -- Chat Completions, at OpenAI and at everyone who imitates it.
 *
 * Only data lines; tool calls come in pieces by index; the end is a finish
 * reason, then perhaps a chunk with the usage, then "[DONE]" (which some
 * servers leave out).  Everything else is read leniently, for the imitations
 * differ: arguments as an object, content as a list, errors in four shapes.
 */
#include "llm/codec.h"

#include <strings.h>

/* Prompt counts include what came from the cache. */
static void read_usage(struct tt_llm_answer *answer, const cJSON *usage)
{
    struct tt_llm_usage *u = &answer->outcome.usage;
    uint64_t input, output, cached = 0;

    if (!tt_llm_json_count(usage, "prompt_tokens", &input) ||
        !tt_llm_json_count(usage, "completion_tokens", &output))
        return; /* null, or the empty object of some servers */
    tt_llm_json_count(tt_llm_json_get(usage, "prompt_tokens_details"), "cached_tokens", &cached);
    if (cached > input)
        cached = input;
    u->known = true;
    u->input = input - cached;
    u->cache_read = cached;
    u->output = output;
    tt_llm_json_count(tt_llm_json_get(usage, "completion_tokens_details"), "reasoning_tokens",
                      &u->thinking);
    tt_llm_answer_usage(answer);
}

static void read_stop(struct tt_llm_answer *answer, const cJSON *choice)
{
    static const struct {
        const char *word;
        enum tt_llm_stop_kind kind;
    } rows[] = {
        { "stop", TT_LLM_STOP_FINE },
        { "tool_calls", TT_LLM_STOP_FINE },
        { "function_call", TT_LLM_STOP_FINE },
        { "end_turn", TT_LLM_STOP_FINE }, /* gateways in front of other models */
        { "eos", TT_LLM_STOP_FINE },
        { "length", TT_LLM_STOP_LIMIT },
        { "max_tokens", TT_LLM_STOP_LIMIT },
        { "content_filter", TT_LLM_STOP_REFUSED },
    };
    tt_str word = tt_llm_json_str(choice, "finish_reason");
    enum tt_llm_stop_kind kind = TT_LLM_STOP_UNKNOWN;

    if (word.n == 0)
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (word.n == strlen(rows[i].word) && strncasecmp(word.p, rows[i].word, word.n) == 0)
            kind = rows[i].kind;
    }
    tt_llm_answer_close_calls(answer);
    tt_llm_answer_stop(answer, word, kind);
}

static bool is_thinking(tt_str type)
{
    return tt_str_eq(type, TT_STR("thinking")) || tt_str_eq(type, TT_STR("reasoning"));
}

/* A string, or a list of parts. */
static void read_content(struct tt_llm_answer *answer, const cJSON *message)
{
    const cJSON *part, *content = tt_llm_json_get(message, "content");

    if (cJSON_IsString(content)) {
        tt_llm_answer_text(answer, tt_str_from(content->valuestring));
        return;
    }
    if (!cJSON_IsArray(content))
        return;
    cJSON_ArrayForEach(part, content)
    {
        if (is_thinking(tt_llm_json_str(part, "type")))
            tt_llm_answer_thinking(answer, tt_llm_json_str(part, "thinking").n);
        else
            tt_llm_answer_text(answer, tt_llm_json_str(part, "text"));
    }
}

static void read_arguments(struct tt_llm_answer *answer, struct tt_llm_call *call,
                           const cJSON *function)
{
    const cJSON *arguments = tt_llm_json_get(function, "arguments");

    if (cJSON_IsObject(arguments))
        tt_llm_answer_object(answer, call, arguments);
    else
        tt_llm_answer_arguments(answer, call, tt_llm_json_str(function, "arguments"));
}

static void read_calls(struct tt_llm_answer *answer, const cJSON *message)
{
    const cJSON *item, *legacy = tt_llm_json_get(message, "function_call");
    uint64_t position = 0;

    if (cJSON_IsObject(legacy))
        read_arguments(answer,
                       tt_llm_answer_call(answer, 0, TT_STR(""), tt_llm_json_str(legacy, "name")),
                       legacy);
    cJSON_ArrayForEach(item, tt_llm_json_get(message, "tool_calls"))
    {
        const cJSON *function = tt_llm_json_get(item, "function");
        uint64_t index = position++;

        tt_llm_json_count(item, "index", &index);
        read_arguments(answer,
                       tt_llm_answer_call(answer, (uint32_t)(index & UINT32_MAX),
                                          tt_llm_json_str(item, "id"),
                                          tt_llm_json_str(function, "name")),
                       function);
    }
}

/* `message` is the delta of a chunk or the message of a whole answer. */
static void read_message(struct tt_llm_answer *answer, const cJSON *message)
{
    tt_str reasoning = tt_llm_json_str(message, "reasoning_content");

    if (reasoning.n == 0)
        reasoning = tt_llm_json_str(message, "reasoning");
    tt_llm_answer_thinking(answer, reasoning.n);
    tt_llm_answer_refusal(answer, tt_llm_json_str(message, "refusal"));
    read_content(answer, message);
    read_calls(answer, message);
}

static void read_choice(struct tt_llm_answer *answer, const cJSON *choice)
{
    uint64_t index = 0;

    tt_llm_json_count(choice, "index", &index);
    if (index != 0)
        return; /* one answer was asked for */
    read_message(answer, tt_llm_json_get(choice, "delta"));
    read_message(answer, tt_llm_json_get(choice, "message"));
    read_stop(answer, choice);
}

static bool is_error(const cJSON *root)
{
    const cJSON *error = tt_llm_json_get(root, "error");

    if (error && !cJSON_IsNull(error))
        return true;
    return tt_str_eq(tt_llm_json_str(root, "object"), TT_STR("error")) ||
           tt_str_eq(tt_llm_json_str(root, "type"), TT_STR("error")) ||
           (!tt_llm_json_get(root, "choices") && tt_llm_json_get(root, "detail"));
}

static void read_chunk(struct tt_llm_answer *answer, const cJSON *root, tt_str data)
{
    const cJSON *choice, *choices = tt_llm_json_get(root, "choices");

    if (is_error(root)) {
        tt_llm_answer_error(answer, data);
        return;
    }
    answer->understood |= cJSON_IsArray(choices);
    tt_llm_answer_model(answer, tt_llm_json_str(root, "model"));
    cJSON_ArrayForEach(choice, choices) read_choice(answer, choice);
    read_usage(answer, tt_llm_json_get(root, "usage"));
}

static void on_event(struct tt_llm_answer *answer, tt_str name, tt_str data)
{
    cJSON *root;

    if (answer->ended)
        return;
    if (tt_str_eq(data, TT_STR("[DONE]"))) {
        answer->ended = true;
        return;
    }
    if (tt_str_eq(name, TT_STR("error"))) {
        tt_llm_answer_error(answer, data);
        return;
    }
    answer->mended = false;
    root = tt_llm_json_parse(data, &answer->mended);
    if (cJSON_IsArray(root) && is_error(cJSON_GetArrayItem(root, 0)))
        tt_llm_answer_error(answer, data);
    else if (root)
        read_chunk(answer, root, data);
    else if (data.n > 0)
        answer->damaged = true; /* whatever it was, a piece is missing now */
    cJSON_Delete(root);
}

static void on_whole(struct tt_llm_answer *answer, const cJSON *root, tt_str body)
{
    if (cJSON_IsArray(root) && is_error(cJSON_GetArrayItem(root, 0))) {
        tt_llm_answer_error(answer, body);
        return;
    }
    read_chunk(answer, root, body);
    answer->ended = answer->stop != TT_LLM_STOP_NONE;
}

const struct tt_llm_codec tt_llm_openai = { on_event, on_whole };
