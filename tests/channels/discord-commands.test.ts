import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { COMMAND, isRegistered } from '../../src/channels/discord/definition.ts';
import type { Answer, Asker, Command } from '../../src/core/command.ts';
import { VERBS } from '../../src/core/command-parse.ts';
import { CHANNEL, type FakeDiscord, startFakeDiscord } from '../support/fake-discord.ts';
import type { SlashInput } from '../support/fake-discord-interactions.ts';
import { type Permission, POSTING } from '../support/fake-discord-world.ts';
import { openAgainst, TOKEN, until } from './discord-setup.ts';

const MANAGER = ['ViewChannel', 'ManageChannels'] as const;
const OTHER = '800000000000000002';
const THREAD = '800000000000000003';
const FORUM = '800000000000000015';

let fake: FakeDiscord;
let channel: ReturnType<typeof openAgainst>;
let heard: { readonly command: Command; readonly asker: Asker }[] = [];
let answer: () => Promise<Answer>;
const done: Answer = { ok: true, lines: ['Done.'] };

beforeAll(async () => {
  fake = await startFakeDiscord({ token: TOKEN, channels: [CHANNEL, OTHER] });
  fake.addChannel({ id: THREAD, type: 11 });
  fake.addChannel({ id: FORUM, type: 15, name: 'releases' });
  channel = openAgainst(fake);
  await channel.listen(async (command, asker) => {
    heard.push({ command, asker });
    return await answer();
  });
  await until(() => fake.commands.length > 0);
});
afterAll(async () => {
  await channel.close();
  await fake.close();
});
beforeEach(() => {
  heard = [];
  answer = async () => done;
});
afterEach(() => fake.assertPolite());

async function ask(input: Omit<SlashInput, 'channel'> & { readonly channel?: string }): Promise<string> {
  const slash = await fake.slash({ channel: CHANNEL, ...input });
  expect([slash.type, slash.ephemeral]).toEqual([5, true]);
  return await slash.reply();
}

test('follow is heard with all it was given, and answered to the asker alone', async () => {
  const options = { query: 'topic:steel country:ca', channel: OTHER, style: 'compact', mention: '555555555555555555' };
  const roles = { '555555555555555555': { name: 'desk', mentionable: true } };
  expect(await ask({ subcommand: 'follow', options, roles, permissions: MANAGER })).toBe('Done.');
  expect(heard).toEqual([
    {
      command: {
        verb: 'follow',
        query: 'topic:steel country:ca',
        to: `discord:${OTHER}`,
        style: 'compact',
        mention: ['role:555555555555555555'],
      },
      asker: { id: 'discord:900000000000000001', here: `discord:${CHANNEL}`, mayChange: true },
    },
  ]);
});

test('left out, the channel is none, the style card and the mentions are empty', async () => {
  await ask({ subcommand: 'follow', options: { query: 'steel' }, permissions: MANAGER });
  expect(heard[0]?.command).toEqual({ verb: 'follow', query: 'steel', to: null, style: 'card', mention: [] });
});

test.each([
  ['unfollow', { number: '12' }, { verb: 'unfollow', target: 12 }],
  ['unfollow', { number: ' #12 ' }, { verb: 'unfollow', target: 12 }],
  ['unfollow', { number: 'All' }, { verb: 'unfollow', target: 'all' }],
  ['pause', { number: 3 }, { verb: 'pause', target: 3 }],
  ['status', {}, { verb: 'status' }],
  ['test', {}, { verb: 'test', target: null }],
  ['test', { number: 3 }, { verb: 'test', target: 3 }],
  ['pause', { number: 3, for: '3d' }, { verb: 'pause', target: 3, for: '3d' }],
  ['resume', { number: 3 }, { verb: 'resume', target: 3 }],
  ['resume', {}, { verb: 'resume', target: null }],
  ['preview', { query: 'steel', days: 90 }, { verb: 'preview', query: 'steel', days: 90 }],
  ['preview', { query: 'steel' }, { verb: 'preview', query: 'steel', days: null }],
  ['search', { query: 'steel' }, { verb: 'search', query: 'steel' }],
  ['latest', {}, { verb: 'latest', query: null }],
  ['latest', { query: 'steel' }, { verb: 'latest', query: 'steel' }],
  ['why', { release: 'motir/2-1', number: 3 }, { verb: 'why', release: 'motir/2-1', target: 3 }],
  ['why', { release: 'motir/2-1' }, { verb: 'why', release: 'motir/2-1', target: null }],
  ['show', { release: 'motir/2-1' }, { verb: 'show', release: 'motir/2-1' }],
  ['edit', { number: 12, query: 'steel' }, { verb: 'edit', target: 12, changes: { query: 'steel' } }],
  [
    'edit',
    { number: 12, when: 'daily 09:00', urgent: false, style: 'full', mention: '900000000000000007' },
    {
      verb: 'edit',
      target: 12,
      changes: { when: 'daily 09:00', urgent: false, style: 'full', mention: ['user:900000000000000007'] },
    },
  ],
  ['topics', {}, { verb: 'topics', list: 'topics' }],
  ['topics', { list: 'countries' }, { verb: 'topics', list: 'countries' }],
  ['feed', {}, { verb: 'feed', query: null, target: null }],
  ['feed', { query: 'steel' }, { verb: 'feed', query: 'steel', target: null }],
  ['feed', { number: 3 }, { verb: 'feed', query: null, target: 3 }],
  ['settings', {}, { verb: 'settings', changes: {} }],
  [
    'settings',
    { zone: 'Asia/Seoul', quiet: '22:00-07:00', corrections: 'off', 'when-unsure': 'hold', 'digest-hour': '08:30' },
    {
      verb: 'settings',
      changes: {
        zone: 'Asia/Seoul',
        quiet: '22:00-07:00',
        corrections: 'off',
        whenUnsure: 'hold',
        digestHour: '08:30',
      },
    },
  ],
  ['status', {}, { verb: 'status' }],
  ['list', {}, { verb: 'list' }],
  ['help', {}, { verb: 'help' }],
] as const)('%s %j is heard as %j', async (subcommand, options, command) => {
  await ask({ subcommand, options });
  expect(heard[0]?.command).toEqual(command);
});

test.each([
  ['list', {}, { verb: 'source', action: 'list' }],
  ['presets', {}, { verb: 'source', action: 'presets' }],
  ['add', { source: 'wto' }, { verb: 'source', action: 'add', target: 'wto' }],
  ['try', { source: ' <https://a.example/f> ' }, { verb: 'source', action: 'try', target: 'https://a.example/f' }],
  ['remove', { id: 'a-example' }, { verb: 'source', action: 'remove', id: 'a-example' }],
] as const)('source %s %j is heard as %j', async (subcommand, options, command) => {
  await ask({ group: 'source', subcommand, options });
  expect(heard[0]?.command).toEqual(command);
});

test('follow is heard with when and how', async () => {
  const options = { query: 'steel', when: 'weekly mon 09:00', urgent: true, backfill: 3 };
  await ask({ subcommand: 'follow', options, permissions: MANAGER });
  expect(heard[0]?.command).toEqual({
    verb: 'follow',
    query: 'steel',
    to: null,
    style: 'card',
    mention: [],
    when: 'weekly mon 09:00',
    urgent: true,
    backfill: 3,
  });
});

test.each([
  ['edit', { number: 12 }, /^say what is to change/],
  ['feed', { query: 'steel', number: 3 }, /two questions/],
] as const)('%s %j is refused at once', async (subcommand, options, said) => {
  expect(await ask({ subcommand, options })).toMatch(said);
  expect(heard).toEqual([]);
});

test('every verb of the other platforms is offered', () => {
  expect(COMMAND.options.map(one => (one as { name: string }).name).sort()).toEqual([...VERBS].sort());
});

test('an address that is none is refused at once', async () => {
  expect(await ask({ group: 'source', subcommand: 'add', options: { source: 'two words' } })).toContain('one address');
  expect(heard).toEqual([]);
});

describe('security rule 9: who manages, and so may have a say in the sources', () => {
  const manages = async (input: Partial<SlashInput>) => {
    await ask({ group: 'source', subcommand: 'add', options: { source: 'wto' }, ...input });
    return [heard[0]?.asker.mayChange, heard[0]?.asker.manages];
  };

  test.each(['ManageGuild', 'ManageChannels', 'Administrator'] as const)('%s does', async permission => {
    expect(await manages({ permissions: ['ViewChannel', permission] })).toEqual([true, true]);
  });

  test('who may only write does not', async () => {
    const missing = 'this takes the permission Manage Server, or Manage Channels in this channel';
    expect(await manages({ permissions: ['ViewChannel', 'SendMessages'] })).toEqual([missing, missing]);
  });

  test('in direct messages nobody does', async () => {
    const missing = 'sources are changed in a server: give the command there';
    expect(await manages({ channel: '811111111111111111', direct: true })).toEqual([missing, missing]);
  });
});

test('a number that is none is refused at once', async () => {
  expect(await ask({ subcommand: 'unfollow', options: { number: '-1 *x*' } })).toBe(
    '"-1 \\*x\\*" is no subscription: write its number, or all',
  );
  expect(heard).toEqual([]);
});

describe('security rule 9: who may change what a channel shows', () => {
  const mayChange = async (input: Omit<SlashInput, 'channel'> & { readonly channel?: string }) => {
    await ask(input);
    return heard[0]?.asker.mayChange;
  };
  const query = { query: 'steel' };

  test.each(['edit', 'settings', 'unfollow', 'pause', 'resume'] as const)(
    '%s takes Manage Channels here',
    async subcommand => {
      const number = subcommand === 'unfollow' ? '1' : 1;
      const options =
        subcommand === 'settings' ? { quiet: 'off' } : { number, ...(subcommand === 'edit' && { when: 'now' }) };
      expect(await mayChange({ subcommand, options, permissions: ['ViewChannel', 'SendMessages'] })).toBe(
        'changing what is posted in this channel takes the permission Manage Channels there',
      );
      heard = [];
      expect(await mayChange({ subcommand, options, permissions: MANAGER })).toBe(true);
    },
  );

  test('an administrator may', async () => {
    expect(await mayChange({ subcommand: 'follow', options: query, permissions: ['Administrator'] })).toBe(true);
  });

  test('rights in this channel are none in another', async () => {
    const options = { ...query, channel: OTHER };
    expect(await mayChange({ subcommand: 'follow', options, permissions: MANAGER, thereBe: ['ViewChannel'] })).toBe(
      'changing what is posted in #news-02 takes the permission Manage Channels there',
    );
    heard = [];
    expect(await mayChange({ subcommand: 'follow', options, permissions: [], thereBe: MANAGER })).toBe(true);
  });

  test('a channel that the asker cannot see is not looked into', async () => {
    const options = { ...query, channel: OTHER };
    expect(await mayChange({ subcommand: 'follow', options, permissions: MANAGER, thereBe: ['ManageChannels'] })).toBe(
      'you cannot see #news-02',
    );
  });

  test('in direct messages everyone decides for themselves', async () => {
    expect(await mayChange({ subcommand: 'follow', options: query, channel: '811111111111111111', direct: true })).toBe(
      true,
    );
    expect(heard[0]?.asker).toEqual({
      id: 'discord:900000000000000001',
      here: 'discord:811111111111111111',
      mayChange: true,
    });
  });

  test('and for no channel of a server, where their rights are not known', async () => {
    const options = { ...query, channel: OTHER };
    expect(await mayChange({ subcommand: 'follow', options, channel: '811111111111111111', direct: true })).toMatch(
      /^from direct messages no other channel can be named/,
    );
  });

  test('what the bot lacks in the target is named before anything is followed', async () => {
    const room = fake.addChannel({ id: '800000000000000009', permissions: ['ViewChannel', 'SendMessages'] });
    const options = { ...query, channel: room.id };
    expect(await mayChange({ subcommand: 'follow', options, permissions: MANAGER })).toBe(
      "gwanbo cannot post in #news-09 yet. Missing there: Embed Links, Read Message History. Grant that to gwanbo's role and follow again",
    );
    heard = [];
    expect(await mayChange({ subcommand: 'follow', options: query, channel: room.id, permissions: MANAGER })).toMatch(
      /in this channel yet\. Missing there: Embed Links, Read Message History\./,
    );
    heard = [];
    expect(
      await mayChange({ subcommand: 'unfollow', options: { number: '1' }, channel: room.id, permissions: MANAGER }),
    ).toBe(true);
  });

  test('a thread takes Send Messages in Threads in place of Send Messages', async () => {
    const thread = fake.channels.get(THREAD);
    if (!thread) throw new Error('the thread is there');
    const options = { ...query, channel: THREAD };
    thread.permissions = ['ViewChannel', 'SendMessagesInThreads', 'EmbedLinks', 'ReadMessageHistory'];
    expect(await mayChange({ subcommand: 'follow', options, permissions: MANAGER })).toBe(true);
    thread.permissions = ['ViewChannel', 'SendMessages', 'EmbedLinks', 'ReadMessageHistory'];
    heard = [];
    expect(await mayChange({ subcommand: 'follow', options, permissions: MANAGER })).toContain(
      'Missing there: Send Messages in Threads.',
    );
  });
});

describe('51. a forum', () => {
  const follow = async (permissions: readonly Permission[]) => {
    const forum = fake.channels.get(FORUM);
    if (forum) forum.permissions = [...permissions];
    return await ask({ subcommand: 'follow', options: { query: 'steel', channel: FORUM }, permissions: MANAGER });
  };

  test('is followed in where posts, notes and reading back are permitted', async () => {
    await follow(POSTING);
    expect(heard).toMatchObject([{ command: { to: `discord:${FORUM}` }, asker: { mayChange: true } }]);
  });

  test.each([
    ['SendMessages', 'Send Messages'],
    ['SendMessagesInThreads', 'Send Messages in Threads'],
    ['EmbedLinks', 'Embed Links'],
    ['ReadMessageHistory', 'Read Message History'],
    ['ViewChannel', 'View Channel'],
  ] as const)('without %s says so at once', async (lacking, name) => {
    await follow(POSTING.filter(one => one !== lacking));
    expect(heard[0]?.asker.mayChange).toBe(
      `gwanbo cannot post in #releases yet. Missing there: ${name}. Grant that to gwanbo's role and follow again`,
    );
  });
});

describe('whom an alert may mention', () => {
  const role = '555555555555555555';
  const follow = (mention: string, more: Partial<SlashInput> = {}) =>
    ask({ subcommand: 'follow', options: { query: 'steel', mention }, permissions: MANAGER, ...more });

  test('a person', async () => {
    await follow('900000000000000007');
    expect(heard[0]?.command).toMatchObject({ mention: ['user:900000000000000007'] });
  });

  test('a role that is not open to everyone only by who may mention it by hand', async () => {
    const roles = { [role]: { name: 'de_sk', mentionable: false } };
    expect(await follow(role, { roles })).toContain('you may not mention the role de\\_sk');
    expect(heard).toEqual([]);
    await follow(role, { roles, permissions: [...MANAGER, 'MentionEveryone'] });
    expect(heard[0]?.command).toMatchObject({ mention: [`role:${role}`] });
  });

  test('nor by a change', async () => {
    const roles = { [role]: { name: 'desk', mentionable: false } };
    const options = { number: 1, mention: role };
    expect(await ask({ subcommand: 'edit', options, roles, permissions: MANAGER })).toContain(
      'you may not mention the role desk',
    );
    expect(heard).toEqual([]);
  });

  test('never @everyone', async () => {
    const roles = { [fake.guild]: { name: '@everyone', mentionable: true } };
    expect(await follow(fake.guild, { roles })).toBe(
      '\\@everyone is not offered as a mention: choose a role or a person',
    );
    expect(heard).toEqual([]);
  });
});

test('63. an answer that takes long is promised at once and follows by an edit', async () => {
  const slow = Promise.withResolvers<Answer>();
  answer = () => slow.promise;
  const slash = await fake.slash({ subcommand: 'list', channel: CHANNEL });
  expect(slash.edits).toEqual([]);
  slow.resolve({ ok: true, lines: ['#1 steel'] });
  expect(await slash.reply()).toBe('#1 steel');
});

test('an answer that fails says so and nothing more; the log has the reason', async () => {
  answer = async () => {
    throw new Error('database is locked');
  };
  expect(await ask({ subcommand: 'list' })).toBe(
    'Something went wrong on our side. It has been logged; please try again.',
  );
  expect(channel.log.lines.some(line => line.includes('database is locked'))).toBe(true);
});

test('lines are plain text: escaped, mentioning nobody', async () => {
  answer = async () => ({ ok: true, lines: ['#1 **x** @everyone <@1> [a](b)', '관보 https://host/a_b'] });
  expect(await ask({ subcommand: 'list' })).toBe(
    '#1 \\*\\*x\\*\\* \\@everyone \\<@1> \\[a\\](b)\n관보 https://host/a_b',
  );
  const edit = fake.requests.findLast(request => request.method === 'PATCH');
  expect(edit?.body).toMatchObject({ allowed_mentions: { parse: [] } });
});

test('more lines than fit are counted', async () => {
  answer = async () => ({ ok: true, lines: Array.from({ length: 300 }, (_, at) => `#${at} ${'steel_'.repeat(5)}`) });
  const reply = await ask({ subcommand: 'list' });
  expect(reply.length).toBeLessThanOrEqual(2000);
  const left = Number(/… and (\d+) more$/.exec(reply)?.[1]);
  expect(reply.split('\n')).toHaveLength(300 - left + 1);
});

test('an empty answer is still one', async () => {
  answer = async () => ({ ok: true, lines: [] });
  expect(await ask({ subcommand: 'list' })).toBe('Done.');
});

describe('registration', () => {
  const puts = () => fake.requests.filter(request => request.method === 'PUT').length;

  test('one command for servers and direct messages, open to all, in English and Korean', () => {
    expect(fake.commands).toMatchObject([
      {
        name: 'gwanbo',
        contexts: [0, 1],
        integration_types: [0],
        default_member_permissions: null,
        description_localizations: { 'en-US': 'Alerts about official releases', ko: '공식 보도자료 알림' },
      },
    ]);
  });

  test('is not repeated while it stands as it is', async () => {
    const before = puts();
    const second = openAgainst(fake);
    await second.listen(async () => done);
    await until(
      () => fake.requests.filter(({ path, method }) => method === 'GET' && path.endsWith('/commands')).length >= 2,
    );
    await second.close();
    expect(puts()).toBe(before);
  });

  test('what Discord adds does not count, what differs does', () => {
    const theirs = JSON.parse(JSON.stringify({ ...COMMAND, id: '1', version: '2', nsfw: false })) as typeof COMMAND;
    expect(isRegistered([theirs])).toBe(true);
    expect(isRegistered([])).toBe(false);
    expect(isRegistered([theirs, theirs])).toBe(false);
    expect(isRegistered([{ ...theirs, description: 'Other' }])).toBe(false);
    expect(isRegistered([{ ...theirs, options: theirs.options.slice(1) }])).toBe(false);
    expect(isRegistered([{ ...theirs, options: undefined }])).toBe(false);
    expect(isRegistered(null)).toBe(false);
  });

  test('is tried again where Discord fails', async () => {
    const own = await startFakeDiscord({ token: TOKEN });
    own.script({ fault: 'status', status: 500, route: /^PUT \/applications/ });
    const one = openAgainst(own);
    await one.listen(async () => done);
    await until(() => own.commands.length > 0);
    expect(one.log.lines.some(line => line.includes('commands could not be registered yet'))).toBe(true);
    await one.close();
    await own.close();
  });
});
