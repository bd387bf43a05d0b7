import type { SourceKind } from '../../src/ports/source.ts';

/** How a listing of each kind is written around an item and others. */
interface Shape {
  readonly type: string;
  /** The listing; `inside` stands where the words of its first item do. */
  readonly of: (inside: string, others?: string) => string;
  readonly item: (nth: number) => string;
}

const DAY = '2026-03-01';

const SHAPES: Readonly<Record<SourceKind, Shape>> = {
  feed: {
    type: 'application/rss+xml',
    of: (inside, others = '') =>
      `<rss version="2.0"><channel><title>F</title><item><guid>1</guid><title>First</title><pubDate>${DAY}</pubDate><description>${inside}</description></item>${others}</channel></rss>`,
    item: nth =>
      `<item><guid>g${nth}</guid><title>Title ${nth}</title><pubDate>${DAY}</pubDate><description>Words.</description></item>`,
  },
  board: {
    type: 'text/html',
    of: (inside, others = '') =>
      `<html><title>B</title><div class="board-list"><ul><li><a href="javascript:article.view('1', '2');"><strong class="title">First</strong><span class="cont">${inside}</span><span class="date">${DAY}</span></a></li>${others}</ul></div></html>`,
    item: nth =>
      `<li><a href="javascript:article.view('${nth}', '2');"><strong class="title">T ${nth}</strong><span class="cont">Words.</span><span class="date">${DAY}</span></a></li>`,
  },
  listing: {
    type: 'text/html',
    of: (inside, others = '') =>
      `<html><title>L</title><article class="news"><h3><a href="/1">First</a></h3><time datetime="${DAY}"></time><div class="teaser">${inside}</div></article>${others}</html>`,
    item: nth =>
      `<article class="news"><h3><a href="/${nth}">Title ${nth}</a></h3><time datetime="${DAY}"></time><p class="teaser">Words.</p></article>`,
  },
  text: {
    type: 'text/plain',
    of: (inside, others = '') => `-\nFirst\n${inside} and no more.date${DAY}\n${others}`,
    item: nth => `-\nTitle ${nth}, one of very many that are listed\nWords of it, and so on, to the end.date${DAY}\n`,
  },
};

/** 80 kB of opened marks, 80 kB of opened breaks, 160 kB of escapes: what some parsers take a minute for. */
export const QUADRATIC = {
  marks: '<!'.repeat(40_000),
  breaks: 'x<br'.repeat(20_000),
  escapes: '&lt;'.repeat(40_000),
} as const;

/** 20,000 elements within one another. */
export const DEEP = `${'<b>'.repeat(20_000)}x${'</b>'.repeat(20_000)}`;

export const KINDS = Object.keys(SHAPES) as SourceKind[];
export const typeOf = (kind: SourceKind) => SHAPES[kind].type;

/** A listing of one item ("First") with these words. */
export const around = (kind: SourceKind, inside: string) => SHAPES[kind].of(inside);

/** A listing of so many items and one. */
export function listingOf(kind: SourceKind, count: number): string {
  const { of, item } = SHAPES[kind];
  return of('Words.', Array.from({ length: count }, (_, at) => item(at + 2)).join(''));
}
