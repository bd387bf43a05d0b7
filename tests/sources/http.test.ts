import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fetched, type Http, openHttp } from '../../src/sources/http.ts';
import { type FakeBoard, startFakeBoard } from '../support/fake-board.ts';

const LIMITS = { total: 2_000, header: 1_000, bytes: 200_000 };

let http: Http;
let board: FakeBoard;
const closing: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  http = openHttp({ contact: 'https://example.org/bot', limits: LIMITS });
  board = await startFakeBoard();
  board.publish({ title: 'Trade talks', body: 'Talks were held. '.repeat(40), date: '2025-12-04' });
});
afterEach(async () => {
  await http.close();
  await board.close();
  for (const close of closing.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const textOf = (fetched: Fetched) => (fetched.is === 'body' ? Buffer.from(fetched.bytes).toString() : fetched);
const faultOf = (fetched: Fetched) => (fetched.is === 'fault' ? fetched.fault : fetched.is);
const reasonOf = (fetched: Fetched) => (fetched.is === 'fault' ? fetched.reason : fetched.is);

describe('asking', () => {
  test('it says who it is, and sends what is configured', async () => {
    await http.fetch({ url: board.url, headers: { 'X-Key': 'one' } });
    const [request] = board.requests;
    expect(request?.headers['user-agent']).toMatch(/^gwanbo\/.*\+https:\/\/example\.org\/bot\)$/);
    expect(request?.headers['x-key']).toBe('one');
    expect(request?.method).toBe('GET');
  });

  test('POST sends the form it is given', async () => {
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', chunk => (body += chunk));
      request.on('end', () => response.end(`${request.method} ${request.headers['content-type']} ${body}`));
    });
    const fetched = await http.fetch({ url, method: 'POST', body: 'page=1' });
    expect(textOf(fetched)).toBe('POST application/x-www-form-urlencoded page=1');
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (text: string) => Buffer.from(text)],
  ])('%s is unpacked', async (encoding, pack) => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(pack('산업통상부 news')),
    );
    expect(textOf(await http.fetch({ url }))).toBe('산업통상부 news');
  });

  test('a host of somebody else is left alone for a while between two requests', async () => {
    const url = await serve((_, response) => response.end('x'));
    const calm = openHttp({ limits: { ...LIMITS, pause: 400 } });
    closing.push(() => calm.close());
    // Leads here too, and is no name of this machine that goes without a pause.
    const foreign = url.replace('127.0.0.1', '0.0.0.0');
    const order: string[] = [];
    await calm.fetch({ url: foreign });
    await Promise.all([
      calm.fetch({ url: foreign }).then(() => order.push('the second request')),
      sleep(100).then(() => order.push('a timer for earlier')),
    ]);
    expect(order).toEqual(['a timer for earlier', 'the second request']);
  });

  test('one request at a time goes to a host', async () => {
    await Promise.all(Array.from({ length: 6 }, () => http.fetch({ url: board.url })));
    expect(board.requests).toHaveLength(6);
    expect(board.mostAtOnce).toBe(1);
  });

  test('a source that hangs does not hold another host up', async () => {
    const other = await startFakeBoard();
    closing.push(() => other.close());
    board.fail({ is: 'silence' });
    const hanging = http.fetch({ url: board.url });
    expect((await http.fetch({ url: other.url })).is).toBe('body');
    expect(faultOf(await hanging)).toBe('timeout');
  });
});

describe('21. validators go back byte for byte', () => {
  test('a weak ETag and a Last-Modified with odd spacing', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers['if-none-match'], request.headers['if-modified-since']);
      if (request.headers['if-none-match']) response.writeHead(304).end();
      else response.writeHead(200, { etag: 'W/"a-b;gzip"', 'last-modified': 'Thu,  04 Dec 2025 1:00:00 GMT' }).end('x');
    });
    const first = await http.fetch({ url });
    if (first.is !== 'body') throw new Error('no body');
    expect([first.etag, first.lastModified]).toEqual(['W/"a-b;gzip"', 'Thu,  04 Dec 2025 1:00:00 GMT']);
    expect(await http.fetch({ url, since: first })).toEqual({ is: 'unchanged', advice: {} });
    expect(seen.slice(2)).toEqual(['W/"a-b;gzip"', 'Thu,  04 Dec 2025 1:00:00 GMT']);
  });

  test('a 304 to an unconditional request is a fault', async () => {
    const url = await serve((_, response) => response.writeHead(304).end());
    expect(faultOf(await http.fetch({ url }))).toBe('status');
    // What no header may hold was not sent, so that nothing was asked with it.
    expect(faultOf(await http.fetch({ url, since: { etag: '"\u{1f600}"', lastModified: null } }))).toBe('status');
  });
});

describe('what a server says beside the document', () => {
  const adviceOf = (fetched: Fetched) => (fetched.is === 'fault' ? fetched : fetched.advice);

  test.each([
    [{ 'cache-control': 'public, max-age=900' }, { maxAge: 900 }],
    [{ 'cache-control': 'max-age=900', age: '600' }, { maxAge: 300 }],
    [{ 'cache-control': 'max-age=900', age: '1200' }, { maxAge: 0 }],
    [{ 'cache-control': 'MAX-AGE = "60", stale-if-error=86400' }, { maxAge: 60 }],
    [{ 'cache-control': 's-maxage=900' }, {}],
    [{ 'cache-control': 'no-cache, max-age=900' }, {}],
    [{ 'cache-control': 'no-store, max-age=900' }, {}],
    [{ 'cache-control': 'max-age=soon' }, {}],
    [{}, {}],
  ])('%j', async (headers: Record<string, string>, expected) => {
    const url = await serve((request, response) => {
      if (request.headers['if-none-match']) response.writeHead(304, headers).end();
      else response.writeHead(200, { etag: '"a"', ...headers }).end('x');
    });
    expect(adviceOf(await http.fetch({ url }))).toEqual(expected);
    expect(await http.fetch({ url, since: { etag: '"a"', lastModified: null } })).toEqual({
      is: 'unchanged',
      advice: expected,
    });
  });

  test.each([
    ['for good', [301], '/1'],
    ['for good, twice', [308, 301], '/2'],
    ['for good, then for now', [301, 302, 301], '/1'],
    ['for now', [302], undefined],
    ['for now, then for good', [307, 301], undefined],
  ])('29. moved %s', async (_, statuses, moved) => {
    const url = await serve((request, response) => {
      const hop = Number(request.url?.slice(1) || 0);
      const status = statuses[hop];
      if (status) response.writeHead(status, { location: `/${hop + 1}` }).end();
      else response.end('x');
    });
    const at = moved === undefined ? {} : { moved: new URL(moved, url).href };
    expect(adviceOf(await http.fetch({ url }))).toEqual(at);
  });

  test('29. a POST that is answered elsewhere as a GET has not moved, by 308 it has', async () => {
    for (const [status, moved] of [
      [301, false],
      [308, true],
    ] as const) {
      const url = await serve((request, response) => {
        if (request.url === '/') response.writeHead(status, { location: '/there' }).end();
        else response.end('x');
      });
      const expected = moved ? { moved: `${url}there` } : {};
      expect(adviceOf(await http.fetch({ url, method: 'POST' }))).toEqual(expected);
    }
  });
});

describe('23. a success without a page is none', () => {
  test.each([202, 204, 206])('status %d', async status => {
    board.fail({ is: 'status', status });
    expect(faultOf(await http.fetch({ url: board.url }))).toBe('status');
  });
});

describe('25. Retry-After is clamped to a minute and a day', () => {
  test.each([
    ['120', 120],
    ['0', 60],
    ['Thu, 04 Dec 2025 10:00:00 GMT', 60],
    ['315360000', 86_400],
    ['Fri, 31 Dec 2100 00:00:00 GMT', 86_400],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 60],
    ['Sun Nov  6 08:49:37 2094', 86_400],
    ['soon', null],
    ['-5', null],
    ['12 hours', null],
    ['2100', 2_100],
    ['', null],
  ])('%s', async (header, seconds) => {
    board.fail({ is: 'status', status: 429, headers: { 'retry-after': header } });
    const fetched = await http.fetch({ url: board.url });
    expect(fetched).toMatchObject({ is: 'fault', fault: 'status', status: 429, retryAfter: seconds });
  });

  test('a date is meant by the clock of the server that says it', async () => {
    const headers = { date: 'Thu, 04 Dec 2025 10:00:00 GMT', 'retry-after': 'Thu, 04 Dec 2025 10:30:00 GMT' };
    board.fail({ is: 'status', status: 503, headers });
    expect(await http.fetch({ url: board.url })).toMatchObject({ retryAfter: 1_800 });
  });

  test('a date in two hours is some two hours', async () => {
    const date = new Date(Date.now() + 7_200_000).toUTCString();
    board.fail({ is: 'status', status: 503, headers: { 'retry-after': date } });
    const fetched = await http.fetch({ url: board.url });
    const seconds = fetched.is === 'fault' ? (fetched.retryAfter ?? 0) : 0;
    expect(seconds).toBeGreaterThan(7_000);
    expect(seconds).toBeLessThanOrEqual(7_200);
  });
});

describe('26. every way a server can hang ends in a fault and a closed socket', () => {
  test.each([
    ['an error status', { is: 'status', status: 500 }, 'status'],
    ['no answer', { is: 'silence' }, 'timeout'],
    ['a reset', { is: 'reset' }, 'network'],
    ['a body that drips', { is: 'drip', every: 20 }, 'timeout'],
    ['a body that stops half-way and leaves the line open', { is: 'stall' }, 'timeout'],
  ] as const)('%s', async (_, fault, expected) => {
    board.fail(fault);
    expect(faultOf(await http.fetch({ url: board.url }))).toBe(expected);
    board.heal();
    expect((await http.fetch({ url: board.url })).is).toBe('body');
    // Only the good answer's connection is left.
    await expect.poll(() => board.sockets).toBe(1);
  });

  test('a port nobody listens on, and a name nobody has', async () => {
    const server = createTcpServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise(resolve => server.close(resolve));
    expect(faultOf(await http.fetch({ url: `http://127.0.0.1:${port}/` }))).toBe('network');
    expect(faultOf(await http.fetch({ url: 'http://no-such-host.invalid/' }))).toBe('network');
  });

  test('whoever asked can stop it', async () => {
    board.fail({ is: 'silence' });
    const stop = new AbortController();
    const asked = http.fetch({ url: board.url, signal: stop.signal });
    await expect.poll(() => board.requests.length).toBe(1);
    stop.abort();
    expect(faultOf(await asked)).toBe('timeout');
  });
});

describe('27. a body cut short is no body', () => {
  test('fewer bytes than announced', async () => {
    board.fail({ is: 'truncate' });
    expect(faultOf(await http.fetch({ url: board.url }))).toBe('network');
  });

  test('a packed body without its end, or that is not packed at all', async () => {
    const whole = gzipSync('x'.repeat(10_000));
    let body: Buffer = whole.subarray(0, 20);
    const url = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(body));
    expect(faultOf(await http.fetch({ url }))).toBe('network');
    body = Buffer.from('<html></html>');
    expect(faultOf(await http.fetch({ url }))).toBe('network');
  });
});

describe('28. a body too long is not read to its end', () => {
  test('a gzip bomb stops at the limit of unpacked bytes', async () => {
    board.fail({ is: 'packed', gzip: gzipSync(Buffer.alloc(50_000_000)) });
    expect(faultOf(await http.fetch({ url: board.url }))).toBe('size');
  });

  test('a plain body that never ends stops at the same limit', async () => {
    const url = await serve((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    expect(faultOf(await http.fetch({ url }))).toBe('size');
  });
});

describe('29. security rule 5: redirects stay on the hosts that are allowed', () => {
  test.each([301, 302, 303, 307, 308])('%d to the same host is followed', async status => {
    board.fail({ is: 'redirect', status, to: '/eng/article/EATCLdfa319ada?moved=1' }, 1);
    expect(await http.fetch({ url: board.url })).toMatchObject({ is: 'body', url: `${board.url}?moved=1` });
  });

  test('to another host that is allowed, without what was for the first one', async () => {
    const other = await startFakeBoard();
    closing.push(() => other.close());
    board.fail({ is: 'redirect', status: 301, to: other.url });
    const ask = { url: board.url, headers: { authorization: 'Bearer secret' } };
    expect((await http.fetch({ ...ask, hosts: [new URL(other.url).host] })).is).toBe('body');
    expect(board.requests[0]?.headers.authorization).toBe('Bearer secret');
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
    const refused = await http.fetch(ask);
    expect(faultOf(refused)).toBe('redirect');
    expect(reasonOf(refused)).toContain(new URL(other.url).host);
  });

  test.each(['http://127.0.0.1.example.org/', 'file:///etc/passwd', '//[', 'ftp://127.0.0.1/'])(
    'not to %s',
    async to => {
      board.fail({ is: 'redirect', to });
      expect(faultOf(await http.fetch({ url: board.url }))).toBe('redirect');
    },
  );
});

test('30. security rule 5: a redirect loop ends after five hops', async () => {
  board.fail({ is: 'redirect', to: board.url });
  expect(faultOf(await http.fetch({ url: board.url }))).toBe('redirect');
  expect(board.requests).toHaveLength(6);
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasOpenssl())('31. a certificate nobody vouches for (needs openssl)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gwanbo-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is unhealthy(tls), and there is no way back to plain http', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1'];
    execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    let asked = 0;
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
      asked++;
      response.end('<html></html>');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    expect(faultOf(await http.fetch({ url: `https://127.0.0.1:${port}/` }))).toBe('tls');
    expect(asked).toBe(0);
  });

  test('and something that speaks no TLS at all is too', async () => {
    const { port } = new URL(board.url);
    expect(faultOf(await http.fetch({ url: `https://127.0.0.1:${port}/` }))).toBe('tls');
  });
});

test('a reason names the address without credentials and without what the query says', async () => {
  board.fail({ is: 'status', status: 403 });
  const { host } = new URL(board.url);
  const reason = reasonOf(await http.fetch({ url: `http://me:pass@${host}/list?serviceKey=SECRET&page=2` }));
  expect(reason).toBe(`http://${host}/list?serviceKey=…&page=… answered 403`);
  expect(board.requests[0]?.headers.authorization).toBe(`Basic ${btoa('me:pass')}`);
});
