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
;; client with `Timeout`, or send a request with a context that has a deadline.
;; end
;; match:
;; package a
;; import "net/http"
;; func load(url string) { resp, err := http.Get(url); _, _ = resp, err }
;; end
;; match:
;; package a
;; import "net/http"
;; var client = &http.Client{Transport: transport}
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
    field: (field_identifier) @_verb) @finding)
 (#eq? @_module "http")
 (#any-of? @_verb "Get" "Post" "PostForm" "Head")
 (#not-shown-code?)
 (#file-has? "\"net/http\""))

((composite_literal
  type: (qualified_type) @_type @finding
  body: (literal_value) @_fields)
 (#eq? @_type "http.Client")
 (#not-fields? @_fields "Timeout")
 (#not-shown-code?)
 (#file-has? "\"net/http\"")
 (#not-file-has? ".Timeout =" "WithContext(" "WithTimeout("
  "SetDeadline(" "TimeoutDialer"))
