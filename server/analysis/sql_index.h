/* sql_index.h -- which columns have an index, by the statements of a file. */
#ifndef TT_ANALYSIS_SQL_INDEX_H
#define TT_ANALYSIS_SQL_INDEX_H

#include "syntax/query.h"

/* `column` is the identifier of a foreign key column, in CREATE TABLE or ALTER
 * TABLE: is it the first column of an index, a primary key or a unique
 * constraint of its table, anywhere in `bytes`?  Also true where the database
 * makes that index by itself (MySQL, H2, HSQLDB: told by the
 * text or by the path), or the table's name cannot be told. */
bool sql_column_indexed(TSNode column, tt_str bytes, tt_str path);

/* Does the text make a column of this name (in CREATE TABLE or ADD COLUMN)?  Where it only
 * puts a constraint on one, the index may well stand where the column was made. */
bool sql_column_made(tt_str column, tt_str bytes);

/* Are rows found by this foreign key, as far as the text shows: by the database, when a row
 * that they refer to is deleted (ON DELETE CASCADE or SET NULL), or by a query? */
bool sql_column_looked_up(TSNode column, tt_str bytes);

#endif
