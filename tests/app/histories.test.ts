import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNote } from '../../src/core/correction.ts';
import { temporaryFolder } from '../support/folder.ts';
import { FOLLOWERS, type History, hastyHistories, histories, putBackHistories } from '../support/histories.ts';
import type { Broken } from '../support/history-lane.ts';
import { type Ending, openHistories, REFUSED } from '../support/history-life.ts';

/** Of each property; a history that fails is told with its seed. */
const RUNS = 120;
const PATIENCE = { timeout: 240_000 };

const nameOf = (says: string): string => says.replace(/^Note (\d+) .*/, '$1');
const DROPPED = 'dropped by hand';
/** How it begins why a message stays as it is, whatever is to be said of what it tells: a note may say it. */
const STAYS: readonly string[] = [
  ...Object.values(REFUSED),
  DROPPED,
  'the message shows releases that are not known here',
];

/** Where these are done, what was published first may come later. */
const LATER: ReadonlySet<string> = new Set(['unfollow', 'pause', 'retime', 'set', 'put back', 'let go', 'hold']);
const keepsOrder = ({ deeds }: History) =>
  deeds.every(deed => !LATER.has(deed.does) && !('as' in deed && LATER.has(deed.as)));

/** What has to be so when nothing moves any more. */
function judge(history: History, { deliveries, shown, releases }: Ending): void {
  const stuck = deliveries.filter(({ state }) => state !== 'sent' && state !== 'dead');
  expect(stuck, 'nothing waits for ever').toEqual([]);
  const parts = shown.map(({ part }) => part);
  expect(parts, 'no message is seen twice').toEqual([...new Set(parts)]);
  const said = shown.flatMap(one => one.says);
  const names = said.map(nameOf);
  expect(names, 'no release is seen twice').toEqual([...new Set(names)]);
  for (const { id, receipt } of deliveries)
    if (receipt)
      expect(
        shown.map(one => one.id),
        `${id} is where its receipt says`,
      ).toContain(receipt.message);
  for (const [key, { says, wanted }] of releases) {
    const its = deliveries.filter(({ release }) => release === `harbour/${key}`);
    const alert = its.find(one => one.kind === 'alert');
    const isRefused = [REFUSED.dead, DROPPED].includes(alert?.reason ?? '');
    if (wanted && !isRefused) expect(names, `${key} is wanted and seen`).toContain(key);
    // Where a change was refused at last, the message stays as it is: a reply tells of it, or nothing does.
    const last = its.findLast(one => one.kind === 'correction' && !isNote(one.subject));
    const stays = STAYS.some(reason => last?.reason?.startsWith(reason));
    const isChanged = last === undefined || (last.form === 'edit' && !stays);
    // Whoever let go of it before the backup does not know that it was sent since.
    if (isChanged && names.includes(key) && alert?.state === 'sent')
      expect(said, `${key} is seen in its last version`).toContain(says);
  }
  if (!keepsOrder(history)) return;
  const atOnce = history.deeds
    .filter(deed => deed.does === 'publish')
    .flatMap(({ count, by }) => Array<boolean>(count).fill(by.some(at => FOLLOWERS[at]?.when === 'now')));
  const inTurn = names.filter(name => atOnce[Number(name) - 1]);
  expect(inTurn, 'what is wanted at once comes in order').toEqual(
    inTurn.toSorted((one, two) => Number(one) - Number(two)),
  );
}

async function tell(told: fc.Arbitrary<History>, broken: Broken = {}) {
  const live = await openHistories(temporaryFolder());
  return fc.asyncProperty(told, async history => judge(history, await live(history, broken)));
}

test(
  'whatever people, platforms and backups do, each wanted release is seen once, as it is at last',
  PATIENCE,
  async () => {
    await fc.assert(await tell(histories), { numRuns: RUNS });
  },
);

describe('the histories tell', () => {
  test.each<[string, fc.Arbitrary<History>, Broken]>([
    ['forgets who asks later for what was published before', histories, { forgetful: true }],
    ['sends again without having looked', histories, { blind: 'always' }],
    ['sends again without having looked after it was put back', putBackHistories, { blind: 'put back' }],
    ['changes a message again before a late change can have been made', hastyHistories, { hasty: true }],
  ])('where a bot %s', PATIENCE, async (_, told, broken) => {
    expect((await fc.check(await tell(told, broken), { numRuns: RUNS, endOnFailure: true })).failed).toBe(true);
  });
});
