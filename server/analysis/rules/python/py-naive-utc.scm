;; id: py-naive-utc
;; finding: DB-1
;; languages: python
;; severity: hint
;; same-as: DTZ003 DTZ004
;; title: Time without its zone
;; message: {{@call}}() gives a time without a zone (deprecated since Python 3.12): {{@then}}() lets it be taken for local time.
;; model: Use times with their zone
;; literals: utcnow utcfromtimestamp
;; note:
;; `datetime.utcnow()` is naive and deprecated since Python 3.12. Use
;; `datetime.now(timezone.utc)`, and columns that keep the zone. Mixing both kinds
;; raises an error when they are compared, so this is no automatic rewrite. Reported is where it
;; goes wrong: `timestamp()` reads such a time as local, and a reader of its `isoformat()` may do so.
;; end
;; match:
;; from datetime import datetime
;; seconds = datetime.utcnow().timestamp()
;; end
;; match:
;; from datetime import datetime
;; body = {"sent_at": datetime.utcnow().isoformat()}
;; end
;; no-match:
;; from datetime import datetime
;; def is_old(row):
;;     return row.created_at < datetime.utcnow() - DAY
;; stamp = datetime.utcnow().isoformat() + "Z"
;; name = "backup-" + datetime.utcnow().isoformat()
;; end
;; no-match:
;; from datetime import datetime, timezone
;; now = datetime.now(timezone.utc)
;; then = datetime.utcnow().replace(tzinfo=timezone.utc)
;; end

((call
  function: (attribute
    object: (call
      function: (attribute
        object: (_) @_class
        attribute: (identifier) @_name) @call @finding)
    attribute: (identifier) @then)) @_made
 (#any-of? @_class "datetime" "datetime.datetime" "dt.datetime")
 (#any-of? @_name "utcnow" "utcfromtimestamp")
 (#eq? @then "timestamp"))

((_
  (call
    function: (attribute
      object: (call
        function: (attribute
          object: (_) @_class
          attribute: (identifier) @_name) @call @finding)
      attribute: (identifier) @then))) @_around
 (#any-of? @_class "datetime" "datetime.datetime" "dt.datetime")
 (#eq? @_name "utcnow")
 (#eq? @then "isoformat")
 (#not-match? @_around "isoformat\\([^)]*\\)\\s*(\\+|\\}|\\.)|\\+"))
