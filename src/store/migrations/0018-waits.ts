/** What waits is found by its time, however much waits beside it for a later one. */
export const waits = `
-- Messages that a platform asked to hold back, in each queue.
CREATE INDEX delivery_held_back ON delivery (lane, next_at) WHERE lane IS NOT NULL AND state = 'waiting' AND form <> 'edit';
-- What waits for a digest, over all destinations.
CREATE INDEX delivery_parked_due ON delivery (next_at, parked) WHERE parked IS NOT NULL;
`;
