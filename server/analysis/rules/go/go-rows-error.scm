;; id: go-rows-error
;; finding: ERR-1
;; languages: go
;; severity: warning
;; same-as: rowserrcheck
;; title: Error of the rows is not checked
;; message: A connection that breaks in the middle ends this loop too: half the rows count as all.
;; model: Check {{@rows}}.Err() after the loop
;; literals: .Next()
;; note:
;; `rows.Next()` is false at the end and at an error alike. After the loop ask
;; `rows.Err()`. Rows of a transaction are not reported: its Commit fails then.
;; end
;; match:
;; package a
;; func list(db *sql.DB) ([]User, error) {
;; 	rows, err := db.Query("SELECT id FROM users")
;; 	if err != nil { return nil, err }
;; 	defer rows.Close()
;; 	for rows.Next() {
;; 		rows.Scan(&u.ID)
;; 	}
;; 	return users, nil
;; }
;; end
;; no-match:
;; package a
;; func list(db *sql.DB) ([]User, error) {
;; 	rows, err := db.Query("SELECT id FROM users")
;; 	if err != nil { return nil, err }
;; 	for rows.Next() {
;; 		rows.Scan(&u.ID)
;; 	}
;; 	return users, rows.Err()
;; }
;; func moved(tx *sql.Tx) error {
;; 	rows, err := tx.Query("SELECT id FROM users")
;; 	if err != nil { return err }
;; 	for rows.Next() { rows.Scan(&u.ID) }
;; 	return tx.Commit()
;; }
;; func other(scanner *S) { for scanner.Next() { use() } }
;; end

((for_statement
  (call_expression
    function: (_
      operand: (identifier) @rows
      field: (field_identifier) @_next) @finding))
 (#eq? @_next "Next")
 (#function-calls? @rows "Scan" "StructScan" "MapScan")
 (#not-function-calls? @rows "Err")
 (#not-comes-from? @rows "tx"))
