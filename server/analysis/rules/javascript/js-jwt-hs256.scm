;; id: js-jwt-hs256
;; finding: AUTH-1
;; languages: javascript typescript tsx
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
;; import jwt from 'jsonwebtoken';
;; const token = jwt.sign(payload, process.env.KEY, { algorithm: 'HS256', expiresIn: '15m' });
;; end
;; no-match:
;; import jwt from 'jsonwebtoken';
;; const token = jwt.sign(payload, privateKey, { algorithm: 'RS256' });
;; const claims = jwt.verify(token, key, { algorithms: ['HS256'] });
;; end

((pair
  key: (property_identifier) @_key
  value: (string) @finding)
 (#any-of? @_key "algorithm" "alg")
 (#match? @finding "^.HS(256|384|512).$"))
