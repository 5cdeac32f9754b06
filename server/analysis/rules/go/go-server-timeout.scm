;; id: go-server-timeout
;; finding: ERR-2
;; languages: go
;; severity: warning
;; same-as: G114
;; title: HTTP server without timeouts
;; message: {{@finding}} waits for slow clients without end: a few of them use up all connections.
;; model: Give the server its timeouts
;; literals: ListenAndServe http.Server
;; note:
;; Make an `http.Server` with at least `ReadHeaderTimeout`, and `IdleTimeout`,
;; `ReadTimeout` and `WriteTimeout` as the handlers allow.
;; end
;; match:
;; package a
;; func main() { log.Fatal(http.ListenAndServe(":8080", mux)) }
;; end
;; match:
;; package a
;; var server = &http.Server{Addr: ":8080", Handler: mux}
;; end
;; no-match:
;; package a
;; var server = &http.Server{Addr: ":8080", ReadHeaderTimeout: 5 * time.Second}
;; func main() { server.ListenAndServe() }
;; end

((call_expression
  function: (_
    operand: (identifier) @_module
    field: (field_identifier) @_verb) @finding)
 (#eq? @_module "http")
 (#any-of? @_verb "ListenAndServe" "ListenAndServeTLS"))

((composite_literal
  type: (qualified_type) @_type @finding
  body: (literal_value) @_fields)
 (#eq? @_type "http.Server")
 (#not-fields? @_fields "ReadTimeout" "ReadHeaderTimeout")
 (#not-file-has? ".ReadTimeout =" ".ReadHeaderTimeout ="))
