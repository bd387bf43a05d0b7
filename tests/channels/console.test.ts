import { describe, expect, test } from 'vitest';
import { columnsOf, printable, wrap } from '../../src/channels/console/columns.ts';
import { type ConsoleOptions, openConsole } from '../../src/channels/console/console.ts';
import { printContent } from '../../src/channels/console/console-text.ts';
import { openSafe } from '../../src/channels/console/safe.ts';
import type { Card, Content } from '../../src/core/card.ts';
import { parseDestination } from '../../src/core/destination.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { channelContract } from '../contracts/channel.ts';

const CARD: Card = {
  kind: 'alert',
  release: 'motir/2-2434',
  revision: 1,
  title: "Korea and Canada Discuss Economic and Trade Issues, Including Canada's Steel Quota Measures",
  url: 'https://english.motir.go.kr/eng/article/EATCLdfa319ada/2434/view',
  source: 'MOTIR',
  date: '2025-12-01',
  labels: ['talks', 'Canada', 'steel'],
  lead: 'The two sides spoke about quotas for steel and agreed to exchange figures every month from now on.',
  text: 'First paragraph.\n\nSecond paragraph.',
  attachments: [{ name: 'tables.pdf', url: 'https://x.org/t', type: 'application/pdf', bytes: 2049 }],
  why: [
    {
      subscription: 12,
      query: 'country:ca steel',
      createdBy: 'slack:U012',
      clauses: [
        { clause: 'country:ca', evidence: [{ where: 'title', words: 'Canada' }] },
        {
          clause: 'steel',
          evidence: [
            { where: 'title', words: 'Steel' },
            { where: 'lead', words: 'steel' },
          ],
        },
        { clause: '-AI', evidence: [] },
      ],
    },
    { subscription: 3, query: 'topic:steel', createdBy: 'config', clauses: [] },
  ],
  style: 'card',
  mention: [],
};

const KEY = 'abcdefghij0123456789';

/** What would act on a terminal: controls, escape sequences, direction overrides, halves of characters. */
const ACTIVE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;

channelContract('the console', async () => {
  let shown = 0;
  let broken = false;
  let text = '';
  const write = (written: string) => {
    if (broken) throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    shown++;
    text += written;
  };
  return {
    channel: openConsole({ write, json: false, columns: 80, color: false }),
    destination: parseDestination('console'),
    visible: () => shown,
    reads: () => text,
    refuses: body => ACTIVE.exec(printContent(body as Content, { columns: 80, color: false }))?.[0] ?? null,
    print: body => printContent(body as Content, { columns: 80, color: false }).replace(/\n\s*/g, ' '),
    mentions: body => ('mention' in (body as Content) ? (body as Card).mention : []),
    faults: [
      {
        name: 'nobody reads stdout any more',
        arrange: () => {
          broken = true;
        },
        outcome: 'down',
        visible: 0,
      },
    ],
    differences: {
      failures: { only: ['down'], because: 'there is no platform that could refuse a message or lose an answer' },
      immediate: { because: 'what is printed is printed before anybody could give it up' },
      unasked: { because: 'a terminal keeps no record of what it has shown' },
      unchangeable: { because: 'what it has shown stays as it is' },
      kept: { because: 'what it has shown stays as it is' },
      closed: { is: 'sent', because: 'nothing is opened, so nothing is closed' },
    },
    connections: () => 0,
    close: async () => {},
  };
});

function printing(options: Partial<ConsoleOptions> = {}) {
  const written: string[] = [];
  const all = { write: (text: string) => void written.push(text), json: false, columns: 80, color: false, ...options };
  return { all, text: () => written.join('') };
}

async function send(channel: Channel, card: Card, to = 'console') {
  const body = JSON.parse(JSON.stringify(channel.render(card, KEY)));
  return channel.send(parseDestination(to), { key: KEY, part: 0, body });
}

async function printed(card: Card, options: Partial<ConsoleOptions> = {}): Promise<string> {
  const { all, text } = printing(options);
  await send(openConsole(all), card);
  return text();
}

describe('an alert in a terminal of 80 columns', () => {
  test('is title, facets, lead, why, link', async () => {
    expect(await printed(CARD)).toBe(`Korea and Canada Discuss Economic and Trade Issues, Including Canada's Steel
Quota Measures
MOTIR · 1 Dec 2025 · talks · Canada · steel
The two sides spoke about quotas for steel and agreed to exchange figures every
month from now on.
Why: country:ca (title) · steel x2 · -AI · #12 followed by slack:U012
Why: #3 from the config
https://english.motir.go.kr/eng/article/EATCLdfa319ada/2434/view

`);
  });

  test('compact is title, facets and link; full is the whole text with its files', async () => {
    expect((await printed({ ...CARD, style: 'compact' })).split('\n').slice(2)).toEqual([
      'MOTIR · 1 Dec 2025 · talks · Canada · steel',
      CARD.url,
      '',
      '',
    ]);
    const full = await printed({ ...CARD, style: 'full', mention: ['role:1'] });
    expect(full).toContain(
      '\nFirst paragraph.\n\nSecond paragraph.\nFile: tables.pdf (application/pdf, 3 KB) https://x.org/t\n',
    );
    expect(full).toContain('\nFor: role:1\nhttps://english');
  });

  test('figures stand under the lead, and under the whole text', async () => {
    const card = { ...CARD, figures: ['USD 13.7 billion', '25 percent tariff'] };
    expect(await printed(card)).toContain(
      '\nmonth from now on.\nFigures: USD 13.7 billion · 25 percent tariff\nWhy: country:ca',
    );
    expect(await printed({ ...card, style: 'full' })).toContain('paragraph.\nFigures: USD 13.7 billion');
    expect(await printed({ ...card, style: 'compact' })).not.toContain('Figures');
  });

  test('without date, link and labels shows what there is; a test says so', async () => {
    const card = { ...CARD, kind: 'test' as const, title: 'A', date: null, url: null, labels: [], why: [], lead: 'B.' };
    expect(await printed(card)).toBe('Test: A\nMOTIR\nB.\n\n');
    expect(await printed({ ...card, date: '2025-13-40' })).toContain('MOTIR · 2025-13-40\n');
  });

  test('has a bold title and dim facets in colour only', async () => {
    const text = await printed({ ...CARD, style: 'compact' }, { color: true });
    expect(text.split('\n').slice(0, 3)).toEqual([
      "\u001b[1mKorea and Canada Discuss Economic and Trade Issues, Including Canada's Steel\u001b[22m",
      '\u001b[1mQuota Measures\u001b[22m',
      '\u001b[2mMOTIR · 1 Dec 2025 · talks · Canada · steel\u001b[22m',
    ]);
    expect(await printed(CARD)).not.toContain('\u001b');
  });

  test('breaks Korean by the columns it takes', async () => {
    const lead = '산업통상부는 캐나다와 철강 관세할당 물량을 논의하고 매월 통계를 교환하기로 하였다. '.repeat(4);
    const lines = (await printed({ ...CARD, lead, why: [] })).split('\n').slice(3, -3);
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(columnsOf(line), line).toBeLessThanOrEqual(80);
    expect(lines.slice(0, -1).every(line => columnsOf(line) > 60)).toBe(true);
    expect(lines.join(' ')).toBe(lead.trim());
  });
});

describe('text of a source in a terminal', () => {
  const HOSTILE = [
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a cleared screen', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['a window title', 'a\u001b]0;owned\u0007b', 'ab'],
    ['a hidden link', '\u001b]8;;http://evil/\u0007here\u001b]8;;\u0007', 'here'],
    ['8-bit controls', 'a\u009b31mb\u0085c', 'abc'],
    ['a carriage return that overwrites', 'good\rbad', 'good bad'],
    ['backspaces', 'a\b\bb', 'ab'],
    ['a direction override', 'a\u202egpj.exe', 'agpj.exe'],
    ['NUL and a lone surrogate', 'a\u0000\ud800b', 'a\ufffdb'],
    ['a forged line', 'x\nWhy: #1', 'x Why: #1'],
  ] as const;

  test.each(HOSTILE)('%s is text and nothing else', async (_, title, shown) => {
    const text = await printed({ ...CARD, title, labels: [title], source: title, style: 'compact' });
    expect(text.split('\n')[0]).toBe(shown);
    expect(text.split('\n')).toHaveLength(5);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });

  test.each(HOSTILE)('%s stays inside its JSON string', async (_, title) => {
    const text = await printed({ ...CARD, title }, { json: true });
    expect(text.split('\n')).toHaveLength(2);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(JSON.parse(text).title).toBe(title.toWellFormed());
  });
});

describe('for programs', () => {
  test('an alert is one JSON object a line', async () => {
    const text = await printed(CARD, { json: true });
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toEqual({
      event: 'alert',
      destination: 'console',
      release: 'motir/2-2434',
      why: CARD.why,
      kind: 'alert',
      revision: 1,
      title: CARD.title,
      url: CARD.url,
      date: '2025-12-01',
    });
  });
});

describe('the channel', () => {
  test('is ready, waits for nothing, and gives a receipt', async () => {
    const { all } = printing();
    const channel = openConsole(all);
    expect(await send(channel, CARD)).toEqual({ is: 'sent', receipt: { channel: 'console', message: KEY } });
    expect([channel.platform, channel.gap, channel.status()]).toEqual([
      'console',
      0,
      { state: 'ready', what: null, fix: null },
    ]);
    await channel.listen(async () => ({ ok: true, lines: [] }));
    await channel.close();
  });

  test('whose output is closed keeps what it owes', async () => {
    const write = () => {
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    };
    expect(await send(openConsole(printing({ write }).all), CARD)).toEqual({
      is: 'down',
      reason: 'standard output refuses text (EPIPE)',
    });
  });
});

describe('safe mode', () => {
  const safe = (options: Partial<ConsoleOptions> = {}) => {
    const { all, text } = printing(options);
    const render = (content: Content, key: string) => ({ blocks: [content.title, key] });
    return { channel: openSafe({ ...all, platform: 'slack', variable: 'SLACK_BOT_TOKEN', render }), text };
  };

  test('prints what it would send, and holds it with the way out', async () => {
    const { channel, text } = safe();
    expect(await send(channel, CARD, 'slack:C0123')).toEqual({
      is: 'hold',
      reason: 'safe mode: printed, not sent; set SLACK_BOT_TOKEN to send',
    });
    expect(text()).toBe(`would send to slack:C0123:\n${await printed(CARD)}`);
    expect([channel.platform, channel.gap, channel.status()]).toEqual([
      'slack',
      0,
      {
        state: 'safe',
        what: 'SLACK_BOT_TOKEN is not set: messages are printed and held',
        fix: 'set SLACK_BOT_TOKEN, then release what is held',
      },
    ]);
    await channel.listen(async () => ({ ok: true, lines: [] }));
    await channel.close();
  });

  test('freezes the body of the real channel, which sends it once there is a token', () => {
    expect(safe().channel.render(CARD, KEY)).toEqual({ blocks: [CARD.title, KEY] });
  });

  test('prints the message key where the card was rendered by a process that is gone', async () => {
    const { channel, text } = safe();
    await channel.send(parseDestination('slack:C0123'), { key: KEY, part: 0, body: {} });
    expect(text()).toBe(`would send to slack:C0123:\nmessage ${KEY}\n\n`);
  });

  test('keeps no cards of messages that are never sent', async () => {
    const { channel, text } = safe();
    channel.render(CARD, KEY);
    for (let at = 0; at < 100; at++) channel.render(CARD, `k${at}`);
    await channel.send(parseDestination('slack:C0123'), { key: KEY, part: 0, body: {} });
    expect(text()).toContain(`message ${KEY}`);
  });

  test('is a JSON line for programs, never called an alert', async () => {
    const { channel, text } = safe({ json: true });
    await send(channel, CARD, 'slack:C0123');
    expect(JSON.parse(text())).toMatchObject({
      event: 'held',
      destination: 'slack:C0123',
      release: 'motir/2-2434',
      reason: expect.stringContaining('SLACK_BOT_TOKEN'),
    });
  });
});

describe('columns', () => {
  test.each([
    ['abc', 3],
    ['한국', 4],
    ['관보 gwanbo', 11],
    ['日本語', 6],
    ['ＡＢ', 4],
    ['ｱｲ', 2],
    ['e\u0301', 1],
    ['\u1112\u1161\u11ab', 2],
    ['👩‍👩‍👧', 2],
    ['🇰🇷', 2],
    ['a\u200bb', 2],
    ['–·“”', 4],
    ['', 0],
  ])('%s takes %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  test('a word wider than the line is cut between characters, never inside one', () => {
    expect(wrap('한국어abc', 5)).toEqual(['한국', '어abc']);
    expect(wrap('x 👩‍👩‍👧👩‍👩‍👧', 2)).toEqual(['x', '👩‍👩‍👧', '👩‍👩‍👧']);
    expect(wrap('a  b \n\n c', 80)).toEqual(['a b', '', 'c']);
    expect(wrap('', 80)).toEqual(['']);
  });

  test('tabs are spaces', () => {
    expect(printable('a\tb\nc')).toBe('a b\nc');
  });
});
