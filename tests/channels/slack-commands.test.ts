import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Asker, Command } from '../../src/core/command.ts';
import { CARD, KEY } from '../contracts/channel-samples.ts';
import { openBench, type SlackBench } from '../support/slack-bench.ts';

let bench: SlackBench;
let heard: { command: Command; asker: Asker }[];
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await bench.close();
});

/** Listens with an answerer that says what it heard. */
async function listen(how: Parameters<typeof openBench>[0] = { socket: true }): Promise<SlackBench> {
  bench = await openBench(how);
  heard = [];
  await bench.channel.listen(async (command, asker) => {
    heard.push({ command, asker });
    return { ok: true, lines: [`heard ${command.verb} <!channel> & <@U0ANA>`] };
  });
  return bench;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds() && tries < 400; tries++) await sleep(20);
  expect(holds()).toBe(true);
}

describe('Socket Mode', () => {
  test('a follow is acknowledged, handed to the app and answered to the asker alone', async () => {
    const { slack } = await listen();
    const run = await slack.slash({
      text: 'follow “supply chain” -AI country:ca --style compact --mention <@U0ANA|ana>',
    });
    expect(await run.answer()).toBe('heard follow &lt;!channel&gt; &amp; &lt;@U0ANA&gt;');
    expect(run.responses).toMatchObject([{ response_type: 'ephemeral', mrkdwn: false }]);
    expect(heard).toEqual([
      {
        command: {
          verb: 'follow',
          query: '"supply chain" -AI country:ca',
          to: null,
          style: 'compact',
          mention: ['user:U0ANA'],
        },
        asker: { id: 'slack:U0ANA', here: 'slack:C0TRADE', mayChange: true },
      },
    ]);
    slack.assertPolite();
  });

  test('what Slack escaped is read as it was typed', async () => {
    const { slack } = await listen();
    await (await slack.slash({ text: 'follow "R&amp;D" date&gt;=2025-01-01' })).answer();
    expect(heard[0]?.command).toMatchObject({ query: '"R&D" date>=2025-01-01' });
  });

  test('a text that is no command is answered at once with what to type', async () => {
    const { slack } = await listen();
    const run = await slack.slash({ text: 'folow steel' });
    expect(await run.answer()).toBe('There is no command "folow". Did you mean "follow"? Type help to see them all');
    expect(heard).toEqual([]);
  });

  test('60. delivered three times, done once, acknowledged each time', async () => {
    const { slack } = await listen();
    const run = await slack.slash({ text: 'follow steel', deliveries: 3 });
    await run.answer();
    expect(run.acks).toHaveLength(3);
    await sleep(50);
    expect(heard).toHaveLength(1);
    expect(run.responses).toHaveLength(1);
  });

  test('63. a slow answer comes late, the acknowledgement does not wait for it', async () => {
    bench = await openBench({ socket: true });
    const gate = Promise.withResolvers<void>();
    await bench.channel.listen(async () => {
      await gate.promise;
      return { ok: true, lines: ['late'] };
    });
    const run = await bench.slack.slash({ text: 'list' });
    expect(run.acks).toHaveLength(1);
    expect(run.responses).toHaveLength(0);
    gate.resolve();
    expect(await run.answer()).toBe('late');
  });

  test('an app that throws is answered without its words', async () => {
    bench = await openBench({ socket: true });
    await bench.channel.listen(async () => {
      throw new Error('secret of the database');
    });
    expect(await (await bench.slack.slash({ text: 'list' })).answer()).toMatch(/^Something went wrong here/);
    expect(bench.log.lines.some(line => line.level === 'error')).toBe(true);
  });

  test('an answer Slack does not take is logged and harms nothing', async () => {
    const { slack, log } = await listen();
    const run = await slack.slash({ text: 'list' });
    await run.answer();
    // The fake takes five answers to a command, as Slack does; a sixth is refused.
    await sleep(20);
    expect(log.lines.filter(line => line.message.includes('not delivered'))).toEqual([]);
    (run.responses as unknown[]).push({}, {}, {}, {}, {});
    await slack.slash({ text: 'list' });
    await until(() => heard.length === 2);
  });

  test('a click on the link button is acknowledged', async () => {
    const { slack } = await listen();
    const user = { id: 'U0ANA', username: 'ana', team_id: 'T0TEST' };
    const actions = [
      {
        type: 'button',
        block_id: 'b',
        action_id: 'yYzZ',
        url: 'https://gov.example/',
        text: { type: 'plain_text', text: 'Open' },
      },
    ];
    await slack.interact({
      type: 'block_actions',
      team: { id: 'T0TEST' },
      user,
      actions,
      trigger_id: 't',
      channel: { id: 'C0TRADE' },
    });
    slack.assertPolite();
  });

  test('65. it connects again when Slack asks and when the line is cut, and posts meanwhile', async () => {
    const { slack, channel, trade } = await listen();
    for (const how of ['refresh', 'hard'] as const) {
      const again = slack.nextConnection();
      slack.disconnect(how);
      await until(() => channel.status().state === 'connecting');
      const outcome = await channel.send(trade, { key: KEY, part: 0, body: channel.render(CARD, KEY) });
      expect(outcome.is).toBe('sent');
      await again;
      await until(() => channel.status().state === 'ready');
      await (await slack.slash({ text: 'list' })).answer();
    }
    expect(heard).toHaveLength(2);
  });

  test('Slack out of reach does not hold up the start, and it connects when Slack is back', async () => {
    bench = await openBench({ socket: true });
    const { slack, channel } = bench;
    slack.script({ method: 'auth.test', when: 'before', does: { status: 503 } });
    slack.script({ method: 'apps.connections.open', when: 'before', does: { reset: true }, times: 2 });
    await channel.listen(async () => ({ ok: true, lines: ['here'] }));
    expect(channel.status()).toMatchObject({ state: 'connecting', fix: null });
    await until(() => channel.status().state === 'ready');
    expect(await (await slack.slash({ text: 'list' })).answer()).toBe('here');
  });
});

describe('tokens', () => {
  test.each(['invalid_auth', 'token_revoked', 'account_inactive'])(
    'a bot token refused as %s is named, with the fix, and never shown',
    async error => {
      bench = await openBench();
      bench.slack.tokens.bot = null;
      bench.slack.tokens.botError = error;
      await bench.channel.listen(async () => ({ ok: true, lines: [] }));
      const { state, what, fix } = bench.channel.status();
      expect(state).toBe('down');
      expect(what).toMatch(new RegExp(`^SLACK_BOT_TOKEN was refused \\(${error}\\): `));
      expect(fix).toMatch(/^Put the Bot User OAuth Token .* into SLACK_BOT_TOKEN/);
      expect(`${what}${fix}`).not.toContain(bench.slack.botToken);
    },
  );

  test('a wrong app token is named, and alerts are posted all the same', async () => {
    bench = await openBench({ socket: true, app: 'xapp-1-wrong' });
    await bench.channel.listen(async () => ({ ok: true, lines: [] }));
    expect(bench.channel.status()).toMatchObject({
      state: 'down',
      what: 'SLACK_APP_TOKEN was refused (invalid_auth): commands are not heard; alerts are posted all the same',
      fix: expect.stringContaining('connections:write'),
    });
    const { channel, trade } = bench;
    expect((await channel.send(trade, { key: KEY, part: 0, body: channel.render(CARD, KEY) })).is).toBe('sent');
  });

  test('security rule 1: no token and no secret stands in any line of the log', async () => {
    const { slack, channel, log } = await listen({ socket: true, http: true });
    slack.script({ when: 'before', does: { body: `token ${slack.botToken} ${slack.appToken} xoxp-12-ab` } });
    slack.script({ when: 'before', does: { reset: true } });
    for (let at = 0; at < 3; at++)
      await channel.send(bench.trade, { key: KEY, part: 0, body: channel.render(CARD, KEY) });
    slack.tokens.bot = null;
    await channel.send(bench.trade, { key: KEY, part: 0, body: channel.render(CARD, KEY) });
    slack.tokens.app = null;
    slack.disconnect('hard');
    await until(() => channel.status().state === 'down');
    const url = await mount();
    await slack.slashOverHttp(url, { text: 'list', secret: 'wrong' });
    const written = JSON.stringify(log.lines);
    expect(log.lines.length).toBeGreaterThan(5);
    for (const secret of [
      slack.botToken,
      slack.appToken,
      slack.signingSecret,
      'xoxp-',
      'ticket=',
      'legacyVerificationToken',
    ])
      expect(written).not.toContain(secret);
  });
});

describe('who may change what', () => {
  const ask = async (text: string, user = 'U0ANA', channel = 'C0TRADE') => {
    await (await bench.slack.slash({ text, user, channel })).answer();
    return heard.at(-1)?.asker.mayChange;
  };

  test.each([
    ['a guest', { is_restricted: true }, /^guests cannot/],
    ['a guest of one channel', { is_restricted: true, is_ultra_restricted: true }, /^guests cannot/],
    ['a stranger', { is_stranger: true }, /^people of other workspaces cannot/],
    ['somebody of another workspace', { team_id: 'T0OTHER' }, /^people of other workspaces cannot/],
    ['another bot', { is_bot: true }, /^only people/],
    ['a deleted account', { deleted: true }, /^only people/],
  ])('%s may not', async (_name, user, reason) => {
    const { slack } = await listen();
    slack.addUser({ id: 'U0BOB', ...user });
    for (const text of ['follow steel', 'unfollow 1', 'pause 1', 'resume 1', 'test'])
      expect(await ask(text, 'U0BOB'), text).toMatch(reason);
    expect(slack.requests.filter(({ method }) => method === 'conversations.join')).toEqual([]);
  });

  const standing = async (text: string, user: string) => {
    await (await bench.slack.slash({ text, user, channel: 'C0TRADE' })).answer();
    const { mayChange, manages } = heard.at(-1)?.asker ?? {};
    return [mayChange, manages];
  };

  test.each([
    ['an admin', { is_admin: true }, true, true],
    ['an owner', { is_owner: true }, true, true],
    ['a member', {}, true, /^this takes an admin or an owner/],
    ['a guest', { is_restricted: true }, /^guests cannot/, /^guests cannot/],
    ['a guest who claims to be an admin', { is_restricted: true, is_admin: true }, /^guests cannot/, /^guests cannot/],
    ['a stranger', { is_stranger: true, is_admin: true }, /^people of other/, /^people of other/],
    ['an admin of another workspace', { team_id: 'T0OTHER', is_admin: true }, /^people of other/, /^people of other/],
    ['another bot', { is_bot: true, is_admin: true }, /^only people/, /^only people/],
  ])('security rule 9: %s, asked about the sources', async (_name, user, mayChange, manages) => {
    const { slack } = await listen();
    slack.addUser({ id: 'U0BOB', ...user });
    const expected = [mayChange, manages].map(one => (one === true ? true : expect.stringMatching(one as RegExp)));
    for (const text of ['source add wto', 'source try <https://a.example/f>', 'source remove wto'])
      expect(await standing(text, 'U0BOB'), text).toEqual(expected);
    expect(slack.requests.filter(({ method }) => method === 'conversations.join')).toEqual([]);
  });

  test('security rule 9: somebody whom Slack does not know manages nothing', async () => {
    await listen();
    expect(await standing('source add wto', 'U0NOBODY')).toEqual(
      Array(2).fill(expect.stringMatching(/user_not_found/)),
    );
  });

  test('anybody may read, and Slack is not asked', async () => {
    const { slack } = await listen();
    slack.addUser({ id: 'U0BOB', is_restricted: true });
    slack.requests.length = 0;
    const reads = [
      'list',
      'source list',
      'source presets',
      'preview steel --days 90',
      'search steel',
      'latest',
      'why motir/2-1 3',
      'show motir/2-1',
      'topics countries',
      'feed #3',
      'settings',
      'status',
      'help',
    ];
    for (const text of reads) await ask(text, 'U0BOB');
    expect(heard.map(({ command }) => command)).toEqual([
      { verb: 'list' },
      { verb: 'source', action: 'list' },
      { verb: 'source', action: 'presets' },
      { verb: 'preview', query: 'steel', days: 90 },
      { verb: 'search', query: 'steel' },
      { verb: 'latest', query: null },
      { verb: 'why', release: 'motir/2-1', target: 3 },
      { verb: 'show', release: 'motir/2-1' },
      { verb: 'topics', list: 'countries' },
      { verb: 'feed', query: null, target: 3 },
      { verb: 'settings', changes: {} },
      { verb: 'status' },
      { verb: 'help' },
    ]);
    expect(slack.requests).toEqual([]);
    for (const text of ['settings --quiet off', 'edit 3 --when now'])
      expect(await ask(text, 'U0BOB')).toMatch(/guests/);
  });

  test('in a public channel the bot joins first, so that its history can be asked', async () => {
    const { slack } = await listen();
    const open = slack.addChannel({ id: 'C0OPEN', botIsMember: false, members: new Set(['U0ANA']) });
    expect(await ask('follow steel', 'U0ANA', 'C0OPEN')).toBe(true);
    expect(open.botIsMember).toBe(true);
  });

  test('in a private one without the bot the answer is the invitation', async () => {
    const { slack } = await listen();
    slack.addChannel({ id: 'G0PRIV', isPrivate: true, botIsMember: false, members: new Set(['U0ANA']) });
    expect(await ask('follow steel', 'U0ANA', 'G0PRIV')).toContain('/invite @gwanbo');
  });

  test('a channel that one is in can be named, also on a later page of the list', async () => {
    const { slack } = await listen();
    for (let at = 1000; at < 2100; at++) slack.addChannel({ id: `C0MANY${at}`, members: new Set(['U0ANA']) });
    expect(await ask('follow steel --to <#C0MANY2050|many>')).toBe(true);
    expect(heard[0]?.command).toMatchObject({ to: 'slack:C0MANY2050' });
  });

  test('a private channel one is not in sounds like one that is not there, and nothing is joined', async () => {
    const { slack } = await listen();
    slack.addChannel({ id: 'G0SECRET', isPrivate: true });
    const open = slack.addChannel({ id: 'C0OPEN', botIsMember: false });
    const answers = new Set<unknown>();
    for (const id of ['G0SECRET', 'C0OPEN', 'C0NOWHERE']) answers.add(await ask(`follow steel --to slack:${id}`));
    expect([...answers]).toEqual([expect.stringMatching(/^I cannot see you in that channel/)]);
    expect(open.botIsMember).toBe(false);
  });

  test.each([
    ['--to discord:123456789012345678', /only channels of Slack/],
    ['--to slack:T0OTHER/C0TRADE', /another workspace/],
    ['--to slack:U0ANA', /channels only/],
  ])('%s is refused', async (option, reason) => {
    await listen();
    expect(await ask(`follow steel ${option}`)).toMatch(reason);
  });

  test('a direct message is no channel', async () => {
    await listen();
    expect(await ask('follow steel', 'U0ANA', 'D0ANA')).toMatch(/channels only/);
  });

  test('an archived channel is refused', async () => {
    const { slack } = await listen();
    slack.addChannel({ id: 'C0OLD', isArchived: true, members: new Set(['U0ANA']) });
    expect(await ask('follow steel', 'U0ANA', 'C0OLD')).toBe('that channel is archived');
  });

  test('where Slack does not say, nobody may', async () => {
    const { slack } = await listen();
    slack.script({ method: 'users.info', when: 'before', does: { status: 500 } });
    expect(await ask('follow steel')).toMatch(/^Slack did not say whether you may/);
    slack.script({ method: 'conversations.info', when: 'before', does: { error: 'internal_error' } });
    expect(await ask('follow steel')).toBe('Slack did not say whether you may (internal_error): try again in a minute');
  });
});

/** Mounts the channel's listener on a server of its own, as the bot mounts it on its pages' one. */
async function mount(): Promise<string> {
  const { listener } = bench.channel;
  if (!listener) throw new Error('no listener without a signing secret');
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/slack/events')) listener(request, response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
}

describe('HTTP', () => {
  test('a signed command is acknowledged, handed to the app and answered', async () => {
    const { slack } = await listen({ http: true });
    const run = await slack.slashOverHttp(await mount(), { text: 'follow steel' });
    expect(run.statuses).toEqual([200]);
    expect(await run.answer()).toMatch(/^heard follow/);
    expect(heard[0]?.asker).toEqual({ id: 'slack:U0ANA', here: 'slack:C0TRADE', mayChange: true });
    slack.assertPolite();
  });

  test.each([
    ['forged', { secret: 'another secret' }],
    ['6 minutes old', { skew: -6 * 60_000 }],
    ['6 minutes ahead', { skew: 6 * 60_000 }],
  ])('60. a command that is %s gets 401', async (_name, how) => {
    const { slack } = await listen({ http: true });
    const run = await slack.slashOverHttp(await mount(), { text: 'follow steel', ...how });
    expect(run.statuses).toEqual([401]);
    expect(heard).toEqual([]);
  });

  test('security rule 17: of any request that Slack did not sign as it stands nothing is heard', async () => {
    const { slack } = await listen({ http: true });
    const url = await mount();
    const stamp = Math.floor(Date.now() / 1000);
    const sign = (at: string, body: string) =>
      `v0=${createHmac('sha256', slack.signingSecret).update(`v0:${at}:${body}`).digest('hex')}`;
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('help', 'list', ' ', 'ü 한'));
    const whole = text.map(said => {
      const body = new URLSearchParams({ command: '/gwanbo', text: said, channel_id: 'C0TRADE', user_id: 'U0ANA' });
      return { at: String(stamp), body: body.toString() };
    });
    const forged = fc.oneof(
      // A body, a time or a signature that is not the one which was signed.
      fc.tuple(whole, fc.nat(1000), fc.constantFrom('&', 'x', '%00', '=')).map(([{ at, body }, where, piece]) => {
        const cut = where % (body.length + 1);
        return { at, body: `${body.slice(0, cut)}${piece}${body.slice(cut)}`, signature: sign(at, body) };
      }),
      fc.tuple(whole, fc.integer({ min: 1, max: 200 })).map(([{ at, body }, later]) => {
        return { at: String(Number(at) - later), body, signature: sign(at, body) };
      }),
      fc.tuple(whole, fc.nat(66), fc.constantFrom(...'0123456789abcdefgZ ')).map(([{ at, body }, where, letter]) => {
        const right = sign(at, body);
        const signature = `${right.slice(0, where)}${letter}${right.slice(where + 1)}`;
        return { at, body, signature: signature === right ? 'v0=' : signature };
      }),
      fc
        .tuple(whole, fc.constantFrom('', 'v0=', 'v1=', '=', 'v0', '0'.repeat(64), 'v0='.repeat(30)))
        .map(([{ at, body }, signature]) => ({ at, body, signature })),
    );
    const post = ({ at, body, signature }: { at: string; body: string; signature: string }) =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': at,
          'x-slack-signature': signature,
        },
        body,
      });
    await fc.assert(
      fc.asyncProperty(forged, async request => {
        expect((await post(request)).status).toBe(401);
      }),
      { numRuns: 300 },
    );
    expect(heard).toEqual([]);
    const [sound] = fc.sample(whole, 1);
    if (!sound) throw new Error('there is a request');
    expect((await post({ ...sound, signature: sign(sound.at, sound.body) })).status, 'it is not the way').not.toBe(401);
  });

  test('60. replayed within the window it is taken and done once', async () => {
    const { slack } = await listen({ http: true });
    const run = await slack.slashOverHttp(await mount(), { text: 'follow steel', skew: -4 * 60_000, deliveries: 4 });
    await run.answer();
    expect(run.statuses).toEqual([200, 200, 200, 200]);
    await sleep(50);
    expect(heard).toHaveLength(1);
  });

  test('what one transport has done the other does not do again, and both work side by side', async () => {
    const { slack } = await listen({ http: true, socket: true });
    await (await slack.slash({ text: 'list' })).answer();
    await (await slack.slashOverHttp(await mount(), { text: 'list' })).answer();
    expect(heard).toHaveLength(2);
  });

  test.each([
    ['another method', { method: 'GET' }, 405],
    ['no time stamp', { method: 'POST', body: 'text=list' }, 401],
  ])('%s is refused', async (_name, init, status) => {
    await listen({ http: true });
    expect((await fetch(await mount(), init)).status).toBe(status);
  });

  test('security rule 8: a body of more than a megabyte is refused unread', async () => {
    const { slack } = await listen({ http: true });
    const run = await slack.slashOverHttp(await mount(), { text: 'x'.repeat(1_100_000) });
    expect(run.statuses).toEqual([413]);
  });

  test('security rule 8: without a signing secret there is no listener', async () => {
    await listen({ socket: true });
    expect(bench.channel.listener).toBeNull();
  });
});
