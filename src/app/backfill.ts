import { setTimeout as sleep } from 'node:timers/promises';
import { dayOf } from '../core/dates.ts';
import type { Item } from '../core/item.ts';
import type { Page, Source } from '../ports/source.ts';
import { openReaders, openSource, type Readers } from '../sources/open-source.ts';
import { check } from './check.ts';
import type { SourceConfig } from './config-source.ts';
import { Trouble } from './errors.ts';
import { type House, readingOf } from './house.ts';
import { compare } from './watch.ts';

/** What a backfill did: its JSON line. */
export interface Backfilled {
  readonly source: string;
  /** Pages of the listing that were read. */
  readonly pages: number;
  readonly recorded: number;
  readonly revised: number;
  /** Entries that could not be read; the next run asks for them again. */
  readonly rejected: number;
}

/** What has been done so far, after each page. */
export interface Progress extends Backfilled {
  /** The civil date of the newest item of the page, null where it has none. */
  readonly back: string | null;
}

/** A page that cannot be read is asked for again after these milliseconds: the hosts of governments are moody. */
const PAUSES: readonly number[] = [1_000, 4_000, 15_000];

/** More pages than any board has: one that never ends is broken. */
const MOST_PAGES = 5_000;

/**
 * Fills the archive of a source back to a day, without alerts. Each page is recorded as soon as it is read, and what
 * is recorded already stays as it is: a run that was ended early is resumed by simply running it again.
 * The source is polled first, so that what is new by now is alerted as it would have been.
 * @param from YYYY-MM-DD in the source's zone; what is dated before it is left out
 * @throws {Trouble} where `from` is no date, or the source cannot be read
 */
export async function backfill(
  source: SourceConfig,
  from: string,
  house: House,
  progress: (so: Progress) => void,
): Promise<Backfilled> {
  const first = readDay(from);
  await check(source.id, house, polled => {
    if (polled.status === 'unhealthy') throw unreadable(source.id, polled.error ?? 'no reason given');
  });
  const [newest] = await house.store.releases({ limit: 1, source: source.id });
  // The poll has warned of what robots.txt says.
  const readers = openReaders(readingOf(house, () => {}));
  let done: Backfilled = { source: source.id, pages: 0, recorded: 0, revised: 0, rejected: 0 };
  let met = false;
  try {
    for await (const page of walk(source, house, readers)) {
      const known = await knownKeys(house, source.id)(page.items.map(one => one.key ?? ''));
      const day = (item: Item) => (item.date === null ? null : dayOf(item.date, source.zone));
      // A release that came in since the poll is the next poll's, which alerts it.
      const isNews = (item: Item) =>
        !known.has(item.key ?? '') && (item.date === null ? !met : (day(item) ?? '') >= (newest?.date ?? '9999'));
      const items = page.items.filter(item => !isNews(item) && (day(item) ?? first) >= first);
      met ||= known.size > 0;
      const at = house.clock.now();
      const changes = await compare(items, source, true, at, house);
      const batch = { source: source.id, at: at.toString(), poll: null, ...changes };
      const recorded = await house.store.record({ ...batch, deliveries: [], listed: [] });
      done = {
        ...done,
        pages: done.pages + 1,
        recorded: done.recorded + recorded.new,
        revised: done.revised + recorded.revised,
        rejected: done.rejected + page.rejected.length,
      };
      progress({ ...done, back: page.newest });
      if ((page.newest !== null && page.newest < first) || done.pages === MOST_PAGES) break;
    }
  } finally {
    await readers.close();
  }
  return done;
}

function readDay(text: string): string {
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString();
  } catch {
    // Of the form of a day, and none that exists.
  }
  throw new Trouble('usage', `${text} is no day`, { fix: 'write --from YYYY-MM-DD' });
}

type ReadPage = Extract<Page, { is: 'items' }>;

/** The pages of a source; a source of one page has that one. */
async function* walk(config: SourceConfig, house: House, readers: Readers): AsyncGenerator<ReadPage> {
  const source = openSource(config, readers);
  let failures = 0;
  for await (const page of source.pages?.(knownKeys(house, config.id)) ?? onePage(source)) {
    if (page.is === 'items') {
      failures = 0;
      yield page;
      continue;
    }
    const pause = PAUSES[failures++];
    if (pause === undefined) throw unreadable(config.id, page.reason);
    await sleep(pause);
  }
}

async function* onePage(source: Source): AsyncGenerator<Page> {
  while (true) {
    const reading = await source.read(null);
    if (reading.is === 'unhealthy') yield reading;
    if (reading.is !== 'items') continue;
    const days = reading.items.flatMap(item => (item.date === null ? [] : dayOf(item.date, source.zone)));
    yield { is: 'items', items: reading.items, rejected: reading.rejected, newest: days.toSorted().at(-1) ?? null };
    return;
  }
}

function knownKeys({ store }: House, source: string) {
  return async (keys: readonly string[]) => {
    const asked = new Set(keys);
    const known = await store.known(source, keys, []);
    return new Set(known.flatMap(one => one.keys.filter(key => asked.has(key))));
  };
}

function unreadable(source: string, reason: string): Trouble {
  return new Trouble('source', `source ${source} cannot be read: ${reason}`, {
    fix: 'run it again later: what is recorded stays, and it goes on from there',
  });
}
