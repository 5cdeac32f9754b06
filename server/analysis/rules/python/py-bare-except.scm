;; id: py-bare-except
;; finding: ERR-1
;; languages: python
;; severity: warning
;; same-as: E722 W0702 bare-except BLE001 B001
;; title: Bare except
;; message: A bare except also catches KeyboardInterrupt and SystemExit.
;; model: Handle the errors that can happen here
;; fix-title: Catch Exception instead of everything
;; literals: except
;; note:
;; `except:` without a class catches even the signals that ask the process to
;; end. `except Exception:` is what is meant nearly always; naming the errors
;; that can happen is better still. A handler that raises again is not reported,
;; nor one with a comment on its line: somebody looked at it, nor what only tidies up, nor an import
;; that may be missing.
;; The rewrite is offered by itself, never by fix-all: KeyboardInterrupt, SystemExit and
;; CancelledError are no longer caught.
;; end
;; fix: offered
;; replace @keyword: except Exception
;; end
;; match:
;; try:
;;     load()
;; except:
;;     log.error("failed")
;; end
;; fixed:
;; try:
;;     load()
;; except Exception:
;;     log.error("failed")
;; end
;; no-match:
;; try:
;;     load()
;; except ValueError:
;;     pass
;; except:
;;     rollback()
;;     raise
;; end
;; no-match:
;; try:
;;     from app.words import translate
;; except:
;;     translate = str
;; try:
;;     os.unlink(path)
;; except:
;;     pass
;; end
;; no-match:
;; try:
;;     load()
;; # pylint: disable=bare-except
;; except:
;;     log.error("failed")
;; end
;; no-match:
;; try:
;;     load()
;; except:  # noqa: E722
;;     log.error("failed")
;; end

((try_statement
  body: (block) @_tried
  (except_clause
    "except" @keyword @finding
    .
    ":"
    (block) @_body))
 (#not-has-node? @_body "raise_statement")
 (#not-commented? @finding)
 (#not-has-node? @_tried "import_statement import_from_statement")
 (#not-ends-with-comment? @_tried)
 (#not-just? @_tried "chmod" "chown" "close" "shutdown" "disconnect" "dispose" "terminate" "unlink" "remove" "rmtree"
  "kill" "cancel" "release")
 (#not-mentions? @_body "exit" "_exit" "exc_info" "format_exc" "print_exc"))

((try_statement
  body: (block) @_tried
  (except_clause
    "except" @finding
    .
    ":"
    (block) @_body))
 (#not-has-node? @_body "raise_statement")
 (#not-commented? @finding)
 (#not-has-node? @_tried "import_statement import_from_statement")
 (#not-ends-with-comment? @_tried)
 (#not-just? @_tried "chmod" "chown" "close" "shutdown" "disconnect" "dispose" "terminate" "unlink" "remove" "rmtree"
  "kill" "cancel" "release")
 (#mentions? @_body "exit" "_exit" "exc_info" "format_exc" "print_exc"))
