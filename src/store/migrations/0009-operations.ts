/** What outlives a process beside releases and messages: when it logged in to Discord, and whether it was restored. */
export const operations = `
ALTER TABLE meta ADD COLUMN logins TEXT NOT NULL DEFAULT '[]';
-- The time up to which a restored database knows what was sent; null where it was never restored, or all has been asked.
ALTER TABLE meta ADD COLUMN restored_to INTEGER;
-- Destinations of a restored database of which nobody has asked yet what they show.
ALTER TABLE destination ADD COLUMN unasked INTEGER NOT NULL DEFAULT 0;
`;
