/** Which vocabulary found a release's facets: what is older than the present one is classified again. */
export const vocabulary = `
ALTER TABLE "release" ADD COLUMN vocabulary TEXT NOT NULL DEFAULT '';
-- The next ones that another vocabulary classified.
CREATE INDEX release_vocabulary ON "release" (vocabulary, seq);
`;
