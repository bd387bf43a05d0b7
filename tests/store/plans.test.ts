import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { HERE } from '../support/owing.ts';
import { alert, asks, batch, later, release, T0 } from '../support/store-samples.ts';

/**
 * What SQLite walks through to answer is fixed by the statement and the indexes, whatever the tables hold (we never
 * ANALYZE): so the cost of a claim with a million finished deliveries shows in its plan already.
 */
test('no question that is asked for every delivery walks through what is finished', async () => {
  const path = join(temporaryFolder(), 'gwanbo.db');
  const statements = await heard(async () => {
    const store = await openStore(`sqlite:${path}`, { authority: 'notes.example', now: T0 });
    const { subscription } = await store.follow(asks(HERE), T0);
    const notes = ['1', '2', '3', '4', '5', '6', '7'].map(key => release(key));
    const deliveries = notes.map(one => alert(one, HERE, [subscription.id]));
    await store.record(batch(notes, { deliveries }));
    await store.ready(T0);
    await store.next(HERE, T0);
    await store.claim(1, {}, T0);
    await store.settle(1, { is: 'wait', at: T0, reason: 'x' }, T0);
    await store.claim(1, {}, T0);
    await store.settle(1, { is: 'unsure', reason: 'x' }, T0);
    await store.next(HERE, T0);
    await store.claimAgain(1, T0);
    await store.settle(1, { is: 'dead', reason: 'x' }, T0);
    await store.postpone([2, 3, 4, 5, 6, 7], { name: 'x', at: T0 });
    await store.next(HERE, T0);
    await store.gather(HERE, T0);
    // Where each comes by itself.
    const hook = 'webhook:https://hook.example/notes';
    const { subscription: daily } = await store.follow(asks(hook, { when: 'daily 09:00' }), T0);
    await store.record(batch([], { deliveries: notes.map(one => alert(one, hook, [daily.id])) }));
    await store.gather(hook, later(7 * 24 * 3600));
    await store.settings(HERE);
    await store.recover(T0);
    await store.setState(subscription.id, 'paused', null);
    await store.known('harbour', ['1'], ['t-1']);
    await store.release('harbour/1');
    await store.releases({ limit: 5 });
    await store.releases({ limit: 5, source: 'harbour', after: 'harbour/1' });
    await store.revisions('harbour/1');
    await store.arrivals('harbour', T0);
    await store.newestListed('harbour', T0.slice(0, 10));
    const words = { is: 'words', words: ['note'], open: false } as const;
    await store.candidates({ words, from: T0.slice(0, 10), to: null }, { limit: 5 });
    await store.candidates({ words: null, from: null, to: null }, { limit: 5, after: 'harbour/1' });
    await store.subscriptionsVersion();
    await store.endPauses(T0);
    await store.deliveries({ state: 'held' });
    await store.deliveries({ destination: HERE });
    await store.deliveries({ release: 'harbour/1' });
    await store.deliveries({ destination: HERE, message: 'x' });
    await store.deliveries({ destination: HERE, state: 'held' });
    await store.version();
    await store.outdated('1-a', 5);
    await store.close();
  });

  const plan = openPlans(path);
  // Every scan there may be: of one row, of what is owed or missing, or of an index in the order of the answer.
  const scans = statements.flatMap(plan).filter(step => /^SCAN (?!sqlite_)/.test(step));
  expect([...new Set(scans)].sort()).toEqual([
    // Once, at the start.
    'SCAN destination',
    // The few that stand behind a head.
    'SCAN few',
    // Queues, one step each, whatever stands in them.
    'SCAN lanes',
    expect.stringMatching(/^SCAN line_index VIRTUAL TABLE INDEX \d+:M1/),
    'SCAN meta',
    'SCAN release USING INDEX release_newest',
    // Once, where the rules that make lines are not those of the last start.
    'SCAN release_line',
    'SCAN release_line USING COVERING INDEX release_line_stale',
  ]);
  const queues = statements.filter(sql => sql.includes('lane'));
  expect(queues).toHaveLength(8);
  for (const sql of queues)
    expect(plan(sql).join('\n'), sql).toMatch(/USING (COVERING )?INDEX delivery_(lane|held_back)/);
  const carried = statements.filter(sql => /"carrier" (?:=|in) /.test(sql));
  const dropping = statements.filter(sql => sql.includes('"delivery_subscription"') && sql.startsWith('update'));
  expect(dropping).toHaveLength(1);
  for (const sql of dropping)
    expect(plan(sql), sql).toContain('SEARCH delivery USING INDEX delivery_unsent_there (destination=? AND unsent=?)');
  expect(carried.length).toBeGreaterThan(3);
  for (const sql of carried) expect(plan(sql).join('\n'), sql).toMatch(/INDEX delivery_carried|PRIMARY KEY/);
});

test('what is due is found without walking through what waits for later or stands behind', async () => {
  const path = join(temporaryFolder(), 'gwanbo.db');
  const store = await openStore(`sqlite:${path}`, { authority: 'notes.example', now: T0 });
  const statements = await heard(async () => void (await store.ready(T0)));
  await store.close();
  const plan = openPlans(path);
  const steps = statements.flatMap(plan).filter(step => /^(?:SCAN|SEARCH) /.test(step));
  expect([...new Set(steps)].sort()).toEqual([
    'SCAN lanes',
    'SEARCH delivery USING INDEX delivery_edit_waits (next_at<?)',
    // The first of all queues.
    'SEARCH delivery USING INDEX delivery_lane (lane>?)',
    'SEARCH delivery USING INDEX delivery_parked_due (next_at<?)',
    'SEARCH delivery USING INTEGER PRIMARY KEY (rowid=?)',
    'SEARCH destination USING PRIMARY KEY (id=?)',
    'SEARCH first USING INDEX delivery_lane (lane=?)',
    'SEARCH leaving USING INDEX delivery_lane (lane=? AND place<?)',
    'SEARCH next USING INDEX delivery_lane (lane>?)',
  ]);
});

test('what the figures are made of is found without walking through what was sent', async () => {
  const path = join(temporaryFolder(), 'gwanbo.db');
  const statements = await heard(async () => {
    const store = await openStore(`sqlite:${path}`, { authority: 'notes.example', now: T0 });
    await store.rounds();
    await store.overdue(T0);
    await store.lastTest('canary');
    await store.deliveryCounts();
    await store.incidents({ open: true });
    await store.latencies(T0, T0);
    await store.close();
  });
  const plan = openPlans(path);
  const steps = statements.flatMap(plan).filter(step => /^(?:SCAN|SEARCH) (?!sqlite_)/.test(step));
  expect([...new Set(steps)].sort()).toEqual(
    [
      // One for each platform and state.
      'SCAN delivery_count',
      // Tests alone.
      'SCAN delivery USING INDEX delivery_test',
      'SCAN destination',
      'SCAN incident USING INDEX incident_open',
      'SCAN meta',
      'SEARCH delivery USING INDEX delivery_sent (destination=? AND sent_at>? AND sent_at<?)',
      'SEARCH delivery USING INDEX delivery_unsent (unsent=?)',
      'SEARCH delivery_message USING PRIMARY KEY (delivery=?)',
      'SEARCH destination USING PRIMARY KEY (id=?)',
      'SEARCH message USING INTEGER PRIMARY KEY (rowid=?)',
      'SEARCH release USING INDEX sqlite_autoindex_release_1 (id=?)',
    ].sort(),
  );
});

/** What SQLite does to answer a question, step by step. */
function openPlans(path: string): (sql: string) => readonly string[] {
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  return sql => {
    const values = [...sql.matchAll(/\?/g)].map(() => null);
    return db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map(step => String(step.detail));
  };
}

/** The questions that node:sqlite is asked while something is done. */
async function heard(work: () => Promise<void>): Promise<readonly string[]> {
  const asked = new Set<string>();
  const prepare = DatabaseSync.prototype.prepare;
  DatabaseSync.prototype.prepare = function (sql, ...rest) {
    if (/^(?:select|update|delete)/i.test(sql)) asked.add(sql);
    return prepare.call(this, sql, ...rest);
  };
  try {
    await work();
  } finally {
    DatabaseSync.prototype.prepare = prepare;
  }
  return [...asked];
}
