;; id: js-lost-cause
;; finding: ERR-1
;; languages: javascript typescript tsx
;; severity: hint
;; title: Cause of the error is lost
;; message: The new error forgets {{@error}}: the log will not show what really happened.
;; model: Keep the cause
;; literals: catch
;; note:
;; Pass the error on: `throw new ServiceError('...', { cause: error })`. Reported
;; where the caught error is not used at all.
;; end
;; match:
;; try { await load(); } catch (error) { throw new Error('cannot load'); }
;; end
;; no-match:
;; try { await load(); } catch (error) { throw new Error('cannot load', { cause: error }); }
;; try { await load(); } catch (error) { log(error); throw new Error('cannot load'); }
;; try { await load(); } catch { throw new Error('cannot load'); }
;; end

((catch_clause
  parameter: (identifier) @error
  body: (statement_block (throw_statement "throw" @finding . (new_expression) @_new)) @_body)
 (#not-mentions? @_body @error))
