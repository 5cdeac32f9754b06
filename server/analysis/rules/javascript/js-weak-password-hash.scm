;; id: js-weak-password-hash
;; finding: AUTH-1
;; languages: javascript typescript tsx
;; severity: warning
;; title: Password hashed with a fast function
;; message: {{@_algorithm}} is made to be fast: stolen hashes are guessed by the billion.
;; model: Hash passwords with argon2 or bcrypt
;; literals: createHash
;; note:
;; A password needs a slow, salted function: argon2, scrypt, bcrypt.
;; end
;; match:
;; const digest = crypto.createHash('sha256').update(password).digest('hex');
;; end
;; no-match:
;; const etag = crypto.createHash('md5').update(body).digest('hex');
;; const digest = await bcrypt.hash(password, 12);
;; end

((call_expression
  function: (_
    object: (call_expression
      function: [(identifier) @_create (member_expression property: (property_identifier) @_create)]
      arguments: (_ . (string) @_algorithm)) @finding
    property: (property_identifier) @_update)
  arguments: (_ . (_) @_what))
 (#eq? @_create "createHash")
 (#eq? @_update "update")
 (#match? @_what "(?i)\\w*(password|passwd|pwd)\\b"))
