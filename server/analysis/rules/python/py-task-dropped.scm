;; id: py-task-dropped
;; finding: ASYNC-2
;; languages: python
;; severity: warning
;; same-as: RUF006
;; title: Task without a reference
;; message: Nobody keeps this task: it may be collected before it is done, and its error is lost.
;; model: Keep the task and look at its result
;; literals: create_task ensure_future
;; note:
;; The event loop holds only a weak reference to a task. Keep it (in a set, from
;; which a done callback removes it), await it, or use a TaskGroup.
;; end
;; match:
;; import asyncio
;; async def handle(event):
;;     asyncio.create_task(notify(event))
;; end
;; no-match:
;; import asyncio
;; async def handle(event):
;;     task = asyncio.create_task(notify(event))
;;     tasks.add(asyncio.create_task(x()))
;;     async with asyncio.TaskGroup() as group:
;;         group.create_task(notify(event))
;;     await asyncio.create_task(y())
;; end

((expression_statement
  (call
    function: (_
      object: (_) @_object
      attribute: (identifier) @_name) @finding))
 (#any-of? @_name "create_task" "ensure_future")
 (#match? @_object "^asyncio$|loop"))
