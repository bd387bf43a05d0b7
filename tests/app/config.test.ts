import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig, loadPresets } from '../../src/app/config.ts';
import { ConfigError, nearest, printFault, shown } from '../../src/app/config-errors.ts';
import { configJsonSchema } from '../../src/app/config-schema.ts';
import { UNUSED_KEYS, unusedPaths } from '../../src/app/config-unused.ts';
import { mergeSettings, parseSettings } from '../../src/core/settings.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SHIPPED = join(ROOT, 'config/gwanbo.yaml');
const SCHEMA = join(ROOT, 'config/gwanbo.schema.json');

const SOURCE = 'sources: [{id: a, kind: feed, url: "http://127.0.0.1:1/f"}]\n';
const source = (lines: string) => `sources:\n  - id: a\n    kind: feed\n    url: https://example.org/f\n    ${lines}\n`;
const listing = (select: string) =>
  `sources:\n  - id: a\n    kind: listing\n    url: https://example.org/news\n    select:\n      ${select}\n`;
const subscription = (lines: string) => `${SOURCE}subscriptions:\n  - query: steel\n    ${lines}\n`;

/** The faults of a config, one printed line each. */
function faultsOf(text: string): string[] {
  try {
    loadConfig('g.yaml', text);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(printFault);
    throw error;
  }
  return [];
}

describe('the shipped config', () => {
  test('watches the ministry every ten minutes and prints to the console', () => {
    const config = loadConfig(SHIPPED);
    expect(config.sources).toEqual([
      {
        id: 'motir',
        kind: 'board',
        url: 'https://english.motir.go.kr/eng/article/EATCLdfa319ada',
        every: 600_000,
        floor: 300_000,
        pace: 'auto',
        flood: 'auto',
        name: 'MOTIR',
        title: 'Ministry of Trade, Industry and Resources of Korea, press releases',
        zone: 'Asia/Seoul',
        categories: [],
        republish: 'full',
        hosts: ['english.motir.go.kr', 'english.motie.go.kr'],
        language: 'en',
        profile: null,
        reach: 'any',
        select: null,
        request: { method: 'GET', headers: {}, body: '' },
      },
    ]);
    expect(config.subscriptions.map(({ to, when, style }) => [to.id, when, style])).toEqual([
      ['console', 'now', 'card'],
    ]);
    expect(config.publish).toEqual({ baseUrl: null, authority: 'gwanbo.local', pageSize: 50 });
    expect(config.unused).toEqual([]);
  });

  test('names its schema in the first line, and the schema file is the one that `npm run schema` writes', () => {
    expect(readFileSync(SHIPPED, 'utf8').split('\n')[0]).toBe('# yaml-language-server: $schema=./gwanbo.schema.json');
    expect(readFileSync(SCHEMA, 'utf8')).toBe(configJsonSchema());
  });

  test('holds against its JSON Schema, with every commented example in it', () => {
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    const text = readFileSync(SHIPPED, 'utf8');
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
    const uncommented = text.replace(/^ {2}# (- | {2})(?=\S)/gm, '  $1');
    expect(uncommented).not.toBe(text);
    expect(validate(parse(uncommented)), JSON.stringify(validate.errors)).toBe(true);
    const config = loadConfig('g.yaml', uncommented);
    expect(config.sources.map(({ id }) => id)).toEqual(['motir', 'wto', 'example']);
    expect(config.subscriptions.map(({ to }) => to.id)).toEqual([
      'console',
      'slack:C0123ABCD',
      'discord:123456789012345678',
    ]);
    expect(validate({ sources: [{ id: 'a', kind: 'listing' }] })).toBe(false);
  });
});

describe('a source', () => {
  test('takes from its preset what it does not say itself', () => {
    const { sources } = loadConfig(
      'g.yaml',
      'sources:\n  - {id: m, preset: motir, name: Ministry, republish: lead, url: "http://127.0.0.1:9/b", every: 2s}',
    );
    expect(sources[0]).toMatchObject({
      id: 'm',
      kind: 'board',
      name: 'Ministry',
      republish: 'lead',
      url: 'http://127.0.0.1:9/b',
      every: 2000,
      zone: 'Asia/Seoul',
    });
  });

  test('without a preset is read in UTC, every ten minutes, and shows the lead only', () => {
    const { sources } = loadConfig('g.yaml', SOURCE);
    expect(sources[0]).toMatchObject({ name: 'a', zone: 'UTC', every: 600_000, republish: 'lead', title: null });
  });

  test.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
  ])('every %s is %i ms', (written, ms) => {
    const { sources } = loadConfig(
      'g.yaml',
      `sources: [{id: a, kind: feed, url: "http://localhost/f", every: ${written}}]`,
    );
    expect(sources[0]?.every).toBe(ms);
  });

  test.each([
    'http://127.0.0.1:81/x',
    'http://127.9.9.9/x',
    'http://[::1]:8080/x',
    'http://localhost/x',
    'http://127.1/x',
  ])('on this machine (%s) may be asked every second', url => {
    expect(faultsOf(`sources: [{id: a, kind: feed, url: "${url}", every: 1s}]`)).toEqual([]);
  });

  test.each(['http://128.0.0.1/x', 'http://10.0.0.1/x', 'http://localhost.example.org/x', 'http://[::2]/x'])(
    'on another machine (%s) may not',
    url => {
      expect(faultsOf(`sources: [{id: a, kind: feed, url: "${url}", every: 299s}]`)).toEqual([
        expect.stringContaining('299s is too often for'),
      ]);
      expect(faultsOf(`sources: [{id: a, kind: feed, url: "${url}", every: 5m}]`)).toEqual([]);
    },
  );

  test('of kind text may be a file, meant from the working directory', () => {
    const { sources } = loadConfig('g.yaml', 'sources: [{id: a, kind: text, url: data/x.txt, every: 1s}]');
    expect(sources[0]?.url).toBe(`file://${process.cwd()}/data/x.txt`);
    expect(faultsOf('sources: [{id: a, kind: feed, url: data/x.txt}]')).toEqual([
      'g.yaml:1:36: sources[0].url: "data/x.txt" is no address that can be read; write an http or https address',
    ]);
  });

  test('keeps request and categories', () => {
    const text = source(
      'request: {method: POST, headers: {accept: text/xml}, body: ""}\n    categories: [https://example.org/c]',
    );
    expect(loadConfig('g.yaml', text).sources[0]).toMatchObject({
      request: { method: 'POST', headers: { accept: 'text/xml' }, body: '' },
      categories: ['https://example.org/c'],
    });
  });
});

describe('a fault names file, line, column, key and what to write', () => {
  test.each([
    [source('every: 1s'), 'g.yaml:5:12: sources[0].every: 1s is too often for example.org; write 5m or more'],
    [
      source('every: 600'),
      'g.yaml:5:12: sources[0].every: 600 is not allowed here; write a number with s, m, h or d, such as 10m',
    ],
    [source('evry: 1h'), 'g.yaml:5:5: sources[0].evry: unknown key; did you mean every?'],
    [
      source('zone: KST'),
      'g.yaml:5:11: sources[0].zone: no time zone "KST"; write an IANA time zone such as Asia/Seoul or UTC',
    ],
    [
      source('republish: all'),
      'g.yaml:5:16: sources[0].republish: "all" is not allowed here; write full, lead or link',
    ],
    [
      source('flood: 0'),
      'g.yaml:5:12: sources[0].flood: 0 is not allowed here; write auto, off or a whole number from 1',
    ],
    [source('preset: motr'), 'g.yaml:5:13: sources[0].preset: no preset "motr"; did you mean motir?'],
    [
      source('hosts: ["a b"]'),
      'g.yaml:5:13: sources[0].hosts[0]: "a b" is no host name; write the name alone, such as www.example.org',
    ],
    [
      source('request: {headers: {Authorization: x}}'),
      'g.yaml:5:40: sources[0].request.headers.Authorization: this header carries a credential; remove it: sources are read without signing in',
    ],
    [
      'sources: [{id: A_b, kind: feed, url: "http://localhost/"}]',
      'g.yaml:1:16: sources[0].id: "A_b" is not allowed here; write lower-case letters, digits and single hyphens, at most 40',
    ],
    [
      'sources: [{id: a, kind: listing, url: "http://localhost/"}]',
      'g.yaml:1:11: sources[0].select: is missing; write select with item, title and date: CSS selectors of the page',
    ],
    [
      listing('title: h3\n      date: "time@datetime"'),
      'g.yaml:6:7: sources[0].select.item: is missing; write a CSS selector',
    ],
    [
      listing('item: "li[news"\n      title: h3\n      date: time'),
      `g.yaml:6:13: sources[0].select.item: "li[news" is no CSS selector (Attribute selector didn't terminate); write one such as "li.news" or "time@datetime"`,
    ],
    [
      listing('item: li\n      title: h3\n      date: "time:last-week@datetime"'),
      'g.yaml:8:13: sources[0].select.date: "time:last-week@datetime" is no CSS selector (Unknown pseudo-class :last-week); write one such as "li.news" or "time@datetime"',
    ],
    [
      listing('item: "li@id"\n      title: h3\n      date: time'),
      'g.yaml:6:13: sources[0].select.item: "li@id" names an attribute; write what selects the whole item',
    ],
    [
      listing('item: li\n      title: h3\n      date: time\n      url: a'),
      'g.yaml:9:7: sources[0].select.url: unknown key; write item, title, date, link or body',
    ],
    [
      source('select: {item: li, title: h3, date: time}'),
      'g.yaml:5:13: sources[0].select: kind feed is not read by selectors; remove it, or write kind: listing',
    ],
    [
      source('profile: table'),
      'g.yaml:5:14: sources[0].profile: kind feed has no profile; remove it: it is the shape of a board',
    ],
    [
      'sources: [{id: a, preset: motir, profile: square}]',
      'g.yaml:1:43: sources[0].profile: "square" is not allowed here; write list or table',
    ],
    [
      source('language: Korean'),
      'g.yaml:5:15: sources[0].language: "Korean" is not allowed here; write a language tag such as en or ko',
    ],
    [
      'sources: [{id: a, url: "http://localhost/"}]',
      'g.yaml:1:11: sources[0].kind: is missing; write board, listing, feed or text',
    ],
    [
      'sources: [{id: a, preset: motir}, {id: a, preset: motir}]',
      'g.yaml:1:40: sources[1].id: "a" is the id of another source; write an id of its own',
    ],
    ['subscriptions: []', 'g.yaml:1:1: sources: is missing; write a list of at least one source'],
    ['sources: []', 'g.yaml:1:10: sources: the list is empty; write a list of at least one source'],
    [
      subscription('to: slack:general'),
      'g.yaml:4:9: subscriptions[0].to: "slack:general" is no destination; write slack:C0123ABCD, the id that Slack shows at the foot of "View channel details"',
    ],
    [
      subscription('to: irc:x'),
      'g.yaml:4:9: subscriptions[0].to: "irc:x" is no destination; write slack:CHANNEL, discord:CHANNEL, webhook:URL or console',
    ],
    [
      subscription('to: console\n    when: daily 25:00'),
      'g.yaml:5:11: subscriptions[0].when: "daily 25:00" is not allowed here; write now, hourly, daily 09:00 or weekly mon 09:00',
    ],
    [
      `${source('categories: []')}destinations: [{to: console, zone: Seoul}]`,
      'g.yaml:6:36: destinations[0].zone: no time zone "Seoul"; write an IANA time zone such as Asia/Seoul',
    ],
    [
      `${source('categories: []')}destinations: [{to: console, quiet: "22:00-22:00"}]`,
      'g.yaml:6:37: destinations[0].quiet: "22:00-22:00" are no hours; write two times, such as "22:00-07:00", or off',
    ],
    [
      subscription('to: console\n    when: soon'),
      'g.yaml:5:11: subscriptions[0].when: "soon" is not allowed here; write now, hourly, daily 09:00 or weekly mon 09:00',
    ],
    [
      subscription('to: slack:C0123\n    mention: [role:123]'),
      'g.yaml:5:15: subscriptions[0].mention[0]: "role:123" means nobody on slack; write user:U0123, group:S0123 or here',
    ],
    [
      subscription('to: console\n    secret: hunter2'),
      'g.yaml:5:13: subscriptions[0].secret: "hunter2" is not allowed here; write the name of a variable, never its value',
    ],
    [
      `${SOURCE}subscriptions: [{query: "  ", to: console}]`,
      'g.yaml:2:25: subscriptions[0].query: is empty; write what is asked for, such as topic:steel',
    ],
    [
      `${SOURCE}destinations: [{to: console}, {to: console}]`,
      'g.yaml:2:36: destinations[1].to: console has settings already; write the settings of a channel once',
    ],
    [
      `${SOURCE}destinations: [{to: console, quiet: 22-7}]`,
      'g.yaml:2:37: destinations[0].quiet: "22-7" is not allowed here; write hours such as "22:00-07:00", or off',
    ],
    [
      `${SOURCE}operations: {contact: '+82 2 000 0000'}`,
      'g.yaml:2:23: operations.contact: "+82 2 000 0000" is no address of a person; write https://... or mailto:...',
    ],
    [
      `${SOURCE}operations: {canary: 5m}`,
      'g.yaml:2:22: operations.canary: 5m is too often for people; write 1h or more, such as 24h',
    ],
    [
      `${SOURCE}operations: {to: nobody}`,
      'g.yaml:2:18: operations.to: "nobody" is no destination; write slack:CHANNEL, discord:CHANNEL, webhook:URL or console',
    ],
    [
      `${SOURCE}publish: {authority: my bot}`,
      'g.yaml:2:22: publish.authority: "my bot" is neither a domain nor an e-mail address; write one of yours, such as releases.example.org (RFC 4151)',
    ],
    [
      `${SOURCE}publish: {baseUrl: "https://x.org/?a"}`,
      'g.yaml:2:20: publish.baseUrl: "https://x.org/?a" cannot be the start of a link; write an http or https address without ? and #',
    ],
    [
      `${SOURCE}publish: {pageSize: 0}`,
      'g.yaml:2:21: publish.pageSize: 0 is not allowed here; write a whole number from 1 to 500',
    ],
    [`${SOURCE}publsh: {}`, 'g.yaml:2:1: publsh: unknown key; did you mean publish?'],
    [
      `${SOURCE}colour: red`,
      'g.yaml:2:1: colour: unknown key; write sources, subscriptions, destinations, publish or operations',
    ],
    [
      subscription(`to: "discord:\${CHANNEL}"`),
      'g.yaml:4:9: subscriptions[0].to: values are not filled in from the environment; write the value itself; secrets and addresses of this machine are environment variables, see config/env.example',
    ],
    ['', 'g.yaml:1:1: sources: is missing; write a list of at least one source'],
    ['[]', 'g.yaml:1:1: a list is not allowed here; write sources and subscriptions'],
    [
      `${SOURCE}__proto__: {sources: []}`,
      'g.yaml:2:1: __proto__: unknown key; write sources, subscriptions, destinations, publish or operations',
    ],
  ])('%j', (text, line) => {
    expect(faultsOf(text)).toEqual([line]);
  });

  test.each(['email:a@b.org', 'teams:https://x/SECRETPART', 'telegram:1', 'ntfy:https://x'])(
    '%s is not sent to, and its address is not repeated',
    to => {
      const [line = ''] = faultsOf(subscription(`to: ${to}`));
      expect(line).toBe(
        `g.yaml:4:9: subscriptions[0].to: ${to.split(':')[0]} is not available in this version; write slack:CHANNEL, discord:CHANNEL, webhook:URL or console`,
      );
    },
  );

  test('all faults of a file are reported, in its order, also several of one source', () => {
    const text = `sources:
  - id: a
    kind: feed
    url: https://example.org/f
    every: 1s
    zone: KST
    flood: {}
    colour: red
  - 5
subscriptions:
  - query: x
    to: slack:x
    when: fortnightly
nix: 1
`;
    expect(faultsOf(text).map(line => line.split(': ').slice(0, 2).join(' '))).toEqual([
      'g.yaml:5:12 sources[0].every',
      'g.yaml:6:11 sources[0].zone',
      'g.yaml:7:12 sources[0].flood',
      'g.yaml:8:5 sources[0].colour',
      'g.yaml:9:5 sources[1]',
      'g.yaml:12:9 subscriptions[0].to',
      'g.yaml:13:11 subscriptions[0].when',
      'g.yaml:14:1 nix',
    ]);
  });

  test.each([
    ['xoxb', 'url: "https://example.org/?token=xoxb-1111-SECRETPART"'],
    ['userinfo', 'url: "https://me:SECRETPART@example.org/"'],
    ['slack webhook', 'name: "hooks.slack.com/services/T0/B0/SECRETPART"'],
  ])('a secret in the file (%s) is refused and not repeated', (_, line) => {
    const text = `sources:\n  - id: a\n    kind: feed\n    ${line.startsWith('url') ? '' : 'url: "http://localhost/"\n    '}${line}\n`;
    const lines = faultsOf(text);
    expect(lines).toEqual([
      expect.stringMatching(/^g\.yaml:[45]:\d+: sources\[0\]\.\w+: this holds a secret; remove it/),
    ]);
    expect(lines.join()).not.toContain('SECRETPART');
  });
});

describe('YAML that cannot be read', () => {
  test.each([
    ['sources: [1', 'g.yaml:1:12: '],
    ['sources:\n\t- id: a', 'g.yaml:2:1: Tabs are not allowed as indentation; indent by spaces'],
    ['a: 1\na: 2', 'g.yaml:2:1: Map keys must be unique; keep one of the two keys'],
    ['a: "x', 'g.yaml:1:6: Missing closing "quote; close the quote or bracket'],
    ['a: b: c', 'g.yaml:1:4: '],
    ['a: 1\n---\nb: 2', 'g.yaml:2:1: the file holds more than one document; keep one document'],
    ['a: *x', 'g.yaml:1:4: no anchor "&x" stands before this alias; write the value out instead of "*name"'],
    ['a: !env X', 'g.yaml:1:4: Unresolved tag: !env; remove the tag'],
    ['a: &x [*x]', 'g.yaml: its aliases have no end; write the value out'],
    ['- a\nb: c', 'g.yaml:2:1: '],
  ])('%j', (text, start) => {
    const [line = ''] = faultsOf(text);
    expect(line.slice(0, start.length)).toBe(start);
    expect(line).toMatch(/; \w/);
  });

  test('aliases that multiply each other are refused', () => {
    const lol = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg']) lol.push(`${to}: &${to} [${`*${from},`.repeat(9)}]`);
    expect(faultsOf(lol.join('\n'))).toEqual([expect.stringContaining('its aliases have no end')]);
  });

  test('thousands of brackets and a file of megabytes are refused, not a crash', () => {
    expect(faultsOf('['.repeat(20_000)).length).toBeGreaterThan(0);
    expect(faultsOf('#'.repeat(1_000_001))).toEqual([expect.stringContaining('it has 1000001 characters')]);
  });
});

describe('files that cannot be read', () => {
  test('missing, a directory, not UTF-8: each says what to do', () => {
    const dir = mkdtempSync(join(tmpdir(), 'gwanbo-config-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const latin = join(dir, 'latin.yaml');
    writeFileSync(latin, Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
    const messageOf = (path: string) => {
      try {
        loadConfig(path);
      } catch (error) {
        return error instanceof ConfigError ? error.message : String(error);
      }
      return 'no error';
    };
    expect(messageOf(join(dir, 'none.yaml'))).toBe(
      `${dir}/none.yaml: there is no such file; create it, or name yours in GWANBO_CONFIG`,
    );
    expect(messageOf(dir)).toBe(`${dir}: it is a directory; name the file within it in GWANBO_CONFIG`);
    expect(messageOf(latin)).toBe(`${latin}: it is not UTF-8 text; save it as UTF-8`);
  });

  test('a broken file of presets is reported under its own name', () => {
    const dir = mkdtempSync(join(tmpdir(), 'gwanbo-presets-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const file = join(dir, 'presets.yaml');
    writeFileSync(file, 'x:\n  kind: feed\n  zonee: UTC\n');
    expect(() => loadPresets(file)).toThrow(`${file}:3:3: x.zonee: unknown key; did you mean zone?`);
    expect(Object.keys(loadPresets())).toContain('motir');
  });
});

describe('what is read and not acted on', () => {
  test('is listed with its place', () => {
    const { unused } = loadConfig(
      'g.yaml',
      `${source('categories: []')}destinations:\n  - to: console\n    quiet: "22:00-07:00"\noperations:\n  retention: {deliveries: 400d, rawReads: 90d}\n`,
    );
    expect(unused).toEqual([{ at: 'g.yaml:10:33', what: 'operations.retention.rawReads: raw readings are not kept' }]);
  });

  test('is known to the schema, each key of it', () => {
    const schema = JSON.parse(configJsonSchema());
    for (const { path } of UNUSED_KEYS) {
      let node = schema;
      for (const step of path) node = step === '*' ? node.items : node.properties[step];
      expect(node.description, path.join('.')).toMatch(/\.$/);
    }
    expect(unusedPaths({ sources: 'x', operations: null })).toEqual([]);
  });
});

describe('places', () => {
  const config = loadConfig(
    'g.yaml',
    `${SOURCE}subscriptions:\n  - to: console\n    query: &q "a b"\n  - {to: console, query: *q}\n`,
  );

  test('a caller can report a query where it stands', () => {
    expect(config.locate(['subscriptions', 0, 'query'])).toEqual({ line: 4, column: 15 });
    expect(config.subscriptions[1]?.query).toBe('a b');
    expect(printFault(config.fault(['subscriptions', 1, 'query'], 'unknown topic', 'write topic:steel'))).toBe(
      'g.yaml:5:26: subscriptions[1].query: unknown topic; write topic:steel',
    );
  });

  test('what is not written is where the thing around it is', () => {
    expect(config.locate(['subscriptions', 0, 'style'])).toEqual({ line: 3, column: 5 });
    expect(config.locate(['publish', 'pageSize'])).toEqual({ line: 1, column: 1 });
  });
});

describe('words near others', () => {
  test.each([
    ['evry', 'every'],
    ['soruces', 'sources'],
    ['Sources', 'sources'],
    ['colour', null],
    ['', null],
  ])('%s -> %s', (word, near) => {
    expect(nearest(word, ['sources', 'every', 'zone'])).toBe(near);
  });

  test('a value is shown on one line, cut, without controls and secrets', () => {
    expect(shown('a\u001b[31m\nb')).toBe('"a [31m b"');
    expect(shown('x'.repeat(100))).toBe(`"${'x'.repeat(60)}..."`);
    expect(shown('xoxb-123-abcdef')).toBe('"[secret]"');
  });
});

describe('the settings of a channel are read in the configuration as they are in chat and on the command line', () => {
  test.each([
    ['zone', 'Asia/Seoul'],
    ['zone', 'asia/seoul'],
    ['zone', 'Mars/Base'],
    ['quiet', '22:00-07:00'],
    ['quiet', '22:00-7:00'],
    ['quiet', 'off'],
    ['quiet', '25:00-07:00'],
    ['quiet', '22:00-22:00'],
    ['corrections', 'edit'],
    ['corrections', 'edit+note'],
    ['corrections', 'off'],
    ['corrections', 'note'],
    ['whenUnsure', 'hold'],
    ['whenUnsure', 'resend'],
    ['whenUnsure', 'maybe'],
    ['digestHour', '09:00'],
    ['digestHour', '9:00'],
    ['digestHour', '9'],
    ['digestHour', '25:00'],
  ] as const)('%s: %s', (key, written) => {
    const text = `${SOURCE}destinations: [{to: console, ${key}: "${written}"}]`;
    let typed: unknown;
    try {
      typed = parseSettings({ [key]: written });
    } catch {
      expect(faultsOf(text).join()).toContain(`destinations[0].${key}: `);
      return;
    }
    expect(loadConfig('g.yaml', text).destinations).toEqual([{ to: 'console', settings: typed }]);
  });

  test('hours that are off there are off, whatever people set', () => {
    const [one] = loadConfig('g.yaml', `${SOURCE}destinations: [{to: console, quiet: off}]`).destinations;
    expect(mergeSettings('UTC', { quiet: '22:00-07:00' }, one?.settings ?? {}).quiet).toBe(null);
  });
});
