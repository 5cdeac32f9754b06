;; id: js-sql-built
;; finding: AUTH-2
;; languages: javascript typescript tsx
;; severity: warning off
;; same-as: sonarjs/sql-queries
;; title: SQL built by joining strings
;; message: A value is pasted into this SQL: pass it as a parameter instead.
;; model: Use query parameters
;; literals: query execute raw Raw .all( .get( .run( .exec( .prepare(
;; note:
;; Text from outside that becomes part of a statement can change what the
;; statement does. Give the driver the statement with placeholders and the values
;; apart: `db.query('... WHERE id = $1', [id])`. Tagged templates that make
;; parameters of their values (`sql`, Prisma's `$queryRaw`) are fine. Names of tables
;; and columns cannot be parameters: check them against a list; they are not reported.
;; It ships switched off by default: in programs that are vulnerable on purpose nearly all of its hits hold,
;; in public services most are pieces of the program itself, which no user can change.
;; end
;; match:
;; await db.query(`SELECT * FROM users WHERE email = '${email}'`);
;; end
;; match:
;; pool.query("SELECT * FROM users WHERE id = " + req.params.id, done);
;; end
;; match:
;; async function find(name) {
;;   const sql = "SELECT id FROM users WHERE name = '" + name + "'";
;;   return connection.execute(sql);
;; }
;; end
;; match:
;; const rows = await prisma.$queryRawUnsafe(`SELECT * FROM t WHERE id = ${id}`);
;; end
;; no-match:
;; db.query('SELECT * FROM users WHERE id = $1', [id]);
;; prisma.$queryRaw`SELECT * FROM t WHERE id = ${id}`;
;; db.query(sql`SELECT * FROM t WHERE id = ${id}`);
;; db.query(`SELECT * FROM ${TABLE} LIMIT ${MAX_ROWS}`);
;; db.query(`SELECT * FROM t WHERE id IN (${ids.map(() => '?').join(',')})`, ids);
;; db.query(`UPDATE locks SET until = NOW() + INTERVAL '${+seconds} SECONDS' WHERE id = ?`, [id]);
;; document.querySelector(`select ${name}`);
;; end

((call_expression
  function: (_
    property: (property_identifier) @_verb)
  arguments: (_ . (_) @finding))
 (#any-of? @_verb "query" "execute" "raw" "$queryRawUnsafe" "$executeRawUnsafe" "all" "get" "run"
  "exec" "prepare" "one" "none" "any" "oneOrNone" "manyOrNone" "whereRaw" "each")
 (#not-migration-file?)
 (#built-sql? @finding))
