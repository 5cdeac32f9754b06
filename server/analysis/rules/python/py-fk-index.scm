;; id: py-fk-index
;; finding: DB-1
;; languages: python
;; severity: hint
;; title: Foreign key column without an index
;; message: This foreign key column has no index: finding the rows that refer to another reads the whole table.
;; scope: file
;; model: Add the index
;; literals: ForeignKey
;; note:
;; SQLAlchemy makes no index for a foreign key, and neither does PostgreSQL. Say
;; `index=True`, or name the column in an Index of the table. (Django makes one.)
;; Small tables do not need it: so this is a hint. Reported are columns by which a query of the same
;; file finds rows of the class.
;; end
;; match:
;; from sqlalchemy import Column, ForeignKey, Integer
;; class Order(Base):
;;     customer_id = Column(Integer, ForeignKey("customers.id"), nullable=False)
;;     @classmethod
;;     def of(cls, customer):
;;         return cls.query.filter(cls.customer_id == customer.id).all()
;; end
;; no-match:
;; from sqlalchemy.orm import mapped_column
;; class Flag(Base):
;;     event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
;;     user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
;;     others = Order.user_id == user_id
;;     event = relationship("Event", backref="flags")
;; end
;; match:
;; from sqlalchemy import Column, ForeignKey
;; class Order(db.Model):
;;     customer_id = db.Column(db.ForeignKey("customers.id"))
;; def orders_of(customer):
;;     return Order.query.filter_by(customer_id=customer.id)
;; end
;; no-match:
;; from sqlalchemy import Column, ForeignKey
;; class Account(Base):
;;     currency_id = Column(ForeignKey("currencies.id"))
;;     currency = relationship("Currency")
;;     owner_id = Column(ForeignKey("users.id"), index=True)
;;     owner = relationship("User", backref="accounts")
;; end
;; no-match:
;; from sqlalchemy import Column, ForeignKey, Integer
;; class Order(Base):
;;     customer_id = Column(Integer, ForeignKey("customers.id", ondelete="CASCADE"), index=True)
;;     tag_id = Column(ForeignKey("tags.id"), primary_key=True)
;;     user_id = Column(ForeignKey("users.id"), unique=True)
;; end
;; no-match:
;; from sqlalchemy import Column, ForeignKey, Index
;; class Order(Base):
;;     customer_id = Column(ForeignKey("customers.id", ondelete="CASCADE"))
;;     __table_args__ = (Index("ix", "customer_id", "created_at"),)
;; end

((assignment
  left: (identifier) @_column
  right: (_
    function: [(identifier) @_function (_ attribute: (identifier) @_function)]
    arguments: (_
      (_
        function: [(identifier) @_foreign (_ attribute: (identifier) @_foreign)] @finding)) @_arguments))
 (#any-of? @_function "Column" "mapped_column")
 (#eq? @_foreign "ForeignKey")
 (#not-has-keyword? @_arguments "index" "primary_key" "unique")
 (#not-migration-file?)
 (#not-class-indexes? @_column)
 (#class-looks-up? @_column))
