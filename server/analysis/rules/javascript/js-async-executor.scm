;; id: js-async-executor
;; finding: ASYNC-2
;; languages: javascript typescript tsx
;; severity: warning
;; same-as: no-async-promise-executor lint/suspicious/noAsyncPromiseExecutor
;; title: Async function given to new Promise
;; message: An error in this function is lost, and the promise never settles.
;; model: Remove the new Promise round the async code
;; literals: Promise(async
;; note:
;; What an async executor throws becomes a rejection of its own promise, which
;; nobody sees. Make the function around it async and await directly; keep
;; `new Promise` for APIs with callbacks, inside and without async.
;; end
;; match:
;; const load = () => new Promise(async (resolve) => {
;;   resolve(await read());
;; });
;; end
;; no-match:
;; const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
;; end

((new_expression
  constructor: (identifier) @finding
  arguments: (_ . [(arrow_function) (function_expression)] @_callback))
 (#eq? @finding "Promise")
 (#async? @_callback)
 (#not-has-node? @_callback "try_statement")
 (#not-browser-file?))
