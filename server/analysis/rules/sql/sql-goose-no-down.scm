;; id: sql-goose-no-down
;; finding: DB-6
;; languages: sql
;; severity: warning off
;; title: Migration without a way back
;; message: This migration has no step down: it cannot be undone.
;; model: Write the way back
;; scope: file
;; literals: +goose +migrate
;; note:
;; In an incident the way back is needed at once. Add the `Down` part, in the opposite
;; order.
;; It ships switched off: a project that has no steps down has decided so, and then every one of its
;; migrations is reported.
;; end
;; match:
;; -- +goose Up
;; CREATE TABLE t (id BIGINT PRIMARY KEY);
;; end
;; no-match:
;; -- +goose Up
;; CREATE TABLE t (id BIGINT PRIMARY KEY);
;; -- +goose Down
;; DROP TABLE t;
;; end

((comment) @finding
 (#match? @finding "^--\\s*\\+(goose|migrate)\\s+[Uu]p")
 (#not-file-has? "+goose Down" "+migrate Down" "+goose down" "+migrate down"))
