-- Incidents, people and what goes with them. Times are microseconds since 1970 (`_us`), booleans 0 and 1, ids UUIDs as
-- text, units `CODE@FIRST-DAY`. The same tables stand in migrations/postgres.

DROP TRIGGER journal_is_not_edited;
DROP TRIGGER journal_is_not_cut;
ALTER TABLE journal RENAME TO journal_before;
CREATE TABLE journal (
    seq     INTEGER PRIMARY KEY,
    -- UUIDv7 of the entry: the same entry arriving twice is one line.
    id      TEXT NOT NULL UNIQUE,
    -- records, incidents or accounts.
    topic   TEXT NOT NULL,
    -- The incident or the account it is about.
    subject TEXT,
    at_us   INTEGER NOT NULL,
    -- The entry as JSON: who, when, what.
    entry   TEXT NOT NULL,
    -- SHA-256 of the hash of the line before (32 zero bytes before the first) and of `entry`.
    hash    BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO journal (seq, id, topic, subject, at_us, entry, hash)
    SELECT seq, id, 'records', NULL,
           -- 2026-01-02T03:04:05.678901234Z, with as many decimals as it has: exact to the microsecond.
           CAST(strftime('%s', substr(json_extract(entry, '$.recorded_at'), 1, 19)) AS INTEGER) * 1000000
           + CAST(substr(rtrim(substr(json_extract(entry, '$.recorded_at'), 21), 'Z') || '000000', 1, 6) AS INTEGER),
           entry, hash
    FROM journal_before ORDER BY seq;
DROP TABLE journal_before;
CREATE INDEX journal_by_topic ON journal (topic, seq);
CREATE INDEX journal_by_subject ON journal (subject, seq) WHERE subject IS NOT NULL;
CREATE TRIGGER journal_is_not_edited BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
CREATE TRIGGER journal_is_not_cut BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;

-- What the events of each incident add up to, and what it is looked up by.
CREATE TABLE incidents (
    id          TEXT PRIMARY KEY,
    version     INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL,
    lon         REAL,
    lat         REAL,
    occurred_us INTEGER NOT NULL,
    received_us INTEGER NOT NULL,
    updated_seq INTEGER NOT NULL,
    due_us      INTEGER,
    disputed    INTEGER NOT NULL,
    reporter    TEXT NOT NULL,
    source      TEXT NOT NULL,
    demo        INTEGER NOT NULL,
    doc         TEXT NOT NULL
) STRICT;
CREATE INDEX incidents_newest ON incidents (received_us, id);
CREATE INDEX incidents_where ON incidents (lat, lon);
CREATE INDEX incidents_when ON incidents (occurred_us);
CREATE INDEX incidents_state ON incidents (state, received_us);
CREATE INDEX incidents_reporter ON incidents (reporter, received_us);
CREATE INDEX incidents_due ON incidents (due_us) WHERE due_us IS NOT NULL;

-- Units an incident concerns. role: line, then (the unit of the day of the incident), asked, once (was told before).
CREATE TABLE incident_units (
    incident    TEXT NOT NULL REFERENCES incidents (id),
    unit        TEXT NOT NULL,
    role        TEXT NOT NULL,
    state       TEXT NOT NULL,
    due_us      INTEGER,
    received_us INTEGER NOT NULL,
    PRIMARY KEY (incident, unit, role)
) STRICT;
CREATE INDEX incident_units_by_unit ON incident_units (unit, received_us, incident);
CREATE INDEX incident_units_due ON incident_units (unit, due_us) WHERE due_us IS NOT NULL;

-- Personal values, outside the chain of hashes; an event holds the digest (SHA-256 of salt and value).
CREATE TABLE private_fields (
    id        TEXT PRIMARY KEY,
    incident  TEXT,
    field     TEXT NOT NULL,
    value     TEXT,
    salt      BLOB,
    digest    BLOB NOT NULL CHECK (length(digest) = 32),
    made_us   INTEGER NOT NULL,
    erased_us INTEGER
) STRICT;
CREATE INDEX private_fields_by_incident ON private_fields (incident, field);
CREATE INDEX private_fields_by_age ON private_fields (field, made_us) WHERE value IS NOT NULL;

-- Acts made without a connection whose base has not arrived.
CREATE TABLE waiting (
    id          TEXT PRIMARY KEY,
    incident    TEXT NOT NULL,
    user_id     TEXT NOT NULL,
    body        TEXT NOT NULL,
    received_us INTEGER NOT NULL
) STRICT;
CREATE INDEX waiting_by_incident ON waiting (incident);

CREATE TABLE users (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    -- The name folded, as names are compared.
    name_key        TEXT NOT NULL UNIQUE,
    role            TEXT NOT NULL,
    unit            TEXT,
    password        TEXT,
    disabled        INTEGER NOT NULL,
    failed          INTEGER NOT NULL,
    locked_until_us INTEGER,
    made_us         INTEGER NOT NULL
) STRICT;
CREATE TABLE sessions (
    hash       BLOB PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    csrf       TEXT NOT NULL,
    made_us    INTEGER NOT NULL,
    seen_us    INTEGER NOT NULL,
    expires_us INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    name       TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    scope      TEXT NOT NULL,
    made_us    INTEGER NOT NULL,
    used_us    INTEGER,
    revoked_us INTEGER
) STRICT;
CREATE INDEX tokens_by_user ON tokens (user_id);
-- One-time links: to set the first password, or one anew.
CREATE TABLE links (
    hash       BLOB PRIMARY KEY,
    user_id    TEXT,
    purpose    TEXT NOT NULL,
    expires_us INTEGER NOT NULL,
    used_us    INTEGER
) STRICT;

CREATE TABLE uploads (
    id       TEXT PRIMARY KEY,
    incident TEXT NOT NULL,
    user_id  TEXT NOT NULL,
    sha256   TEXT NOT NULL,
    bytes    INTEGER NOT NULL,
    received INTEGER NOT NULL,
    made_us  INTEGER NOT NULL,
    done_us  INTEGER
) STRICT;
CREATE INDEX uploads_by_incident ON uploads (incident);

-- What a unit (or, without one, the administrators) is told.
CREATE TABLE notices (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    seq      INTEGER NOT NULL,
    incident TEXT,
    unit     TEXT,
    what     TEXT NOT NULL,
    at_us    INTEGER NOT NULL
) STRICT;
CREATE INDEX notices_by_unit ON notices (unit, id);
CREATE TABLE notice_reads (
    user_id TEXT PRIMARY KEY,
    notice  INTEGER NOT NULL
) STRICT;
CREATE TABLE webhooks (
    id       TEXT PRIMARY KEY,
    unit     TEXT,
    url      TEXT NOT NULL,
    secret   TEXT NOT NULL,
    made_us  INTEGER NOT NULL,
    disabled INTEGER NOT NULL
) STRICT;
CREATE TABLE deliveries (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    notice   INTEGER NOT NULL,
    webhook  TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_us  INTEGER NOT NULL,
    done_us  INTEGER,
    error    TEXT,
    UNIQUE (notice, webhook)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (next_us) WHERE done_us IS NULL;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
-- The last line of the journal is noted here as well.
INSERT INTO settings (key, value)
    SELECT 'journal_head', seq || ':' || lower(hex(hash)) FROM journal ORDER BY seq DESC LIMIT 1;
