import { OFFICIAL_CATEGORIES } from './text.ts';

/** How one kind of board page is read: where the site changes, a line here changes. */
export interface BoardProfile {
  /** What holds the list, also when it is empty. Where it is missing this is another page. */
  readonly container: string;
  /** One per item, within the container. */
  readonly entry: string;
  /** The script link that carries the item's number and board code: article.view('2441', '2'). */
  readonly link: string;
  readonly title: string;
  readonly body: string;
  /** Its first child, or the word it begins with, is a label. */
  readonly date: string;
  /** Page number as a query parameter, from 1. */
  readonly pageParameter: string;
  /** Board of each board code (bbsCdN): an item has one address whichever list it was found on. */
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

/**
 * The content management system of the ministry's English site (SOURCE.md section 2), also met on other public
 * sites of Korea: only `boards` and `categories` are the ministry's own.
 */
export const ARTICLE_VIEW: BoardProfile = {
  container: '.board-list',
  entry: 'li',
  link: 'a[href^="javascript:article.view("]',
  title: 'strong.title',
  body: 'span.cont',
  date: 'span.date',
  pageParameter: 'pageIndex',
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
  page: {
    container: '.board-detail',
    title: '.detail-tit, .detail-title, strong.title, h3, h4',
    body: '.detail-cont',
    id: 'input[name="bbsSeqN"], input#bbsSeqN',
    code: 'input[name="bbsCdN"], input#bbsCdN',
    dateLabel: /Registration\s*date\s*:?\s*([\d.-]{8,12})/i,
    file: '.detail-info li.info-down',
    download: /(\/attach\/down\/[\w/.%-]+)/,
  },
};

/** The hosts of the ministry's English site: the older one answered on after the renaming of 2025-10-01. */
export const MINISTRY_HOSTS: readonly string[] = ['english.motir.go.kr', 'english.motie.go.kr'];
