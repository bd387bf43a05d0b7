import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Runtime } from '../../ports/runtime.ts';
import { BOARD, type Listed, renderItem, renderList, renderMissing } from './sample-pages.ts';
import { readSample, type Sample, type SampleRelease } from './sample-releases.ts';

/** A board on this machine in the shape of the ministry's, which publishes when told to. */
export interface SampleSite {
  /** "http://127.0.0.1:PORT". */
  readonly url: string;
  /** What a source of kind board is pointed at. */
  readonly listUrl: string;
  readonly institution: Sample['institution'];
  /** Puts the next release on top of the board, dated today; null when none is left. */
  publish(): { readonly number: number; readonly title: string } | null;
  /** How many are still to come. */
  remaining(): number;
  close(): Promise<void>;
}

/** Any number will do; the real board is in the thousands. */
const FIRST_NUMBER = 501;

/** Days are those of the institution. */
const ZONE = 'Asia/Seoul';

/** Starts the site on 127.0.0.1 and a free port, with the releases listed that a first reading finds. */
export async function startSampleSite(
  runtime: Pick<Runtime, 'now'>,
  sample: Sample = readSample(),
): Promise<SampleSite> {
  const start = today(runtime);
  const listed: Listed[] = [];
  const add = (release: SampleRelease, date: Temporal.PlainDate): Listed => {
    const { title, body } = release;
    const entry = { number: FIRST_NUMBER + listed.length, title, body, date: date.toString() };
    listed.unshift(entry);
    return entry;
  };
  for (const release of sample.releases) if (release.day !== null) add(release, start.add({ days: release.day }));
  const coming = sample.releases.filter(({ day }) => day === null);

  const server = createServer((request, response) => answer(request, response, sample.institution, listed));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    listUrl: `${url}/eng/article/${BOARD}`,
    institution: sample.institution,
    publish() {
      const next = coming.shift();
      if (next === undefined) return null;
      const { number, title } = add(next, today(runtime));
      return { number, title };
    },
    remaining: () => coming.length,
    async close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const today = (runtime: Pick<Runtime, 'now'>) => runtime.now().toZonedDateTimeISO(ZONE).toPlainDate();

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  institution: Sample['institution'],
  listed: readonly Listed[],
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
  if (url?.pathname === '/') {
    response.writeHead(302, { location: `/eng/article/${BOARD}` }).end();
    return;
  }
  const page = url && pageAt(url, institution, listed);
  const body = Buffer.from(page ?? renderMissing(institution));
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = { 'content-type': 'text/html; charset=utf-8', etag, 'cache-control': 'no-cache' };
  if (page && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(page ? 200 : 404, { ...headers, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function pageAt(url: URL, institution: Sample['institution'], listed: readonly Listed[]): string | null {
  const found = /^\/eng\/article\/([^/]+)(?:\/(\d{1,9})\/view)?\/?$/.exec(url.pathname);
  if (found?.[1] !== BOARD) return null;
  const number = found[2];
  if (number === undefined) {
    const index = url.searchParams.get('pageIndex') ?? '1';
    return /^[1-9]\d{0,4}$/.test(index) ? renderList(institution, listed, Number(index)) : null;
  }
  const release = listed.find(each => each.number === Number(number));
  return release ? renderItem(institution, release) : null;
}
