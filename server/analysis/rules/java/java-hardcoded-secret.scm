;; id: java-hardcoded-secret
;; finding: AUTH-1
;; languages: java
;; severity: warning
;; same-as: S2068 S6418
;; title: Secret in the source
;; message: {{@_name}} is written in the source: everyone who can read the code can use it.
;; model: Read the secret from the environment
;; literals: ecret ECRET assword ASSWORD Key KEY
;; note:
;; A key in the source is in every clone and in the history for ever. Read it
;; from the environment or a secret store, fail at start when it is missing, and
;; change the one that was written here. Reported for the keys with which a program signs,
;; encrypts or keeps sessions: the first password of an installation and what other services give
;; are no secrets of its own.
;; end
;; match:
;; class A { private static final String JWT_SECRET = "f9bf78b9a18ce6d46a0c"; }
;; end
;; match:
;; class A { void f() { String encryptionKey = "AKIA4242KEY4242"; } }
;; end
;; no-match:
;; class A {
;;   @Value("${jwt.secret}") private String secret;
;;   static final String SECRET_NAME = "database-credentials";
;;   static final String PASSWORD = "password";
;;   static final String SECRET_REF = "x-secret-ref";
;;   static final String GP_PASSWORD_REQUIRES_DIGIT = "security.passwordRequiresDigit";
;;   static final String KEY_SMTP_ENCRYPTION_KEY = "SmtpEncryptionKey";
;;   static final String HDR_API_SECRET = "X-Acme-ApiSecret";
;;   static final String DOCKER_SECRET_KEY = "env_spas_secretKey";
;;   static final String KEY_GOOGLE_API_KEY = "google_api_key";
;;   static final String ADMIN_DEFAULT_PASSWORD = "Castle123";
;;   static final String DEFAULT_DEVICE_PASSWORD = "00000000";
;;   String passwordHash = encoder.encode(password);
;; }
;; end

((variable_declarator
  name: (identifier) @_name
  value: (string_literal) @finding)
 (#match? @_name "(?i)^(secret|secret_?key|\\w*(jwt|sign|signing|session|cookie|encrypt|encryption)_?\\w*(key|secret|password))$")
 (#not-match? @_name "(?i)default|public|name|property|header|salt|settings")
 (#not-match? @finding "^\"[a-z_.:/-]*[.:/][a-z_.:/-]*\"$")
 (#secret? @finding @_name))

((method_invocation
  name: (identifier) @_name
  arguments: (_ (_) . (string_literal) @finding .))
 (#eq? @_name "signWith")
 (#secret-literal? @finding))
