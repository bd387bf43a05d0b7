/**
 * Changes of one message that leave one after the other. `place`: what is on its way or unsure first, then messages, then
 * digests, then changes that wait; those come first once they are due.
 */
export const edits = `
-- By when the last change of a message had left that was not answered; null where all were.
ALTER TABLE message ADD COLUMN unanswered_at INTEGER;
CREATE INDEX message_unanswered ON message (unanswered_at) WHERE unanswered_at IS NOT NULL;

DROP INDEX delivery_lane;
ALTER TABLE delivery DROP COLUMN place;
ALTER TABLE delivery ADD COLUMN place INTEGER GENERATED ALWAYS AS (id + 1125899906842624 *
  (CASE WHEN state IN ('sending', 'unsure') THEN 0 WHEN form = 'edit' AND state = 'waiting' THEN 3
    WHEN kind = 'digest' AND attempts = 0 THEN 2 ELSE 1 END)) VIRTUAL;
CREATE INDEX delivery_lane ON delivery (lane, place) WHERE lane IS NOT NULL;
-- Destinations where a change has waited long enough.
CREATE INDEX delivery_edit_waits ON delivery (next_at) WHERE form = 'edit' AND state = 'waiting';
`;
