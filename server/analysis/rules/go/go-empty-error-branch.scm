;; id: go-empty-error-branch
;; finding: ERR-1
;; languages: go
;; severity: warning
;; same-as: SA9003 staticcheck
;; title: Error swallowed
;; message: The error is looked at and thrown away.
;; model: Handle or return this error
;; literals: != nil
;; note:
;; Return the error with context, or log it and say in a comment why going on is
;; right.
;; end
;; match:
;; package a
;; func f() { if err := save(); err != nil {
;; 	}
;; }
;; end
;; no-match:
;; package a
;; func f() error {
;; 	if err := save(); err != nil {
;; 		return err
;; 	}
;; 	if err := drop(); err != nil {
;; 		// best effort: the next run cleans up
;; 	}
;; 	return nil
;; }
;; end

((if_statement
  "if" @finding
  condition: (binary_expression
    left: (identifier) @_error
    operator: "!="
    right: (nil))
  consequence: (block) @_body)
 (#match? @_error "(?i)err")
 (#empty? @_body))
