;; id: java-float-money
;; finding: DB-1
;; languages: java
;; severity: warning
;; title: Money in a floating point field
;; message: {{@column}} looks like money, and {{@finding}} cannot hold 0.10 exactly.
;; model: Use an exact type for money
;; literals: double float Double Float
;; note:
;; Binary floating point has no exact 0.1: sums drift by cents. Use BigDecimal with
;; precision and scale, or whole cents. Reported for fields of entities.
;; end
;; match:
;; @Entity
;; class Product { private double price; }
;; end
;; match:
;; @Entity
;; class Product { @Column(name = "total_amount") private Double totalAmount; }
;; end
;; no-match:
;; @Entity
;; class Product { private BigDecimal price; private double weight; }
;; class View { private double price; }
;; end

((class_declaration
  (modifiers [(marker_annotation name: (identifier) @_entity) (annotation name: (identifier) @_entity)])
  body: (class_body
    (field_declaration
      type: [(floating_point_type) (type_identifier)] @finding
      declarator: (variable_declarator name: (identifier) @column))))
 (#any-of? @_entity "Entity" "Embeddable" "MappedSuperclass" "Document")
 (#any-of? @finding "double" "float" "Double" "Float")
 (#money? @column))
