;; id: js-empty-catch
;; finding: ERR-1
;; languages: javascript typescript tsx
;; severity: warning
;; same-as: no-empty @typescript-eslint/no-empty lint/suspicious/noEmptyBlockStatements
;; title: Empty catch
;; message: The error is thrown away: nobody will know that this failed.
;; model: Handle or log this error
;; literals: catch
;; note:
;; An empty catch hides every mistake, those of the programmer too. Handle what
;; can be handled, log it, or let it pass on. A comment in the block that says why
;; nothing is done is respected. So is a single statement that only asks whether
;; something can be done, where the failure is the answer: `JSON.parse`, `new URL`,
;; `require`, access to the browser's storage; and tidying up in a `finally` or
;; after another error.
;; end
;; match:
;; try {
;;   await send(mail);
;; } catch (e) {
;; }
;; end
;; match:
;; try { load(); } catch {}
;; end
;; match:
;; send(mail).catch(() => {});
;; end
;; no-match:
;; try { load(); } catch { /* no such file: start with the defaults */ }
;; try { load(); } catch (e) { log(e); }
;; send(mail).catch(() => undefined);
;; let value = text;
;; try { value = JSON.parse(text); } catch {}
;; try { sharp = require('sharp'); } catch (e) {}
;; try { load(); } catch (e) { try { await undo(); } catch {} throw e; }
;; try { await work(key); } finally { try { await remove(key); } catch {} }
;; end

((try_statement
  body: (statement_block) @_tried
  handler: (catch_clause
    "catch" @finding
    body: (statement_block) @_body))
 (#empty? @_body)
 (#not-just? @_tried "JSON.parse" "URL" "require" "import" "decodeURIComponent" "decodeURI"
  "localStorage" "sessionStorage" "BigInt" "RegExp" "toLocaleString")
 (#not-inside? @_tried "finally_clause catch_clause"))

((expression_statement
  (call_expression
    function: (_
      object: (call_expression)
      property: (property_identifier) @finding)
    arguments: (_ . [
      (arrow_function body: (statement_block) @_body)
      (function_expression body: (statement_block) @_body)
    ] .)))
 (#eq? @finding "catch")
 (#empty? @_body))
