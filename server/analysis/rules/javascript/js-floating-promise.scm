;; id: js-floating-promise
;; finding: ASYNC-2
;; languages: javascript typescript tsx
;; severity: warning
;; same-as: @typescript-eslint/no-floating-promises
;; title: Nobody waits for this promise
;; message: {{@name}}() is async: without await its errors are lost and its order is not defined.
;; model: Await it, or handle its errors
;; scope: file
;; literals: async
;; note:
;; Reported where a function that this file declares as async is called as a
;; statement inside an async function. `void f()` says that it is meant so. A function that
;; catches the errors of all that it awaits is not reported.
;; end
;; match: javascript
;; async function notify(user) { await mail(user); }
;; async function create(user) {
;;   await save(user);
;;   notify(user);
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
 (#in-async? @finding)
 (#declared-async? @name)
 (#not-declared-safe? @name)
 (#not-browser-file?))
