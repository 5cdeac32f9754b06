;; id: sql-limit-without-order
;; finding: DB-3
;; languages: sql
;; severity: hint off
;; title: LIMIT without ORDER BY
;; message: Which rows come is up to the database: pages repeat and miss rows.
;; model: Order the rows
;; literals: LIMIT limit Limit
;; note:
;; Order by something unique before taking a part of the rows. LIMIT 1, with or
;; without a condition, is not reported.
;; end
;; match:
;; SELECT id, name FROM users LIMIT 20 OFFSET 40;
;; end
;; no-match:
;; SELECT id, name FROM users ORDER BY id LIMIT 20;
;; SELECT id FROM users WHERE email = 'x' LIMIT 1;
;; end

((from
  (limit) @finding) @_from
 (#not-match? @_from "(?i)\\border\\s+by\\b")
 (#match? @finding "(?i)offset"))
