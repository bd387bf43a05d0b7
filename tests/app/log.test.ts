import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type LogOptions, openLog } from '../../src/app/log.ts';
import { hideSecrets } from '../../src/app/secrets.ts';
import type { Fields, Log } from '../../src/ports/runtime.ts';

const SLACK = 'xoxb-12345-fake-SECRETPART';
const DISCORD = 'MTA5ODc2NTQzMjEwOTg3NjU0.GhIjKl.SECRETPART-abcdefghijklmnopqrstuvw';
/** Nothing about its shape gives this one away; quotes and slashes make it look different in JSON and in a URL. */
const PLAIN = 'SECRETPART "with" \\quotes/ 한글';

function logging(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = openLog({
    level: 'info',
    terminal: false,
    secrets: [PLAIN],
    write: line => lines.push(line),
    ...options,
  });
  return { log, lines, only: () => JSON.parse(lines[0] ?? 'null') as Record<string, unknown> };
}

describe('a line', () => {
  test('is one JSON object with level, time, fields and message', () => {
    const { log, lines, only } = logging();
    log.warn({ source: 'motir', count: 3, at: Temporal.Instant.from('2026-01-05T00:00:00Z') }, 'polled 100%s');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('}\n')).toBe(true);
    expect(only()).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      source: 'motir',
      count: 3,
      at: '2026-01-05T00:00:00Z',
      msg: 'polled 100%s',
    });
  });

  test('security rule 11: stays one line whatever the text of a source holds', () => {
    const { log, lines } = logging();
    log.info({ title: 'a\n{"level":"error","msg":"forged"}\r\u2028' }, 'recorded');
    expect(lines.join('').split('\n')).toHaveLength(2);
    expect(JSON.parse(lines.join(''))).toMatchObject({ level: 'info', title: expect.stringContaining('forged') });
  });

  test.each<[LogOptions['level'], boolean, number]>([
    [null, false, 3],
    [null, true, 2],
    ['debug', false, 4],
    ['error', false, 1],
    ['silent', false, 0],
  ])('level %s, terminal %s: %i of four levels are written', (level, terminal, count) => {
    const { log, lines } = logging({ level, terminal });
    for (const write of [log.debug, log.info, log.warn, log.error]) write({}, 'x');
    expect(lines).toHaveLength(count);
  });
});

describe('an error', () => {
  const failure = () =>
    Object.assign(
      new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }),
      {
        status: 503,
      },
    );

  test('is type, message, facts and cause, without its stack', () => {
    const { log, only } = logging();
    log.error({ err: failure() }, 'poll failed');
    expect(only().err).toEqual({
      type: 'TypeError',
      message: 'fetch failed',
      status: 503,
      cause: { type: 'Error', message: 'refused', code: 'ECONNREFUSED' },
    });
  });

  test('has its stack at debug', () => {
    const { log, only } = logging({ level: 'debug' });
    log.error({ err: failure() }, 'poll failed');
    expect(only().err).toMatchObject({
      stack: expect.stringContaining('log.test.ts'),
      cause: { stack: expect.any(String) },
    });
  });

  test('of many errors shows each', () => {
    const { log, only } = logging();
    log.error({ err: new AggregateError([new Error('a'), new Error('b')], 'both') }, 'x');
    expect(only().err).toMatchObject({ message: 'both', errors: [{ message: 'a' }, { message: 'b' }] });
  });
});

describe('fields that are hard to write', () => {
  test.each<[string, unknown, unknown]>([
    ['a bigint', 10n, '10'],
    ['bytes', new Uint8Array(5), '[5 bytes]'],
    ['a map', new Map([['a', 1]]), { a: 1 }],
    ['a set', new Set(['a']), ['a']],
    ['a URL', new URL('https://x.org/'), 'https://x.org/'],
    ['a null', null, null],
  ])('%s', (_, value, expected) => {
    const { log, only } = logging();
    log.info({ value }, 'x');
    expect(only().value).toEqual(expected);
  });

  test('circles, depths, throwing getters and megabytes end', () => {
    const { log, lines, only } = logging();
    const circle: Record<string, unknown> = { name: 'c' };
    circle.self = circle;
    const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`);
    const bad = {
      get mine() {
        throw new Error('no');
      },
    };
    log.info({ circle, deep, bad, long: 'x'.repeat(5_000_000) }, 'x');
    expect(only()).toMatchObject({ circle: { name: 'c', self: '[circular]' }, bad: { mine: '[unreadable]' } });
    expect(lines[0]?.length).toBeLessThan(4000);
  });
});

describe('security rule 1: no secret gets out', () => {
  const secrets = [SLACK, DISCORD, PLAIN];
  const routes: Record<string, (log: Log, secret: string) => void> = {
    message: (log, secret) => log.info({}, `sent with ${secret}`),
    field: (log, secret) => log.info({ note: secret }, 'x'),
    'field within a text': (log, secret) => log.info({ note: `Authorization: Bearer ${secret}, retry` }, 'x'),
    'nested field': (log, secret) => log.info({ a: [{ b: { c: secret } }] }, 'x'),
    'field name': (log, secret) => log.info({ [`k ${secret}`]: 1 }, 'x'),
    'error message': (log, secret) => log.error({ err: new Error(`bad ${secret}`) }, 'x'),
    'nested error': (log, secret) =>
      log.error({ err: new Error('a', { cause: new Error('b', { cause: secret }) }) }, 'x'),
    'fact of an error': (log, secret) =>
      log.error({ err: Object.assign(new Error('a'), { config: { url: secret } }) }, 'x'),
    'name of an error': (log, secret) => log.error({ err: Object.assign(new Error('a'), { name: secret }) }, 'x'),
    'error among errors': (log, secret) => log.error({ err: new AggregateError([new Error(secret)], 'a') }, 'x'),
    stack: (log, secret) => log.error({ err: Object.assign(new Error('a'), { stack: `at ${secret}` }) }, 'x'),
    URL: (log, secret) => log.info({ url: new URL(`https://x.org/?t=${encodeURIComponent(secret)}`) }, 'x'),
    'URL as text': (log, secret) => log.info({ url: `https://x.org/${encodeURIComponent(secret)}/a` }, 'x'),
    'JSON within a text': (log, secret) => log.info({ body: JSON.stringify({ a: secret }) }, 'x'),
    'map and set': (log, secret) => log.info({ map: new Map([[secret, secret]]), set: new Set([secret]) }, 'x'),
    toJSON: (log, secret) => log.info({ held: { toJSON: () => ({ secret }) } }, 'x'),
    bytes: (log, secret) => log.info({ bytes: Buffer.from(secret) }, 'x'),
    'at the cut of a long text': (log, secret) =>
      log.info({ long: `${'x'.repeat(1990)} ${secret} ${'y'.repeat(99)}` }, 'x'),
    'twice in a text': (log, secret) => log.info({ note: `${secret} ${secret}` }, 'x'),
  };

  test.each(Object.keys(routes))('by %s', route => {
    for (const level of ['info', 'debug'] as const) {
      const { log, lines } = logging({ level, secrets });
      for (const secret of secrets) routes[route]?.(log, secret);
      expect(lines).toHaveLength(secrets.length);
      expect(lines.join('')).not.toMatch(/SECRETPART|U0VDUkVUUEFSV/);
      for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  test.each<[string, Fields]>([
    ['token', { token: 'short' }],
    ['botToken', { slack: { botToken: 'short' } }],
    ['headers', { headers: { Authorization: 'short', 'x-slack-signature': 'short', cookie: 'short' } }],
    ['password', { password: 'short', client_secret: 'short', apiKey: 'short' }],
  ])('a field called %s is hidden whatever it holds', (_, fields) => {
    const { log, lines } = logging();
    log.info(fields, 'x');
    expect(lines.join('')).toContain('[secret]');
    expect(lines.join('')).not.toContain('short');
  });

  test('that a token is absent may be said', () => {
    const { log, only } = logging();
    log.info({ token: null, hasSecret: true }, 'x');
    expect(only()).toMatchObject({ token: null, hasSecret: true });
  });

  test.each([
    ['a Slack token', 'xoxp-1-2-SECRETPART'],
    ['a rotating Slack token', 'xoxe.xoxp-1-SECRETPART'],
    ['an app token', 'xapp-1-A0-SECRETPART'],
    ['a Discord token', DISCORD],
    ['a Slack webhook', 'https://hooks.slack.com/services/T0/B0/SECRETPART'],
    ['a Discord webhook', 'https://discord.com/api/webhooks/123456789/SECRETPART-x/messages/1'],
    ['an interaction', 'https://discord.com/api/v10/interactions/123456789/SECRETPART.x/callback'],
    ['a header', 'Bot SECRETPART-and-more'],
    ['the user part of a URL', 'postgres://me:SECRETPART@db:5432/g'],
  ])('%s that nobody configured is known by its shape', (_, text) => {
    expect(hideSecrets(`before ${text} after`)).not.toContain('SECRETPART');
    expect(hideSecrets(`before ${text} after`)).toMatch(/^before .*\[secret\].* after$/);
  });

  test('other texts stay as they are', () => {
    for (const text of ['motir/2-2441', 'https://english.motir.go.kr/eng/article/EATCLdfa319ada/2441/view', 'me@x.org'])
      expect(hideSecrets(text, ['abc'])).toBe(text);
    expect(hideSecrets('the cat', ['cat'])).toBe('the cat');
  });
});

test('lines go to stderr, complete even where the process ends at once', () => {
  const log = resolve(import.meta.dirname, '../../src/app/log.ts');
  const script = `
    const { openLog } = await import(${JSON.stringify(log)});
    const log = openLog({ level: null, terminal: false, secrets: ['SECRETPART'] });
    for (let at = 0; at < 500; at++) log.info({ at, note: 'SECRETPART' }, 'x');
    process.exit(3);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  const lines = stderr.trim().split('\n');
  expect([status, stdout, lines.length]).toEqual([3, '', 500]);
  expect(lines.map(line => JSON.parse(line).at)).toEqual(Array.from({ length: 500 }, (_, at) => at));
  expect(stderr).not.toContain('SECRETPART');
});
