-- Many incidents of few: each with an id, a place and moments of its own, in order. `:count` is put in by the test.
-- What lies around it in the database (indexes, units) is as it is in use.
CREATE TEMP TABLE filed AS SELECT row_number() OVER (ORDER BY id) - 1 AS k, * FROM incidents;
CREATE TEMP TABLE filed_units AS SELECT f.k, u.* FROM filed f JOIN incident_units u ON u.incident = f.id;
CREATE INDEX temp.filed_by_k ON filed (k);
CREATE INDEX temp.filed_units_by_k ON filed_units (k);
CREATE TEMP TABLE made (n INTEGER PRIMARY KEY, k INTEGER, us INTEGER, id TEXT);
WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count)
INSERT INTO made
    SELECT n, n % (SELECT COUNT(*) FROM filed), 1767225600000000 + 1000000 * n,
        printf('%08x-%04x-7000-8000-%012x', (1767225600000 + 1000 * n) >> 16, (1767225600000 + 1000 * n) & 65535, n)
    FROM numbers;
BEGIN;
DELETE FROM incident_units;
DELETE FROM incidents;
INSERT INTO incidents (id, version, kind, state, lon, lat, occurred_us, received_us, updated_seq, due_us, disputed, reporter, source, demo, doc)
    SELECT m.id, version, kind, state, lon + (m.n % 997) * 1e-7, lat, m.us - 3600000000, m.us, updated_seq, due_us, disputed, reporter, source, demo,
        json_set(doc, '$.id', m.id, '$.received_at', strftime('%Y-%m-%dT%H:%M:%SZ', m.us / 1000000, 'unixepoch'),
            '$.facts.occurred_at', strftime('%Y-%m-%dT%H:%M:%SZ', m.us / 1000000 - 3600, 'unixepoch'),
            '$.facts.place.lon', lon + (m.n % 997) * 1e-7)
    FROM made m JOIN filed USING (k) ORDER BY m.n;
INSERT INTO incident_units (incident, unit, role, state, due_us, received_us)
    SELECT m.id, unit, role, state, due_us, m.us FROM made m JOIN filed_units USING (k) ORDER BY m.n;
COMMIT;
