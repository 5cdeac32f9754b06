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
;; look into is the exception: silence the line there. Reported where the error comes from a file,
;; the network, a database or a call that takes a context, whose errors callers tell apart (gone,
;; timed out, cancelled, no rows), in a file that wraps or looks into errors elsewhere: not for what
;; could not be parsed, and not in programs for the command line, whose errors are printed.
;; The rewrite is offered by itself, never by fix-all: with `%w` the inner error becomes part
;; of what callers can ask for, and a caller that asks `errors.Is` decides otherwise.
;; end
;; fix: offered
;; replace @verb: {{@verb|%v=%w}}
;; end
;; match:
;; package a
;; func f() error {
;; 	text, err := os.ReadFile(name)
;; 	if errors.Is(err, os.ErrNotExist) {
;; 		return nil
;; 	}
;; 	if err != nil {
;; 		return fmt.Errorf("load %s: %v", name, err)
;; 	}
;; 	return use(text)
;; }
;; end
;; fixed:
;; package a
;; func f() error {
;; 	text, err := os.ReadFile(name)
;; 	if errors.Is(err, os.ErrNotExist) {
;; 		return nil
;; 	}
;; 	if err != nil {
;; 		return fmt.Errorf("load %s: %w", name, err)
;; 	}
;; 	return use(text)
;; }
;; end
;; no-match:
;; package a
;; func f() error {
;; 	text, err := os.ReadFile(name)
;; 	if err != nil {
;; 		return fmt.Errorf("load %s: %v", name, err)
;; 	}
;; 	return use(text)
;; }
;; end
;; match:
;; package a
;; func f(ctx context.Context) (*User, error) {
;; 	if err := users.Lock(ctx, id); err != nil {
;; 		return nil, fmt.Errorf("lock: %v", err)
;; 	}
;; 	if err := db.First(&user).Error; err != nil {
;; 		return nil, fmt.Errorf("find: %w", err)
;; 	}
;; 	return &user, nil
;; }
;; end
;; fixed:
;; package a
;; func f(ctx context.Context) (*User, error) {
;; 	if err := users.Lock(ctx, id); err != nil {
;; 		return nil, fmt.Errorf("lock: %w", err)
;; 	}
;; 	if err := db.First(&user).Error; err != nil {
;; 		return nil, fmt.Errorf("find: %w", err)
;; 	}
;; 	return &user, nil
;; }
;; end
;; no-match:
;; package a
;; func f(raw []byte) (*Order, error) {
;; 	if err := json.Unmarshal(raw, &order); err != nil {
;; 		return nil, fmt.Errorf("no order: %v", err)
;; 	}
;; 	data, err := os.ReadFile(name)
;; 	if err != nil {
;; 		panic(fmt.Errorf("no file: %v", err))
;; 	}
;; 	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
;; 	if err != nil {
;; 		return nil, fmt.Errorf("no request: %v", err)
;; 	}
;; 	_, network, err := net.ParseCIDR(text)
;; 	if err != nil {
;; 		return nil, fmt.Errorf("no network: %v", err)
;; 	}
;; 	price, err := parsePrice(data)
;; 	if err != nil {
;; 		return nil, fmt.Errorf("no price: %v", err)
;; 	}
;; 	return &order, nil
;; }
;; end
;; no-match: go cli/load.go
;; package cli
;; func f() error {
;; 	text, err := os.ReadFile(name)
;; 	if err != nil {
;; 		return fmt.Errorf("load %s: %v", name, err)
;; 	}
;; 	return use(text)
;; }
;; end
;; no-match:
;; package a
;; func f() error { return fmt.Errorf("no code: %s", errMsg) }
;; end
;; no-match:
;; package a
;; func f() error {
;; 	_, err := os.ReadFile(name)
;; 	if err != nil {
;; 		return fmt.Errorf("load: %w", err)
;; 	}
;; 	if err1 := os.Remove(name); err1 != nil {
;; 		return fmt.Errorf("first: %s, second: %s", err, err1)
;; 	}
;; 	return fmt.Errorf("bad value: %v", value)
;; }
;; end

((return_statement
  (expression_list
    (call_expression
      function: (selector_expression) @_function
      arguments: (_
        .
        (interpreted_string_literal) @finding @verb
        (identifier) @error .) @_all) .) @_values)
 (#not-match? @_values "http\\.Status[BNUFC]")
 (#not-match? @_all "(?i)\\berr\\w*,\\s*\\w*err\\w*\\)$")
 (#eq? @_function "fmt.Errorf")
 (#match? @error "^(err|e|error|\\w+Err|err(?!\\w*(Msg|Message|Text|Str|String|Code|Count|s)$)\\w+)$")
 (#match? @finding "^[^%]*(%[^vsw%][^%]*|%s[^%]*|%q[^%]*|%d[^%]*)*%[vs][^%]*\"$")
 (#not-match? @finding "%w|%\\[|%\\*")
 (#file-has? "%w" "errors.Is(" "errors.As(")
 (#wrappable? @error)
 (#from-outside? @error)
 (#not-file-has? "package main\n")
 (#not-test-folder?)
 (#not-command-line?))
