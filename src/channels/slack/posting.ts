import type { webApi } from '@slack/bolt';
import type { Outcome } from '../../core/delivery.ts';
import type { Destination } from '../../core/destination.ts';
import type { Message } from '../../ports/channel.ts';
import type { Log } from '../../ports/runtime.ts';
import { metadataOf, minimalText } from './blocks.ts';
import { TIMES } from './limits.ts';
import { type Errors, isAboutMetadata, isRateLimit, judge } from './outcomes.ts';

export interface Posting {
  readonly client: webApi.WebClient;
  readonly errors: Errors;
  readonly now: () => Temporal.Instant;
  readonly log: Log;
  /** Slack asked for a pause: it holds for the method in the whole workspace, so no channel may post before it ends. */
  readonly onPause: (until: Temporal.Instant) => void;
}

/**
 * Posts one message. Where Slack finds fault with its form, the minimal message (title, link, mentions) is posted in
 * its place, once.
 */
export async function post(to: Destination, message: Message, posting: Posting): Promise<Outcome> {
  const body = readBody(message.body);
  if (body === null) return { is: 'dead', reason: 'The stored message is no message for Slack' };
  const metadata = metadataOf(message.key, message.part);
  const first = await attempt({ ...body, metadata, channel: to.channel }, posting);
  if (!first.malformed) return first.outcome;
  posting.log.error(
    { destination: to.id, message: message.key, code: first.code },
    'Slack found fault with the form of a message; its minimal form is tried',
  );
  const second = await attempt(
    {
      channel: to.channel,
      text: minimalText(body.text),
      ...(isAboutMetadata(first.code) ? {} : { metadata }),
      unfurl_links: false,
      unfurl_media: false,
      link_names: false,
    },
    posting,
  );
  if (!second.malformed) return second.outcome;
  return { is: 'dead', reason: `Slack refuses the message, in its minimal form too (${first.code}, ${second.code})` };
}

type Attempt =
  | { readonly malformed: false; readonly outcome: Outcome }
  | { readonly malformed: true; readonly code: string };

async function attempt(body: webApi.ChatPostMessageArguments, posting: Posting): Promise<Attempt> {
  const { client, errors, now, log, onPause } = posting;
  try {
    const { channel, ts } = await client.chat.postMessage(body);
    // Slack names both in every answer; one that lacks them was cut on its way.
    if (typeof channel !== 'string' || typeof ts !== 'string')
      return {
        malformed: false,
        outcome: { is: 'unsure', reason: 'Slack accepted the message and did not say where it is' },
      };
    return { malformed: false, outcome: { is: 'sent', receipt: { channel, message: ts } } };
  } catch (error) {
    const judged = judge(error, errors, now(), Math.random() * TIMES.gap);
    if (judged.outcome === null) return { malformed: true, code: judged.code };
    if (judged.outcome.is === 'wait' && isRateLimit(judged.code)) onPause(Temporal.Instant.from(judged.outcome.at));
    log.warn({ channel: body.channel, code: judged.code, outcome: judged.outcome.is }, 'Slack did not take a message');
    return { malformed: false, outcome: judged.outcome };
  }
}

/** The frozen body with the keys it must have, whichever version of the bot rendered it; null for anything else. */
function readBody(body: unknown): { readonly text: string; readonly blocks: [] } | null {
  if (typeof body !== 'object' || body === null) return null;
  const { text, blocks } = body as { readonly text?: unknown; readonly blocks?: unknown };
  return typeof text === 'string' && Array.isArray(blocks) ? { ...body, text, blocks: blocks as [] } : null;
}
