import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from './fake-slack-workspace.ts';

/**
 * What is to go wrong, for as many calls of a method as named.
 * `before`: nothing is executed; `after`: the call is executed and its answer spoilt.
 */
export interface Fault {
  readonly method?: string;
  readonly channel?: string;
  readonly times?: number;
  readonly when: 'before' | 'after';
  readonly does:
    | { readonly error: string; readonly needed?: string }
    | { readonly status: number; readonly headers?: Record<string, string>; readonly text?: string }
    | { readonly body: string; readonly type?: string }
    | { readonly reset: true }
    | { readonly silence: true }
    | { readonly delay: number }
    /** The connection is cut at once, and the call is executed when the test lets it settle. */
    | { readonly late: true };
}

/** The whole body of a request. */
export async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Requests are form-encoded; what is no plain string is JSON inside. */
export function decode(text: string): Json {
  const body: Json = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (['blocks', 'metadata', 'attachments'].includes(name)) body[name] = JSON.parse(value);
    else if (value === 'true' || value === 'false') body[name] = value === 'true';
    else if (name === 'limit') body[name] = Number(value);
    else body[name] = value;
  }
  return body;
}

export function json(response: ServerResponse, body: Json, status = 200, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body));
}
