;; id: js-bcrypt-rounds
;; finding: AUTH-1
;; languages: javascript typescript tsx
;; severity: warning
;; title: Too few rounds for a password
;; message: {{@_rounds}} rounds of bcrypt are too fast to guess through; at least 10 is usual today.
;; model: Raise the cost of the hash
;; literals: bcrypt
;; note:
;; Each round doubles the work of whoever tries stolen hashes. OWASP asks for ten
;; or more. Hashes that exist keep their own cost until the next login.
;; end
;; match:
;; const hash = await bcrypt.hash(password, 5);
;; end
;; no-match:
;; const hash = await bcrypt.hash(password, 12);
;; const first = { name: 'admin', password: bcrypt.hashSync('castle', 8) };
;; end

((call_expression
  function: (_
    object: (identifier) @_module
    property: (property_identifier) @_verb) @finding
  arguments: (_ . (_) @_password . (number) @_rounds))
 (#not-match? @_password "^['\"]")
 (#match? @_module "^bcrypt(js)?$")
 (#any-of? @_verb "hash" "hashSync")
 (#match? @_rounds "^[1-9]$"))
