;; id: sql-timestamp-zone
;; finding: DB-1
;; languages: sql
;; severity: warning
;; title: Timestamp without time zone
;; message: {{@column}} gets the local time of the session that writes it, and not which zone that was.
;; model: Store moments with their time zone
;; literals: TIMESTAMP timestamp Timestamp
;; note:
;; In PostgreSQL TIMESTAMP drops the zone of what is stored. TIMESTAMPTZ stores the
;; moment. Reported is what is filled with the time of now: `now()` is turned into the zone of the session, so
;; two servers, or one before and after a change of its settings, write different times for one moment.
;; Only files of PostgreSQL that keep the zone elsewhere are reported: a program may hold all its sessions to
;; one zone, and in other databases TIMESTAMP means something else.
;; end
;; match:
;; CREATE TABLE events (id BIGSERIAL PRIMARY KEY, created_at TIMESTAMP NOT NULL DEFAULT now(), ended_at TIMESTAMPTZ);
;; end
;; match:
;; CREATE TABLE events (id UUID PRIMARY KEY, paid_at timestamp without time zone DEFAULT current_timestamp);
;; CREATE TABLE visits (id UUID PRIMARY KEY, at timestamp with time zone);
;; end
;; no-match:
;; CREATE TABLE events (id BIGSERIAL PRIMARY KEY, created_at TIMESTAMP NOT NULL DEFAULT now());
;; end
;; no-match:
;; CREATE TABLE events (id UUID PRIMARY KEY, paid_at TIMESTAMPTZ, sent_at timestamp with time zone);
;; end
;; no-match:
;; CREATE TABLE events (id UUID PRIMARY KEY, paid_at timestamp, seen_at timestamp DEFAULT (now() at time zone 'utc'));
;; end
;; no-match:
;; CREATE TABLE `events` (created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP) ENGINE=InnoDB;
;; end
;; no-match:
;; CREATE TABLE runs (id varchar (36), began timestamp DEFAULT CURRENT_TIMESTAMP);
;; ALTER TABLE runs MODIFY COLUMN began timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP;
;; end
;; no-match: sql db/sqlite/init.sql
;; CREATE TABLE events (id INTEGER PRIMARY KEY, created_at TIMESTAMP);
;; end
;; no-match:
;; CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, created_at TIMESTAMP);
;; end
;; no-match: sql db/migrations/0007_art.sql
;; CREATE TABLE art (hash TEXT PRIMARY KEY, created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
;; end
;; no-match: sql conf/derby-schema.sql
;; CREATE TABLE config (id bigint NOT NULL, content CLOB, gmt_create timestamp NOT NULL);
;; end

((column_definition
  name: (identifier) @column
  type: (timestamp) @finding) @_definition
 (#match? @_definition "(?i)default\\s+\\(?\\s*(now\\s*\\(|current_timestamp|localtimestamp)")
 (#not-match? @_definition "(?i)at\\s+time\\s+zone|timezone\\s*\\(")
 (#not-match? @finding "(?i)with\\s+(local\\s+)?time\\s+zone")
 (#postgres?)
 (#file-has? "timestamptz" "TIMESTAMPTZ" "with time zone" "WITH TIME ZONE"))
