import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { announce, tellChannel } from '../../src/app/announce.ts';
import { complain } from '../../src/app/complain.ts';
import { loadConfig } from '../../src/app/config.ts';
import { readEnvironment } from '../../src/app/environment.ts';
import { Trouble } from '../../src/app/errors.ts';
import { hang } from '../../src/app/layout.ts';
import {
  deliveryLine,
  followedPage,
  importedPage,
  polledLine,
  readPage,
  releaseLine,
  releasePage,
  statusPage,
  subscriptionLine,
} from '../../src/app/print.ts';
import { openTerminal } from '../../src/app/terminal.ts';
import type { Polled } from '../../src/app/watch.ts';
import { columnsOf } from '../../src/channels/console/columns.ts';
import type { Delivery } from '../../src/core/delivery.ts';
import { shapeOf } from '../../src/core/release-shape.ts';
import type { Subscription } from '../../src/core/subscription.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { release } from '../support/store-samples.ts';

const PLAIN = { columns: 80, color: false };
const LONG = 'Harbour Office Explains at Some Length Why Ships Keep to the East Side of the Fairway in Spring';

const subscription: Subscription = {
  id: 7,
  query: 'steel',
  normal: 'topic:steel',
  to: 'slack:C0TRADE',
  when: 'now',
  urgent: false,
  mention: [],
  style: 'card',
  state: 'active',
  reason: null,
  createdBy: 'config',
  createdAt: '2025-12-01T00:00:00Z',
  pausedUntil: null,
  lastMatch: null,
};

const delivery: Delivery = {
  id: 12,
  key: 'abcdefghij0123456789',
  subject: 'motir/2-2441',
  release: 'motir/2-2441',
  revision: 1,
  destination: 'discord:123456789012345678',
  kind: 'alert',
  form: 'post',
  state: 'sent',
  carrier: null,
  slot: null,
  attempts: 1,
  receipt: null,
  createdAt: '2025-12-04T01:05:09Z',
  startedAt: null,
  nextAt: null,
  sentAt: '2025-12-04T01:06:10Z',
  reason: null,
  subscriptions: [7],
};

describe('lines that hang', () => {
  test('stand under what follows the label, and no word is broken', () => {
    expect(hang('Why: ', 'one two three', 12)).toEqual(['Why: one two', '     three']);
    expect(hang('', 'see https://harbour.example/a-very-long-address now', 20)).toEqual([
      'see',
      'https://harbour.example/a-very-long-address',
      'now',
    ]);
    expect(hang('label   ', '', 20)).toEqual(['label   ']);
  });

  test('keep every word in its order, and are wide only for one word', () => {
    const word = fc.stringMatching(/^[a-z가-힣]{1,30}$/);
    const columns = fc.integer({ min: 10, max: 60 });
    fc.assert(
      fc.property(fc.array(word), columns, fc.integer({ min: 0, max: 8 }), (words, width, indent) => {
        const lines = hang('> ', words.join('  '), width, indent);
        expect(lines.join(' ').slice(2).split(/\s+/).filter(Boolean)).toEqual(words);
        for (const line of lines)
          expect(columnsOf(line) <= width || line.slice(2).trim().split(' ').length === 1, line).toBe(true);
      }),
    );
  });
});

describe('a release', () => {
  test('is one line where it fits, and hangs under its date where it does not', () => {
    expect(releaseLine({ id: 'motir/2-2441', date: '2025-12-04', title: 'Short' }, PLAIN)).toBe(
      '2025-12-04  Short  motir/2-2441',
    );
    expect(releaseLine({ id: 'motir/2-2441', date: null, title: LONG }, PLAIN).split('\n')).toEqual([
      'undated     Harbour Office Explains at Some Length Why Ships Keep to the East',
      '            Side of the Fairway in Spring  motir/2-2441',
    ]);
    const title = 'A title of sixty-odd characters that leaves no room for the id';
    expect(releaseLine({ id: 'motir/2-2441', date: '2025-12-04', title }, PLAIN)).toBe(
      `2025-12-04  ${title}\n            motir/2-2441`,
    );
  });

  test('is whole on its page, with what became of it', () => {
    const one = release('8', { title: LONG, revision: 2, state: 'withdrawn' });
    expect(releasePage(one, { labels: ['Shipping'], amendments: [], related: [] }, PLAIN).split('\n')).toEqual([
      'Harbour Office Explains at Some Length Why Ships Keep to the East Side of the',
      'Fairway in Spring',
      '2026-03-01 · harbour/8 · revision 2 · withdrawn · Shipping',
      'https://harbour.example/notes/8',
      '',
      'The harbour office explains note 8.',
      '',
      'Ships keep to the east side.',
      '',
      'Attached: map.pdf',
      'https://harbour.example/map.pdf',
    ]);
  });

  test('is to programs what the contract says, without what is ours alone', () => {
    const object = shapeOf(release('8'));
    expect(Object.keys(object)).toEqual(
      'id key source url title text date firstSeen updated revision state topics countries agencies category attachments published'.split(
        ' ',
      ),
    );
  });

  test('security rule 7: cannot act on the terminal', () => {
    const title = 'Clear\u001b[2J the \u202escreen\u0007';
    expect(releaseLine({ id: 'a/1', date: '2025-12-04', title }, PLAIN)).toBe('2025-12-04  Clear the screen  a/1');
  });
});

test('a subscription says how it is, and what is unusual about it', () => {
  expect(subscriptionLine(subscription, PLAIN)).toBe(
    '#7   topic:steel -> slack:C0TRADE\n     active · by config · no match yet',
  );
  const odd: Subscription = {
    ...subscription,
    id: 1234,
    style: 'full',
    mention: ['here', 'user:U1'],
    state: 'suspended',
    reason: 'gwanbo is not in the channel: type /invite @gwanbo in it',
    lastMatch: '2025-12-04T01:05:09Z',
  };
  expect(subscriptionLine(odd, PLAIN).split('\n')).toEqual([
    '#1234 topic:steel -> slack:C0TRADE',
    '     suspended (gwanbo is not in the channel: type /invite @gwanbo in it) · by',
    '     config · full · mentions here, user:U1 · last match 2025-12-04',
  ]);
  expect(subscriptionLine(odd, { ...PLAIN, color: true })).toContain('\u001b[31msuspended\u001b[39m');
});

test.each<[Partial<Delivery>, string]>([
  [{}, '2025-12-04 01:06 UTC'],
  [
    { state: 'waiting', sentAt: null, attempts: 3, nextAt: '2025-12-04T01:09:00Z' },
    'since 2025-12-04 01:05 UTC · 3 attempts · next 2025-12-04 01:09 UTC',
  ],
  [{ state: 'held', sentAt: null, reason: 'not sent' }, 'since 2025-12-04 01:05 UTC · not sent'],
])('a delivery says since when, how often and why: %o', (changes, facts) => {
  const one = { ...delivery, ...changes };
  expect(deliveryLine(one, { ...PLAIN, columns: 90 })).toBe(
    `  12  ${one.state.padEnd(7)}  alert motir/2-2441 -> discord:123456789012345678\n               ${facts}`,
  );
});

const polled: Polled = { source: 'motir', status: 'new', new: 0, revised: 0, adopted: 0, error: null };
test.each<[Partial<Polled>, string]>([
  [{ new: 2, revised: 1, adopted: 8 }, 'motir: 2 new, 1 revised, 8 adopted'],
  [{ status: 'unchanged' }, 'motir: nothing new'],
  [{ status: 'baseline', new: 8 }, 'motir: 8 new (first reading: recorded, not alerted)'],
  [{ status: 'unhealthy', error: 'it answered 503' }, 'motir: unhealthy: it answered 503'],
])('a poll in a line: %o', (changes, line) => {
  expect(polledLine({ ...polled, ...changes }, PLAIN)).toBe(line);
});

test('the status begins with what is to be done', () => {
  const deliveries = { queued: 1, waiting: 1, sending: 1, sent: 40, unsure: 1, held: 0, dead: 2 };
  const page = statusPage(
    {
      ok: false,
      running: true,
      problems: [{ what: '1 delivery got no answer', fix: 'look at the channel' }],
      latest: [{ destination: 'slack:C1', sentAt: '2025-12-04T01:05:00Z', seconds: 3.2 }],
      sources: [
        {
          id: 'motir',
          baselineAt: null,
          polledAt: '2025-12-04T01:05:09.123Z',
          readAt: null,
          fullReadAt: null,
          dueAt: '2025-12-04T01:15:09.123Z',
          status: 'unchanged',
          validators: null,
          failures: 0,
          fault: null,
          error: null,
          move: null,
          counts: { new: 0, revised: 0, adopted: 0 },
          createdBy: 'config',
          enrolled: true,
        },
      ],
      suspended: [],
      incidents: [],
      gaps: [],
      tally: { deliveries, subscriptions: 3, releases: 1200 },
    },
    PLAIN,
  );
  expect(page.split('\n')).toEqual([
    'One problem:',
    '  1 delivery got no answer',
    '    look at the channel',
    '',
    'bot            running',
    'releases       1200',
    'subscriptions  3 active',
    'deliveries     40 sent, 3 owed, 1 unsure, 0 held, 2 dead',
    'source motir   unchanged, polled 2025-12-04 01:05 UTC, next 2025-12-04 01:15 UTC',
    'last alert     slack:C1: 2025-12-04 01:05 UTC, 3 s after it was first seen',
  ]);
});

test('what was read, imported and followed names what was left out', () => {
  const rejected = [{ at: 'line 4', reason: 'an entry without a title' }];
  expect(readPage({ input: 'a.txt', title: 'Notes', items: [], error: null, rejected }, PLAIN)).toBe(
    'a.txt: 0 items of Notes\n  not read: line 4: an entry without a title',
  );
  expect(readPage({ input: 'a.txt', title: null, items: [], error: 'file: it is gone', rejected: [] }, PLAIN)).toBe(
    'a.txt: file: it is gone',
  );
  expect(importedPage({ recorded: 7, revised: 0, unchanged: 1, rejected: 1 }, rejected, PLAIN)).toBe(
    '7 recorded, 0 revised, 1 unchanged\n  not read: line 4: an entry without a title',
  );
  const survey = { count: 1, of: 9, since: '2025-11-30', latest: [release('8', { title: 'Short' })] };
  expect(followedPage({ subscription, created: true, survey, hints: ['did you mean country:us?'] }, PLAIN)).toBe(
    [
      '#7  topic:steel -> slack:C0TRADE',
      'It matches 1 of the 9 releases recorded since 2025-11-30.',
      '2026-03-01  Short  harbour/8',
      'did you mean country:us?',
    ].join('\n'),
  );
  const nothing = { count: 0, of: 0, since: null, latest: [] };
  expect(followedPage({ subscription, created: false, survey: nothing, hints: [] }, PLAIN)).toBe(
    'slack:C0TRADE already follows this as #7 (active)\nNo release is recorded yet.',
  );
});

describe('what start says', () => {
  const screen = (columns: number, json = false) => {
    let text = '';
    const write = (more: string) => {
      text += more;
    };
    const stream = { columns, write };
    return { terminal: openTerminal(stream, { json }), text: () => text };
  };
  const channel = (status: ReturnType<Channel['status']>) =>
    ({ platform: 'slack', status: () => status }) as unknown as Channel;

  test('where to look, what is watched, what is missing, and what is ignored', () => {
    const { terminal, text } = screen(60);
    const source = {
      id: 'motir',
      kind: 'board',
      url: 'https://motir.example/news',
      name: 'MOTIR',
      every: '2h',
    };
    const operations = { retention: { rawReads: '90d' } };
    const config = loadConfig('test.yaml', JSON.stringify({ sources: [source], operations }));
    announce(
      {
        url: 'http://127.0.0.1:8080',
        config,
        sources: config.sources,
        environment: readEnvironment({}, String),
        channels: new Map([['slack', channel({ state: 'safe', what: 'a token is missing', fix: null })]]),
      },
      terminal,
    );
    const lines = text().split('\n');
    expect(lines.slice(1, 5)).toEqual([
      'feed      http://127.0.0.1:8080/feed.atom',
      'watches   MOTIR (https://motir.example/news) every 2 h',
      'Slack     safe mode: a token is missing',
      expect.stringMatching(/^ignored {3}test\.yaml:1:\d+: operations\.retention\.rawReads:/),
    ]);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(60);
  });

  test('how a channel came up, once it has', () => {
    const { terminal, text } = screen(40);
    const tell = tellChannel(terminal);
    tell(channel({ state: 'ready', what: null, fix: null }));
    tell(channel({ state: 'safe', what: 'no token', fix: null }));
    tell(channel({ state: 'down', what: 'SLACK_BOT_TOKEN was refused (invalid_auth)', fix: 'Put a new one there' }));
    expect(text().split('\n')).toEqual([
      'Slack: connected',
      'Slack: SLACK_BOT_TOKEN was refused',
      '  (invalid_auth)',
      '  Put a new one there',
      '',
    ]);
    const program = screen(40, true);
    tellChannel(program.terminal)(channel({ state: 'ready', what: null, fix: null }));
    expect(JSON.parse(program.text())).toEqual({
      event: 'channel',
      platform: 'slack',
      state: 'ready',
      what: null,
      fix: null,
    });
  });
});

describe('a complaint', () => {
  const say = (error: unknown, stream: { columns?: number } = {}, json = false) => {
    let text = '';
    const write = (more: string) => {
      text += more;
    };
    const code = complain(error, { json, stream: { ...stream, write } });
    return { code, text };
  };

  test.each([
    ['EADDRINUSE', { address: '127.0.0.1', port: 80 }, '127.0.0.1:80 is in use by another program'],
    ['EADDRNOTAVAIL', { address: '192.0.2.1' }, '192.0.2.1 is no address of this machine'],
    ['EACCES', { address: '127.0.0.1', port: 80 }, '127.0.0.1:80 may not be used by this user'],
    [
      'ENOTFOUND',
      { hostname: 'nowhere.example', syscall: 'getaddrinfo' },
      'nowhere.example is no host that this machine knows',
    ],
  ])('of an address that cannot be listened at: %s', (code, more, text) => {
    const error = Object.assign(new Error('listen'), { code, syscall: 'listen', ...more });
    expect(say(error)).toEqual({
      code: 1,
      text: `${text}\n  choose another one with GWANBO_HOST and GWANBO_PORT (0 takes any free port)\n`,
    });
  });

  test('fits a terminal, and is one line where there is none', () => {
    const trouble = new Trouble('channel', 'the channel is closed', { fix: 'open it and try again', at: 'slack:C1' });
    expect(say(trouble)).toEqual({ code: 7, text: 'slack:C1: the channel is closed\n  open it and try again\n' });
    expect(say(trouble, { columns: 20 }).text.split('\n')).toEqual([
      'slack:C1: the',
      '  channel is closed',
      '  open it and try',
      '  again',
      '',
    ]);
    expect(JSON.parse(say(trouble, { columns: 20 }, true).text)).toEqual({
      error: { code: 'channel', message: 'the channel is closed', fix: 'open it and try again', at: 'slack:C1' },
    });
  });

  test('security rule 1: shows no secret, whatever is thrown', () => {
    expect(say(new Error('cannot use xoxb-1111-2222-abcdefgh'))).toEqual({ code: 1, text: 'cannot use [secret]\n' });
    expect(say('a word')).toEqual({ code: 1, text: 'a word\n' });
  });
});
