;; id: java-retry-no-backoff
;; finding: ERR-2
;; languages: java
;; severity: warning off
;; title: Retry without backoff
;; message: These retries come at the same pace for all: they hit a service that is already down.
;; model: Add exponential backoff with jitter
;; literals: @Retryable
;; note:
;; Give `@Retryable` a `@Backoff` with `multiplier` and `random = true`.
;; It ships switched off by default: it has no certain hit in a public service yet.
;; end
;; match:
;; class A { @Retryable(maxAttempts = 3) void load() {} }
;; end
;; no-match:
;; class A { @Retryable(maxAttempts = 3, backoff = @Backoff(delay = 100, multiplier = 2, random = true)) void load() {} }
;; end

([(marker_annotation name: (identifier) @_name) (annotation name: (identifier) @_name)] @finding
 (#eq? @_name "Retryable")
 (#not-match? @finding "backoff|interceptor|multiplier|jitter|delay"))
