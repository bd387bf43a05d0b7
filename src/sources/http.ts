import { setTimeout as sleep } from 'node:timers/promises';
import type { Advice, Fault } from '../ports/source.ts';
import { Cut, TooBig, unpacked } from './http-body.ts';
import { type Arrived, type Carrier, openCarrier, Refused } from './http-carrier.ts';
import { freshSeconds, retrySeconds } from './http-headers.ts';

/** What is asked of a web server. */
export interface Ask {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Exact hosts ("english.motir.go.kr", "127.0.0.1:8080") that may answer, the URL's own beside them. */
  readonly hosts?: readonly string[];
  /** Validators of the last good answer: asks conditionally. */
  readonly since?: { readonly etag: string | null; readonly lastModified: string | null } | null;
  /** Milliseconds that the host wants between two requests, where it asks for more than we keep anyway. */
  readonly pause?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What came of it. Never thrown: a server in trouble is a result. */
export type Fetched =
  | {
      readonly is: 'body';
      /** Unpacked. */
      readonly bytes: Uint8Array;
      readonly contentType: string | null;
      /** Byte for byte as sent. */
      readonly etag: string | null;
      readonly lastModified: string | null;
      /** Where the body was found in the end. */
      readonly url: string;
      readonly advice: Advice;
    }
  | { readonly is: 'unchanged'; readonly advice: Advice }
  | Failed;

interface Failed {
  readonly is: 'fault';
  readonly fault: Fault;
  readonly reason: string;
  /** Seconds the server asked us to stay away, within an hour's minute and a day. */
  readonly retryAfter: number | null;
  /** The HTTP status where there was one that refused. */
  readonly status: number | null;
  /** Where a redirect that was not followed leads. */
  readonly to?: string;
}

/** Limits of one fetch. */
export interface Limits {
  /** Milliseconds for everything: a drip of one byte a second never trips a pause between bytes. */
  readonly total: number;
  /** Milliseconds until the header is there. */
  readonly header: number;
  /** Unpacked bytes: a release listing has some 100 kB, a full feed seldom 2 MB. */
  readonly bytes: number;
  readonly redirects: number;
  /** Milliseconds between two requests to one host; a loopback host needs no pause. */
  readonly pause: number;
}

export const LIMITS: Limits = { total: 30_000, header: 15_000, bytes: 5_000_000, redirects: 5, pause: 1_000 };

const ACCEPT = 'application/atom+xml, application/rss+xml, application/feed+json, text/html;q=0.9, */*;q=0.5';
const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

/** The name by which robots.txt may speak to us (RFC 9309 section 2.2.1), the first word of the User-Agent. */
export const USER_AGENT_TOKEN = 'gwanbo';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export interface Http {
  fetch(ask: Ask): Promise<Fetched>;
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly contact?: string | null;
  readonly limits?: Partial<Limits>;
  /** Opens what carries the requests, with the first of them. */
  readonly carrier?: (limits: Limits) => Promise<Carrier>;
}

/**
 * The one HTTP client: polite (one request at a time per host, a pause between two, an honest User-Agent),
 * bounded in time and bytes, and bound to the hosts it is given.
 * @param options.contact URL that tells an administrator who asks; part of the User-Agent
 */
export function openHttp(options: HttpOptions = {}): Http {
  const limits = { ...LIMITS, ...options.limits };
  const userAgent = `${USER_AGENT_TOKEN}/0.1 (release watcher${options.contact ? `; +${options.contact}` : ''})`;
  let opened: Promise<Carrier> | null = null;
  /** When each host may be asked again, milliseconds of `performance.now`, once those who ask before are done. */
  const turns = new Map<string, Promise<number>>();

  async function inTurn<T>(host: string, wanted: number, stop: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = turns.get(host) ?? Promise.resolve(0);
    const done = Promise.withResolvers<number>();
    turns.set(
      host,
      before.then(async freeAt => Math.max(freeAt, await done.promise)),
    );
    let asked = false;
    try {
      // A moment at least: the connection of the one before has to come back to be used again.
      const wait = (await orAbort(before, stop)) - performance.now();
      await sleep(Math.max(1, wait), undefined, { signal: stop });
      asked = true;
      return await work();
    } finally {
      // Who was stopped while waiting has asked nothing.
      const pause = Math.max(wanted, isLoopback(host) ? 0 : limits.pause);
      done.resolve(asked ? performance.now() + pause : 0);
    }
  }

  async function hop(url: URL, ask: Ask, sameOrigin: boolean, deadline: AbortSignal): Promise<Fetched | Moved> {
    opened ??= (options.carrier ?? openCarrier)(limits);
    const carrier = await opened;
    const header = new AbortController();
    const tooLate = setTimeout(
      () => header.abort(new DOMException('no header in time', 'TimeoutError')),
      limits.header,
    );
    try {
      const answer = await carrier.send(`${url.origin}${url.pathname}${url.search}`, {
        method: ask.method ?? 'GET',
        headers: headersFor(url, ask, sameOrigin, userAgent),
        body: ask.body && ask.method === 'POST' ? ask.body : null,
        signal: AbortSignal.any([deadline, header.signal]),
      });
      clearTimeout(tooLate);
      return await read(answer, url, ask, limits);
    } finally {
      clearTimeout(tooLate);
    }
  }

  async function fetch(first: Ask): Promise<Fetched> {
    let ask = first;
    const start = webUrl(first.url);
    if (!start) return failed('file', `${first.url.slice(0, 80)} is no http or https address`);
    let url = start;
    const allowed = new Set([start.host, ...(first.hosts ?? []).map(host => host.toLowerCase())]);
    const stop = first.signal ?? new AbortController().signal;
    let deadline: AbortSignal | null = null;
    /** How far the redirects have been permanent from the start on. */
    let moved: { readonly to: string | null; readonly stays: boolean } = { to: null, stays: true };
    try {
      for (let hops = 0; hops <= limits.redirects; hops++) {
        const answer = await inTurn(url.host, ask.pause ?? 0, stop, () => {
          // The deadline starts when it is our turn: waiting for our own other requests is no fault of the server.
          deadline ??= AbortSignal.any([stop, AbortSignal.timeout(limits.total)]);
          return hop(url, ask, url.origin === start.origin, deadline);
        });
        if (answer.is === 'fault') return answer;
        if (answer.is !== 'moved') {
          return moved.to === null ? answer : { ...answer, advice: { ...answer.advice, moved: moved.to } };
        }
        const next = URL.canParse(answer.to, url) ? webUrl(new URL(answer.to, url).href) : null;
        const refusal = next ? refuse(url, next, allowed) : 'to something that is no web address';
        if (!next || refusal) {
          const fault = failed('redirect', `${shown(url)} redirects ${refusal}`);
          return next ? { ...fault, to: next.href } : fault;
        }
        // A POST that is answered as a GET elsewhere has not moved: there is nothing there to post to.
        const stays: boolean = moved.stays && answer.forGood && !(answer.asGet && ask.method === 'POST');
        moved = { to: stays ? next.href : moved.to, stays };
        if (answer.asGet) ask = { ...ask, method: 'GET', body: '' };
        url = next;
      }
      return failed('redirect', `${shown(start)} redirects more than ${limits.redirects} times`);
    } catch (error) {
      return sorted(error, shown(url), limits);
    }
  }

  return { fetch, close: async () => (await opened)?.close() };
}

/** An http or https URL, null for anything else. */
export function webUrl(text: string): URL | null {
  const url = URL.parse(text);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null;
}

/** Whether a host (with or without its port) is this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host.replace(/:\d+$/, ''));
}

/** A URL as it may be shown: without credentials, and with the names but not the values of its query. */
export function shown(url: URL): string {
  const names = [...url.searchParams.keys()].map(name => `${name}=…`).join('&');
  return `${url.origin}${url.pathname}${names && `?${names}`}`;
}

interface Moved {
  readonly is: 'moved';
  readonly to: string;
  readonly asGet: boolean;
  readonly forGood: boolean;
}

/** Why a redirect is not followed, null where it is. */
function refuse(from: URL, to: URL, allowed: ReadonlySet<string>): string | null {
  if (!allowed.has(to.host)) return `to another host (${to.host})`;
  if (from.protocol === 'https:' && to.protocol === 'http:') return 'from https to plain http';
  return null;
}

function headersFor(url: URL, ask: Ask, sameOrigin: boolean, userAgent: string): Record<string, string> {
  const headers: Record<string, string> = {
    'user-agent': userAgent,
    accept: ACCEPT,
    'accept-encoding': ACCEPT_ENCODING,
  };
  // Also without a body: some systems answer to an empty form and to nothing else.
  if (ask.method === 'POST') headers['content-type'] = 'application/x-www-form-urlencoded';
  // What the operator wrote (keys, cookies) is for the host it was written for.
  if (sameOrigin) for (const [name, value] of Object.entries(ask.headers ?? {})) headers[name.toLowerCase()] = value;
  if (sameOrigin && (url.username || url.password)) {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization ??= `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  if (sendable(ask.since?.etag)) headers['if-none-match'] = ask.since.etag;
  if (sendable(ask.since?.lastModified)) headers['if-modified-since'] = ask.since.lastModified;
  return headers;
}

/** A validator outside what a header may hold cannot be sent back byte for byte, so it is not sent. */
function sendable<T extends string>(value: T | null | undefined): value is T {
  return typeof value === 'string' && /^[\x20-\x7e\x80-\xff]+$/.test(value);
}

async function read(answer: Arrived, url: URL, ask: Ask, limits: Limits): Promise<Fetched | Moved> {
  const { statusCode, headers, body } = answer;
  const one = (name: string) => [headers[name]].flat()[0] ?? null;
  const location = one('location');
  if (statusCode === 200 || statusCode === 203) {
    const bytes = await unpacked(body, one('content-encoding') ?? '', one('content-length'), limits.bytes);
    const [etag, lastModified] = [one('etag'), one('last-modified')];
    const advice = freshSeconds(one('cache-control'), one('age'));
    return { is: 'body', bytes, contentType: one('content-type'), etag, lastModified, url: url.href, advice };
  }
  // Nothing of the body is wanted: the connection ends here.
  body.on('error', () => undefined);
  body.destroy();
  if ([301, 302, 303, 307, 308].includes(statusCode) && location !== null) {
    return { is: 'moved', to: location, asGet: statusCode <= 303, forGood: statusCode === 301 || statusCode === 308 };
  }
  if (statusCode === 304) {
    // Only what could be sent was asked with.
    if (sendable(ask.since?.etag) || sendable(ask.since?.lastModified))
      return { is: 'unchanged', advice: freshSeconds(one('cache-control'), one('age')) };
    return failed('status', `${shown(url)} answered 304 although nothing was said about a former answer`, null, 304);
  }
  const retryAfter = retrySeconds(one('retry-after'), one('date'));
  return failed('status', `${shown(url)} answered ${statusCode}`, retryAfter, statusCode);
}

const TLS = /^(?:CERT_|CRL_|ERR_TLS|ERR_SSL|ERR_OSSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO$)/;
const LATE = /TIMEDOUT|TIMEOUT/;

/** Every way a request can fail, sorted once. */
function sorted(error: unknown, url: string, limits: Limits): Failed {
  if (error instanceof Refused) return failed('refused', error.message);
  if (error instanceof TooBig) return failed('size', `${url} sends more than ${limits.bytes} bytes`);
  if (error instanceof Cut) return failed('network', `${url}: ${error.message}`);
  const causes = causesOf(error);
  const codes = causes.map(cause => String(cause.code ?? ''));
  const detail = codes.find(code => code !== '') ?? causes.at(-1)?.message ?? String(error);
  if (codes.some(code => TLS.test(code))) return failed('tls', `${url}: the secure connection failed (${detail})`);
  if (causes.some(cause => /^(?:TimeoutError|AbortError)$/.test(cause.name)) || codes.some(code => LATE.test(code))) {
    return failed('timeout', `${url} did not answer in time`);
  }
  if (codes.includes('UND_ERR_HEADERS_OVERFLOW')) return failed('size', `${url} sends too long a header`);
  const words = NETWORK[detail];
  return failed('network', `${url} cannot be reached (${words ? `${words}, ` : ''}${detail})`);
}

/** What the commonest codes of the network mean. */
const NETWORK: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNREFUSED: 'nothing answers there',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENETUNREACH: 'there is no way to its network',
  EHOSTUNREACH: 'there is no way to its host',
};

/** The error and what caused it, the outermost first; a failed connection to several addresses counts its first. */
function causesOf(error: unknown): (Error & { code?: unknown })[] {
  const causes: Error[] = [];
  let cause: unknown = error;
  while (cause instanceof Error && causes.length < 5) {
    causes.push(cause);
    cause = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  }
  return causes;
}

function failed(fault: Fault, reason: string, retryAfter: number | null = null, status: number | null = null): Failed {
  return { is: 'fault', fault, reason, retryAfter, status };
}

/** Waits, but no longer than until the signal. */
export function orAbort<T>(wait: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([wait, stopped.promise]).finally(() => signal.removeEventListener('abort', stop));
}
