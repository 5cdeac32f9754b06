/* sql_index.h -- which columns have an index, by the statements of a file. */
#ifndef TT_ANALYSIS_SQL_INDEX_H
#define TT_ANALYSIS_SQL_INDEX_H

#include "base/buf.h"
#include "syntax/query.h"

/* What is read once of a text, and not again for each column: positions (size_t) behind INDEX
 * and ALTER, names (tt_str, slices of the text) of columns that it makes, compares and says to be
 * unique, and of tables that it makes or empties. */
struct sql_marks {
    tt_str text;
    bool by_itself; /* a dialect that indexes foreign keys */
    struct tt_buf indexes, altered, compared, made, unique, fresh;
};

/* TT_ENOMEM: some are missing.  Released in either case. */
int sql_marks_read(struct sql_marks *marks, tt_str text);
void sql_marks_release(struct sql_marks *marks);

/* `column` is the identifier of a foreign key column, in CREATE TABLE or ALTER
 * TABLE: is it the first column of an index, a primary key or a unique
 * constraint of its table, anywhere in the text?  Also true where the database
 * makes that index by itself (MySQL, H2, HSQLDB: told by the
 * text or by the path), or the table's name cannot be told. */
bool sql_column_indexed(TSNode column, const struct sql_marks *marks, tt_str path);

/* Does the text make a column of this name (in CREATE TABLE or ADD COLUMN)?  Where it only
 * puts a constraint on one, the index may well stand where the column was made. */
bool sql_column_made(const struct sql_marks *marks, tt_str column);

/* Are rows found by this foreign key, as far as the text shows: by a query that is no migration's,
 * or by the database, when a row that they refer to is deleted (ON DELETE CASCADE or SET NULL) and
 * the table joins two others (the column is the second of a key of two foreign keys)? */
bool sql_column_looked_up(TSNode column, const struct sql_marks *marks, tt_str path);

/* Does the text make the table of this name, or delete all its rows? */
bool sql_table_fresh(const struct sql_marks *marks, tt_str table);

#endif
