import { expect, test } from 'vitest';
import { planFor } from '../../src/app/matching.ts';
import { follow } from '../../src/app/subscribe.ts';
import { release } from '../support/store-samples.ts';
import { openTools } from '../support/tools.ts';

const fresh = [{ release: release('1', { title: 'Steel talks' }), fingerprint: 'f', provisional: false }];

test('51. what is published while a channel is suspended is owed to it; a paused subscription is owed nothing', async () => {
  const tools = await openTools();
  try {
    for (const [query, to] of [
      ['steel', 'console'],
      ['steel', 'slack:C0HARBOUR'],
      ['talks', 'slack:C0HARBOUR'],
      ['zinc', 'slack:C0HARBOUR'],
    ] as const)
      await follow({ query, to, style: 'card', mention: [], createdBy: 'cli', backfill: 0 }, tools);
    const planned = async () =>
      (await planFor({ fresh, revised: [] }, tools)).map(one => [
        one.destination,
        one.why.map(why => why.subscription),
      ]);
    expect(await planned()).toEqual([
      ['console', [1]],
      ['slack:C0HARBOUR', [2, 3]],
    ]);

    await tools.store.setState(1, 'paused', null);
    expect(await planned(), 'who pauses is compiled out at once').toEqual([['slack:C0HARBOUR', [2, 3]]]);

    await tools.store.record({
      source: 'harbour',
      at: tools.clock.now().toString(),
      poll: null,
      fresh,
      revised: [],
      adopted: [],
      completed: [],
      listed: [],
      deliveries: await planFor({ fresh, revised: [] }, tools),
    });
    const now = tools.clock.now().toString();
    const owed = await tools.store.next('slack:C0HARBOUR', now);
    if (!owed || !('delivery' in owed)) throw new Error('nothing is owed');
    await tools.store.claim(owed.delivery.id, {}, now);
    await tools.store.settle(owed.delivery.id, { is: 'suspend', reason: 'archived' }, now);
    expect((await tools.store.subscription(2))?.state).toBe('suspended');
    expect(await planned()).toEqual([['slack:C0HARBOUR', [2, 3]]]);
  } finally {
    await tools.store.close();
  }
});
