;; id: js-float-money
;; finding: DB-1
;; languages: javascript typescript tsx
;; severity: warning off
;; title: Money in a floating point column
;; message: {{@column}} looks like money, and a floating point column cannot hold 0.10 exactly.
;; model: Use an exact type for money
;; literals: float FLOAT double DOUBLE real(
;; note:
;; Binary floating point has no exact 0.1: sums drift by cents. Use `decimal` or
;; `numeric` with precision and scale, or whole cents.
;; It ships switched off: in services it found sums for statistics, not for accounts.
;; end
;; match: typescript
;; class Product { @Column('float') price: number; }
;; end
;; match: typescript
;; class Product { @Column({ type: 'double precision' }) unitPrice: number; }
;; end
;; match: javascript
;; const Product = sequelize.define('product', { price: { type: DataTypes.FLOAT } });
;; end
;; match: javascript
;; exports.up = (knex) => knex.schema.createTable('t', (t) => { t.float('total_amount'); });
;; end
;; match: javascript
;; const t = pgTable('products', { price: real('price') });
;; end
;; no-match: typescript
;; class Product { @Column('decimal', { precision: 12, scale: 2 }) price: number; @Column('float') weight: number; }
;; end
;; no-match: javascript
;; exports.up = (knex) => knex.schema.createTable('t', (t) => { t.decimal('total_amount', 12, 2); t.float('tax_rate'); });
;; end

((pair
  key: (property_identifier) @column
  value: (_
    (_
      key: (property_identifier) @_key
      value: (member_expression) @finding)))
 (#eq? @_key "type")
 (#match? @finding "^(DataTypes|Sequelize|DataType)\\.(FLOAT|DOUBLE|REAL)$")
 (#money? @column))

((pair
  key: (property_identifier) @column
  value: (member_expression) @finding)
 (#match? @finding "^(DataTypes|Sequelize|DataType)\\.(FLOAT|DOUBLE|REAL)$")
 (#money? @column))

((call_expression
  function: (_ property: (property_identifier) @_type) @finding
  arguments: (_ . (string) @column))
 (#any-of? @_type "float" "double")
 (#file-has? "createTable" "alterTable" "schema.table")
 (#money? @column))

((call_expression
  function: (identifier) @_type @finding
  arguments: (_ . (string) @column))
 (#any-of? @_type "real" "doublePrecision" "float" "double")
 (#file-has? "drizzle" "pgTable" "mysqlTable" "sqliteTable")
 (#money? @column))

((decorator
  (_
    function: (identifier) @_decorator
    arguments: (arguments) @_arguments)) @finding
 (#eq? @_decorator "Column")
 (#match? @_arguments "^\\((\\{[^}]*type:\\s*)?['\"](float|double|double precision|real)['\"]")
 (#decorates-money? @finding))
