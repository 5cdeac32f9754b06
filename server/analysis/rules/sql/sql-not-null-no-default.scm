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
;; set NOT NULL.
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

((add_column
  (column_definition
    name: (identifier) @column @finding
    type: (_) @_type
    (keyword_not)
    (keyword_null)) @_definition)
 (#not-mysql?)
 (#not-match? @_definition "(?i)\\b(default|generated|serial|bigserial|auto_increment|identity)\\b"))
