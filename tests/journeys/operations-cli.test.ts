import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { type Desk, openDesk } from '../support/command.ts';
import { LISTING } from '../support/listing.ts';

const PATIENCE = { timeout: 90_000 };
const HERE = 'slack:C0123ABCD';
const NOW = '2026-03-02T00:00:00Z';

let desk: Desk;
beforeEach(async () => {
  desk = openDesk({
    sources: [{ id: 'motir', preset: 'motir', kind: 'board', url: 'http://127.0.0.1:1/board', every: '1d' }],
    operations: { retention: { deliveries: '1d' } },
  });
  expect(await desk.run(['import', '-', '--source', 'motir'], { input: LISTING })).toMatchObject({ code: 0 });
});
afterEach(() => desk.close());

/** The fields of the contract, in their order. */
const FIELDS = [
  ...['id', 'release', 'revision', 'destination', 'kind', 'state', 'attempts', 'receipt', 'sentAt', 'reason'],
  'subscriptions',
];

describe('those who run the bot', PATIENCE, () => {
  test('audit: ok and exit 0 where all is well, else what and how to mend it, and exit 1', async () => {
    const unread = await desk.run(['audit']);
    expect([unread.code, unread.out]).toEqual([
      1,
      'One problem:\n  no source was ever read: nothing is watched yet\n    start it: npm start, or gwanbo start\n',
    ]);
    const { DatabaseSync } = await import('node:sqlite');
    const change = (sql: string) => {
      const db = new DatabaseSync(desk.database);
      db.exec(sql);
      db.close();
    };
    change(`INSERT INTO source (id, enrolled, due_at, polled_at, failures, new, revised, adopted)
      VALUES ('motir', 1, 0, 0, 0, 0, 0, 0)`);
    expect(await desk.json(['audit'])).toEqual([{ ok: true, problems: [], doubts: [], sources: [] }]);
    const { code, out } = await desk.run(['audit']);
    expect([code, out]).toEqual([0, 'All 0 listed items are recorded, and what was recorded is delivered.\n']);
    change("INSERT INTO item VALUES ('motir', '2-9', 'motir/2-9', 0, 0, 0)");
    const bad = await desk.run(['audit', '--json']);
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out)).toMatchObject({
      ok: false,
      problems: [{ what: 'source motir lists what is not recorded: 2-9', fix: expect.any(String) }],
      sources: [{ source: 'motir', listed: 1, unaccounted: 1 }],
    });
    expect((await desk.run(['audit'])).out).toContain('gwanbo check --source motir');
  });

  test('test: the latest match, and deliveries gives the fields of the contract', async () => {
    const [one] = await desk.json<{ id: number }>(['follow', 'source:motir', '--to', HERE]);
    const [made] = await desk.json(['test', String(one?.id)]);
    expect(Object.keys(made ?? {})).toEqual(FIELDS);
    expect(made).toMatchObject({ kind: 'test', state: 'queued', destination: HERE, subscriptions: [one?.id] });
    expect(await desk.json(['deliveries'])).toEqual([made]);
    expect((await desk.run(['test', '1'])).out).toContain('The bot is not running');
    expect(await desk.run(['test', '7'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no subscription #7'),
    });
  });

  test('replay: prints to the console; sends each release once to a channel; asks before it sends many', async () => {
    const days = ['--from', '2000-01-01', '--to', '2100-01-01'];
    const replay = (...more: string[]) => ['replay', 'source:motir', ...days, '--dest', ...more];
    const printed = await desk.json(replay('console'));
    expect(printed).toHaveLength(9);
    expect(printed[0]).toMatchObject({
      event: 'alert',
      destination: 'console',
      why: [],
      replay: { query: 'source:motir', clauses: [{ clause: 'source:motir' }] },
    });
    expect(
      (await desk.run(replay('console'))).out.match(/^Why: source:motir .*replay of source:motir$/gm),
    ).toHaveLength(8);
    expect(printed.at(-1)).toMatchObject({ matched: 8, replayed: 8, before: 0 });
    expect(await desk.json(['deliveries'])).toEqual([]);

    expect(await desk.json(replay(HERE))).toMatchObject([{ destination: HERE, matched: 8, before: 0, replayed: 8 }]);
    expect(await desk.json(replay(HERE))).toMatchObject([{ matched: 8, before: 8, replayed: 0 }]);
    const owed = await desk.json<{ kind: string; release: string }>(['deliveries']);
    expect(owed.map(({ kind }) => kind)).toEqual(Array(8).fill('alert'));
    expect(owed.toReversed().map(({ release }) => release)).toEqual(printed.slice(0, 8).map(({ release }) => release));

    const many = Array.from({ length: 21 }, (_, at) => `<item><title>Quay ${at}</title><guid>q${at}</guid></item>`);
    const feed = desk.write('many.xml', `<rss version="2.0"><channel><title>x</title>${many.join('')}</channel></rss>`);
    expect(await desk.run(['import', feed, '--source', 'motir'])).toMatchObject({ code: 0 });
    const quays = ['replay', 'quay', ...days, '--dest', HERE];
    expect(await desk.run(quays)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/21 of 21 matches would be sent to slack:C0123ABCD[\s\S]*--yes/),
    });
    expect(await desk.json([...quays, '--yes'])).toMatchObject([{ replayed: 21 }]);
    expect((await desk.run(['replay', 'quay', '--from', 'soon', '--to', '2100-01-01', '--dest', HERE])).code).toBe(2);
  });

  test('purge: forgets and says how much; not beside a running bot, which does it by itself', async () => {
    expect(await desk.json(['purge'])).toEqual([{ purged: 0 }]);
    await desk.start();
    expect((await desk.run(['purge'])).code).toBe(3);
  });

  test('status names subscriptions that can never match', async () => {
    await desk.run(['follow', '--to', HERE, '--', 'topic:steel', '-topic:steel']);
    expect((await desk.run(['status'])).out).toMatch(/subscription #1 of slack:C0123ABCD can never match/);
  });

  test('a suspended channel that nobody follows at goes on by the command that status names', async () => {
    const operations = 'slack:C0OPS';
    await suspend(operations);
    const { out } = await desk.run(['status']);
    expect(out).toContain(
      'slack:C0OPS is suspended: the channel is archived\n    mend that, then gwanbo resume slack:C0OPS\n',
    );
    const resumed = await desk.run(['resume', operations]);
    expect(resumed).toMatchObject({ code: 0, err: '' });
    expect(resumed.out).toBe(
      'slack:C0OPS is suspended no more: what it is owed is sent\nThe bot is not running: it is sent at the next start.\n',
    );
    expect((await desk.run(['status'])).out).not.toContain('suspended');
    expect(await desk.json(['resume', operations])).toEqual([{ destination: operations, state: 'active' }]);
    for (const [name, says] of [
      ['slack:C0NOWHERE', 'nothing was ever owed or followed at slack:C0NOWHERE'],
      ['#7', 'there is no subscription #7'],
      ['steel', '"steel" is no destination: write slack:CHANNEL'],
    ] as const)
      expect(await desk.run(['resume', name])).toMatchObject({ code: 2, err: expect.stringContaining(says) });
    for (const [target, says] of [
      ['7', 'there is no subscription #7'],
      ['#7', 'there is no subscription #7'],
      ['steel', '"steel" is no subscription\n  write its number, or all'],
    ] as const)
      expect(await desk.run(['unfollow', target])).toMatchObject({ code: 2, err: expect.stringContaining(says) });
  });

  test('what is sent to a suspended channel waits, and the command says for what', async () => {
    await desk.run(['follow', 'source:motir', '--to', HERE]);
    await suspend(HERE);
    for (const words of [
      ['test', '1'],
      ['replay', 'source:motir', '--from', '2000-01-01', '--to', '2100-01-01', '--dest', HERE],
    ])
      expect((await desk.run(words)).out).toContain(
        'slack:C0123ABCD is suspended: it is sent after gwanbo resume slack:C0123ABCD',
      );
  });
});

/** A channel that answers that it is archived. */
async function suspend(destination: string): Promise<void> {
  const store = await openStore(`sqlite:${desk.database}`, { authority: 'x.example', now: NOW });
  const { id } = await store.planTest({ destination, subject: 'canary@1', release: null, why: [] }, NOW);
  await store.claim(id, {}, NOW);
  await store.settle(id, { is: 'suspend', reason: 'the channel is archived' }, NOW);
  await store.close();
}
