/* wire.c -- URL, headers and body for the two wire formats.
 *
 * The order of the fields is fixed and nothing that changes from request to
 * request comes before the stable part of the system text: providers cache
 * prompts by their exact prefix.
 */
#include "llm/wire.h"

#include "llm/json.h"
#include "trimtab/error.h"

#define BODY_MAX ((size_t)32 << 20) /* Anthropic's own limit is 32 MB */

static bool has(const struct tt_llm_request *req, enum tt_llm_cap cap)
{
    return (req->caps & (uint32_t)cap) != 0;
}

static bool is_printable(tt_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    }
    return true;
}

static bool is_url(tt_str s)
{
    size_t scheme = tt_str_starts(s, TT_STR("https://"))  ? 8
                    : tt_str_starts(s, TT_STR("http://")) ? 7
                                                          : 0;

    return scheme > 0 && s.n > scheme && s.p[scheme] != '/' && is_printable(s);
}

static void key_string(struct tt_buf *out, const char *key, tt_str value)
{
    tt_buf_addf(out, "\"%s\":", key);
    tt_llm_json_quote(out, value);
}

/* ---- the parts that both formats share ---- */

static void add_common(struct tt_buf *out, const struct tt_llm_request *req, const char *max_key,
                       const char *stop_key)
{
    uint32_t most = req->max_output;

    if (has(req, TT_LLM_CAP_REASONS))
        most += TT_LLM_ROOM_TO_THINK;
    key_string(out, "model", req->model);
    tt_buf_addf(out, ",\"%s\":%u,\"stream\":true", max_key, most);
    if (req->has_temperature && has(req, TT_LLM_CAP_TEMPERATURE))
        tt_buf_addf(out, ",\"temperature\":%.3g", req->temperature);
    if (req->n_stop == 0 || !has(req, TT_LLM_CAP_STOP))
        return;
    tt_buf_addf(out, ",\"%s\":", stop_key);
    for (size_t i = 0; i < req->n_stop; i++) {
        tt_buf_addc(out, i ? ',' : '[');
        tt_llm_json_quote(out, req->stop[i]);
    }
    tt_buf_addc(out, ']');
}

static const char *role_name(enum tt_llm_role role)
{
    return role == TT_LLM_USER ? "user" : "assistant";
}

static void add_message(struct tt_buf *out, const char *role, tt_str text)
{
    tt_buf_addf(out, "{\"role\":\"%s\",", role);
    key_string(out, "content", text);
    tt_buf_addc(out, '}');
}

static void add_messages(struct tt_buf *out, const struct tt_llm_request *req)
{
    for (size_t i = 0; i < req->n_messages; i++) {
        if (i)
            tt_buf_addc(out, ',');
        add_message(out, role_name(req->messages[i].role), req->messages[i].text);
    }
}

/* ---- Anthropic Messages ---- */

static void add_system_block(struct tt_buf *out, tt_str text, bool cached)
{
    tt_buf_adds(out, "{\"type\":\"text\",");
    key_string(out, "text", text);
    if (cached)
        tt_buf_adds(out, ",\"cache_control\":{\"type\":\"ephemeral\"}");
    tt_buf_addc(out, '}');
}

static void add_anthropic_tool(struct tt_buf *out, const struct tt_llm_request *req)
{
    const struct tt_llm_tool *tool = req->tool;

    tt_buf_adds(out, ",\"tools\":[{");
    key_string(out, "name", tool->name);
    tt_buf_addc(out, ',');
    key_string(out, "description", tool->description);
    tt_buf_adds(out, ",\"input_schema\":");
    tt_buf_add(out, tool->schema);
    if (has(req, TT_LLM_CAP_STRICT))
        tt_buf_adds(out, ",\"strict\":true");
    tt_buf_adds(out, "}],\"tool_choice\":{\"type\":\"tool\",");
    key_string(out, "name", tool->name);
    if (has(req, TT_LLM_CAP_ONE_TOOL_CALL))
        tt_buf_adds(out, ",\"disable_parallel_tool_use\":true");
    tt_buf_addc(out, '}');
}

static void anthropic_body(struct tt_buf *out, const struct tt_llm_request *req)
{
    tt_buf_addc(out, '{');
    add_common(out, req, "max_tokens", "stop_sequences");
    if (req->effort.n > 0 && has(req, TT_LLM_CAP_EFFORT)) {
        tt_buf_adds(out, ",\"output_config\":{");
        key_string(out, "effort", req->effort);
        tt_buf_addc(out, '}');
    }
    if (req->tool)
        add_anthropic_tool(out, req);
    if (req->system_stable.n + req->system_project.n > 0) {
        tt_buf_adds(out, ",\"system\":[");
        if (req->system_stable.n > 0)
            add_system_block(out, req->system_stable, has(req, TT_LLM_CAP_CACHE_CONTROL));
        if (req->system_stable.n > 0 && req->system_project.n > 0)
            tt_buf_addc(out, ',');
        if (req->system_project.n > 0)
            add_system_block(out, req->system_project, has(req, TT_LLM_CAP_CACHE_CONTROL));
        tt_buf_addc(out, ']');
    }
    tt_buf_adds(out, ",\"messages\":[");
    add_messages(out, req);
    tt_buf_adds(out, "]}");
}

/* ---- OpenAI Chat Completions ---- */

static void add_openai_tool(struct tt_buf *out, const struct tt_llm_request *req)
{
    const struct tt_llm_tool *tool = req->tool;

    tt_buf_adds(out, ",\"tools\":[{\"type\":\"function\",\"function\":{");
    key_string(out, "name", tool->name);
    tt_buf_addc(out, ',');
    key_string(out, "description", tool->description);
    if (has(req, TT_LLM_CAP_STRICT))
        tt_buf_adds(out, ",\"strict\":true");
    tt_buf_adds(out, ",\"parameters\":");
    tt_buf_add(out, tool->schema);
    tt_buf_adds(out, "}}],\"tool_choice\":{\"type\":\"function\",\"function\":{");
    key_string(out, "name", tool->name);
    tt_buf_adds(out, "}}");
    if (has(req, TT_LLM_CAP_ONE_TOOL_CALL))
        tt_buf_adds(out, ",\"parallel_tool_calls\":false");
}

static void add_openai_options(struct tt_buf *out, const struct tt_llm_request *req)
{
    if (has(req, TT_LLM_CAP_STREAM_USAGE))
        tt_buf_adds(out, ",\"stream_options\":{\"include_usage\":true}");
    if (req->effort.n > 0 && has(req, TT_LLM_CAP_EFFORT)) {
        tt_buf_addc(out, ',');
        key_string(out, "reasoning_effort", req->effort);
    }
    if (req->cache_key.n > 0 && has(req, TT_LLM_CAP_PROMPT_CACHE_KEY)) {
        tt_buf_addc(out, ',');
        key_string(out, "prompt_cache_key", req->cache_key);
    }
    if (has(req, TT_LLM_CAP_STORE))
        tt_buf_adds(out, ",\"store\":false");
}

/* Both parts as one text: some servers accept only one system message. */
static void join_system(struct tt_buf *text, const struct tt_llm_request *req)
{
    tt_buf_add(text, req->system_stable);
    if (req->system_stable.n > 0 && req->system_project.n > 0)
        tt_buf_adds(text, "\n\n");
    tt_buf_add(text, req->system_project);
}

/* Where there is no role for it, the user's first message begins with it. */
static void add_openai_messages(struct tt_buf *out, const struct tt_llm_request *req)
{
    struct tt_buf text = TT_BUF_INIT(BODY_MAX);
    struct tt_llm_request rest = *req;

    join_system(&text, req);
    if (text.n > 0 && has(req, TT_LLM_CAP_SYSTEM)) {
        add_message(out, has(req, TT_LLM_CAP_DEVELOPER_ROLE) ? "developer" : "system",
                    tt_buf_str(&text));
        tt_buf_addc(out, ',');
    } else if (text.n > 0) {
        tt_buf_adds(&text, "\n\n");
        tt_buf_add(&text, req->messages[0].text);
        add_message(out, role_name(req->messages[0].role), tt_buf_str(&text));
        rest.messages++;
        rest.n_messages--;
        if (rest.n_messages)
            tt_buf_addc(out, ',');
    }
    add_messages(out, &rest);
    if (text.err)
        out->err = text.err;
    tt_buf_release(&text);
}

static void openai_body(struct tt_buf *out, const struct tt_llm_request *req)
{
    tt_buf_addc(out, '{');
    add_common(out, req,
               has(req, TT_LLM_CAP_MAX_COMPLETION_TOKENS) ? "max_completion_tokens" : "max_tokens",
               "stop");
    add_openai_options(out, req);
    if (req->tool)
        add_openai_tool(out, req);
    tt_buf_adds(out, ",\"messages\":[");
    add_openai_messages(out, req);
    tt_buf_adds(out, "]}");
}

/* ---- address and headers ---- */

static tt_str base_of(const struct tt_llm_request *req)
{
    tt_str base = req->base_url;

    if (base.n == 0 && req->provider == TT_LLM_ANTHROPIC)
        base = TT_STR("https://api.anthropic.com");
    if (base.n == 0 && req->provider == TT_LLM_OPENAI)
        base = TT_STR("https://api.openai.com/v1");
    while (base.n > 0 && base.p[base.n - 1] == '/')
        base.n--;
    return base;
}

/* People write the base with or without what we add; a query stays behind. */
static int make_url(struct tt_arena *arena, const struct tt_llm_request *req, const char *leaf,
                    tt_str *out)
{
    tt_str base = base_of(req), query = { NULL, 0 }, path = tt_str_from(leaf);
    const char *mark;

    if (!is_url(base))
        return TT_EINVALID;
    mark = memchr(base.p, '?', base.n);
    if (mark) {
        query = tt_str_sub(base, (size_t)(mark - base.p), base.n);
        base = tt_str_sub(base, 0, (size_t)(mark - base.p));
    }
    if (tt_str_ends(base, path))
        path = TT_STR("");
    else if (tt_str_starts(path, TT_STR("/v1/")) && tt_str_ends(base, TT_STR("/v1")))
        path = tt_str_sub(path, 3, path.n);
    *out = tt_arena_printf(arena, "%.*s%.*s%.*s", TT_STR_ARG(base), TT_STR_ARG(path),
                           TT_STR_ARG(query));
    return out->p ? 0 : TT_ENOMEM;
}

static int make_headers(struct tt_arena *arena, const struct tt_llm_request *req,
                        struct tt_llm_wire *out)
{
    bool anthropic = req->provider == TT_LLM_ANTHROPIC;
    struct tt_http_header *h = tt_arena_array(arena, 4, sizeof(*h));
    size_t n = 0;

    if (!h)
        return TT_ENOMEM;
    h[n++] = (struct tt_http_header){ TT_STR("content-type"), TT_STR("application/json") };
    h[n++] =
        (struct tt_http_header){ TT_STR("accept"), TT_STR("text/event-stream, application/json") };
    if (anthropic)
        h[n++] = (struct tt_http_header){ TT_STR("anthropic-version"), TT_STR("2023-06-01") };
    if (req->key.n > 0) {
        h[n].name = anthropic ? TT_STR("x-api-key") : TT_STR("authorization");
        h[n].value =
            tt_arena_printf(arena, "%s%.*s", anthropic ? "" : "Bearer ", TT_STR_ARG(req->key));
        if (!h[n++].value.p)
            return TT_ENOMEM;
    }
    out->headers = h;
    out->n_headers = n;
    return 0;
}

static bool is_object(tt_str json)
{
    bool mended = false;
    cJSON *root = tt_llm_json_parse(json, &mended);
    bool ok = cJSON_IsObject(root) && !mended;

    cJSON_Delete(root);
    return ok;
}

int tt_llm_wire_build(struct tt_arena *arena, const struct tt_llm_request *req,
                      struct tt_llm_wire *out)
{
    struct tt_llm_wire wire = { .method = TT_STR_INIT("POST") };
    struct tt_buf body = TT_BUF_INIT(BODY_MAX);
    bool anthropic = req->provider == TT_LLM_ANTHROPIC;
    int err;

    if (req->model.n == 0 || req->n_messages == 0 || req->max_output == 0 ||
        !is_printable(req->key) || (req->tool && !is_object(req->tool->schema)))
        return TT_EINVALID;
    err = make_url(arena, req, anthropic ? "/v1/messages" : "/chat/completions", &wire.url);
    if (!err)
        err = make_headers(arena, req, &wire);
    if (err)
        return err;
    if (anthropic)
        anthropic_body(&body, req);
    else
        openai_body(&body, req);
    err = body.err;
    if (!err) {
        wire.body = tt_arena_dup(arena, tt_buf_str(&body));
        err = wire.body.p ? 0 : TT_ENOMEM;
    }
    tt_buf_release(&body);
    if (!err)
        *out = wire;
    return err;
}

void tt_llm_wire_wipe(struct tt_llm_wire *wire)
{
    for (size_t i = 0; i < wire->n_headers; i++) {
        struct tt_http_header *h = &wire->headers[i];

        if (!tt_str_eq(h->name, TT_STR("x-api-key")) &&
            !tt_str_eq(h->name, TT_STR("authorization")))
            continue;
        /* The value is ours, in the arena; volatile, so that it is not optimised away. */
        for (volatile char *p = (volatile char *)(size_t)h->value.p; h->value.n > 0; h->value.n--)
            *p++ = 0;
    }
}

int tt_llm_wire_models(struct tt_arena *arena, const struct tt_llm_request *req,
                       struct tt_llm_wire *out)
{
    struct tt_llm_wire wire = { .method = TT_STR_INIT("GET"), .body = TT_STR_INIT("") };
    int err;

    if (!is_printable(req->key))
        return TT_EINVALID;
    err = make_url(arena, req, req->provider == TT_LLM_ANTHROPIC ? "/v1/models" : "/models",
                   &wire.url);
    if (!err)
        err = make_headers(arena, req, &wire);
    if (!err)
        *out = wire;
    return err;
}
