;; id: js-list-no-limit
;; finding: REST-2
;; languages: javascript typescript tsx
;; severity: hint off
;; title: List endpoint without a limit
;; message: This answers with every row there is: it grows with the table.
;; model: Add pagination
;; literals: find
;; note:
;; Take a limit with a maximum, and a cursor or an offset, and say in the answer
;; how to get the next page. Reported only inside a route's handler.
;; How many rows a table will have, a file does not say (half of the hits on real code were
;; settings and other short lists): switched off unless you ask for it.
;; end
;; match:
;; router.get('/users', async (req, res) => { res.json(await prisma.user.findMany()); });
;; end
;; match:
;; app.get('/users', async (req, res) => { const users = await User.find({}); res.json(users); });
;; end
;; no-match:
;; router.get('/users', async (req, res) => { res.json(await prisma.user.findMany({ take: 20 })); });
;; app.get('/users', async (req, res) => { res.json(await User.find({}).limit(20)); });
;; const all = await prisma.user.findMany();
;; end
;; no-match:
;; router.get('/media', async (req, res) => {
;;   const media = await related(req.params.id);
;;   res.json(media.find((one) => one.id === req.params.id));
;; });
;; end

((call_expression
  function: (_ property: (property_identifier) @_verb) @finding
  arguments: (arguments) @_arguments)
 (#any-of? @_verb "findMany" "findAll" "find")
 (#eq? @_arguments "()")
 (#route-handler? @finding)
 (#not-function-mentions? @finding "limit" "take" "skip" "page" "offset" "first" "cursor" "paginate"))

; An argument that may be absent would let every other argument pass, too.
((call_expression
  function: (_ property: (property_identifier) @_verb) @finding
  arguments: (_ . (object) @_options .))
 (#any-of? @_verb "findMany" "findAll" "find")
 (#match? @_options "^\\{\\s*\\}$|orderBy|order:|include:")
 (#route-handler? @finding)
 (#not-function-mentions? @finding "limit" "take" "skip" "page" "offset" "first" "cursor" "paginate"))
