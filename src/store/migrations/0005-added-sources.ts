/** Sources that people have added in chat. One that is removed leaves its row: who added what stays known, and its id is its own. */
export const addedSources = `
CREATE TABLE added_source (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  preset TEXT,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  title TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  removed_by TEXT,
  removed_at INTEGER
) STRICT;
-- What is watched has an id and an address of its own.
CREATE UNIQUE INDEX added_source_id ON added_source (id) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX added_source_url ON added_source (url) WHERE removed_at IS NULL;
-- How much somebody has added lately.
CREATE INDEX added_source_by ON added_source (created_by, created_at);
`;
