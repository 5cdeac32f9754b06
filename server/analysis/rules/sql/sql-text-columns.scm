;; id: sql-text-columns
;; finding: DB-1
;; languages: sql
;; severity: hint off
;; title: Text of any length
;; message: {{@column}} takes texts of any length.
;; model: Give texts a limit
;; literals: TEXT text
;; note:
;; A limit (VARCHAR(n), or a CHECK on the length) keeps a field from being used as a
;; store. In PostgreSQL TEXT costs nothing, so this is an opinion: switched off unless
;; you ask for it.
;; end
;; match:
;; CREATE TABLE users (email TEXT NOT NULL);
;; end
;; no-match:
;; CREATE TABLE users (email VARCHAR(254) NOT NULL);
;; end

(column_definition
  name: (identifier) @column
  type: (keyword_text) @finding)
