import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { becauseLines } from '../../src/app/archive-lines.ts';
import { openLanguage } from '../../src/app/language.ts';
import { becausePage } from '../../src/app/print.ts';
import { releaseNamed, whyQuery, whySubscriptions } from '../../src/app/why.ts';
import type { NewSubscription } from '../../src/core/subscription.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { releaseOf, vocabulary } from '../support/language.ts';
import { silentLog } from '../support/silent-log.ts';
import { alert, asks, batch, later, poll, T0 } from '../support/store-samples.ts';

const language = openLanguage(vocabulary, silentLog());
const steel = releaseOf('Steel Talks with Canada', 'Steel was named. So was steel plate, but no chips.', {
  id: 'motir/2-1',
  key: '2-1',
  source: 'motir',
  firstSeen: later(60),
});

async function opened() {
  const path = join(temporaryFolder(), 'gwanbo.db');
  const store = await openStore(`sqlite:${path}`, { authority: 'a.example', now: T0, lines: language.lines });
  onTestFinished(() => store.close());
  const follow = async (query: string, to: string, now = T0, changes: Partial<NewSubscription> = {}) =>
    (await store.follow(asks(to, { query, normal: language.parse(query).normal, ...changes }), now)).subscription;
  return { store, follow, tools: { store, language } };
}

test('every clause is told with the words that show it, also of what is left out', async () => {
  const { tools } = await opened();
  const because = whyQuery(steel, language.parse('steel country:ca -"steel plate" topic:ai'), tools);
  expect(because).toMatchObject({
    release: 'motir/2-1',
    subscription: null,
    match: false,
    delivery: null,
    outcome: null,
  });
  expect(becauseLines(because)).toEqual([
    'topic:ai country:ca steel -"steel plate": it does not match',
    '  false  topic:ai',
    '  true   country:ca      title "Canada"',
    '  true   steel           title "Steel", lead "Steel", body "steel"',
    '  false  -"steel plate"  body "steel plate"',
  ]);
});

test('brackets are told with their parts below them, in lines that fit', async () => {
  const { tools } = await opened();
  const because = whyQuery(steel, language.parse('(plate OR zinc (AI OR EU)) country:(ca OR us)'), tools);
  const look = { json: false, color: false, columns: 40, write() {}, show() {}, note() {} };
  expect(becausePage(because, look).split('\n')).toEqual([
    'country:(ca OR us) (plate OR zinc (AI OR',
    'EU)): it matches',
    '  true   country:(ca OR us)',
    '  true     country:ca  title "Canada"',
    '  false    country:us',
    '  true   plate OR zinc (AI OR EU)',
    '  true     plate       body "plate"',
    '  false    zinc (AI OR EU)',
    '  false      zinc',
    '  false      AI OR EU',
    '  false        AI',
    '  false        EU',
  ]);
});

test('what became of the alert is said for each subscription, or why there is none', async () => {
  const { store, follow, tools } = await opened();
  const sent = await follow('steel', 'slack:C1');
  const beside = await follow('country:ca', 'slack:C1');
  const dead = await follow('steel', 'slack:C2');
  const paused = await follow('steel', 'slack:C3');
  await store.setState(paused.id, 'paused', 'holiday');
  const young = await follow('steel', 'slack:C4', later(61));
  const other = await follow('zinc', 'slack:C5');
  const unplanned = await follow('steel', 'slack:C6');
  await store.record(
    batch([steel], {
      source: 'motir',
      at: later(60),
      deliveries: [alert(steel, 'slack:C1', [sent.id]), alert(steel, 'slack:C2', [dead.id])],
    }),
  );
  const owed = await store.deliveries();
  const [two, one] = owed;
  await store.claim(one?.id ?? 0, {}, later(62));
  const receipt = { channel: 'C1', message: '1.1' };
  await store.settle(one?.id ?? 0, { is: 'sent', receipt }, later(63));
  await store.claim(two?.id ?? 0, {}, later(62));
  await store.settle(two?.id ?? 0, { is: 'dead', reason: 'message refused' }, later(63));

  const answers = await whySubscriptions(steel, await store.subscriptions(), tools);
  expect(answers.map(({ subscription, match, outcome }) => [subscription, match, outcome])).toEqual([
    [sent.id, true, `sent (slack:C1) ${later(63)}`],
    [beside.id, true, `sent because of #${sent.id} (slack:C1) ${later(63)}`],
    [dead.id, true, 'never sent (slack:C2): message refused'],
    [paused.id, true, 'the subscription is paused: holiday'],
    [young.id, true, 'the subscription is younger than the release'],
    [other.id, false, 'it does not match'],
    [unplanned.id, true, expect.stringMatching(/^no alert was planned/)],
  ]);
  expect(answers[0]?.delivery).toMatchObject({ state: 'sent', receipt });
  expect(answers[3]?.delivery).toBe(null);
});

test('a correction with which it matches no more is told, and the alert and its reason stay', async () => {
  const { store, follow, tools } = await opened();
  const one = await follow('steel', 'slack:C1');
  const beside = await follow('country:ca', 'slack:C1');
  const alerts = [alert(steel, 'slack:C1', [one.id, beside.id])];
  await store.record(batch([steel], { source: 'motir', at: later(60), deliveries: alerts }));
  const [owed] = await store.deliveries();
  const before = await store.whys(owed?.id ?? 0);
  const corrected = async (revision: number, text: string) => {
    const now = releaseOf(text, text, { ...steel, title: text, text, revision, updated: later(100 * revision) });
    const turns = [{ release: steel.id, subscription: one.id, revision, at: now.updated, match: text === 'Steel' }];
    const changes = { source: 'motir', at: now.updated, revised: [{ after: now, fingerprint: 't' }], turns };
    await store.record(batch([], changes));
    await store.record(batch([], changes));
    return whySubscriptions(now, await store.subscriptions(), tools);
  };
  const [gone, untouched] = await corrected(2, 'Zinc in Canada');
  expect(gone).toMatchObject({
    match: false,
    delivery: { id: owed?.id, state: 'queued', subscriptions: [one.id, beside.id] },
    turns: [{ revision: 2, at: later(200), match: false }],
    outcome: `about to be sent (slack:C1); it matches no more since revision 2 (${later(200)})`,
  });
  expect(untouched).toMatchObject({ match: true, turns: [], outcome: 'about to be sent (slack:C1)' });
  expect(await store.whys(owed?.id ?? 0)).toEqual([{ ...before[0], turns: gone?.turns }, before[1]]);
  const [back] = await corrected(3, 'Steel');
  expect(back?.turns.map(({ match }) => match)).toEqual([false, true]);
  expect(back?.outcome).toContain(`it matches again since revision 3 (${later(300)})`);
});

test('what waits, for a channel in trouble and for its time, is told as such', async () => {
  const { store, follow, tools } = await opened();
  const one = await follow('steel', 'slack:C1');
  const two = await follow('steel', 'slack:C2');
  const alerts = [alert(steel, 'slack:C1', [one.id]), alert(steel, 'slack:C2', [two.id])];
  await store.record(batch([steel], { source: 'motir', at: later(60), deliveries: alerts }));
  const idOf = async (to: string) => (await store.deliveries({ destination: to }))[0]?.id ?? 0;
  for (const to of ['slack:C1', 'slack:C2']) await store.claim(await idOf(to), {}, later(61));
  await store.settle(await idOf('slack:C1'), { is: 'suspend', reason: 'archived' }, later(62));
  await store.settle(await idOf('slack:C2'), { is: 'wait', at: later(900), reason: 'quiet hours' }, later(62));
  const told = (await whySubscriptions(steel, await store.subscriptions(), tools)).map(({ outcome }) => outcome);
  expect(told).toEqual([
    'kept until the destination is mended and the subscription resumed (slack:C1): archived',
    `waiting to be sent (slack:C2) until ${later(900)}: quiet hours`,
  ]);
});

test('what was there at the first reading was never alerted', async () => {
  const { store, follow, tools } = await opened();
  await follow('steel', 'slack:C1');
  await store.enrol(['motir'], T0);
  const first = poll(later(60), { source: 'motir', status: 'baseline' });
  await store.record(batch([steel], { source: 'motir', at: later(60), poll: first }));
  const [because] = await whySubscriptions(steel, await store.subscriptions(), tools);
  expect(because?.outcome).toContain('before the source was first read');
});

test('a query of which a word has left the vocabulary is named, and harms no other', async () => {
  const { store, follow, tools } = await opened();
  await follow('steel', 'slack:C1', T0, { normal: 'topic:alchemy' });
  await follow('steel', 'slack:C2');
  const answers = await whySubscriptions(steel, await store.subscriptions(), tools);
  expect(answers.map(({ query, match }) => [query, match])).toEqual([
    ['topic:alchemy', false],
    ['steel', true],
  ]);
  expect(answers[0]?.outcome).toContain('no longer understood');
});

test('a release that is none is named', async () => {
  const { tools } = await opened();
  await expect(releaseNamed('motir/none', tools)).rejects.toThrow('there is no release motir/none');
});
