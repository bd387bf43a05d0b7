/**
 * What is searched. Each release has a line of words and facts (`release_line`), which a full-text index finds
 * (`line_index`, which keeps no text of its own). Triggers note which lines no longer fit, whoever changes a release:
 * SQL cannot make a line, so they are made again by the program, in the same transaction or before the next search.
 */
export const search = `
-- In which order lines are found, newest first: the civil day, then the order in which releases were recorded.
CREATE TABLE release_line (
  seq INTEGER PRIMARY KEY,
  place INTEGER UNIQUE,
  stale INTEGER NOT NULL,
  line TEXT NOT NULL
) STRICT;
CREATE INDEX release_line_stale ON release_line (seq) WHERE stale = 1;
CREATE VIRTUAL TABLE line_index USING fts5(line, content='', contentless_delete=1, tokenize="ascii tokenchars '_'");

CREATE TRIGGER release_line_new AFTER INSERT ON "release" BEGIN
  INSERT INTO release_line (seq, place, stale, line) VALUES (new.seq, NULL, 1, '');
END;
CREATE TRIGGER release_line_changed
AFTER UPDATE OF source, title, text, day, topics, countries, agencies, facets, category, categories ON "release" BEGIN
  UPDATE release_line SET stale = 1 WHERE seq = new.seq;
END;
CREATE TRIGGER release_line_gone AFTER DELETE ON "release" BEGIN
  UPDATE release_line SET stale = 1 WHERE seq = old.seq;
END;
INSERT INTO release_line (seq, place, stale, line) SELECT seq, NULL, 1, '' FROM "release";

-- What made the lines: those of other rules are made again.
ALTER TABLE meta ADD COLUMN lines TEXT NOT NULL DEFAULT '';
-- Grows with every change of who follows what: compiled queries are kept as long as it stays.
ALTER TABLE meta ADD COLUMN subscriptions INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER subscription_new AFTER INSERT ON subscription BEGIN
  UPDATE meta SET subscriptions = subscriptions + 1;
END;
CREATE TRIGGER subscription_changed
AFTER UPDATE OF query, normal, destination, "when", mention, style, state, created_by ON subscription BEGIN
  UPDATE meta SET subscriptions = subscriptions + 1;
END;
CREATE TRIGGER subscription_gone AFTER DELETE ON subscription BEGIN
  UPDATE meta SET subscriptions = subscriptions + 1;
END;
`;
