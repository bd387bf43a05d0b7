/**
 * Incidents, what they hold, articles that are not listed where they should be, and when a source was last read at all and in full. What is known of the last good
 * reading of a source is carried over, so that the first poll after the upgrade knows how long it was away.
 */
export const health = `
CREATE TABLE incident (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  concern TEXT NOT NULL,
  kind TEXT NOT NULL,
  what TEXT NOT NULL,
  since INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  count INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
-- One open incident for each concern of a source: kept by the database itself.
CREATE UNIQUE INDEX incident_open ON incident (source, concern) WHERE closed_at IS NULL;

-- The incident that holds an alert, or that a notice tells of.
ALTER TABLE delivery ADD COLUMN incident INTEGER REFERENCES incident (id);
CREATE INDEX delivery_of_incident ON delivery (incident) WHERE incident IS NOT NULL;

CREATE TABLE absence (
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  since INTEGER NOT NULL,
  answer TEXT,
  gone_at INTEGER,
  next_at INTEGER,
  PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
-- Which pages are to be asked for now.
CREATE INDEX absence_due ON absence (source, next_at) WHERE next_at IS NOT NULL;

ALTER TABLE source ADD COLUMN read_at INTEGER;
ALTER TABLE source ADD COLUMN full_read_at INTEGER;
UPDATE source SET read_at = polled_at WHERE status <> 'unhealthy';
`;
