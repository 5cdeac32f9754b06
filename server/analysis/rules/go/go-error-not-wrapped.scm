;; id: go-error-not-wrapped
;; finding: ERR-1
;; languages: go
;; severity: hint
;; same-as: errorlint
;; title: Error is not wrapped
;; message: The new error only has the text of {{@error}}: errors.Is and errors.As no longer find it.
;; fix-title: Wrap the error (%w)
;; literals: Errorf
;; note:
;; `%w` keeps the chain and prints the same text. An error that callers must not
;; look into is the exception: silence the line there.
;; The rewrite is offered by itself, never by fix-all: with `%w` the inner error becomes part
;; of what callers can ask for, and a caller that asks `errors.Is` decides otherwise.
;; end
;; fix: offered
;; replace @verb: {{@verb|%v=%w}}
;; end
;; match:
;; package a
;; func f() error {
;; 	if err != nil {
;; 		return fmt.Errorf("load %s: %v", name, err)
;; 	}
;; 	return nil
;; }
;; end
;; fixed:
;; package a
;; func f() error {
;; 	if err != nil {
;; 		return fmt.Errorf("load %s: %w", name, err)
;; 	}
;; 	return nil
;; }
;; end
;; no-match:
;; package a
;; func f() error { return fmt.Errorf("no code: %s", errMsg) }
;; end
;; no-match:
;; package a
;; func f() error {
;; 	if err != nil {
;; 		return fmt.Errorf("load: %w", err)
;; 	}
;; 	if err1 != nil {
;; 		return fmt.Errorf("first: %s, second: %s", err, err1)
;; 	}
;; 	return fmt.Errorf("bad value: %v", value)
;; }
;; end

((call_expression
  function: (selector_expression) @_function
  arguments: (_
    .
    (interpreted_string_literal) @finding @verb
    (identifier) @error .) @_all)
 (#not-match? @_all "(?i)\\berr\\w*,\\s*\\w*err\\w*\\)$")
 (#eq? @_function "fmt.Errorf")
 (#match? @error "^(err|e|error|\\w+Err|err(?!\\w*(Msg|Message|Text|Str|String|Code|Count|s)$)\\w+)$")
 (#match? @finding "^[^%]*(%[^vsw%][^%]*|%s[^%]*|%q[^%]*|%d[^%]*)*%[vs][^%]*\"$")
 (#not-match? @finding "%w|%\\[|%\\*")
 (#wrappable? @error))
