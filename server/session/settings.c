/* settings.c -- the settings from all their sources, and the API keys.
 *
 * Sources are kept as the JSON text they came as; whenever one changes, all
 * are merged anew into an immutable struct tt_config.  Keys are asked for once
 * per model and live only here, in memory that is wiped.
 */
#include "base/log.h"
#include "lsp/uri.h"
#include "lsp/window.h"
#include "session/attempt.h"
#include "session/findings.h"
#include "session/project.h"
#include "session/state.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define PROJECT_FILE     "/.trimtab.json"
#define PROJECT_FILE_MAX ((size_t)1 << 20)

/* --- merging -------------------------------------------------------------------- */

void tt_settings_say_problems(struct tt_session *session)
{
    const struct tt_config *config = session->config;

    for (size_t i = 0; i < config->n_problems; i++)
        tt_log(TT_LOG_WARN, "settings: %.*s", TT_STR_ARG(config->problems[i].text));
    if (!config->n_problems)
        return;
    if (config->n_problems == 1)
        tt_show_message(session, TT_LSP_MESSAGE_WARNING, "trimtab: %.*s",
                        TT_STR_ARG(config->problems[0].text));
    else
        tt_show_message(session, TT_LSP_MESSAGE_WARNING,
                        "trimtab: %.*s (and %zu more; `trimtab doctor` lists them)",
                        TT_STR_ARG(config->problems[0].text), config->n_problems - 1);
}

static void wipe(char *p, size_t n)
{
    volatile char *v = p;

    for (size_t i = 0; p && i < n; i++)
        v[i] = 0;
    free(p);
}

static void keys_free(struct tt_session_key *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wipe(keys[i].value, keys[i].n);
    free(keys);
}

static void keys_release(struct tt_session *session)
{
    keys_free(session->keys, session->n_keys);
    session->keys = NULL;
    session->n_keys = 0;
}

static int key_set(struct tt_session *session, struct tt_session_key *key, tt_str value)
{
    char *copy = NULL;

    if (value.n) {
        copy = malloc(value.n + 1);
        if (!copy)
            return TT_ENOMEM;
        memcpy(copy, value.p, value.n);
        copy[value.n] = '\0';
    }
    if (!tt_str_eq((tt_str){ key->value, key->n }, value)) {
        key->serial = tt_session_next_id(session);
        key->refused = false;
    }
    wipe(key->value, key->n);
    key->value = copy;
    key->n = value.n;
    key->state = copy ? TT_KEY_PRESENT : TT_KEY_ABSENT;
    return 0;
}

static bool same_source(const struct tt_model_config *a, const struct tt_model_config *b)
{
    if (!tt_str_eq(a->key.env, b->key.env) || a->key.n_command != b->key.n_command ||
        !tt_str_eq(a->key.file, b->key.file) || a->key_required != b->key_required)
        return false;
    for (size_t i = 0; i < a->key.n_command; i++) {
        if (!tt_str_eq(a->key.command[i], b->key.command[i]))
            return false;
    }
    return true;
}

/* What is known of a model's key stays known while it comes from the same place: a
 * command may ask its user for a password.  What was not there is looked for again. */
static void keys_keep(struct tt_session *session, const struct tt_config *before,
                      struct tt_session_key *keys, size_t n)
{
    const struct tt_config *config = session->config;

    for (size_t i = 0; i < n && i < before->n_models; i++) {
        int at = tt_config_model(config, before->models[i].name);

        if (at < 0 || keys[i].from_editor || !same_source(&before->models[i], &config->models[at]))
            continue;
        session->keys[at].said = keys[i].said;
        if (keys[i].state == TT_KEY_ABSENT || keys[i].refused || config->models[at].key.file.n)
            continue;
        session->keys[at] = keys[i];
        keys[i] = (struct tt_session_key){ 0 };
    }
}

/* `fresh` has a slot per model of the new settings; keys of the editor go into theirs.
 * Without `before` all others are looked for anew. */
static int keys_reset(struct tt_session *session, const struct tt_config *before,
                      struct tt_session_key *fresh)
{
    const struct tt_config *config = session->config;
    struct tt_session_key *keys = session->keys;
    size_t n = session->n_keys;
    int err = 0;

    session->keys = fresh;
    session->n_keys = config->n_models;
    if (before)
        keys_keep(session, before, keys, n);
    keys_free(keys, n);
    for (size_t i = 0; i < session->n_editor_keys && !err; i++) {
        int at = tt_config_model(config, session->editor_keys[2 * i]);

        if (at < 0)
            continue;
        err = key_set(session, &session->keys[at], session->editor_keys[2 * i + 1]);
        session->keys[at].from_editor = !err;
    }
    return err;
}

static struct tt_session_key *keys_create(const struct tt_config *config)
{
    return calloc(config->n_models + 1, sizeof(struct tt_session_key));
}

/* All that is made of the settings, or nothing: they must fit each other. */
static int put_in_force(struct tt_session *session, const struct tt_config *config, bool *later)
{
    const struct tt_config *before = session->config;
    struct tt_session_key *keys = keys_create(config);
    int err = TT_ENOMEM;

    session->config = config;
    if (keys)
        err = tt_rule_set_make(session, later);
    if (!err)
        err = tt_router_configure(session->router, config);
    if (err) {
        session->config = before;
        tt_config_unref(config);
        free(keys);
        return err;
    }
    tt_retry_release(&session->retry);
    session->trouble[0] = '\0';
    err = keys_reset(session, before, keys);
    tt_config_unref(before);
    return err;
}

int tt_settings_apply(struct tt_session *session)
{
    const struct tt_config_source sources[] = {
        { TT_CONFIG_USER,
          tt_str_from(session->user_config_path),
          { session->user_config, session->user_config_n },
          NULL },
        { TT_CONFIG_PROJECT, tt_str_from(session->project_config_path),
          tt_str_from(session->project_config), NULL },
        { TT_CONFIG_INIT, { NULL, 0 }, tt_str_from(session->init_options), NULL },
        { TT_CONFIG_WORKSPACE, { NULL, 0 }, tt_str_from(session->workspace_config), NULL },
    };
    const struct tt_config *config;
    bool later = false;
    int err = tt_config_create(sources, sizeof(sources) / sizeof(sources[0]), &config);

    if (!err)
        err = put_in_force(session, config, &later);
    if (err && session->phase == TT_PHASE_RUNNING)
        tt_show_message(session, TT_LSP_MESSAGE_ERROR,
                        "trimtab is out of memory, so the settings could not be taken over. "
                        "Close what you do not need, and change a setting again.");
    if (err && !session->config)
        return err;
    if (session->greeted && (session->last_status || !session->config->enabled))
        tt_status_changed(session); /* off, or on again */
    config = session->config;
    tt_documents_set_max_parse_bytes(session->documents, config->max_file_bytes);
    tt_attempts_on_settings(session);
    if (err)
        return err;
    if (session->phase == TT_PHASE_RUNNING) {
        tt_settings_say_problems(session);
        tt_settings_ask_keys(session);
    }
    if (!later)
        tt_findings_refresh_all(session);
    return 0;
}

/* --- keys ------------------------------------------------------------------------- */

void tt_settings_ask_key(struct tt_session *session, size_t i)
{
    const struct tt_model_config *model = &session->config->models[i];
    struct tt_session_key *key = &session->keys[i];
    uint64_t id;

    if (key->from_editor || key->asked || key->state != TT_KEY_UNKNOWN)
        return;
    if (!model->key.env.n && !model->key.n_command && !model->key.file.n) {
        key->state = model->key_required ? TT_KEY_ABSENT : TT_KEY_PRESENT;
        return;
    }
    id = tt_session_next_id(session);
    key->asked = id;
    if (session->io->key(session->io, id, &model->key) < 0) {
        key->asked = 0;
        key->state = TT_KEY_ABSENT;
    }
}

bool tt_settings_renew_key(struct tt_session *session, size_t i, uint64_t serial)
{
    const struct tt_model_config *model = &session->config->models[i];
    struct tt_session_key *key = &session->keys[i];

    if (key->from_editor || (!model->key.n_command && !model->key.file.n))
        return false;
    if (key->serial == serial && key->state == TT_KEY_PRESENT) {
        key->state = TT_KEY_UNKNOWN; /* the value stays, to be compared with */
        tt_settings_ask_key(session, i);
    }
    return true;
}

/* A command may ask its user for a password: it runs only when its key is needed. */
void tt_settings_ask_keys(struct tt_session *session)
{
    for (size_t i = 0; i < session->n_keys; i++) {
        if (!session->config->models[i].key.n_command)
            tt_settings_ask_key(session, i);
    }
}

void tt_settings_on_key(struct tt_session *session, const struct tt_event *event)
{
    for (size_t i = 0; i < session->n_keys; i++) {
        struct tt_session_key *key = &session->keys[i];

        if (key->asked != event->id)
            continue;
        key->asked = 0;
        if (key->from_editor)
            return;
        key_set(session, key, event->bytes);
        if (key->state == TT_KEY_ABSENT && !session->config->models[i].key_required)
            key->state = TT_KEY_PRESENT; /* a local server: works without one */
        if (event->message.n && !key->said)
            tt_log_message(session, TT_LSP_MESSAGE_WARNING, "trimtab: the key of %.*s: %.*s",
                           TT_STR_ARG(session->config->models[i].name), TT_STR_ARG(event->message));
        key->said = event->message.n > 0;
        tt_attempts_on_keys(session);
        return;
    }
}

static void pairs_free(tt_str *pairs, size_t n)
{
    for (size_t i = 0; pairs && i < 2 * n; i++)
        wipe((char *)(uintptr_t)pairs[i].p, pairs[i].n);
    free(pairs);
}

/* NULL: out of memory. */
static tt_str *pairs_create(const struct tt_lsp_key *keys, size_t n, size_t *kept)
{
    tt_str *pairs = calloc(2 * n + 1, sizeof(*pairs));

    *kept = 0;
    for (size_t i = 0; pairs && i < n; i++) {
        tt_str parts[2] = { keys[i].name, keys[i].key };

        if (!keys[i].key.n)
            continue;
        for (size_t k = 0; k < 2; k++) {
            char *copy = malloc(parts[k].n + 1);

            if (!copy) {
                pairs_free(pairs, *kept + 1);
                return NULL;
            }
            if (parts[k].n)
                memcpy(copy, parts[k].p, parts[k].n);
            pairs[2 * *kept + k] = (tt_str){ copy, parts[k].n };
        }
        ++*kept;
    }
    return pairs;
}

void tt_on_set_keys(struct tt_session *session, const struct tt_json *params,
                    struct tt_arena *arena)
{
    struct tt_lsp_reader reader = TT_LSP_READER(arena);
    struct tt_session_key *fresh = keys_create(session->config);
    const struct tt_lsp_key *keys;
    tt_str *pairs = NULL;
    size_t n, kept;

    if (tt_lsp_read_set_keys(&reader, params, &keys, &n) < 0) {
        tt_show_message(session, TT_LSP_MESSAGE_ERROR, "trimtab/setKeys: %s", reader.error);
        free(fresh);
        return;
    }
    if (fresh)
        pairs = pairs_create(keys, n, &kept);
    if (!pairs) {
        free(fresh);
        tt_show_message(session, TT_LSP_MESSAGE_ERROR, "trimtab/setKeys: " TT_RPC_NO_MEMORY);
        return;
    }
    pairs_free(session->editor_keys, session->n_editor_keys);
    session->editor_keys = pairs;
    session->n_editor_keys = kept;
    if (keys_reset(session, NULL, fresh))
        tt_show_message(session, TT_LSP_MESSAGE_ERROR, "trimtab/setKeys: " TT_RPC_NO_MEMORY);
    tt_router_new_keys(session->router);
    if (session->trouble[0]) {
        session->trouble[0] = '\0';
        tt_status_changed(session);
    }
    tt_settings_ask_keys(session);
    tt_attempts_on_keys(session);
}

const enum tt_key_state *tt_settings_key_states(struct tt_session *session, struct tt_arena *arena)
{
    enum tt_key_state *states = tt_arena_array(arena, session->n_keys, sizeof(*states));

    for (size_t i = 0; states && i < session->n_keys; i++)
        states[i] = session->keys[i].state;
    return states;
}

/* --- sources ---------------------------------------------------------------------- */

/* Put `text` (copied; empty: none) in the place of a source; true when it differs. */
static bool replace_source(char **source, tt_str text)
{
    char *copy = NULL;

    if (tt_str_eq(tt_str_from(*source), text))
        return false;
    if (text.n) {
        copy = malloc(text.n + 1);
        if (!copy) {
            tt_log(TT_LOG_ERROR, "out of memory: a change of the settings was lost");
            return false;
        }
        memcpy(copy, text.p, text.n);
        copy[text.n] = '\0';
    }
    free(*source);
    *source = copy;
    return true;
}

static void on_configuration(void *data, uint64_t tag, const struct tt_message *response)
{
    struct tt_session *session = data;

    (void)tag;
    if (!response)
        return;
    if (response->failed) {
        tt_log(TT_LOG_INFO, "the client did not answer workspace/configuration: %.*s",
               TT_STR_ARG(response->error_message));
        return;
    }
    /* null changes nothing: the client has no such section */
    const struct tt_json *value = tt_lsp_configuration_at(response->result, 0);
    if (value && replace_source(&session->workspace_config, tt_json_raw(value)))
        tt_settings_apply(session);
}

void tt_settings_ask(struct tt_session *session)
{
    struct tt_outgoing out;

    if (!session->client.workspace.configuration)
        return;
    tt_outgoing_init(&out);
    tt_lsp_write_configuration(&out.w, TT_STR("trimtab"), NULL, 0);
    tt_calls_request(session->calls, "workspace/configuration", &out, on_configuration, session, 0,
                     NULL);
}

void tt_on_change_configuration(struct tt_session *session, const struct tt_json *params,
                                struct tt_arena *arena)
{
    const struct tt_json *value = tt_lsp_did_change_configuration(params, "trimtab");

    (void)arena;
    if (session->client.workspace.configuration)
        tt_settings_ask(session);
    else if (value && replace_source(&session->workspace_config, tt_json_raw(value)))
        tt_settings_apply(session);
}

/* --- the project's file ------------------------------------------------------------ */

struct project_job {
    struct tt_job job;
    struct tt_anchor *anchor;
    int (*read_file)(void *arg, tt_str path, size_t max, char **bytes, size_t *n);
    void *arg;
    char *path; /* owned */
    char *text; /* owned; NULL: there is none */
    size_t n;
    int err;
};

static void project_run(struct tt_job *job)
{
    struct project_job *self = (struct project_job *)(void *)job;

    self->err = self->read_file(self->arg, tt_str_from(self->path), PROJECT_FILE_MAX, &self->text,
                                &self->n);
}

static void project_done(struct tt_job *job, int status)
{
    struct project_job *self = (struct project_job *)(void *)job;
    struct tt_session *session = self->anchor->session;

    if (session && status == 0) {
        if (self->err == TT_ETOOBIG)
            tt_show_message(session, TT_LSP_MESSAGE_WARNING,
                            "trimtab: %s is larger than 1 MiB and was not read.", self->path);
        replace_source(&session->project_config_path, tt_str_from(self->path));
        if (replace_source(&session->project_config,
                           self->err ? (tt_str){ NULL, 0 } : (tt_str){ self->text, self->n }))
            tt_settings_apply(session);
    }
    tt_anchor_unref(self->anchor);
    free(self->path);
    free(self->text);
    free(self);
}

void tt_settings_read_project(struct tt_session *session)
{
    struct project_job *self;
    struct tt_buf path = TT_BUF_INIT(1 << 16);

    if (!session->options.read_file || !session->n_folders)
        return;
    self = calloc(1, sizeof(*self));
    tt_buf_add(&path, session->folders[0]);
    tt_buf_adds(&path, PROJECT_FILE);
    if (self)
        self->path = tt_buf_take(&path, NULL);
    if (!self || !self->path) {
        free(self);
        tt_buf_release(&path);
        return;
    }
    self->job = (struct tt_job){ project_run, project_done, NULL };
    self->read_file = session->options.read_file;
    self->arg = session->options.arg;
    self->anchor = tt_anchor_ref(session->anchor);
    if (session->io->work(session->io, &self->job) < 0)
        project_done(&self->job, TT_ECANCELED);
}

void tt_on_watched_files(struct tt_session *session, const struct tt_json *params,
                         struct tt_arena *arena)
{
    (void)params;
    (void)arena;
    tt_settings_read_project(session); /* the only files that we watch */
}

tt_str tt_settings_folder(const struct tt_session *session, tt_str path)
{
    for (size_t i = 0; i < session->n_folders; i++) {
        tt_str folder = session->folders[i];

        if (folder.n && tt_str_starts(path, folder) && path.n > folder.n + 1 &&
            path.p[folder.n] == '/')
            return folder;
    }
    return (tt_str){ NULL, 0 };
}

tt_str tt_settings_relative(struct tt_session *session, tt_str path)
{
    tt_str folder = tt_settings_folder(session, path);

    return folder.n ? tt_str_sub(path, folder.n + 1, path.n) : path;
}

void tt_settings_release(struct tt_session *session)
{
    keys_release(session);
    tt_retry_release(&session->retry);
    tt_measures_release(&session->measures);
    pairs_free(session->editor_keys, session->n_editor_keys);
    free(session->user_config);
    free(session->user_config_path);
    free(session->init_options);
    free(session->workspace_config);
    free(session->project_config);
    free(session->project_config_path);
    free(session->said_rules);
    tt_config_unref(session->config);
    tt_rules_unref(session->rules);
}
