;; id: sql-not-null-no-default
;; finding: DB-6
;; languages: sql
;; severity: warning
;; title: Required column is added without a default
;; message: Rows that exist have no {{@column}}: this fails on a table that is not empty.
;; model: Add the column in safe steps
;; literals: ADD add Add
;; note:
;; Add the column with a default, or in three steps: add it as nullable, fill it, then
;; set NOT NULL. A step down is not reported, nor a table that the same file made or emptied.
;; end
;; match:
;; ALTER TABLE users ADD COLUMN plan TEXT NOT NULL;
;; end
;; no-match:
;; ALTER TABLE users ADD COLUMN plan TEXT NOT NULL DEFAULT 'free';
;; ALTER TABLE users ADD COLUMN note TEXT;
;; ALTER TABLE users ADD COLUMN id BIGSERIAL NOT NULL;
;; CREATE TABLE plans (name TEXT NOT NULL);
;; end
;; no-match:
;; ALTER TABLE `users` ADD COLUMN `plan` TEXT NOT NULL;
;; end
;; no-match:
;; ALTER TABLE users ADD COLUMN released TINYINT(1) NOT NULL;
;; end
;; no-match:
;; ALTER TABLE users ADD COLUMN status VARCHAR(15) NOT NULL AFTER currency;
;; end
;; no-match: sql db/migration/h2/V7__orders.sql
;; ALTER TABLE users ADD COLUMN status VARCHAR(15) NOT NULL;
;; end
;; no-match: sql migrations/0007_split/down.sql
;; ALTER TABLE users ADD COLUMN status VARCHAR(15) NOT NULL;
;; end
;; no-match:
;; DELETE FROM resets;
;; ALTER TABLE resets ADD COLUMN person_id INT NOT NULL;
;; end
;; no-match:
;; CREATE TABLE IF NOT EXISTS calls (id INT);
;; ALTER TABLE calls ADD COLUMN person_id INT NOT NULL;
;; end

((alter_table
  (object_reference) @_table
  (add_column
    (column_definition
      name: (identifier) @column @finding
      type: (_) @_type
      (keyword_not)
      (keyword_null)) @_definition) @_added)
 (#not-mysql?)
 (#not-match? @_added "(?i)\\bafter\\s+\\w+\\s*$|\\bcreate\\s+table\\b")
 (#not-down-file?)
 (#not-test-database?)
 (#not-fresh-table? @_table)
 (#not-match? @_definition "(?i)\\b(default|generated|serial|bigserial|auto_increment|identity)\\b"))
