;; id: a
;; finding: ERR-1
;; languages: python
;; severity: hint
;; title: t
((call) @finding (#match? @finding "("))
