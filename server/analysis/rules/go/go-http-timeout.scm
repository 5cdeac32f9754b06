;; id: go-http-timeout
;; finding: ERR-2
;; languages: go
;; severity: warning
;; same-as: noctx
;; title: HTTP call without a timeout
;; message: {{@finding}} has no timeout: it waits for ever when the other side hangs.
;; model: Add timeout and retry
;; literals: net/http
;; note:
;; `http.Get` and its kin use the default client, which waits without end. Make a
;; client with `Timeout`, or send a request with a context that has a deadline. A client without one
;; is reported where the same function sends with it: what is handed to other code may get its limits
;; there. Programs for the command line are not reported, nor calls to this machine.
;; end
;; match:
;; package a
;; import "net/http"
;; func load(url string) { resp, err := http.Get(url); _, _ = resp, err }
;; end
;; match:
;; package a
;; import "net/http"
;; func load(url string) error {
;; 	req, err := http.NewRequest("GET", url, nil)
;; 	client := &http.Client{Transport: transport}
;; 	resp, err := client.Do(req)
;; 	return use(resp, err)
;; }
;; end
;; no-match:
;; package a
;; import "net/http"
;; func New(token string) *api.Client { return api.New(token, &http.Client{Transport: transport}) }
;; func latest(client *http.Client) error {
;; 	if client == nil { client = &http.Client{} }
;; 	req, err := http.NewRequest("GET", url, nil)
;; 	return use(client, req, err)
;; }
;; func ready() bool { resp, err := http.Get("http://localhost:8080/health"); return err == nil && resp != nil }
;; end
;; no-match: go cmd/shop/root.go
;; package cmd
;; import "net/http"
;; import "github.com/spf13/cobra"
;; func load(url string) { resp, err := http.Get(url); _, _ = resp, err }
;; end
;; no-match:
;; package a
;; import "net/http"
;; var client = &http.Client{Timeout: 10 * time.Second}
;; var mock = http.Client{}
;; func f(c *http.Client) { client.Timeout = 3; c.Get(url) }
;; end
;; no-match:
;; package a
;; import "net/http"
;; var client = &http.Client{}
;; func f(ctx context.Context) { req, _ := http.NewRequestWithContext(ctx, "GET", url, nil); client.Do(req) }
;; end

((call_expression
  function: (_
    operand: (identifier) @_module
    field: (field_identifier) @_verb) @finding
  arguments: (_ . (_) @_address))
 (#eq? @_module "http")
 (#any-of? @_verb "Get" "Post" "PostForm" "Head")
 (#not-match? @_address "localhost|127\\.0\\.0\\.1")
 (#not-function-mentions? @finding "log.Fatal" "log.Fatalf" "os.Exit")
 (#not-command-line?)
 (#not-test-folder?)
 (#not-shown-code?)
 (#file-has? "\"net/http\""))

((composite_literal
  type: (qualified_type) @_type @finding
  body: (literal_value) @_fields)
 (#eq? @_type "http.Client")
 (#not-fields? @_fields "Timeout")
 (#function-mentions? @finding "http.NewRequest" "client.Get" "client.Post" "client.PostForm")
 (#not-function-mentions? @finding "localhost" "127.0.0.1")
 (#not-function-head? @finding "*http.Client")
 (#not-function-mentions? @finding "log.Fatal" "log.Fatalf" "os.Exit")
 (#not-command-line?)
 (#not-test-folder?)
 (#not-shown-code?)
 (#file-has? "\"net/http\"")
 (#not-file-has? ".Timeout =" "WithContext(" "WithTimeout("
  "SetDeadline(" "TimeoutDialer"))
