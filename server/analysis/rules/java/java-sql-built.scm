;; id: java-sql-built
;; finding: AUTH-2
;; languages: java
;; severity: warning off
;; same-as: S2077 S3649
;; title: SQL built by joining strings
;; message: A value is pasted into this SQL: pass it as a parameter instead.
;; model: Use query parameters
;; literals: execute query Query prepareStatement update
;; note:
;; Text from outside that becomes part of a statement can change what the
;; statement does. Use a PreparedStatement with `?`, or named parameters. Names of
;; tables and columns cannot be parameters: check them against a list; they are not
;; reported.
;; It ships switched off by default: in programs that are vulnerable on purpose nearly all of its hits hold,
;; in public services most are pieces of the program itself, which no user can change.
;; end
;; match:
;; class A { void f() { stmt.executeQuery("SELECT * FROM users WHERE name = '" + name + "'"); } }
;; end
;; match:
;; class A { void f() {
;;   String sql = "SELECT u FROM User u WHERE u.email = '" + email + "'";
;;   em.createQuery(sql).getResultList();
;; } }
;; end
;; match:
;; class A { void f() { jdbc.update(String.format("DELETE FROM t WHERE id = '%s'", id)); } }
;; end
;; no-match:
;; class Albums {
;;   void add(Album a) {
;;     update("insert into album (" + COLUMNS + ") values (" + questionMarks(COLUMNS) + ")", a.path());
;;   }
;; }
;; end
;; no-match:
;; class A { void f() {
;;   jdbc.query("SELECT * FROM users WHERE id = ?", mapper, id);
;;   jdbc.query("SELECT * FROM " + TABLE + " WHERE id = ?", mapper, id);
;;   stmt.execute(sql);
;;   jdbc.queryForList("SELECT id FROM sms WHERE status = " + Status.SENT.getValue(), Long.class);
;;   jdbc.query("SELECT id FROM loans WHERE due < " + sqlGenerator.currentDate(), mapper);
;; } }
;; end

((method_invocation
  name: (identifier) @_verb
  arguments: (_ . (_) @finding))
 (#any-of? @_verb "executeQuery" "executeUpdate" "execute" "prepareStatement" "createQuery"
  "createNativeQuery" "query" "queryForObject" "queryForList" "queryForMap" "update" "addBatch"
  "createSQLQuery" "prepareCall" "executeLargeUpdate")
 (#not-migration-file?)
 (#built-sql? @finding))
