;; id: py-jwt-no-expiry
;; finding: AUTH-1
;; languages: python
;; severity: warning off
;; title: Token that never expires
;; message: This token has no "exp": once stolen it works for ever.
;; model: Let the token expire, with a refresh token
;; literals: jwt
;; note:
;; Give access tokens a life of minutes (`exp`), and rotate refresh tokens. The
;; rule looks only at claims that are written where the token is made.
;; It ships switched off by default: only half of its hits were certain.
;; end
;; match:
;; import jwt
;; token = jwt.encode({"sub": user.id, "role": user.role}, key, algorithm="RS256")
;; end
;; no-match:
;; import jwt
;; header = jwt.encode({"iss": key}, secret, algorithm="HS256")
;; end
;; no-match:
;; import jwt
;; token = jwt.encode({"sub": user.id, "exp": soon}, key, algorithm="RS256")
;; token = jwt.encode(claims, key, algorithm="RS256")
;; token = jwt.encode({**claims, "sub": 1}, key, algorithm="RS256")
;; end

((call
  function: (_
    object: (identifier) @_module
    attribute: (identifier) @_name) @finding
  arguments: (_ . (dictionary) @_claims))
 (#eq? @_module "jwt")
 (#eq? @_name "encode")
 (#not-match? @_claims "^\\{\\s*.iss.\\s*:[^,]*\\}$")
 (#not-dict-has? @_claims "exp"))
