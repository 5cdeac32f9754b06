;; id: js-jwt-no-expiry
;; finding: AUTH-1
;; languages: javascript typescript tsx
;; severity: warning
;; title: Token that never expires
;; message: This token has no expiry: once stolen it works for ever.
;; model: Let the token expire, with a refresh token
;; literals: jwt jsonwebtoken
;; note:
;; Give access tokens a life of minutes (`expiresIn: '15m'`), and rotate refresh
;; tokens. Reported only where claims and options stand in the call itself.
;; end
;; match:
;; import jwt from 'jsonwebtoken';
;; const token = jwt.sign({ id: user.id }, process.env.KEY);
;; end
;; match:
;; const jwt = require('jsonwebtoken');
;; const token = jwt.sign({ id: user.id }, key, { algorithm: 'RS256' });
;; end
;; no-match:
;; import jwt from 'jsonwebtoken';
;; const token = jwt.sign({ id: user.id }, key, { expiresIn: '15m' });
;; const other = jwt.sign({ id: user.id, exp: soon }, key);
;; const third = jwt.sign(payload, key);
;; const fourth = jwt.sign({ id: 1 }, key, options);
;; end

((call_expression
  function: (_
    object: (identifier) @_module
    property: (property_identifier) @_verb) @finding
  arguments: (_ . (object) @_claims) @_arguments)
 (#any-of? @_module "jwt" "jsonwebtoken")
 (#eq? @_verb "sign")
 (#arguments? @_arguments "2" "3")
 (#not-object-has? @_claims "exp")
 (#not-sign-options? @_arguments "expiresIn" "exp"))
