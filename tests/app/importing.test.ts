import { afterEach, beforeEach, expect, test } from 'vitest';
import { importItems } from '../../src/app/import.ts';
import { follow } from '../../src/app/subscribe.ts';
import { parseText } from '../../src/sources/text.ts';
import { openTools } from '../support/tools.ts';

let tools: Awaited<ReturnType<typeof openTools>>;
beforeEach(async () => {
  tools = await openTools();
});
afterEach(() => tools.store.close());

const SOURCE = { id: 'motir', zone: 'Asia/Seoul' };
const LISTING = `-
Steel Quota With Canada Extended
The steel quota agreed with Canada runs until June.date2025-12-04
-
Chip Makers Meet
Makers of semiconductors met in Icheon.date2025-12-01
`;
const read = (text = LISTING) => parseText(text, SOURCE);
const updated = async () => (await tools.store.releases({ limit: 9 })).map(release => release.updated);

test('a release of a file is as old as its day, whether it is alerted or not', async () => {
  const asked = {
    query: 'topic:steel',
    to: 'console',
    style: 'card',
    mention: [],
    createdBy: 'cli',
    backfill: 0,
  } as const;
  await follow(asked, tools);
  expect(await importItems(read(), SOURCE, true, tools)).toEqual({
    recorded: 2,
    revised: 0,
    unchanged: 0,
    rejected: 0,
  });
  expect(await updated()).toEqual(['2025-12-03T15:00:00Z', '2025-11-30T15:00:00Z']);
  expect(await tools.store.deliveries()).toMatchObject([{ kind: 'alert', destination: 'console', state: 'queued' }]);
  expect(tools.woken).toEqual(['console']);
});

test('a second import changes nothing, one with a corrected text is a revision of now', async () => {
  await importItems(read(), SOURCE, false, tools);
  expect(await importItems(read(), SOURCE, false, tools)).toMatchObject({ recorded: 0, revised: 0, unchanged: 2 });
  tools.later({ hours: 1 });
  const corrected = LISTING.replace('until June', 'until July');
  expect(await importItems(read(corrected), SOURCE, false, tools)).toMatchObject({ recorded: 0, revised: 1 });
  expect((await updated())[0]).toBe('2025-12-05T02:00:00Z');
  expect(await tools.store.deliveries()).toEqual([]);
});
