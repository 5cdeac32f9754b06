/* session.c -- events in; create, end, destroy. */
#include "session/session.h"

#include "base/log.h"
#include "lsp/window.h"
#include "session/attempt.h"
#include "session/compare.h"
#include "session/findings.h"
#include "session/menu.h"
#include "session/outcomes.h"
#include "session/project.h"
#include "session/state.h"
#include "trimtab/error.h"
#include "trimtab/task.h"

#include <stdlib.h>

/* --- shared counts --------------------------------------------------------------- */

struct tt_anchor *tt_anchor_ref(struct tt_anchor *anchor)
{
    anchor->refs++;
    return anchor;
}

void tt_anchor_unref(struct tt_anchor *anchor)
{
    if (anchor && --anchor->refs == 0)
        free(anchor);
}

struct tt_rules_ref *tt_rules_ref(struct tt_rules_ref *ref)
{
    ref->refs++;
    return ref;
}

void tt_rules_unref(struct tt_rules_ref *ref)
{
    if (ref && --ref->refs == 0) {
        tt_rules_destroy(ref->rules);
        free(ref);
    }
}

uint64_t tt_session_next_id(struct tt_session *session)
{
    return ++session->next_id;
}

/* --- the editor's bytes -------------------------------------------------------------- */

static bool on_body(void *arg, tt_str body)
{
    struct tt_session *session = arg;

    return session->phase == TT_PHASE_OVER || tt_dispatch(session, body);
}

static void on_problem(void *arg, enum tt_frame_problem problem, uint64_t length)
{
    struct tt_session *session = arg;
    struct tt_buf text = TT_BUF_INIT(1024);

    if (session->phase == TT_PHASE_OVER)
        return;
    tt_buf_addf(&text, "%s", tt_frame_problem_text(problem));
    if (problem == TT_FRAME_TOO_LONG)
        tt_buf_addf(&text, " (%llu bytes; at most %zu are taken)", (unsigned long long)length,
                    TT_FRAME_MAX);
    tt_log(TT_LOG_WARN, "%.*s", TT_STR_ARG(tt_buf_str(&text)));
    tt_calls_refuse(session->calls, (tt_str){ NULL, 0 }, TT_RPC_PARSE_ERROR, tt_buf_str(&text));
    tt_buf_release(&text);
}

static const struct tt_frame_events frame_events = { on_body, on_problem };

static void on_tree(void *arg, struct tt_snapshot *snapshot)
{
    struct tt_session *session = arg;

    tt_findings_on_tree(session, snapshot);
    tt_menu_on_change(session, snapshot->key);
}

/* --- life ------------------------------------------------------------------------------- */

static char *copy(tt_str s)
{
    char *p = malloc(s.n + 1);

    if (!p)
        return NULL;
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

int tt_session_create(struct tt_io *io, const struct tt_session_options *options,
                      struct tt_session **out)
{
    struct tt_session *session = calloc(1, sizeof(*session));
    struct tt_documents_options documents = {
        .on_tree = on_tree,
        .on_tree_arg = session,
        .clock = options->clock_us,
        .clock_arg = options->arg,
    };
    struct tt_router_data router = { .seed = io->random(io) };

    if (!session)
        return TT_ENOMEM;
    session->io = io;
    session->phase = TT_PHASE_FRESH;
    session->options = *options;
    session->stamp = (uint32_t)io->random(io);
    session->client.encoding = TT_UTF16;
    tt_map_init(&session->doc_states, io->random(io));
    tt_arena_init(&session->message_arena);
    session->anchor = calloc(1, sizeof(*session->anchor));
    if (session->anchor)
        *session->anchor = (struct tt_anchor){ session, 1 };
    session->version = copy(options->version);
    session->user_config = copy(options->user_config);
    session->user_config_n = options->user_config.n;
    session->user_config_path = copy(options->user_config_path);
    session->user_folder = copy(options->user_folder);
    session->rule_pages = copy(options->rule_pages);
    session->frame = tt_frame_create(TT_FRAME_MAX, &frame_events, session);
    session->calls = tt_calls_create(io);
    if (!session->anchor || !session->version || !session->user_folder || !session->rule_pages ||
        !session->user_config || !session->user_config_path || !session->frame || !session->calls ||
        tt_documents_create(io, &documents, &session->documents) < 0 ||
        tt_router_create(&router, &session->router) < 0 || tt_settings_apply(session) < 0) {
        tt_session_destroy(session);
        return TT_ENOMEM;
    }
    if (options->parent_pid && options->on_parent)
        options->on_parent(options->arg, options->parent_pid);
    *out = session;
    return 0;
}

void tt_session_end(struct tt_session *session, int code)
{
    if (session->phase == TT_PHASE_OVER)
        return;
    tt_attempts_cancel_all(session);
    tt_watch_end(session);
    session->phase = TT_PHASE_OVER;
    tt_menu_release(session);
    tt_resolve_end(session, false);
    tt_calls_end(session->calls);
    session->io->exit(session->io, code);
}

void tt_session_destroy(struct tt_session *session)
{
    if (!session)
        return;
    if (session->calls && session->phase != TT_PHASE_OVER) {
        session->phase = TT_PHASE_OVER;
        tt_menu_release(session);
        tt_resolve_end(session, false);
        tt_calls_end(session->calls);
    }
    tt_watch_release(session);
    tt_attempts_release(session);
    tt_compare_release(session);
    if (session->anchor)
        session->anchor->session = NULL;
    tt_anchor_unref(session->anchor);
    tt_doc_states_release(session);
    tt_documents_destroy(session->documents);
    tt_calls_destroy(session->calls);
    tt_frame_destroy(session->frame);
    tt_project_release(session);
    tt_task_reading_destroy(session->last_menu.reading);
    tt_settings_release(session);
    free(session->user_folder);
    free(session->rule_pages);
    tt_router_destroy(session->router);
    tt_arena_release(&session->message_arena);
    tt_arena_release(&session->client_arena);
    free(session->last_status);
    free(session->version);
    free(session);
}

static void on_bytes(struct tt_session *session, tt_str bytes)
{
    if (tt_frame_feed(session->frame, bytes) < 0) {
        tt_log(TT_LOG_ERROR, "out of memory while reading from the editor; ending");
        tt_session_end(session, 1);
    }
}

static void on_event(struct tt_session *session, const struct tt_event *event)
{
    switch (event->type) {
    case TT_EVENT_BYTES:
        on_bytes(session, event->bytes);
        break;
    case TT_EVENT_EOF:
        if (tt_frame_partial(session->frame))
            tt_log(TT_LOG_WARN, "the editor's stream ended in the middle of a message");
        tt_session_end(session, session->phase == TT_PHASE_SHUTDOWN ? 0 : 1);
        break;
    case TT_EVENT_TIMER:
        if (!tt_menu_on_timer(session, event->id) && !tt_resolve_on_timer(session, event->id) &&
            !tt_findings_on_timer(session, event->id) && !tt_watch_on_timer(session, event->id))
            tt_attempts_on_event(session, event);
        break;
    case TT_EVENT_HTTP_HEAD:
    case TT_EVENT_HTTP_BODY:
    case TT_EVENT_HTTP_END:
        tt_attempts_on_event(session, event);
        break;
    case TT_EVENT_FILES:
        tt_settings_read_project(session);
        tt_project_read(session, true);
        break;
    case TT_EVENT_TROUBLE:
        if (session->phase == TT_PHASE_RUNNING)
            tt_show_message(session, TT_LSP_MESSAGE_WARNING, "trimtab: %.*s",
                            TT_STR_ARG(event->message));
        break;
    case TT_EVENT_KEY:
        tt_settings_on_key(session, event);
        break;
    case TT_EVENT_FLUSHED:
        tt_execute_on_flushed(session, event->id);
        break;
    }
}

void tt_session_event(struct tt_session *session, const struct tt_event *event)
{
    if (session->phase == TT_PHASE_OVER)
        return;
    tt_calls_refill(session->calls); /* when it fails, there may still be enough */
    on_event(session, event);
    if (session->phase != TT_PHASE_OVER && tt_calls_lost(session->calls)) {
        tt_log(TT_LOG_ERROR, "out of memory: a request could not be answered; ending");
        tt_session_end(session, 1);
    }
}
