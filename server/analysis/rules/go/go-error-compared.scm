;; id: go-error-compared
;; finding: ERR-1
;; languages: go
;; severity: warning
;; same-as: errorlint err113 goerr113
;; title: Error compared with ==
;; message: A wrapped {{@sentinel}} is not equal to it: this branch will be missed.
;; fix-title: Compare with errors.Is
;; literals: ErrNotExist context.Canceled DeadlineExceeded
;; note:
;; As soon as someone wraps the error with `%w`, `==` is false. `errors.Is` looks
;; through the chain. What `ctx.Err()` gives is never wrapped and may be compared, nor
;; are `sql.ErrNoRows` and its kin, which drivers hand out as they are: what `http`, `grpc` and files
;; say of a cancelled or missing thing comes wrapped. Reported in files that wrap or look into errors elsewhere.
;; The rewrite is offered by itself, never by fix-all: an error that was wrapped takes this
;; branch afterwards.
;; end
;; fix: offered
;; replace @finding: {{@_unequal?!}}errors.Is({{@error}}, {{@sentinel}})
;; import: "errors"
;; end
;; match:
;; package a
;;
;; import (
;; 	"context"
;; 	"fmt"
;; )
;;
;; func f(err error) bool {
;; 	return err == context.Canceled
;; }
;;
;; func g(err error) error { return fmt.Errorf("cannot load: %w", err) }
;; end
;; fixed:
;; package a
;;
;; import (
;; 	"context"
;; 	"errors"
;; 	"fmt"
;; )
;;
;; func f(err error) bool {
;; 	return errors.Is(err, context.Canceled)
;; }
;;
;; func g(err error) error { return fmt.Errorf("cannot load: %w", err) }
;; end
;; match:
;; package a
;;
;; import (
;; 	"database/sql"
;; 	"errors"
;; )
;;
;; func f(err error) bool {
;; 	return err != context.Canceled && errors.Is(err, other)
;; }
;; end
;; fixed:
;; package a
;;
;; import (
;; 	"database/sql"
;; 	"errors"
;; )
;;
;; func f(err error) bool {
;; 	return !errors.Is(err, context.Canceled) && errors.Is(err, other)
;; }
;; end
;; no-match:
;; package a
;; func g(ctx context.Context) error {
;; 	if err := ctx.Err(); err == context.DeadlineExceeded { return err }
;; 	if err := db.QueryRow(q).Scan(&id); err != nil && err != sql.ErrNoRows { return err }
;; 	err := db.QueryRow(q, 1).Scan(&id)
;; 	if err == sql.ErrNoRows { return nil }
;; 	if err := db.Where("id = ?", id).First(&user).Error; err != nil {
;; 		if err == gorm.ErrRecordNotFound { return nil }
;; 		return err
;; 	}
;; 	if all {
;; 		err = sqlx.Select(db, &ids, q)
;; 	} else {
;; 		err = sqlx.Get(db, &id, q)
;; 	}
;; 	if err == sql.ErrNoRows { return nil }
;; 	return nil
;; }
;; end
;; no-match:
;; package a
;; import "errors"
;; func f(err error) bool { return errors.Is(err, sql.ErrNoRows) || err == nil || err == io.EOF }
;; end
;; no-match:
;; package a
;; func f(db *sql.DB) error {
;; 	err := db.QueryRow("SELECT 1").Scan(&n)
;; 	switch {
;; 	case err == sql.ErrNoRows:
;; 		return nil
;; 	}
;; 	err = db.QueryRow("SELECT 2").Scan(&n)
;; 	if err != nil {
;; 		if err == sql.ErrNoRows {
;; 			return nil
;; 		}
;; 	}
;; 	return err
;; }
;; end

((binary_expression
  left: (identifier) @error
  operator: "=="
  right: (selector_expression) @sentinel) @finding
 (#any-of? @sentinel "os.ErrNotExist" "context.Canceled" "context.DeadlineExceeded")
 (#not-assigned? @error "ctx.Err()" "c.Err()")
 (#file-has? "%w" "errors.Is(" "errors.As(")
 (#not-comes-from? @error "Err" "Cause" "Unwrap"))

((binary_expression
  left: (identifier) @error
  operator: "!="
  right: (selector_expression) @sentinel) @finding @_unequal
 (#any-of? @sentinel "os.ErrNotExist" "context.Canceled" "context.DeadlineExceeded")
 (#not-assigned? @error "ctx.Err()" "c.Err()")
 (#file-has? "%w" "errors.Is(" "errors.As(")
 (#not-comes-from? @error "Err" "Cause" "Unwrap"))
