;; id: java-empty-catch
;; finding: ERR-1
;; languages: java
;; severity: warning off
;; same-as: EmptyCatchBlock S108
;; title: Empty catch
;; message: The error is thrown away: nobody will know that this failed.
;; model: Handle or log this error
;; literals: catch
;; note:
;; An empty catch hides every mistake, those of the programmer too. Handle what can
;; be handled, log it, or let it pass on. A comment in the block that says why nothing
;; is done is respected, and so is a parameter called `ignored` or `expected`. Nor is anything
;; said of what tidies up in a `finally`, of one statement that closes something or reads a
;; number, or of a `try` that ends with `return`: what stands behind it is for the failure; nor of
;; errors that cannot happen (`CloneNotSupportedException`, an encoding that every Java has).
;; It ships switched off: a quarter of its hits may well be meant so.
;; end
;; match:
;; class A { void f() { try { a(); } catch (IOException e) { } } }
;; end
;; no-match:
;; class A { void f() {
;;   try { a(); } catch (IOException e) { /* the file need not be there */ }
;;   try { a(); } catch (IOException ignored) { }
;;   try { a(); } catch (NoResultException e) { }
;;   try { a(); } catch (CloneNotSupportedException e) { }
;;   try { a(); } catch (IOException e) { log(e); }
;; } }
;; end
;; no-match:
;; class A { String f() {
;;   try { n = Long.valueOf(text); } catch (Exception e) { }
;;   try { work(); } finally { try { statement.close(); } catch (SQLException e) { } }
;;   try { return InetAddress.getLocalHost().getHostName(); } catch (UnknownHostException e) { }
;;   return "unknown";
;; } }
;; end

((try_statement
  body: (block) @_tried
  (catch_clause
    "catch" @finding
    (catch_formal_parameter (catch_type) @_type name: (identifier) @_name)
    body: (block) @_body))
 (#empty? @_body)
 (#not-probes? @_tried)
 (#not-ends-with-comment? @_tried)
 (#not-just? @_tried "close" "valueOf" "parseInt" "parseLong" "parseDouble" "shutdown" "disconnect"
  "delete" "deleteIfExists" "parse" "forName")
 (#not-inside? @finding "finally_clause")
 (#not-match? @_type "NoResult|NumberFormat|NotFound|NoSuch|Interrupted|CloneNotSupported|UnsupportedEncoding")
 (#not-match? @_name "^(ignored?\\w*|expected|_|unused)$"))
