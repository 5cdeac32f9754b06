;; id: go-jwt-method
;; finding: AUTH-1
;; languages: go
;; severity: warning off
;; title: Signing method of the token is not checked
;; message: The token says itself how it was signed: one made with another method may pass.
;; model: Check method, issuer and audience
;; literals: jwt.Parse
;; note:
;; Check the method in the key function (`token.Method.(*jwt.SigningMethodRSA)`), or
;; give `jwt.WithValidMethods` to the parser; check issuer and audience as well.
;; Since version 4, golang-jwt refuses a key of the wrong type by itself, so that little is left
;; to mix up: switched off unless you ask for it.
;; end
;; match:
;; package a
;; func f() { token, err := jwt.Parse(raw, func(t *jwt.Token) (interface{}, error) { return key, nil }) }
;; end
;; no-match:
;; package a
;; func f() {
;; 	token, err := jwt.Parse(raw, func(t *jwt.Token) (interface{}, error) {
;; 		if _, ok := t.Method.(*jwt.SigningMethodHMAC); !ok {
;; 			return nil, errMethod
;; 		}
;; 		return key, nil
;; 	})
;; 	token, err = jwt.Parse(raw, keys, jwt.WithValidMethods(methods))
;; }
;; end

((call_expression
  function: (selector_expression) @finding
  arguments: (_ (func_literal)) @_arguments)
 (#any-of? @finding "jwt.Parse" "jwt.ParseWithClaims")
 (#not-mentions? @_arguments "Method" "Alg" "WithValidMethods" "SigningMethodHMAC" "SigningMethodRSA")
 (#not-file-has? "WithValidMethods" "ValidMethods"))
