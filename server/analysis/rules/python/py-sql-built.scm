;; id: py-sql-built
;; finding: AUTH-2
;; languages: python
;; severity: warning off
;; same-as: S608 B608
;; title: SQL built by joining strings
;; message: A value is pasted into this SQL: pass it as a parameter instead.
;; model: Use query parameters
;; literals: execute raw text( read_sql fetch
;; note:
;; Text from outside that becomes part of a statement can change what the
;; statement does. Give the driver the statement with placeholders and the values
;; apart: `cursor.execute("... WHERE id = %s", (user_id,))`. Names of tables and
;; columns cannot be parameters: check them against a list; they are not reported.
;; It ships switched off by default: of the few hits in public services that were read, one was a query that
;; outside text can change, the others were tools for one run.
;; end
;; match:
;; cursor.execute(f"SELECT * FROM users WHERE email = '{email}'")
;; end
;; match:
;; cursor.execute("SELECT * FROM users WHERE id = %s" % user_id)
;; end
;; match:
;; db.execute("DELETE FROM sessions WHERE token = '" + token + "'")
;; end
;; match:
;; db.execute("SELECT * FROM users WHERE name = '{}'".format(name))
;; end
;; match:
;; def find(conn, name):
;;     query = f"SELECT id FROM users WHERE name = '{name}'"
;;     return conn.execute(query)
;; end
;; match:
;; from sqlalchemy import text
;; session.execute(text(f"UPDATE users SET role = '{role}' WHERE id = {uid}"))
;; end
;; no-match:
;; cursor.execute("SELECT * FROM users WHERE id = %s", (user_id,))
;; cursor.execute(f"SELECT {columns} FROM {table}")
;; cursor.execute(f"SELECT * FROM users WHERE id IN ({','.join('?' * len(ids))})", ids)
;; cursor.execute(f"SELECT * FROM users LIMIT {MAX_ROWS}")
;; cursor.execute(query)
;; executor.execute(f"run {job}")
;; end

((call
  function: (_ attribute: (identifier) @_verb)
  arguments: (_ . (_) @finding))
 (#any-of? @_verb "execute" "executemany" "executescript" "raw" "read_sql" "read_sql_query"
  "fetch" "fetchrow" "fetchval" "fetch_all" "fetch_one")
 (#not-migration-file?)
 (#built-sql? @finding))
