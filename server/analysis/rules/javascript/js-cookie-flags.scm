;; id: js-cookie-flags
;; finding: AUTH-1
;; languages: javascript typescript tsx
;; severity: warning
;; title: Session cookie that scripts can read
;; message: {{@_name}} is set without httpOnly: one injected script can steal it.
;; model: Set httpOnly, secure and sameSite
;; literals: cookie(
;; note:
;; A cookie that logs someone in is set with `httpOnly: true, secure: true,
;; sameSite: 'lax'` (or 'strict').
;; end
;; match:
;; res.cookie('access_token', token, { maxAge: 3600000 });
;; end
;; match:
;; res.cookie('jwt', token);
;; end
;; no-match:
;; res.cookie('jwt', token, { httpOnly: true, secure: true });
;; res.cookie('jwt', token, options);
;; res.cookie('theme', theme);
;; res.cookie('XSRF-TOKEN', token);
;; $.cookie('sessionResetTime', time, { path: '/' });
;; end

((call_expression
  function: (_ property: (property_identifier) @_verb) @finding
  arguments: (_ . (string) @_name . (_)) @_arguments)
 (#eq? @_verb "cookie")
 (#match? @_name "(?i)token|jwt|session|sid\\b|auth")
 (#not-match? @_name "(?i)xsrf|csrf|time(out)?\\W*$")
 (#not-cookie-options? @_arguments "httpOnly"))
