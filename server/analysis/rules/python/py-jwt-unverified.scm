;; id: py-jwt-unverified
;; finding: AUTH-1
;; languages: python
;; severity: warning off
;; title: Token is read without checking it
;; message: The signature or the expiry of this token is not checked: anyone can make one.
;; model: Check signature, expiry, issuer and audience
;; literals: jwt
;; note:
;; With `verify_signature: False` (or `verify=False`, or the algorithm "none") the
;; claims are whatever the sender wrote. Check the signature with the expected
;; algorithm, and expiry, issuer and audience with it.
;; end
;; match:
;; import jwt
;; claims = jwt.decode(token, options={"verify_signature": False})
;; end
;; match:
;; import jwt
;; claims = jwt.decode(token, key, verify=False)
;; end
;; match:
;; import jwt
;; claims = jwt.decode(token, key, algorithms=["RS256"], options={"verify_exp": False})
;; end
;; no-match:
;; import jwt
;; claims = jwt.decode(token, key, algorithms=["RS256"], audience="api", issuer="me")
;; end

((call
  function: (_
    object: (identifier) @_module
    attribute: (identifier) @_name) @finding
  arguments: (_
    (keyword_argument
      name: (identifier) @_key
      value: (dictionary (pair key: (string) @_option value: (false))))))
 (#eq? @_module "jwt")
 (#eq? @_name "decode")
 (#eq? @_key "options")
 (#match? @_option "verify_(signature|exp)"))

((call
  function: (_
    object: (identifier) @_module
    attribute: (identifier) @_name) @finding
  arguments: (_
    (keyword_argument
      name: (identifier) @_key
      value: (false))))
 (#eq? @_module "jwt")
 (#eq? @_name "decode")
 (#eq? @_key "verify"))
