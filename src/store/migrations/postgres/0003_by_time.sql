-- Pages in the order of what happened: by moment, then id, as they are asked for.
DROP INDEX incidents_when;
CREATE INDEX incidents_when ON incidents (occurred_us, id);
