;; id: sql-serial-tenant-key
;; finding: DB-1
;; languages: sql
;; severity: hint off
;; title: Counting key in a table of many tenants
;; message: Keys that count up tell each tenant how many rows the others have, and are easy to guess.
;; model: Use UUID keys
;; literals: SERIAL serial IDENTITY identity
;; note:
;; In a table that several tenants share, a UUID (v7 where order matters) says nothing
;; about the others. An opinion about design: so this is a hint.
;; end
;; match:
;; CREATE TABLE invoices (id SERIAL PRIMARY KEY, tenant_id UUID NOT NULL);
;; end
;; no-match:
;; CREATE TABLE invoices (id UUID PRIMARY KEY, tenant_id UUID NOT NULL);
;; CREATE TABLE logs (id SERIAL PRIMARY KEY, line TEXT);
;; end

((column_definitions
  (column_definition
    type: [(keyword_serial) (keyword_bigserial)] @finding
    (keyword_primary))) @_columns
 (#mentions? @_columns "tenant_id" "organization_id" "org_id" "account_id" "workspace_id" "company_id"))
