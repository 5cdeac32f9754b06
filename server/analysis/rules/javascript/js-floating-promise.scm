;; id: js-floating-promise
;; finding: ASYNC-2
;; languages: javascript typescript tsx
;; severity: warning
;; same-as: @typescript-eslint/no-floating-promises
;; title: Nobody waits for this promise
;; message: {{@name}}() is async: without await its errors pass by this catch, and nothing waits for it.
;; model: Await it, or handle its errors
;; scope: file
;; literals: async
;; note:
;; Reported where a function that this file declares as async is called as a
;; statement in a `try` of an async function: the `catch` was written for its errors, and is left before
;; they come. `void f()` says that it is meant so. A function that catches the errors of all that it
;; awaits is not reported.
;; end
;; match: javascript
;; async function notify(user) { await mail(user); }
;; async function create(user) {
;;   try {
;;     await save(user);
;;     if (user.open) {
;;       notify(user);
;;     }
;;   } catch (error) {
;;     log(error);
;;   }
;; }
;; end
;; no-match: javascript
;; async function notify(user) { await mail(user); }
;; async function create(user) {
;;   await save(user);
;;   notify(user);
;; }
;; async function clear(user) {
;;   try { await save(user); } catch (error) { notify(user); }
;; }
;; end
;; no-match: javascript
;; async function notify(user) { await mail(user); }
;; async function create(user) {
;;   await notify(user);
;;   void notify(user);
;;   notify(user).catch(log);
;;   const job = notify(user);
;; }
;; main();
;; async function main() {}
;; async function poll() {
;;   while (true) {
;;     try { await load(); } catch (error) { log(error); }
;;   }
;; }
;; async function start() {
;;   await connect();
;;   poll();
;; }
;; end

((expression_statement
  .
  (_ function: (identifier) @name @finding))
 (#inside? @finding "try_statement")
 (#not-inside? @finding "catch_clause finally_clause")
 (#in-async? @finding)
 (#declared-async? @name)
 (#not-declared-safe? @name)
 (#not-browser-file?))
