import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { HTTPReceiver } from '@slack/bolt';
import { TIMES } from './limits.ts';

/** Where Slack posts commands to, as the app's settings name it. */
export const ENDPOINT = '/slack/events';

/** A slash command is a few hundred bytes; nothing that Slack sends comes near this. */
export const BODY_LIMIT = '1mb';

/**
 * Takes the requests of Slack and hands those that are fresh to Bolt, which verifies the signature. Bolt only refuses
 * time stamps that are too old: one from the future would let a signed request be replayed for as long as it is ahead.
 * @param open gives Bolt's receiver, loaded when the first request comes
 */
export function listenTo(
  open: () => Promise<HTTPReceiver>,
  now: () => Temporal.Instant,
  closing: AbortSignal,
): RequestListener {
  return (request, response) => {
    if (closing.aborted) return end(response, 503);
    if (request.method !== 'POST') return end(response, 405, { allow: 'POST' });
    if (!isFresh(request, now())) return end(response, 401);
    open().then(
      receiver => {
        // The server that this is mounted on has chosen the path; Bolt wants to see its own.
        request.url = ENDPOINT;
        receiver.requestListener(request, response);
      },
      () => end(response, 500),
    );
  };
}

function isFresh(request: IncomingMessage, now: Temporal.Instant): boolean {
  const stamp = request.headers['x-slack-request-timestamp'];
  if (typeof stamp !== 'string' || !/^\d{1,12}$/.test(stamp)) return false;
  return Math.abs(now.epochMilliseconds - Number(stamp) * 1000) <= TIMES.signature;
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  // A body that nobody reads would hold the connection.
  response.writeHead(status, { ...headers, connection: 'close' });
  response.end();
}
