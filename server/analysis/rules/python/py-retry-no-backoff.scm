;; id: py-retry-no-backoff
;; finding: ERR-2
;; languages: python
;; severity: warning
;; title: Retry without backoff
;; message: These retries come at once, or at the same pace for all: they hit a service that is already down.
;; model: Add exponential backoff with jitter
;; literals: retry Retry
;; note:
;; Wait longer after each attempt, with some chance in it, so that a thousand
;; clients do not come back at the same moment: `wait=wait_random_exponential()`
;; (tenacity), `backoff_factor=` and `backoff_jitter=` (urllib3).
;; end
;; match:
;; from tenacity import retry, stop_after_attempt
;; @retry(stop=stop_after_attempt(5))
;; def load(): ...
;; end
;; match:
;; from urllib3.util.retry import Retry
;; adapter = HTTPAdapter(max_retries=Retry(total=3, status_forcelist=[502]))
;; end
;; no-match:
;; from tenacity import retry, stop_after_attempt, wait_exponential
;; @retry(stop=stop_after_attempt(5), wait=wait_exponential())
;; def load(): ...
;; end
;; no-match:
;; from retrying import retry
;; from tenacity import Retrying
;; @retry(stop_max_attempt_number=3, wait_exponential_multiplier=1000)
;; def load(): ...
;; end
;; no-match:
;; from urllib3.util.retry import Retry
;; retries = Retry(total=3, backoff_factor=0.5)
;; never = Retry(total=0)
;; once = Retry(0, read=False)
;; end

((decorator
  (call
    function: (_) @_function @finding
    arguments: (argument_list) @_arguments))
 (#any-of? @_function "retry" "tenacity.retry")
 (#file-has? "import tenacity" "from tenacity")
 (#not-has-keyword? @_arguments "wait" "wait_fixed" "wait_func" "wait_random_min" "wait_random_max"
  "wait_incrementing_start" "wait_exponential_multiplier" "wait_exponential_max"))

((call
  function: [(identifier) @_function @finding (attribute attribute: (identifier) @_function) @finding]
  arguments: (argument_list) @_arguments)
 (#eq? @_function "Retry")
 (#file-has? "urllib3")
 (#not-file-has? "class Retry")
 (#not-has-keyword? @_arguments "backoff_factor")
 (#not-match? @_arguments "\\(\\s*(total\\s*=\\s*)?(0|False|1)\\s*[,)]")
 (#not-match? @finding "^(Retry|self)\\.")
 (#match? @_arguments "\\d|[A-Za-z]"))
