import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHANNEL, type FakeDiscord, startFakeDiscord } from '../support/fake-discord.ts';
import { cardOf, openAgainst, post, TOKEN, until } from './discord-setup.ts';

let fake: FakeDiscord;
let channel: ReturnType<typeof openAgainst>;
const silent = async () => ({ ok: true, lines: [] });
beforeEach(async () => {
  fake = await startFakeDiscord({ token: TOKEN });
  channel = openAgainst(fake);
});
afterEach(async () => {
  await channel.close();
  await fake.close();
});
const isReady = () => channel.status().state === 'ready';

test('posting needs no gateway', async () => {
  expect(channel.status()).toEqual({ state: 'connecting', what: null, fix: null });
  expect(await post(channel, cardOf())).toMatchObject({ is: 'sent' });
  expect(fake.messages(CHANNEL)).toMatchObject([
    { embeds: [{ title: 'Ministers agree on a steel quota' }], pings: [] },
  ]);
  expect(fake.gateway.connections).toBe(0);
  fake.assertPolite();
});

test('listening connects once, with no more than the Guilds intent, and is ready', async () => {
  await channel.listen(silent);
  expect(channel.status()).toEqual({ state: 'ready', what: null, fix: null });
  expect(fake.gateway.identifies).toBe(1);
});

test('a wrong token is down, names the variable and the fix, and is not tried again', async () => {
  const wrong = openAgainst(fake, 'wrong.token.entirely');
  await wrong.listen(silent);
  expect(wrong.status()).toEqual({
    state: 'down',
    what: 'DISCORD_TOKEN was refused: Discord does not know this token',
    fix: expect.stringContaining('Reset Token'),
  });
  expect(fake.gateway.identifies).toBe(0);
  expect(await post(wrong, cardOf())).toMatchObject({ is: 'down', reason: expect.stringContaining('DISCORD_TOKEN') });
  expect(await post(wrong, cardOf())).toMatchObject({ is: 'down' });
  expect(fake.requests.filter(request => request.status === 401).length).toBeLessThanOrEqual(2);
  expect(wrong.log.lines.join('\n')).not.toContain('wrong.token');
  await wrong.close();
});

test('a token that cannot be one is down before anything is asked', async () => {
  for (const token of ['', 'two words', 'bad\u0007']) {
    const wrong = openAgainst(fake, token);
    expect(wrong.status()).toMatchObject({ state: 'down' });
    expect(await post(wrong, cardOf())).toMatchObject({ is: 'down' });
    await wrong.listen(silent);
    await wrong.close();
  }
  expect(fake.requests).toEqual([]);
});

test('a token pasted with its prefix and a line end works', async () => {
  const pasted = openAgainst(fake, `Bot ${TOKEN}\n`);
  expect(await post(pasted, cardOf())).toMatchObject({ is: 'sent' });
  await pasted.close();
});

test.each([
  [4004, /DISCORD_TOKEN was refused/],
  [4014, /intents of DISCORD_TOKEN/],
  [4013, /code 4013/],
])('a gateway that closes with %i ends the trying and says so', async (code, what) => {
  fake.gateway.rejectNext(code);
  await channel.listen(silent);
  expect(channel.status()).toMatchObject({ state: 'down', what: expect.stringMatching(what) });
  await new Promise(done => setTimeout(done, 700));
  expect(fake.gateway.connections).toBe(1);
  expect(await post(channel, cardOf()), 'posting is another matter').toMatchObject({ is: 'sent' });
});

test('a token revoked while connected is down', async () => {
  await channel.listen(silent);
  fake.gateway.drop(4004);
  await until(() => channel.status().state === 'down');
  expect(channel.status().what).toContain('DISCORD_TOKEN');
});

describe('65. a gateway that is lost', () => {
  test('is resumed, and alerts go on meanwhile', async () => {
    await channel.listen(silent);
    fake.gateway.refuse(true);
    fake.gateway.drop(1006);
    await until(() => !isReady());
    expect(channel.status().what).toContain('alerts are posted all the same');
    expect(await post(channel, cardOf())).toMatchObject({ is: 'sent' });
    fake.gateway.refuse(false);
    await until(isReady);
    expect(fake.gateway.identifies + fake.gateway.resumes).toBeGreaterThan(1);
  });

  test('is resumed where it went without a session lost', async () => {
    await channel.listen(silent);
    fake.gateway.drop(4000);
    await until(() => !isReady());
    await until(isReady);
    expect([fake.gateway.identifies, fake.gateway.resumes]).toEqual([1, 1]);
  });

  test('is found dead by heartbeats that nobody acknowledges', async () => {
    const quick = await startFakeDiscord({ token: TOKEN, heartbeat: 60 });
    const own = openAgainst(quick);
    await own.listen(silent);
    quick.gateway.mute(true);
    await until(() => quick.gateway.resumes > 0);
    quick.gateway.mute(false);
    expect(await post(own, cardOf())).toMatchObject({ is: 'sent' });
    await until(() => own.status().state === 'ready');
    await own.close();
    await quick.close();
  });

  test('53. is not asked again and again: a door that stays shut sees few knocks', async () => {
    await channel.listen(silent);
    fake.gateway.refuse(true);
    fake.gateway.drop(1006);
    await new Promise(done => setTimeout(done, 2500));
    expect(fake.gateway.identifies).toBe(1);
    expect(fake.gateway.knocks).toBeLessThanOrEqual(3);
    expect(channel.log.lines.length).toBeLessThan(10);
  });
});

test('a REST that is down at the start leaves the connecting to the background', async () => {
  fake.script({ fault: 'status', status: 500, route: /^GET \/gateway/ });
  await channel.listen(silent);
  expect(channel.status()).toMatchObject({ state: 'connecting', fix: null });
  await until(isReady);
});

test.each([
  ['a null where a guild should be', '{"op":0,"t":"GUILD_CREATE","s":9,"d":null}'],
  ['a null where a channel should be', '{"op":0,"t":"CHANNEL_UPDATE","s":9,"d":null}'],
  ['an interaction without data', '{"op":0,"t":"INTERACTION_CREATE","s":9,"d":{"type":2}}'],
  ['a null interaction', '{"op":0,"t":"INTERACTION_CREATE","s":9,"d":null}'],
  ['a null payload', 'null'],
  ['half a payload', '{"op":0,"t":'],
  ['a hello without data', '{"op":10,"d":null}'],
  ['an invalid session without data', '{"op":9,"d":null}'],
])('%s is survived', async (_, text) => {
  await channel.listen(silent);
  fake.gateway.raw(text);
  await new Promise(done => setTimeout(done, 50));
  expect((await fake.slash({ subcommand: 'help', channel: CHANNEL })).type).toBe(5);
  expect(await post(channel, cardOf())).toMatchObject({ is: 'sent' });
});

test('a guild in outage holds nothing up, and a null payload that waited for it is survived', async () => {
  const own = await startFakeDiscord({ token: TOKEN, outage: true });
  const early = openAgainst(own);
  const listening = early.listen(silent);
  await until(() => own.gateway.connected);
  // What comes before the guild is held back, and handled from a timer when the waiting ends.
  for (let at = 0; at < 3; at++) own.gateway.raw('{"op":0,"t":"INTERACTION_CREATE","s":1,"d":null}');
  await listening;
  expect(early.status().state).toBe('ready');
  expect((await own.slash({ subcommand: 'help', channel: CHANNEL })).type).toBe(5);
  expect(early.log.lines.filter(line => line.includes('left out')).length).toBeGreaterThan(0);
  await early.close();
  await own.close();
});

test('50. what is missing where posting was refused is named, once the gateway has told the rights', async () => {
  const room = fake.addChannel({ id: '800000000000000002' });
  room.permissions = ['ViewChannel', 'SendMessages', 'ReadMessageHistory'];
  expect(await post(channel, cardOf(), 'before-the-gateway', room.id)).toMatchObject({
    is: 'suspend',
    reason: expect.stringContaining('it needs View Channel, Send Messages'),
  });
  await channel.listen(silent);
  expect(await post(channel, cardOf(), 'after-it', room.id)).toEqual({
    is: 'suspend',
    reason: 'gwanbo lacks Embed Links in the channel; grant that there, then resume',
  });
});

test('closing leaves nothing open, whatever it is in the middle of', async () => {
  const before = process.getActiveResourcesInfo().length;
  const moments = [
    async () => undefined,
    async (one: typeof channel) => await one.listen(silent),
    async (one: typeof channel) => void one.listen(silent),
    async (one: typeof channel) => {
      const asked = fake.requests.length;
      fake.script({ fault: 'delay', ms: 100, route: /^GET \/gateway/ });
      void one.listen(silent);
      await until(() => fake.requests.length > asked);
    },
    async (one: typeof channel) => {
      await one.listen(silent);
      fake.gateway.drop(1006);
      await until(() => one.status().state === 'connecting');
    },
    async (one: typeof channel) => {
      const knocks = fake.gateway.knocks;
      fake.gateway.refuse('stall');
      void one.listen(silent);
      await until(() => fake.gateway.knocks > knocks);
    },
    async (one: typeof channel) => void (await post(one, cardOf())),
  ];
  for (const reach of moments) {
    const one = openAgainst(fake);
    await reach(one);
    await one.close();
  }
  const connections = fake.gateway.connections;
  await new Promise(done => setTimeout(done, 700));
  expect(fake.gateway.connected, 'nothing connects after the end').toBe(false);
  expect(fake.gateway.connections).toBeLessThanOrEqual(connections + 1);
  await until(() => fake.gateway.stalled === 0);
  await until(() => process.getActiveResourcesInfo().length <= before + 1);
});

test('security rule 1: no line of the log holds the token', async () => {
  await channel.listen(silent);
  fake.script({ fault: 'status', status: 400, code: 50_035, times: 2 });
  await post(channel, cardOf());
  fake.gateway.raw('{"op":0,"t":"GUILD_CREATE","s":9,"d":null}');
  fake.gateway.drop(4004);
  await until(() => channel.status().state === 'down');
  expect(channel.log.lines.length).toBeGreaterThan(2);
  expect(channel.log.lines.join('\n')).not.toContain(TOKEN);
  expect(JSON.stringify(channel.status())).not.toContain(TOKEN);
});
