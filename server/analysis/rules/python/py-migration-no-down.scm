;; id: py-migration-no-down
;; finding: DB-6
;; languages: python
;; severity: warning
;; title: Migration without a way back
;; message: This migration changes the schema and has no way back.
;; model: Write the way back
;; scope: file
;; once: yes
;; literals: downgrade RunPython RunSQL
;; note:
;; In an incident the way back is needed at once. Alembic: undo in `downgrade()`
;; what `upgrade()` did, in the opposite order. Django: give `RunPython` its
;; `reverse_code` and `RunSQL` its `reverse_sql` (`migrations.RunPython.noop` and
;; `migrations.RunSQL.noop` say that nothing needs to be undone). A comment in `downgrade()`
;; that says why nothing is undone is respected. Reported are migrations that change the schema and
;; take nothing away: there the way back loses nothing. One that only fills in values, or drops what
;; it read them from, has none that would be right.
;; end
;; match: python alembic/versions/1_x.py
;; from alembic import op
;; def upgrade():
;;     op.add_column("users", column)
;; def downgrade():
;;     pass
;; end
;; match: python app/migrations/0002_fill.py
;; from django.db import migrations
;; class Migration(migrations.Migration):
;;     operations = [
;;         migrations.AddField("user", "name", models.TextField(default="")),
;;         migrations.RunPython(fill_names),
;;     ]
;; end
;; no-match: python app/migrations/0003_fill.py
;; from django.db import migrations
;; class Migration(migrations.Migration):
;;     operations = [migrations.RunPython(fill_names)]
;; end
;; no-match: python app/migrations/0004_move.py
;; from django.db import migrations
;; class Migration(migrations.Migration):
;;     operations = [
;;         migrations.AddField("user", "name", models.TextField(default="")),
;;         migrations.RunPython(fill_names),
;;         migrations.RemoveField("user", "first_name"),
;;     ]
;; end
;; no-match: python alembic/versions/1_x.py
;; from alembic import op
;; def upgrade():
;;     op.add_column("users", column)
;; def downgrade():
;;     op.drop_column("users", "x")
;; end
;; no-match: python alembic/versions/1_x.py
;; from alembic import op
;; def upgrade():
;;     op.execute("UPDATE customers SET vector = to_tsvector(email)")
;; def downgrade():
;;     # No way back: the old rows would keep the new vector.
;;     pass
;; end
;; no-match: python alembic/versions/2_x.py
;; from alembic import op
;; def upgrade():
;;     op.add_column("users", column)
;;     op.drop_column("users", "options")
;; def downgrade():
;;     pass
;; end
;; no-match: python alembic/versions/backfill.py
;; from alembic import op
;; def upgrade():
;;     op.execute("UPDATE releases SET yanked_at = now() WHERE yanked")
;; def downgrade():
;;     pass
;; end
;; no-match: python alembic/versions/merge.py
;; """Merge heads."""
;; def upgrade():
;;     pass
;; def downgrade():
;;     pass
;; end
;; no-match: python app/migrations/0002_fill.py
;; from django.db import migrations
;; class Migration(migrations.Migration):
;;     operations = [
;;         migrations.RunPython(fill_names, migrations.RunPython.noop),
;;         migrations.RunSQL(sql="...", reverse_sql="..."),
;;     ]
;; end

; One function at a time: a pattern of two siblings is quadratic in the file.
((module
  (function_definition
    name: (identifier) @finding
    body: (block . (comment)* . [(pass_statement) (expression_statement (string))] . (pass_statement)? .)) @_function)
 (#eq? @finding "downgrade")
 (#not-match? @_function "#\\s*(?!###|TODO|FIXME|XXX|pass\\b)\\w")
 (#file-has? "alembic")
 (#file-has? "def upgrade")
 (#file-has? ".add_column(" "op.create_" ".create_foreign_key(")
 (#not-file-has? ".drop_column(" ".drop_table(" "DROP " "drop "))

((call
  function: (_
    object: (identifier) @_module
    attribute: (identifier) @_name) @finding
  arguments: (argument_list) @_arguments)
 (#eq? @_module "migrations")
 (#any-of? @_name "RunPython" "RunSQL")
 (#arguments? @_arguments "1" "1")
 (#not-has-keyword? @_arguments "reverse_code" "reverse_sql" "elidable")
 (#file-has? "AddField(" "CreateModel(" "AddIndex(")
 (#not-file-has? "RemoveField(" "DeleteModel(" "AlterField(" ".delete()" "DELETE FROM" "DROP "
  "replaces =" "initial = True"))
