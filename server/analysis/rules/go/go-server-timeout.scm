;; id: go-server-timeout
;; finding: ERR-2
;; languages: go
;; severity: warning
;; same-as: G114 G112 gosec
;; title: HTTP server without timeouts
;; message: {{@finding}} waits for slow clients without end: a few of them use up all connections.
;; model: Give the server its timeouts
;; literals: ListenAndServe http.Server
;; note:
;; Make an `http.Server` with at least `ReadHeaderTimeout`, and `IdleTimeout`,
;; `ReadTimeout` and `WriteTimeout` as the handlers allow. A server that only this machine can
;; reach, or that is given its connections by other code, is not reported, nor one for metrics,
;; profiles and health, which those ask who run it.
;; end
;; match:
;; package a
;; import "net/http"
;; func main() { log.Fatal(http.ListenAndServe(":8080", mux)) }
;; end
;; match:
;; package a
;; import "net/http"
;; var server = &http.Server{Addr: ":8080", Handler: mux}
;; end
;; no-match:
;; package a
;; import "net/http"
;; var server = &http.Server{Addr: ":8080", ReadHeaderTimeout: 5 * time.Second}
;; func main() { server.ListenAndServe() }
;; end
;; no-match:
;; package a
;; import "net/http"
;; import _ "net/http/pprof"
;; func main() { go func() { log.Println(http.ListenAndServe("localhost:6060", nil)) }() }
;; func profile(port int) { http.ListenAndServe(fmt.Sprintf("localhost:%d", port), nil) }
;; func runPprof(address string) { http.ListenAndServe(address, nil) }
;; func serve(mux *http.ServeMux) *http.Server {
;; 	mux.Handle("/metrics", promhttp.Handler())
;; 	return &http.Server{Addr: address, Handler: mux}
;; }
;; func watch() { server := &http.Server{Addr: c.String("metrics-addr"), Handler: prometheus} }
;; end
;; no-match:
;; package a
;; import "net/http"
;; func serve(tunnel net.Listener, h http.Handler) error { return (&http.Server{Handler: h}).Serve(tunnel) }
;; func login() string {
;;   addr := "localhost:8123"
;;   server := &http.Server{Addr: addr, Handler: mux}
;;   return wait(server)
;; }
;; end
;; no-match:
;; package a
;; import "example.com/api/http"
;; var server = &http.Server{Status: status}
;; end

((call_expression
  function: (_
    operand: (identifier) @_module
    field: (field_identifier) @_verb) @finding
  arguments: (_ . (_) @_address))
 (#eq? @_module "http")
 (#file-has? "\"net/http\"")
 (#not-match? @_address "(?i)localhost|127\\.0\\.0\\.1|pprof|profil|debug|metric|health|monitor")
 (#not-function-mentions? @finding "pprof" "Pprof" "PProf" "\"/metrics\"" "promhttp")
 (#not-test-folder?)
 (#not-function-name? @finding "pprof prof profile profiler profiling debug metrics monitor monitoring health prometheus login token")
 (#any-of? @_verb "ListenAndServe" "ListenAndServeTLS"))

((composite_literal
  type: (qualified_type) @_type @finding
  body: (literal_value) @_fields)
 (#eq? @_type "http.Server")
 (#file-has? "\"net/http\"")
 (#not-match? @_fields "(?i)localhost|127\\.0\\.0\\.1|pprof|profil|debug|metric|health|monitor")
 (#not-function-mentions? @finding "pprof" "Pprof" "PProf" "\"/metrics\"" "promhttp")
 (#not-test-folder?)
 (#not-function-name? @finding "pprof prof profile profiler profiling debug metrics monitor monitoring health prometheus login token")
 (#fields? @_fields "Addr")
 (#not-function-mentions? @finding "localhost" "127.0.0.1")
 (#not-fields? @_fields "ReadTimeout" "ReadHeaderTimeout")
 (#not-file-has? ".ReadTimeout =" ".ReadHeaderTimeout ="))
