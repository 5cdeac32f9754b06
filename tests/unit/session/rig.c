/* rig.c -- see rig.h. */
#include "rig.h"

#include "test.h"

static void deliver(void *arg, const struct tt_event *event)
{
    struct rig *rig = arg;

    tt_session_event(rig->session, event);
}

static const char *key_of(void *arg, const char *env)
{
    struct rig *rig = arg;

    if (strcmp(env, "ANTHROPIC_API_KEY") == 0)
        return rig->anthropic_key;
    return strcmp(env, "OPENAI_API_KEY") == 0 ? rig->openai_key : NULL;
}

static void send_json(struct rig *rig, cJSON *message)
{
    char *text = cJSON_PrintUnformatted(message);

    cJSON_Delete(message);
    fake_io_editor(&rig->fake, text);
    free(text);
}

static cJSON *message_of(const char *method, const char *format, va_list ap)
{
    cJSON *message = cJSON_CreateObject(), *params = NULL;
    static char text[1 << 20];

    vsnprintf(text, sizeof(text), format, ap);
    params = cJSON_Parse(text);
    CHECK(params || !text[0], "params of %s: %s", method, text);
    cJSON_AddStringToObject(message, "jsonrpc", "2.0");
    cJSON_AddStringToObject(message, "method", method);
    if (params)
        cJSON_AddItemToObject(message, "params", params);
    return message;
}

int rig_request(struct rig *rig, const char *method, const char *format, ...)
{
    cJSON *message;
    va_list ap;

    va_start(ap, format);
    message = message_of(method, format, ap);
    va_end(ap);
    cJSON_AddNumberToObject(message, "id", ++rig->next_id);
    send_json(rig, message);
    return rig->next_id;
}

void rig_notify(struct rig *rig, const char *method, const char *format, ...)
{
    cJSON *message;
    va_list ap;

    va_start(ap, format);
    message = message_of(method, format, ap);
    va_end(ap);
    send_json(rig, message);
}

static const char usual_capabilities[] =
    "{\"general\":{\"positionEncodings\":[\"utf-16\"]},"
    "\"textDocument\":{\"publishDiagnostics\":{\"versionSupport\":true},"
    "\"codeAction\":{\"codeActionLiteralSupport\":{\"codeActionKind\":{\"valueSet\":[]}},"
    "\"dataSupport\":true,\"disabledSupport\":true,\"resolveSupport\":{\"properties\":[\"edit\"]}}}"
    ","
    "\"window\":{\"workDoneProgress\":true},"
    "\"workspace\":{\"applyEdit\":true,\"workspaceEdit\":{\"documentChanges\":true}}}";

void rig_open(struct rig *rig, uint64_t seed, const char *capabilities, const char *options)
{
    struct tt_session_options session = { .version = TT_STR("test") };
    int id;

    memset(rig, 0, sizeof(*rig));
    fake_io_init(&rig->fake, seed);
    rig->fake.deliver = deliver;
    rig->fake.key_of = key_of;
    rig->fake.arg = rig;
    rig->anthropic_key = "sk-ant-test-0123456789";
    rig->openai_key = "sk-test-9876543210";
    CHECK(tt_session_create(&rig->fake.io, &session, &rig->session) == 0);
    id = rig_request(rig, "initialize",
                     "{\"capabilities\":%s,\"rootUri\":\"file:///w\","
                     "\"initializationOptions\":%s}",
                     capabilities ? capabilities : usual_capabilities,
                     options ? options : "{\"delivery\":\"command\"}");
    rig_notify(rig, "initialized", "{}");
    rig_settle(rig);
    CHECK(cJSON_GetObjectItem(rig_response(rig, id), "result"));
}

void rig_close(struct rig *rig)
{
    if (!rig->fake.exited) {
        rig_request(rig, "shutdown", "null");
        rig_settle(rig);
        rig_notify(rig, "exit", "null");
    }
    CHECK(rig->fake.exited);
    tt_session_destroy(rig->session);
    fake_io_release(&rig->fake);
    for (size_t i = 0; i < rig->n_messages; i++)
        cJSON_Delete(rig->messages[i]);
    free(rig->messages);
    free(rig->text);
}

/* --- the editor's side ------------------------------------------------------------- */

void rig_document(struct rig *rig, const char *text)
{
    cJSON *params = cJSON_CreateObject(), *doc = cJSON_AddObjectToObject(params, "textDocument");
    char *json;

    free(rig->text);
    rig->text = strdup(text);
    rig->version = 1;
    cJSON_AddStringToObject(doc, "uri", RIG_URI);
    cJSON_AddStringToObject(doc, "languageId", "python");
    cJSON_AddNumberToObject(doc, "version", 1);
    cJSON_AddStringToObject(doc, "text", text);
    json = cJSON_PrintUnformatted(params);
    rig_notify(rig, "textDocument/didOpen", "%s", json);
    free(json);
    cJSON_Delete(params);
    rig_settle(rig);
}

/* The text of these tests is ASCII: a character is a byte. */
static size_t offset_of(const char *text, const cJSON *position)
{
    int line = cJSON_GetObjectItem(position, "line")->valueint;
    int character = cJSON_GetObjectItem(position, "character")->valueint;
    const char *at = text;

    while (line-- > 0) {
        at = strchr(at, '\n');
        CHECK(at);
        at++;
    }
    return (size_t)(at - text) + (size_t)character;
}

static void replace(struct rig *rig, size_t start, size_t end, const char *with)
{
    size_t n = strlen(rig->text);
    char *fresh = malloc(n - (end - start) + strlen(with) + 1);

    CHECK(fresh && start <= end && end <= n);
    memcpy(fresh, rig->text, start);
    memcpy(fresh + start, with, strlen(with));
    memcpy(fresh + start + strlen(with), rig->text + end, n - end + 1);
    free(rig->text);
    rig->text = fresh;
}

static void changed(struct rig *rig, const char *range_json, const char *with)
{
    cJSON *text = cJSON_CreateString(with);
    char *quoted = cJSON_PrintUnformatted(text);

    rig->version++;
    rig_notify(rig, "textDocument/didChange",
               "{\"textDocument\":{\"uri\":\"" RIG_URI "\",\"version\":%d},"
               "\"contentChanges\":[{%s\"text\":%s}]}",
               rig->version, range_json, quoted);
    free(quoted);
    cJSON_Delete(text);
}

void rig_type(struct rig *rig, const char *old, const char *new_text)
{
    const char *at = strstr(rig->text, old), *line_start = rig->text;
    char range[200];
    int line = 0;

    CHECK(at, "no %s in the text", old);
    CHECK(!strchr(old, '\n'));
    for (const char *p = rig->text; p < at; p++) {
        if (*p == '\n') {
            line++;
            line_start = p + 1;
        }
    }
    snprintf(range, sizeof(range),
             "\"range\":{\"start\":{\"line\":%d,\"character\":%d},"
             "\"end\":{\"line\":%d,\"character\":%d}},",
             line, (int)(at - line_start), line, (int)(at - line_start + (long)strlen(old)));
    replace(rig, (size_t)(at - rig->text), (size_t)(at - rig->text) + strlen(old), new_text);
    changed(rig, range, new_text);
}

/* Apply a workspace edit, last edit first; then tell the server, as editors do. */
static bool apply(struct rig *rig, const cJSON *edit)
{
    const cJSON *document, *change;
    const cJSON *changes = cJSON_GetObjectItem(edit, "documentChanges");
    const cJSON *version;

    if (rig->refuse_edits || !cJSON_IsArray(changes))
        return false;
    document = cJSON_GetArrayItem(changes, 0);
    version = cJSON_GetObjectItem(cJSON_GetObjectItem(document, "textDocument"), "version");
    if (!version || version->valueint != rig->version)
        return false;
    changes = cJSON_GetObjectItem(document, "edits");
    for (int i = cJSON_GetArraySize(changes) - 1; i >= 0; i--) {
        const cJSON *range;

        change = cJSON_GetArrayItem(changes, i);
        range = cJSON_GetObjectItem(change, "range");
        replace(rig, offset_of(rig->text, cJSON_GetObjectItem(range, "start")),
                offset_of(rig->text, cJSON_GetObjectItem(range, "end")),
                cJSON_GetObjectItem(change, "newText")->valuestring);
    }
    changed(rig, "", rig->text);
    return true;
}

static void answer(struct rig *rig, const cJSON *request)
{
    const char *method = cJSON_GetObjectItem(request, "method")->valuestring;
    cJSON *response = cJSON_CreateObject(), *result;

    cJSON_AddStringToObject(response, "jsonrpc", "2.0");
    cJSON_AddItemToObject(response, "id",
                          cJSON_Duplicate(cJSON_GetObjectItem(request, "id"), true));
    if (strcmp(method, "workspace/applyEdit") == 0) {
        const cJSON *edit = cJSON_GetObjectItem(cJSON_GetObjectItem(request, "params"), "edit");
        if (rig->hold_edits) {
            cJSON_Delete(response);
            return;
        }
        result = cJSON_AddObjectToObject(response, "result");
        cJSON_AddBoolToObject(result, "applied", apply(rig, edit));
    } else {
        cJSON_AddNullToObject(response, "result");
    }
    send_json(rig, response);
}

/* --- what the session said ------------------------------------------------------------ */

static void collect(struct rig *rig)
{
    while (rig->n_messages < rig->fake.n_sent) {
        if (rig->n_messages == rig->cap_messages) {
            rig->cap_messages = rig->cap_messages ? rig->cap_messages * 2 : 64;
            rig->messages = realloc(rig->messages, rig->cap_messages * sizeof(*rig->messages));
        }
        rig->messages[rig->n_messages] = cJSON_Parse(rig->fake.sent[rig->n_messages]);
        CHECK(rig->messages[rig->n_messages], "not JSON: %s", rig->fake.sent[rig->n_messages]);
        rig->n_messages++;
    }
}

void rig_settle(struct rig *rig)
{
    do {
        fake_io_settle(&rig->fake);
        collect(rig);
        while (rig->seen < rig->n_messages) {
            const cJSON *message = rig->messages[rig->seen++];

            if (cJSON_GetObjectItem(message, "method") && cJSON_GetObjectItem(message, "id"))
                answer(rig, message);
        }
        fake_io_settle(&rig->fake);
        collect(rig);
    } while (rig->seen < rig->n_messages);
}

void rig_wait(struct rig *rig, uint64_t ms)
{
    fake_io_advance(&rig->fake, ms);
    rig_settle(rig);
}

const cJSON *rig_response(struct rig *rig, int id)
{
    collect(rig);
    for (size_t i = 0; i < rig->n_messages; i++) {
        const cJSON *own = cJSON_GetObjectItem(rig->messages[i], "id");

        if (own && cJSON_IsNumber(own) && own->valueint == id &&
            !cJSON_GetObjectItem(rig->messages[i], "method"))
            return rig->messages[i];
    }
    return NULL;
}

const cJSON *rig_result(struct rig *rig, int id)
{
    return cJSON_GetObjectItem(rig_response(rig, id), "result");
}

const cJSON *rig_last(struct rig *rig, const char *method)
{
    collect(rig);
    for (size_t i = rig->n_messages; i > 0; i--) {
        const cJSON *own = cJSON_GetObjectItem(rig->messages[i - 1], "method");

        if (own && strcmp(own->valuestring, method) == 0)
            return rig->messages[i - 1];
    }
    return NULL;
}

size_t rig_count(struct rig *rig, const char *method)
{
    size_t n = 0;

    collect(rig);
    for (size_t i = 0; i < rig->n_messages; i++) {
        const cJSON *own = cJSON_GetObjectItem(rig->messages[i], "method");

        n += own && strcmp(own->valuestring, method) == 0;
    }
    return n;
}

bool rig_said(struct rig *rig, const char *needle)
{
    for (size_t i = 0; i < rig->fake.n_sent; i++) {
        if (strstr(rig->fake.sent[i], needle))
            return true;
    }
    for (size_t i = 0; i < rig->fake.n_records; i++) {
        if (strstr(rig->fake.records[i], needle))
            return true;
    }
    return false;
}

/* --- the model's side --------------------------------------------------------------------- */

static char *quoted(const char *text)
{
    cJSON *value = cJSON_CreateString(text);
    char *out = cJSON_PrintUnformatted(value);

    cJSON_Delete(value);
    return out;
}

static char *anthropic_stream(const char *text)
{
    char *q = quoted(text), *out = NULL;

    CHECK(
        asprintf(&out,
                 "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":"
                 "\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"served-claude\","
                 "\"content\":[],\"usage\":{\"input_tokens\":900,\"output_tokens\":1}}}\n\n"
                 "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                 "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
                 "event: ping\ndata: {\"type\":\"ping\"}\n\n"
                 "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                 "\"delta\":{\"type\":\"text_delta\",\"text\":%s}}\n\n"
                 "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}"
                 "\n\n"
                 "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{"
                 "\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":50}}\n\n"
                 "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
                 q) > 0);
    free(q);
    return out;
}

static char *openai_stream(const char *text)
{
    char *q = quoted(text), *out = NULL;

    CHECK(asprintf(&out,
                   "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":"
                   "\"served-gpt\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\","
                   "\"content\":\"\"},\"finish_reason\":null}]}\n\n"
                   "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":"
                   "\"served-gpt\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},"
                   "\"finish_reason\":null}]}\n\n"
                   "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":"
                   "\"served-gpt\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
                   "\"stop\"}]}\n\n"
                   "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":"
                   "\"served-gpt\",\"choices\":[],\"usage\":{\"prompt_tokens\":900,"
                   "\"completion_tokens\":50,\"total_tokens\":950}}\n\n"
                   "data: [DONE]\n\n",
                   q) > 0);
    free(q);
    return out;
}

void rig_answer_cut(struct rig *rig, const char *text, size_t step, size_t most,
                    enum tt_http_result end)
{
    struct fake_http *http = fake_io_http(&rig->fake);
    uint64_t id;
    char *stream;
    size_t n;

    CHECK(http, "no request to a model is under way");
    id = http->id;
    stream = strstr(http->url, "/v1/messages") ? anthropic_stream(text) : openai_stream(text);
    n = strlen(stream);
    if (most && most < n)
        n = most;
    fake_io_http_head(&rig->fake, id, 200, "text/event-stream");
    for (size_t at = 0; at < n; at += step) {
        fake_io_http_body(&rig->fake, id, (tt_str){ stream + at, n - at < step ? n - at : step });
    }
    fake_io_http_end(&rig->fake, id, end);
    free(stream);
    rig_settle(rig);
}

void rig_answer_some(struct rig *rig, const char *text, bool first, bool last)
{
    struct fake_http *http = fake_io_http(&rig->fake);
    char *q = quoted(text), *chunk = NULL;
    uint64_t id;

    CHECK(http && strstr(http->url, "/chat/completions"), "no request to OpenAI is under way");
    id = http->id;
    CHECK(asprintf(&chunk,
                   "data: {\"id\":\"c\",\"model\":\"served-gpt\",\"choices\":[{\"index\":0,"
                   "\"delta\":{\"content\":%s},\"finish_reason\":%s}]}\n\n%s",
                   q, last ? "\"stop\"" : "null", last ? "data: [DONE]\n\n" : "") > 0);
    if (first)
        fake_io_http_head(&rig->fake, id, 200, "text/event-stream");
    fake_io_http_body(&rig->fake, id, tt_str_from(chunk));
    if (last)
        fake_io_http_end(&rig->fake, id, TT_HTTP_OK);
    free(chunk);
    free(q);
    rig_settle(rig);
}

void rig_answer(struct rig *rig, const char *text)
{
    rig_answer_cut(rig, text, 37, 0, TT_HTTP_OK);
}

void rig_answer_status(struct rig *rig, int status, const char *type, const char *body)
{
    struct fake_http *http = fake_io_http(&rig->fake);
    uint64_t id;

    CHECK(http, "no request to a model is under way");
    id = http->id;
    fake_io_http_head(&rig->fake, id, status, type);
    fake_io_http_body(&rig->fake, id, tt_str_from(body));
    fake_io_http_end(&rig->fake, id, TT_HTTP_OK);
    rig_settle(rig);
}
