/** The first schema. Indexes are there for a named question each; partial ones keep a million finished deliveries out of the way. */
export const first = `
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  installation TEXT NOT NULL,
  authority TEXT NOT NULL,
  year INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE source (
  id TEXT NOT NULL PRIMARY KEY,
  enrolled INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  baseline_at INTEGER,
  polled_at INTEGER,
  status TEXT,
  validators TEXT,
  failures INTEGER NOT NULL,
  fault TEXT,
  error TEXT,
  new INTEGER NOT NULL,
  revised INTEGER NOT NULL,
  adopted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE "release" (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  provisional INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  url TEXT,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  html TEXT,
  date TEXT,
  day TEXT NOT NULL,
  published INTEGER,
  first_seen INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL,
  topics TEXT NOT NULL,
  countries TEXT NOT NULL,
  agencies TEXT NOT NULL,
  facets TEXT NOT NULL,
  category TEXT,
  categories TEXT NOT NULL,
  author TEXT,
  attachments TEXT NOT NULL
) STRICT;
-- The newest page, of everything and of one source.
CREATE INDEX release_newest ON "release" (day, seq);
CREATE INDEX release_newest_of_source ON "release" (source, day, seq);
-- A numbered item looks for the release that it may adopt.
CREATE INDEX release_fingerprint ON "release" (source, fingerprint);

CREATE TABLE alias (
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  "release" TEXT NOT NULL REFERENCES "release" (id),
  PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_of_release ON alias ("release");

CREATE TABLE item (
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  "release" TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  position INTEGER,
  PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
-- The listing as last read.
CREATE INDEX item_listed ON item (source, position) WHERE position IS NOT NULL;

CREATE TABLE revision (
  "release" TEXT NOT NULL REFERENCES "release" (id),
  revision INTEGER NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  date TEXT,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY ("release", revision)
) STRICT;

CREATE TABLE destination (
  id TEXT NOT NULL PRIMARY KEY,
  suspended INTEGER NOT NULL,
  reason TEXT
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT, since a number that people have seen ("#12") must never come to mean another subscription.
CREATE TABLE subscription (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  query TEXT NOT NULL,
  normal TEXT NOT NULL,
  destination TEXT NOT NULL REFERENCES destination (id),
  "when" TEXT NOT NULL,
  mention TEXT NOT NULL,
  style TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_match INTEGER,
  UNIQUE (destination, normal)
) STRICT;

CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  subject TEXT NOT NULL,
  "release" TEXT REFERENCES "release" (id),
  revision INTEGER,
  destination TEXT NOT NULL REFERENCES destination (id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  next_at INTEGER,
  sent_at INTEGER,
  reason TEXT,
  -- Columns of their own for the two indexes that leave out what is finished: SQLite uses a partial index only
  -- where the question itself shows that it may, and would else walk through everything a channel ever got.
  owed_to TEXT GENERATED ALWAYS AS (CASE WHEN state IN ('queued', 'waiting', 'sending') THEN destination END) VIRTUAL,
  unsent TEXT GENERATED ALWAYS AS (nullif(state, 'sent')) VIRTUAL
) STRICT;
-- The head of a destination's queue.
CREATE INDEX delivery_owed ON delivery (owed_to, id) WHERE owed_to IS NOT NULL;
-- The ledger by state; what is sent is nearly everything and is found by id.
CREATE INDEX delivery_unsent ON delivery (unsent, id) WHERE unsent IS NOT NULL;
-- One in flight a destination: the rule of the protocol, kept by the database itself.
CREATE UNIQUE INDEX delivery_in_flight ON delivery (destination) WHERE state = 'sending';
CREATE INDEX delivery_of_destination ON delivery (destination, id);
CREATE INDEX delivery_of_release ON delivery ("release", id);

-- No reference to subscription: why an alert came is still known when the subscription is gone.
CREATE TABLE delivery_subscription (
  delivery INTEGER NOT NULL REFERENCES delivery (id),
  subscription INTEGER NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (delivery, subscription)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  part INTEGER NOT NULL,
  body TEXT NOT NULL,
  receipt TEXT,
  UNIQUE (key, part)
) STRICT;

CREATE TABLE delivery_message (
  delivery INTEGER NOT NULL REFERENCES delivery (id),
  message INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (delivery, message)
) STRICT, WITHOUT ROWID;
`;
