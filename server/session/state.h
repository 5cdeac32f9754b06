/* state.h -- what a session holds; for the files of this folder only.
 *
 * One handler file a feature:
 *   session.c    events in, create and destroy
 *   dispatch.c   the table of methods
 *   lifecycle.c  initialize ... exit, trace, folders
 *   settings.c   configuration, API keys
 *   rule_set.c   the rules, with the user's
 *   sync.c       documents opened, changed, saved, closed
 *   findings.c   rules over documents, off the loop
 *   diagnostics.c  what they found, pushed or pulled
 *   menu.c       textDocument/codeAction; menu_models.c what asks a model in it,
 *                menu_wait.c while a parse is under way (commands, too)
 *   resolve.c    codeAction/resolve
 *   execute.c    workspace/executeCommand; execute_ask.c what asks a model, execute_tell.c
 *                what only tells
 *   rewrite.c    trimtab.fix: what needs no model, as a command
 *   compare.c    duels of two models
 *   attempt.c    the life of one model request; ask*.c its question and answer
 *   preview.c    trimtab/preview: the hunks so far
 *   deliver*.c   from a plan to the editor: rebase, positions, applyEdit, proposals
 *   context.c    what goes along with a question; context_search.c definitions
 *   new_file.c   files that a model writes; new_file_path.c where they are put
 *   progress.c   work-done progress, status, messages to the user
 *   receipt.c    what is kept of each request
 *   outcomes.c   what became of each edit
 *   history.c    the outcomes of earlier sessions
 *   weight.c     how much of an edit is left
 *   watch.c      ... of one that was applied: kept, changed or undone; watch_left.c how much
 *
 * Across an await live only ids, versions and counted references: a handler
 * that waits keeps a call's id and looks it up again.
 */
#ifndef TT_SESSION_STATE_H
#define TT_SESSION_STATE_H

#include "analysis/rules.h"
#include "base/io.h"
#include "base/map.h"
#include "config/config.h"
#include "documents/documents.h"
#include "lsp/client.h"
#include "lsp/command.h"
#include "rpc/call.h"
#include "rpc/frame.h"
#include "session/measure.h"
#include "session/retry.h"
#include "session/session.h"
#include "trimtab/route.h"

/* Which methods are answered now: a bit each, for the dispatch table. */
enum tt_session_phase {
    TT_PHASE_FRESH = 1 << 0,    /* before initialize */
    TT_PHASE_RUNNING = 1 << 1,  /* initialize was answered */
    TT_PHASE_SHUTDOWN = 1 << 2, /* shutdown was answered: only exit is left */
    TT_PHASE_OVER = 1 << 3,     /* exit was asked of tt_io */
};

/* Rules that jobs may still use when the settings change or the session ends. */
struct tt_rules_ref {
    struct tt_rules *rules; /* owned */
    int refs;               /* loop thread only */
};

/* What a job's `done` looks through: NULL once the session is destroyed. */
struct tt_anchor {
    struct tt_session *session;
    int refs; /* loop thread only */
};

struct tt_attempt;
struct tt_doc_state;
struct tt_watch;

/* A model's API key, as far as known. */
struct tt_session_key {
    char *value; /* owned, wiped when freed; NULL: none */
    size_t n;
    enum tt_key_state state;
    bool from_editor; /* trimtab/setKeys: wins over the settings */
    bool said;        /* why there is none was logged */
    bool refused;     /* by the provider: looked for again with the next settings */
    uint64_t serial;  /* another one for each value */
    uint64_t asked;   /* id of the question to tt_io.key that is under way; 0: none */
};

/* What was read for the last menu: most of it is true of the next one. */
struct tt_menu_memo {
    struct tt_document_place place; /* the text that was read */
    const struct TSTree *tree;      /* likewise; only compared */
    const char *bytes;              /* likewise */
    struct tt_range range;
    struct tt_range imports;
    struct tt_prompt_memo *prompt;   /* owned; NULL: none yet */
    struct tt_task_reading *reading; /* likewise */
};

struct tt_session {
    struct tt_io *io; /* borrowed */
    struct tt_anchor *anchor;
    enum tt_session_phase phase;
    int exit_code;
    uint64_t next_id; /* of timers, transfers, key requests, attempts */
    uint32_t stamp;   /* random: makes the names of attempts unique in the receipts */

    char *version, *user_config, *user_config_path, *user_folder; /* owned */
    char *rule_pages; /* owned: URI of the folder of the rules' pages; "": none */
    size_t user_config_n;
    struct tt_session_options options; /* the callbacks; its slices are not valid any more */

    struct tt_frame *frame;
    struct tt_calls *calls;
    struct tt_arena message_arena; /* of the message that is handled now */
    struct tt_arena client_arena;  /* owns what `client` and `folders` point to */
    struct tt_lsp_client client;
    enum tt_lsp_trace trace;
    bool greeted;    /* `initialized` came, or what should have come after it */
    tt_str *folders; /* owned: normalised paths of the workspace, without a slash at the end */
    size_t n_folders;

    /* Sources of the settings, as JSON text; owned. */
    char *init_options, *workspace_config, *project_config;
    char *project_config_path;
    const struct tt_config *config; /* one reference */
    struct tt_rules_ref *rules;
    bool making_rules, remake_rules; /* a job of rule_set.c runs; and will be of no use */
    char *said_rules; /* owned: the mistakes in them that were said last; NULL: none */
    struct tt_router *router;
    struct tt_session_key *keys; /* by index in config->models */
    size_t n_keys;
    tt_str *editor_keys; /* pairs name, key from setKeys; owned and wiped */
    size_t n_editor_keys;

    struct tt_project *project; /* owned: project.h; NULL: not read yet */
    bool reading_project;       /* for the first time: questions wait for it */
    struct tt_menu_memo last_menu;
    struct tt_documents *documents;
    struct tt_map doc_states; /* normalised URI -> struct tt_doc_state, owned */

    struct tt_duel *duels;            /* newest first; owned */
    struct tt_menu_wait *menus;       /* code actions that wait for a tree; owned */
    struct tt_resolve_wait *resolves; /* those that wait for a pause; owned */

    struct tt_attempt *attempts; /* list: running first, then finished ones that are kept */
    bool remembering;            /* the outcomes of earlier sessions are being read */
    struct tt_watch *watches;    /* applied edits whose fate is not known yet; owned */
    struct tt_retry retry;
    struct tt_measures measures;
    double day_usd;    /* spent since the session began, for the status line */
    char *last_status; /* owned: the last trimtab/status, so as not to say it twice */
    char trouble[400]; /* why the model that was asked last failed; empty: it did not */
};

/* --- session.c ---------------------------------------------------------------- */

uint64_t tt_session_next_id(struct tt_session *session);
struct tt_anchor *tt_anchor_ref(struct tt_anchor *anchor);
void tt_anchor_unref(struct tt_anchor *anchor);
struct tt_rules_ref *tt_rules_ref(struct tt_rules_ref *ref);
void tt_rules_unref(struct tt_rules_ref *ref); /* NULL is fine */

/* The session ends: after `exit`, at the end of input, or when memory is out. */
void tt_session_end(struct tt_session *session, int code);

/* The newest state of an open document, by the client's URI; NULL: not open.
 * Borrowed until documents may change. */
struct tt_snapshot *tt_session_document(struct tt_session *session, tt_str uri,
                                        struct tt_arena *arena);

/* --- dispatch.c ----------------------------------------------------------------- */

/* One message from the client.  Gives false when it is not JSON. */
bool tt_dispatch(struct tt_session *session, tt_str body);

/* --- handlers; params may be NULL ------------------------------------------------ */

typedef void (*tt_request_fn)(struct tt_session *session, struct tt_call *call,
                              const struct tt_json *params);
typedef void (*tt_notify_fn)(struct tt_session *session, const struct tt_json *params,
                             struct tt_arena *arena);

/* lifecycle.c */
void tt_on_initialize(struct tt_session *, struct tt_call *, const struct tt_json *);
void tt_on_shutdown(struct tt_session *, struct tt_call *, const struct tt_json *);
void tt_on_initialized(struct tt_session *, const struct tt_json *, struct tt_arena *);
void tt_on_exit(struct tt_session *, const struct tt_json *, struct tt_arena *);
void tt_on_set_trace(struct tt_session *, const struct tt_json *, struct tt_arena *);
void tt_on_cancel(struct tt_session *, const struct tt_json *, struct tt_arena *);
void tt_on_change_folders(struct tt_session *, const struct tt_json *, struct tt_arena *);

/* settings.c */
void tt_on_change_configuration(struct tt_session *, const struct tt_json *, struct tt_arena *);
void tt_on_watched_files(struct tt_session *, const struct tt_json *, struct tt_arena *);
void tt_on_set_keys(struct tt_session *, const struct tt_json *, struct tt_arena *);
int tt_settings_apply(struct tt_session *session);         /* merge the sources; TT_ENOMEM */
void tt_settings_say_problems(struct tt_session *session); /* what was left out, and why */
void tt_settings_ask(struct tt_session *session);          /* workspace/configuration */
void tt_settings_read_project(struct tt_session *session);
void tt_settings_on_key(struct tt_session *session, const struct tt_event *event);
void tt_settings_ask_keys(struct tt_session *session);
void tt_settings_ask_key(struct tt_session *session, size_t i);
/* The provider refused the key of this serial: ask where it came from once more, unless
 * that has been done.  False: it came from where it cannot have changed. */
bool tt_settings_renew_key(struct tt_session *session, size_t i, uint64_t serial);
void tt_settings_release(struct tt_session *session);
/* The states for tt_route_input, in the arena. */
const enum tt_key_state *tt_settings_key_states(struct tt_session *session, struct tt_arena *arena);
/* The workspace folder that a document lies in, without a slash at its end; empty: none. */
tt_str tt_settings_folder(const struct tt_session *session, tt_str path);
/* The path of a document relative to its workspace folder; in the arena. */
tt_str tt_settings_relative(struct tt_session *session, tt_str path);

/* rule_set.c: the rules, with the settings and files that are there now.  *later: a job
 * makes them, and the findings are made anew when it is done. */
int tt_rule_set_make(struct tt_session *session, bool *later);
/* The files of rules have changed. */
void tt_rule_set_remake(struct tt_session *session);

/* sync.c */
void tt_on_did_open(struct tt_session *, const struct tt_json *, struct tt_arena *);
void tt_on_did_change(struct tt_session *, const struct tt_json *, struct tt_arena *);
void tt_on_did_save(struct tt_session *, const struct tt_json *, struct tt_arena *);
void tt_on_did_close(struct tt_session *, const struct tt_json *, struct tt_arena *);

/* menu.c: the tree or the first findings that a menu waits for may be there, or
 * its time is over. */
void tt_menu_on_change(struct tt_session *session, tt_str key);
bool tt_menu_on_timer(struct tt_session *session, uint64_t id);

/* resolve.c: the pause is over; no more of them, answered or forgotten. */
bool tt_resolve_on_timer(struct tt_session *session, uint64_t id);
void tt_resolve_end(struct tt_session *session, bool answer);

/* findings.c */
void tt_on_pull_diagnostics(struct tt_session *, struct tt_call *, const struct tt_json *);

/* menu.c, resolve.c, execute.c */
void tt_on_code_action(struct tt_session *, struct tt_call *, const struct tt_json *);
void tt_on_resolve(struct tt_session *, struct tt_call *, const struct tt_json *);
void tt_on_execute(struct tt_session *, struct tt_call *, const struct tt_json *);
void tt_execute_now(struct tt_session *, struct tt_call *, const struct tt_json *);
void tt_execute_on_flushed(struct tt_session *, uint64_t id); /* TT_EVENT_FLUSHED */

/* progress.c */
void tt_on_progress_cancel(struct tt_session *, const struct tt_json *, struct tt_arena *);

/* --- what is told: progress.c ------------------------------------------------------ */

/* A notification.  Without memory for it, it goes through a little room that is kept:
 * TT_ETOOBIG when it does not fit there. */
int tt_notify(struct tt_session *session, const char *method,
              void (*write)(struct tt_json_writer *w, const void *arg), const void *arg);

void tt_show_message(struct tt_session *session, int type, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void tt_log_message(struct tt_session *session, int type, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* --- what a client lacks ------------------------------------------------------------ */

#define TT_NO_APPLY_EDIT "This editor does not apply edits that a language server sends"
#define TT_CANNOT_APPLY  TT_NO_APPLY_EDIT ", so no model was asked."

#endif
