;; id: py-swallowed-error
;; finding: ERR-1
;; languages: python
;; severity: warning
;; same-as: S110 SIM105 try-except-pass B110
;; title: Error swallowed
;; message: This writes or sends something, and its error is thrown away: nobody will know that it failed.
;; model: Handle or log this error
;; literals: except
;; note:
;; `except Exception: pass` hides every mistake, those of the programmer too.
;; Log it with its trace, handle what can be handled, or let it pass on. Naming a
;; particular error and passing is a decision and is not reported; nor is a
;; handler with a comment that says why, nor an import that may be missing, nor what
;; tidies up in a `finally`, nor a single `close()`, nor a `try` that ends with `return`:
;; what stands behind it is for the case that it failed, nor one assignment: the name keeps
;; what it had. A name that begins with `_` says that the error is dropped on purpose. Reported is
;; only what stores or sends something (saves, commits, writes, uploads, mails): what merely reads,
;; guesses or parses often has its answer in what stands below.
;; end
;; match:
;; try:
;;     send(mail)
;; except Exception:
;;     pass
;; end
;; match:
;; def f():
;;     try:
;;         order.paid = True
;;         order.save(update_fields=["paid"])
;;     except Exception as e:
;;         ...
;; end
;; no-match:
;; for node in nodes:
;;     try:
;;         if node.check():
;;             alive.append(node)
;;     except Exception:
;;         pass
;; try:
;;     options = yaml.safe_load(text)
;;     path = options["path"]
;; except Exception:
;;     pass
;; end
;; no-match:
;; for place in places:
;;     try:
;;         create_data_dir(place)
;;     except Exception:
;;         pass
;;     if usable(place):
;;         break
;; with open(pid_path, "w") as file:
;;     try:
;;         file.write(str(os.getpid()))
;;     except Exception:
;;         pass
;; end
;; no-match:
;; def track_usage():
;;     try:
;;         redis.publish("usage", 1)
;;     except Exception:
;;         pass
;; end
;; no-match:
;; try:
;;     from fast import parser
;;     from fast.errors import Broken
;; except Exception:
;;     pass
;; end
;; no-match:
;; try:
;;     work()
;; finally:
;;     try:
;;         work(client)
;;     except Exception:
;;         pass
;; end
;; no-match:
;; try:
;;     client.close()
;; except Exception:
;;     pass
;; end
;; no-match:
;; def is_base64(text):
;;     try:
;;         base64.b64decode(text)
;;         return True
;;     except Exception:
;;         pass
;;     return False
;; end
;; no-match:
;; try:
;;     detector.detect(agent)
;; except Exception as _error:
;;     pass
;; try:
;;     import ctypes
;;     ctypes.CDLL("libc.so.6").malloc_trim(0)
;; except Exception:
;;     pass
;; try:
;;     os.chmod(path, 0o600)
;; except Exception:
;;     pass
;; width = 80
;; try:
;;     width = shutil.get_terminal_size().columns - 2
;; except Exception:
;;     pass
;; end
;; no-match:
;; try:
;;     os.remove(path)
;; except FileNotFoundError:
;;     pass
;; end
;; no-match:
;; try:
;;     send(mail)
;; except Exception:
;;     pass  # best effort: the queue sends it again
;; end
;; no-match:
;; try:
;;     send(mail)
;; except Exception:
;;     # best effort: the queue sends it again
;;     pass
;; end

((try_statement
  body: (block) @_tried
  (except_clause
    "except" @finding
    value: [
      (identifier) @_class
      (_ (identifier) @_class)
    ]
    (_ . [(pass_statement) (expression_statement (ellipsis))] .)) @_clause)
 (#has-node? @_tried "call assignment return_statement raise_statement delete_statement await")
 (#any-of? @_class "Exception" "BaseException")
 (#not-inside? @finding "finally_clause")
 (#match? @_tried "(?i)(\\.|\\b)(save|commit|bulk_create|bulk_update|create|get_or_create|update_or_create|insert\\w*|upsert|write|writelines|dump|publish|enqueue|delay|apply_async|upload|charge|refund|(save|create|update|insert|store|import(?!_module)|upload|send|deliver|notify)_\\w+|send_?mail)\\(|\\bsend\\(\\w*(mail|msg|message)\\b|execute\\w*\\(\\s*f?[\"']+\\s*(insert|update|delete)\\b")
 (#not-match? @_tried "(stderr|stdout)\\.write|getpid\\(|\\bcreate_\\w*(dir|directory|folder|path|socket|connection|client|session|engine)\\(")
 (#not-function-name? @finding "del close exit stop shutdown cleanup teardown")
 (#not-function-name? @finding "telemetry track metric metrics analytics debug")
 (#not-match? @_tried "^\\w+(\\[[^\\]]*\\])?\\s*\\+?=[^\\n]*$")
 (#not-match? @_tried "^\\w+(\\.\\w+)*\\.close|^os\\.ch(mod|own)\\([^\\n]*$|\\b(hasattr|urlparse)\\(")
 (#not-has-node? @_tried "import_statement import_from_statement")
 (#not-match? @_clause "^except\\s+\\w+\\s+as\\s+_")
 (#not-just? @_tried "close" "shutdown" "disconnect" "wait_closed" "dispose" "flush" "terminate" "unlink"
  "remove" "rmtree" "kill" "cancel" "unquote" "track" "stop" "release" "cleanup" "quit")
 (#not-probes? @_tried)
 (#not-ends-with-comment? @_tried)
 (#not-commented? @_clause))
