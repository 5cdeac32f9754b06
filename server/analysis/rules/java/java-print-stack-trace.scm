;; id: java-print-stack-trace
;; finding: ERR-1
;; languages: java
;; severity: warning
;; same-as: AvoidPrintStackTrace S1148
;; title: Error is only printed
;; message: printStackTrace goes round the log: no level, no context, and in production nobody sees it.
;; model: Log this error with its cause
;; literals: printStackTrace
;; note:
;; Log the error with its trace (`log.error("...", e)`), handle it, or let it pass
;; on. Reported where nothing else is done with it, in code of servers: not in a program for the
;; command line or an app, nor for errors that cannot happen (`UnsupportedEncodingException`) or
;; that closing something brings.
;; end
;; match:
;; class A { void f() { try { a(); } catch (IOException e) { e.printStackTrace(); } } }
;; end
;; no-match:
;; class A { void f() {
;;   try { a(); } catch (IOException e) { log.error("a", e); }
;;   try { a(); } catch (IOException e) { e.printStackTrace(); throw e; }
;;   try { a(); } catch (UnsupportedEncodingException e) { e.printStackTrace(); }
;;   try { a(); } catch (Exception e) { e.printStackTrace(); System.exit(1); }
;;   try { a(); } catch (Exception e) { e.printStackTrace(); Monitor.logError(e); }
;;   try { if (file != null) { file.close(); } } catch (IOException e) { e.printStackTrace(); }
;;   e.printStackTrace(writer);
;; } }
;; end
;; no-match:
;; class Search { void f() { System.out.println(hits); try { a(); } catch (IOException e) { e.printStackTrace(); } } }
;; end
;; no-match:
;; class Tool { public static void main(String[] args) { try { a(); } catch (IOException e) { e.printStackTrace(); } } }
;; end
;; no-match:
;; import android.content.Context;
;; class A { void f() { try { a(); } catch (IOException e) { e.printStackTrace(); } } }
;; end

((try_statement
  body: (block) @_tried
  (catch_clause
  (catch_formal_parameter (catch_type) @_type name: (identifier) @_error)
  body: (block
    .
    (expression_statement
      (method_invocation
        object: (identifier) @_object
        name: (identifier) @finding
        arguments: (argument_list) @_arguments))) @_body))
 (#not-match? @_tried "^\\{\\s*(//[^\\n]*\\s*)?(if\\s*\\([^{};]*\\)\\s*\\{?\\s*)?\\w+\\.close\\(\\);\\s*\\}?\\s*\\}$")
 (#not-inside? @finding "finally_clause")
 (#eq? @finding "printStackTrace")
 (#eq? @_arguments "()")
 (#eq? @_object @_error)
 (#not-has-node? @_body "throw_statement")
 (#not-match? @_type "UnsupportedEncoding|CloneNotSupported|Interrupted|IllegalAccess|Instantiation|NoSuchAlgorithm|NoSuchPadding|MalformedURL|URISyntax")
 (#not-match? @_body "(?i)(^|[^a-z])log|System\\.exit|[a-z]Log(ger)?\\b")
 (#not-file-has? "import android" "System.out.print")
 (#not-command-line?))
