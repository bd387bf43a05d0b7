import type { Answer } from '../core/absence.ts';
import type { Item } from '../core/item.ts';
import type {
  Advice,
  Known,
  Reading,
  Rejected,
  Source,
  SourceConfig,
  Page as SourcePage,
  Track,
  Validators,
} from '../ports/source.ts';
import type { BoardEntry, BoardList, BoardPage } from './board-parse.ts';
import { MINISTRY_HOSTS, PAGE_PARAMETER, profilesFor } from './board-profile.ts';
import { type Kept, keyOf, walkPages } from './board-walk.ts';
import { listingTrouble } from './contract.ts';
import { type Unhealthy, unhealthy } from './fault.ts';
import { shown, webUrl } from './http.ts';
import { type Loaded, load, since, unchanged } from './load.ts';
import type { Readers } from './open-source.ts';

/** Grows when the reader learns to read more out of the same page: the next poll then reads in full. */
const READER = 'board/1';

/** Pages of a category list that are looked through for labels; it mixes boards, so it moves faster than the list. */
const MOST_CATEGORY_PAGES = 3;

/** Pages in a row that fail; the host is in trouble, and the others are asked for the next time. */
const MOST_FAILURES = 3;

type Document = Extract<Loaded, { is: 'loaded' }>;
type NoArticle = Exclude<Loaded, { is: 'loaded' | 'unchanged' }>;

const NOT_ASKED: NoArticle = unhealthy('network', 'those of others could not be read');
const isGone = ({ status }: NoArticle) => status === 404 || status === 410;

interface Page extends BoardList {
  readonly is: 'page';
  readonly validators: Omit<Validators, 'reader'>;
  readonly advice: Advice;
}

/** A board of the ministry's content management system, read page by page (SOURCE.md section 2). */
export function openBoard(config: SourceConfig, { http, documents }: Readers): Source {
  const profiles = profilesFor(config.profile);
  const { zone, profile } = config;
  const start = webUrl(config.url);
  const hosts = MINISTRY_HOSTS.includes(start?.host ?? '') ? [...config.hosts, ...MINISTRY_HOSTS] : config.hosts;
  const what = start ? shown(start) : config.url;

  async function readPage(list: string, number: number, signal?: AbortSignal, last: Validators | null = null) {
    const url = webUrl(list);
    if (url && number > 1) url.searchParams.set(PAGE_PARAMETER, String(number));
    const { method, headers, body } = config.request;
    const ask = { url: url?.href ?? list, method, headers, body, hosts, signal };
    const loaded = await load(http, ask, last);
    return loaded.is !== 'loaded' ? loaded : parsed(loaded, loaded.url ?? list, signal);
  }

  async function parsed(loaded: Document, url: string, signal?: AbortSignal): Promise<Page | Unhealthy> {
    const { validators, advice } = loaded;
    const list = await documents.read(loaded, 'boardList', { what, url, zone, profile }, signal);
    return 'is' in list ? list : { is: 'page', validators, advice, ...list };
  }

  /** The article at an address. */
  async function readArticle(url: string, signal?: AbortSignal): Promise<BoardPage | NoArticle> {
    const loaded = await load(http, { url, headers: config.request.headers, hosts, signal });
    if (loaded.is === 'unhealthy') return loaded;
    if (loaded.is === 'unchanged') return unhealthy('status', `${url} is unchanged`);
    return documents.read(loaded, 'boardPage', { what: url, url: loaded.url ?? url, zone, profile }, signal);
  }

  async function read(last: Validators | null, signal?: AbortSignal, known?: Known, track?: Track): Promise<Reading> {
    const first = await readPage(config.url, 1, signal, since(last, READER));
    if (first.is === 'unhealthy') return first;
    if (first.is === 'unchanged') return unchanged(first, READER);
    const trouble = pageTrouble(first, what);
    if (trouble) return trouble;
    const walked = known
      ? await walkPages(first, { read: number => readListed(number, signal), known, track: track ? kept(track) : null })
      : { page: first, entries: first.entries, rejected: first.rejected };
    if ('fault' in walked) return walked;
    const whole = await complete(walked.entries, signal);
    const labels = await categoriesOf(walked.entries, signal);
    const items = whole.items.map(item => withCategory(item, labels.of.get(item.key ?? '')));
    return {
      is: 'items',
      title: first.title,
      items,
      rejected: [...walked.rejected, ...whole.rejected],
      // What could not be read in full is asked for again: nothing may make the next poll think it knows this page.
      validators:
        whole.complete && labels.complete
          ? { ...walked.page.validators, reader: READER }
          : { etag: null, lastModified: null, hash: null, reader: READER },
      ...first.advice,
    };
  }

  /** A page of the list, on the way down it. */
  async function readListed(number: number, signal?: AbortSignal): Promise<Page | Unhealthy> {
    const page = await readPage(config.url, number, signal);
    return walkTrouble(page, number) ?? (page.is === 'page' ? page : unhealthy('layout', `${what} is unchanged`));
  }

  /** Fetches the item page of every entry whose body the list cuts. */
  async function complete(entries: readonly BoardEntry[], signal?: AbortSignal) {
    const items: Item[] = [];
    const rejected: Rejected[] = [];
    let isComplete = true;
    let failures = 0;
    for (const entry of entries) {
      const url = entry.item.url;
      if (!entry.cut || !url) {
        items.push(entry.item);
        continue;
      }
      const page = failures < MOST_FAILURES ? await readArticle(url, signal) : NOT_ASKED;
      const isPage = !('is' in page);
      if (isPage && isOf(page, entry)) {
        const { text, html, attachments } = page;
        items.push({ ...entry.item, text, html, attachments, date: entry.item.date ?? page.date });
      } else if (isPage || isGone(page)) {
        // The page is another's, or there is none: what the list shows is all there is to know.
        items.push(entry.item);
        rejected.push({ at: url, reason: isPage ? 'this page is about another article' : 'this page is gone' });
      } else {
        isComplete = false;
        rejected.push({ at: url, reason: `the list cuts this body and its page was not read: ${page.reason}` });
      }
      failures = isPage || isGone(page) ? 0 : failures + 1;
    }
    return { items, rejected, complete: isComplete };
  }

  /** The official category of each key, from the lists that carry it; a list in trouble costs labels, nothing else. */
  async function categoriesOf(entries: readonly BoardEntry[], signal?: AbortSignal) {
    const of = new Map<string, string>();
    let complete = true;
    for (const list of config.categories) {
      for (let number = 1; number <= MOST_CATEGORY_PAGES; number++) {
        if (entries.every(entry => entry.item.categories.length > 0 || of.has(keyOf(entry)))) return { of, complete };
        const page = await readPage(list, number, signal);
        complete &&= page.is === 'page' && page.entries.length > 0;
        if (page.is !== 'page' || page.entries.length === 0) break;
        for (const entry of page.entries) {
          const [category] = entry.item.categories;
          // An article on several lists has the label of the first, whichever of them had to be read this time.
          if (category && !of.has(keyOf(entry))) of.set(keyOf(entry), category);
        }
      }
    }
    return { of, complete };
  }

  async function* pages(known: Known, signal?: AbortSignal): AsyncGenerator<SourcePage> {
    const seen = new Set<string>();
    for (let number = 1; ; ) {
      const page = await readListed(number, signal);
      if (page.is === 'unhealthy') {
        yield page;
        continue;
      }
      const { entries, rejected } = page;
      // Past its end a list is empty or shows a page again.
      if (entries.every(entry => seen.has(keyOf(entry)))) return;
      for (const entry of entries) seen.add(keyOf(entry));
      const recorded = await known(entries.map(keyOf));
      const whole = await complete(
        entries.filter(entry => !entry.cut || !recorded.has(keyOf(entry))),
        signal,
      );
      const days = entries.flatMap(entry => entry.item.date?.slice(0, 10) ?? []);
      yield {
        is: 'items',
        items: whole.items,
        rejected: [...rejected, ...whole.rejected],
        newest: days.toSorted().at(-1) ?? null,
      };
      number++;
    }
  }

  /** The first page must be a listing that can be believed, the others lists: the last one may be short or empty. */
  function walkTrouble(page: Awaited<ReturnType<typeof readPage>>, number: number): Unhealthy | null {
    if (page.is === 'unhealthy') return page;
    if (page.is === 'page' && number === 1) return pageTrouble(page, what);
    return page.is === 'page' && page.found ? null : unhealthy('layout', `page ${number} of ${what} is no list`);
  }

  async function look(key: string, signal?: AbortSignal): Promise<Answer> {
    const [, code = '', id = ''] = /^(\d+)-(\d+)$/.exec(key) ?? [];
    const [path] = profiles.flatMap(({ boards, path }) => (boards[code] ? [path(boards[code], id)] : []));
    const url = path && URL.parse(path, config.url)?.href;
    if (!url) return 'unknown';
    const page = await readArticle(url, signal);
    if ('is' in page) return isGone(page) ? 'gone' : 'unknown';
    return isOf(page, { id, code }) ? 'there' : 'other';
  }

  return { id: config.id, zone, read, pages, look, close: () => Promise.resolve() };
}

function pageTrouble(page: BoardList, what: string): Unhealthy | null {
  if (!page.found) return unhealthy('layout', `${what} is no list${page.title ? ` ("${page.title}")` : ''}`);
  return listingTrouble(
    page.entries.map(entry => entry.item),
    page.rejected,
    what,
  );
}

/** The pages that a walk keeps, as a track keeps whatever it is given. */
function kept(track: Track): { kept(): Promise<readonly Kept[]>; keep(page: Kept): Promise<void> } {
  return {
    async kept() {
      return (await track.kept(READER)).map(({ page, content }) => ({ ...(content as Omit<Kept, 'page'>), page }));
    },
    keep: ({ page, ...content }) => track.keep(READER, { page, content }),
  };
}

/** A page says itself which article it is; where it does not, its address is believed. */
function isOf(
  page: { readonly id: string | null; readonly code: string | null },
  entry: Pick<BoardEntry, 'id' | 'code'>,
): boolean {
  return (page.id ?? entry.id) === entry.id && (page.code ?? entry.code) === entry.code;
}

function withCategory(item: Item, category: string | undefined): Item {
  return category && item.categories.length === 0 ? { ...item, categories: [category] } : item;
}
