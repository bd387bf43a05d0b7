/** An alert that nobody who follows asked for says which query it was replayed for. */
export const replays = `
-- Of an alert that was made owed by a replay: the query, and the clauses that held, as JSON.
ALTER TABLE delivery ADD COLUMN replay TEXT;
`;
