;; id: js-lost-cause
;; finding: ERR-1
;; languages: javascript typescript tsx
;; severity: hint
;; same-as: preserve-caught-error
;; title: Cause of the error is lost
;; message: The new error does not carry {{@error}} as its cause: its trace is lost.
;; model: Keep the cause
;; fix-title: Keep the cause ({ cause: {{@error}} })
;; literals: catch err.message error.message
;; note:
;; Pass the error on: `throw new ServiceError('...', { cause: error })`. Reported
;; where the caught error is not used at all, and where a built-in error of JavaScript takes
;; only its text: in a `catch`, in a `.catch()` and in a callback that asks `if (err)`; not where the
;; error itself is logged (or its text is) or kept beside it. A name that begins with `_` says that it is dropped on purpose.
;; An error that is not used is reported where something was awaited: what one statement could not
;; read, and what is an answer to the caller (not found, invalid, no access), its text tells in full.
;; The rewrite is offered for the built-in errors: in JavaScript, and in TypeScript where tsconfig.json
;; says ES2022 or later (`target` or `lib`) and the compiler is 4.8 or later.
;; The rewrite is safe: the new error has the same class, text and stack; only `cause` is
;; there, which old versions of Node ignore.
;; end
;; fix: safe
;; after @text: , { cause: {{@error}} }
;; end
;; match: javascript
;; try { await load(); } catch (error) { throw new Error('cannot load'); }
;; end
;; fixed:
;; try { await load(); } catch (error) { throw new Error('cannot load', { cause: error }); }
;; end
;; match: typescript
;; try { await load(); } catch (error) { throw new Error('cannot load'); }
;; end
;; match: javascript
;; try { await load(); } catch (error) { throw new ServiceError('cannot load'); }
;; end
;; match: javascript
;; try { await load(); } catch (error) { throw new Error(`cannot load: ${error.message}`); }
;; end
;; fixed:
;; try { await load(); } catch (error) { throw new Error(`cannot load: ${error.message}`, { cause: error }); }
;; end
;; match: javascript
;; try { await load(); } catch (e) {
;;   if (e.code === 'ENOENT') {
;;     throw new SyntaxError('No such file: ' + e.path + ', ' + e.message);
;;   }
;;   throw e;
;; }
;; end
;; fixed:
;; try { await load(); } catch (e) {
;;   if (e.code === 'ENOENT') {
;;     throw new SyntaxError('No such file: ' + e.path + ', ' + e.message, { cause: e });
;;   }
;;   throw e;
;; }
;; end
;; match: javascript
;; fs.readFile(path, (err, text) => {
;;   if (err) return callback(new Error(`cannot read ${path}: ${err.message}`));
;;   callback(null, text);
;; });
;; end
;; fixed:
;; fs.readFile(path, (err, text) => {
;;   if (err) return callback(new Error(`cannot read ${path}: ${err.message}`, { cause: err }));
;;   callback(null, text);
;; });
;; end
;; match: javascript
;; try { done(null, await read(file)); } catch (e) { return done(new Error('cannot read')); }
;; end
;; fixed:
;; try { done(null, await read(file)); } catch (e) { return done(new Error('cannot read', { cause: e })); }
;; end
;; match: javascript
;; load().catch(function (error) { const wrapped = new Error(error.message); wrapped.code = 'LOAD'; throw wrapped; });
;; end
;; fixed:
;; load().catch(function (error) { const wrapped = new Error(error.message, { cause: error }); wrapped.code = 'LOAD'; throw wrapped; });
;; end
;; no-match:
;; keys.forEach((key) => {
;;   if (key === 'label') throw new TypeError(`${key} must be a string`);
;; });
;; end
;; no-match: javascript
;; function toError(problem) { return new Error('wrong: ' + problem.message); }
;; problems.forEach((error) => { throw new Error('wrong: ' + error.message); });
;; load().catch((error) => { const e = new Error('x: ' + error.message); e.stack = error.stack; throw e; });
;; load().catch((error) => { const e = new Error('x: ' + error.message); e.original = error; throw e; });
;; load().catch((error) => { log.warn('cannot load', error); throw new Error('x: ' + error.message); });
;; load().catch((error) => { log.warn(`cannot load: ${error.message}`); throw new Error('x: ' + error.message); });
;; load().catch((error) => { throw new Error('Invalid order: ' + error.message); });
;; load().catch((error) => { throw wrap(new Error('x: ' + error.message), error); });
;; try { load(); } catch (error) {
;;   for (const error of problems) throw new Error('wrong: ' + error.message);
;; }
;; try { load(); } catch ({ message }) { throw new Error('wrong: ' + message); }
;; try { load(); } catch (error) { log(error); reject(new Error('cannot load')); }
;; try { load(); } catch (error) { track(new Error('cannot load')); }
;; try { load(); } catch (error) { throw new ServiceError('cannot load: ' + error.message); }
;; end
;; no-match: javascript
;; try { order = JSON.parse(text); } catch (error) { throw new Error('cannot read the order'); }
;; try { await jwt.verify(token, key); } catch (error) { throw new Error('cannot log in'); }
;; try { await fs.access(file); } catch (error) { throw new Error(`no ${file} here`); }
;; try { order = await find(id); } catch (error) { throw new AppError(404, 'Order not found'); }
;; try { order = await find(id); } catch (error) { throw new Error('Invalid order'); }
;; try { order = await pay(id); } catch (error) { throw new HttpException('Try again', 500); }
;; end
;; no-match: javascript web/cart.js
;; try { await load(); } catch (error) { throw new Error('cannot load'); }
;; end
;; no-match: javascript
;; const { Error } = require('./errors');
;; try { load(); } catch (error) { throw new Error('wrong: ' + error.message); }
;; end
;; no-match: javascript
;; class TypeError extends Failure {}
;; try { load(); } catch (error) { throw new TypeError('wrong: ' + error.message); }
;; end
;; no-match:
;; try { await load(); } catch (_error) { throw new Error('cannot load'); }
;; try { await load(); } catch (ignore) { throw new Error('cannot load'); }
;; try { await load(); } catch (error) { throw new Error('cannot load', { cause: error }); }
;; try { await load(); } catch (error) { log(error); throw new Error('cannot load'); }
;; try { await load(); } catch { throw new Error('cannot load'); }
;; end

; What is thrown is made of something else than the error.
((try_statement
  body: (statement_block) @_tried
  handler: (catch_clause
    parameter: (identifier) @error
    body: (_ (throw_statement (_ "new" @finding constructor: (identifier) @_class) @_new)) @_body))
 (#match? @_class "^(Error|\\w*(Internal|Service|Server|Database|Storage|Network|Connection|Upload)\\w*)$")
 (#has-node? @_tried "await_expression")
 (#not-just? @_tried "parse" "verify" "URL" "access" "stat" "lstat" "require" "import"
  "decodeURIComponent" "validate" "jwtVerify" "authenticate" "login" "decode")
 (#not-match? @_new "(?i)unauthori|forbidden|notfound|not[ _]found|invalid|malformed|must |required|exist|denied|expired|incorrect|wrong|credential|authenticat|permission|bad_?request|valid|to find|pars(e|ing)")
 (#not-browser-file?)
 (#not-command-line?)
 (#not-match? @error "^(_|ignore|expected$|unused)")
 (#not-mentions? @_body @error))

((try_statement
  body: (statement_block) @_tried
  handler: (catch_clause
    parameter: (identifier) @error
    body: (_
      (throw_statement
        (_
          "new" @finding
          constructor: (identifier) @_class
          arguments: (_ . [(string) (template_string) (binary_expression)] @text .)) @_new)) @_body))
 (#has-node? @_tried "await_expression")
 (#not-just? @_tried "parse" "verify" "URL" "access" "stat" "lstat" "require" "import"
  "decodeURIComponent" "validate" "jwtVerify" "authenticate" "login" "decode")
 (#not-match? @_new "(?i)unauthori|forbidden|notfound|not[ _]found|invalid|malformed|must |required|exist|denied|expired|incorrect|wrong|credential|authenticat|permission|bad_?request|valid|to find|pars(e|ing)")
 (#not-browser-file?)
 (#not-command-line?)
 (#any-of? @_class "Error" "TypeError" "RangeError" "SyntaxError" "ReferenceError" "URIError" "EvalError")
 (#not-mentions? @_body @error)
 (#not-match? @error "^(_|ignore|expected$|unused)")
 (#error-cause?)
 (#not-declared? @_class)
 (#not-bound? @_class))

; The same, handed to a callback or a promise.
((try_statement
  body: (statement_block) @_tried
  handler: (catch_clause
    parameter: (identifier) @error
    body: (_
      (_
        (_
          function: (identifier) @_out
          arguments: (_ .
            (_
              "new" @finding
              constructor: (identifier) @_class
              arguments: (_ . [(string) (template_string) (binary_expression)] @text .) @_new))))) @_body))
 (#has-node? @_tried "await_expression")
 (#not-just? @_tried "parse" "verify" "URL" "access" "stat" "lstat" "require" "import"
  "decodeURIComponent" "validate" "jwtVerify" "authenticate" "login" "decode")
 (#not-match? @_new "(?i)unauthori|forbidden|notfound|not[ _]found|invalid|malformed|must |required|exist|denied|expired|incorrect|wrong|credential|authenticat|permission|bad_?request|valid|to find|pars(e|ing)")
 (#not-browser-file?)
 (#not-command-line?)
 (#any-of? @_out "reject" "callback" "cb" "done" "next")
 (#any-of? @_class "Error" "TypeError" "RangeError" "SyntaxError" "ReferenceError" "URIError" "EvalError")
 (#not-mentions? @_body @error)
 (#not-match? @error "^(_|ignore|expected$|unused)")
 (#error-cause?)
 (#not-declared? @_class)
 (#not-bound? @_class))

; It takes the text of the error, wherever it is made.
((new_expression
   "new" @finding
   constructor: (identifier) @_class
   arguments: (_ .
     [(identifier) @error
      (_ (identifier) @error)
      (_ (_ (identifier) @error))
      (_ (_ (_ (identifier) @error)))
      (_ (_ (_ (_ (identifier) @error))))] @text .)) @_new
 (#any-of? @_class "Error" "TypeError" "RangeError" "SyntaxError" "ReferenceError" "URIError" "EvalError")
 (#lost? @_new @error)
 (#not-match? @_new "(?i)invalid|malformed|must |not valid|pars(e|ing)|decod|decrypt|UNAUTHORIZED")
 (#not-browser-file?)
 (#not-command-line?)
 (#error-cause?)
 (#not-declared? @_class)
 (#not-bound? @_class))
