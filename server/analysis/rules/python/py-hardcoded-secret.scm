;; id: py-hardcoded-secret
;; finding: AUTH-1
;; languages: python
;; severity: warning off
;; same-as: S105 B105
;; title: Secret in the source
;; message: {{@name}} is written in the source: everyone who can read the code can use it.
;; model: Read the secret from the environment
;; literals: SECRET secret Secret TOKEN token KEY key PASSWORD password
;; note:
;; A key in the source is in every clone and in the history for ever. Read it
;; from the environment or a secret store, fail at start when it is missing, and
;; change the one that was written here. A default for `os.getenv` is a secret too:
;; it is what production uses on the day the variable is forgotten.
;; It ships switched off: many of its hits are passwords of demonstrations, seeds and local settings.
;; end
;; match:
;; SECRET_KEY = "f9bf78b9a18ce6d46a0cd2b0b86df9da"
;; end
;; match:
;; import jwt
;; token = jwt.encode({"sub": user.id}, "hunter2-is-my-key", algorithm="HS256")
;; end
;; match:
;; import os
;; JWT_SECRET = os.getenv("JWT_SECRET", "super-secret-key")
;; end
;; match:
;; import os
;; app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY", "dev-secret-123")
;; end
;; match:
;; app.config["JWT_SECRET_KEY"] = "k3y-of-the-castle"
;; end
;; no-match:
;; import os
;; SECRET_KEY = os.environ["SECRET_KEY"]
;; SECRET_KEY = "change-me-${ENV}"
;; JWT_SECRET = os.getenv("JWT_SECRET")
;; DB_PASSWORD = os.getenv("POSTGRES_PASSWORD", "shop")
;; SECRET_NAME = "database-credentials"
;; TOKEN_URL = "oauth2/token"
;; PASSWORD_FIELD = "password_hash"
;; api_key = f"{name}_api_key_1"
;; posthog_project_api_key = "phc_99T7muzafUMMZX15H8XePb"
;; FDC_API_KEY = os.getenv("FDC_API_KEY", "DEMO_KEY")
;; module.params["update_password"] = "on_create"
;; client_secret = "polar_client_secret"
;; end

((assignment
  left: (identifier) @name
  right: (string) @finding)
 (#secret-name? @name)
 (#not-shown-code?)
 (#secret? @finding @name))

((assignment
  left: (_ subscript: (string) @name)
  right: (string) @finding)
 (#secret-name? @name)
 (#not-shown-code?)
 (#secret? @finding @name))

((call
  function: (_) @_function
  arguments: (_ . (string) @name . (string) @finding))
 (#any-of? @_function "os.getenv" "os.environ.get" "environ.get" "getenv")
 (#secret-name? @name)
 (#not-shown-code?)
 (#secret-literal? @finding @name)
 (#not-match? @finding "^.(?!secret|pass)[a-z]{0,8}.$"))

((call
  function: (_
    object: (identifier) @_module
    attribute: (identifier) @_verb)
  arguments: (_ . (_) . (string) @finding @name))
 (#eq? @_module "jwt")
 (#any-of? @_verb "encode" "decode")
 (#secret-literal? @finding))
