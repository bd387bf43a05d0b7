/** What the rounds of the bot leave behind, and what was sent to a destination by when. */
export const rounds = `
ALTER TABLE meta ADD COLUMN rounds TEXT NOT NULL DEFAULT '{}';
-- Latencies, the last one sent, what is old enough to be stripped.
CREATE INDEX delivery_sent ON delivery (destination, sent_at) WHERE sent_at IS NOT NULL;
-- What was first seen of late.
CREATE INDEX release_first_seen ON "release" (first_seen);
`;
