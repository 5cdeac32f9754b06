;; id: java-empty-catch
;; finding: ERR-1
;; languages: java
;; severity: warning
;; same-as: EmptyCatchBlock
;; title: Empty catch
;; message: The error is thrown away: nobody will know that this failed.
;; model: Handle or log this error
;; literals: catch
;; note:
;; An empty catch hides every mistake, those of the programmer too. Handle what can
;; be handled, log it, or let it pass on. A comment in the block that says why nothing
;; is done is respected, and so is a parameter called `ignored` or `expected`.
;; end
;; match:
;; class A { void f() { try { a(); } catch (IOException e) { } } }
;; end
;; no-match:
;; class A { void f() {
;;   try { a(); } catch (IOException e) { /* the file need not be there */ }
;;   try { a(); } catch (IOException ignored) { }
;;   try { a(); } catch (NoResultException e) { }
;;   try { a(); } catch (IOException e) { log(e); }
;; } }
;; end

((catch_clause
  "catch" @finding
  (catch_formal_parameter (catch_type) @_type name: (identifier) @_name)
  body: (block) @_body)
 (#empty? @_body)
 (#not-match? @_type "NoResult|NumberFormat|NotFound|NoSuch|Interrupted")
 (#not-match? @_name "^(ignored?\\w*|expected|_|unused)$"))
