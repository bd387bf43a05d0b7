/** Pages of a reading that goes on: what one that is cut short has had. Gone when what they list is recorded. */
export const keptPages = `
CREATE TABLE kept_page (
  seq INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  mark TEXT NOT NULL,
  page INTEGER NOT NULL,
  content TEXT NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT;
CREATE INDEX kept_page_of ON kept_page (source, page);
`;
