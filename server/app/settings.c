/* settings.c -- see settings.h. */
#include "app/settings.h"

#include "analysis/rules.h"
#include "app/files.h"
#include "app/out.h"
#include "app/trust.h"
#include "syntax/lang.h"
#include "trimtab/error.h"

#include <stdlib.h>
#include <sys/stat.h>

#define CONFIG_MAX ((size_t)1 << 20)
#define RULES_MAX  512

/* ---- settings ---- */

static void read_settings(const char *path, struct tt_buf *text)
{
    int err = tt_file_read(path, text);

    if (err && err != TT_ENOTFOUND)
        tt_say("%s cannot be read: %s", path, tt_file_why(err));
}

/* Cut the last part of a path off. */
static char *folder_of(struct tt_buf *path)
{
    while (path->n > 1 && path->p[path->n - 1] != '/')
        path->n--;
    if (path->n > 1)
        path->n--;
    if (path->p)
        path->p[path->n] = '\0';
    return tt_buf_take(path, NULL);
}

/* Without a project: the current folder, or the one that was named somewhere else. */
static char *root_without_project(const char *near)
{
    struct tt_buf here = TT_BUF_INIT(1 << 16), there = TT_BUF_INIT(1 << 16);
    struct stat st;

    if (tt_path_absolute(".", &here) || tt_path_absolute(near, &there)) {
        tt_buf_release(&there);
        return tt_buf_take(&here, NULL);
    }
    if (tt_str_starts(tt_buf_str(&there), tt_buf_str(&here))) {
        tt_buf_release(&there);
        return tt_buf_take(&here, NULL);
    }
    tt_buf_release(&here);
    return stat(there.p, &st) == 0 && S_ISDIR(st.st_mode) ? tt_buf_take(&there, NULL)
                                                          : folder_of(&there);
}

static char *find_root(const char *near, const struct tt_buf *project)
{
    struct tt_buf path = TT_BUF_INIT(1 << 16);

    if (project->n)
        tt_buf_add(&path, tt_buf_str(project));
    else if (tt_file_upward(near, ".git", &path)) {
        tt_buf_release(&path);
        return root_without_project(near);
    }
    return folder_of(&path);
}

int tt_cli_settings_load(const char *near, struct tt_cli_settings *out)
{
    struct tt_buf user_path = TT_BUF_INIT(1 << 16), project_path = TT_BUF_INIT(1 << 16);
    struct tt_buf user = TT_BUF_INIT(CONFIG_MAX), project = TT_BUF_INIT(CONFIG_MAX);
    int err;

    *out = (struct tt_cli_settings){ 0 };
    if (tt_dir_path(TT_DIR_CONFIG, "config.json", &user_path) == 0)
        read_settings(user_path.p, &user);
    if (tt_file_upward(near ? near : ".", ".trimtab.json", &project_path) == 0)
        read_settings(project_path.p, &project);

    const struct tt_config_source sources[] = {
        { .from = TT_CONFIG_USER, .name = tt_buf_str(&user_path), .text = tt_buf_str(&user) },
        { .from = TT_CONFIG_PROJECT,
          .name = tt_buf_str(&project_path),
          .text = tt_buf_str(&project) },
    };
    err = tt_config_create(sources, 2, &out->config);
    out->root = find_root(near ? near : ".", &project_path);
    if (!err && !out->root)
        err = TT_ENOMEM;
    for (size_t i = 0; !err && i < out->config->n_problems; i++)
        tt_say("%.*s", TT_STR_ARG(out->config->problems[i].text));
    tt_buf_release(&user_path);
    tt_buf_release(&project_path);
    tt_buf_release(&user);
    tt_buf_release(&project);
    if (err)
        tt_cli_settings_release(out);
    return err;
}

void tt_cli_settings_release(struct tt_cli_settings *settings)
{
    tt_config_unref(settings->config);
    free(settings->root);
    *settings = (struct tt_cli_settings){ 0 };
}

tt_str tt_cli_relative(const struct tt_cli_settings *settings, tt_str absolute)
{
    tt_str root = tt_str_from(settings->root);

    if (tt_str_starts(absolute, root) && absolute.n > root.n && absolute.p[root.n] == '/')
        return tt_str_sub(absolute, root.n + 1, absolute.n);
    return absolute;
}

/* ---- rules ---- */

struct rule_files {
    struct tt_rule_file at[RULES_MAX];
    struct tt_buf texts[RULES_MAX], paths[RULES_MAX];
    size_t n;
};

static void on_rule_file(void *arg, tt_str path, tt_str text)
{
    struct rule_files *files = arg;

    if (files->n == RULES_MAX)
        return;
    tt_buf_init(&files->paths[files->n], 1 << 16);
    tt_buf_init(&files->texts[files->n], CONFIG_MAX);
    tt_buf_add(&files->paths[files->n], path);
    tt_buf_add(&files->texts[files->n], text);
    files->at[files->n].path = tt_buf_str(&files->paths[files->n]);
    files->at[files->n].text = tt_buf_str(&files->texts[files->n]);
    files->n++;
}

/* The user's, then the project's where the user trusts it: later ones win. */
static void read_user_rules(struct rule_files *files, const char *root)
{
    struct tt_buf dir = TT_BUF_INIT(1 << 16);

    files->n = 0;
    if (tt_dir_path(TT_DIR_CONFIG, "rules", &dir) == 0)
        tt_files_each(dir.p, TT_STR(".scm"), on_rule_file, files);
    if (tt_trusted(tt_str_from(root))) {
        tt_buf_clear(&dir);
        tt_buf_addf(&dir, "%s/.trimtab/rules", root);
        if (!dir.err)
            tt_files_each(dir.p, TT_STR(".scm"), on_rule_file, files);
    }
    tt_buf_release(&dir);
}

static void on_rule_error(void *arg, const struct tt_rule_error *error)
{
    struct tt_buf line = TT_BUF_INIT(1 << 16);

    (void)arg;
    tt_say("%.*s:%u:%u: %s", TT_STR_ARG(error->path), error->line, error->column, error->message);
    if (error->source_line.n && tt_out_add_safe(&line, error->source_line) == 0)
        fprintf(stderr, "    %s\n    %*s^\n", line.p, (int)(error->column ? error->column - 1 : 0),
                "");
    tt_buf_release(&line);
}

static bool is_known(const struct tt_rules *rules, tt_str word)
{
    enum tt_task finding = tt_task_from_id(word);

    if (tt_rules_find(rules, word))
        return true;
    for (size_t i = 0; i < tt_rules_count(rules); i++) {
        if (tt_rules_at(rules, i)->finding == finding)
            return true;
    }
    return false;
}

struct ids {
    const struct tt_rules *rules;
    struct tt_arena arena;
};

static const char *id_at(const void *names, size_t i)
{
    struct ids *ids = (struct ids *)(uintptr_t)names;

    return i < tt_rules_count(ids->rules)
               ? tt_arena_dup(&ids->arena, tt_rules_at(ids->rules, i)->id).p
               : NULL;
}

/* `who` is NULL for the command line. */
static void say_unknown(const struct tt_rules *rules, const char *who, tt_str word)
{
    struct ids ids = { .rules = rules };
    const char *near;

    tt_arena_init(&ids.arena);
    near = tt_nearest(word, id_at, &ids);
    tt_say("%sthere is no rule or finding \"%.*s\"%s%s%s; `trimtab rule` lists them",
           who ? who : "", TT_STR_ARG(word), near ? ": did you mean \"" : "", near ? near : "",
           near ? "\"?" : "");
    tt_arena_release(&ids.arena);
}

static int check_only(const struct tt_rules *rules, const struct tt_args_list *only)
{
    for (size_t i = 0; only && i < only->n; i++) {
        if (is_known(rules, tt_str_from(only->at[i])))
            continue;
        say_unknown(rules, NULL, tt_str_from(only->at[i]));
        return TT_ENOTFOUND;
    }
    return 0;
}

/* A name that is spelt wrong changes nothing, and nobody would know why. */
static void check_settings(const struct tt_rules *rules, const struct tt_rules_options *options)
{
    for (size_t i = 0; i < options->n_settings; i++) {
        const struct tt_rule_override *s = &options->settings[i];

        if (s->rule.n && !tt_str_eq(s->rule, TT_STR("*")) && !is_known(rules, s->rule))
            say_unknown(rules, "in the settings: ", s->rule);
        if (s->language.n && !tt_lang_by_name(s->language))
            tt_say("in the settings, rule \"%.*s\": there is no language \"%.*s\"",
                   TT_STR_ARG(s->rule), TT_STR_ARG(s->language));
    }
}

int tt_cli_rules_load(const struct tt_cli_settings *settings, const struct tt_args_list *only,
                      struct tt_rules **out)
{
    struct rule_files *files = malloc(sizeof(*files));
    tt_str names[TT_ARGS_LIST_MAX];
    struct tt_rules_options options = { .only = names };
    struct tt_arena arena;
    int err = TT_ENOMEM;

    tt_arena_init(&arena);
    for (size_t i = 0; only && i < only->n; i++)
        names[options.n_only++] = tt_str_from(only->at[i]);
    if (files && tt_rules_take_settings(settings->config, &arena, &options) == 0) {
        read_user_rules(files, settings->root);
        options.files = files->at;
        options.n_files = files->n;
        err = tt_rules_create(&options, on_rule_error, NULL, out);
        if (!err)
            check_settings(*out, &options);
        for (size_t i = 0; i < files->n; i++) {
            tt_buf_release(&files->paths[i]);
            tt_buf_release(&files->texts[i]);
        }
    }
    free(files);
    tt_arena_release(&arena);
    if (!err && (err = check_only(*out, only))) {
        tt_rules_destroy(*out);
        *out = NULL;
    }
    return err;
}
