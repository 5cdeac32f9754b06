;; id: py-list-no-limit
;; finding: REST-2
;; languages: python
;; severity: hint off
;; title: List endpoint without a limit
;; message: This answers with every row there is: it grows with the table.
;; model: Add pagination
;; literals: .all()
;; note:
;; Take a limit with a maximum, and a cursor or an offset, and say in the answer
;; how to get the next page.
;; How many rows a table will have, a file does not say (half of the hits on real code were
;; settings and other short lists): switched off unless you ask for it.
;; end
;; match:
;; @app.get("/users")
;; def list_users(db):
;;     return db.query(User).all()
;; end
;; match:
;; @app.route("/users")
;; def list_users():
;;     users = User.query.all()
;;     return jsonify([u.as_dict() for u in users])
;; end
;; no-match:
;; @app.get("/users")
;; def list_users(db, limit: int = 50):
;;     return db.query(User).limit(limit).all()
;; def helper(db):
;;     return db.query(User).all()
;; end
;; no-match:
;; @app.get("/users/{id}/roles")
;; def roles(id, db):
;;     return db.query(Role).filter_by(user_id=id).all()
;; end

((call
  function: (_
    object: [
      (call function: (_ attribute: (identifier) @_query))
      (attribute attribute: (identifier) @_query)
    ]
    attribute: (identifier) @_all @finding))
 (#eq? @_all "all")
 (#any-of? @_query "query" "select" "exec")
 (#function-head? @finding ".get(" ".route(")
 (#not-function-mentions? @finding "limit" "paginate" "page" "offset" "islice"))
