;; id: js-weak-random-token
;; finding: AUTH-1
;; languages: javascript typescript tsx
;; severity: warning
;; same-as: sonarjs/pseudo-random
;; title: Guessable random value as a secret
;; message: Math.random() can be predicted: a token made with it can be guessed.
;; model: Make secrets with the crypto module
;; literals: Math.random
;; note:
;; Tokens, passwords and codes come from `crypto.randomBytes`, `crypto.randomInt` or
;; `crypto.randomUUID`.
;; end
;; match:
;; const resetToken = Math.random().toString(36).slice(2);
;; end
;; match:
;; function generateOtp() {
;;   return Math.floor(100000 + Math.random() * 900000);
;; }
;; end
;; no-match:
;; function makePassword() { return crypto.randomBytes(24 + Math.floor(Math.random() * 40)).toString('hex'); }
;; const delay = Math.random() * 100;
;; const pick = names[Math.floor(Math.random() * names.length)];
;; end

((call_expression function: (member_expression) @_random) @finding
 (#eq? @_random "Math.random")
 (#not-function-mentions? @finding "crypto" "randomBytes" "randomUUID")
 (#function-name? @finding "token password secret otp apikey passcode")
 (#not-browser-file?))

((variable_declarator
  name: (identifier) @_name
  value: (_) @finding)
 (#name-word? @_name "token password secret otp passcode")
 (#match? @finding "^[^={]*\\bMath\\.random\\(")
 (#not-browser-file?))
