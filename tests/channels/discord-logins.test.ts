import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogins, nextLogin } from '../../src/channels/discord/logins.ts';
import { type FakeDiscord, startFakeDiscord } from '../support/fake-discord.ts';
import { openAgainst, TOKEN, until } from './discord-setup.ts';

const HOUR = 3_600_000;

describe('53. a process that is started again and again', () => {
  test('logs in less than ten times in any hour, and far less than a thousand times a day', () => {
    const logins: number[] = [];
    // It lives for five seconds each time, and logs in if the record lets it before it dies.
    for (let now = 0; now < 24 * HOUR; now += 5000) if (nextLogin(logins, now) < now + 5000) logins.push(now);
    const inHourBefore = (at: number) => logins.filter(one => one <= at && at - one < HOUR).length;
    expect(Math.max(...logins.map(inHourBefore))).toBeLessThan(10);
    expect(logins.length).toBeGreaterThan(48);
    expect(logins.length).toBeLessThan(250);
  });

  test('once in a while costs nothing', () => {
    expect(nextLogin([], 5)).toBe(5);
    expect(nextLogin([0], 1000)).toBe(1000);
    expect(nextLogin([0, HOUR], 2 * HOUR)).toBe(2 * HOUR);
  });

  test('a clock that was set back holds it up for an hour at most', () => {
    expect(nextLogin([10 * HOUR], 0)).toBe(0);
    expect(nextLogin([HOUR / 2, HOUR / 2, HOUR / 2], 0)).toBeLessThanOrEqual(HOUR);
  });
});

describe('53. the record of logins', () => {
  let fake: FakeDiscord;
  let kept: readonly string[];
  let broken: boolean;
  let now: Temporal.Instant;
  beforeEach(async () => {
    fake = await startFakeDiscord({ token: TOKEN });
    kept = [];
    broken = false;
    now = Temporal.Instant.from('2025-12-04T00:00:00Z');
  });
  afterEach(() => fake.close());

  const start = () =>
    openAgainst(fake, TOKEN, undefined, {
      now: () => now,
      kept: async () => kept,
      keep: async logins => {
        if (broken) throw new Error('the disk is full');
        kept = logins;
      },
    });
  const silent = async () => ({ ok: true, lines: [] });

  test('outlives the process: the third start within a moment waits, and says until when', async () => {
    for (const expected of [1, 2]) {
      const channel = start();
      await channel.listen(silent);
      expect(fake.gateway.identifies).toBe(expected);
      expect(kept).toHaveLength(expected);
      await channel.close();
    }
    const third = start();
    void third.listen(silent);
    await until(() => third.status().what?.includes('it logs in again at 2025-12-04T00:00:05Z') ?? false);
    expect(fake.gateway.identifies).toBe(2);
    expect(third.status().state).toBe('connecting');
    await third.close();
    now = now.add({ seconds: 5 });
    const fourth = start();
    await fourth.listen(silent);
    expect(fake.gateway.identifies).toBe(3);
    await fourth.close();
  });

  test('that cannot be written lets no login happen', async () => {
    broken = true;
    const channel = start();
    void channel.listen(silent);
    await until(() => channel.log.lines.some(line => line.includes('the record of logins cannot be')));
    expect(fake.gateway.identifies).toBe(0);
    await channel.close();
    expect(kept).toEqual([]);
  });

  test('is not written where the waiting is ended', async () => {
    const keep = async (list: readonly string[]) => {
      kept = list;
    };
    const logins = createLogins(
      () => now,
      { kept: async () => kept, keep },
      () => undefined,
    );
    const given = AbortSignal.abort();
    expect(await logins.enter(given)).toBe(false);
    expect(kept).toEqual([]);
    expect(await logins.enter(new AbortController().signal)).toBe(true);
    expect(kept).toEqual(['2025-12-04T00:00:00Z']);
  });
});
