;; id: js-any
;; finding: LANG-2
;; languages: typescript tsx
;; severity: hint off
;; same-as: @typescript-eslint/no-explicit-any lint/suspicious/noExplicitAny
;; title: any gives up type checking
;; message: any turns off type checking for everything that this value touches.
;; model: Replace any by a precise type
;; literals: any
;; note:
;; `unknown` with a check, a generic, or the real type keeps the checker working.
;; An opinion: switched off unless you ask for it.
;; end
;; match: typescript
;; function load(input: any) { return input.id; }
;; end
;; no-match: typescript
;; function load(input: unknown) { return input; }
;; end

((predefined_type) @finding
 (#eq? @finding "any"))
