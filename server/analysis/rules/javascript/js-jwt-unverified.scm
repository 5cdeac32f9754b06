;; id: js-jwt-unverified
;; finding: AUTH-1
;; languages: javascript typescript tsx
;; severity: warning off
;; title: Token is read without checking it
;; message: {{@_what}}: the claims are whatever the sender wrote.
;; model: Check signature, expiry, issuer and audience
;; literals: jwt Jwt JWT
;; note:
;; `ignoreExpiration` takes tokens that ended long ago, and the algorithm `none`
;; takes tokens that nobody signed. Check the signature with the expected algorithm,
;; and expiry, issuer and audience with it.
;; It ships switched off by default: it has no certain hit in a public service yet.
;; end
;; match:
;; import jwt from 'jsonwebtoken';
;; const claims = jwt.verify(token, key, { ignoreExpiration: true });
;; end
;; match:
;; import jwt from 'jsonwebtoken';
;; const claims = jwt.verify(token, key, { algorithms: ['RS256', 'none'] });
;; end
;; match:
;; super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), ignoreExpiration: true, secretOrKey: key });
;; end
;; no-match:
;; import jwt from 'jsonwebtoken';
;; const claims = jwt.verify(token, key, { algorithms: ['RS256'], issuer: 'me', audience: 'api' });
;; end

((call_expression
  function: (_
    object: (identifier) @_module
    property: (property_identifier) @_verb) @finding
  arguments: (_
    (_ (_ key: (property_identifier) @_key value: (true)) @_what)))
 (#any-of? @_module "jwt" "jsonwebtoken")
 (#eq? @_verb "verify")
 (#eq? @_key "ignoreExpiration"))

((call_expression
  function: (_
    object: (identifier) @_module
    property: (property_identifier) @_verb) @finding
  arguments: (_
    (_ (_ key: (property_identifier) @_key value: (_ (string) @_algorithm)) @_what)))
 (#any-of? @_module "jwt" "jsonwebtoken")
 (#eq? @_verb "verify")
 (#eq? @_key "algorithms")
 (#match? @_algorithm "(?i)^.none.$"))

((object
  (_ key: (property_identifier) @_key value: (true)) @_what @finding) @_options
 (#eq? @_key "ignoreExpiration")
 (#object-has? @_options "jwtFromRequest"))
