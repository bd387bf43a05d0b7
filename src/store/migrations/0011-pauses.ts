/** A pause may end by itself. */
export const pauses = `
-- When a paused subscription goes on by itself; null where somebody has to resume it.
ALTER TABLE subscription ADD COLUMN paused_until INTEGER;
CREATE INDEX subscription_pause_ends ON subscription (paused_until) WHERE paused_until IS NOT NULL;
`;
