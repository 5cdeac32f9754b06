;; id: java-weak-password-hash
;; finding: AUTH-1
;; languages: java
;; severity: warning off
;; same-as: S2070 S4790
;; title: Password hashed with a fast function
;; message: {{@finding}} is made to be fast: stolen hashes are guessed by the billion.
;; model: Hash passwords with argon2 or bcrypt
;; literals: DigestUtils MessageDigest
;; note:
;; A password needs a slow, salted function: Argon2PasswordEncoder,
;; BCryptPasswordEncoder, SCrypt.
;; It ships switched off by default: it has no certain hit in a public service yet.
;; end
;; match:
;; class A { String h = DigestUtils.md5Hex(password); }
;; end
;; match:
;; class A { byte[] hashPassword(String p) { return MessageDigest.getInstance("SHA-256").digest(p.getBytes()); } }
;; end
;; match:
;; class A { String encrypt(String password) throws Exception {
;;   MessageDigest md = MessageDigest.getInstance("MD5");
;;   md.update(password.getBytes());
;;   return hex(md.digest());
;; } }
;; end
;; no-match:
;; class A { String authenticationToken(String password, long time) {
;;   return DigestUtils.md5Hex(DigestUtils.md5Hex(password) + time);
;; } }
;; end
;; no-match:
;; class A { String h = DigestUtils.md5Hex(body); byte[] etag(byte[] b) { return MessageDigest.getInstance("MD5").digest(b); } }
;; end

((method_invocation
  object: (identifier) @_class
  name: (identifier) @_name
  arguments: (argument_list) @_what) @finding
 (#eq? @_class "DigestUtils")
 (#match? @_name "(?i)^(md5|sha)")
 (#not-function-name? @finding "token signature scrobbler")
 (#match? @_what "(?i)\\w*(password|passwd|pwd)\\b"))

((method_invocation
  object: (identifier) @_class
  name: (identifier) @_name
  arguments: (_ (string_literal))) @finding
 (#eq? @_class "MessageDigest")
 (#eq? @_name "getInstance")
 (#function-name? @finding "password passwd pwd"))

((method_invocation
  object: (identifier) @_digest
  name: (identifier) @_name
  arguments: (_ . (_ object: (identifier) @_what name: (identifier) @_bytes)))  @finding
 (#any-of? @_name "update" "digest")
 (#eq? @_bytes "getBytes")
 (#match? @_what "(?i)^(plain)?(password|passwd|pwd)$")
 (#function-mentions? @finding "MessageDigest")
 (#not-function-name? @finding "token signature"))
