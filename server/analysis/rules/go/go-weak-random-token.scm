;; id: go-weak-random-token
;; finding: AUTH-1
;; languages: go
;; severity: warning
;; same-as: G404 gosec
;; title: Guessable random value as a secret
;; message: {{@finding}} of math/rand can be predicted: a token made with it can be guessed.
;; model: Make secrets with crypto/rand
;; literals: math/rand
;; note:
;; Tokens, passwords and codes come from `crypto/rand`.
;; end
;; match:
;; package a
;; import "math/rand"
;; func newToken() string { return letters[rand.Intn(len(letters))] }
;; end
;; match:
;; package a
;; import "math/rand"
;; func generateToken(n int) string {
;; 	r := rand.New(rand.NewSource(time.Now().UnixNano()))
;; 	return letters[r.Intn(len(letters)):]
;; }
;; end
;; no-match:
;; package a
;; import "math/rand"
;; func jitter() int { return rand.Intn(100) }
;; end

((call_expression
  function: (_
    operand: (identifier) @_module
    field: (field_identifier) @_name) @finding)
 (#any-of? @_module "rand" "r" "rnd" "rng" "random" "seededRand")
 (#match? @_name "^(Int|Intn|Int63|Int31n|Int63n|Read|Perm|IntN)$")
 (#file-has? "\"math/rand")
 (#not-file-has? "\"crypto/rand\"")
 (#function-name? @finding "token password secret otp apikey passcode nonce"))
