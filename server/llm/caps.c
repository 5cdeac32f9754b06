/* caps.c -- what models accept, as rows: data that the configuration overrules.
 *
 * The longest prefix of a provider's rows decides.  When in doubt a parameter is
 * left out: a model that is newer than this table still answers.
 */
#include "llm/request.h"

#define CLAUDE                                                                                     \
    (TT_LLM_CAP_SYSTEM | TT_LLM_CAP_TOOLS | TT_LLM_CAP_ONE_TOOL_CALL | TT_LLM_CAP_CACHE_CONTROL |  \
     TT_LLM_CAP_STOP)
#define GPT                                                                                        \
    (TT_LLM_CAP_SYSTEM | TT_LLM_CAP_TOOLS | TT_LLM_CAP_STRICT | TT_LLM_CAP_STREAM_USAGE |          \
     TT_LLM_CAP_MAX_COMPLETION_TOKENS | TT_LLM_CAP_PROMPT_CACHE_KEY | TT_LLM_CAP_STORE)
#define GPT_CLASSIC (GPT | TT_LLM_CAP_TEMPERATURE | TT_LLM_CAP_ONE_TOOL_CALL | TT_LLM_CAP_STOP)
#define GPT_REASONS (GPT | TT_LLM_CAP_DEVELOPER_ROLE | TT_LLM_CAP_EFFORT | TT_LLM_CAP_REASONS)
#define COMPATIBLE                                                                                 \
    (TT_LLM_CAP_SYSTEM | TT_LLM_CAP_TOOLS | TT_LLM_CAP_TEMPERATURE | TT_LLM_CAP_STREAM_USAGE |     \
     TT_LLM_CAP_STOP)

static const struct {
    enum tt_llm_provider provider;
    const char *prefix;
    uint32_t caps;
} rows[] = {
    { TT_LLM_ANTHROPIC, "", CLAUDE },
    /* Up to 4.6 a temperature is accepted; later models answer 400 to one. */
    { TT_LLM_ANTHROPIC, "claude-3", CLAUDE | TT_LLM_CAP_TEMPERATURE },
    { TT_LLM_ANTHROPIC, "claude-opus-4", CLAUDE | TT_LLM_CAP_TEMPERATURE },
    { TT_LLM_ANTHROPIC, "claude-sonnet-4", CLAUDE | TT_LLM_CAP_TEMPERATURE },
    { TT_LLM_ANTHROPIC, "claude-haiku-4", CLAUDE | TT_LLM_CAP_TEMPERATURE },
    { TT_LLM_ANTHROPIC, "claude-opus-4-7", CLAUDE | TT_LLM_CAP_EFFORT },
    { TT_LLM_ANTHROPIC, "claude-opus-4-8", CLAUDE | TT_LLM_CAP_EFFORT },
    { TT_LLM_OPENAI, "", GPT_REASONS },
    { TT_LLM_OPENAI, "gpt-3.5", GPT_CLASSIC },
    { TT_LLM_OPENAI, "gpt-4", GPT_CLASSIC },
    { TT_LLM_OPENAI, "chatgpt-", GPT_CLASSIC },
    { TT_LLM_OPENAI, "gpt-5-chat", GPT_CLASSIC },
    { TT_LLM_COMPATIBLE, "", COMPATIBLE },
};

/* What a request works without. */
#define OPTIONAL                                                                                   \
    (TT_LLM_CAP_TEMPERATURE | TT_LLM_CAP_STRICT | TT_LLM_CAP_ONE_TOOL_CALL |                       \
     TT_LLM_CAP_STREAM_USAGE | TT_LLM_CAP_CACHE_CONTROL | TT_LLM_CAP_PROMPT_CACHE_KEY |            \
     TT_LLM_CAP_STORE | TT_LLM_CAP_STOP | TT_LLM_CAP_EFFORT)

static const char *const names[] = {
    [TT_LLM_ANTHROPIC] = "anthropic",
    [TT_LLM_OPENAI] = "openai",
    [TT_LLM_COMPATIBLE] = "openai-compatible",
};

static bool mentions(tt_str text, tt_str word)
{
    for (size_t i = 0; i + word.n <= text.n; i++) {
        if (memcmp(text.p + i, word.p, word.n) == 0)
            return true;
    }
    return false;
}

const char *tt_llm_provider_name(enum tt_llm_provider provider)
{
    return names[provider];
}

bool tt_llm_provider_from(tt_str name, enum tt_llm_provider *out)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (tt_str_eq(name, tt_str_from(names[i]))) {
            *out = (enum tt_llm_provider)i;
            return true;
        }
    }
    return false;
}

uint32_t tt_llm_caps(enum tt_llm_provider provider, tt_str model)
{
    uint32_t caps = 0;
    size_t best = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tt_str prefix = tt_str_from(rows[i].prefix);

        if (rows[i].provider == provider && prefix.n >= best && tt_str_starts(model, prefix)) {
            best = prefix.n;
            caps = rows[i].caps;
        }
    }
    return caps;
}

uint32_t tt_llm_caps_after_400(uint32_t caps, tt_str message)
{
    uint32_t next = caps & ~(uint32_t)OPTIONAL;

    if (mentions(message, TT_STR("max_completion_tokens")) ||
        mentions(message, TT_STR("max_tokens")))
        next ^= TT_LLM_CAP_MAX_COMPLETION_TOKENS;
    if (mentions(message, TT_STR("developer")))
        next &= ~(uint32_t)TT_LLM_CAP_DEVELOPER_ROLE;
    /* templates of some local models: "System role not supported" */
    else if (mentions(message, TT_STR("ystem role")) ||
             mentions(message, TT_STR("ystem message")) ||
             mentions(message, TT_STR("must alternate")))
        next &= ~(uint32_t)TT_LLM_CAP_SYSTEM;
    /* "does not support tools", "tool_choice is not supported" */
    if (mentions(message, TT_STR("tool")) || mentions(message, TT_STR("unction call")))
        next &= ~(uint32_t)TT_LLM_CAP_TOOLS;
    return next;
}

uint64_t tt_llm_request_tokens(const struct tt_llm_request *req)
{
    uint64_t total = TT_TOKENS_PER_REQUEST;

    total += tt_tokens_text(req->system_stable) + tt_tokens_text(req->system_project);
    if (req->system_stable.n + req->system_project.n > 0)
        total += TT_TOKENS_PER_MESSAGE;
    for (size_t i = 0; i < req->n_messages; i++)
        total += tt_tokens_text(req->messages[i].text) + TT_TOKENS_PER_MESSAGE;
    if (req->tool)
        total += (req->tool->description.n + req->tool->schema.n) / 3 + req->tool->name.n;
    return total;
}
