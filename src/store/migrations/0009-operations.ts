/** What outlives a process beside releases and messages: when it logged in to Discord, and whether it was restored. */
export const operations = `
ALTER TABLE meta ADD COLUMN logins TEXT NOT NULL DEFAULT '[]';
-- Of a database that was put back from a backup: the last moment that it knows of, and when it was put back. What was sent
-- in between is for the platforms to say.
ALTER TABLE meta ADD COLUMN restored_to INTEGER;
ALTER TABLE meta ADD COLUMN restored_at INTEGER;
`;
