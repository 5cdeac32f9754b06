;; id: go-error-to-client
;; finding: ERR-1
;; languages: go
;; severity: warning
;; title: Any error is shown to the client
;; message: The text of every kind of error goes to the client with a 500.
;; model: Map errors in one place
;; literals: StatusInternalServerError ", 500)"
;; note:
;; `http.Error(w, err.Error(), 500)` tells strangers about tables, paths and hosts.
;; Let handlers return typed errors, map them to status and text in one place, and
;; log the chain there. What an encoder, a parser or a template says tells nothing, and is not
;; reported.
;; end
;; match:
;; package a
;; func h(w http.ResponseWriter, r *http.Request) { http.Error(w, err.Error(), http.StatusInternalServerError) }
;; end
;; match:
;; package a
;; func h(c *gin.Context) { c.JSON(http.StatusInternalServerError, gin.H{"error": err.Error()}) }
;; end
;; no-match:
;; package a
;; func h(w http.ResponseWriter, r *http.Request) {
;; 	http.Error(w, "internal error", http.StatusInternalServerError)
;; 	http.Error(w, err.Error(), http.StatusBadRequest)
;; 	if err := page.Execute(w, data); err != nil {
;; 		http.Error(w, err.Error(), http.StatusInternalServerError)
;; 	}
;; 	order, err := parseOrder(r)
;; 	if err != nil {
;; 		http.Error(w, err.Error(), http.StatusInternalServerError)
;; 	}
;; 	body, err := json.Marshal(list)
;; 	if err != nil {
;; 		http.Error(w, "list: "+err.Error(), http.StatusInternalServerError)
;; 	}
;; }
;; end

((call_expression
  function: (selector_expression) @_function @finding
  arguments: (_ (_) . (_) @_text . (_) @_status .))
 (#eq? @_function "http.Error")
 (#match? @_text "\\berr\\w*\\.Error\\(\\)")
 (#match? @_status "^(http\\.StatusInternalServerError|500)$")
 (#not-test-folder?)
 (#not-command-line?)
 (#not-comes-from? @_text "Marshal*" "Unmarshal*" "Encode*" "Decode*" "decode*" "Execute*" "Parse*"
  "parse*" "Bind*" "bind*" "ShouldBind*" "BodyParser" "Validate*" "validate*" "FormFile" "strconv" "url"
  "New*" "Render*"))

((call_expression
  function: (selector_expression field: (field_identifier) @_verb) @finding
  arguments: (_ . (_) @_status . (_) @_text .))
 (#any-of? @_verb "JSON" "String" "AbortWithStatusJSON")
 (#match? @_text "\\berr\\w*\\.Error\\(\\)")
 (#match? @_status "^(http\\.StatusInternalServerError|500|fiber\\.StatusInternalServerError)$")
 (#not-test-folder?)
 (#not-command-line?)
 (#not-comes-from? @_text "Marshal*" "Unmarshal*" "Encode*" "Decode*" "decode*" "Execute*" "Parse*"
  "parse*" "Bind*" "bind*" "ShouldBind*" "BodyParser" "Validate*" "validate*" "FormFile" "strconv" "url"
  "New*" "Render*"))
