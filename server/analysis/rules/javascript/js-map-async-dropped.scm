;; id: js-map-async-dropped
;; finding: ASYNC-2
;; languages: javascript typescript tsx
;; severity: warning
;; title: Promises of map are dropped
;; message: Nobody waits for these promises: what follows runs before they are done, and errors are lost.
;; fix-title: Wait for all of them (await Promise.all)
;; model: Wait for all items
;; literals: .map(
;; note:
;; `list.map(async ...)` gives a list of promises. `await Promise.all(...)` waits for
;; all of them and passes errors on.
;; The rewrite is offered by itself, never by fix-all: the function waits, and an error that
;; was lost ends it.
;; end
;; fix: offered
;; replace @call: await Promise.all({{@call}})
;; end
;; match: javascript
;; async function close(rows) {
;;   rows.map(async (row) => { await row.close(); });
;; }
;; end
;; fixed:
;; async function close(rows) {
;;   await Promise.all(rows.map(async (row) => { await row.close(); }));
;; }
;; end
;; match: javascript
;; function close(rows) {
;;   rows.map(async (row) => row.close());
;; }
;; end
;; no-match:
;; async function close(rows) {
;;   await Promise.all(rows.map(async (row) => row.close()));
;;   const jobs = rows.map(async (row) => row.close());
;;   rows.map((row) => row.close());
;; }
;; end

((expression_statement
  (_
    function: (_
      property: (property_identifier) @finding)
    arguments: (_ . [(arrow_function) (function_expression)] @_callback)))
 (#eq? @finding "map")
 (#async? @_callback)
 (#not-browser-file?))

((expression_statement
  .
  (_
    function: (_
      property: (property_identifier) @finding)
    arguments: (_ . [(arrow_function) (function_expression)] @_callback)) @call)
 (#eq? @finding "map")
 (#async? @_callback)
 (#in-async? @call)
 (#not-browser-file?))
