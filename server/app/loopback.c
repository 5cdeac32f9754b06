/* loopback.c -- see loopback.h. */
#include "app/loopback.h"

#include "app/command.h"
#include "app/files.h"
#include "app/out.h"
#include "app/session_files.h"
#include "lsp/types.h"
#include "lsp/uri.h"
#include "session/session.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define FILE_MAX ((size_t)64 << 20)

/* ---- the two ends ---- */

static void on_event(void *arg, const struct tt_event *ev)
{
    struct tt_loopback *loopback = arg;

    if (loopback->session)
        tt_session_event(loopback->session, ev);
}

static void on_message(void *arg, tt_str body)
{
    struct tt_loopback *loopback = arg;

    if (loopback->client)
        tt_client_receive(loopback->client, body);
}

/* The client's message, framed as it would come through a pipe. */
static int send_to_session(void *arg, char *body, size_t n)
{
    struct tt_loopback *loopback = arg;
    struct tt_buf framed = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_event ev = { .type = TT_EVENT_BYTES };

    tt_buf_addf(&framed, "Content-Length: %zu\r\n\r\n", n);
    tt_buf_add(&framed, (tt_str){ body, n });
    ev.bytes = tt_buf_str(&framed);
    free(body);
    if (!framed.err)
        tt_session_event(loopback->session, &ev);
    tt_buf_release(&framed);
    return framed.err;
}

static bool turn(void *arg, unsigned ms)
{
    struct tt_loopback *loopback = arg;

    tt_world_turn(&loopback->world, ms);
    return !loopback->world.exiting && !loopback->stop;
}

static uint64_t now(void *arg)
{
    struct tt_loopback *loopback = arg;

    return loopback->world.io.now(&loopback->world.io);
}

/* ---- opening ---- */

int tt_loopback_failed(int err)
{
    if (err == TT_ENOMEM)
        return tt_out_of_memory();
    if (err == TT_ETIMEOUT)
        tt_say("the session did not answer in time");
    else
        tt_say("the session ended before it answered");
    return TT_EXIT_USAGE;
}

static int load_target(struct tt_loopback *loopback, const struct tt_target *target)
{
    struct tt_buf path = TT_BUF_INIT(1 << 16);
    int err = tt_code_load(&loopback->code, target->path, FILE_MAX);

    if (err) {
        tt_say("%s: %s", target->path, tt_file_why(err));
        return TT_EXIT_USAGE;
    }
    if (tt_target_range(target, loopback->code.text, false, &loopback->range)) {
        tt_target_say_short(target->path, loopback->code.text);
        return TT_EXIT_USAGE;
    }
    loopback->place =
        tt_text_position_range(loopback->code.text, loopback->range, loopback->encoding);
    err = tt_path_absolute(target->path, &path);
    if (!err)
        err = tt_uri_from_path(tt_buf_str(&path), &loopback->uri);
    tt_buf_release(&path);
    return err ? tt_out_of_memory() : -1;
}

/* The project: the folder with .trimtab.json or .git, else the file's own. */
static int find_root(const char *path, struct tt_buf *out)
{
    int err = tt_file_upward(path, ".trimtab.json", out);

    if (err)
        err = tt_file_upward(path, ".git", out);
    if (err)
        err = tt_path_absolute(path, out);
    while (!err && out->n > 1 && out->p[out->n - 1] != '/')
        out->n--;
    if (!err && out->n > 1)
        out->n--;
    if (out->p)
        out->p[out->n] = '\0';
    return err;
}

static int handshake(struct tt_loopback *loopback, const struct tt_loopback_options *options)
{
    const struct tt_lang *lang = loopback->code.lang;
    struct tt_buf root = TT_BUF_INIT(1 << 16);
    struct tt_reply looked_at;
    int err = find_root(loopback->code.path, &root);

    if (!err)
        err = tt_client_initialize(loopback->client, root.p, loopback->encoding, options->settings);
    while (!err && tt_session_is_remembering(loopback->session) && turn(loopback, 100))
        ; /* what is decided next may depend on it */
    if (!err)
        err = tt_client_open(loopback->client, tt_buf_str(&loopback->uri),
                             lang ? tt_lang_id(lang) : TT_STR("plaintext"),
                             tt_code_bytes(&loopback->code));
    if (!err)
        err = tt_client_diagnostics(loopback->client, tt_buf_str(&loopback->uri), &looked_at);
    if (!err)
        tt_reply_release(&looked_at);
    tt_buf_release(&root);
    return err ? tt_loopback_failed(err) : -1;
}

static int start(struct tt_loopback *loopback, const struct tt_loopback_options *options)
{
    const struct tt_client_transport transport = { send_to_session, turn, now, loopback };
    const struct tt_world_options world = { .on_message = on_message,
                                            .on_event = on_event,
                                            .arg = loopback,
                                            .no_records = options->no_records };

    if (tt_world_open(&loopback->world, &world))
        return tt_out_of_memory();
    if (options->prepare)
        options->prepare(loopback, options->arg);
    loopback->client = tt_client_create(&transport, &options->hooks);
    if (!loopback->client || tt_session_over_world(&loopback->world, 0, &loopback->session)) {
        tt_loopback_close(loopback);
        return tt_out_of_memory();
    }
    return -1;
}

int tt_loopback_open(struct tt_loopback *loopback, const struct tt_target *target,
                     const struct tt_loopback_options *options)
{
    int code;

    *loopback = (struct tt_loopback){ .encoding = options->encoding, .uri = TT_BUF_INIT(1 << 17) };
    code = load_target(loopback, target);
    if (code >= 0) {
        tt_code_release(&loopback->code);
        tt_buf_release(&loopback->uri);
        return code;
    }
    code = start(loopback, options);
    if (code >= 0)
        return code;
    code = handshake(loopback, options);
    if (code >= 0)
        tt_loopback_close(loopback);
    return code;
}

void tt_loopback_close(struct tt_loopback *loopback)
{
    if (loopback->session && loopback->client && !loopback->world.exiting)
        (void)!tt_client_goodbye(loopback->client);
    tt_session_destroy(loopback->session);
    loopback->session = NULL;
    tt_world_close(&loopback->world);
    tt_client_destroy(loopback->client);
    loopback->client = NULL;
    tt_code_release(&loopback->code);
    tt_buf_release(&loopback->uri);
}

int tt_loopback_execute(struct tt_loopback *loopback, const char *command, tt_str more,
                        struct tt_reply *out)
{
    struct tt_buf params = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_writer w;
    int err;

    tt_json_writer_init(&w, &params);
    tt_jw_object(&w);
    tt_jw_member_cstr(&w, "command", command);
    tt_jw_key_array(&w, "arguments");
    tt_jw_object(&w);
    tt_jw_member(&w, "uri", tt_buf_str(&loopback->uri));
    tt_jw_key(&w, "range");
    tt_lsp_write_range(&w, loopback->place);
    if (more.n) {
        tt_buf_addc(&params, ',');
        tt_buf_add(&params, more);
    }
    tt_jw_object_end(&w);
    tt_jw_array_end(&w);
    tt_jw_member_cstr(&w, "workDoneToken", "command-line");
    tt_jw_object_end(&w);
    err = params.err ? params.err
                     : tt_client_request(loopback->client, "workspace/executeCommand",
                                         tt_buf_str(&params), 0, out);
    tt_buf_release(&params);
    if (err && loopback->stop)
        return TT_EXIT_USAGE; /* the command itself gave up, and knows why */
    if (err)
        return tt_loopback_failed(err);
    if (!out->failed)
        return -1;
    tt_say("%.*s", TT_STR_ARG(out->error));
    tt_reply_release(out);
    return TT_EXIT_FOUND;
}
