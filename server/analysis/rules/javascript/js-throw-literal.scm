;; id: js-throw-literal
;; finding: ERR-1
;; languages: javascript typescript tsx
;; severity: warning
;; same-as: no-throw-literal @typescript-eslint/only-throw-error @typescript-eslint/no-throw-literal lint/style/useThrowOnlyError
;; title: Something that is no Error is thrown
;; message: A thrown {{@_what}} has no stack and no type: nobody can tell where it came from.
;; model: Throw an Error with a code
;; literals: throw
;; note:
;; Throw an Error, best one of a class of your own with status and code.
;; end
;; match:
;; function check(user) { if (!user) throw 'no such user'; }
;; end
;; match:
;; throw { status: 404, message: 'no such user' };
;; end
;; no-match:
;; throw new Error('no such user');
;; throw error;
;; throw createError(404);
;; try { load(); } catch (err) { throw { msg: 'cannot load', err }; }
;; end

((throw_statement . (string) @_what) @finding
 (#not-browser-file?))
((throw_statement . (template_string) @_what) @finding
 (#not-browser-file?))
((throw_statement . (object) @_what) @finding
 (#not-browser-file?)
 (#not-object-has? @_what "stack" "err" "error" "cause"))
