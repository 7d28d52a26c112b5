-- The tables of migrations/sqlite, with a place for PostGIS. Times are microseconds since 1970 (`_us`), booleans 0 and 1,
-- ids UUIDs as text, units `CODE@FIRST-DAY`. What is a key is in the order of its bytes, as in SQLite, whatever the language
-- of the server.

CREATE EXTENSION IF NOT EXISTS postgis;

CREATE TABLE journal (
    seq     BIGINT PRIMARY KEY,
    -- UUIDv7 of the entry: the same entry arriving twice is one line.
    id      TEXT COLLATE "C" NOT NULL UNIQUE,
    -- records, incidents or accounts.
    topic   TEXT NOT NULL,
    -- The incident or the account it is about.
    subject TEXT,
    at_us   BIGINT NOT NULL,
    -- The entry as JSON: who, when, what.
    entry   TEXT NOT NULL,
    -- SHA-256 of the hash of the line before (32 zero bytes before the first) and of `entry`.
    hash    BYTEA NOT NULL CHECK (length(hash) = 32)
);
CREATE INDEX journal_by_topic ON journal (topic, seq);
CREATE INDEX journal_by_subject ON journal (subject, seq) WHERE subject IS NOT NULL;
CREATE FUNCTION journal_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is only added to'; END $$;
CREATE TRIGGER journal_is_not_edited BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_is_only_added_to();
CREATE TRIGGER journal_is_not_emptied BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_only_added_to();

-- What the events of each incident add up to, and what it is looked up by.
CREATE TABLE incidents (
    id          TEXT COLLATE "C" PRIMARY KEY,
    version     BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL,
    lon         DOUBLE PRECISION,
    lat         DOUBLE PRECISION,
    occurred_us BIGINT NOT NULL,
    received_us BIGINT NOT NULL,
    updated_seq BIGINT NOT NULL,
    due_us      BIGINT,
    disputed    BIGINT NOT NULL,
    reporter    TEXT NOT NULL,
    source      TEXT NOT NULL,
    demo        BIGINT NOT NULL,
    doc         TEXT NOT NULL,
    geom        geometry(Point, 4326) GENERATED ALWAYS AS
        (CASE WHEN lon IS NULL THEN NULL ELSE ST_SetSRID(ST_MakePoint(lon, lat), 4326) END) STORED
);
CREATE INDEX incidents_geom ON incidents USING gist (geom);
CREATE INDEX incidents_newest ON incidents (received_us, id);
CREATE INDEX incidents_where ON incidents (lat, lon);
CREATE INDEX incidents_when ON incidents (occurred_us);
CREATE INDEX incidents_state ON incidents (state, received_us);
CREATE INDEX incidents_reporter ON incidents (reporter, received_us);
CREATE INDEX incidents_due ON incidents (due_us) WHERE due_us IS NOT NULL;

-- Units an incident concerns. role: line, then (the unit of the day of the incident), asked, once (was told before).
CREATE TABLE incident_units (
    incident    TEXT COLLATE "C" NOT NULL REFERENCES incidents (id),
    unit        TEXT COLLATE "C" NOT NULL,
    role        TEXT COLLATE "C" NOT NULL,
    state       TEXT NOT NULL,
    due_us      BIGINT,
    received_us BIGINT NOT NULL,
    PRIMARY KEY (incident, unit, role)
);
CREATE INDEX incident_units_by_unit ON incident_units (unit, received_us, incident);
CREATE INDEX incident_units_due ON incident_units (unit, due_us) WHERE due_us IS NOT NULL;

-- Personal values, outside the chain of hashes; an event holds the digest (SHA-256 of salt and value).
CREATE TABLE private_fields (
    id        TEXT COLLATE "C" PRIMARY KEY,
    incident  TEXT COLLATE "C",
    field     TEXT NOT NULL,
    value     TEXT,
    salt      BYTEA,
    digest    BYTEA NOT NULL CHECK (length(digest) = 32),
    made_us   BIGINT NOT NULL,
    erased_us BIGINT
);
CREATE INDEX private_fields_by_incident ON private_fields (incident, field);
CREATE INDEX private_fields_by_age ON private_fields (field, made_us) WHERE value IS NOT NULL;

-- Acts made without a connection whose base has not arrived.
CREATE TABLE waiting (
    id          TEXT COLLATE "C" PRIMARY KEY,
    incident    TEXT COLLATE "C" NOT NULL,
    user_id     TEXT COLLATE "C" NOT NULL,
    body        TEXT NOT NULL,
    received_us BIGINT NOT NULL
);
CREATE INDEX waiting_by_incident ON waiting (incident);

CREATE TABLE users (
    id              TEXT COLLATE "C" PRIMARY KEY,
    name            TEXT NOT NULL,
    -- The name folded, as names are compared.
    name_key        TEXT COLLATE "C" NOT NULL UNIQUE,
    role            TEXT COLLATE "C" NOT NULL,
    unit            TEXT COLLATE "C",
    password        TEXT,
    disabled        BIGINT NOT NULL,
    failed          BIGINT NOT NULL,
    locked_until_us BIGINT,
    made_us         BIGINT NOT NULL
);
CREATE TABLE sessions (
    hash       BYTEA PRIMARY KEY,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    csrf       TEXT NOT NULL,
    made_us    BIGINT NOT NULL,
    seen_us    BIGINT NOT NULL,
    expires_us BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE TABLE tokens (
    id         TEXT COLLATE "C" PRIMARY KEY,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    name       TEXT NOT NULL,
    hash       BYTEA NOT NULL UNIQUE,
    scope      TEXT NOT NULL,
    made_us    BIGINT NOT NULL,
    used_us    BIGINT,
    revoked_us BIGINT
);
CREATE INDEX tokens_by_user ON tokens (user_id);
-- One-time links: to set the first password, or one anew.
CREATE TABLE links (
    hash       BYTEA PRIMARY KEY,
    user_id    TEXT COLLATE "C",
    purpose    TEXT NOT NULL,
    expires_us BIGINT NOT NULL,
    used_us    BIGINT
);

CREATE TABLE uploads (
    id       TEXT COLLATE "C" PRIMARY KEY,
    incident TEXT COLLATE "C" NOT NULL,
    user_id  TEXT COLLATE "C" NOT NULL,
    sha256   TEXT NOT NULL,
    bytes    BIGINT NOT NULL,
    received BIGINT NOT NULL,
    made_us  BIGINT NOT NULL,
    done_us  BIGINT
);
CREATE INDEX uploads_by_incident ON uploads (incident);

-- What a unit (or, without one, the administrators) is told.
CREATE TABLE notices (
    id       BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    seq      BIGINT NOT NULL,
    incident TEXT COLLATE "C",
    unit     TEXT COLLATE "C",
    what     TEXT NOT NULL,
    at_us    BIGINT NOT NULL
);
CREATE INDEX notices_by_unit ON notices (unit, id);
CREATE TABLE notice_reads (
    user_id TEXT COLLATE "C" PRIMARY KEY,
    notice  BIGINT NOT NULL
);
CREATE TABLE webhooks (
    id       TEXT COLLATE "C" PRIMARY KEY,
    unit     TEXT COLLATE "C",
    url      TEXT NOT NULL,
    secret   TEXT NOT NULL,
    made_us  BIGINT NOT NULL,
    disabled BIGINT NOT NULL
);
CREATE TABLE deliveries (
    id       BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    notice   BIGINT NOT NULL,
    webhook  TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    next_us  BIGINT NOT NULL,
    done_us  BIGINT,
    error    TEXT,
    UNIQUE (notice, webhook)
);
CREATE INDEX deliveries_due ON deliveries (next_us) WHERE done_us IS NULL;

CREATE TABLE settings (
    key   TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL
);

-- For QGIS: add the layer `incidents_map`. Exact positions: grant it to no one who may not see them.
CREATE VIEW incidents_map AS
    SELECT id, kind, state, version, disputed = 1 AS disputed, demo = 1 AS demo, source,
           to_timestamp(occurred_us / 1e6) AS occurred_at, to_timestamp(received_us / 1e6) AS received_at,
           to_timestamp(due_us / 1e6) AS due_at,
           (SELECT string_agg(unit, ', ' ORDER BY unit) FROM incident_units u
            WHERE u.incident = incidents.id AND u.role = 'line') AS units,
           geom
    FROM incidents;
