;; id: py-mass-assignment
;; finding: AUTH-3
;; languages: python
;; severity: warning off
;; title: Whatever the client sends is stored
;; message: Every field of the request goes into the model: the client can set fields that are not its own.
;; model: Validate the input and name the fields
;; literals: request
;; note:
;; With `Model(**request.json)` a client can set `is_admin` too. Parse the body with
;; a schema (pydantic, marshmallow, a form) that names the fields and checks type,
;; range and format of each.
;; It ships switched off by default: it has no certain hit in a public service yet.
;; end
;; match:
;; user = User(**request.json)
;; end
;; match:
;; User.objects.create(**request.POST.dict())
;; end
;; match:
;; user = User(**request.get_json())
;; end
;; no-match:
;; schema = UserSchema(**request.json)
;; user = User(name=form.name)
;; task(**request.json)
;; end
;; no-match:
;; from pydantic import BaseModel
;; product = Product(**request.get_json())
;; end

((call
  function: (_) @_function
  arguments: (_
    (dictionary_splat
      [(attribute) (call function: (attribute))] @_what) @finding))
 (#match? @_what "^(flask\\.)?request\\.(json|form|POST|data|args|GET|get_json\\(.*\\)|query_params|values)(\\.dict\\(\\)|\\.to_dict\\(\\))?$")
 (#match? @_function "^[A-Z]\\w*$|\\.(create|update|filter_by|get_or_create)$")
 (#not-match? @_function "(Schema|Form|Serializer|Request|Input|Payload|DTO|Dto|Params|Model|Filter|In|Create|Update|Data|Authorization)$")
 (#not-file-has? "ValidationError" "pydantic"))
