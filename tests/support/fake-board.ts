import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Article, itemPage, listPage, PAGE_SIZE } from './board-html.ts';

/** The press board of the ministry, the photo board and the list of both with category lines. */
const BOARDS = { press: 'EATCLdfa319ada', photo: 'EATCLffca659a6', all: 'EATCL0512e0b48' } as const;

/** What the next requests get instead of a good answer. */
export type BoardFault =
  | { readonly is: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  | { readonly is: 'html'; readonly html: string }
  /** The announced length is right, the bytes stop half-way. */
  | { readonly is: 'truncate' }
  /** The announced length is that of the half. */
  | { readonly is: 'half' }
  /** One byte every `every` milliseconds, for ever. */
  | { readonly is: 'drip'; readonly every: number }
  /** Half of the body, and then nothing, on a connection that stays. */
  | { readonly is: 'stall' }
  /** Takes the request and never answers. */
  | { readonly is: 'silence' }
  | { readonly is: 'reset' }
  /** Something packed: `gzipSync(Buffer.alloc(50_000_000))` is a bomb. */
  | { readonly is: 'packed'; readonly gzip: Uint8Array }
  | { readonly is: 'redirect'; readonly to: string; readonly status?: number }
  | { readonly is: 'charset'; readonly encode: (html: string) => Uint8Array; readonly contentType: string };

interface Published {
  readonly title: string;
  readonly body: string;
  readonly date: string;
  readonly category?: string | null;
  readonly number?: number;
  readonly code?: number;
  readonly files?: Article['files'];
  readonly shownTo?: number | null;
}

export interface FakeBoard {
  /** URL of the press board's list. */
  readonly url: string;
  /** Of the list of all boards, with category lines. */
  readonly allUrl: string;
  readonly origin: string;
  /** Puts a release on top of the list and gives its number. */
  publish(release: Published): number;
  edit(number: number, change: Partial<Published>): void;
  /** Takes it from the list; its page answers 404. */
  withdraw(number: number): void;
  /** The listed articles, newest first; assign to reorder them. */
  articles: Article[];
  /** Other documents it serves, by path ("/feed.xml"): rendered anew for each request. */
  readonly documents: Map<string, (articles: readonly Article[]) => string>;
  /** Whether answers carry an ETag and 304 is given. */
  etag: boolean;
  /** The fault of the next `times` requests whose path and query contain `where`. */
  fail(fault: BoardFault, times?: number, where?: string): void;
  heal(): void;
  /** Called before each request is answered. */
  before: ((url: string) => void) | null;
  readonly requests: readonly {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
  }[];
  /** The most requests that were open at once. */
  readonly mostAtOnce: number;
  /** Connections open now. */
  readonly sockets: number;
  close(): Promise<void>;
}

/** A site in the shape of the ministry's, on a free port of 127.0.0.1. */
export async function startFakeBoard(): Promise<FakeBoard> {
  const requests: { method: string; url: string; headers: IncomingMessage['headers'] }[] = [];
  const sockets = new Set<Socket>();
  const faults: { fault: BoardFault; left: number; where: string }[] = [];
  let open = 0;
  let mostAtOnce = 0;

  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    requests.push({ method: request.method ?? '', url, headers: request.headers });
    open++;
    mostAtOnce = Math.max(mostAtOnce, open);
    response.once('close', () => open--);
    board.before?.(url);
    const scripted = faults.find(({ left, where }) => left > 0 && url.includes(where));
    if (scripted) scripted.left--;
    const document = board.documents.get(url.replace(/\?.*$/, ''));
    const html = document ? document(board.articles) : pageAt(board.articles, url);
    if (scripted) misbehave(response, scripted.fault, html ?? '');
    else if (html === null)
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html><p>Not found</p></html>');
    else answer(request, response, html, board.etag);
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let next = 2435;

  const board: FakeBoard = {
    origin,
    url: `${origin}/eng/article/${BOARDS.press}`,
    allUrl: `${origin}/eng/article/${BOARDS.all}`,
    articles: [],
    documents: new Map(),
    etag: true,
    before: null,
    requests,
    get mostAtOnce() {
      return mostAtOnce;
    },
    get sockets() {
      return sockets.size;
    },
    publish(release) {
      const number = release.number ?? next;
      next = Math.max(next, number) + 1;
      board.articles = [
        { code: 2, category: null, files: [], shownTo: null, ...defined(release), number },
        ...board.articles,
      ];
      return number;
    },
    edit(number, change) {
      board.articles = board.articles.map(article =>
        article.number === number ? { ...article, ...defined(change), number } : article,
      );
    },
    withdraw(number) {
      board.articles = board.articles.filter(article => article.number !== number);
    },
    fail(fault, times = Number.POSITIVE_INFINITY, where = '') {
      faults.push({ fault, left: times, where });
    },
    heal() {
      faults.length = 0;
    },
    async close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return board;
}

/** Only what was said: an absent key must not overwrite. */
function defined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

function pageAt(articles: readonly Article[], path: string): string | null {
  const url = new URL(path, 'http://board');
  const view = /^\/eng\/article\/(\w+)\/(\d+)\/view$/.exec(url.pathname);
  if (view) {
    const code = view[1] === BOARDS.photo ? 1 : 2;
    const article = articles.find(one => one.number === Number(view[2]) && one.code === code);
    return article ? itemPage(article) : null;
  }
  const list = /^\/eng\/article\/(\w+)$/.exec(url.pathname)?.[1];
  if (!list || !Object.values<string>(BOARDS).includes(list)) return null;
  const listed = articles
    .filter(one => list === BOARDS.all || one.code === (list === BOARDS.photo ? 1 : 2))
    .map(one => (list === BOARDS.all ? one : { ...one, category: null }));
  const page = Number(url.searchParams.get('pageIndex') ?? '1');
  return listPage(
    listed.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE),
    page,
    Math.max(1, Math.ceil(listed.length / PAGE_SIZE)),
  );
}

const TYPES: Readonly<Record<string, string>> = {
  xml: 'application/xml',
  json: 'application/feed+json',
  txt: 'text/plain',
};

function answer(request: IncomingMessage, response: ServerResponse, html: string, withEtag: boolean): void {
  const etag = `W/"${createHash('sha256').update(html).digest('hex').slice(0, 16)}"`;
  if (withEtag) response.setHeader('etag', etag);
  if (withEtag && request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  const bytes = gzipSync(html);
  const packed = String(request.headers['accept-encoding']).includes('gzip');
  const type = TYPES[/\.(\w+)(?:\?|$)/.exec(request.url ?? '')?.[1] ?? ''] ?? 'text/html';
  response.setHeader('content-type', `${type};charset=UTF-8`);
  if (packed) response.setHeader('content-encoding', 'gzip');
  response.writeHead(200).end(packed ? bytes : html);
}

function misbehave(response: ServerResponse, fault: BoardFault, html: string): void {
  const page = { 'content-type': 'text/html;charset=UTF-8' };
  const half = html.slice(0, html.length / 2);
  switch (fault.is) {
    case 'status':
      response.writeHead(fault.status, { ...page, ...fault.headers }).end('<html><p>Sorry</p></html>');
      return;
    case 'html':
      response.writeHead(200, page).end(fault.html);
      return;
    case 'truncate':
      response.writeHead(200, { ...page, 'content-length': Buffer.byteLength(html) });
      response.write(half, () => response.destroy());
      return;
    case 'half':
      response.writeHead(200, { ...page, 'content-length': Buffer.byteLength(half) }).end(half);
      return;
    case 'drip': {
      response.writeHead(200, page);
      const timer = setInterval(() => response.write(' '), fault.every);
      response.once('close', () => clearInterval(timer));
      return;
    }
    case 'stall':
      response.writeHead(200, { ...page, 'content-length': Buffer.byteLength(html) }).write(half);
      return;
    case 'silence':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'packed':
      response.writeHead(200, { ...page, 'content-encoding': 'gzip' }).end(fault.gzip);
      return;
    case 'redirect':
      response.writeHead(fault.status ?? 302, { location: fault.to }).end();
      return;
    case 'charset':
      response.writeHead(200, { 'content-type': fault.contentType }).end(fault.encode(html));
      return;
  }
}
