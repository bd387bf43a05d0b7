import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { selectAll, selectOne } from 'css-select';
import type { AnyNode, Element } from 'domhandler';
import { getAttributeValue, textContent } from 'domutils';
import { parseDocument } from 'htmlparser2';
import { deliver } from '../../src/app/deliver.ts';
import { createElapsed } from '../../src/app/elapsed.ts';
import { openInProcess } from '../../src/dispatch/in-process.ts';
import { openReaders } from '../../src/sources/open-source.ts';
import { listPage, PAGE_SIZE } from '../../tests/support/board-html.ts';
import { type Measure, medianOf } from '../harness.ts';
import {
  channelAt,
  followAll,
  openFolder,
  openOwnStore,
  pollNow,
  runtime,
  SOURCE,
  sourceAt,
  watch,
} from '../support/bot.ts';
import { openOrigin } from '../support/origin.ts';
import { channelTo } from '../support/posting.ts';
import { writeTexts } from '../support/texts.ts';

/** Releases of one run; the run counts their median. */
const TIMES = 10;
const PATH = '/eng/article/EATCLdfa319ada';

/** How long a reader waits once the source has spoken: parsing, recording, matching, claiming, all durable. */
export const latency: Measure = {
  name: 'latency',
  title: "the source's last byte to the first alert's request, listing page of 8 items, synchronous=FULL",
  async run(bench) {
    const origin = await openOrigin();
    bench.defer(() => origin.close());
    const type = 'text/html; charset=utf-8';
    let newest = PAGE_SIZE;
    const publish = async () => {
      newest++;
      await origin.put(PATH, { type, body: listPage(articlesUpTo(newest), 1, 1) });
    };
    const waited = async () => {
      const { servedAt, postedAt } = await origin.look();
      if (servedAt === null || postedAt === null) throw new Error('no alert came');
      return postedAt - servedAt;
    };
    await publish();
    const ours = await openBot(origin.url, bench.defer);
    const theirs = openScript(origin.url, bench.defer);
    await ours('baseline');
    await theirs();

    const run = (poll: () => Promise<void>) => async () => {
      const times: number[] = [];
      for (let time = 0; time < TIMES; time++) {
        await publish();
        await poll();
        times.push(await waited());
      }
      return medianOf(times);
    };
    // Each side polls alone: what the other one published meanwhile is caught up with before.
    await bench.compare({
      what: 'one new release',
      against: 'a script of 60 lines that reads, records, marks and posts, without facets',
      unit: 'ms',
      goal: { most: 2 },
      ours: async () => {
        await publish();
        await ours('new');
        return run(() => ours('new'))();
      },
      theirs: async () => {
        await publish();
        await theirs();
        return run(theirs)();
      },
    });
  },
};

const articlesUpTo = (newest: number) =>
  writeTexts(PAGE_SIZE, newest - PAGE_SIZE + 1, 600)
    .toReversed()
    .map(text => ({ ...text, code: 2, category: null, files: [], shownTo: null }));

type Defer = (close: () => unknown) => void;

/** The bot: resolves when the alerts of the poll have been settled. */
async function openBot(url: string, defer: Defer) {
  const store = await openOwnStore();
  const readers = openReaders();
  const channel = channelTo(`${url}/alerts`);
  const dispatcher = openInProcess(runtime);
  defer(store.remove);
  defer(() => readers.close());
  defer(() => channel.close());
  defer(() => dispatcher.stop(1000));
  await followAll(store, [{ query: `source:${SOURCE}`, to: channelAt(1) }]);
  const tools = {
    store,
    runtime,
    channels: new Map([['slack', channel] as const]),
    nameOf: () => 'Bench',
    labelsOf: () => [],
    settleMs: 30_000,
    elapsed: createElapsed(() => performance.now()),
    matches: () => true,
    headingOf: () => null,
    page: null,
  };
  let rested = Promise.withResolvers<void>();
  dispatcher.start(async destination => {
    const next = await deliver(destination, tools);
    if (next === null) rested.resolve();
    return next;
  });
  let woken = 0;
  const wake = (destinations: readonly string[]) => {
    woken = destinations.length;
    for (const destination of destinations) dispatcher.wake(destination);
  };
  const watching = await watch(sourceAt('board', `${url}${PATH}`), store, readers, wake);
  return async (expected: string) => {
    woken = 0;
    rested = Promise.withResolvers();
    await pollNow(watching, expected);
    if (woken > 0) await rested.promise;
  };
}

/** What somebody would write who needs it for one page and one channel, and has thought of crashes. */
function openScript(url: string, defer: Defer) {
  const { path, remove } = openFolder();
  const db = new DatabaseSync(join(path, 'script.db'));
  const agent = new Agent({ keepAlive: true });
  defer(remove);
  defer(() => db.close());
  defer(() => agent.destroy());
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec('CREATE TABLE item (id TEXT PRIMARY KEY, title TEXT, body TEXT, date TEXT, state TEXT) STRICT');
  const known = db.prepare('SELECT 1 FROM item WHERE id = ?');
  const insert = db.prepare("INSERT INTO item VALUES (?, ?, ?, ?, 'owed')");
  const mark = db.prepare('UPDATE item SET state = ? WHERE id = ?');
  let first = true;
  return async () => {
    const found = readList(await ask(agent, `${url}${PATH}`)).filter(({ id }) => known.get(id) === undefined);
    record(db, insert, found);
    if (!first) {
      for (const { id, title, body } of found.toReversed()) {
        mark.run('sending', id);
        await ask(agent, `${url}/alerts`, JSON.stringify({ text: `${title}\n${body}` }));
        mark.run('sent', id);
      }
    }
    first = false;
  };
}

function readList(html: string) {
  return selectAll<AnyNode, Element>('.board-list li', parseDocument(html)).flatMap(item => {
    const of = (selector: string) => {
      const found = selectOne(selector, item);
      return found ? textContent(found).trim() : '';
    };
    const link = selectOne('a', item);
    const id = (link && /view\('(\d+)'/.exec(getAttributeValue(link, 'href') ?? '')?.[1]) || '';
    return id === '' ? [] : [{ id, title: of('.title'), body: of('.cont'), date: of('.date').replace('date', '') }];
  });
}

function record(db: DatabaseSync, insert: StatementSync, found: ReturnType<typeof readList>): void {
  db.exec('BEGIN IMMEDIATE');
  for (const { id, title, body, date } of found) insert.run(id, title, body, date);
  db.exec('COMMIT');
}

function ask(agent: Agent, url: string, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method: body === undefined ? 'GET' : 'POST' }, async response => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve(text);
    });
    asked.on('error', reject).end(body);
  });
}
