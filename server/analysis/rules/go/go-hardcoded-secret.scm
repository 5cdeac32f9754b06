;; id: go-hardcoded-secret
;; finding: AUTH-1
;; languages: go
;; severity: warning
;; same-as: G101 gosec
;; title: Secret in the source
;; message: A secret is written in the source: everyone who can read the code can use it.
;; model: Read the secret from the environment
;; literals: ecret ECRET assword ASSWORD SignedString Key KEY
;; note:
;; A key in the source is in every clone and in the history for ever. Read it
;; from the environment or a secret store, fail at start when it is missing, and
;; change the one that was written here. Reported for the keys with which a program signs,
;; encrypts or keeps sessions: what it is given by other services (and by the makers of apps) and
;; the first password of an installation are no secrets of its own.
;; end
;; match:
;; package a
;; var jwtSecret = []byte("castle-key-42")
;; end
;; match:
;; package a
;; const sessionKey = "f9bf78b9a18ce6d4"
;; end
;; no-match:
;; package a
;; const (
;; 	APIKey = "3_L94eyQ-wvJhWm7Afp1oBhfTGXZ"
;; 	ClientSecret = "6GKIax7fGT5yPHuNmWNVOc4q"
;; 	signingKey = "static:signing"
;; 	DefaultPassword = "Castle@123"
;; )
;; end
;; match:
;; package a
;; func f() { token.SignedString([]byte("hunter2-key")) }
;; end
;; no-match:
;; package a
;; var jwtSecret = []byte(os.Getenv("JWT_SECRET"))
;; const secretName = "database-credentials"
;; const passwordField = "password"
;; const Aria2Secret = "aria2_secret"
;; const PasswordNumbers = "0123456789"
;; const PasswordLowerCaseLetters = "abcdefghijklmnopqrstuvwxyz"
;; const secretDockerConfigKey = ".dockerconfigjson"
;; const Web3AuthTokenKey = "web3AuthToken"
;; const authTokenContextKey key = "mcp-auth-token"
;; const NewPasswordSameAsPrevious = "error.object.new_password_same_as_previous"
;; end

((var_spec
  name: (identifier) @_name
  value: (expression_list . [
    (interpreted_string_literal) @finding
    (type_conversion_expression operand: (interpreted_string_literal) @finding)
  ] .))
 (#match? @_name "(?i)^(secret|secret_?key|\\w*(jwt|sign|signing|session|cookie|encrypt|encryption)_?\\w*(key|secret))$")
 (#not-match? @_name "(?i)default|public|name")
 (#not-match? @finding "^\"[a-z_.:/-]*[.:/][a-z_.:/-]*\"$")
 (#secret? @finding @_name))

((const_spec
  name: (identifier) @_name
  value: (expression_list . (interpreted_string_literal) @finding .))
 (#match? @_name "(?i)^(secret|secret_?key|\\w*(jwt|sign|signing|session|cookie|encrypt|encryption)_?\\w*(key|secret))$")
 (#not-match? @_name "(?i)default|public|name")
 (#not-match? @finding "^\"[a-z_.:/-]*[.:/][a-z_.:/-]*\"$")
 (#secret? @finding @_name))

((short_var_declaration
  left: (expression_list . (identifier) @_name .)
  right: (expression_list . [
    (interpreted_string_literal) @finding
    (type_conversion_expression operand: (interpreted_string_literal) @finding)
  ] .))
 (#match? @_name "(?i)^(secret|secret_?key|\\w*(jwt|sign|signing|session|cookie|encrypt|encryption)_?\\w*(key|secret))$")
 (#not-match? @_name "(?i)default|public|name")
 (#not-match? @finding "^\"[a-z_.:/-]*[.:/][a-z_.:/-]*\"$")
 (#secret? @finding @_name))

((call_expression
  function: (selector_expression field: (field_identifier) @_verb)
  arguments: (_ . (type_conversion_expression operand: (interpreted_string_literal) @finding)))
 (#eq? @_verb "SignedString")
 (#secret-literal? @finding))
