;; id: py-weak-random-token
;; finding: AUTH-1
;; languages: python
;; severity: warning
;; same-as: S311 B311
;; title: Guessable random value as a secret
;; message: {{@call}}() can be predicted: a token made with it can be guessed.
;; model: Make secrets with the secrets module
;; literals: random
;; note:
;; The `random` module is for games and samples. Tokens, passwords and codes come
;; from `secrets` (`secrets.token_urlsafe()`, `secrets.choice`, `secrets.randbelow`).
;; end
;; match:
;; import random
;; def make_token():
;;     return "".join(random.choice(ALPHABET) for _ in range(32))
;; end
;; match:
;; import random
;; otp = random.randint(100000, 999999)
;; end
;; match:
;; from random import choice
;; def new_token():
;;     return "".join(choice(ascii_letters) for _ in range(8))
;; end
;; no-match:
;; import random, secrets
;; def make_token():
;;     return secrets.token_urlsafe(32)
;; delay = random.random()
;; def make_boundary():
;;     token = random.randrange(sys.maxsize)
;; pick = random.choice(names)
;; end

((call
  function: (_
    object: (identifier) @_module
    attribute: (identifier) @_name) @call @finding)
 (#eq? @_module "random")
 (#any-of? @_name "choice" "choices" "randint" "random" "randrange" "getrandbits" "sample")
 (#not-function-name? @finding "boundary test fake mock")
 (#function-name? @finding "token password secret otp pin apikey"))

((assignment
  left: (identifier) @_target
  right: (call
    function: (_
      object: (identifier) @_module
      attribute: (identifier) @_name) @call @finding))
 (#name-word? @_target "token password secret otp")
 (#not-function-name? @finding "boundary test fake mock")
 (#eq? @_module "random")
 (#any-of? @_name "choice" "choices" "randint" "random" "randrange" "getrandbits" "sample"))

((call
  function: (identifier) @call @finding)
 (#any-of? @call "choice" "choices" "randint" "randrange" "getrandbits")
 (#file-has? "from random import")
 (#not-function-name? @finding "boundary test fake mock")
 (#function-name? @finding "token password secret otp apikey"))
