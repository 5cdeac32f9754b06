;; id: js-weak-password-hash
;; finding: AUTH-1
;; languages: javascript typescript tsx
;; severity: warning
;; title: Password hashed with a fast function
;; message: {{@_algorithm}} is made to be fast: stolen hashes are guessed by the billion.
;; model: Hash passwords with argon2 or bcrypt
;; literals: createHash
;; note:
;; A password needs a slow, salted function: argon2, scrypt, bcrypt. Not reported
;; in a file that also knows one of these (the fast hash may come first), or that asks which
;; passwords were stolen.
;; end
;; match:
;; const digest = crypto.createHash('sha256').update(password).digest('hex');
;; end
;; no-match:
;; const etag = crypto.createHash('md5').update(body).digest('hex');
;; const changed = crypto.createHash('sha256').update(user.encryptedPassword).digest('hex');
;; const digest = await bcrypt.hash(password, 12);
;; end
;; no-match:
;; const first = crypto.createHash('sha512').update(password).digest('hex');
;; return bcrypt.compare(first, stored);
;; end
;; match:
;; const md5 = crypto.createHash('md5');
;; const stored = md5.update(password).digest('hex');
;; end
;; no-match:
;; const ha1 = crypto.createHash('md5').update(`${user}:${realm}:${password}`).digest('hex');
;; const key = crypto.createHmac('sha256', secret);
;; key.update(password);
;; end

((call_expression
  function: (_
    object: (_
      function: [(identifier) @_create (_ property: (property_identifier) @_create)]
      arguments: (_ . (string) @_algorithm)) @finding
    property: (property_identifier) @_update)
  arguments: (_ . (_) @_what))
 (#eq? @_create "createHash")
 (#eq? @_update "update")
 (#not-file-has? "bcrypt" "argon2" "scrypt" "pbkdf2" "rounds" "pwned" "Pwned" "realm")
 (#not-match? @_what "(?i)encrypted|hash")
 (#match? @_what "(?i)\\w*(password|passwd|pwd)\\b"))

((call_expression
  function: (_
    object: (identifier) @_algorithm
    property: (property_identifier) @_update) @finding
  arguments: (_ . (_) @_what))
 (#match? @_algorithm "(?i)^(md5|sha\\d*|hash(er)?)$")
 (#eq? @_update "update")
 (#file-has? "createHash(")
 (#not-file-has? "bcrypt" "argon2" "scrypt" "pbkdf2" "rounds" "pwned" "Pwned" "realm" "createHmac")
 (#not-match? @_what "(?i)encrypted|hash")
 (#match? @_what "(?i)\\w*(password|passwd|pwd)\\b"))
