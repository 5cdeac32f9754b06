;; id: py-jwt-hs256
;; finding: AUTH-1
;; languages: python
;; severity: hint off
;; title: Token signed with a shared secret
;; message: HS256 signs with one secret that every service which checks tokens must also hold.
;; model: Sign tokens with a key pair (RS256)
;; literals: HS256 HS384 HS512
;; note:
;; With HS256 whoever can check a token can also make one. With RS256 or ES256
;; only the issuer holds the private key. Where one service does both, HS256 with
;; a strong secret from the environment is a fair choice: so this is a hint.
;; One service that makes and checks its own tokens is fine with HS256, and what a file
;; shows does not say how many services there are: switched off unless you ask for it.
;; end
;; match:
;; import jwt
;; token = jwt.encode(payload, settings.secret, algorithm="HS256")
;; end
;; match:
;; ALGORITHM = "HS256"
;; end
;; no-match:
;; import jwt
;; token = jwt.encode(payload, private_key, algorithm="RS256")
;; end
;; no-match:
;; import jwt
;; claims = jwt.decode(token, key, algorithms=["HS256"])
;; end

((call
  function: (_) @_function
  arguments: (_
    (keyword_argument
      name: (identifier) @_key
      value: (string) @finding)))
 (#match? @_function "(?i)(encode|sign|create_access_token)$")
 (#eq? @_key "algorithm")
 (#match? @finding "HS(256|384|512)"))

((assignment
  left: (identifier) @_name
  right: (string) @finding)
 (#match? @_name "(?i)algorithm|_alg$")
 (#match? @finding "^[\"']HS(256|384|512)[\"']$"))
