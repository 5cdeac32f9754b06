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
;; Throw an Error, best one of a class of your own with status and code. Reported for texts in code
;; of servers: an object may be what the handler of errors asks for. Nor is a text reported that a
;; `catch` of the same function takes, or that a task for the command line is ended with.
;; end
;; match:
;; function check(user) { if (!user) throw 'no such user'; }
;; end
;; match:
;; async function load(id) { if (!id) throw `no user ${id}`; return db.find(id); }
;; end
;; no-match:
;; throw new Error('no such user');
;; throw error;
;; throw createError(404);
;; try { load(); } catch (err) { throw { msg: 'cannot load', err }; }
;; throw { status: 404, message: 'no such user' };
;; function read(text) {
;;   try {
;;     if (!text) throw 'empty';
;;     return use(text);
;;   } catch (problem) {
;;     return none;
;;   }
;; }
;; end
;; no-match: javascript tasks/import.js
;; function run() { if (argv.length !== 2) throw 'Two arguments, please.'; }
;; end

((throw_statement . [(string) (template_string)] @_what) @finding
 (#not-inside? @finding "try_statement")
 (#not-function-mentions? @finding "argv" "process.exit")
 (#not-browser-file?)
 (#not-command-line?))
