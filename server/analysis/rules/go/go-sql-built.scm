;; id: go-sql-built
;; finding: AUTH-2
;; languages: go
;; severity: warning off
;; same-as: G201 G202 gosec
;; title: SQL built by joining strings
;; message: A value is pasted into this SQL: pass it as a parameter instead.
;; model: Use query parameters
;; literals: Query Exec Raw Select Get Prepare Where
;; note:
;; Text from outside that becomes part of a statement can change what the
;; statement does. Give the driver the statement with placeholders and the values
;; apart: `db.QueryContext(ctx, "... WHERE id = $1", id)`. Names of tables and columns
;; cannot be parameters: check them against a list; they are not reported.
;; It ships switched off by default: in public services it found no query that a user can change.
;; end
;; match:
;; package a
;; func f() { db.Query(fmt.Sprintf("SELECT * FROM users WHERE email = '%s'", email)) }
;; end
;; match:
;; package a
;; func f() { db.QueryRowContext(ctx, "SELECT * FROM users WHERE id = "+id) }
;; end
;; match:
;; package a
;; func f(name string) {
;; 	query := fmt.Sprintf("DELETE FROM users WHERE name = '%s'", name)
;; 	db.Exec(query)
;; }
;; end
;; no-match:
;; package a
;; func f() {
;; 	db.Query("SELECT id FROM tokens WHERE user = ? AND expires > "+db.now(), user)
;; 	db.Query("SELECT id FROM resets WHERE created > "+db.dateSub(3, "HOUR"))
;; 	db.Query("SELECT * FROM users WHERE id = $1", id)
;; 	db.Query(fmt.Sprintf("SELECT * FROM %s WHERE id = $1", table), id)
;; 	db.Query(fmt.Sprintf("SELECT * FROM users LIMIT %d", limit))
;; 	db.Query("SELECT * FROM users WHERE id IN (" + placeholders + ")", args...)
;; }
;; end
;; no-match: go db/migrations/20240511_libraries.go
;; package migrations
;; func up(tx *sql.Tx) { tx.Exec(fmt.Sprintf("UPDATE artist SET name = '%s'", consts.Unknown)) }
;; end

((call_expression
  function: (selector_expression field: (field_identifier) @_verb)
  arguments: (_ . (_) @finding))
 (#any-of? @_verb "Query" "QueryRow" "Exec" "Raw" "Prepare" "Queryx" "MustExec" "NamedExec")
 (#not-migration-file?)
 (#built-sql? @finding))

((call_expression
  function: (selector_expression field: (field_identifier) @_verb)
  arguments: (_ . (_) . (_) @finding))
 (#any-of? @_verb "QueryContext" "QueryRowContext" "ExecContext" "PrepareContext" "Select" "Get"
  "QueryxContext" "Query" "QueryRow" "Exec" "SelectContext" "GetContext")
 (#not-migration-file?)
 (#built-sql? @finding))
