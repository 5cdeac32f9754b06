;; id: py-weak-password-hash
;; finding: AUTH-1
;; languages: python
;; severity: warning
;; same-as: S324 B324 B303
;; title: Password hashed with a fast function
;; message: {{@call}}() is made to be fast: stolen hashes are guessed by the billion.
;; model: Hash passwords with argon2 or bcrypt
;; literals: hashlib
;; note:
;; A password needs a slow, salted function: argon2, scrypt, bcrypt (passlib,
;; argon2-cffi). MD5, SHA-1 and SHA-256 are for other things. Not
;; reported in a file that also knows a slow function (the fast one may come first), or that asks
;; which passwords were stolen, or that logs in somewhere else, which wants it so.
;; end
;; match:
;; import hashlib
;; digest = hashlib.sha256(password.encode()).hexdigest()
;; end
;; match:
;; import hashlib
;; def encode(password):
;;     digest = hashlib.md5()
;;     digest.update(password.encode("utf-8"))
;;     return digest.hexdigest()
;; end
;; no-match:
;; import hashlib
;; def signin(self, user, password):
;;     return self.load(URL, post={"md5Pass": hashlib.md5(password.encode()).hexdigest()})
;; end
;; no-match:
;; import hashlib
;; changed = hashlib.sha256(self.cfg.password).hexdigest() != known
;; end
;; no-match:
;; import hashlib
;; etag = hashlib.md5(body).hexdigest()
;; end
;; no-match:
;; import hashlib
;; digest = hashlib.sha512(password.encode()).digest()
;; key = hashlib.pbkdf2_hmac("sha256", digest, salt, 600000)
;; end

((call
  function: (_
    object: (identifier) @_module
    attribute: (identifier) @_name) @call @finding
  arguments: (_ . (_) @_what))
 (#eq? @_module "hashlib")
 (#any-of? @_name "md5" "sha1" "sha256" "sha512" "sha224" "sha384")
 (#not-file-has? "bcrypt" "argon2" "scrypt(" "pbkdf2" "pwned" "Pwned" "requests." "httpx" "aiohttp" "urlopen" "api_request"
  "self.load(")
 (#not-match? @_what "(?i)(cfg|config|conf|settings|environ)\\b")
 (#match? @_what "(?i)\\b\\w*(password|passwd|pwd)\\b"))

((call
  function: (_
    object: (identifier) @_object
    attribute: (identifier) @_name) @call @finding
  arguments: (_ . (_) @_what))
 (#eq? @_name "update")
 (#file-has? "hashlib.md5(" "hashlib.sha1(" "hashlib.sha256(" "hashlib.sha512(")
 (#not-file-has? "bcrypt" "argon2" "scrypt(" "pbkdf2" "pwned" "Pwned" "requests." "httpx" "aiohttp"
  "urlopen" "api_request" "self.load(" "hmac")
 (#match? @_what "^(password|passwd|pwd|str\\(password\\))(\\.encode\\(.*\\))?$"))
