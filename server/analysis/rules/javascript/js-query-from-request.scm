;; id: js-query-from-request
;; finding: AUTH-3
;; languages: javascript typescript tsx
;; severity: warning
;; title: Query taken from the request as it is
;; message: The client decides what is asked: {{@_input}} may hold operators such as $ne.
;; model: Validate the filter
;; literals: req. request.
;; note:
;; `User.findOne({ email: req.body.email })` is given `{ "$ne": null }` by someone.
;; Check that each value is a string (or number) in the right format first. Reported
;; for a whole object from the request, and for values in mongoose-style queries of
;; files that validate nothing.
;; end
;; match:
;; const users = await User.find(req.query);
;; end
;; match:
;; const mongoose = require('mongoose');
;; const user = await User.findOne({ email: req.body.email });
;; end
;; no-match:
;; const user = await User.findById(req.params.id);
;; const other = await User.findOne({ email: String(req.body.email) });
;; const third = users.find((user) => user.id === req.params.id);
;; end

((call_expression
  function: (_ property: (property_identifier) @_verb) @finding
  arguments: (_ . (member_expression) @_input))
 (#any-of? @_verb "find" "findOne" "findAll" "deleteMany" "updateMany" "countDocuments" "aggregate")
 (#match? @_input "^(req|request)\\.(query|body)$")
 (#not-validated?))

((call_expression
  function: (_ property: (property_identifier) @_verb) @finding
  arguments: (_ . (_ (_ value: (member_expression) @_input))))
 (#any-of? @_verb "find" "findOne" "deleteMany" "updateMany" "findOneAndUpdate" "deleteOne"
  "updateOne" "findOneAndDelete")
 (#match? @_input "^(req|request)\\.(query|body)\\.\\w+$")
 (#file-has? "mongoose" "mongodb")
 (#not-validated?))
