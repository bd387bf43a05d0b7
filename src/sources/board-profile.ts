import { OFFICIAL_CATEGORIES } from './text.ts';

/** The content management system numbers the pages of every list by this parameter, from 1. */
export const PAGE_PARAMETER = 'pageIndex';

/** How one shape of board page is read: where the site changes, a line here changes. */
export interface BoardProfile {
  /** What holds the list, also when it is empty. Where it is missing this is another page. */
  readonly container: string;
  /** One per item, within the container. */
  readonly entry: string;
  /** The link whose script (href or onclick) carries the item's number and mostly its board code: article.view('2441', '2'). */
  readonly link: string;
  readonly title: string;
  /** Null where the list shows no bodies. */
  readonly body: string | null;
  /** A selector, or the header of a table's column. Its first child, or the word it begins with, may be a label. */
  readonly date: string | RegExp;
  /**
   * Board of each board code (bbsCdN): an item has one address whichever list it was found on, and one key although
   * its link leaves the code out.
   */
  readonly boards: Readonly<Record<string, string>>;
  /** Path of an item page. */
  readonly path: (board: string, id: string) => string;
  readonly categories: readonly string[];
  /** Lists whose every item has one category, by path. */
  readonly categoryLists: Readonly<Record<string, string>>;
  /** A listed body of this length that stops without the end of a sentence was cut by the list. */
  readonly cut: { readonly least: number; readonly most: number };
  readonly page: {
    readonly container: string;
    readonly title: string;
    readonly body: string;
    readonly id: string;
    readonly code: string;
    /** What the date follows. */
    readonly dateLabel: RegExp;
    readonly file: string;
    /** A download; the viewer beside it is a second way to the same file. */
    readonly download: RegExp;
  };
}

/** Item pages look alike on both sites of the ministry. */
const PAGE: BoardProfile['page'] = {
  container: '.board-detail',
  title: '.detail-tit, .detail-title, strong.title, h3, h4',
  body: '.detail-cont',
  id: 'input[name="bbsSeqN"], input#bbsSeqN',
  code: 'input[name="bbsCdN"], input#bbsCdN',
  dateLabel: /(?:Registration\s*date|등록일)\s*:?\s*([\d.-]{8,12})/i,
  file: '.detail-info li.info-down',
  download: /(\/attach\/down\/[\w/.%-]+)/,
};

/**
 * The content management system of the ministry's English site (SOURCE.md section 2), also met on other public
 * sites of Korea: only `boards` and `categories` are the ministry's own.
 */
const ARTICLE_LIST: BoardProfile = {
  container: '.board-list',
  entry: 'li',
  link: 'a[href*="article.view("], a[onclick*="article.view("]',
  title: 'strong.title',
  body: 'span.cont',
  date: 'span.date',
  boards: { '1': 'EATCLffca659a6', '2': 'EATCLdfa319ada' },
  path: (board, id) => `/eng/article/${board}/${id}/view`,
  categories: OFFICIAL_CATEGORIES,
  categoryLists: {
    '/eng/12/topics/1': 'Industry',
    '/eng/13/topics/2': 'Trade/Investment',
    '/eng/14/topics/3': 'Energy',
    '/eng/15/topics/4': 'FTA/Economic Cooperation',
  },
  // Measured 480 to 494 visible characters; the site cuts at 500 before white space is folded.
  cut: { least: 470, most: 500 },
  page: PAGE,
};

/** The same system on the ministry's Korean site: a table without bodies, whose links name the number only. */
const ARTICLE_TABLE: BoardProfile = {
  container: 'table:has(th:contains("등록일"))',
  entry: 'tbody tr',
  link: ARTICLE_LIST.link,
  title: ARTICLE_LIST.link,
  body: null,
  date: /등록일/,
  boards: { '81': 'ATCL3f49a5a8c' },
  path: (board, id) => `/kor/article/${board}/${id}/view`,
  categories: [],
  categoryLists: {},
  // No list shows a body here: each stands on the item's page.
  cut: { least: 0, most: 0 },
  page: { ...PAGE, container: 'body:has(.detail-cont)' },
};

/** The shapes by name, as `profile:` in a source says it. */
export const BOARD_PROFILES = { list: ARTICLE_LIST, table: ARTICLE_TABLE } as const;

/** The shapes in which a page may be looked for: the one of that name, or all of them. */
export function profilesFor(name: string | null): readonly BoardProfile[] {
  const all: Readonly<Record<string, BoardProfile>> = BOARD_PROFILES;
  const one = name === null ? undefined : all[name];
  return one ? [one] : Object.values(all);
}

/** The hosts of the ministry's English site: the older one answered on after the renaming of 2025-10-01. */
export const MINISTRY_HOSTS: readonly string[] = ['english.motir.go.kr', 'english.motie.go.kr'];

/** Those of its Korean site. */
export const KOREAN_MINISTRY_HOSTS: readonly string[] = ['www.motir.go.kr', 'www.motie.go.kr'];
