;; id: js-retry-no-backoff
;; finding: ERR-2
;; languages: javascript typescript tsx
;; severity: warning
;; title: Retry without backoff
;; message: These retries come at once: they hit a service that is already down.
;; model: Add exponential backoff with jitter
;; literals: axiosRetry axios-retry
;; note:
;; axios-retry does not wait between attempts unless it is told to. Set
;; `retryDelay: axiosRetry.exponentialDelay`, which has jitter too.
;; end
;; match:
;; axiosRetry(client, { retries: 3 });
;; end
;; no-match:
;; axiosRetry(client, { retries: 3, retryDelay: axiosRetry.exponentialDelay });
;; end

((call_expression
  function: (identifier) @_function @finding
  arguments: (_ . (_) . (object) @_options))
 (#eq? @_function "axiosRetry")
 (#not-object-has? @_options "retryDelay"))
