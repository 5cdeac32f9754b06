;; id: java-jwt-hs256
;; finding: AUTH-1
;; languages: java
;; severity: hint off
;; title: Token signed with a shared secret
;; message: {{@finding}} signs with one secret that every service which checks tokens must also hold.
;; model: Sign tokens with a key pair (RS256)
;; literals: HS256 HS384 HS512 HMAC256 HMAC512
;; note:
;; With HS256 whoever can check a token can also make one. With RS256 or ES256
;; only the issuer holds the private key. Where one service does both, HS256 with
;; a strong secret from the environment is a fair choice: so this is a hint.
;; One service that makes and checks its own tokens is fine with HS256, and what a file
;; shows does not say how many services there are: switched off unless you ask for it.
;; end
;; match:
;; class A { String t = Jwts.builder().signWith(SignatureAlgorithm.HS512, key).compact(); }
;; end
;; match:
;; class A { String t = JWT.create().sign(Algorithm.HMAC256(secret)); }
;; end
;; no-match:
;; class A { String t = Jwts.builder().signWith(privateKey, SignatureAlgorithm.RS256).compact(); }
;; end

((method_invocation
  name: (identifier) @_name
  arguments: (_ (field_access field: (identifier) @finding)))
 (#eq? @_name "signWith")
 (#match? @finding "^HS(256|384|512)$"))

((method_invocation
  name: (identifier) @_sign
  arguments: (_
    (method_invocation
      object: (identifier) @_class
      name: (identifier) @finding)))
 (#eq? @_sign "sign")
 (#eq? @_class "Algorithm")
 (#match? @finding "^HMAC(256|384|512)$"))
