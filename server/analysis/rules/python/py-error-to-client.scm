;; id: py-error-to-client
;; finding: ERR-1
;; languages: python
;; severity: warning
;; title: Text of an unexpected error goes to the client
;; message: Any error ends here, and its text goes to the client with a status of 500.
;; model: Map the errors that can happen, and log the rest
;; literals: Exception
;; note:
;; A handler for Exception that answers with `str(error)` tells strangers about
;; tables, paths and hosts, and turns mistakes of the caller into a 500. Catch what
;; can happen, map it to a status once (an exception handler), log the rest with its
;; trace and answer with a neutral message. Reported are answers that say it is the server's fault
;; (500): one that refuses a request (400) tells the caller what to mend.
;; end
;; match:
;; try:
;;     return service.create(order)
;; except Exception as e:
;;     raise HTTPException(status_code=500, detail=str(e))
;; end
;; match:
;; try:
;;     save(form)
;; except Exception as e:
;;     return jsonify({"error": str(e)}), 500
;; end
;; no-match:
;; try:
;;     user = parse_id(text)
;; except Exception as e:
;;     raise HTTPException(status_code=400, detail=str(e))
;; end
;; no-match:
;; try:
;;     page = fetch(url)
;; except Exception as e:
;;     return make_response(str(e), 502)
;; end
;; no-match:
;; def ask(bot):
;;     try:
;;         return bot.reply()
;;     except Exception as e:
;;         return {"error": True, "message": str(e), "status_code": 500}
;; end
;; no-match:
;; try:
;;     return service.create(order)
;; except ValueError as e:
;;     raise HTTPException(status_code=400, detail=str(e))
;; except Exception as e:
;;     log.exception("create failed")
;;     raise HTTPException(status_code=500, detail="internal error") from e
;; end

((except_clause
  "except" @finding
  value: (_
    (identifier) @_class
    alias: (_ (identifier) @_error))
  (_
    (raise_statement
      .
      (_
        function: (identifier) @_raised
        arguments: (argument_list) @_arguments))))
 (#any-of? @_class "Exception" "BaseException")
 (#any-of? @_raised "HTTPException" "abort")
 (#match? @_arguments "\\b50[013]\\b|INTERNAL_SERVER_ERROR|SERVICE_UNAVAILABLE")
 (#shows? @_arguments @_error))

((except_clause
  "except" @finding
  value: (_
    (identifier) @_class
    alias: (_ (identifier) @_error))
  (_
    (return_statement (_) @_value)))
 (#any-of? @_class "Exception" "BaseException")
 (#match? @_value "(?s)(\\b(jsonify|JSONResponse|JsonResponse|make_response|HttpResponse|Response)\\b.*(\\b50[013]\\b|INTERNAL_SERVER_ERROR)|\\bHttpResponseServerError\\b|,\\s*500\\s*\\)?$)")
 (#shows? @_value @_error))
