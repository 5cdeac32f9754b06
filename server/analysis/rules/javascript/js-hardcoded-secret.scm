;; id: js-hardcoded-secret
;; finding: AUTH-1
;; languages: javascript typescript tsx
;; severity: warning off
;; same-as: no-secrets/no-secrets sonarjs/no-hardcoded-passwords sonarjs/no-hardcoded-secrets
;; title: Secret in the source
;; message: {{@name}} is written in the source: everyone who can read the code can use it.
;; model: Read the secret from the environment
;; literals: secret SECRET Secret KEY Key key PASSWORD password jwt
;; note:
;; A key in the source is in every clone and in the history for ever. Read it
;; from the environment or a secret store, fail at start when it is missing, and
;; change the one that was written here. `process.env.SECRET || 'default'` is the
;; same: the default is what production uses on the day the variable is forgotten. Examples,
;; demos, seeds and mocks are not reported, nor are passwords of a server on this machine.
;; It ships switched off: many of its hits are passwords of demonstrations, seeds and local settings.
;; end
;; match:
;; const JWT_SECRET = 'f9bf78b9a18ce6d46a0cd2b0';
;; end
;; match:
;; const secret = process.env.JWT_SECRET || 'my-secret-key';
;; end
;; match:
;; const token = jwt.sign({ id: user.id }, 'castle-key-42');
;; end
;; match:
;; app.use(session({ secret: 'keyboard cat', resave: false }));
;; end
;; no-match:
;; const JWT_SECRET = process.env.JWT_SECRET;
;; const token = jwt.sign({ id }, process.env.JWT_SECRET);
;; const secretName = 'database-credentials';
;; const key = 'user-list';
;; end
;; no-match: javascript examples/auth/index.js
;; app.use(session({ secret: 'shhhh, very secret' }));
;; end
;; no-match: javascript src/search.js
;; const db = connect({ server: 'localhost', user: 'sa', password: 'S0meVeryHardPassword' });
;; docsearch({ appId: 'N3ZF861Q5G', apiKey: 'f52fa93b9068fe8824beab5727ae84a1', indexName: 'docs' });
;; end
;; no-match: javascript client/src/locales/nl-NL/login.js
;; export default { translation: { password: 'Wachtwoord', poweredBy: 'x' } };
;; end
;; no-match: javascript config/env/production.js
;; module.exports = { clientSecret: process.env.FACEBOOK_SECRET || 'APP_SECRET' };
;; end
;; no-match: typescript src/env.ts
;; const env = { GITHUB_SECRET: 'test-github', AZURE_CLIENT_SECRET: 'mock-azure-4711', USER_PASSWORD: 'test1234' };
;; end

((variable_declarator
  name: (identifier) @name
  value: (string) @finding)
 (#secret-name? @name)
 (#not-shown-code?)
 (#secret? @finding @name))

((object
  (_
    key: (property_identifier) @name
    value: (string) @finding)) @_object
 (#secret-name? @name)
 (#not-match? @_object "localhost|127\\.0\\.0\\.1|indexName")
 (#not-shown-code?)
 (#secret? @finding @name))

((pair
  key: (property_identifier) @name
  value: (string) @finding)
 (#any-of? @name "secret" "secretOrKey" "secretOrPrivateKey")
 (#not-shown-code?)
 (#secret-literal? @finding))

((binary_expression
  left: (_
    object: (member_expression) @_env
    property: (property_identifier) @name)
  operator: ["||" "??"]
  right: (string) @finding)
 (#eq? @_env "process.env")
 (#secret-name? @name)
 (#secret-literal? @finding @name))

((call_expression
  function: (_
    object: (identifier) @_module
    property: (property_identifier) @_verb) @name
  arguments: (_ . (_) . (string) @finding))
 (#any-of? @_module "jwt" "jsonwebtoken")
 (#any-of? @_verb "sign" "verify")
 (#secret-literal? @finding))
