import type * as z from 'zod';
import { BadDestination, type Destination, parseDestination } from '../core/destination.ts';
import { mentionFix } from '../core/mention.ts';
import type { Style } from '../core/subscription.ts';
import { oneOf, shown } from './config-errors.ts';
import type { Report } from './config-issues.ts';
import type { subscriptionSchema } from './config-schema.ts';

/** A subscription as code. Its query is text: whoever knows the vocabulary checks it. */
export interface SubscriptionConfig {
  readonly query: string;
  readonly to: Destination;
  /** As it was written: what is left open is for the settings of the destination. */
  readonly when: string;
  readonly urgent: boolean;
  readonly mention: readonly string[];
  readonly style: Style;
  /** Of a webhook: the environment variable that holds its signing secret; null where it is not signed. */
  readonly secret: string | null;
}

/** Destinations of the published config language that this version does not send to. */
const UNAVAILABLE = /^(email|teams|telegram|ntfy):/;

/**
 * Checks what the shape of a subscription cannot say.
 * @param written the keys whose shape is right
 * @returns null where it cannot be used; what is wrong has been reported
 */
export function readSubscription(
  written: Partial<z.output<typeof subscriptionSchema>>,
  report: Report,
): SubscriptionConfig | null {
  const to = written.to === undefined ? null : readDestination(written.to, ['to'], report);
  if (written.query?.trim() === '') report(['query'], 'is empty', 'write what is asked for, such as topic:steel');
  if (to === null) return null;
  const mention = written.mention ?? [];
  for (const [at, name] of mention.entries()) {
    const fix = mentionFix(to.platform, name);
    if (fix !== null) report(['mention', at], `${shown(name)} means nobody on ${to.platform}`, fix);
  }
  const secret = written.secret ?? null;
  if (secret !== null && to.platform !== 'webhook')
    report(['secret'], `${to.platform} has no signing secret`, 'leave it out: only webhooks are signed');
  if (written.query === undefined) return null;
  const { query, when = 'now', urgent = false, style = 'card' } = written;
  return { query, to, when, urgent, mention, style, secret };
}

/** The destination a text names; null where it names none that this version sends to. */
export function readDestination(text: string, key: readonly PropertyKey[], report: Report): Destination | null {
  const platform = UNAVAILABLE.exec(text.trim())?.[1];
  if (platform !== undefined) {
    // The rest of it may be the address of an incoming webhook, which is a secret.
    const known = ['slack:CHANNEL', 'discord:CHANNEL', 'webhook:URL', 'console'];
    report(key, `${platform} is not available in this version`, `write ${oneOf(known)}`);
    return null;
  }
  try {
    return parseDestination(text);
  } catch (error) {
    if (!(error instanceof BadDestination)) throw error;
    const cut = error.message.lastIndexOf(': write ');
    const fix = cut < 0 ? 'write slack:CHANNEL, discord:CHANNEL, webhook:URL or console' : error.message.slice(cut + 2);
    // The text of an address is not repeated: it may hold a password.
    const what = text.includes('://') ? 'this' : shown(text);
    report(key, `${what} is no destination`, fix);
    return null;
  }
}
