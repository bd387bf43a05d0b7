import { describe, expect, onTestFinished, test } from 'vitest';
import { answer } from '../../src/app/answer.ts';
import type { Asker, Command } from '../../src/core/command.ts';
import { parseCommand } from '../../src/core/command-parse.ts';
import { type Answer, rss, startPublicHosts } from '../support/public-hosts.ts';
import { openTools } from '../support/tools.ts';

const FEED = 'https://harbor.gov.kr/feed.xml';
const QUAY = { title: 'Second quay opens', date: '2025-12-04' };
const TIDE = { title: 'Tide tables printed', date: '2025-12-02' };
const MANAGER: Asker = { id: 'slack:U1', here: 'slack:C0TRADE', mayChange: true, manages: true };
const MEMBER: Asker = { ...MANAGER, id: 'slack:U2', manages: 'this takes an admin' };
const GUEST: Asker = { ...MANAGER, id: 'slack:U3', mayChange: 'guests cannot', manages: 'guests cannot' };

/** A bot with a public host that has the harbor's feed, and somebody who talks to it. */
async function open(sourcesFromChat: string, documents: Readonly<Record<string, Answer>> = {}) {
  const hosts = await startPublicHosts({ [FEED]: rss('Harbor Office', QUAY, TIDE), ...documents });
  const tools = await openTools('2025-12-05T01:00:00Z', { operations: { sourcesFromChat }, guarded: hosts.guarded });
  onTestFinished(async () => {
    await tools.readers.close();
    await tools.store.close();
  });
  const say = async (text: string, asker: Asker = MANAGER) => {
    const command = parseCommand(text);
    if ('error' in command) throw new Error(command.error);
    const { ok, lines } = await answer(command as Command, asker, tools);
    return `${ok ? '' : 'refused: '}${lines.join('\n')}`;
  };
  return { hosts, tools, say };
}

describe('security rule 4: sources are added in chat only where the operator switched that on', () => {
  test('security rule 4: it is off by default, and the refusal says how it is switched on', async () => {
    const tools = await openTools();
    onTestFinished(() => tools.store.close());
    for (const text of [`source add ${FEED}`, `source try ${FEED}`, 'source add wto', 'source remove wto']) {
      const { ok, lines } = await answer(parseCommand(text) as Command, MANAGER, tools);
      expect([ok, lines]).toEqual([
        false,
        [
          'Adding sources in chat is switched off. Whoever runs gwanbo can switch it on with the setting operations.sourcesFromChat: managers',
        ],
      ]);
    }
    expect(await tools.store.addedSources()).toEqual([]);
  });

  test('security rule 4: what was added is not read while it is off, and says so', async () => {
    const { tools, say } = await open('off');
    const asked = { id: 'harbor', preset: null, kind: 'feed', url: FEED, title: null, createdBy: 'slack:U1' } as const;
    await tools.store.addSource(asked, { most: 9, perHour: 9 }, '2025-12-05T01:00:00Z');
    await tools.roster.refresh();
    expect(tools.roster.all.map(source => source.id)).toEqual(['motir']);
    expect(await say('source list')).toContain('Not read while adding sources in chat is switched off: harbor');
  });
});

describe('security rule 9: who may have a say in the sources', () => {
  test('security rule 9: managers alone, unless the operator lets every member', async () => {
    const { hosts, tools, say } = await open('managers');
    expect(await say(`source add ${FEED}`, MEMBER)).toBe('refused: this takes an admin');
    expect(await say(`source try ${FEED}`, GUEST)).toBe('refused: guests cannot');
    expect(await say('source remove harbor-gov-kr', MEMBER)).toBe('refused: this takes an admin');
    const { manages, ...nobody } = MANAGER;
    expect(await say(`source add ${FEED}`, nobody), 'a channel that does not say').toMatch(/^refused/);
    expect(hosts.asked).toEqual([]);
    expect(await tools.store.addedSources()).toEqual([]);
    expect(await say('source list', GUEST), 'reads are open').toContain('motir (board, of the configuration');
    expect(await say('source presets', GUEST)).toContain('wto: ');
    const open_ = await open('members');
    expect(await open_.say(`source add ${FEED}`, MEMBER)).toContain('Now harbor-gov-kr is watched');
    expect(await open_.say(`source try ${FEED}`, GUEST)).toBe('refused: guests cannot');
  });
});

describe('what a manager is told', () => {
  test('a feed that is added: what was read, and what to do next', async () => {
    const { hosts, tools, say } = await open('managers');
    expect((await say(`source add <${FEED}|harbor.gov.kr/feed.xml>`)).split('\n')).toEqual([
      'Now harbor-gov-kr is watched, every 10m. "Harbor Office" at https://harbor.gov.kr/feed.xml lists 2 items, the newest of 2025-12-04.',
      'What it lists now goes into the archive and alerts nobody; what is new from now on can be followed.',
      'Next: /gwanbo follow source:harbor-gov-kr for all of it, or with words, as in: /gwanbo follow source:harbor-gov-kr steel',
      'To take it back: /gwanbo source remove harbor-gov-kr',
    ]);
    expect(hosts.asked, 'each asked once').toEqual(['https://harbor.gov.kr/robots.txt', FEED]);
    expect(tools.roster.source('harbor-gov-kr')).toMatchObject({ reach: 'public', name: 'harbor-gov-kr' });
    expect(await tools.store.due('2025-12-05T01:00:00Z')).toMatchObject([{ id: 'harbor-gov-kr', baselineAt: null }]);
    expect(await say('follow source:harbor-gov-kr')).toContain('follows source:harbor-gov-kr (#1)');
    expect(await say('source list')).toContain(
      'harbor-gov-kr (feed, added by slack:U1; not read yet): https://harbor.gov.kr/feed.xml',
    );
    expect(await say(`source add ${FEED}`)).toContain('It is watched already, as harbor-gov-kr.');
  });

  test('a trial stores nothing', async () => {
    const { tools, say } = await open('managers');
    expect((await say(`source try ${FEED}`)).split('\n')).toEqual([
      '"Harbor Office" at https://harbor.gov.kr/feed.xml lists 2 items, the newest of 2025-12-04.',
      '2025-12-04  Second quay opens',
      '2025-12-02  Tide tables printed',
      `Nothing was stored. To watch it: source add ${FEED}`,
    ]);
    expect(await tools.store.addedSources()).toEqual([]);
  });

  test('a page that names its feed, and a host that leads to another, lead to the feed', async () => {
    const page = `<!doctype html><html><head><title>Harbor</title>
      <link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body></body></html>`;
    const { tools, say } = await open('managers', {
      'https://harbor.gov.kr/': page,
      'https://old.gov.kr/': { status: 301, headers: { location: 'https://harbor.gov.kr/' } },
    });
    expect(await say('source add https://old.gov.kr/')).toContain('lists 2 items');
    expect(await tools.store.addedSources()).toMatchObject([{ id: 'harbor-gov-kr', url: FEED }]);
  });

  test('a preset is added by its name, and read through the guarded client as well', async () => {
    const { tools, say, hosts } = await open('managers', {
      'https://www.wto.org/library/rss/latest_news_e.xml': rss('WTO news', QUAY),
    });
    expect(await say('source add WTO')).toContain('Now wto is watched');
    expect(hosts.asked).toContain('https://www.wto.org/robots.txt');
    expect(tools.roster.source('wto')).toMatchObject({ reach: 'public', kind: 'feed', name: 'WTO' });
    expect(await say('source add motir')).toContain('It is watched already, as motir.');
    expect(await say('source add wtoo')).toBe('refused: "wtoo" is neither a preset nor an address: did you mean wto?');
  });

  test('47. a feed that robots.txt disallows is refused with the reason', async () => {
    const { tools, say } = await open('managers', {
      'https://harbor.gov.kr/robots.txt': 'User-agent: *\nDisallow: /feed.xml\n',
    });
    expect(await say(`source add ${FEED}`)).toBe(
      'refused: the robots.txt of harbor.gov.kr asks programs to leave https://harbor.gov.kr/feed.xml alone: ' +
        'whoever runs gwanbo can name it in the configuration, if it is to be read all the same',
    );
    expect(await tools.store.addedSources()).toEqual([]);
  });

  test.each([
    ['https://127.0.0.1/feed', '127.0.0.1 is a number and no name'],
    ['https://localhost/feed', 'localhost is no public name'],
    [
      'http://harbor.gov.kr/feed.xml',
      'only https addresses are read from chat, not http://: try https://harbor.gov.kr/feed.xml',
    ],
    ['file:///etc/hostname', 'only https addresses are read from chat, not file://'],
    ['/etc/hostname', 'is neither a preset nor an address'],
    ['harbor.gov.kr/feed.xml', 'neither a preset nor an address: write https://harbor.gov.kr/feed.xml'],
    ['https://ana:geheim@harbor.gov.kr/feed.xml', 'carries a name or a password: write it without'],
    ['https://harbor.gov.kr/none', 'answered 404: open the address in a browser, and give the one that shows the feed'],
    ['https://harbor.gov.kr/page', 'it is a page ("Harbor") that names no feed: look there for the address'],
    ['https://harbor.gov.kr/empty', 'give the address'],
    ['https://harbor.gov.kr/loop', 'redirects more than 5 times'],
  ])('%s is refused: %s', async (address, reason) => {
    const { tools, say } = await open('managers', {
      'https://harbor.gov.kr/page':
        '<!doctype html><html><head><title>Harbor</title></head><body><p>Hello</p></body></html>',
      'https://harbor.gov.kr/empty': rss('Nothing'),
      'https://harbor.gov.kr/loop': { status: 302, headers: { location: '/loop' } },
    });
    const said = await say(`source add ${address}`);
    expect(said).toMatch(/^refused: /);
    expect(said).toContain(reason);
    expect(said).not.toContain('geheim');
    expect(await tools.store.addedSources()).toEqual([]);
  });

  test('one that is removed is gone, its own id waits for it, and nothing of the configuration is', async () => {
    const other = 'https://harbor.gov.kr/other.xml';
    const { tools, say } = await open('managers', { [other]: rss('Other', TIDE) });
    await say(`source add ${FEED}`);
    await say('follow source:harbor-gov-kr steel');
    expect(await say('source remove source:harbor-gov-kr')).toBe(
      `harbor-gov-kr (${FEED}) is watched no more. Its releases stay in the archive.\n` +
        'One subscription names it: "list" shows those of a channel.\n' +
        `To watch it again: /gwanbo source add ${FEED}`,
    );
    expect(tools.roster.source('harbor-gov-kr')).toBeUndefined();
    expect(await say('source remove harbor-gov-kr')).toMatch(/^refused: nothing of the name harbor-gov-kr/);
    expect(await say('source remove motir')).toMatch(/^refused: motir stands in the configuration file/);
    expect(await say('follow source:harbor-gov-kr'), 'the archive has its releases').toContain('follows');
    expect(await say(`source add ${other}`), 'another address').toContain('Now harbor-gov-kr-2 is watched');
    expect(await say(`source add ${FEED}`)).toContain('Now harbor-gov-kr is watched');
  });
});

describe('how much may be added', () => {
  const many = Object.fromEntries(
    Array.from({ length: 26 }, (_, at) => [`https://h${at}.gov.kr/feed`, rss(`Harbor ${at}`, QUAY)]),
  );

  test('five an hour by one person, and twenty at a time', async () => {
    const { tools, say } = await open('managers', many);
    for (let at = 0; at < 20; at++) {
      const who = { ...MANAGER, id: `slack:U${Math.floor(at / 5)}` };
      expect(await say(`source add https://h${at}.gov.kr/feed`, who)).toContain('is watched');
      if (at === 4)
        expect(await say('source add https://h5.gov.kr/feed', who)).toBe(
          'refused: you have added 5 sources within an hour: add the next one after 2025-12-05 02:00 UTC',
        );
    }
    tools.later({ hours: 2 });
    expect(await say('source add https://h20.gov.kr/feed', MANAGER)).toBe(
      'refused: 20 sources have been added in chat, and no more are watched: remove one first: "source list" shows them',
    );
  });

  test('nobody has more than twenty addresses an hour looked at', async () => {
    const { hosts, tools, say } = await open('managers', many);
    for (let at = 0; at < 20; at++) await say(`source try https://h${at}.gov.kr/none`);
    hosts.asked.length = 0;
    expect(await say('source try https://h20.gov.kr/feed')).toBe(
      'refused: you have had enough read for now: try again in 60 min',
    );
    expect(hosts.asked).toEqual([]);
    expect(await say('source try https://h20.gov.kr/feed', { ...MANAGER, id: 'slack:U7' })).toContain('lists 1 item');
    tools.later({ minutes: 61 });
    expect(await say('source try https://h20.gov.kr/feed')).toContain('lists 1 item');
  });
});
