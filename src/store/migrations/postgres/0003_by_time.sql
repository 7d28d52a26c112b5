-- Pages in the order of what happened, and of what one account reported: by moment, then id, as they are asked for. With the
-- id in the index its order is the page's own, and nothing is sorted or looked up that is not on the page.
DROP INDEX incidents_when;
CREATE INDEX incidents_when ON incidents (occurred_us, id);
DROP INDEX incidents_reporter;
CREATE INDEX incidents_reporter ON incidents (reporter, received_us, id);
