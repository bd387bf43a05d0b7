/**
 * How many deliveries there are is known without walking through them: triggers keep count in the transaction in which
 * a delivery is made or changes its state.
 */
export const counts = `
CREATE TABLE delivery_count (
  platform TEXT NOT NULL,
  state TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (platform, state)
) STRICT, WITHOUT ROWID;
INSERT INTO delivery_count
  SELECT substr(destination, 1, instr(destination || ':', ':') - 1), state, count(*) FROM delivery GROUP BY 1, 2;

CREATE TRIGGER delivery_counted AFTER INSERT ON delivery BEGIN
  INSERT INTO delivery_count VALUES (substr(NEW.destination, 1, instr(NEW.destination || ':', ':') - 1), NEW.state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER delivery_uncounted AFTER DELETE ON delivery BEGIN
  UPDATE delivery_count SET count = count - 1
    WHERE platform = substr(OLD.destination, 1, instr(OLD.destination || ':', ':') - 1) AND state = OLD.state;
END;
CREATE TRIGGER delivery_recounted AFTER UPDATE OF state, destination ON delivery
WHEN NEW.state <> OLD.state OR NEW.destination <> OLD.destination BEGIN
  UPDATE delivery_count SET count = count - 1
    WHERE platform = substr(OLD.destination, 1, instr(OLD.destination || ':', ':') - 1) AND state = OLD.state;
  INSERT INTO delivery_count VALUES (substr(NEW.destination, 1, instr(NEW.destination || ':', ':') - 1), NEW.state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

-- The last canary, without what else was sent since.
CREATE INDEX delivery_test ON delivery (id) WHERE kind = 'test';
`;
