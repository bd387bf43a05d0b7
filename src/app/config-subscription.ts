import type * as z from 'zod';
import { BadDestination, type Destination, parseDestination } from '../core/destination.ts';
import type { Style } from '../core/subscription.ts';
import { oneOf, shown } from './config-errors.ts';
import type { Report } from './config-issues.ts';
import type { subscriptionSchema } from './config-schema.ts';

/** A subscription as code. Its query is text: whoever knows the vocabulary checks it. */
export interface SubscriptionConfig {
  readonly query: string;
  readonly to: Destination;
  readonly when: 'now';
  readonly mention: readonly string[];
  readonly style: Style;
}

/** Destinations of the published config language that this version does not send to. */
const UNAVAILABLE = /^(webhook|email|teams|telegram|ntfy):/;

/** What each platform can mention. */
const MENTIONS: Readonly<Record<Destination['platform'], { readonly form: RegExp; readonly fix: string }>> = {
  slack: { form: /^(?:here|(?:user|group):.+)$/, fix: 'write user:U0123, group:S0123 or here' },
  discord: {
    form: /^(?:here|(?:user|role):\d+)$/,
    fix: 'write role:123456789012345678, user:123456789012345678 or here',
  },
  console: { form: /^$/, fix: 'leave it out: a console mentions nobody' },
};

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
    const stranger = findStranger(name, to);
    if (stranger !== null) report(['mention', at], stranger.message, stranger.fix);
  }
  if (written.query === undefined) return null;
  return { query: written.query, to, when: 'now', mention, style: written.style ?? 'card' };
}

/** What is wrong with a mention, null where the platform of the destination knows such. */
export function findStranger(
  name: string,
  { platform }: Destination,
): { readonly message: string; readonly fix: string } | null {
  const { form, fix } = MENTIONS[platform];
  return form.test(name) ? null : { message: `${shown(name)} means nobody on ${platform}`, fix };
}

/** The destination a text names; null where it names none that this version sends to. */
export function readDestination(text: string, key: readonly PropertyKey[], report: Report): Destination | null {
  const platform = UNAVAILABLE.exec(text.trim())?.[1];
  if (platform !== undefined) {
    // The rest of it may be the address of an incoming webhook, which is a secret.
    const known = ['slack:CHANNEL', 'discord:CHANNEL', 'console'];
    report(key, `${platform} is not available in this version`, `write ${oneOf(known)}`);
    return null;
  }
  try {
    return parseDestination(text);
  } catch (error) {
    if (!(error instanceof BadDestination)) throw error;
    const cut = error.message.lastIndexOf(': write ');
    const fix = cut < 0 ? 'write slack:CHANNEL, discord:CHANNEL or console' : error.message.slice(cut + 2);
    report(key, `${shown(text)} is no destination`, fix);
    return null;
  }
}
