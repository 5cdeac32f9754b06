;; id: sql-fk-index
;; finding: DB-1
;; languages: sql
;; severity: warning
;; title: Foreign key without an index
;; message: {{@column}} is a foreign key without an index: finding the rows that refer to another reads the whole table.
;; scope: file
;; model: Add the index
;; fix-title: Add an index on {{@table}} ({{@column}})
;; literals: REFERENCES references References
;; note:
;; PostgreSQL, SQLite, SQL Server and Oracle do not index the column that refers
;; to another table. Add `CREATE INDEX ON orders (customer_id)`; an index that begins
;; with the column does it too. MySQL makes the index itself: files that look like
;; MySQL are not reported. In a migration nothing is rewritten: one that ran already
;; must not change. A constraint on a column that another file made is not reported: its index
;; may stand there. Reported are the columns by which rows are found: those that a query of the same
;; file compares, and in a table that joins two others the one that its key does not begin with, if
;; `ON DELETE CASCADE` or `SET NULL` has the database look for it at each delete.
;; The rewrite is offered by itself, never by fix-all: the database gets an index that it did
;; not have, which takes time to build and to keep.
;; end
;; fix: offered
;; after @end:
;; | CREATE INDEX idx_{{@table}}_{{@column}} ON {{@table}} ({{@column}});
;; end
;; match: sql schema.sql
;; CREATE TABLE orders (
;;   id BIGINT PRIMARY KEY,
;;   customer_id BIGINT NOT NULL REFERENCES customers(id)
;; );
;; SELECT c.name, o.id FROM customers c JOIN orders o ON o.customer_id = c.id;
;; end
;; fixed:
;; CREATE TABLE orders (
;;   id BIGINT PRIMARY KEY,
;;   customer_id BIGINT NOT NULL REFERENCES customers(id)
;; );
;; CREATE INDEX idx_orders_customer_id ON orders (customer_id);
;; SELECT c.name, o.id FROM customers c JOIN orders o ON o.customer_id = c.id;
;; end
;; match: sql schema.sql
;; CREATE TABLE orders (
;;   id BIGINT PRIMARY KEY,
;;   customer_id BIGINT NOT NULL,
;;   FOREIGN KEY (customer_id) REFERENCES customers(id)
;; );
;; DELETE FROM orders WHERE customer_id = 7;
;; end
;; fixed:
;; CREATE TABLE orders (
;;   id BIGINT PRIMARY KEY,
;;   customer_id BIGINT NOT NULL,
;;   FOREIGN KEY (customer_id) REFERENCES customers(id)
;; );
;; CREATE INDEX idx_orders_customer_id ON orders (customer_id);
;; DELETE FROM orders WHERE customer_id = 7;
;; end
;; match: sql migrations/0003_tags.sql
;; CREATE TABLE order_tags (
;;   order_id BIGINT REFERENCES orders(id) ON DELETE CASCADE,
;;   tag_id BIGINT REFERENCES tags(id) ON DELETE CASCADE,
;;   PRIMARY KEY (order_id, tag_id)
;; );
;; end
;; no-match: sql migrations/0004_settings.sql
;; CREATE TABLE settings (
;;   name TEXT NOT NULL,
;;   space_id BIGINT REFERENCES spaces(id) ON DELETE CASCADE,
;;   UNIQUE (name, space_id)
;; );
;; end
;; no-match: sql migrations/0004_orders.sql
;; CREATE TABLE orders (id BIGINT PRIMARY KEY, customer_id BIGINT REFERENCES customers(id) ON DELETE CASCADE);
;; ALTER TABLE orders ADD COLUMN seller_id BIGINT;
;; ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (seller_id) REFERENCES sellers(id) ON DELETE CASCADE;
;; end
;; no-match: sql schema.sql
;; CREATE TABLE apps (
;;   id BIGINT PRIMARY KEY,
;;   device_id BIGINT UNIQUE,
;;   owner_id BIGINT,
;;   UNIQUE (owner_id),
;;   FOREIGN KEY (device_id) REFERENCES devices(id)
;; );
;; ALTER TABLE apps ADD CONSTRAINT fk FOREIGN KEY (owner_id) REFERENCES users(id);
;; SELECT id FROM apps WHERE device_id = 1 OR owner_id = 2;
;; end
;; no-match: sql schema.sql
;; CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, book_id INTEGER REFERENCES books(id));
;; SELECT id FROM notes WHERE book_id = 1;
;; end
;; no-match: sql migrations/0005_rename.sql
;; ALTER TABLE orders ADD CONSTRAINT orders_fk FOREIGN KEY (customer_id) REFERENCES customers(id) ON DELETE CASCADE;
;; end
;; no-match:
;; CREATE TABLE pages (
;;   monitor_id INTEGER NOT NULL,
;;   CONSTRAINT fk FOREIGN KEY (monitor_id) REFERENCES monitor (id)
;; );
;; CREATE INDEX [monitor_index] ON [pages]([monitor_id]);
;; SELECT * FROM pages WHERE monitor_id = 1;
;; end
;; no-match:
;; CREATE TABLE orders (
;;   id BIGINT PRIMARY KEY,
;;   customer_id BIGINT REFERENCES customers(id) ON DELETE CASCADE
;; );
;; CREATE INDEX idx ON public.orders USING btree (customer_id, created_at);
;; SELECT * FROM orders WHERE customer_id = 1;
;; end
;; no-match:
;; CREATE TABLE order_tags (
;;   order_id BIGINT REFERENCES orders(id),
;;   PRIMARY KEY (order_id, tag_id)
;; );
;; SELECT * FROM order_tags WHERE order_id = 1;
;; end
;; no-match:
;; CREATE TABLE reactions (
;;   comment_id INT,
;;   FOREIGN KEY (comment_id) REFERENCES comments(id)
;; );
;; ALTER TABLE reactions ADD CONSTRAINT one_each UNIQUE (comment_id, user_id);
;; SELECT * FROM reactions WHERE comment_id = 1;
;; end
;; no-match: sql db/0007_flow.down.sql
;; CREATE TABLE flows (identity_id INT, FOREIGN KEY (identity_id) REFERENCES identities(id));
;; end
;; no-match:
;; CREATE TABLE "_flows_tmp" (identity_id INT, FOREIGN KEY (identity_id) REFERENCES identities(id));
;; end
;; no-match:
;; CREATE TABLE profiles (
;;   user_id BIGINT UNIQUE REFERENCES users(id)
;; );
;; SELECT * FROM profiles WHERE user_id = 1;
;; end
;; no-match:
;; CREATE TABLE `orders` (
;;   customer_id BIGINT,
;;   FOREIGN KEY (customer_id) REFERENCES customers(id) ON DELETE CASCADE
;; ) ENGINE=InnoDB;
;; SELECT * FROM orders WHERE customer_id = 1;
;; end
;; no-match: sql migrations/0006_lines.sql
;; CREATE TABLE lines (id BIGINT PRIMARY KEY, order_id BIGINT REFERENCES orders(id));
;; UPDATE orders SET total = (SELECT sum(price) FROM lines l WHERE l.order_id = orders.id);
;; end
;; no-match: sql migrations/0007_currency.sql
;; CREATE TABLE accounts (id BIGINT PRIMARY KEY, currency_id BIGINT REFERENCES currencies(id));
;; end

((column_definition
  name: (identifier) @column @finding
  (keyword_references))
 (#unindexed? @column)
 (#looked-up? @column))

((constraint
  (keyword_key)
  (ordered_columns . (column name: (identifier) @column @finding))
  (keyword_references))
 (#made-here? @column)
 (#unindexed? @column)
 (#looked-up? @column))

((program
  (statement
    (create_table
      (object_reference !schema name: (identifier) @table)
      (column_definitions
        (column_definition
          name: (identifier) @column @finding
          (keyword_references)))))
  .
  ";" @end)
 (#unindexed? @column)
 (#looked-up? @column)
 (#match? @table "^\\w+$")
 (#match? @column "^\\w+$")
 (#not-migration-file?))

((program
  (statement
    (create_table
      (object_reference !schema name: (identifier) @table)
      (column_definitions
        (constraints
          (constraint
            (keyword_key)
            (ordered_columns . (column name: (identifier) @column @finding) .)
            (keyword_references))))))
  .
  ";" @end)
 (#unindexed? @column)
 (#looked-up? @column)
 (#match? @table "^\\w+$")
 (#match? @column "^\\w+$")
 (#not-migration-file?))
