/* progress.c -- work-done progress, the status notification, messages. */
#include "session/progress.h"

#include "base/log.h"
#include "lsp/window.h"
#include "session/attempt.h"
#include "session/state.h"
#include "trimtab/error.h"

#include <stdio.h>
#include <stdlib.h>

int tt_notify(struct tt_session *session, const char *method,
              void (*write)(struct tt_json_writer *w, const void *arg), const void *arg)
{
    struct tt_outgoing out;
    int err;

    tt_outgoing_init(&out);
    write(&out.w, arg);
    err = tt_calls_notify(session->calls, method, &out);
    return err == TT_ENOMEM ? tt_calls_tell(session->calls, method, write, arg) : err;
}

/* --- messages ------------------------------------------------------------------- */

struct words {
    enum tt_lsp_message_type type;
    tt_str text;
};

static void write_words(struct tt_json_writer *w, const void *arg)
{
    const struct words *words = arg;

    tt_lsp_write_message(w, words->type, words->text);
}

/* Without memory: as much as has room, or that there is none. */
static void send_short(struct tt_session *session, const char *method, int type, const char *fmt,
                       va_list ap)
{
    char text[600];
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    struct words words = { (enum tt_lsp_message_type)type, tt_str_from(text) };

    if (n >= 0 && (size_t)n < sizeof(text) &&
        tt_notify(session, method, write_words, &words) != TT_ETOOBIG)
        return;
    words.text = TT_STR(TT_RPC_NO_MEMORY);
    tt_notify(session, method, write_words, &words);
}

static void send_message(struct tt_session *session, const char *method, int type, const char *fmt,
                         va_list ap)
{
    struct tt_buf text = TT_BUF_INIT(1 << 16);
    struct words words = { .type = (enum tt_lsp_message_type)type };
    va_list again;

    va_copy(again, ap);
    tt_buf_vaddf(&text, fmt, ap);
    words.text = tt_buf_str(&text);
    if (text.err || tt_notify(session, method, write_words, &words) == TT_ETOOBIG)
        send_short(session, method, type, fmt, again);
    tt_buf_release(&text);
    va_end(again);
}

void tt_show_message(struct tt_session *session, int type, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    send_message(session, "window/showMessage", type, fmt, ap);
    va_end(ap);
}

void tt_log_message(struct tt_session *session, int type, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    send_message(session, "window/logMessage", type, fmt, ap);
    va_end(ap);
}

/* --- progress -------------------------------------------------------------------- */

static void send_begin(struct tt_session *session, struct tt_progress *progress)
{
    struct tt_outgoing out;

    tt_outgoing_init(&out);
    tt_lsp_write_progress_begin(&out.w, progress->token, progress->title, progress->message, true);
    /* what did not begin is neither reported nor ended */
    progress->state = progress->token.n && tt_calls_notify(session->calls, "$/progress", &out) == 0
                          ? TT_PROGRESS_ON
                          : TT_PROGRESS_OFF;
}

static void on_created(void *data, uint64_t tag, const struct tt_message *response)
{
    struct tt_session *session = data;
    struct tt_attempt *attempt = response ? tt_attempt_find(session, tag) : NULL;

    if (!attempt || attempt->progress.state != TT_PROGRESS_ASKED)
        return;
    if (response->failed || !tt_attempt_running(attempt))
        attempt->progress.state = TT_PROGRESS_OFF;
    else
        send_begin(session, &attempt->progress);
}

void tt_progress_begin(struct tt_session *session, struct tt_progress *progress,
                       struct tt_arena *arena, uint64_t attempt, tt_str client_token, tt_str title,
                       tt_str message)
{
    struct tt_outgoing out;

    *progress = (struct tt_progress){ .title = tt_arena_dup(arena, title),
                                      .message = tt_arena_dup(arena, message) };
    if (client_token.n) {
        progress->token = tt_arena_dup(arena, client_token);
        send_begin(session, progress);
        return;
    }
    if (!session->client.window.work_done_progress)
        return;
    progress->token = tt_arena_printf(arena, "\"trimtab/%llu\"", (unsigned long long)attempt);
    tt_outgoing_init(&out);
    tt_lsp_write_progress_create(&out.w, progress->token);
    if (tt_calls_request(session->calls, "window/workDoneProgress/create", &out, on_created,
                         session, attempt, NULL) == 0)
        progress->state = TT_PROGRESS_ASKED;
}

void tt_progress_report(struct tt_session *session, struct tt_progress *progress, tt_str message)
{
    struct tt_outgoing out;

    if (progress->state != TT_PROGRESS_ON)
        return;
    tt_outgoing_init(&out);
    tt_lsp_write_progress_report(&out.w, progress->token, message, -1, true);
    tt_calls_notify(session->calls, "$/progress", &out);
}

struct ending {
    tt_str token, message;
};

static void write_end(struct tt_json_writer *w, const void *arg)
{
    const struct ending *ending = arg;

    tt_lsp_write_progress_end(w, ending->token, ending->message);
}

void tt_progress_end(struct tt_session *session, struct tt_progress *progress, tt_str message)
{
    struct ending ending = { progress->token, message };

    if (progress->state == TT_PROGRESS_ON &&
        tt_notify(session, "$/progress", write_end, &ending) == TT_ETOOBIG) {
        ending.message = (tt_str){ NULL, 0 };
        tt_notify(session, "$/progress", write_end, &ending);
    }
    progress->state = TT_PROGRESS_OFF;
}

void tt_on_progress_cancel(struct tt_session *session, const struct tt_json *params,
                           struct tt_arena *arena)
{
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    tt_str token;

    if (tt_lsp_read_progress_cancel(&reader, params, &token) < 0)
        return;
    for (struct tt_attempt *a = session->attempts; a; a = a->next) {
        if (tt_attempt_running(a) && a->progress.token.n &&
            tt_rpc_id_eq(a->progress.token, token)) {
            tt_attempt_cancel(a);
            return;
        }
    }
}

/* --- the status bar ----------------------------------------------------------------- */

static void write_status(struct tt_json_writer *w, const void *status)
{
    tt_lsp_write_status(w, status);
}

static struct tt_lsp_status status_of(const struct tt_session *session)
{
    struct tt_lsp_status status = { .day_usd = session->day_usd };
    const struct tt_attempt *newest = NULL;

    for (const struct tt_attempt *a = session->attempts; a; a = a->next) {
        if (!tt_attempt_running(a))
            continue;
        status.running++;
        status.tokens += a->usage.known ? a->usage.output : a->estimated_out / 4;
        if (!newest)
            newest = a;
    }
    status.state = !session->config->enabled ? TT_STR("off")
                   : status.running          ? TT_STR("busy")
                   : session->trouble[0]     ? TT_STR("warning")
                                             : TT_STR("idle");
    if (tt_str_eq(status.state, TT_STR("warning")))
        status.message = tt_str_from(session->trouble);
    if (newest && tt_decision_choice(&newest->decision))
        status.model = tt_decision_choice(&newest->decision)->model;
    return status;
}

/* Is it what was said last?  Else that is remembered. */
static bool said_already(struct tt_session *session, const struct tt_lsp_status *status)
{
    struct tt_buf text = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_json_writer w;
    bool same;

    tt_json_writer_init(&w, &text);
    tt_lsp_write_status(&w, status);
    same = session->last_status && tt_str_eq(tt_str_from(session->last_status), tt_buf_str(&text));
    if (!same) {
        free(session->last_status);
        session->last_status = tt_buf_take(&text, NULL);
    }
    tt_buf_release(&text);
    return same;
}

void tt_status_changed(struct tt_session *session)
{
    struct tt_lsp_status status = status_of(session);

    if (!said_already(session, &status))
        tt_notify(session, "trimtab/status", write_status, &status);
}
