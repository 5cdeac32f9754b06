;; id: java-body-not-validated
;; finding: AUTH-3
;; languages: java
;; severity: hint off
;; title: Body is not validated
;; message: The constraints of {{@_type}} are not checked here: @Valid is missing, which others in this file have.
;; model: Validate the body
;; scope: file
;; literals: @RequestBody
;; note:
;; Spring checks the constraints of a body (`@NotNull`, `@Size`, `@Email`, ...) only
;; where the parameter says `@Valid` or `@Validated`. Add it, and constraints for type,
;; range and format of each field. Reported where other bodies of the same file are
;; checked: whether the class has constraints is written elsewhere. Ships switched off for
;; that reason: one of four classes that were read had any.
;; end
;; match:
;; class A {
;;   @PostMapping("/x") R create(@RequestBody CreateUser user) { return null; }
;;   @PutMapping("/x") R update(@Valid @RequestBody UpdateUser user) { return null; }
;; }
;; end
;; no-match:
;; class A { @PostMapping("/x") R create(@RequestBody CreateUser user) { return null; } }
;; end
;; no-match:
;; class A {
;;   @PostMapping("/x") R create(@Valid @RequestBody CreateUser user) { return null; }
;;   @PostMapping("/y") R raw(@RequestBody String body) { return null; }
;;   @PostMapping("/z") R ids(@RequestBody List<Long> ids) { return null; }
;; }
;; end
;; no-match:
;; @Validated
;; class A { @PostMapping("/x") R create(@RequestBody CreateUser user) { return null; } }
;; end

((formal_parameter
  (modifiers [(marker_annotation name: (identifier) @finding) (annotation name: (identifier) @finding)]) @_modifiers
  type: (type_identifier) @_type)
 (#eq? @finding "RequestBody")
 (#not-match? @_modifiers "@Valid")
 (#not-any-of? @_type "String" "Integer" "Long" "Object" "JsonNode" "Map" "Boolean")
 (#file-has? "@Valid ")
 (#not-file-has? "@Validated"))
