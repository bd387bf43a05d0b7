/** Who leaves or pauses is owed no more: what that concerns is found without what else is owed, or ever was. */
export const dropping = `
CREATE INDEX delivery_unsent_there ON delivery (destination, unsent, id) WHERE unsent IS NOT NULL;
`;
