import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { type Broken, type Ending, live } from '../support/model-history.ts';
import { openModelLedger } from '../support/model-ledger.ts';
import type { Kind } from '../support/model-platform.ts';
import { openSqliteLedger } from '../support/model-sqlite.ts';
import { hastyStories, jumpyStories, type Story, stories } from '../support/model-stories.ts';

const PLATFORMS: readonly { readonly kind: Kind; readonly platform: string }[] = [
  { kind: 'keys', platform: 'a platform that knows a key again for two minutes' },
  { kind: 'record', platform: 'a platform that only shows what was posted' },
  { kind: 'mute', platform: 'a platform that can never be asked' },
];
/** Ten thousand and two hundred altogether. */
const IN_MEMORY = 3_400;
const ON_DISK = 80;
const PATIENCE = { timeout: 240_000 };

/** Hours within which a platform's patience, or a clock of ours that is put back, lets anything rest, for each jump. */
const RESTS = 28;

/** What has to be so when nothing moves any more. */
function judge(story: Story, { channels, requests, edits, lasted }: Ending): void {
  expect(lasted, 'nothing waits for ever').toBeLessThan((1 + story.jumps.length) * RESTS * 3600);
  for (const { owed, seen, corrections, letGo } of channels) {
    const titles = seen.map(({ title }) => title);
    expect(titles, 'nothing is seen twice').toHaveLength(new Set(titles).size);
    expect(owed.map(({ title }) => title)).toEqual(expect.arrayContaining(titles));
    const ends = ['sent', 'dead', ...(story.kind === 'mute' ? ['pending'] : [])];
    for (const state of corrections) expect(ends, `a correction is ${state}`).toContain(state);
    for (const { title, says, state, receipt } of owed) {
      // What cannot be asked is held, whether it arrived or not.
      if (story.kind === 'mute' && state === 'held') continue;
      expect(['sent', 'dead'], `${title} is ${state}`).toContain(state);
      const { message, says: said } = seen.find(one => one.title === title) ?? {};
      if (message !== undefined) expect(said, 'a message shows the last version').toBe(says);
      if (state === 'sent') expect(message, `${title} is seen where its receipt says`).toBe(receipt ?? 'nowhere');
      else expect(message, `${title}, refused for good, is not seen`).toBeUndefined();
    }
    const inTurn = owed.map(({ title }) => title).filter(title => titles.includes(title) && !letGo.includes(title));
    expect(
      titles.filter(title => !letGo.includes(title)),
      'in order',
    ).toEqual(inTurn);
  }
  const corrections = channels.flatMap(one => one.corrections).length;
  expect(edits, 'no storm of changes').toBeLessThanOrEqual(corrections + story.edits.length + story.deaths.length);
  const messages = channels.flatMap(({ owed }) => owed).length;
  expect(requests, 'no storm').toBeLessThanOrEqual(messages + story.requests.length + story.deaths.length);
}

/** Titles of two records differ; what became of the nth does not. */
const numbered = ({ channels, ...rest }: Ending) => ({
  ...rest,
  channels: channels.map(({ owed, seen, corrections, letGo }) => {
    const nth = (title: string) => owed.findIndex(one => one.title === title);
    return {
      owed: owed.map(({ state, receipt }) => [state, receipt]),
      seen: seen.map(({ title, message }) => [nth(title), message]),
      corrections,
      letGo: letGo.map(nth),
    };
  }),
});

async function check(kind: Kind, broken: Broken): Promise<boolean> {
  const hastes = broken.hasty || broken.forgetful;
  const jumps = broken.trusting || broken.vain;
  const told = hastes ? hastyStories(kind) : jumps ? jumpyStories(kind) : stories(kind);
  const property = fc.asyncProperty(told, async story => judge(story, await live(story, openModelLedger(), broken)));
  return (await fc.check(property, { numRuns: IN_MEMORY, endOnFailure: true })).failed;
}

describe.each(PLATFORMS)('whatever befalls the bot, its record and $platform', ({ kind }) => {
  test('people see exactly what they asked for, each once and in order', PATIENCE, async () => {
    const property = fc.asyncProperty(stories(kind), async story => judge(story, await live(story, openModelLedger())));
    await fc.assert(property, { numRuns: IN_MEMORY });
  });

  test('the record on disk comes to the same as its rules in memory', PATIENCE, async () => {
    const folder = temporaryFolder();
    const house = await openSqliteLedger(folder);
    const property = fc.asyncProperty(stories(kind), async story => {
      const ending = await live(story, house);
      judge(story, ending);
      expect(numbered(ending)).toEqual(numbered(await live(story, openModelLedger())));
    });
    await fc.assert(property, { numRuns: ON_DISK }).finally(() => house.close());
  });
});

test('withdrawn while its group was owed, listed again after that was refused: it is shown as listed', async () => {
  const story: Story = {
    kind: 'record',
    news: [{ after: 0, count: 7, to: 0 }],
    requests: [{ turn: 1, does: 'refuses', as: 'dead', wait: 0 }],
    changes: [
      { after: 5, nth: 0, what: 'revised' },
      { after: 6, nth: 0, what: 'withdrawn' },
      { after: 20, nth: 0, what: 'revised' },
    ],
    edits: [],
    looks: [],
    deaths: [{ step: 0, kept: true, away: 0 }],
    jumps: [],
    tells: 'at once',
    echoes: false,
  };
  judge(story, await live(story, openModelLedger()));
  const house = await openSqliteLedger(temporaryFolder());
  await live(story, house)
    .then(ending => judge(story, ending))
    .finally(() => house.close());
});

describe('the stories tell', () => {
  test.each<[string, Kind, Broken]>([
    ['sends again without having looked', 'record', { blind: true }],
    ['sends again without having looked, where keys are forgotten', 'keys', { blind: true }],
    ['looks before a late request can have arrived', 'record', { settleMs: 10_000 }],
    ['changes a message again before a late change can have been made', 'keys', { hasty: true }],
    ['forgets in a restart that a change was not answered', 'record', { forgetful: true }],
    ['measures by its own clock how long ago a request left', 'record', { trusting: true }],
    ['takes its own clock for that of a platform that shows what was posted', 'record', { vain: true }],
    ['takes its own clock for that of a platform that forgets keys', 'keys', { vain: true }],
    ['believes in a key for as long as it is known, and not until a late request has arrived', 'keys', { settleMs: 0 }],
  ])('where a bot %s', PATIENCE, async (_, kind, broken) => {
    expect(await check(kind, broken)).toBe(true);
  });
});
