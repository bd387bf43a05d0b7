import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../support/atom-tools.ts';
import { until } from '../support/bot.ts';
import { BIN, type Desk, type Ended, linesOf, openDesk } from '../support/command.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';
import { LISTING, splitListing } from '../support/listing.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

let board: FakeBoard;
beforeAll(async () => {
  board = await startFakeBoard();
  for (const entry of splitListing(LISTING).toReversed()) board.publish(entry);
  board.documents.set('/feed.xml', () => FEED);
});
afterAll(() => board.close());

const FEED = `<?xml version="1.0"?><rss version="2.0"><channel><title>Harbor Office</title><link>https://harbor.example/</link>
<item><title>Second quay opens</title><guid>q-2</guid><link>https://harbor.example/2</link>
<pubDate>Thu, 04 Dec 2025 09:00:00 +0900</pubDate><description>The second quay opened.</description></item>
</channel></rss>`;

const sourceAt = (url: string) => ({ id: 'motir', preset: 'motir', kind: 'board', url, every: '1d' });

function openTestDesk(config: string | object = { sources: [sourceAt(board.url)] }): Desk {
  const desk = openDesk(config);
  closers.push(() => desk.close());
  return desk;
}

/** A desk whose archive holds the eight releases of the listing. */
async function openFullDesk(config?: object): Promise<Desk> {
  const desk = openTestDesk(config);
  const { code, err } = await desk.run(['import', '-', '--source', 'motir'], { input: LISTING });
  expect(code, err).toBe(0);
  return desk;
}

/** Lines that are wider than a terminal of 80 columns for another reason than an address or an id. */
const tooWide = (text: string): string[] =>
  linesOf(text).filter(line => line.length > 80 && !/https?:\/\/|motir\/t-|\/gwanbo-test-/.test(line));

const errorOf = ({ err }: Ended) => linesOf(err).map(line => (JSON.parse(line) as { error: Complaint }).error);
interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly at: string | null;
}

/** A command takes half a second where nothing else runs, and there are many. */
const PATIENCE = { timeout: 90_000 };

describe('what a person sees', PATIENCE, () => {
  const EMPTY: readonly [string, string][] = [
    ['releases', 'No release is recorded yet.\n'],
    ['list', 'Nothing is followed. Try: gwanbo follow topic:steel --to console\n'],
    ['deliveries', 'No delivery is recorded.\n'],
  ];
  test('an empty database is no mystery', async () => {
    const desk = openTestDesk();
    const { out } = await desk.run(['status']);
    expect(out).toMatch(
      /^One problem:\n {2}no source was ever read: nothing is watched yet\n {4}start it: npm start, or gwanbo start\n\nbot {12}not running\n/,
    );
    await Promise.all(
      EMPTY.map(async ([command, says]) => {
        expect(await desk.run([command])).toMatchObject({ code: 0, out: says, err: '' });
        expect(await desk.json([command]), command).toEqual([]);
      }),
    );
  });

  test('every command keeps to 80 columns, and is one JSON object a line with --json', async () => {
    const desk = await openFullDesk();
    const long = '"supply chain" OR topic:semiconductors OR topic:batteries OR topic:trade-agreements OR country:ca';
    const said: string[] = [];
    for (const words of [
      ['check'],
      ['follow', long, '--to', 'console', '--backfill', '2'],
      ['follow', 'us', '--to', 'slack:C0123', '--mention', 'here', '--mention', 'user:U01', '--style', 'compact'],
      ['list'],
      ['pause', '2'],
      ['resume', '2'],
      ['releases'],
      ['releases', '--', '-steel'],
      ['show', 'motir/2-2442'],
      ['deliveries'],
      ['status'],
      ['unfollow', '2'],
    ]) {
      const { code, out, err } = await desk.run(words);
      expect({ code, err }, words.join(' ')).toEqual({ code: 0, err: '' });
      expect(tooWide(out), words.join(' ')).toEqual([]);
      said.push(out);
    }
    const [checked, followed, hinted, listed, paused, , releases, without, shown, owed, status, gone] = said;
    expect(checked).toBe('motir: 8 adopted (first reading: recorded, not alerted)\n');
    expect(followed).toMatch(
      /^#1 {2}topic:\(batteries OR semiconductors OR trade-agreements\)[^\n]+\n {4}"supply chain" -> /,
    );
    expect(hinted).toContain('did you mean country:us or US?');
    expect(listed).toMatch(
      /#2 {3}us -> slack:C0123\n {5}active · by cli · compact · mentions here, user:U01 · no match/,
    );
    expect(paused).toContain('     paused (paused by cli) · by cli');
    const titles = splitListing(LISTING).map(entry => entry.title);
    for (const title of titles) expect(releases).toContain(title);
    expect(without).not.toContain('Steel');
    expect(without).toContain('Hydrogen');
    expect(shown).toContain('2025-12-04');
    expect(owed).toMatch(/^ {3}\d {2}queued {3}alert motir\/t-\w+ -> console$/m);
    expect(status).toContain(
      '  2 deliveries owed, and the bot is not running\n    start it: npm start, or gwanbo start\n',
    );
    expect(gone).toBe('#2 us -> slack:C0123 is gone.\n');

    const asked = ['check', 'list', 'releases', 'show motir/2-2442', 'deliveries', 'status'].map(line =>
      line.split(' '),
    );
    const objects = await Promise.all(asked.map(words => desk.json(words)));
    expect(objects.map(found => found.length)).toEqual([1, 1, 8, 1, 2, 1]);
    for (const one of objects.flat()) expect(one).toBeTypeOf('object');
  });

  test('help fits, and names every command that the README names', async () => {
    const desk = openTestDesk();
    const { code, out } = await desk.run(['--help']);
    expect(code).toBe(0);
    expect(tooWide(out)).toEqual([]);
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    const named = [...readme.matchAll(/^\| `([a-z]+)[ `]/gm)].map(([, name]) => name);
    expect(named).toContain('deliveries');
    for (const name of named) expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    const shown = await Promise.all(['read', 'import', 'follow', 'deliveries'].map(name => desk.run([name, '--help'])));
    for (const help of shown) expect(tooWide(help.out)).toEqual([]);
  });

  test('a reader that closes early is no error', async () => {
    const desk = await openFullDesk();
    const shell = `'${process.execPath}' '${BIN}' releases`;
    const { code, said } = await run('bash', ['-c', `set -o pipefail; ${shell} | head -1`], envOf(desk));
    expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/^2025-12-04 {2}[^\n]+\n$/) });
  });

  const noScript = existsSync('/usr/bin/script') ? null : 'script is not on this machine';
  test.skipIf(noScript)(`colours in a terminal, none with NO_COLOR${noScript ? ` (${noScript})` : ''}`, async () => {
    const desk = openTestDesk();
    const inTerminal = async (settings: string) => {
      const shell = `env -u CI -u FORCE_COLOR -u NO_COLOR ${settings} '${process.execPath}' '${BIN}' status`;
      return (await run('script', ['-qec', shell, '/dev/null'], envOf(desk))).out;
    };
    expect(await inTerminal('TERM=xterm-256color')).toContain('\u001b[33mOne problem:\u001b[39m\r\n');
    const plain = await inTerminal('TERM=xterm-256color NO_COLOR=1');
    // Such a terminal has no size, and is taken for one of 80 columns.
    expect(plain).toContain('deliveries     0 sent, 0 owed, 0 unsure, 0 held, 0 dead\r\n');
    expect(plain).not.toContain('\u001b');
  });

  test('security rule 7: a title cannot act on the terminal', async () => {
    const desk = openTestDesk();
    const input = '-\nClear\u001b[2J the \u202escreen\nA body.date2025-12-04\n';
    await desk.run(['import', '-', '--source', 'motir'], { input });
    const { out } = await desk.run(['releases']);
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(out).toContain('screen');
  });
});

/** The environment of a desk for a tool that starts gwanbo itself. */
const envOf = (desk: Desk) => ({
  DATABASE_URL: `sqlite:${desk.database}`,
  GWANBO_CONFIG: desk.config,
  GWANBO_PORT: '0',
});

describe('read', PATIENCE, () => {
  test('reads boards, feeds and texts from files, addresses and stdin, and stores nothing', async () => {
    const desk = openTestDesk();
    const text = desk.write('listing.txt', LISTING);
    const feed = desk.write('feed.xml', FEED);
    const titles = splitListing(LISTING).map(entry => entry.title);
    const found = async (words: readonly string[], input?: string) => {
      const lines = await desk.json<{ items: { title: string; date: string }[]; error: string | null }>(
        ['read', ...words],
        { input: input ?? '' },
      );
      for (const line of lines) expect(line.error).toBe(null);
      return lines.flatMap(line => line.items);
    };
    expect((await found(['--kind', 'text', text])).map(item => item.title)).toEqual(titles);
    expect((await found(['--kind', 'board', board.url])).map(item => item.title)).toEqual(titles);
    const quay = { title: 'Second quay opens', date: '2025-12-04T09:00:00+09:00' };
    expect(await found(['--kind', 'feed', feed, `${board.origin}/feed.xml`])).toMatchObject([quay, quay]);
    expect(await found(['--kind', 'feed', '-'], FEED)).toMatchObject([quay]);
    expect(existsSync(desk.database)).toBe(false);
  });

  test('what cannot be read is a line with an error and exit 6, and the others are read', async () => {
    const desk = openTestDesk();
    const feed = desk.write('feed.xml', FEED);
    const text = desk.write('listing.txt', LISTING);
    const inputs = ['nowhere.xml', 'http://127.0.0.1:9/feed.xml', text, feed];
    const ended = await desk.run(['read', '--json', '--kind', 'feed', ...inputs]);
    expect(ended).toMatchObject({ code: 6, err: '' });
    expect(linesOf(ended.out).map(line => JSON.parse(line))).toMatchObject([
      { input: inputs[0], items: [], error: 'file: nowhere.xml cannot be read (ENOENT)' },
      { input: inputs[1], items: [], error: expect.stringMatching(/^network: .*ECONNREFUSED/) },
      { input: text, items: [], error: expect.stringMatching(/^layout: /) },
      { input: feed, items: [{ key: 'q-2' }], error: null },
    ]);
    const people = await desk.run(['read', '--kind', 'text', feed, text]);
    expect(people).toMatchObject({ code: 6, err: '' });
    expect(people.out).toContain('layout: this is no text');
    expect(people.out).toContain('listing.txt: 8 items\n  2025-12-04  Korea–Norway Agree');
  });

  test('a zone or a base that is none is a word too many', async () => {
    const desk = openTestDesk();
    const options: readonly [string, string][] = [
      ['--zone', 'Asia/Soul'],
      ['--base', 'harbor.example'],
    ];
    for (const [option, value] of options) {
      const ended = await desk.run(['read', '--kind', 'feed', option, value, '-'], { input: FEED });
      expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`${option} ${value} is no`) });
    }
  });
});

describe('errors', PATIENCE, () => {
  test('unknown words: exit 2, with what may have been meant', async () => {
    const desk = openTestDesk();
    const mistakes: readonly [readonly string[], RegExp][] = [
      [['chek'], /^unknown command 'chek'\n {2}did you mean check\?\n$/],
      [['releases', '-steel'], /^unknown option '-steel'\n.*"--" stands before a query/],
      [['pause', 'two'], /Write a whole number/],
      [['follow', 'steel', '--to', 'email:x'], /"email:x" is no destination: write slack:CHANNEL/],
      [['follow', 'steel', '--to', 'console', '--mention', 'here'], /a console mentions nobody/],
      [['releases', 'topic:stel'], /^column 1 of the query: .*did you mean topic:steel/],
      [['check', '--source', 'wto'], /there is no source wto\n.*: motir/],
    ];
    const ends = await Promise.all(mistakes.map(([words]) => desk.run(words)));
    for (const [at, [words, says]] of mistakes.entries())
      expect(ends[at], words.join(' ')).toMatchObject({ code: 2, out: '', err: expect.stringMatching(says) });
    const ended = await desk.run(['chek', '--json']);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(errorOf(ended)).toEqual([
      { code: 'usage', message: "unknown command 'chek'", fix: 'did you mean check?', at: null },
    ]);
    expect(errorOf(await desk.run(['--json']))).toMatchObject([{ code: 'usage', message: 'no command is given' }]);
  });

  test('a config that cannot be read: exit 5 with file, line, column and the fix', async () => {
    const mistakes: readonly [string, RegExp, Partial<Complaint>][] = [
      [
        'sources:\n  - id: motir\n    kind: bord\n    url: https://x.example\n',
        /gwanbo\.yaml:3:11: sources\[0\]\.kind: "bord" is not allowed here\n {2}write board, /,
        { message: 'sources[0].kind: "bord" is not allowed here' },
      ],
      [
        'sources:\n  - id: motir\n    kind: board\n   url: https://x.example\n',
        /gwanbo\.yaml:4:1: .*\n {2}indent it as deep/,
        { fix: 'indent it as deep as the keys beside it, or begin it with "- "' },
      ],
      [
        `sources: [${JSON.stringify(sourceAt('https://x.example'))}]\nsubscriptions:\n  - to: console\n    query: topic:stel\n`,
        /gwanbo\.yaml:4:12: subscriptions\[0\]\.query: .*did you mean topic:steel/,
        { fix: 'mend the query; docs/queries.md shows the language' },
      ],
    ];
    await Promise.all(
      mistakes.map(async ([yaml, says, complaint]) => {
        const desk = openTestDesk(yaml);
        const people = await desk.run(['start']);
        expect(people).toMatchObject({ code: 5, out: '', err: expect.stringMatching(says) });
        const program = await desk.run(['start', '--json']);
        expect(program).toMatchObject({ code: 5, out: '' });
        const at = /\S+gwanbo\.yaml:\d+:\d+/.exec(people.err)?.[0];
        expect(errorOf(program)).toMatchObject([{ code: 'config', at, ...complaint }]);
      }),
    );
  });

  test('an environment that cannot be read: exit 5, every variable at once', async () => {
    const desk = openTestDesk();
    const env = { GWANBO_PORT: 'http', LOG_LEVEL: 'loud', SLACK_BOT_TOKEN: 'xapp-1-A0TEST-3333-notabottoken' };
    const ended = await desk.run(['status', '--json'], { env });
    expect(ended).toMatchObject({ code: 5, out: '' });
    const complaints = errorOf(ended);
    expect(complaints.map(({ message }) => message.split(':')[0]).toSorted()).toEqual(Object.keys(env).toSorted());
    expect(complaints.every(({ code, fix }) => code === 'config' && fix !== '')).toBe(true);
    expect(ended.err).not.toContain('notabottoken');
    const nowhere = await desk.run(['list'], { env: { GWANBO_CONFIG: 'nowhere.yaml' } });
    expect(nowhere).toMatchObject({ code: 5, err: expect.stringMatching(/^nowhere\.yaml: there is no such file\n/) });
  });

  test.each([
    ['abcde', 'what follows whsec_ is no base64'],
    ['c2hvcnQgc2VjcmV0!', 'what follows whsec_ is no base64'],
  ])('a secret of a webhook that is none (%s): exit 5 with the place, and the secret nowhere', async (key, why) => {
    const subscriptions =
      'subscriptions:\n  - query: steel\n    to: webhook:http://127.0.0.1:9/hook\n    secret: DESK_SECRET';
    const desk = openTestDesk(`sources: [${JSON.stringify(sourceAt('http://127.0.0.1:9/'))}]\n${subscriptions}\n`);
    const ended = await desk.run(['start', '--json'], { env: { DESK_SECRET: `whsec_${key}` } });
    expect(ended).toMatchObject({ code: 5, out: '' });
    expect(errorOf(ended)).toEqual([
      {
        code: 'config',
        at: expect.stringMatching(/gwanbo\.yaml:5:13$/),
        message: `subscriptions[0].secret: DESK_SECRET holds no signing secret: ${why}`,
        fix: 'set it to "whsec_" and the base64 of 24 to 64 random bytes, or to a text that begins otherwise',
      },
    ]);
    expect(ended.err).not.toContain(key);
  });

  test('13. a file that is no database: exit 4, and it stays as it was', async () => {
    const desk = openTestDesk();
    const letters = 'A'.repeat(8192);
    mkdirSync(dirname(desk.database), { recursive: true });
    writeFileSync(desk.database, letters);
    for (const command of ['start', 'status', 'releases']) {
      const ended = await desk.run([command]);
      expect(ended).toMatchObject({ code: 4, out: '' });
      expect(ended.err).toMatch(
        /no database of gwanbo and was left untouched: .*\n {2}name another file in DATABASE_URL/,
      );
    }
    expect(errorOf(await desk.run(['list', '--json']))).toMatchObject([{ code: 'storage', at: desk.database }]);
    expect(readFileSync(desk.database, 'utf8')).toBe(letters);
    expect(readdirSync(dirname(desk.database)).filter(name => /-(?:wal|shm|journal)$/.test(name))).toEqual([]);
  });

  test('14. a place where nothing can be written: exit 4, and it does not hang', async () => {
    const desk = openTestDesk();
    const ended = await desk.run(['start'], { env: { DATABASE_URL: 'sqlite:/proc/gwanbo/gwanbo.db' } });
    expect(ended).toMatchObject({ code: 4, err: expect.stringContaining('/proc/gwanbo') });
  });

  test('a port in use: exit 1, with the variable to change', async () => {
    const desk = openTestDesk();
    const other = createServer().listen(0, '127.0.0.1');
    closers.push(() => other.close());
    const { port } = (await until('the other program', () => other.address())) as { port: number };
    const ended = await desk.run(['start'], { env: { GWANBO_PORT: String(port) } });
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toMatch(`127.0.0.1:${port} is in use by another program\n  choose another one with GWANBO_HOST`);
  });

  test('an unreachable source: exit 6', async () => {
    const desk = openTestDesk({ sources: [sourceAt('http://127.0.0.1:9/news')] });
    const ended = await desk.run(['check', '--json']);
    expect(ended).toMatchObject({ code: 6, err: '' });
    expect(JSON.parse(ended.out)).toMatchObject({
      source: 'motir',
      status: 'unhealthy',
      error: expect.stringContaining('ECONNREFUSED'),
    });
    const status = await desk.run(['status']);
    expect(status).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^One problem:\n {2}source motir could not be/),
    });
  });

  test('an import of what holds no release: exit 1, and nothing is recorded', async () => {
    const desk = openTestDesk();
    const file = desk.write('note.txt', 'hello');
    const ended = await desk.run(['import', file, '--source', 'motir']);
    expect(ended).toMatchObject({ code: 1, out: '', err: expect.stringContaining(`there is no release in ${file}`) });
    expect(await desk.run(['import', 'nowhere.txt', '--source', 'motir'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('nowhere.txt cannot be read (ENOENT)'),
    });
    expect(await desk.json(['releases'])).toEqual([]);
  });
});

test('an import that alerts asks the subscriptions of the config, also before the first start', async () => {
  const desk = openTestDesk({
    sources: [sourceAt(board.url)],
    subscriptions: [{ query: 'topic:batteries', to: 'console' }],
  });
  await desk.run(['import', '-', '--source', 'motir', '--alert'], { input: LISTING });
  expect(await desk.json(['deliveries'])).toMatchObject([
    { state: 'queued', destination: 'console', subscriptions: [1] },
  ]);
});

const old = oldNode();
test.skipIf('absent' in old)(
  `an older Node is told what is needed in one line${'absent' in old ? ` (${old.absent})` : ''}`,
  async () => {
    const { code, out, said } = await run('path' in old ? old.path : '', [BIN, 'status']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(said).toMatch(/^gwanbo needs Node 26 or later, this is v[\d.]+: [^\n]+\n$/);
  },
);

/** A Node below 26 that the system has. */
function oldNode(): { readonly path: string } | { readonly absent: string } {
  for (const path of ['/usr/bin/node', '/usr/local/bin/node'])
    if (existsSync(path) && Number(/^v(\d+)\./.exec(String(spawnSync(path, ['--version']).stdout))?.[1]) < 26)
      return { path };
  return { absent: 'no Node below 26 on this machine' };
}
