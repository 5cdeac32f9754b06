;; id: js-migration-no-down
;; finding: DB-6
;; languages: javascript typescript tsx
;; severity: warning off
;; title: Migration without a way back
;; message: This step back does nothing: the way back passes, and the way forth then fails on what is still there.
;; model: Write the way back
;; scope: file
;; once: yes
;; literals: down
;; note:
;; In an incident the way back is needed at once. Undo in `down` what `up` did, in
;; the opposite order. A comment in the body says that it is meant so. Reported where `up` makes
;; tables, columns or indexes, not where it fills or changes them.
;; It ships switched off: projects without steps down decided so, and have none at all.
;; end
;; match: javascript migrations/20240101_x.js
;; exports.up = (knex) => knex.schema.createTable('t', (t) => t.increments());
;; exports.down = async (knex) => {};
;; end
;; match: typescript src/migrations/1700000000000-X.ts
;; export class X implements MigrationInterface {
;;   async up(queryRunner: QueryRunner) { await queryRunner.query('ALTER TABLE t ADD COLUMN c int'); }
;;   async down(queryRunner: QueryRunner) {}
;; }
;; end
;; match: javascript migrations/20240101_x.js
;; module.exports = {
;;   up: async (queryInterface, Sequelize) => { await queryInterface.addColumn('a', 'b', {}); },
;;   down: async (queryInterface, Sequelize) => {},
;; };
;; end
;; no-match: javascript migrations/20240101_x.js
;; exports.up = (knex) => knex.schema.createTable('t', (t) => t.increments());
;; exports.down = (knex) => knex.schema.dropTable('t');
;; end
;; no-match: javascript migrations/20240101_x.js
;; exports.up = (knex) => fill(knex);
;; exports.down = async () => { /* data only: nothing to undo */ };
;; end
;; no-match: javascript migrations/20240102_x.js
;; exports.up = async (knex) => { await knex('users').update({ open: true }); };
;; exports.down = async () => {};
;; end
;; no-match: javascript test/migrate/20240101_x.js
;; exports.up = (knex) => fill(knex);
;; exports.down = (knex) => {};
;; end
;; no-match: javascript src/player.js
;; exports.down = () => {};
;; end

((assignment_expression
  left: (_ property: (property_identifier) @finding)
  right: (_ body: (statement_block) @_body))
 (#eq? @finding "down")
 (#migration-file?)
 (#file-has? "createTable" "addColumn" "CREATE TABLE" "create table" "ADD COLUMN" "add column" "createIndex"
  "addIndex" "CREATE INDEX" "table.string(" "table.integer(" "table.boolean(" "t.string(")
 (#not-test-folder?)
 (#empty? @_body))

((method_definition
  name: (property_identifier) @finding
  body: (statement_block) @_body)
 (#eq? @finding "down")
 (#migration-file?)
 (#file-has? "createTable" "addColumn" "CREATE TABLE" "create table" "ADD COLUMN" "add column" "createIndex"
  "addIndex" "CREATE INDEX" "table.string(" "table.integer(" "table.boolean(" "t.string(")
 (#not-test-folder?)
 (#empty? @_body))

((pair
  key: (property_identifier) @finding
  value: (_ body: (statement_block) @_body))
 (#eq? @finding "down")
 (#migration-file?)
 (#file-has? "createTable" "addColumn" "CREATE TABLE" "create table" "ADD COLUMN" "add column" "createIndex"
  "addIndex" "CREATE INDEX" "table.string(" "table.integer(" "table.boolean(" "t.string(")
 (#not-test-folder?)
 (#empty? @_body))

((function_declaration
  name: (identifier) @finding
  body: (statement_block) @_body)
 (#eq? @finding "down")
 (#migration-file?)
 (#file-has? "createTable" "addColumn" "CREATE TABLE" "create table" "ADD COLUMN" "add column" "createIndex"
  "addIndex" "CREATE INDEX" "table.string(" "table.integer(" "table.boolean(" "t.string(")
 (#not-test-folder?)
 (#empty? @_body))
