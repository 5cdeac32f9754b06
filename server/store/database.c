/* database.c -- the SQL, and what its failures mean to people. */
#include "store/database.h"

#include "base/arena.h"
#include "store/store.h"
#include "trimtab/error.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define BUSY_MS    3000
#define PATH_BYTES 4096
#define REPLAYED   50000 /* outcomes at the most; a class remembers 140 or so */

/* Step i leads from version i to i + 1.  Never change one that was released. */
static const char *const migrations[] = {
    "CREATE TABLE outcomes ("
    "  seq INTEGER PRIMARY KEY,"
    "  id TEXT NOT NULL UNIQUE,"
    "  wall_ms INTEGER NOT NULL,"
    "  task TEXT NOT NULL,"
    "  model TEXT NOT NULL,"
    "  json TEXT NOT NULL"
    ");"
    "CREATE INDEX outcomes_by_time ON outcomes (wall_ms);",

    /* One row: makes the draws of this installation differ from others'. */
    "CREATE TABLE installation (seed INTEGER NOT NULL);"
    "INSERT INTO installation VALUES (random());",
};

#define VERSION ((int)(sizeof(migrations) / sizeof(migrations[0])))

struct tt_database {
    sqlite3 *sql;
    sqlite3_stmt *insert;
    char path[PATH_BYTES];
};

/* One sentence for people, with the next step. */
static int explain(struct tt_buf *message, const char *path, int code, const char *detail)
{
    int err = TT_EIO;

    if (message)
        tt_buf_addf(message, "Outcomes are not kept: %s ", path);
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        err = TT_ETIMEOUT;
        if (message)
            tt_buf_adds(message, "is locked by another program. Close what else has it open.");
        break;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        if (message)
            tt_buf_adds(message, "is damaged. Move it away, and a new one is made.");
        break;
    case SQLITE_FULL:
        if (message)
            tt_buf_adds(message, "cannot grow: the disk is full. Make room.");
        break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        if (message)
            tt_buf_adds(message, "cannot be written. Make it and its folder writable, or name "
                                 "another folder in TRIMTAB_STATE_DIR.");
        break;
    case SQLITE_NOMEM:
        err = TT_ENOMEM;
        if (message)
            tt_buf_adds(message, "could not be used: out of memory.");
        break;
    default:
        if (message)
            tt_buf_addf(message, "could not be used (%s).", detail);
    }
    if (message)
        tt_buf_adds(message, " Everything else goes on.");
    return err;
}

static int explain_last(struct tt_database *db, struct tt_buf *message)
{
    return explain(message, db->path, sqlite3_extended_errcode(db->sql), sqlite3_errmsg(db->sql));
}

static int run(struct tt_database *db, const char *sql, struct tt_buf *message)
{
    if (sqlite3_exec(db->sql, sql, NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    return explain_last(db, message);
}

static int get_number(struct tt_database *db, const char *sql, int64_t *out, struct tt_buf *message)
{
    sqlite3_stmt *stmt = NULL;
    int err = 0;

    if (sqlite3_prepare_v2(db->sql, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        *out = sqlite3_column_int64(stmt, 0);
    else
        err = explain_last(db, message);
    sqlite3_finalize(stmt);
    return err;
}

static int get_version(struct tt_database *db, int *version, struct tt_buf *message)
{
    int64_t n = 0;
    int err = get_number(db, "PRAGMA user_version", &n, message);

    *version = (int)n;
    return err;
}

static int newer(const struct tt_database *db, struct tt_buf *message)
{
    if (message)
        tt_buf_addf(message,
                    "Outcomes are not kept: %s was made by a newer trimtab. Update this one. "
                    "Everything else goes on.",
                    db->path);
    return TT_EDENIED;
}

static int migrate(struct tt_database *db, struct tt_buf *message)
{
    int version = 0;
    int err = run(db, "BEGIN IMMEDIATE", message);

    if (!err)
        err = get_version(db, &version, message);
    if (!err && version > VERSION)
        err = newer(db, message);
    for (; !err && version < VERSION; version++)
        err = run(db, migrations[version], message);
    if (!err) {
        char set[48];

        snprintf(set, sizeof(set), "PRAGMA user_version = %d; COMMIT", VERSION);
        err = run(db, set, message);
    }
    if (err)
        tt_database_rollback(db);
    return err;
}

/* Each folder of the path that is not there yet. */
static int make_folders(char *path)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            *p = '/';
            return TT_EIO;
        }
        *p = '/';
    }
    return 0;
}

static int prepare(struct tt_database *db, struct tt_buf *message)
{
    int version = 0;
    int err;

    sqlite3_busy_timeout(db->sql, BUSY_MS);
    err = get_version(db, &version, message);
    /* A newer program's file is left as it is, its journal too. */
    if (!err && version > VERSION)
        err = newer(db, message);
    /* FULL: an acknowledged outcome also survives a power cut. */
    if (!err)
        err = run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", message);
    if (!err && version < VERSION)
        err = migrate(db, message);
    if (!err &&
        sqlite3_prepare_v2(db->sql,
                           "INSERT OR IGNORE INTO outcomes (id, wall_ms, task, model, json) "
                           "VALUES (?, ?, ?, ?, ?)",
                           -1, &db->insert, NULL) != SQLITE_OK)
        err = explain_last(db, message);
    return err;
}

int tt_database_open(const char *dir, struct tt_database **out, struct tt_buf *message)
{
    struct tt_database *db = calloc(1, sizeof(*db));
    int err = 0;

    *out = NULL;
    if (!db)
        return TT_ENOMEM;
    if (snprintf(db->path, sizeof(db->path), "%s/outcomes.db", dir) >= (int)sizeof(db->path))
        err = TT_EINVALID;
    else if (make_folders(db->path))
        err = explain(message, db->path, SQLITE_CANTOPEN, "");
    else if (sqlite3_open_v2(db->path, &db->sql,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                             NULL) != SQLITE_OK)
        err = db->sql ? explain_last(db, message) : TT_ENOMEM;
    else
        (void)chmod(db->path, 0600); /* what tools of others left open, we close */
    if (!err)
        err = prepare(db, message);
    if (err) {
        tt_database_close(db);
        return err;
    }
    *out = db;
    return 0;
}

void tt_database_close(struct tt_database *db)
{
    if (!db)
        return;
    sqlite3_finalize(db->insert);
    sqlite3_close(db->sql);
    free(db);
}

int tt_database_begin(struct tt_database *db, struct tt_buf *message)
{
    return run(db, "BEGIN IMMEDIATE", message);
}

static void bind(sqlite3_stmt *stmt, int at, tt_str s)
{
    sqlite3_bind_text(stmt, at, s.p ? s.p : "", (int)s.n, SQLITE_STATIC);
}

int tt_database_append(struct tt_database *db, tt_str json, const struct tt_outcome *outcome,
                       struct tt_buf *message)
{
    int code;

    bind(db->insert, 1, outcome->id);
    sqlite3_bind_int64(db->insert, 2, outcome->wall_ms);
    bind(db->insert, 3, outcome->task);
    bind(db->insert, 4, outcome->model);
    bind(db->insert, 5, json);
    code = sqlite3_step(db->insert);
    sqlite3_reset(db->insert);
    sqlite3_clear_bindings(db->insert);
    return code == SQLITE_DONE ? 0 : explain_last(db, message);
}

int tt_database_commit(struct tt_database *db, struct tt_buf *message)
{
    return run(db, "COMMIT", message);
}

void tt_database_rollback(struct tt_database *db)
{
    if (!sqlite3_get_autocommit(db->sql))
        sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
}

/* --- reading ---------------------------------------------------------- */

static int read_rows(struct tt_database *db, unsigned max,
                     void (*each)(void *, const struct tt_outcome *), void *arg,
                     struct tt_buf *message)
{
    sqlite3_stmt *stmt = NULL;
    struct tt_arena arena;
    int code, err = 0;

    if (sqlite3_prepare_v2(db->sql,
                           "SELECT json FROM (SELECT seq, json FROM outcomes ORDER BY seq DESC "
                           "LIMIT ?) ORDER BY seq",
                           -1, &stmt, NULL) != SQLITE_OK)
        return explain_last(db, message);
    sqlite3_bind_int(stmt, 1, max && max < REPLAYED ? (int)max : REPLAYED);
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        tt_str json = { (const char *)sqlite3_column_text(stmt, 0),
                        (size_t)sqlite3_column_bytes(stmt, 0) };
        struct tt_outcome outcome;

        tt_arena_init(&arena);
        if (tt_outcome_read_json(json, &arena, &outcome) == 0)
            each(arg, &outcome);
        tt_arena_release(&arena);
    }
    if (code != SQLITE_DONE)
        err = explain_last(db, message);
    sqlite3_finalize(stmt);
    return err;
}

int tt_store_load(tt_str dir, unsigned max,
                  void (*each)(void *arg, const struct tt_outcome *outcome), void *arg,
                  uint64_t *seed, struct tt_buf *message)
{
    struct tt_database db = { 0 };
    struct stat st;
    int64_t own = 0;
    int version = 0, err;

    if (seed)
        *seed = 0;
    if (snprintf(db.path, sizeof(db.path), "%.*s/outcomes.db", TT_STR_ARG(dir)) >=
        (int)sizeof(db.path))
        return TT_EINVALID;
    if (stat(db.path, &st) != 0 && errno == ENOENT)
        return 0;
    if (sqlite3_open_v2(db.path, &db.sql, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        err = db.sql ? explain_last(&db, message) : TT_ENOMEM;
    } else {
        sqlite3_busy_timeout(db.sql, BUSY_MS);
        err = get_version(&db, &version, message);
        if (!err && version > VERSION)
            err = newer(&db, message);
        if (!err && version > 1)
            err = get_number(&db, "SELECT seed FROM installation", &own, message);
        if (!err && version > 0)
            err = read_rows(&db, max, each, arg, message);
        if (seed)
            *seed = (uint64_t)own;
    }
    sqlite3_close(db.sql);
    return err;
}
