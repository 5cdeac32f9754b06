;; id: go-waitgroup-add
;; finding: ASYNC-2
;; languages: go
;; severity: warning
;; same-as: SA2000 staticcheck
;; title: WaitGroup.Add inside the goroutine
;; message: Wait may run before this Add does: then nobody waits for the goroutine.
;; model: Move Add in front of the go statement
;; literals: .Add(1)
;; note:
;; Call `Add` before `go`. Inside the new goroutine it races with `Wait`.
;; end
;; match:
;; package a
;; func f() { go func() { wg.Add(1); defer wg.Done(); work() }(); wg.Wait() }
;; end
;; no-match:
;; package a
;; func f() { wg.Add(1); go func() { defer wg.Done(); work() }(); wg.Wait() }
;; func g() { go func() { counter.Add(1) }() }
;; func h() { go func() { var inner sync.WaitGroup; inner.Add(1); go func() { defer inner.Done() }(); inner.Wait() }() }
;; end

((go_statement
  (call_expression
    function: (func_literal
      body: (block
        (statement_list
          (expression_statement
            (call_expression
              function: (_
                operand: (_) @_group
                field: (field_identifier) @_add) @finding)))) @_body)))
 (#eq? @_add "Add")
 (#not-calls? @_body @_group "Wait")
 (#calls? @_body @_group "Done"))
