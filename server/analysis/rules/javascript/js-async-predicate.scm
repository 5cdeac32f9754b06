;; id: js-async-predicate
;; finding: ASYNC-2
;; languages: javascript typescript tsx
;; severity: warning off
;; same-as: @typescript-eslint/no-misused-promises
;; title: Async callback where a value is needed
;; message: {{@finding}} gets a promise, which is always true: the test does nothing.
;; model: Await the answers before filtering
;; literals: async
;; note:
;; filter, some, every, find and findIndex do not wait for a promise. Compute the
;; answers first with `await Promise.all(list.map(...))`, then use them.
;; It ships switched off by default: it has no certain hit in a public service yet.
;; end
;; match:
;; const open = rows.filter(async (row) => await isOpen(row));
;; end
;; no-match:
;; const open = rows.filter((row) => isOpen(row));
;; const all = await Promise.all(rows.map(async (row) => isOpen(row)));
;; const list = await pMap.filter(rows, async (row) => isOpen(row));
;; const kept = await filterAsync(rows, async (row) => isOpen(row));
;; end

((call_expression
  function: (_
    property: (property_identifier) @finding)
  arguments: (_ . [(arrow_function) (function_expression)] @_callback) @_arguments) @_call
 (#any-of? @finding "filter" "some" "every" "find" "findIndex")
 (#async? @_callback)
 (#not-has-parent? @_call "await_expression"))
