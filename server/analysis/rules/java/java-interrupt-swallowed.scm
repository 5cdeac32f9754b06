;; id: java-interrupt-swallowed
;; finding: ASYNC-2
;; languages: java
;; severity: warning off
;; same-as: S2142
;; title: Interrupt swallowed
;; message: The thread was asked to stop, and forgets it here.
;; model: Restore the interrupt and stop
;; literals: InterruptedException
;; note:
;; Call `Thread.currentThread().interrupt()` and leave, or let the exception pass on:
;; else pools cannot be shut down. Not reported where a method of the class handles it, where the
;; block says why nothing is done (a comment, a parameter called `ignored`), and in what ends anyway.
;; It ships switched off: threads that end their own way are told from pools only by who starts them.
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
;;   try { Thread.sleep(10); } catch (InterruptedException e) { handle(e); }
;;   try { Thread.sleep(10); } catch (InterruptedException ignored) { }
;;   try { Thread.currentThread().join(); } catch (InterruptedException e) { }
;;   try { server.join(); } catch (InterruptedException e) { log.info("shutting down"); }
;;   try { Thread.sleep(10); } catch (InterruptedException e) { /* wakes up early: fine */ }
;; }
;; void shutdown() { try { pool.awaitTermination(1, MINUTES); } catch (InterruptedException e) { log.warn("x"); } }
;; }
;; end

((try_statement
  body: (block) @_tried
  (catch_clause
    "catch" @finding
    (catch_formal_parameter (catch_type (type_identifier) @_type .) name: (identifier) @_error)
    body: (block) @_body))
 (#not-match? @_tried "(?i)currentThread\\(\\)\\.join|\\.close\\(|shutdown|awaitTermination")
 (#eq? @_type "InterruptedException")
 (#not-mentions? @_body "interrupt")
 (#not-match? @_error "(?i)^(ignored?\\w*|expected|_|unused)$")
 (#not-commented? @_body)
 (#not-match? @_body "(?i)shut|stop")
 (#not-file-has? "java.awt" "javax.swing")
 (#not-match? @_body "(?<![.\\w])[a-z]\\w*\\(")
 (#not-function-name? @finding "shutdown shut stop destroy close dispose main terminate tear cleanup")
 (#not-command-line?)
 (#not-has-node? @_body "throw_statement return_statement break_statement assignment_expression"))
