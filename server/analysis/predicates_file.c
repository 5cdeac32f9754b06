/* predicates_file.c -- what the file is: its imports, its path, its dialect. */
#include "analysis/predicates_set.h"

#include "analysis/nodes.h"
#include "analysis/paths.h"
#include "syntax/lang.h"

static bool imports_any(TSNode node, tt_str bytes, const struct tt_pred_arg *args, uint32_t n)
{
    tt_str text = tt_node_text(node, bytes);

    for (uint32_t i = 0; i < n; i++) {
        if (pred_has_word(text, args[i].string))
            return true;
    }
    return false;
}

/* (#imports? "requests" ...): an import, use or require at the top names one of these */
bool pred_imports(ARGS)
{
    const struct tt_pred_context *context = match->data;
    TSNode root = context->root;
    uint32_t count = node_named_count(root);
    bool found = false;
    TSTreeCursor cursor = ts_tree_cursor_new(root);

    (void)count;
    if (ts_tree_cursor_goto_first_child(&cursor)) {
        do {
            TSNode child = ts_tree_cursor_current_node(&cursor);
            bool declares = node_is_any(child, "lexical_declaration variable_declaration");

            if (!declares && !strstr(ts_node_type(child), "import"))
                continue;
            if (declares && !tt_str_has(tt_node_text(child, match->text), TT_STR("require(")))
                continue;
            found = imports_any(child, match->text, args, n);
        } while (!found && ts_tree_cursor_goto_next_sibling(&cursor));
    }
    ts_tree_cursor_delete(&cursor);
    return found;
}

/* Does this import (or require) bind the name? */
static bool binds(TSNode node, tt_str bytes, tt_str name)
{
    TSNode source = node_field(node, "source");
    tt_str text = tt_node_text(node, bytes);

    if (!ts_node_is_null(source))
        return pred_has_word(
            tt_str_sub(bytes, ts_node_start_byte(node), ts_node_start_byte(source)), name);
    const char *call = memmem(text.p ? text.p : "", text.n, "require(", 8);
    return call && pred_has_word(tt_str_sub(text, 0, (size_t)(call - text.p)), name);
}

/* (#bound? "fetch" "node-fetch" ...): JavaScript; an import at the top binds the name
 * to something that none of the packages gives */
bool pred_bound(ARGS)
{
    TSNode root = ((const struct tt_pred_context *)match->data)->root;
    tt_str name = args[0].is_capture ? pred_text(match, &args[0]) : args[0].string;

    for (uint32_t i = 0, count = node_named_count(root); i < count; i++) {
        TSNode child = node_named(root, i);

        if (!node_is_any(child, "import_statement lexical_declaration variable_declaration"))
            continue;
        if (binds(child, match->text, name) && !imports_any(child, match->text, args + 1, n - 1))
            return true;
    }
    return false;
}

/* (#file-has? "text" ...): one of the texts stands anywhere in the file */
bool pred_file_has(ARGS)
{
    for (uint32_t i = 0; i < n; i++) {
        if (tt_str_has(match->text, args[i].string))
            return true;
    }
    return false;
}

static bool any_in(tt_str text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (tt_str_has(text, tt_str_from(words[i])))
            return true;
    }
    return false;
}

static bool any_part(tt_str path, const char *const *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (tt_path_has_part(path, parts[i]))
            return true;
    }
    return false;
}

#define ANY_IN(text, words)   any_in(text, words, sizeof(words) / sizeof((words)[0]))
#define ANY_PART(path, parts) any_part(path, parts, sizeof(parts) / sizeof((parts)[0]))

/* (#migration-file?) */
bool pred_migration_file(ARGS)
{
    (void)args;
    (void)n;
    return tt_path_is_migration(pred_source(match)->path);
}

/* (#down-file?): the way back of a migration that is kept in two files */
bool pred_down_file(ARGS)
{
    (void)args;
    (void)n;
    return tt_path_is_step_down(pred_source(match)->path);
}

/* (#test-folder?): below a folder of tests, whatever the file itself looks like */
bool pred_test_folder(ARGS)
{
    tt_str path = pred_source(match)->path;

    (void)args;
    (void)n;
    return tt_path_has_part(path, "test") || tt_path_has_part(path, "tests");
}

/* (#shown-code?): examples, demos, mocks and seeds, whose secrets open nothing; and
 * translations, where "password" is a word of a form */
bool pred_shown_code(ARGS)
{
    static const char *const parts[] = { "examples", "example", "demos",       "demo",    "docs",
                                         "mock",     "seed",    "seeds",       "seeders", "test",
                                         "tests",    "locale",  "locales",     "i18n",    "l10n",
                                         "lang",     "langs",   "translations" };

    (void)args;
    (void)n;
    return ANY_PART(pred_source(match)->path, parts);
}

/* (#browser-file?): runs in a browser rather than on a server */
bool pred_browser_file(ARGS)
{
    static const char *const marks[] = {
        "from 'react",     "from \"react", "from 'vue",      "from \"vue",
        "from '@angular/", "from 'svelte", "localStorage",   "document.",
        "window.",         "'use client'", "\"use client\"", "from '@/",
        "XMLHttpRequest",  "from 'next/",  "chrome.runtime", "import.meta.env",
    };
    static const char *const parts[] = { "frontend", "client", "web",        "webapp",
                                         "ui",       "public", "components", "hooks",
                                         "static",   "www",    "assets",     "browser",
                                         "pages",    "views",  "svelte",     "admin-ui" };
    tt_str path = pred_source(match)->path;

    (void)args;
    (void)n;
    if (tt_str_ends(path, TT_STR(".tsx")) || tt_str_ends(path, TT_STR(".jsx")))
        return true;
    return ANY_IN(match->text, marks) || ANY_PART(path, parts);
}

/* (#server-file?): JavaScript; something says that it runs in Node.js, not only nothing that it
 * runs in a browser, and not in a browser's worker either */
bool pred_server_file(ARGS)
{
    static const char *const marks[] = {
        "process.env", "require(",      "from 'node:",   "from \"node:", "from 'fs",  "from \"fs",
        "from 'path'", "from \"path\"", "'express'",     "\"express\"",  "'fastify'", "\"fastify\"",
        "'koa'",       "\"koa\"",       "@nestjs/",      "'hono",        "\"hono",    "node-fetch",
        "Buffer.",     "from 'crypto",  "from \"crypto", "prisma.",      "'typeorm'", "\"typeorm\"",
        "'sequelize",  "\"sequelize",   "'mongoose'",    "\"mongoose\"", "'knex'",    "\"knex\"",
        "'undici'",    "\"undici\"",    "from 'got",     "from \"got",
    };
    static const char *const parts[] = { "server",     "backend",     "server-only", "controllers",
                                         "middleware", "middlewares", "worker",      "workers",
                                         "jobs",       "lambda",      "routes" };
    static const char *const browser[] = { "self.addEventListener", "navigator.",  "caches.open",
                                           "createSlice",           "defineStore", "angular" };

    return !pred_browser_file(match, args, n) && !ANY_IN(match->text, browser) &&
           (ANY_IN(match->text, marks) || ANY_PART(pred_source(match)->path, parts));
}

/* (#command-line?): a program that someone starts and watches, and can end with a key: by its
 * folder ("cli", "shop-cli", "bin", "tool"), or by how it reads its arguments */
bool pred_command_line(ARGS)
{
    static const char *const marks[] = {
        "spf13/cobra",
        "urfave/cli",
        "alecthomas/kong",
        "process.argv",
        "from 'commander'",
        "from \"commander\"",
        "require('commander')",
        "yargs",
        "picocli",
        "static void main(String",
        "@clack/prompts",
        "picocolors",
        "from 'chalk",
        "from \"chalk",
        "require('chalk",
        "from 'ora'",
        "sys.argv",
        "argparse",
        "import click",
        "from click",
        "import typer",
        "from typer",
    };
    static const char *const parts[] = { "cli", "tool", "tools", "bin", "command-line" };
    tt_str path = pred_source(match)->path;

    (void)args;
    (void)n;
    return tt_str_starts(match->text, TT_STR("#!")) || ANY_PART(path, parts) ||
           tt_str_has(path, TT_STR("/create-")) || tt_str_has(path, TT_STR("-cli/")) ||
           ANY_IN(match->text, marks);
}

/* (#test-database?): SQL for a database that lives in a test's memory, by its folder */
bool pred_test_database(ARGS)
{
    tt_str path = pred_source(match)->path;

    (void)args;
    (void)n;
    return tt_path_has_part(path, "h2") || tt_path_has_part(path, "hsqldb") ||
           tt_path_has_part(path, "derby");
}

/* (#postgres?): the SQL or its path says that it is for PostgreSQL, and neither that it is for
 * another database */
bool pred_postgres(ARGS)
{
    static const char *const others[] = { "mysql",  "mariadb", "sqlite",    "mssql",
                                          "oracle", "hsqldb",  "sqlserver", "derby" };
    static const char *const marks[] = {
        "engine=",    "engine =",          "auto_increment", "autoincrement", "datetime",
        "pragma ",    "identity(",         "nvarchar",       "varchar2",      "sqlite",
        "mysql",      "unsigned",          "[dbo]",          "clob",          "tinyint",
        "mediumtext", "on update current", "without rowid",  "modify column", "change column",
    };
    static const char *const own[] = { "serial",   "jsonb", "uuid",   "without time zone",
                                       "plpgsql",  "bytea", "text[]", "timestamptz",
                                       "varchar ", "now()", "btree",  "with time zone" };
    bool is = tt_str_has(pred_source(match)->path, TT_STR("postgres"));

    (void)args;
    (void)n;
    if (match->text.n > 0 && memchr(match->text.p, '`', match->text.n))
        return false;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (tt_str_has(pred_source(match)->path, tt_str_from(others[i])))
            return false;
    }
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (tt_str_has_nocase(match->text, tt_str_from(marks[i])))
            return false;
    }
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]) && !is; i++)
        is = tt_str_has_nocase(match->text, tt_str_from(own[i]));
    return is;
}

/* (#language? "javascript" ...): the file is in one of these */
bool pred_language(ARGS)
{
    return pred_one_of(tt_lang_name(pred_source(match)->lang), args, 0, n);
}

/* (#error-cause?): `new Error(text, { cause })` is sure to compile */
bool pred_error_cause(ARGS)
{
    const struct tt_source *source = pred_source(match);

    (void)args;
    (void)n;
    return source->error_cause || tt_str_eq(tt_lang_name(source->lang), TT_STR("javascript"));
}

/* (#mysql?): the SQL looks as if it is for MySQL or MariaDB */
bool pred_mysql(ARGS)
{
    (void)args;
    (void)n;
    tt_str path = pred_source(match)->path;
    return memchr(match->text.p, '`', match->text.n) ||
           tt_str_has_nocase(match->text, TT_STR("engine=")) ||
           tt_str_has_nocase(match->text, TT_STR("auto_increment")) ||
           tt_str_has_nocase(match->text, TT_STR("tinyint")) || tt_str_has(path, TT_STR("mysql")) ||
           tt_str_has(path, TT_STR("mariadb"));
}

/* (#validated?): the file checks what it is given */
bool pred_validated(ARGS)
{
    static const char *const marks[] = { ".parse(",     "safeParse",       "Joi.",     "joi",
                                         "validate",    "Validator",       "yup",      "celebrate",
                                         "checkSchema", "class-validator", "sanitize", "zod",
                                         "ajv",         "z.object",        "@Body(" };

    (void)args;
    (void)n;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (tt_str_has(match->text, tt_str_from(marks[i])))
            return true;
    }
    return false;
}
