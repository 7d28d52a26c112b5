-- Many incidents of few: each with an id, a place and moments of its own, in order. `:count` is put in by the test.
-- What lies around it in the database (indexes, units) is as it is in use.
CREATE TEMP TABLE filed AS SELECT row_number() OVER (ORDER BY id) - 1 AS k, * FROM incidents;
CREATE TEMP TABLE filed_units AS SELECT f.k, u.* FROM filed f JOIN incident_units u ON u.incident = f.id;
CREATE TEMP TABLE made AS
    SELECT n, n % (SELECT COUNT(*) FROM filed) AS k, 1767225600000000 + 1000000 * n AS us,
        substr(ms, 1, 8) || '-' || substr(ms, 9, 4) || '-7000-8000-' || lpad(to_hex(n), 12, '0') AS id
    FROM generate_series(0, :count::bigint - 1) AS n, lpad(to_hex(1767225600000 + 1000 * n), 12, '0') AS ms;
BEGIN;
DELETE FROM incident_units;
DELETE FROM incidents;
INSERT INTO incidents (id, version, kind, state, lon, lat, occurred_us, received_us, updated_seq, due_us, disputed, reporter, source, demo, doc)
    SELECT m.id, version, kind, state, lon + (m.n % 997) * 1e-7, lat, m.us - 3600000000, m.us, updated_seq, due_us, disputed, reporter, source, demo,
        (doc::jsonb || jsonb_build_object('id', m.id, 'received_at', to_char(to_timestamp(m.us / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'facts', (doc::jsonb -> 'facts') || jsonb_build_object('occurred_at', to_char(to_timestamp(m.us / 1000000 - 3600) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                'place', (doc::jsonb -> 'facts' -> 'place') || jsonb_build_object('lon', lon + (m.n % 997) * 1e-7))))::text
    FROM made m JOIN filed USING (k) ORDER BY m.n;
INSERT INTO incident_units (incident, unit, role, state, due_us, received_us)
    SELECT m.id, unit, role, state, due_us, m.us FROM made m JOIN filed_units USING (k) ORDER BY m.n;
COMMIT;
ANALYZE incidents, incident_units;
