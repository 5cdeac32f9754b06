/* client.c -- see client.h. */
#include "app/client.h"

#include "lsp/types.h"
#include "lsp/uri.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TURN_MS        100
#define DIAGNOSTICS_MS 20000
#define HANDSHAKE_MS   20000

struct tt_client {
    struct tt_client_transport transport;
    struct tt_client_hooks hooks;
    int64_t next_id;
    int64_t waiting;        /* the id of the request under way; 0: none */
    struct tt_reply *reply; /* where its answer goes */
    bool answered;
    int err; /* met while receiving */
};

struct tt_client *tt_client_create(const struct tt_client_transport *transport,
                                   const struct tt_client_hooks *hooks)
{
    struct tt_client *client = calloc(1, sizeof(*client));

    if (!client)
        return NULL;
    client->transport = *transport;
    if (hooks)
        client->hooks = *hooks;
    return client;
}

void tt_client_destroy(struct tt_client *client)
{
    free(client);
}

void tt_reply_release(struct tt_reply *reply)
{
    tt_arena_release(&reply->arena);
    free(reply->text);
    reply->text = NULL;
    reply->result = NULL;
}

/* ---- sending ---- */

static int send_buf(struct tt_client *client, struct tt_buf *buf)
{
    size_t n;
    char *body = tt_buf_take(buf, &n);

    return body ? client->transport.send(client->transport.arg, body, n) : TT_ENOMEM;
}

/* `id` 0: a notification. */
static int send_call(struct tt_client *client, int64_t id, const char *method, tt_str params)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_writer w;

    tt_json_writer_init(&w, &buf);
    tt_jw_object(&w);
    tt_jw_member_cstr(&w, "jsonrpc", "2.0");
    if (id)
        tt_jw_member_int(&w, "id", id);
    tt_jw_member_cstr(&w, "method", method);
    tt_jw_member_raw_opt(&w, "params", params);
    tt_jw_object_end(&w);
    return send_buf(client, &buf);
}

static int send_result(struct tt_client *client, tt_str id, tt_str result)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_writer w;

    tt_json_writer_init(&w, &buf);
    tt_jw_object(&w);
    tt_jw_member_cstr(&w, "jsonrpc", "2.0");
    tt_jw_member_raw_opt(&w, "id", id);
    tt_jw_member_raw_opt(&w, "result", result);
    tt_jw_object_end(&w);
    return send_buf(client, &buf);
}

int tt_client_notify(struct tt_client *client, const char *method, tt_str params)
{
    return send_call(client, 0, method, params);
}

/* ---- receiving ---- */

/* One null for each item that the server asks about: we have no settings of our own
 * beyond initializationOptions. */
static int answer_configuration(struct tt_client *client, const struct tt_message *message)
{
    size_t n = tt_json_count(tt_json_get(message->params, "items"));
    struct tt_buf nulls = TT_BUF_INIT(1 << 16);
    int err;

    tt_buf_addc(&nulls, '[');
    for (size_t i = 0; i < n; i++)
        tt_buf_adds(&nulls, i ? ",null" : "null");
    tt_buf_addc(&nulls, ']');
    err = nulls.err ? nulls.err : send_result(client, message->id, tt_buf_str(&nulls));
    tt_buf_release(&nulls);
    return err;
}

static int answer_apply(struct tt_client *client, const struct tt_message *message)
{
    bool applied =
        !client->hooks.on_apply || client->hooks.on_apply(client->hooks.arg, message->params);

    return send_result(client, message->id,
                       applied ? TT_STR("{\"applied\":true}") : TT_STR("{\"applied\":false}"));
}

static void on_request(struct tt_client *client, const struct tt_message *message)
{
    int err;

    if (tt_str_eq(message->method, TT_STR("workspace/configuration")))
        err = answer_configuration(client, message);
    else if (tt_str_eq(message->method, TT_STR("workspace/applyEdit")))
        err = answer_apply(client, message);
    else
        err = send_result(client, message->id, TT_STR("null"));
    if (err)
        client->err = err;
}

static void on_notification(struct tt_client *client, const struct tt_message *message,
                            struct tt_arena *arena)
{
    const struct tt_json *value = tt_json_get(message->params, "value");
    tt_str text;
    int64_t type = 3;

    if (tt_str_eq(message->method, TT_STR("$/progress")) && client->hooks.on_progress) {
        if (tt_json_string(tt_json_get(value, "message"), arena, &text, NULL) == 0)
            client->hooks.on_progress(client->hooks.arg, text);
    } else if (tt_str_eq(message->method, TT_STR("window/showMessage")) &&
               client->hooks.on_message) {
        (void)!tt_json_int(tt_json_get(message->params, "type"), &type);
        if (tt_json_string(tt_json_get(message->params, "message"), arena, &text, NULL) == 0)
            client->hooks.on_message(client->hooks.arg, type, text);
    }
}

/* The answer that is waited for: parsed again, as it must outlive this call. */
static void take_answer(struct tt_client *client, tt_str body)
{
    struct tt_reply *reply = client->reply;
    struct tt_message message;
    int err;

    client->answered = true;
    reply->text = malloc(body.n + 1);
    if (!reply->text) {
        client->err = TT_ENOMEM;
        return;
    }
    memcpy(reply->text, body.p, body.n);
    err = tt_message_parse((tt_str){ reply->text, body.n }, &reply->arena, &message);
    if (err) {
        client->err = err;
        return;
    }
    reply->result = message.result;
    reply->failed = message.failed;
    reply->code = message.error_code;
    reply->error = message.error_message;
}

void tt_client_receive(struct tt_client *client, tt_str body)
{
    struct tt_message message;
    struct tt_arena arena;
    char id[32];

    tt_arena_init(&arena);
    if (tt_message_parse(body, &arena, &message)) {
        client->err = TT_ENOMEM;
    } else if (message.kind == TT_MESSAGE_RESPONSE) {
        snprintf(id, sizeof(id), "%lld", (long long)client->waiting);
        if (client->waiting && tt_rpc_id_eq(message.id, tt_str_from(id)))
            take_answer(client, body);
    } else if (message.kind == TT_MESSAGE_REQUEST) {
        on_request(client, &message);
    } else if (message.kind == TT_MESSAGE_NOTIFICATION) {
        on_notification(client, &message, &arena);
    }
    tt_arena_release(&arena);
}

/* ---- asking ---- */

int tt_client_request(struct tt_client *client, const char *method, tt_str params,
                      unsigned limit_ms, struct tt_reply *out)
{
    uint64_t began = client->transport.now(client->transport.arg);
    int err;

    *out = (struct tt_reply){ 0 };
    tt_arena_init(&out->arena);
    client->waiting = ++client->next_id;
    client->reply = out;
    client->answered = false;
    client->err = 0;
    err = send_call(client, client->waiting, method, params);
    while (!err && !client->answered) {
        if (!client->transport.turn(client->transport.arg, TURN_MS))
            err = TT_EIO;
        else if (client->err)
            err = client->err;
        else if (limit_ms && client->transport.now(client->transport.arg) - began > limit_ms)
            err = TT_ETIMEOUT;
    }
    if (!err)
        err = client->err;
    client->waiting = 0;
    client->reply = NULL;
    if (err)
        tt_reply_release(out);
    return err;
}

/* ---- the usual messages ---- */

static const char capabilities[] =
    "\"workspace\":{\"applyEdit\":true,\"workspaceEdit\":{\"documentChanges\":true,"
    "\"resourceOperations\":[\"create\"],\"changeAnnotationSupport\":{}},\"configuration\":false,"
    "\"executeCommand\":{}},"
    "\"textDocument\":{\"synchronization\":{},\"publishDiagnostics\":{\"codeDescriptionSupport\":"
    "true,\"dataSupport\":true},"
    "\"diagnostic\":{\"dynamicRegistration\":false},"
    "\"codeAction\":{\"codeActionLiteralSupport\":{\"codeActionKind\":{\"valueSet\":[\"\","
    "\"quickfix\",\"refactor\",\"refactor.rewrite\",\"source\",\"source.fixAll\"]}},"
    "\"isPreferredSupport\":true,\"disabledSupport\":true,\"dataSupport\":true,"
    "\"resolveSupport\":{\"properties\":[\"edit\",\"command\"]},\"tagSupport\":{\"valueSet\":[1]}}}"
    ","
    "\"window\":{\"workDoneProgress\":true,\"showMessage\":{}}";

static void write_initialize(struct tt_buf *out, const char *root, enum tt_encoding encoding,
                             tt_str settings, tt_str root_uri)
{
    static const char *const names[] = {
        [TT_UTF8] = "utf-8", [TT_UTF16] = "utf-16", [TT_UTF32] = "utf-32"
    };
    struct tt_json_writer w;

    tt_json_writer_init(&w, out);
    tt_jw_object(&w);
    tt_jw_member_int(&w, "processId", getpid());
    tt_jw_key_object(&w, "clientInfo");
    tt_jw_member_cstr(&w, "name", "trimtab command line");
    tt_jw_member_cstr(&w, "version", TT_VERSION);
    tt_jw_object_end(&w);
    tt_jw_member(&w, "rootUri", root_uri);
    tt_jw_key_array(&w, "workspaceFolders");
    tt_jw_object(&w);
    tt_jw_member(&w, "uri", root_uri);
    tt_jw_member_cstr(&w, "name", root);
    tt_jw_object_end(&w);
    tt_jw_array_end(&w);
    tt_jw_member_raw_opt(&w, "initializationOptions", settings);
    tt_jw_key(&w, "capabilities");
    tt_buf_addf(out, "{\"general\":{\"positionEncodings\":[\"%s\"]},%s}", names[encoding],
                capabilities);
    tt_jw_object_end(&w);
}

int tt_client_initialize(struct tt_client *client, const char *root, enum tt_encoding encoding,
                         tt_str settings)
{
    struct tt_buf params = TT_BUF_INIT(TT_BUF_OWN), uri = TT_BUF_INIT(1 << 17);
    struct tt_reply reply = { 0 };
    int err = tt_uri_from_path(tt_str_from(root), &uri);

    if (!err) {
        write_initialize(&params, root, encoding, settings, tt_buf_str(&uri));
        err = params.err ? params.err
                         : tt_client_request(client, "initialize", tt_buf_str(&params),
                                             HANDSHAKE_MS, &reply);
    }
    if (!err && reply.failed)
        err = TT_EPARSE;
    if (!err)
        err = tt_client_notify(client, "initialized", TT_STR("{}"));
    tt_reply_release(&reply);
    tt_buf_release(&params);
    tt_buf_release(&uri);
    return err;
}

int tt_client_open(struct tt_client *client, tt_str uri, tt_str language, tt_str text)
{
    struct tt_buf params = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_writer w;
    int err;

    tt_json_writer_init(&w, &params);
    tt_jw_object(&w);
    tt_jw_key_object(&w, "textDocument");
    tt_jw_member(&w, "uri", uri);
    tt_jw_member(&w, "languageId", language);
    tt_jw_member_int(&w, "version", 1);
    tt_jw_member(&w, "text", text);
    tt_jw_object_end(&w);
    tt_jw_object_end(&w);
    err = params.err ? params.err
                     : tt_client_notify(client, "textDocument/didOpen", tt_buf_str(&params));
    tt_buf_release(&params);
    return err;
}

int tt_client_goodbye(struct tt_client *client)
{
    struct tt_reply reply;
    int err = tt_client_request(client, "shutdown", (tt_str){ 0 }, HANDSHAKE_MS, &reply);

    if (!err)
        tt_reply_release(&reply);
    return err ? err : tt_client_notify(client, "exit", (tt_str){ 0 });
}

void tt_client_document(struct tt_json_writer *w, tt_str uri)
{
    tt_jw_object(w);
    tt_jw_key_object(w, "textDocument");
    tt_jw_member(w, "uri", uri);
    tt_jw_object_end(w);
}

int tt_client_actions(struct tt_client *client, tt_str uri, struct tt_position_range range,
                      tt_str only, struct tt_reply *out)
{
    struct tt_buf params = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_writer w;
    int err;

    tt_json_writer_init(&w, &params);
    tt_client_document(&w, uri);
    tt_jw_key(&w, "range");
    tt_lsp_write_range(&w, range);
    tt_jw_key_object(&w, "context");
    tt_jw_key_array(&w, "diagnostics");
    tt_jw_array_end(&w);
    if (only.n) {
        tt_jw_key_array(&w, "only");
        tt_jw_str(&w, only);
        tt_jw_array_end(&w);
    }
    tt_jw_member_int(&w, "triggerKind", 1);
    tt_jw_object_end(&w);
    tt_jw_object_end(&w);
    err = params.err ? params.err
                     : tt_client_request(client, "textDocument/codeAction", tt_buf_str(&params),
                                         DIAGNOSTICS_MS, out);
    tt_buf_release(&params);
    return err;
}

int tt_client_diagnostics(struct tt_client *client, tt_str uri, struct tt_reply *out)
{
    struct tt_buf params = TT_BUF_INIT(1 << 17);
    struct tt_json_writer w;
    int err;

    tt_json_writer_init(&w, &params);
    tt_client_document(&w, uri);
    tt_jw_object_end(&w);
    err = params.err ? params.err
                     : tt_client_request(client, "textDocument/diagnostic", tt_buf_str(&params),
                                         DIAGNOSTICS_MS, out);
    tt_buf_release(&params);
    return err;
}
