;; id: java-list-no-limit
;; finding: REST-2
;; languages: java
;; severity: hint off
;; title: List endpoint without a limit
;; message: This answers with every row there is: it grows with the table.
;; model: Add pagination
;; literals: findAll()
;; note:
;; Take a `Pageable` with a maximum size and answer with a page.
;; How many rows a table will have, a file does not say (half of the hits on real code were
;; settings and other short lists): switched off unless you ask for it.
;; end
;; match:
;; class A { @GetMapping("/owners") public List<Owner> all() { return owners.findAll(); } }
;; end
;; no-match:
;; class A {
;;   @GetMapping("/owners") public Page<Owner> all(Pageable page) { return owners.findAll(page); }
;;   List<Owner> helper() { return owners.findAll(); }
;; }
;; end

((method_declaration
  (modifiers (annotation name: (identifier) @_mapping))
  body: (block
    (return_statement
      (method_invocation
        name: (identifier) @_name
        arguments: (argument_list) @_arguments) @finding)))
 (#any-of? @_mapping "GetMapping" "RequestMapping")
 (#eq? @_name "findAll")
 (#eq? @_arguments "()"))
