;; id: js-empty-catch
;; finding: ERR-1
;; languages: javascript typescript tsx
;; severity: warning off
;; same-as: no-empty @typescript-eslint/no-empty lint/suspicious/noEmptyBlockStatements
;; title: Empty catch
;; message: The error is thrown away: nobody will know that this failed.
;; model: Handle or log this error
;; literals: catch
;; note:
;; An empty catch hides every mistake, those of the programmer too. Handle what
;; can be handled, log it, or let it pass on. A comment that says why
;; nothing is done is respected. So is a question where the failure is the answer: a `try`
;; that ends with `return`, and a single statement like `JSON.parse`, `new URL`,
;; `require`, `statSync` or access to the browser's storage; and tidying up in a `finally`
;; or after another error; and one assignment, where the variable keeps what it had.
;; A name like `_error` and `.catch(() => {})` say that it is meant so. Only code of servers and
;; tools is reported. It ships switched off: half of its hits may well be meant so.
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
;; try {
;;   await prisma.account.deleteMany({ where: { userId } });
;; } catch {}
;; await prisma.user.delete({ where: { id: userId } });
;; end
;; no-match:
;; try { load(); } catch { /* no such file: start with the defaults */ }
;; try { load(); } catch (e) { log(e); }
;; send(mail).catch(() => {});
;; let value = text;
;; try { value = JSON.parse(text); } catch {}
;; try { sharp = require('sharp'); } catch (e) {}
;; try { require('ts-node').register(); require('tsconfig-paths').register(); } catch {}
;; try { locale = page.lang(); } catch {}
;; try { find(name); show(name); } catch (_error) {}
;; try { load(); } catch (e) { try { await undo(); } catch {} throw e; }
;; try { await work(key); } finally { try { await remove(key); } catch {} }
;; end
;; no-match:
;; async function tag(name) {
;;   try {
;;     return (await exec(`git show-ref --tags ${name}`)).stdout;
;;   } catch (e) {
;;   }
;; }
;; end
;; no-match:
;; for (const dir of dirs) {
;;   try {
;;     const stat = fs.lstatSync(dir);
;;     if (stat.isFile()) break;
;;   } catch (e) {}
;;   try {
;;     await load(dir);
;;     // eslint-disable-next-line no-empty
;;   } catch (e) {}
;;   try { fs.mkdirSync(dir); } catch {}
;; }
;; end
;; no-match: javascript frontend/cart.js
;; try { wx.setStorageSync('cartId', 0); } catch (e) {}
;; end

((try_statement
  body: (statement_block) @_tried
  handler: (_
    "catch" @finding
    body: (statement_block) @_body) @_clause)
 (#empty? @_body)
 (#not-probes? @_tried)
 (#not-ends-with-comment? @_tried)
 (#not-just? @_tried "JSON.parse" "URL" "require" "import" "decodeURIComponent" "decodeURI"
  "localStorage" "sessionStorage" "BigInt" "RegExp" "toLocaleString" "mkdirSync" "readdirSync"
  "readFileSync" "accessSync" "statSync" "unlinkSync" "rmSync" "close" "destroy" "kill" "unlink"
  "mkdir" "access" "stat" "toISOString" "toString" "disconnect" "removeChild" "releaseLock" "cancel")
 (#not-mentions? @_tried "require")
 (#not-match? @_tried "^\\{\\s*[\\w.]+\\s*=[^\\n]*\\s*\\}$")
 (#not-match? @_clause "^catch\\s*\\(\\s*_\\w")
 (#not-inside? @_tried "finally_clause catch_clause")
 (#not-browser-file?)
 (#not-test-folder?))
