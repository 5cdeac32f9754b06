;; id: java-lost-cause
;; finding: ERR-1
;; languages: java
;; severity: warning
;; same-as: PreserveStackTrace S1166
;; title: Cause of the error is lost
;; message: The new error forgets its cause: the log will not show what really happened.
;; fix-title: Pass the cause on
;; model: Keep the cause
;; literals: catch
;; note:
;; Give the caught error to the new one as its cause. The rewrite is offered for
;; exceptions of the JDK, whose constructors are known. Errors that are an answer to the caller
;; (NotAuthorizedException, BadRequestException, ...) and those that take no cause are not
;; reported.
;; The rewrite is safe: the new error has the same class and text; only its cause is there.
;; end
;; fix: safe
;; replace @arguments: ({{@text}}, {{@error}})
;; end
;; match:
;; class A { void f() { try { a(); } catch (IOException e) { throw new RuntimeException(e.getMessage()); } } }
;; end
;; fixed:
;; class A { void f() { try { a(); } catch (IOException e) { throw new RuntimeException(e.getMessage(), e); } } }
;; end
;; match:
;; class A { void f() { try { a(); } catch (IOException e) { throw new ServiceException("cannot load"); } } }
;; end
;; no-match:
;; class A { void f() {
;;   try { a(); } catch (IOException e) { throw new RuntimeException(e); }
;;   try { a(); } catch (IOException e) { log.error("x", e); throw new ServiceException("x"); }
;;   try { a(); } catch (NumberFormatException e) { throw new BadRequestException("no number"); }
;;   try { a(); } catch (AccessException e) { throw new NotAuthorizedException("no"); }
;;   try { a(); } catch (Exception e) { throw new ParseException("at " + e, 0); }
;; } }
;; end

((catch_clause
  (catch_formal_parameter
    (catch_type) @_type
    name: (identifier) @error)
  body: (block
    .
    (throw_statement
      "throw" @finding
      (object_creation_expression
        type: (type_identifier) @_made
        arguments: (argument_list) @_arguments)) .))
 (#not-match? @_made "^(NotAuthorized|NotFound|Forbidden|BadRequest|Unauthorized|AccessDenied|ResponseStatus|WebApplication|ClientError|NotAllowed|Parse)Exception$")
 (#not-match? @_type "NumberFormat|NotFound|NoSuch|Parse|IllegalArgument|Interrupted|NoResult|EmptyResult|ClassCast|UnsupportedEncoding")
 (#not-passes? @_arguments @error))

((catch_clause
  (catch_formal_parameter
    (catch_type) @_type
    name: (identifier) @error)
  body: (block
    .
    (throw_statement
      "throw" @finding
      (object_creation_expression
        type: (type_identifier) @_class
        arguments: (_ . (_) @text .) @arguments)) .))
 (#not-match? @_type "NumberFormat|NotFound|NoSuch|Parse|IllegalArgument|Interrupted|NoResult|EmptyResult|ClassCast|UnsupportedEncoding")
 (#any-of? @_class "RuntimeException" "IllegalStateException" "IllegalArgumentException" "IOException" "Exception" "UnsupportedOperationException")
 (#not-passes? @arguments @error)
 (#text-expression? @text))
