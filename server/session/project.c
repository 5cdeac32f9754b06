/* project.c -- see project.h. */
#include "session/project.h"

#include "base/log.h"
#include "lsp/window.h"
#include "prompt/template.h"
#include "session/context.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define SMALL_MAX      ((size_t)64 << 10) /* of one template, rules file or ignore file */
#define RULES_MAX      ((size_t)8 << 10)  /* of rules that go into a prompt: about 2,000 tokens */
#define USER_MAX       ((size_t)1 << 20)
#define RULE_FILES_MAX 512

struct read_job {
    struct tt_job job;
    struct tt_anchor *anchor;
    struct tt_session_options options; /* the callbacks; slices below are our own */
    struct tt_project *project;        /* owned */
    tt_str root, user_folder;          /* in project->arena */
    bool user;                         /* read config.json as well */
    char *user_config;                 /* owned; NULL: there is none */
    size_t user_config_n;
    int user_err;
};

/* --- in the job ------------------------------------------------------------------- */

static tt_str read_small(struct read_job *self, tt_str folder, const char *name)
{
    struct tt_arena *arena = &self->project->arena;
    tt_str path = tt_arena_printf(arena, "%.*s/%s", TT_STR_ARG(folder), name), text = { NULL, 0 };
    char *bytes = NULL;
    size_t n = 0;

    if (!path.p || self->options.read_file(self->options.arg, path, SMALL_MAX, &bytes, &n))
        return text;
    text = tt_arena_dup(arena, (tt_str){ bytes, n });
    free(bytes);
    return text;
}

static void read_ignore(struct read_job *self)
{
    struct tt_project *project = self->project;
    tt_str text = read_small(self, self->root, ".trimtabignore"), rest = text;
    size_t lines = 1;

    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    project->ignore = tt_arena_array(&project->arena, lines, sizeof(*project->ignore));
    while (project->ignore && rest.n) {
        const char *lf = memchr(rest.p, '\n', rest.n);
        size_t end = lf ? (size_t)(lf - rest.p) : rest.n;
        tt_str line = tt_str_sub(rest, 0, end);

        rest = tt_str_sub(rest, end + (lf != NULL), rest.n);
        while (line.n && (unsigned char)line.p[line.n - 1] <= ' ')
            line.n--;
        if (line.n && line.p[0] != '#')
            project->ignore[project->n_ignore++] = line;
    }
}

/* The templates that this folder has under the names of the built-in ones. */
static void read_templates(struct read_job *self, tt_str folder)
{
    struct tt_project *project = self->project;
    tt_str name, builtin;

    for (size_t i = 0; project->overlay && tt_template_at(i, &name, &builtin); i++) {
        struct tt_prompt_file *file = &project->overlay[project->n_overlay];

        if (tt_str_eq(name, TT_STR("README.md")) || !tt_str_ends(name, TT_STR(".md")))
            continue;
        file->name = tt_arena_dup(&project->arena, name);
        file->text = file->name.p ? read_small(self, folder, file->name.p) : file->name;
        project->n_overlay += file->text.n > 0;
    }
}

static void read_rules(struct read_job *self)
{
    static const char *const names[] = { ".trimtab/rules.md", "AGENTS.md", "CLAUDE.md",
                                         ".github/copilot-instructions.md" };
    struct tt_project *project = self->project;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !project->rules.n; i++) {
        project->rules = tt_str_sub(read_small(self, self->root, names[i]), 0, RULES_MAX);
        while (project->rules.n && ((unsigned char)project->rules.p[project->rules.n - 1] & 0xC0) ==
                                       0x80) /* cut between characters */
            project->rules.n--;
        project->rules_path = tt_str_from(names[i]);
    }
}

static void on_rule_file(void *data, tt_str path, tt_str text)
{
    struct tt_project *project = data;
    struct tt_rule_file *more = project->rule_files;

    if (project->n_rule_files == RULE_FILES_MAX)
        return;
    if (project->n_rule_files == project->cap_rule_files) {
        size_t cap = project->cap_rule_files ? project->cap_rule_files * 2 : 8;

        more = tt_arena_array(&project->arena, cap, sizeof(*more));
        if (!more)
            return;
        if (project->n_rule_files)
            memcpy(more, project->rule_files, project->n_rule_files * sizeof(*more));
        project->rule_files = more;
        project->cap_rule_files = cap;
    }
    struct tt_rule_file file = { tt_arena_dup(&project->arena, path),
                                 tt_arena_dup(&project->arena, text) };
    if (file.path.p && file.text.p)
        more[project->n_rule_files++] = file;
}

/* Later files win: what the project says of its own code counts more. */
static void read_rule_files(struct read_job *self)
{
    struct tt_project *project = self->project;
    const struct tt_session_options *options = &self->options;
    tt_str folder;

    if (!options->read_folder)
        return;
    if (self->user_folder.n) {
        folder = tt_arena_printf(&project->arena, "%.*s/rules", TT_STR_ARG(self->user_folder));
        options->read_folder(options->arg, folder, TT_STR(".scm"), on_rule_file, project);
    }
    if (project->trusted) {
        folder = tt_arena_printf(&project->arena, "%.*s/.trimtab/rules", TT_STR_ARG(self->root));
        options->read_folder(options->arg, folder, TT_STR(".scm"), on_rule_file, project);
    }
}

static void run(struct tt_job *job)
{
    struct read_job *self = (struct read_job *)(void *)job;
    struct tt_project *project = self->project;
    tt_str folder, name, text;
    size_t templates = 0;

    while (tt_template_at(templates, &name, &text))
        templates++;
    project->overlay =
        tt_arena_array(&project->arena, 2 * templates + 1, sizeof(*project->overlay));
    if (self->root.n) {
        read_ignore(self);
        project->trusted =
            self->options.is_trusted && self->options.is_trusted(self->options.arg, self->root);
    }
    if (project->trusted) { /* first: the project knows more of its code than the user's own */
        read_rules(self);
        folder = tt_arena_printf(&project->arena, "%.*s/.trimtab/prompts", TT_STR_ARG(self->root));
        read_templates(self, folder);
    }
    if (self->user_folder.n) {
        folder = tt_arena_printf(&project->arena, "%.*s/prompts", TT_STR_ARG(self->user_folder));
        read_templates(self, folder);
    }
    read_rule_files(self);
    if (self->user) {
        tt_str path =
            tt_arena_printf(&project->arena, "%.*s/config.json", TT_STR_ARG(self->user_folder));

        self->user_err = path.p ? self->options.read_file(self->options.arg, path, USER_MAX,
                                                          &self->user_config, &self->user_config_n)
                                : TT_ENOMEM;
    }
}

/* --- on the loop -------------------------------------------------------------------- */

static void take_user_config(struct tt_session *session, struct read_job *self)
{
    tt_str old = { session->user_config, session->user_config_n };

    if (self->user_err == TT_ENOTFOUND)
        self->user_config_n = 0;
    else if (self->user_err)
        return; /* half written, or not readable at the moment: the old one counts */
    if (tt_str_eq(old, (tt_str){ self->user_config, self->user_config_n }))
        return;
    free(session->user_config);
    session->user_config = self->user_config;
    session->user_config_n = self->user_config_n;
    self->user_config = NULL;
    tt_log(TT_LOG_INFO, "the user's settings have changed and are in force");
    tt_settings_apply(session);
}

static void project_free(struct tt_project *project)
{
    if (!project)
        return;
    tt_arena_release(&project->arena);
    free(project);
}

static bool same_rule_files(const struct tt_project *a, const struct tt_project *b)
{
    size_t n = a ? a->n_rule_files : 0;

    if (n != b->n_rule_files)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!tt_str_eq(a->rule_files[i].path, b->rule_files[i].path) ||
            !tt_str_eq(a->rule_files[i].text, b->rule_files[i].text))
            return false;
    }
    return true;
}

void tt_project_release(struct tt_session *session)
{
    project_free(session->project);
    session->project = NULL;
    tt_prompt_memo_destroy(session->last_menu.prompt); /* it knows the project's templates */
    session->last_menu.prompt = NULL;
}

static void done(struct tt_job *job, int status)
{
    struct read_job *self = (struct read_job *)(void *)job;
    struct tt_session *session = self->anchor->session;

    if (session && status == 0) {
        bool same = same_rule_files(session->project, self->project);

        tt_project_release(session);
        session->project = self->project;
        self->project = NULL;
        if (!same)
            tt_rule_set_remake(session);
        if (self->user)
            take_user_config(session, self);
        tt_context_on_project(session);
    }
    if (session && status != 0)
        session->reading_project = false;
    tt_anchor_unref(self->anchor);
    project_free(self->project);
    free(self->user_config);
    free(self);
}

void tt_project_read(struct tt_session *session, bool user)
{
    struct read_job *self;

    if (!session->options.read_file)
        return;
    self = calloc(1, sizeof(*self));
    if (self)
        self->project = calloc(1, sizeof(*self->project));
    if (!self || !self->project) {
        free(self);
        return;
    }
    self->job = (struct tt_job){ run, done, NULL };
    self->options = session->options;
    self->anchor = tt_anchor_ref(session->anchor);
    self->user_folder = tt_arena_dup(&self->project->arena, tt_str_from(session->user_folder));
    self->user = user && self->user_folder.n > 0;
    if (session->n_folders)
        self->root = tt_arena_dup(&self->project->arena, session->folders[0]);
    session->reading_project = session->project == NULL;
    if (session->io->work(session->io, &self->job) < 0)
        done(&self->job, TT_ECANCELED);
}

bool tt_ignore_lines_match(const tt_str *lines, size_t n, tt_str path)
{
    for (size_t i = n; i > 0; i--) {
        tt_str line = lines[i - 1];
        bool back = line.n && line.p[0] == '!';

        if (tt_glob_match(back ? tt_str_sub(line, 1, line.n) : line, path))
            return !back;
    }
    return false;
}

bool tt_project_ignores(const struct tt_session *session, tt_str path)
{
    const struct tt_project *project = session->project;

    return tt_config_ignored(session->config, path) ||
           (project && tt_ignore_lines_match(project->ignore, project->n_ignore, path));
}
