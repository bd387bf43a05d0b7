import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/app/deliver.ts';
import { openPrinted } from '../../src/channels/console/safe.ts';
import type { Card } from '../../src/core/card.ts';
import type { Outcome } from '../../src/core/delivery.ts';
import type { Channel, Message } from '../../src/ports/channel.ts';
import { alert, asks, batch, release } from '../support/store-samples.ts';
import { openTools } from '../support/tools.ts';

let tools: Awaited<ReturnType<typeof openTools>>;
beforeEach(async () => {
  tools = await openTools();
});
afterEach(() => tools.store.close());

const HERE = 'slack:C0001';

/** Makes a destination owed an alert for each key, oldest first. */
async function owe(keys: readonly string[], to = HERE): Promise<void> {
  const { subscription } = await tools.store.follow(asks(to), '2025-12-05T00:00:00Z');
  const releases = keys.map(key => release(key));
  await tools.store.record(batch(releases, { deliveries: releases.map(one => alert(one, to, [subscription.id])) }));
}

test('a channel that has each alert apart gets one message a release, however many wait, in their order', async () => {
  const { channel, printed } = printing({ render: card => ({ title: card.title }) });
  await owe(['1', '2', '3', '4', '5', '6', '7', '8']);
  const apart = { ...channel, apart: async () => true };
  const how = { ...tools, runtime: { now: tools.clock.now, log: tools.log }, settleMs: 30_000 };
  for (let turns = 0; turns < 8; turns++) {
    const at = await deliver(HERE, {
      ...how,
      channels: new Map([['slack', apart]]),
      nameOf: id => id,
      labelsOf: () => [],
      headingOf: () => null,
      matches: () => true,
      page: null,
    });
    expect(at).not.toBeNull();
  }
  const states = await tools.store.deliveries();
  expect(states.map(({ state, carrier }) => [state, carrier])).toEqual(states.map(() => ['sent', null]));
  expect(new Set(states.map(({ receipt }) => receipt?.message)).size).toBe(8);
  expect(printed()).not.toContain('new releases');
});

/** A channel that prints, and does with each message what the test says. */
function printing(more: {
  readonly render?: (card: Card) => unknown;
  readonly outcome?: (message: Message) => Outcome;
}): { channel: Channel; printed: () => string } {
  let text = '';
  const channel = openPrinted({
    platform: 'slack',
    render: card => ({ title: card.title }),
    outcome: ({ key }) => ({ is: 'sent', receipt: { channel: 'C0001', message: key } }),
    heading: destination => destination,
    event: { event: 'alert' },
    changed: receipt => ({ is: 'sent', receipt }),
    unasked: 'a printer keeps no record',
    status: { state: 'ready', what: null, fix: null },
    write: line => {
      text += line;
    },
    json: true,
    color: false,
    columns: 80,
    ...more,
  });
  return { channel, printed: () => text };
}

const run = (destination: string, channel: Channel, stopping?: AbortSignal) =>
  deliver(destination, {
    store: tools.store,
    runtime: { now: tools.clock.now, log: tools.log },
    channels: new Map([['slack', channel]]),
    nameOf: id => id,
    labelsOf: () => [],
    settleMs: 30_000,
    elapsed: tools.elapsed,
    matches: () => true,
    headingOf: () => null,
    page: null,
    ...(stopping ? { stopping } : {}),
  });
const states = async () => (await tools.store.deliveries()).toReversed().map(one => [one.state, one.reason] as const);
const logged = (level: string) => tools.log.lines.filter(line => line.level === level).map(line => line.message);

describe('what can never be sent as it stands', () => {
  test('a release that cannot be rendered is set aside, and the next one is sent', async () => {
    await owe(['1', '2']);
    const { channel, printed } = printing({
      render(card) {
        if (card.release === 'harbour/1') throw new TypeError('no such block');
        return {};
      },
    });
    expect(await run(HERE, channel)).toEqual(tools.clock.now());
    await run(HERE, channel);
    expect(await states()).toEqual([
      ['held', expect.stringContaining('failed to make a message')],
      ['sent', null],
    ]);
    expect(printed()).toContain('"release":"harbour/2"');
    expect(logged('error')).toEqual(['a message could not be made']);
  });

  test('a recorded destination that names none, or one that nothing here posts to, is set aside', async () => {
    const { channel } = printing({});
    for (const [destination, reason] of [
      ['irc:#trade', /is no destination/],
      ['discord:123456', /nothing here posts to discord/],
    ] as const) {
      await owe([destination], destination);
      await run(destination, channel);
      expect(await tools.store.deliveries({ destination })).toMatchObject([
        { state: 'held', reason: expect.stringMatching(reason) },
      ]);
      expect(await run(destination, channel)).toBe(null);
    }
  });
});

test('a channel that breaks while it sends leaves the delivery unsure; nobody can be asked, and the others flow', async () => {
  await owe(['1', '2']);
  let sends = 0;
  const { channel } = printing({
    outcome({ key }) {
      if (++sends === 1) throw new RangeError('out of stack');
      return { is: 'sent', receipt: { channel: 'C0001', message: key } };
    },
  });
  await run(HERE, channel);
  expect((await states()).map(([state]) => state)).toEqual(['unsure', 'queued']);
  tools.later({ seconds: 30 });
  await run(HERE, channel);
  await run(HERE, channel);
  expect(await states()).toEqual([
    ['held', 'a printer keeps no record'],
    ['sent', null],
  ]);
});

describe('11. an answer that cannot be written down', () => {
  /** The database refuses what settles a delivery. */
  const refuse = (on: boolean) => {
    const db = new DatabaseSync(tools.path);
    db.exec(
      on
        ? `CREATE TRIGGER full BEFORE UPDATE ON delivery WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'full'); END`
        : 'DROP TRIGGER full',
    );
    db.close();
  };

  test('is kept until it can, so that nothing is posted twice', async () => {
    await owe(['1']);
    const { channel, printed } = printing({});
    refuse(true);
    const working = run(HERE, channel);
    await expect.poll(() => logged('error')).toEqual(['an answer cannot be written down yet']);
    expect(await states()).toEqual([['sending', null]]);
    refuse(false);
    await working;
    expect(await states()).toEqual([['sent', null]]);
    expect(printed().match(/harbour\/1/g)).toHaveLength(1);
  });

  test('does not keep the bot from stopping; the next start finds the delivery unsure', async () => {
    await owe(['1']);
    const stopping = new AbortController();
    refuse(true);
    const working = run(HERE, printing({}).channel, stopping.signal);
    await expect.poll(() => logged('error')).toHaveLength(1);
    stopping.abort();
    await expect(working).rejects.toThrow('full');
    expect(await tools.store.recover('2025-12-05T02:00:00Z')).toBe(1);
  });
});

test('a delivery that waits for the same reason again is not warned of again', async () => {
  await owe(['1']);
  let reason = 'Slack asks for a pause';
  const { channel } = printing({ outcome: () => ({ is: 'wait', at: tools.clock.now().toString(), reason }) });
  for (let tries = 0; tries < 4; tries++) await run(HERE, channel);
  expect(logged('warn')).toEqual(['not delivered']);
  reason = 'Slack could not be reached';
  await run(HERE, channel);
  expect(logged('warn')).toHaveLength(2);
});
