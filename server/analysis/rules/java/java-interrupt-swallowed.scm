;; id: java-interrupt-swallowed
;; finding: ASYNC-2
;; languages: java
;; severity: warning
;; same-as: S2142
;; title: Interrupt swallowed
;; message: The thread was asked to stop, and forgets it here.
;; model: Restore the interrupt and stop
;; literals: InterruptedException
;; note:
;; Call `Thread.currentThread().interrupt()` and leave, or let the exception pass on:
;; else pools cannot be shut down.
;; end
;; match:
;; class A { void f() { try { Thread.sleep(10); } catch (InterruptedException e) { log.warn("x"); } } }
;; end
;; no-match:
;; class A { void f() throws InterruptedException {
;;   try { Thread.sleep(10); } catch (InterruptedException e) { Thread.currentThread().interrupt(); }
;;   try { Thread.sleep(10); } catch (InterruptedException e) { throw e; }
;;   try { Thread.sleep(10); } catch (InterruptedException e) { return; }
;;   try { Thread.sleep(10); } catch (InterruptedException e) { interrupted = true; }
;; } }
;; end

((catch_clause
  "catch" @finding
  (catch_formal_parameter (catch_type (type_identifier) @_type .))
  body: (block) @_body)
 (#eq? @_type "InterruptedException")
 (#not-mentions? @_body "interrupt")
 (#not-has-node? @_body "throw_statement return_statement break_statement assignment_expression"))
