;; id: go-float-money
;; finding: DB-1
;; languages: go
;; severity: hint off
;; title: Money as a floating point number
;; message: {{@column}} looks like money, and {{@finding}} cannot hold 0.10 exactly.
;; model: Use an exact type for money
;; literals: float64 float32
;; note:
;; Binary floating point has no exact 0.1: sums drift by cents. Use whole cents
;; (int64) or a decimal type. Reported for fields that are stored or sent (with a
;; gorm, db or bson tag).
;; It ships switched off by default: fewer than four in five of its hits were certain.
;; end
;; match:
;; package a
;; type Order struct { TotalPrice float64 `gorm:"column:total_price" json:"total_price"` }
;; end
;; no-match:
;; package a
;; type Order struct {
;; 	TotalCents int64 `gorm:"column:total"`
;; 	Weight float64 `db:"weight"`
;; 	Price float64
;; }
;; end

((field_declaration
  name: (field_identifier) @column
  type: (type_identifier) @finding
  tag: (raw_string_literal) @_tag)
 (#any-of? @finding "float64" "float32")
 (#match? @_tag "(gorm|db|bson|pg|bun|xorm):\"")
 (#money? @column))
