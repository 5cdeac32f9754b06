;; id: go-ignored-input-error
;; finding: AUTH-3
;; languages: go
;; severity: warning
;; same-as: errcheck
;; title: Input that cannot be read is taken as zero
;; message: The error is ignored, so input that cannot be read counts as empty.
;; model: Validate this value
;; literals: strconv. Decode( Unmarshal(
;; note:
;; A value from a request that does not parse is an error of the caller: answer 400,
;; and check its range. Reported for what the path names, for ids, and for bodies whose
;; decoding is not checked; an optional filter that falls back to zero is not, nor a number whose
;; range the next line checks, nor a form's value, which may be left out.
;; end
;; match:
;; package a
;; func h(w http.ResponseWriter, r *http.Request) { n, _ := strconv.Atoi(r.PathValue("order")) }
;; end
;; match:
;; package a
;; func h(c *gin.Context) { id, _ := strconv.ParseInt(c.Param("id"), 10, 64) }
;; end
;; match:
;; package a
;; func h(w http.ResponseWriter, r *http.Request) { json.NewDecoder(r.Body).Decode(&input) }
;; end
;; no-match:
;; package a
;; func h(w http.ResponseWriter, r *http.Request) {
;; 	n, err := strconv.Atoi(r.URL.Query().Get("page"))
;; 	if err := json.NewDecoder(r.Body).Decode(&input); err != nil { return }
;; 	port, _ := strconv.Atoi(os.Getenv("PORT"))
;; 	page, _ := strconv.Atoi(c.Query("page"))
;; 	template, _ := strconv.Atoi(c.FormValue("template_id"))
;; 	id, _ := strconv.Atoi(c.Param("id"))
;; 	if id < 1 { return badRequest("invalid id") }
;; }
;; end

((short_var_declaration
  left: (expression_list . (identifier) @_name . (identifier) @_ignored .)
  right: (expression_list
    (call_expression
      function: (selector_expression) @_function
      arguments: (_ . (call_expression) @_input)))) @finding
 (#eq? @_ignored "_")
 (#any-of? @_function "strconv.Atoi" "strconv.ParseInt" "strconv.ParseUint" "strconv.ParseFloat")
 (#not-checked-next? @finding @_name)
 (#not-match? @_input "FormValue")
 (#match? @_input "^(r|req|request)\\.PathValue\\(|^(c|ctx|e)\\.Params?\\(|^chi\\.URLParam|^mux\\.Vars|^(r|req|request|c|ctx|e)\\b.*\\([^)]*(\\bid|_id|Id)\\W+$"))

((expression_statement
  (call_expression
    function: (_
      operand: (call_expression
        function: (selector_expression) @_decoder
        arguments: (_ (selector_expression) @_body))
      field: (field_identifier) @_verb))) @finding
 (#eq? @_decoder "json.NewDecoder")
 (#eq? @_verb "Decode")
 (#match? @_body "^(r|req|request)\\.Body$|Request\\.Body$"))
