;; id: py-naive-utc
;; finding: DB-1
;; languages: python
;; severity: hint
;; same-as: DTZ003 DTZ004
;; title: Time without its zone
;; message: {{@call}}() is deprecated since Python 3.12: its time has no zone and cannot be told from local time.
;; model: Use times with their zone
;; literals: utcnow utcfromtimestamp
;; note:
;; `datetime.utcnow()` is naive and deprecated since Python 3.12. Use
;; `datetime.now(timezone.utc)`, and columns that keep the zone. Mixing both kinds
;; raises an error when they are compared, so this is no automatic rewrite.
;; end
;; match:
;; from datetime import datetime
;; now = datetime.utcnow()
;; end
;; no-match:
;; from datetime import datetime, timezone
;; now = datetime.now(timezone.utc)
;; then = datetime.utcnow().replace(tzinfo=timezone.utc)
;; end

((call
  function: (attribute
    object: (_) @_class
    attribute: (identifier) @_name) @call @finding) @_made
 (#any-of? @_class "datetime" "datetime.datetime" "dt.datetime")
 (#any-of? @_name "utcnow" "utcfromtimestamp")
 (#not-zoned? @_made))
