;; id: js-lost-cause
;; finding: ERR-1
;; languages: javascript typescript tsx
;; severity: hint
;; same-as: preserve-caught-error
;; title: Cause of the error is lost
;; message: The new error does not carry {{@error}} as its cause: its trace is lost.
;; model: Keep the cause
;; fix-title: Keep the cause ({ cause: {{@error}} })
;; literals: catch
;; note:
;; Pass the error on: `throw new ServiceError('...', { cause: error })`. Reported
;; where the caught error is not used at all, and where a built-in error of JavaScript takes
;; only its text. A name that begins with `_` says that it is dropped on purpose.
;; In JavaScript the rewrite is offered for
;; the built-in errors; in TypeScript it would need ES2022 in the compiler's settings.
;; The rewrite is safe: the new error has the same class, text and stack; only `cause` is
;; there, which old versions of Node ignore.
;; end
;; fix: safe
;; after @text: , { cause: {{@error}} }
;; end
;; match: javascript
;; try { await load(); } catch (error) { throw new Error('cannot load'); }
;; end
;; fixed:
;; try { await load(); } catch (error) { throw new Error('cannot load', { cause: error }); }
;; end
;; match: typescript
;; try { await load(); } catch (error) { throw new Error('cannot load'); }
;; end
;; match: javascript
;; try { await load(); } catch (error) { throw new ServiceError('cannot load'); }
;; end
;; match: javascript
;; try { await load(); } catch (error) { throw new Error(`cannot load: ${error.message}`); }
;; end
;; fixed:
;; try { await load(); } catch (error) { throw new Error(`cannot load: ${error.message}`, { cause: error }); }
;; end
;; no-match:
;; try { await load(); } catch (_error) { throw new Error('cannot load'); }
;; try { await load(); } catch (error) { throw new Error('cannot load', { cause: error }); }
;; try { await load(); } catch (error) { log(error); throw new Error('cannot load'); }
;; try { await load(); } catch { throw new Error('cannot load'); }
;; end

((catch_clause
  parameter: (identifier) @error
  body: (statement_block (throw_statement "throw" @finding . (new_expression) @_new)) @_body)
 (#not-match? @error "^_")
 (#not-mentions? @_body @error))

((catch_clause
  parameter: (identifier) @error
  body: (_
    (throw_statement
      "throw" @finding
      .
      (new_expression
        constructor: (identifier) @_class
        arguments: (_ . [(string) (template_string) (binary_expression)] @text .))) ) @_body)
 (#not-mentions? @_body @error)
 (#not-match? @error "^_")
 (#any-of? @_class "Error" "TypeError" "RangeError")
 (#language? "javascript"))

((catch_clause
  parameter: (identifier) @error
  body: (_
    (throw_statement
      "throw" @finding
      .
      (new_expression
        constructor: (identifier) @_class
        arguments: (_ . [(template_string) (binary_expression)] @text .))) ) @_body)
 (#mentions? @text @error)
 (#not-match? @error "^_")
 (#any-of? @_class "Error" "TypeError" "RangeError")
 (#language? "javascript"))
