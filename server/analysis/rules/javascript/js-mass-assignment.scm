;; id: js-mass-assignment
;; finding: AUTH-3
;; languages: javascript typescript tsx
;; severity: warning
;; title: Whatever the client sends is stored
;; message: Every field of the request goes into the database: the client can set fields that are not its own.
;; model: Validate the input and name the fields
;; literals: .body
;; note:
;; With `User.create(req.body)` a client can set `role` too. Parse the body with a
;; schema (zod, joi, class-validator) that names the fields and checks type, range
;; and format of each. A file that validates is not reported.
;; end
;; match:
;; app.post('/users', async (req, res) => { res.json(await User.create(req.body)); });
;; end
;; match:
;; const user = new User(req.body);
;; await User.findByIdAndUpdate(req.params.id, req.body, { new: true });
;; end
;; match:
;; await prisma.user.update({ where: { id }, data: req.body });
;; end
;; no-match:
;; const { name } = schema.parse(req.body);
;; await User.create({ name });
;; await User.create(req.body);
;; end
;; no-match:
;; await User.create({ name: req.body.name });
;; createUser(req.body);
;; end

((call_expression
  function: (_
    object: (_) @_model
    property: (property_identifier) @_verb) @finding
  arguments: (_ (member_expression) @_body))
 (#match? @_model "^[A-Z]\\w*$|[mM]odel$")
 (#any-of? @_verb "create" "insertMany" "update" "updateOne" "findByIdAndUpdate" "findOneAndUpdate"
  "bulkCreate" "insert" "upsert" "save")
 (#match? @_body "^(req|request|ctx\\.request)\\.body$")
 (#not-validated?))

((new_expression
  constructor: (identifier) @_model @finding
  arguments: (_ . (member_expression) @_body .))
 (#match? @_body "^(req|request|ctx\\.request)\\.body$")
 (#not-match? @_model "(Dto|DTO|Request|Input|Command|Query|Schema|Error|Event|Map|Set|Date|URLSearchParams|FormData)$")
 (#not-validated?))

((call_expression
  function: (_ property: (property_identifier) @_verb) @finding
  arguments: (_
    (_ (_ key: (property_identifier) @_key value: (member_expression) @_body))))
 (#any-of? @_verb "create" "update" "upsert")
 (#eq? @_key "data")
 (#match? @_body "^(req|request|ctx\\.request)\\.body$")
 (#not-validated?))
