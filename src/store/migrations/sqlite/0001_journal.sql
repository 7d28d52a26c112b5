-- The journal of changes to the records. Lines are only ever added.
CREATE TABLE journal (
    seq   INTEGER PRIMARY KEY,
    -- UUIDv7 of the entry: the same entry arriving twice is one line.
    id    TEXT NOT NULL UNIQUE,
    -- The entry as JSON: who, when, what.
    entry TEXT NOT NULL,
    -- SHA-256 of the hash of the line before (32 zero bytes before the first) and of `entry`.
    hash  BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER journal_is_not_edited BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
CREATE TRIGGER journal_is_not_cut BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
