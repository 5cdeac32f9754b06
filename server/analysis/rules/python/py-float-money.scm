;; id: py-float-money
;; finding: DB-1
;; languages: python
;; severity: warning
;; title: Money in a floating point column
;; message: {{@column}} looks like money, and a floating point column cannot hold 0.10 exactly.
;; model: Use an exact type for money
;; literals: Float
;; note:
;; Binary floating point has no exact 0.1: sums drift by cents. Use
;; `Numeric(12, 2)` (SQLAlchemy), `DecimalField` (Django), or whole cents. An amount, a total or a
;; balance is money only where the file speaks of prices, currencies, invoices or payments; the
;; quantities of a trading program, which are fractions anyway, are not reported.
;; end
;; match:
;; class Product(Base):
;;     price = Column(Float, nullable=False)
;; end
;; match:
;; class Product(Base):
;;     unit_price: Mapped[float] = mapped_column(Float)
;; end
;; match:
;; class Invoice(models.Model):
;;     total_amount = models.FloatField(default=0)
;; end
;; no-match:
;; class Product(Base):
;;     price = Column(Numeric(12, 2))
;;     weight = Column(Float)
;;     tax_rate = models.FloatField()
;; end
;; no-match:
;; class Feeding(models.Model):
;;     amount = models.FloatField(blank=True)
;;     cost_timeout = models.FloatField(null=True)
;; end
;; no-match:
;; class Order(Base):
;;     leverage = Column(Float)
;;     amount = Column(Float)
;; end

((assignment
  left: (identifier) @column
  right: (_
    function: [(identifier) @_function (_ attribute: (identifier) @_function)]
    arguments: (_ . [
      (identifier) @_type @finding
      (_ attribute: (identifier) @_type) @finding
      (_ function: (identifier) @_type) @finding
    ])))
 (#any-of? @_function "Column" "mapped_column")
 (#any-of? @_type "Float" "REAL" "Double" "FLOAT")
 (#money? @column)
 (#not-name-word? @column "amount total balance charge load")
 (#not-file-has? "leverage" "ccxt" "ohlcv"))

((assignment
  left: (identifier) @column
  right: (_
    function: [(identifier) @_function (_ attribute: (identifier) @_function)]
    arguments: (_ . [
      (identifier) @_type @finding
      (_ attribute: (identifier) @_type) @finding
      (_ function: (identifier) @_type) @finding
    ])))
 (#any-of? @_function "Column" "mapped_column")
 (#any-of? @_type "Float" "REAL" "Double" "FLOAT")
 (#money? @column)
 (#name-word? @column "amount total balance charge")
 (#file-has? "price" "currency" "invoice" "Invoice" "payment" "Payment" "payout" "salary")
 (#not-file-has? "leverage" "ccxt" "ohlcv"))

((assignment
  left: (identifier) @column
  right: (_
    function: (_
      object: (_) @_module
      attribute: (identifier) @_field) @finding))
 (#eq? @_module "models")
 (#eq? @_field "FloatField")
 (#money? @column)
 (#not-name-word? @column "amount total balance charge load")
 (#not-file-has? "leverage" "ccxt" "ohlcv"))

((assignment
  left: (identifier) @column
  right: (_
    function: (_
      object: (_) @_module
      attribute: (identifier) @_field) @finding))
 (#eq? @_module "models")
 (#eq? @_field "FloatField")
 (#money? @column)
 (#name-word? @column "amount total balance charge")
 (#file-has? "price" "currency" "invoice" "Invoice" "payment" "Payment" "payout" "salary")
 (#not-file-has? "leverage" "ccxt" "ohlcv"))
