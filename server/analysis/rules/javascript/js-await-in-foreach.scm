;; id: js-await-in-foreach
;; finding: ASYNC-2
;; languages: javascript typescript tsx
;; severity: warning
;; same-as: @typescript-eslint/no-misused-promises
;; title: await inside forEach
;; message: forEach does not wait for its callback: what follows runs before these are done, and errors are lost.
;; model: Wait for all items (in turn or in parallel)
;; fix-title: Await each item in turn (for...of)
;; literals: forEach
;; note:
;; forEach throws away the promise that an async callback returns. Use `for...of`
;; to take the items one after the other, or `await Promise.all(list.map(...))` to
;; take them at the same time. Not reported where the callback catches its errors and nothing
;; follows in the handler of an event: nobody waits there; nor in code of pages. The rewrite to `for...of` is offered where the
;; list is certainly an array, the statement stands in an async function, and the
;; callback neither returns early nor takes an index.
;; The rewrite is offered by itself, never by fix-all: items that were worked on at the same
;; time are taken one after the other, and the function waits for them.
;; end
;; fix: offered
;; replace @statement: for (const {{@item}} of {{@list}}) {{@body}}
;; end
;; match: typescript
;; async function notify(ids: string[]) {
;;   ids.forEach(async (id) => {
;;     const user = await load(id);
;;     await send(user);
;;   });
;;   done();
;; }
;; end
;; fixed:
;; async function notify(ids: string[]) {
;;   for (const id of ids) {
;;     const user = await load(id);
;;     await send(user);
;;   }
;;   done();
;; }
;; end
;; match: javascript
;; const run = async (rows) => {
;;   const open = rows.filter((row) => row.open);
;;   open.forEach(async ({ id }) => {
;;     await close(id);
;;   });
;; };
;; end
;; fixed:
;; const run = async (rows) => {
;;   const open = rows.filter((row) => row.open);
;;   for (const { id } of open) {
;;     await close(id);
;;   }
;; };
;; end
;; match: javascript
;; function run(rows) {
;;   rows.forEach(async (row) => { await close(row); });
;; }
;; end
;; match: javascript
;; async function run(rows) {
;;   rows.forEach(async (row, i) => { if (!row) return; await close(row, i); });
;; }
;; end
;; no-match: javascript
;; bot.on('closed', async () => {
;;   rows.forEach(async (row) => {
;;     try { await close(row); } catch (e) { log(e); }
;;   });
;; });
;; rows.forEach((row) => close(row));
;; await orders.find({ open: true }).forEach(async (order) => { await close(order); });
;; for (const row of rows) await close(row);
;; await Promise.all(rows.map(async (row) => { await close(row); }));
;; end

((call_expression
  function: (_
    property: (property_identifier) @finding)
  arguments: (_
    .
    [(arrow_function) (function_expression)] @_callback)) @_call
 (#not-has-parent? @_call "await_expression")
 (#eq? @finding "forEach")
 (#async? @_callback)
 (#not-left-alone? @_callback)
 (#not-browser-file?)
 (#has-node? @_callback "await_expression for_in_statement"))

((expression_statement
  (_
    function: (_
      object: (_) @list
      "."
      property: (property_identifier) @finding)
    arguments: (_
      .
      (_
        "async"
        parameters: (_ . (_) @item .)
        "=>"
        body: (statement_block) @body) @_callback
      .))) @statement
 (#eq? @finding "forEach")
 (#not-left-alone? @_callback)
 (#not-browser-file?)
 (#has-node? @body "await_expression for_in_statement")
 (#not-has-node? @body "return_statement variable_declaration")
 (#in-async? @statement)
 (#untyped? @item)
 (#array? @list))
