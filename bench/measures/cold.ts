import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measure } from '../harness.ts';
import { openFolder, SOURCE } from '../support/bot.ts';
import { openOrigin } from '../support/origin.ts';
import { environment, GWANBO, isInstalled, NODE, timeCommand } from '../support/process.ts';
import { makePlace } from '../support/settings.ts';
import { rssOf, writeTexts } from '../support/texts.ts';

/** A program that polls one feed from the command line, in a folder of its own. */
interface Poller {
  readonly name: string;
  /** What has to be installed. */
  readonly program: string;
  /** Makes the folder ready; the first poll has been made when it resolves. */
  prepare(folder: string, feed: string): Promise<void>;
  poll(folder: string): Promise<number>;
}

const own: Poller = {
  name: 'gwanbo check',
  program: 'node',
  async prepare(folder, feed) {
    const place = makePlace(feed, [`source:${SOURCE}`]);
    cpSync(place.path, folder, { recursive: true });
    place.remove();
    await this.poll(folder);
  },
  poll: folder =>
    timeCommand(
      [NODE, GWANBO, 'check'],
      environment({
        GWANBO_CONFIG: join(folder, 'gwanbo.yaml'),
        DATABASE_URL: `sqlite:${join(folder, 'gwanbo.db')}`,
      }),
    ),
};

const rss2email: Poller = {
  name: 'rss2email (r2e run --no-send)',
  program: 'r2e',
  async prepare(folder, feed) {
    mkdirSync(folder, { recursive: true });
    await runR2e(folder, 'new', 'reader@releases.example');
    await runR2e(folder, 'add', 'bench', feed);
    await runR2e(folder, 'run', '--no-send');
  },
  poll: folder => runR2e(folder, 'run', '--no-send'),
};

const runR2e = (folder: string, ...args: readonly string[]) =>
  timeCommand(['r2e', '-c', join(folder, 'rss2email.cfg'), '-d', join(folder, 'rss2email.json'), ...args]);

const newsboat: Poller = {
  name: 'newsboat -x reload',
  program: 'newsboat',
  async prepare(folder, feed) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'urls'), `${feed}\n`);
    writeFileSync(join(folder, 'config'), 'max-items 0\n');
    await this.poll(folder);
  },
  poll(folder) {
    const at = (name: string) => join(folder, name);
    const files = ['-u', at('urls'), '-c', at('cache.db'), '-C', at('config')];
    return timeCommand(['newsboat', ...files, '-x', 'reload'], environment({ HOME: folder }));
  },
};

const sfeed: Poller = {
  name: 'sfeed_update',
  program: 'sfeed_update',
  async prepare(folder, feed) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'sfeedrc'),
      `sfeedpath=${folder}/feeds\nfeeds() {\n  feed bench ${feed}\n}\nfetch() {\n  curl -s -f "$2"\n}\n`,
    );
    await this.poll(folder);
  },
  poll: folder => timeCommand(['sfeed_update', join(folder, 'sfeedrc')]),
};

/** What the feed listed before, and lists when it is polled, with the goals against each peer. */
const STORIES = [
  { what: '1,000 items, nothing new', before: 1_000, now: 1_000, goals: { r2e: 0.6, newsboat: 0.15, sfeed_update: 1 } },
  { what: '1 new of 1,001', before: 1_000, now: 1_001, goals: { r2e: 0.25, newsboat: 0.45 } },
  { what: '1,000 new', before: 1, now: 1_001, goals: { r2e: 0.1, newsboat: 0.45 } },
] as const;

/** Whole processes, from start to end, as cron would run them; the server gives no validators. */
export const cold: Measure = {
  name: 'cold',
  title: 'a cold poll, against other programs that watch feeds',
  async run(bench) {
    const origin = await openOrigin();
    bench.defer(() => origin.close());
    const { path, remove } = openFolder();
    bench.defer(remove);
    const type = 'application/rss+xml; charset=utf-8';
    const feed = `${origin.url}/feed.xml`;
    const publish = (items: number) => origin.put('/feed.xml', { type, body: rssOf(writeTexts(items)) });

    for (const { what, before, now, goals } of STORIES) {
      const peers = [rss2email, newsboat, sfeed].filter(({ program }) => program in goals);
      for (const { name, program } of peers)
        if (!isInstalled(program)) bench.skip(`${what} / ${name}`, `${program} is not installed`);
      const there = peers.filter(({ program }) => isInstalled(program));
      if (there.length === 0) continue;
      await publish(before);
      const ready = (poller: Poller) => join(path, `${before} ${poller.program}`);
      for (const poller of [own, ...there]) {
        rmSync(ready(poller), { recursive: true, force: true });
        await poller.prepare(ready(poller), feed);
      }
      await publish(now);
      // Every run begins with a copy of the same folder, so that what is new is new each time.
      const side = (poller: Poller) => async () => {
        const folder = join(path, 'run');
        rmSync(folder, { recursive: true, force: true });
        cpSync(ready(poller), folder, { recursive: true });
        return poller.poll(folder);
      };
      for (const peer of there) {
        const most = (goals as Readonly<Record<string, number>>)[peer.program];
        await bench.compare({
          what,
          against: peer.name,
          unit: 'ms',
          ...(most === undefined ? {} : { goal: { most } }),
          ours: side(own),
          theirs: side(peer),
        });
      }
    }
  },
};
