;; id: sql-float-money
;; finding: DB-1
;; languages: sql
;; severity: warning
;; title: Money in a floating point column
;; message: {{@column}} looks like money, and {{@finding}} cannot hold 0.10 exactly.
;; model: Use an exact type for money
;; literals: FLOAT float REAL real DOUBLE double Float Double Real
;; note:
;; Binary floating point has no exact 0.1: sums drift by cents. Use
;; NUMERIC(12, 2), or an integer of the smallest unit. SQLite has no exact type: what looks like it
;; is left alone.
;; end
;; match:
;; CREATE TABLE items (id INT, unit_price FLOAT NOT NULL);
;; end
;; match:
;; CREATE TABLE items (total DOUBLE PRECISION, tax REAL);
;; end
;; match:
;; ALTER TABLE items ADD COLUMN price FLOAT;
;; end
;; no-match:
;; CREATE TABLE items (price NUMERIC(12, 2), weight FLOAT, tax_rate REAL, latitude DOUBLE PRECISION);
;; end
;; no-match:
;; CREATE TABLE items (id INTEGER PRIMARY KEY, price REAL);
;; end
;; no-match: sql tests/sessions.sql
;; CREATE TABLE sessions (price REAL);
;; end

((column_definition
  name: (identifier) @column
  type: [(float) (double)] @finding)
 (#not-shown-code?)
 (#not-file-has? "INTEGER PRIMARY KEY" "integer primary key" "AUTOINCREMENT" "autoincrement" "PRAGMA" "sqlite" "SQLite")
 (#money? @column))
