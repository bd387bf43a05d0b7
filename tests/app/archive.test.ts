import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { survey } from '../../src/app/archive.ts';
import { batch, release } from '../support/store-samples.ts';
import { openTools } from '../support/tools.ts';

let tools: Awaited<ReturnType<typeof openTools>>;
beforeEach(async () => {
  tools = await openTools();
});
afterEach(() => tools.store.close());

// An amount is told by no line of words: every release is read.
test('63. while the archive is looked through, others get their turn', async () => {
  const text = 'The harbour office explains where ships may lie and what they pay: USD 5 million. '.repeat(40);
  await tools.store.record(batch(Array.from({ length: 600 }, (_, i) => release(`${i}`, { text }))));
  let [turns, ended] = [0, false];
  const others = (async () => {
    while (!ended) {
      await turn();
      turns++;
    }
  })();
  const found = await survey(tools.language.parse('ships amount>=usd:1'), 5, tools);
  ended = true;
  await others;
  expect(found).toMatchObject({ count: 600, of: 600 });
  expect(turns).toBeGreaterThan(5);
});
