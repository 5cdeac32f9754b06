;; id: go-jwt-hs256
;; finding: AUTH-1
;; languages: go
;; severity: hint off
;; title: Token signed with a shared secret
;; message: HS256 signs with one secret that every service which checks tokens must also hold.
;; model: Sign tokens with a key pair (RS256)
;; literals: SigningMethodHS
;; note:
;; With HS256 whoever can check a token can also make one. With RS256 or ES256
;; only the issuer holds the private key. Where one service does both, HS256 with
;; a strong secret from the environment is a fair choice: so this is a hint.
;; One service that makes and checks its own tokens is fine with HS256, and what a file
;; shows does not say how many services there are: switched off unless you ask for it.
;; end
;; match:
;; package a
;; var token = jwt.NewWithClaims(jwt.SigningMethodHS256, claims)
;; end
;; no-match:
;; package a
;; var token = jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
;; end

((call_expression
  function: (selector_expression) @_function
  arguments: (_ . (selector_expression) @finding))
 (#any-of? @_function "jwt.NewWithClaims" "jwt.New")
 (#match? @finding "SigningMethodHS(256|384|512)$"))
