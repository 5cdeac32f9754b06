/* database.h -- outcomes.db: open, migrate, append, read.  One thread at a time. */
#ifndef TT_STORE_DATABASE_H
#define TT_STORE_DATABASE_H

#include "trimtab/route.h"

struct tt_database;

/* Open for writing; makes folder and file when absent.  On failure *out is NULL,
 * and `message` says in a sentence what is wrong and what to do.  TT_ETIMEOUT:
 * locked, worth trying again; TT_EDENIED: made by a newer program; TT_EIO. */
int tt_database_open(const char *dir, struct tt_database **out, struct tt_buf *message);
void tt_database_close(struct tt_database *db); /* NULL is fine */

/* All of a batch is committed, or nothing.  An id that is there already is
 * passed over. */
int tt_database_begin(struct tt_database *db, struct tt_buf *message);
int tt_database_append(struct tt_database *db, tt_str json, const struct tt_outcome *outcome,
                       struct tt_buf *message);
int tt_database_commit(struct tt_database *db, struct tt_buf *message);
void tt_database_rollback(struct tt_database *db);

#endif
