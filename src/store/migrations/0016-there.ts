/** A platform's record is asked by its own clock, whatever ours said when the message left or says now. */
export const there = `
-- What the platform's clock showed when the first request was begun; null where it had not told the time yet.
ALTER TABLE message ADD COLUMN first_there INTEGER;
`;
