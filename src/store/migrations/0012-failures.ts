/** What a receiver refuses is tried again by a schedule that counts its refusals, not our restarts. */
export const failures = `
-- How often it was refused or not answered since it was owed, or since its destination came back.
ALTER TABLE delivery ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
`;
