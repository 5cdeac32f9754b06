/* anthropic.c -- the Messages API: named events, content in numbered blocks.
 *
 * Complete is an answer whose message_delta gave a stop reason and that was
 * ended by message_stop.  Pings, unknown events and unknown deltas are ignored,
 * as the API asks.
 */
#include "llm/codec.h"

static void read_count(const cJSON *usage, const char *key, uint64_t *out)
{
    tt_llm_json_count(usage, key, out); /* absent and null change nothing */
}

/* Counts are cumulative; the last one said holds.  The output count of
 * message_start is only a first guess, so `final` is needed to know it. */
static void read_usage(struct tt_llm_answer *answer, const cJSON *usage, bool final)
{
    struct tt_llm_usage *u = &answer->outcome.usage;
    const cJSON *writes = tt_llm_json_get(usage, "cache_creation");
    uint64_t total = 0;

    if (!cJSON_IsObject(usage))
        return;
    read_count(usage, "input_tokens", &u->input);
    read_count(usage, "output_tokens", &u->output);
    read_count(usage, "cache_read_input_tokens", &u->cache_read);
    if (tt_llm_json_count(usage, "cache_creation_input_tokens", &total)) {
        tt_llm_json_count(writes, "ephemeral_1h_input_tokens", &u->cache_write_1h);
        if (u->cache_write_1h > total)
            u->cache_write_1h = total;
        u->cache_write = total - u->cache_write_1h;
    }
    read_count(tt_llm_json_get(usage, "output_tokens_details"), "thinking_tokens", &u->thinking);
    if (final && cJSON_IsNumber(tt_llm_json_get(usage, "output_tokens")))
        u->known = tt_llm_usage_read(u) > 0;
    tt_llm_answer_usage(answer);
}

static void read_stop(struct tt_llm_answer *answer, const cJSON *delta)
{
    static const struct {
        const char *word;
        enum tt_llm_stop_kind kind;
    } rows[] = {
        { "end_turn", TT_LLM_STOP_FINE },
        { "stop_sequence", TT_LLM_STOP_FINE },
        { "tool_use", TT_LLM_STOP_FINE },
        { "max_tokens", TT_LLM_STOP_LIMIT },
        { "model_context_window_exceeded", TT_LLM_STOP_CONTEXT },
        { "refusal", TT_LLM_STOP_REFUSED },
    };
    tt_str word = tt_llm_json_str(delta, "stop_reason");
    enum tt_llm_stop_kind kind = TT_LLM_STOP_UNKNOWN;

    if (word.n == 0)
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (tt_str_eq(word, tt_str_from(rows[i].word)))
            kind = rows[i].kind;
    }
    if (kind == TT_LLM_STOP_REFUSED)
        tt_llm_answer_refusal(
            answer, tt_llm_json_str(tt_llm_json_get(delta, "stop_details"), "explanation"));
    tt_llm_answer_stop(answer, word, kind);
}

static uint32_t index_of(const cJSON *root)
{
    uint64_t index = 0;

    return tt_llm_json_count(root, "index", &index) && index < UINT32_MAX ? (uint32_t)index : 0;
}

/* A block as it begins in a stream, or as it is in a whole answer. */
static void read_block(struct tt_llm_answer *answer, const cJSON *block, uint32_t index)
{
    tt_str type = tt_llm_json_str(block, "type");

    if (tt_str_eq(type, TT_STR("text")))
        tt_llm_answer_text(answer, tt_llm_json_str(block, "text"));
    else if (tt_str_eq(type, TT_STR("thinking")))
        tt_llm_answer_thinking(answer, tt_llm_json_str(block, "thinking").n);
    else if (tt_str_eq(type, TT_STR("tool_use")))
        tt_llm_answer_call(answer, index, tt_llm_json_str(block, "id"),
                           tt_llm_json_str(block, "name"));
}

static void read_delta(struct tt_llm_answer *answer, const cJSON *root)
{
    const cJSON *delta = tt_llm_json_get(root, "delta");
    tt_str type = tt_llm_json_str(delta, "type");

    if (tt_str_eq(type, TT_STR("text_delta")))
        tt_llm_answer_text(answer, tt_llm_json_str(delta, "text"));
    else if (tt_str_eq(type, TT_STR("thinking_delta")))
        tt_llm_answer_thinking(answer, tt_llm_json_str(delta, "thinking").n);
    else if (tt_str_eq(type, TT_STR("input_json_delta")))
        tt_llm_answer_arguments(answer, tt_llm_answer_call_at(answer, index_of(root)),
                                tt_llm_json_str(delta, "partial_json"));
}

static void read_event(struct tt_llm_answer *answer, const cJSON *root, tt_str type, tt_str data)
{
    if (tt_str_eq(type, TT_STR("error"))) {
        tt_llm_answer_error(answer, data);
    } else if (tt_str_eq(type, TT_STR("message_start"))) {
        const cJSON *message = tt_llm_json_get(root, "message");

        answer->understood = true;
        tt_llm_answer_model(answer, tt_llm_json_str(message, "model"));
        read_usage(answer, tt_llm_json_get(message, "usage"), false);
    } else if (tt_str_eq(type, TT_STR("content_block_start"))) {
        read_block(answer, tt_llm_json_get(root, "content_block"), index_of(root));
    } else if (tt_str_eq(type, TT_STR("content_block_delta"))) {
        read_delta(answer, root);
    } else if (tt_str_eq(type, TT_STR("content_block_stop"))) {
        tt_llm_answer_close_call(answer, tt_llm_answer_call_at(answer, index_of(root)));
    } else if (tt_str_eq(type, TT_STR("message_delta"))) {
        read_usage(answer, tt_llm_json_get(root, "usage"), true);
        read_stop(answer, tt_llm_json_get(root, "delta"));
    } else if (tt_str_eq(type, TT_STR("message_stop"))) {
        tt_llm_answer_close_calls(answer);
        answer->ended = true;
    }
}

static void on_event(struct tt_llm_answer *answer, tt_str name, tt_str data)
{
    cJSON *root;
    tt_str type;

    if (answer->ended)
        return;
    answer->mended = false;
    root = tt_llm_json_parse(data, &answer->mended);
    type = tt_llm_json_str(root, "type");
    if (type.n == 0)
        type = name;
    if (root || tt_str_eq(name, TT_STR("error")))
        read_event(answer, root, type, data);
    else if (data.n > 0)
        answer->damaged = true; /* whatever it was, a piece is missing now */
    cJSON_Delete(root);
}

static void on_tool_block(struct tt_llm_answer *answer, const cJSON *block, uint32_t index)
{
    struct tt_llm_call *call = tt_llm_answer_call_at(answer, index);

    tt_llm_answer_object(answer, call, tt_llm_json_get(block, "input"));
    tt_llm_answer_close_call(answer, call);
}

static void on_whole(struct tt_llm_answer *answer, const cJSON *root, tt_str body)
{
    const cJSON *block;
    uint32_t index = 0;

    if (!tt_str_eq(tt_llm_json_str(root, "type"), TT_STR("message"))) {
        if (tt_llm_json_get(root, "error") || tt_llm_json_get(root, "detail"))
            tt_llm_answer_error(answer, body);
        return;
    }
    answer->understood = true;
    tt_llm_answer_model(answer, tt_llm_json_str(root, "model"));
    cJSON_ArrayForEach(block, tt_llm_json_get(root, "content"))
    {
        read_block(answer, block, index);
        if (tt_str_eq(tt_llm_json_str(block, "type"), TT_STR("tool_use")))
            on_tool_block(answer, block, index);
        index++;
    }
    read_usage(answer, tt_llm_json_get(root, "usage"), true);
    read_stop(answer, root);
    answer->ended = true;
}

const struct tt_llm_codec tt_llm_anthropic = { on_event, on_whole };
