;; id: go-weak-password-hash
;; finding: AUTH-1
;; languages: go
;; severity: warning off
;; same-as: G401 G501 gosec
;; title: Password hashed with a fast function
;; message: {{@finding}} is made to be fast: stolen hashes are guessed by the billion.
;; model: Hash passwords with argon2 or bcrypt
;; literals: md5.Sum sha1.Sum sha256.Sum sha512.Sum
;; note:
;; A password needs a slow, salted function: argon2id, scrypt, bcrypt.
;; end
;; match:
;; package a
;; func f() { digest := sha256.Sum256([]byte(password)) }
;; end
;; no-match:
;; package a
;; func f() { etag := md5.Sum(body); hash, err := bcrypt.GenerateFromPassword([]byte(password), 12) }
;; end

((call_expression
  function: (selector_expression) @finding
  arguments: (argument_list) @_what)
 (#match? @finding "^(md5\\.Sum|sha1\\.Sum|sha256\\.Sum256|sha512\\.Sum512)$")
 (#match? @_what "(?i)\\w*(password|passwd|pwd)\\b"))
