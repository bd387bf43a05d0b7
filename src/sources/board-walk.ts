import type { Known, Rejected } from '../ports/source.ts';
import type { BoardEntry, BoardList } from './board-parse.ts';
import type { Unhealthy } from './fault.ts';

/** A page holds about a week: fifty are a year, more than any outage we could sleep through. */
const MOST_PAGES = 50;

/** Rounds until the first page stays the same while the others are read. */
const MOST_ROUNDS = 3;

/** A page of a list; what else is known of it is its reader's. */
interface ListPage extends BoardList {
  readonly is: 'page';
}

/** How a walk reads pages. */
export interface Walking<Page> {
  /** A page that is one of the list; the first one is a listing that can be believed. */
  readonly read: (number: number) => Promise<Page | Unhealthy>;
  readonly known: Known;
  /** What an earlier walk kept that was cut short, and where this one keeps what it has. */
  readonly track: { kept(): Promise<readonly Kept[]>; keep(kept: Kept): Promise<void> } | null;
}

/** What is kept of a page. */
export interface Kept extends Pick<BoardList, 'entries' | 'rejected'> {
  readonly page: number;
}

/** What a walk found: the first page as it was in the end, and all entries down to what is recorded. */
export interface Walked<Page> {
  readonly page: Page;
  readonly entries: readonly BoardEntry[];
  readonly rejected: readonly Rejected[];
}

/**
 * Reads on until a page ends with what is recorded already (an item pinned on top is no sign of it), then looks at the
 * first page again: where that changed meanwhile the pages have slid, and they are read once more.
 */
export async function walkPages<Page extends ListPage>(
  first: Page,
  walking: Walking<Page>,
): Promise<Walked<Page> | Unhealthy> {
  let page = first;
  let earlier = (await walking.track?.kept()) ?? [];
  const seen = new Map<string, BoardEntry>();
  const rejected: Rejected[] = [];
  for (let round = 1; ; round++) {
    const down = await walkDown(page, walking, earlier);
    if (down.is === 'unhealthy') return down;
    earlier = [];
    rejected.push(...down.rejected);
    const entries = new Map([...down.entries, ...[...seen].filter(([key]) => !down.entries.has(key))]);
    for (const [key, entry] of down.entries) seen.set(key, entry);
    if (down.pages === 1) return { page, entries: [...entries.values()], rejected };
    const again = await walking.read(1);
    if (again.is === 'unhealthy') return again;
    if (sameKeys(again, page) || round === MOST_ROUNDS)
      return { page, entries: [...entries.values()], rejected: unique(rejected) };
    page = again;
  }
}

interface Down {
  readonly is: 'down';
  /** By key, newest first. */
  readonly entries: ReadonlyMap<string, BoardEntry>;
  readonly rejected: readonly Rejected[];
  readonly pages: number;
}

/** From the first page down to what is recorded, once. */
async function walkDown<Page extends ListPage>(
  first: Page,
  { read, known, track }: Walking<Page>,
  earlier: readonly Kept[],
): Promise<Down | Unhealthy> {
  const entries = new Map<string, BoardEntry>();
  const rejected: Rejected[] = [];
  const take = ({ page, ...kept }: Kept) => {
    for (const entry of kept.entries) if (!entries.has(keyOf(entry))) entries.set(keyOf(entry), entry);
    rejected.push(...kept.rejected.map(({ at, reason }) => ({ at: `page ${page}, ${at}`, reason })));
  };
  const down = (pages: number): Down => ({ is: 'down', entries, rejected, pages });
  /** What this walk has read itself. */
  const mine = new Set<string>();
  const before = new Set(earlier.flatMap(kept => kept.entries.map(keyOf)));
  const reached = Math.max(0, ...earlier.map(({ page }) => page));
  const isOnTrack = (page: BoardList) => page.entries.some(entry => before.has(keyOf(entry)));
  let onTrack = false;
  let page = first;
  for (let number = 1; ; ) {
    const kept: Kept = { page: number, entries: page.entries, rejected: page.rejected };
    take(kept);
    for (const entry of page.entries) mine.add(keyOf(entry));
    if (endsRecorded(page.entries, await known(page.entries.map(keyOf)))) return down(number);
    if (number >= MOST_PAGES) {
      const reason = 'nothing recorded was met up to here: older items may be missing';
      rejected.push({ at: `page ${number}`, reason });
      return down(number);
    }
    await track?.keep(kept);
    let target = number + 1;
    if (!onTrack && isOnTrack(page)) {
      // From here down to where the earlier walk was, it has read everything.
      onTrack = true;
      for (const one of earlier) take(one);
      target = Math.max(target, reached);
    }
    let next = await read(target);
    // Nothing of what was read stands there any longer: items were taken down, and what followed them has moved up.
    while (next.is === 'page' && target > number + 1 && !isOnTrack(next)) next = await read(--target);
    if (next.is === 'unhealthy') return next;
    // Past its end a list is empty or shows a page again.
    if (next.entries.every(entry => mine.has(keyOf(entry)))) return down(number);
    page = next;
    number = target;
  }
}

/**
 * Whether what is listed below the last recorded article is older than it by its number: that has moved up from a page
 * that was never read, because something above it was taken down, and what follows it there is older still.
 */
function endsRecorded(entries: readonly BoardEntry[], recorded: ReadonlySet<string>): boolean {
  const last = entries.findLastIndex(entry => recorded.has(keyOf(entry)));
  return (
    last >= 0 &&
    entries.slice(last + 1).every(entry => {
      const above = entries.findLast((one, at) => at <= last && one.code === entry.code && recorded.has(keyOf(one)));
      return above !== undefined && Number(entry.id) < Number(above.id);
    })
  );
}

export const keyOf = (entry: BoardEntry) => entry.item.key ?? '';

function sameKeys(one: BoardList, two: BoardList): boolean {
  return one.entries.map(keyOf).join() === two.entries.map(keyOf).join();
}

function unique(rejected: readonly Rejected[]): Rejected[] {
  return [...new Map(rejected.map(one => [`${one.at} ${one.reason}`, one])).values()];
}
