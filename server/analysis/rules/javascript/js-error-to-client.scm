;; id: js-error-to-client
;; finding: ERR-1
;; languages: javascript typescript tsx
;; severity: warning
;; title: Any error is shown to the client
;; message: Every kind of error ends here as a 500, and its text goes to the client.
;; model: Map errors in one place
;; literals: catch
;; note:
;; A catch that answers every error with 500 and `error.message` tells strangers
;; about tables, paths and hosts, and repeats itself in each handler. Throw errors
;; that carry status and code, and map them in one error middleware, which logs the
;; whole chain and answers with a neutral text. An error that is handed over whole becomes `{}`
;; in JSON, and is not reported.
;; end
;; match:
;; app.get('/users', async (req, res) => {
;;   try { res.json(await list()); } catch (err) { res.status(500).json({ error: err.message }); }
;; });
;; end
;; no-match:
;; app.get("/a", async (req, res) => {
;;   try {
;;     res.json(await load());
;;   } catch (error) {
;;     log.error(error);
;;     res.status(500).json({ error: "Internal server error" });
;;   }
;; });
;; end
;; no-match:
;; app.get('/users', async (req, res, next) => {
;;   try { res.json(await list()); } catch (err) { next(err); }
;;   try { res.json(await list()); } catch (err) { res.status(500).json({ status: 'error', error: err }); }
;;   try { res.json(await list()); } catch (err) { log(err); res.status(500).json({ error: 'internal' }); }
;;   try { res.json(await list()); } catch (err) { res.status(400).json({ error: err.message }); }
;; });
;; end

((catch_clause
  "catch" @finding
  parameter: (identifier) @_error
  body: (_
    [
      (expression_statement
        (_
          function: (_
            object: (_
              function: (_ property: (property_identifier) @_status)
              arguments: (_ . (number) @_code))
            property: (property_identifier) @_send)
          arguments: (arguments) @_body))
      (return_statement
        (_
          function: (_
            object: (_
              function: (_ property: (property_identifier) @_status)
              arguments: (_ . (number) @_code))
            property: (property_identifier) @_send)
          arguments: (arguments) @_body))
    ]))
 (#any-of? @_status "status" "code")
 (#eq? @_code "500")
 (#any-of? @_send "json" "send")
 (#match? @_body "\\.(message|stack|toString\\(\\))|\\bString\\(|\\$\\{|\\+")
 (#uses? @_body @_error))
