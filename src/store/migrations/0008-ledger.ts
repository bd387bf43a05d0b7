/**
 * The ledger as it asks platforms, groups, corrects and waits. `lane` is the destination of what stands in its queue, and
 * `place` where: what is on its way or unsure first, then messages, then digests, each by age. `parked` is the
 * destination of what waits for a digest beside the queue.
 */
export const ledger = `
ALTER TABLE destination ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
-- What people set for it, and what the configuration says, which wins.
ALTER TABLE destination ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE destination ADD COLUMN config TEXT NOT NULL DEFAULT '{}';
-- Zone of destinations that name none.
ALTER TABLE meta ADD COLUMN zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE subscription ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER subscription_changed;
CREATE TRIGGER subscription_changed
AFTER UPDATE OF query, normal, destination, "when", urgent, mention, style, state, created_by ON subscription BEGIN
  UPDATE meta SET subscriptions = subscriptions + 1;
END;

ALTER TABLE delivery ADD COLUMN form TEXT NOT NULL DEFAULT 'post';
ALTER TABLE delivery ADD COLUMN carrier INTEGER REFERENCES delivery (id);
ALTER TABLE delivery ADD COLUMN slot TEXT;
ALTER TABLE delivery ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
-- Of a correction: what changed.
ALTER TABLE delivery ADD COLUMN changes TEXT;
DROP INDEX delivery_owed;
DROP INDEX delivery_in_flight;
ALTER TABLE delivery DROP COLUMN owed_to;
ALTER TABLE delivery ADD COLUMN lane TEXT GENERATED ALWAYS AS (CASE
  WHEN carrier IS NULL AND state IN ('queued', 'sending', 'unsure') OR carrier IS NULL AND state = 'waiting' AND slot IS NULL
  THEN destination END) VIRTUAL;
ALTER TABLE delivery ADD COLUMN place INTEGER GENERATED ALWAYS AS (id + 1125899906842624 *
  (CASE WHEN state IN ('sending', 'unsure') THEN 0 WHEN kind = 'digest' AND attempts = 0 THEN 2 ELSE 1 END)) VIRTUAL;
ALTER TABLE delivery ADD COLUMN parked TEXT GENERATED ALWAYS AS (CASE
  WHEN carrier IS NULL AND state = 'waiting' AND slot IS NOT NULL THEN destination END) VIRTUAL;
-- The head of a destination's queue, and the digest that is due first.
CREATE INDEX delivery_lane ON delivery (lane, place) WHERE lane IS NOT NULL;
CREATE INDEX delivery_parked ON delivery (parked, next_at) WHERE parked IS NOT NULL;
-- One message in flight a destination, whatever it carries: the rule of the protocol, kept by the database itself.
CREATE UNIQUE INDEX delivery_in_flight ON delivery (destination) WHERE state = 'sending' AND carrier IS NULL;
-- What a message carries.
CREATE INDEX delivery_carried ON delivery (carrier) WHERE carrier IS NOT NULL;
CREATE INDEX delivery_message_carries ON delivery_message (message);

-- When the first request of a message started, and which posted message it replies to.
ALTER TABLE message ADD COLUMN first_at INTEGER;
ALTER TABLE message ADD COLUMN reply_to TEXT;
UPDATE message SET first_at = (SELECT min(started_at) FROM delivery_message
  JOIN delivery ON delivery.id = delivery_message.delivery WHERE delivery_message.message = message.id);
`;
