;; id: py-floating-coroutine
;; finding: ASYNC-2
;; languages: python
;; severity: warning
;; title: Coroutine that never runs
;; message: {{@name}}() is async: without await nothing of it runs.
;; fix-title: Await {{@name}}()
;; scope: file
;; literals: async
;; note:
;; Calling an async function only makes a coroutine. Await it, or give it to a
;; TaskGroup. Reported where a function of this file is called as a statement.
;; The rewrite is offered by itself, never by fix-all: code runs that never ran before.
;; end
;; fix: offered
;; replace @call: await {{@call}}
;; end
;; match:
;; async def notify(user):
;;     await mail(user)
;;
;; async def create(user):
;;     notify(user)
;; end
;; fixed:
;; async def notify(user):
;;     await mail(user)
;;
;; async def create(user):
;;     await notify(user)
;; end
;; match:
;; async def notify(user):
;;     await mail(user)
;;
;; def create(user):
;;     notify(user)
;; end
;; no-match:
;; async def notify(user):
;;     await mail(user)
;;
;; def other(): ...
;;
;; async def create(user):
;;     await notify(user)
;;     task = notify(user)
;;     other()
;; end

((expression_statement
  (_ function: (identifier) @name @finding))
 (#declared-async? @name))

((expression_statement
  (_ function: (identifier) @name @finding) @call)
 (#declared-async? @name)
 (#in-async? @call))
