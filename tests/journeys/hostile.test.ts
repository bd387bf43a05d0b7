import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { SourceKind } from '../../src/ports/source.ts';
import { type Bot, openFolder, startBot, until } from '../support/bot.ts';
import { type Answered, type HostileSite, startHostileSite } from '../support/hostile-site.ts';
import { around, DEEP, KINDS, listingOf, QUADRATIC, typeOf } from '../support/hostile-text.ts';
import { NEWS_SELECT } from '../support/news-html.ts';
import { send } from '../support/web-site.ts';

/** Seconds and bytes that are not waited for. */
const LIMITS = { limits: { total: 10_000 }, reading: { deadline: 1_500 } };

const DEADLINE = /was not read within 1500 ms$/;
const BYTES = /sends more than 5000000 bytes$/;
const ELEMENTS = /has more than 20000 elements$/;
const NOT_SUCH = /is no list$|not a feed$|matches item|only 0 of 1 entries/;
/** The one item is read right. */
const READ = null;

type Case = readonly [name: string, make: (kind: SourceKind) => Answered, ends: Record<SourceKind, RegExp | null>];

const page = (make: (kind: SourceKind) => string) => (kind: SourceKind) => ({
  type: typeOf(kind),
  bytes: Buffer.from(make(kind)),
});
const all = (ends: RegExp | null) => ({ feed: ends, board: ends, listing: ends, text: ends });

const CASES: readonly Case[] = [
  ['marks', page(kind => around(kind, QUADRATIC.marks)), { ...all(ELEMENTS), feed: READ, text: READ }],
  ['breaks', page(kind => around(kind, QUADRATIC.breaks)), all(READ)],
  ['escapes', page(kind => around(kind, QUADRATIC.escapes)), all(READ)],
  ['marks-alone', page(() => QUADRATIC.marks), { ...all(ELEMENTS), feed: NOT_SUCH, text: NOT_SUCH }],
  ['breaks-alone', page(() => QUADRATIC.breaks), all(NOT_SUCH)],
  ['escapes-alone', page(() => QUADRATIC.escapes), all(NOT_SUCH)],
  ['deep', page(kind => around(kind, DEEP)), { ...all(ELEMENTS), feed: READ, text: READ }],
  ['long', page(kind => listingOf(kind, 26_000)), { ...all(ELEMENTS), feed: DEADLINE, text: READ }],
  ['many', page(kind => listingOf(kind, 200_000)), all(BYTES)],
  ['bomb', kind => ({ type: typeOf(kind), bytes: gzipSync(Buffer.alloc(200_000_000)), encoding: 'gzip' }), all(BYTES)],
  ['drip', kind => ({ type: typeOf(kind), drip: 20 }), all(/did not answer in time$/)],
];

/** Milliseconds from when /healthz was to be asked, 50 after the answer before, to its answer; and its status. */
function askAllTheWhile(bot: Bot) {
  const answers: { readonly status: number | string; readonly late: number }[] = [];
  let going = true;
  const done = (async () => {
    while (going) {
      // What could not even be asked in time counts from when it should have been.
      const due = performance.now() + 50;
      await sleep(50);
      const status = await send(bot.url, '/healthz').then(
        answer => answer.status,
        (error: Error) => error.message,
      );
      answers.push({ status, late: performance.now() - due });
    }
  })();
  return {
    answers,
    async end() {
      going = false;
      await done;
    },
  };
}

test('28. 45. whatever a source of any kind answers, it is read or unhealthy in time, and the bot answers all the while', async () => {
  // Each kind has a host of its own, since a host is asked one thing at a time.
  const sites = new Map<SourceKind, HostileSite>();
  await using closing = new AsyncDisposableStack();
  for (const kind of KINDS) sites.set(kind, closing.use(await startHostileSite()));
  const folder = openFolder();
  const ends = new Map<string, RegExp | null>();
  const sources = CASES.flatMap(([name, make, expected]) =>
    KINDS.map(kind => {
      const id = `${kind}-${name}`;
      const site = sites.get(kind);
      site?.put(`/${id}`, make(kind));
      ends.set(id, expected[kind]);
      const select = kind === 'listing' ? { select: NEWS_SELECT } : {};
      return { id, kind, url: `${site?.origin}/${id}`, every: '1d', zone: 'UTC', ...select };
    }),
  );
  const bot = await startBot({ sources }, { DATABASE_URL: folder.database }, { json: true, limits: LIMITS });
  const asking = askAllTheWhile(bot);
  const polled = () =>
    bot
      .printed()
      .split('\n')
      .flatMap(line => (line.includes('"polled"') ? [JSON.parse(line)] : []));
  const last = () => [...ends.keys()].filter(id => !polled().some(one => one.source === id)).join();
  await until('every source to be polled', () => last() === '', last, 100_000);
  await asking.end();

  const said = new Map(
    polled()
      .toReversed()
      .map(({ source, error }) => [source, error]),
  );
  const odd = [...ends].filter(([id, end]) => (end === null ? said.get(id) !== null : !end.test(said.get(id) ?? '')));
  expect(odd.map(([id]) => [id, said.get(id)])).toEqual([]);
  const read = polled().filter(one => one.status === 'baseline');
  expect(read.map(one => [one.source, one.new]).toSorted()).toEqual(
    // Of a document as many are taken as a listing can have.
    [...ends].flatMap(([id, end]) => (end === null ? [[id, id === 'text-long' ? 10_000 : 1]] : [])).toSorted(),
  );
  expect(asking.answers.filter(({ status }) => status !== 200)).toEqual([]);
  const slowest = Math.max(...asking.answers.map(({ late }) => late));
  process.stderr.write(`/healthz: ${asking.answers.length} answers, the slowest after ${Math.round(slowest)} ms\n`);
  await bot.stop();
  folder.remove();
}, 120_000);
