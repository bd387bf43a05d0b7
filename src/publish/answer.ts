import type { IncomingMessage, ServerResponse } from 'node:http';
import { POLICY } from './pages/style.ts';
import { isCurrent, negotiate, type Resource } from './resource.ts';

/** Five minutes: a poll is no more frequent. A day: an old feed is better than none while we are down. */
const FRESHNESS = 'public, max-age=300, stale-if-error=86400';

/** A change within this time may be followed by another of the same second, which Last-Modified could not tell apart. */
const SETTLED_MS = 2_000;

/** What goes on every answer. */
const SECURITY = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };

/** Puts it on the answer of a listener that is not ours. */
export function secure(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY)) response.setHeader(name, value);
}

/** Sends a resource, or 304 where the reader has it. (To HEAD node:http sends no body, whatever it is given.) */
export async function sendResource(
  request: IncomingMessage,
  response: ServerResponse,
  resource: Resource,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const encoding = negotiate(one(request.headers['accept-encoding']));
  const etag = resource.etag(encoding);
  const conditions = {
    ifNoneMatch: request.headers['if-none-match'],
    ifModifiedSince: request.headers['if-modified-since'],
  };
  const { modified } = resource;
  const settled = modified !== null && Date.now() - modified >= SETTLED_MS;
  // All at once: node:http writes them as they are, where single ones are first collected.
  const known = {
    ...SECURITY,
    ...headers,
    'Cache-Control': FRESHNESS,
    Vary: 'Accept-Encoding',
    ETag: etag,
    ...(settled ? { 'Last-Modified': new Date(modified).toUTCString() } : {}),
  };
  if (isCurrent(conditions, etag, modified)) {
    response.writeHead(304, known).end();
    return;
  }
  const body = await resource.body(encoding);
  response.writeHead(200, {
    ...known,
    'Content-Type': resource.type,
    'Content-Length': body.length,
    ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
  });
  response.end(body);
}

/** Sends a small JSON that nobody keeps. */
export function sendJson(response: ServerResponse, status: number, value: object): void {
  send(response, status, 'application/json; charset=utf-8', `${JSON.stringify(value)}\n`);
}

/** Why a request is not answered; the text is ours, never an error's. */
export interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** The same as a page, for those who ask for one. */
  readonly page: (() => string) | null;
  /** Whether a program asked, which is told as RFC 9457 says. */
  readonly problem: boolean;
}

/** Sends a refusal as a page to a browser, as one line to everyone else. */
export function sendRefusal(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  // What was not read is not waited for.
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
    response.setHeader('Connection', 'close');
  response.setHeader('Vary', 'Accept');
  if (refusal.problem) {
    const { status, title, text: detail } = refusal;
    const body = `${JSON.stringify({ type: 'about:blank', title, status, detail })}\n`;
    send(response, status, 'application/problem+json; charset=utf-8', body);
  } else if (refusal.page && one(request.headers.accept)?.includes('text/html')) {
    response.setHeader('Content-Security-Policy', POLICY);
    send(response, refusal.status, 'text/html; charset=utf-8', refusal.page());
  } else send(response, refusal.status, 'text/plain; charset=utf-8', `${refusal.title}. ${refusal.text}\n`);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  const body = Buffer.from(text, 'utf8');
  secure(response);
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', body.length);
  response.setHeader('Cache-Control', 'no-store');
  response.writeHead(status);
  response.end(body);
}

const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(', ') : header);
