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
;; exceptions of the JDK, whose constructors are known. Reported where anything may have been caught
;; (Exception, IOException, SQLException, ...): an error of one meaning that becomes another is told
;; in full by its text. Nor are errors that are an answer to the caller (NotAuthorizedException,
;; InvalidOrderException, whatever a controller throws), those that take no cause, and what one
;; statement could not read, or the text says was of another form.
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
;;   try { n = Double.parseDouble(text); } catch (Exception e) { throw new FieldException("no decimal"); }
;;   try { url = base.resolve(path); } catch (MalformedURLException e) { throw new ShopException("no address"); }
;;   try { book(seat); } catch (SeatTakenException e) { throw new OrderException(e.getMessage()); }
;;   try { check(order); } catch (Exception e) { throw new InvalidOrderException(order.id()); }
;;   try { check(order); } catch (Exception e) { throw new ShopException(Status.NOT_FOUND, order.id()); }
;;   try { name = (String) map.get("name"); } catch (Exception e) { throw new RuntimeException("name should be a string"); }
;;   try { read(body); } catch (Exception e) { throw new RuntimeException("cannot deserialize: " + e.getMessage()); }
;;   try { a(); } catch (Exception e) {
;;     try { undo(); } catch (Exception other) { throw new LockException("cannot lock", e); }
;;   }
;; } }
;; end
;; no-match:
;; @RestController class Orders { void f() {
;;   try { a(); } catch (IOException e) { throw new AppException(500, "cannot load"); }
;; } }
;; end

((try_statement
  body: (block) @_tried
  (catch_clause
  (catch_formal_parameter
    (catch_type) @_type
    name: (identifier) @error)
  body: (block
    .
    (throw_statement
      "throw" @finding
      (object_creation_expression
        type: (type_identifier) @_made
        arguments: (argument_list) @_arguments)) .)))
 (#not-match? @_made "(?i)(NotAuthorized|NotFound|Forbidden|BadRequest|Unauthorized|AccessDenied|ResponseStatus|WebApplication|Client|NotAllowed|Pars(e|ing)|Illegal|Invalid|Valid(at)|Conver(t|s)|Format|Query|Syntax|Authenticat|Credential|Token|Unsupported|Constraint|NotSupport|NotExist|NeverHappen|Assertion|Missing|Retry|Requeue|Conflict|Unprocessable|Duplicate|Exists)")
 (#match? @_type "(^|[.|\\s])(Exception|Throwable|RuntimeException|IOException|SQLException|ExecutionException|GeneralSecurityException|UncheckedIOException|DataAccessException|RestClientException|JMSException|MessagingException)\\b")
 (#not-just? @_tried "fromString" "parseInt" "parseLong" "parseDouble" "parse" "valueOf" "readValue"
  "readTree" "parseObject" "parseArray" "fromJson" "toJson" "writeValueAsString" "decode" "decrypt"
  "verify" "compile" "forName" "getDeclaredConstructor" "newInstance" "clone" "toURL" "create")
 (#not-match? @_arguments "(?i),\\s*(e|ex|err|error|cause|exception|t)\\s*\\)$")
 (#not-match? @_arguments "(?i)not_?found|not exist|n't exist|invalid|bad_?request|pars(e|ing)|illegal|incorrect|wrong|must |unsupported|signature|malformed|format error|not support|unknown|conver(t|s)|security|missing|authenticat|credential|not_?valid|should |expect|serializ")
 (#not-mentions? @_tried "parseInt" "parseLong" "parseDouble" "toJsonString")
 (#not-file-has? "@RestController" "@Controller" "@Path(" "import com.google.gwt")
 (#not-passes? @_arguments @error))

((try_statement
  body: (block) @_tried
  (catch_clause
  (catch_formal_parameter
    (catch_type) @_type
    name: (identifier) @error)
  body: (block
    .
    (throw_statement
      "throw" @finding
      (object_creation_expression
        type: (type_identifier) @_class
        arguments: (_ . (_) @text .) @arguments)) .)))
 (#match? @_type "(^|[.|\\s])(Exception|Throwable|RuntimeException|IOException|SQLException|ExecutionException|GeneralSecurityException|UncheckedIOException|DataAccessException|RestClientException|JMSException|MessagingException)\\b")
 (#not-just? @_tried "fromString" "parseInt" "parseLong" "parseDouble" "parse" "valueOf" "readValue"
  "readTree" "parseObject" "parseArray" "fromJson" "toJson" "writeValueAsString" "decode" "decrypt"
  "verify" "compile" "forName" "getDeclaredConstructor" "newInstance" "clone" "toURL" "create")
 (#not-match? @arguments "(?i),\\s*(e|ex|err|error|cause|exception|t)\\s*\\)$")
 (#not-match? @arguments "(?i)not_?found|not exist|n't exist|invalid|bad_?request|pars(e|ing)|illegal|incorrect|wrong|must |unsupported|signature|malformed|format error|not support|unknown|conver(t|s)|security|missing|authenticat|credential|not_?valid|should |expect|serializ")
 (#not-mentions? @_tried "parseInt" "parseLong" "parseDouble" "toJsonString")
 (#not-file-has? "@RestController" "@Controller" "@Path(" "import com.google.gwt")
 (#any-of? @_class "RuntimeException" "IllegalStateException" "IOException" "Exception")
 (#not-passes? @arguments @error)
 (#text-expression? @text))
