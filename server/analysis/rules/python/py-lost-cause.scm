;; id: py-lost-cause
;; finding: ERR-1
;; languages: python
;; severity: hint
;; same-as: B904 W0707 raise-missing-from
;; title: Cause of the error is not named
;; message: Raised without `from {{@error}}`: the trace does not show it as the cause.
;; fix-title: Name the cause (raise ... from {{@error}})
;; literals: raise
;; note:
;; `raise New(...) from error` keeps the chain: the log then shows what really
;; happened, and not "during handling of the above exception, another occurred".
;; Errors that are an answer to the user (ValidationError, HTTPException, CommandError, NotFound, ...)
;; are not reported: their cause is what the user is told. Nor is an error that is given the caught
;; one itself, one that is logged with its trace, and the translation of a failed look-up or
;; conversion (KeyError, ValueError, DoesNotExist, ...), whose cause tells nothing more.
;; The rewrite is safe: Python knew the cause as the context of the error already; the trace
;; now calls it the cause.
;; end
;; fix: safe
;; replace @raised: {{@raised}} from {{@error}}
;; end
;; match:
;; try:
;;     row = load(key)
;; except OSError as error:
;;     raise Exception("cannot load: %s" % error)
;; end
;; fixed:
;; try:
;;     row = load(key)
;; except OSError as error:
;;     raise Exception("cannot load: %s" % error) from error
;; end
;; match:
;; try:
;;     row = load(key)
;; except OSError as error:
;;     raise StorageError(f"cannot load {key}: {error}")
;; end
;; fixed:
;; try:
;;     row = load(key)
;; except OSError as error:
;;     raise StorageError(f"cannot load {key}: {error}") from error
;; end
;; no-match:
;; try:
;;     row = table[key]
;; except KeyError as error:
;;     raise UnknownKey(key)
;; except (models.Row.DoesNotExist, ParseError) as error:
;;     raise UnknownKey(key)
;; except NamespaceError as error:
;;     raise NotFound()
;; except StoreError as error:
;;     raise ServerError(404, "no such filter")
;; except TokenError as error:
;;     raise exc.WrongArguments("expired token")
;; except YAMLError as error:
;;     raise ValueError(f"not YAML: {error}")
;; except SslError as error:
;;     raise PermissionError(str(error))
;; except OSError as error:
;;     raise StorageError(error)
;; except TimeoutError as error:
;;     log.exception("no answer")
;;     raise StorageError("no answer")
;; except ConnectionError as error:
;;     raise _with_message(StorageError, "no answer")
;; end
;; no-match:
;; def load(url):
;;     try:
;;         return fetch(url)
;;     except OSError as error:
;;         raise ApiError.request_error(error, url)
;; def login(name):
;;     try:
;;         return bind(name)
;;     except LdapError as e:
;;         raise AuthError(name=name, error=e)
;; end
;; no-match:
;; try:
;;     row = load(key)
;; except KeyError as error:
;;     raise NotFound(key) from error
;; except ValueError as error:
;;     raise
;; except OSError as error:
;;     raise error
;; except TypeError:
;;     raise NotFound(key)
;; except Broken as error:
;;     raise NetworkError(cause=error)
;; except Wrong as error:
;;     print(error)
;;     raise typer.Exit(1)
;; except BadName as error:
;;     raise forms.ValidationError(error.message)
;; except Fatal as error:
;;     raise SystemExit("no")
;; except Unreadable as error:
;;     raise argparse.ArgumentTypeError("no such file")
;; except Late as error:
;;     error = str(error)
;;     raise NotFound(error)
;; except Early as error:
;;     for error in others:
;;         log(error)
;;     raise NotFound(key)
;; end
;; no-match:
;; from __future__ import print_function
;; try:
;;     row = load(key)
;; except KeyError as error:
;;     raise NotFound(key)
;; end

((except_clause
  value: (_ alias: (_ (identifier) @error)) @_caught
  (_
    (raise_statement
      "raise" @finding
      .
      (call
        function: (_) @_class
        arguments: (argument_list) @_arguments) @raised
      !cause)) @_body)
 (#match? @_class "(^|\\.)([A-Z]\\w*)?(Error|Exception|Failure|Failed)$")
 (#not-match? @_class "HTTP|Http|API|Api|NotFound|Forbidden|Denied|Authorized|Authentication|Permission|Credential|Exists|Conflict|Invalid|Valid|Bad|Wrong|Argument|Usage|Command|Request|Query|Config|Parse|Syntax|(^|\\.)((Value|Type|Key|Serializer)Error|Error)$")
 (#not-match? @_caught "^\\(?\\s*((\\w+\\.)*(KeyError|IndexError|AttributeError|LookupError|ValueError|TypeError|Unicode\\w*Error|ImportError|ModuleNotFoundError|StopIteration|Parse\\w*|\\w*(NotFound|DoesNotExist|NoResultFound|ValidationError)\\w*)[\\s,]*)+\\)?\\s+as\\b")
 (#not-match? @_arguments "\\b[45]\\d\\d\\b|HTTPStatus|\\bstatus|\\bcode\\b|\\berrcode")
 (#not-passes? @_arguments @error)
 (#not-mentions? @_body "exc_info" "exception" "print_exc" "format_exc" "log_exception"
  "capture_exception")
 (#not-match? @raised "\\b(error|exception|exc|original)\\s*=")
 (#not-mentions? @raised "with_traceback" "cause" "original_error" "inner")
 (#not-rebound? @_body @error)
 (#not-file-has? "from __future__ import absolute_import" "from __future__ import print_function"
  "from __future__ import unicode_literals" "from __future__ import division" "import six" "from six"))
