/* new_file.c -- see new_file.h. */
#include "session/new_file.h"

#include "analysis/paths.h"
#include "lsp/code_action.h"
#include "lsp/uri.h"
#include "lsp/window.h"
#include "session/context.h"
#include "session/outcomes.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#define PATH_MAX_BYTES 4096u

bool tt_new_file_possible(const struct tt_session *session)
{
    return session->n_folders && session->client.workspace_edit.document_changes &&
           session->client.workspace_edit.create;
}

/* --- its place ------------------------------------------------------------------ */

struct place_job {
    struct tt_job job;
    struct tt_anchor *anchor; /* a reference */
    uint64_t attempt;
    struct tt_arena arena; /* owns the slices */
    struct tt_session_options options;
    tt_str root, path, language, kind;
    tt_str *open; /* paths of documents that are open, saved or not; n_open of them */
    size_t n_open;
    bool test;
    tt_str found;
};

static void names_in(void *arg, tt_str folder, bool (*take)(void *to, tt_str name), void *to)
{
    struct place_job *self = arg;

    for (size_t i = 0; i < self->n_open; i++) {
        tt_str path = self->open[i];

        if (tt_str_starts(path, folder) && !memchr(path.p + folder.n, '/', path.n - folder.n) &&
            !take(to, tt_str_sub(path, folder.n, path.n)))
            return;
    }
    if (self->options.list_sources)
        self->options.list_sources(self->options.arg, self->root, folder, take, to);
}

static void place_run(struct tt_job *job)
{
    struct place_job *self = (struct place_job *)(void *)job;
    const struct tt_new_file_world world = { names_in, self };

    self->found =
        tt_new_file_path(self->path, self->language, self->test, self->kind, &world, &self->arena);
}

/* A document that is open and not saved yet is in the way, too. */
static int take_open(struct tt_session *session, struct place_job *self)
{
    struct tt_snapshot *snapshot;
    size_t n = 0;

    for (size_t i = 0; tt_documents_next(session->documents, &i);)
        n++;
    self->open = tt_arena_array(&self->arena, n + 1, sizeof(*self->open));
    if (!self->open)
        return TT_ENOMEM;
    for (size_t i = 0; (snapshot = tt_documents_next(session->documents, &i));) {
        tt_str path = tt_arena_dup(&self->arena, snapshot->path);

        if (!path.p)
            return TT_ENOMEM;
        if (tt_str_starts(path, self->root) && path.n > self->root.n + 1)
            self->open[self->n_open++] = tt_str_sub(path, self->root.n + 1, path.n);
    }
    return 0;
}

static bool take_place(struct tt_attempt *attempt, const struct place_job *self)
{
    struct tt_buf path = TT_BUF_INIT(PATH_MAX_BYTES), uri = TT_BUF_INIT(3 * PATH_MAX_BYTES);

    tt_buf_addf(&path, "%.*s/%.*s", TT_STR_ARG(self->root), TT_STR_ARG(self->found));
    if (!path.err && tt_uri_from_path(tt_buf_str(&path), &uri) == 0) {
        attempt->new_path = tt_arena_dup(&attempt->arena, self->found);
        attempt->new_uri = tt_arena_dup(&attempt->arena, tt_buf_str(&uri));
    }
    tt_buf_release(&path);
    tt_buf_release(&uri);
    return attempt->new_path.n && attempt->new_uri.n;
}

static void place_done(struct tt_job *job, int status)
{
    struct place_job *self = (struct place_job *)(void *)job;
    struct tt_session *session = self->anchor->session;
    struct tt_attempt *attempt = session ? tt_attempt_find(session, self->attempt) : NULL;

    if (attempt && attempt->stage == TT_ATTEMPT_READING) {
        if (!status && self->found.n && take_place(attempt, self))
            tt_context_begin(attempt);
        else
            tt_attempt_refuse(attempt, TT_STR("There is no free name for the new file beside this "
                                              "one; nothing was asked."));
    }
    tt_arena_release(&self->arena);
    tt_anchor_unref(self->anchor);
    free(self);
}

/* What the words call the new file; empty: nothing that we know. */
static tt_str kind_of(tt_str words)
{
    static const char *const kinds[] = { "service", "repository", "schema", "model",
                                         "types",   "router",     "client", "migration" };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (tt_str_has_nocase(words, tt_str_from(kinds[i])))
            return tt_str_from(kinds[i]);
    }
    return (tt_str){ NULL, 0 };
}

/* "test", "Tests", "testing"; not "latest". */
static bool begins_a_word(tt_str words, const char *beginning)
{
    size_t n = strlen(beginning);

    for (size_t i = 0; i + n <= words.n; i++) {
        if (strncasecmp(words.p + i, beginning, n) == 0 &&
            (i == 0 || !isalpha((unsigned char)words.p[i - 1])))
            return true;
    }
    return false;
}

static bool is_test(const struct tt_attempt *attempt)
{
    enum tt_task task = attempt->task.task;

    return task == TT_TASK_TEST_1 || task == TT_TASK_TEST_2 ||
           begins_a_word(attempt->instruction, "test");
}

void tt_new_file_begin(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    const struct tt_lang *lang = attempt->snapshot->lang;
    struct place_job *self = calloc(1, sizeof(*self));

    attempt->stage = TT_ATTEMPT_READING;
    if (!self) {
        tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
        return;
    }
    self->job = (struct tt_job){ place_run, place_done, NULL };
    self->anchor = tt_anchor_ref(session->anchor);
    self->attempt = attempt->id;
    self->options = session->options;
    self->root = tt_arena_dup(&self->arena, tt_settings_folder(session, attempt->snapshot->path));
    self->path = tt_arena_dup(&self->arena, attempt->path);
    self->language = lang ? tt_lang_name(lang) : (tt_str){ NULL, 0 };
    self->test = is_test(attempt);
    self->kind = kind_of(attempt->instruction);
    if (!self->root.p || !self->path.p || take_open(session, self) < 0 ||
        session->io->work(session->io, &self->job) < 0)
        place_done(&self->job, TT_ENOMEM);
}

/* --- to the editor ---------------------------------------------------------------- */

struct new_edit {
    struct tt_lsp_workspace_edit edit;
    struct tt_lsp_document_edit document;
    struct tt_lsp_text_edit text;
    struct tt_lsp_annotation annotation;
};

/* The whole of it is one insertion into nothing. */
static tt_str content(const struct tt_attempt *attempt)
{
    return tt_edit_plan_count(attempt->plan) ? tt_edit_plan_at(attempt->plan, 0)->text
                                             : (tt_str){ NULL, 0 };
}

/* `ask`: the editor shall ask before it does it. */
static void new_edit(const struct tt_attempt *attempt, bool ask, struct new_edit *out)
{
    tt_str id = ask ? TT_STR("trimtab") : (tt_str){ NULL, 0 };

    *out = (struct new_edit){
        .text = { .text = content(attempt), .annotation = id },
        .annotation = { .id = TT_STR("trimtab"),
                        .label =
                            attempt->progress.title.n ? attempt->progress.title : TT_STR("trimtab"),
                        .description = attempt->new_path,
                        .needs_confirmation = true },
    };
    out->document = (struct tt_lsp_document_edit){
        .create = true, .uri = attempt->new_uri, .edits = &out->text, .n = 1, .annotation = id
    };
    out->edit = (struct tt_lsp_workspace_edit){ .documents = &out->document,
                                                .n = 1,
                                                .annotations = &out->annotation,
                                                .n_annotations = ask ? 1 : 0 };
}

static void on_created(void *data, uint64_t tag, const struct tt_message *response)
{
    struct tt_session *session = data;
    struct tt_attempt *attempt = response ? tt_attempt_find(session, tag) : NULL;
    struct tt_lsp_apply_result result = { false, { NULL, 0 } };
    struct tt_lsp_reader reader;
    struct tt_arena arena;

    if (!attempt || attempt->stage != TT_ATTEMPT_APPLYING)
        return;
    tt_arena_init(&arena);
    reader = (struct tt_lsp_reader)TT_LSP_READER(&arena);
    if (!response->failed)
        tt_lsp_read_apply_result(&reader, response->result, &result);
    if (result.applied) {
        attempt->reason = TT_STR("created");
        tt_attempt_finish(attempt);
    } else {
        attempt->applied_hunks = 0;
        tt_attempt_refuse(attempt,
                          tt_arena_printf(&attempt->arena, "The editor did not create %.*s%s%.*s.",
                                          TT_STR_ARG(attempt->new_path),
                                          result.failure_reason.n ? ": " : "",
                                          TT_STR_ARG(result.failure_reason)));
    }
    tt_arena_release(&arena);
}

static int send(struct tt_attempt *attempt, bool ask)
{
    struct tt_session *session = attempt->session;
    struct tt_outgoing out;
    struct new_edit edit;
    int err;

    new_edit(attempt, ask, &edit);
    tt_outgoing_init(&out);
    tt_lsp_write_apply_edit(&out.w, &session->client, attempt->progress.title, &edit.edit);
    err = tt_calls_request(session->calls, "workspace/applyEdit", &out, on_created, session,
                           attempt->id, NULL);
    if (err)
        return err;
    attempt->stage = TT_ATTEMPT_APPLYING;
    attempt->applied_hunks = 1;
    attempt->sends++;
    if (!ask)
        tt_deliver_wait(attempt, TT_ATTEMPT_UNANSWERED_MS);
    return 0;
}

int tt_new_file_proposal(const struct tt_attempt *attempt, struct tt_arena *arena,
                         struct tt_lsp_proposal *out)
{
    struct tt_lsp_hunk *hunk = tt_arena_alloc(arena, sizeof(*hunk));
    char name[24];

    if (!hunk)
        return TT_ENOMEM;
    *hunk = (struct tt_lsp_hunk){ .id = TT_STR("h1"),
                                  .text = content(attempt),
                                  .label = TT_STR("a new file") };
    *out = (struct tt_lsp_proposal){
        .id = tt_arena_dup(arena, tt_attempt_name(attempt, name)),
        .uri = attempt->new_uri,
        .create = true,
        .review = true,
        .verdict = attempt->held ? TT_STR("held") : tt_str_from(tt_verdict_name(attempt->verdict)),
        .reason = tt_edit_plan_reason(attempt->plan),
        .warning = tt_attempt_warning(attempt),
        .hunks = hunk,
        .n = 1,
        .why = attempt->why,
    };
    return 0;
}

int tt_new_file_create(struct tt_attempt *attempt)
{
    return send(attempt, false);
}

static unsigned lines_of(tt_str text)
{
    unsigned n = 0;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n' || i + 1 == text.n;
    return n;
}

/* Nobody waits for an answer: ask in a message, or in the editor's preview. */
static void offer(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    struct tt_buf text = TT_BUF_INIT(1 << 14);
    char name[24];

    if (!session->client.window.show_message_actions &&
        session->client.workspace_edit.change_annotations) {
        if (send(attempt, true) < 0)
            tt_attempt_refuse(attempt, TT_STR("trimtab is out of memory."));
        return;
    }
    tt_buf_addf(&text, "trimtab: %.*s is written (%u lines).", TT_STR_ARG(attempt->new_path),
                lines_of(content(attempt)));
    attempt->stage = TT_ATTEMPT_PROPOSED;
    tt_attempt_finish(attempt);
    if (session->client.window.show_message_actions)
        tt_deliver_ask(attempt, TT_LSP_MESSAGE_INFO, tt_buf_str(&text));
    else
        tt_show_message(session, TT_LSP_MESSAGE_INFO, "%.*s It is created by trimtab.decide %.*s.",
                        TT_STR_ARG(tt_buf_str(&text)), TT_STR_ARG(tt_attempt_name(attempt, name)));
    tt_buf_release(&text);
}

static void resolve(struct tt_attempt *attempt)
{
    struct tt_call *call = tt_call_find(attempt->session->calls, attempt->call);
    struct tt_json_text action;
    struct tt_outgoing out;
    struct new_edit edit;

    if (!call) {
        tt_attempt_finish(attempt);
        return;
    }
    if (!attempt->session->client.workspace_edit.change_annotations ||
        tt_json_parse(attempt->resolve_action, &call->arena, &action) < 0) {
        tt_attempt_refuse(attempt, TT_STR("This editor cannot show a new file before it is "
                                          "created; set `delivery` to \"command\"."));
        return;
    }
    new_edit(attempt, true, &edit);
    tt_outgoing_init(&out);
    tt_lsp_write_resolved(&out.w, &attempt->session->client, action.root, &edit.edit, NULL);
    tt_call_reply(call, &out);
    attempt->call = 0;
    attempt->applied_hunks = 1;
    tt_attempt_finish(attempt);
}

void tt_new_file_deliver(struct tt_attempt *attempt)
{
    if (attempt->delivery == TT_DELIVER_RESOLVE)
        resolve(attempt);
    else
        offer(attempt);
}
