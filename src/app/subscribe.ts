import { parseDestination } from '../core/destination.ts';
import { mentionFix } from '../core/mention.ts';
import { PAUSES, readPause } from '../core/pause.ts';
import { plan } from '../core/plan.ts';
import { MOST_BACKFILL, type Style, type Subscription } from '../core/subscription.ts';
import { BadWhen, parseWhen, type When } from '../core/when.ts';
import type { DestinationState } from '../ports/ledger.ts';
import type { Store } from '../ports/store.ts';
import { find, type Survey, survey } from './archive.ts';
import type { Clock } from './clock.ts';
import { Trouble } from './errors.ts';
import type { Language } from './language.ts';
import { minute } from './layout.ts';

export interface SubscribeTools {
  readonly store: Store;
  readonly language: Language;
  readonly clock: Clock;
  /** Called with the destinations that are owed something now. */
  readonly wake: (destinations: readonly string[]) => void;
}

export interface Asked {
  readonly query: string;
  /** Destination in written form. */
  readonly to: string;
  readonly style: Style;
  readonly mention: readonly string[];
  /** As it was written, in the words of `parseWhen`; absent for at once. */
  readonly when?: string | undefined;
  readonly urgent?: boolean | undefined;
  readonly createdBy: string;
  /** How many of the latest matches to alert at once, 0 to 10. */
  readonly backfill: number;
}

export interface Followed {
  readonly subscription: Subscription;
  /** False where the destination already had this query. */
  readonly created: boolean;
  readonly survey: Survey;
  readonly hints: readonly string[];
}

/** The latest matches that an answer shows. */
const LATEST = 5;

/**
 * Makes a subscription; asking for the same again gives back the one there is.
 * @throws {QueryError} @throws {BadDestination} @throws {Trouble} for a mention that calls nobody there, or no time
 */
export async function follow(asked: Asked, tools: SubscribeTools): Promise<Followed> {
  const { store, language, clock } = tools;
  const to = parseDestination(asked.to).id;
  checkMentions(to, asked.mention);
  if (asked.backfill > MOST_BACKFILL)
    throw new Trouble('usage', `--backfill ${asked.backfill} is too many`, { fix: `write 0 to ${MOST_BACKFILL}` });
  const query = language.parse(asked.query);
  const when = await readWhen(asked.when, to, store);
  const now = clock.now().toString();
  const { subscription, created } = await store.follow(
    {
      query: asked.query,
      normal: query.normal,
      to,
      when,
      urgent: asked.urgent ?? false,
      mention: asked.mention,
      style: asked.style,
      createdBy: asked.createdBy,
    },
    now,
  );
  if (created && asked.backfill > 0) {
    const latest = (await find(query, { limit: asked.backfill }, tools)).toReversed();
    const deliveries = plan(latest, language.matcher([subscription]));
    const nothing = { fresh: [], revised: [], adopted: [], completed: [], listed: [] };
    const { destinations } = await store.record({ source: '', at: now, poll: null, ...nothing, deliveries });
    tools.wake(destinations);
  }
  return { subscription, created, survey: await survey(query, LATEST, tools), hints: language.hints(query) };
}

export interface Edit {
  readonly query?: string | undefined;
  readonly when?: string | undefined;
  readonly urgent?: boolean | undefined;
  readonly style?: Style | undefined;
  readonly mention?: readonly string[] | undefined;
}

/**
 * Changes what a subscription asks for, when and how; its number and its history stay.
 * @throws {QueryError} @throws {Trouble} where there is none of that number, or the config rules it
 */
export async function edit(
  id: number,
  changes: Edit,
  { store, language, clock }: SubscribeTools,
): Promise<Subscription> {
  const before = await store.subscription(id);
  if (!before) throw unknown(id);
  if (before.createdBy === 'config')
    throw new Trouble('usage', `#${id} stands in the configuration file`, { fix: 'change it there' });
  checkMentions(before.to, changes.mention ?? []);
  const { query, when, ...how } = changes;
  const asked = {
    ...Object.fromEntries(Object.entries(how).filter(([, value]) => value !== undefined)),
    ...(query !== undefined && { query, normal: language.parse(query).normal }),
    ...(when !== undefined && { when: await readWhen(when, before.to, store) }),
  };
  const after = await store.edit(id, asked, clock.now().toString());
  if (after === null) throw unknown(id);
  if ('same' in after)
    throw new Trouble('usage', `${before.to} follows this already as #${after.same}`, {
      fix: `unfollow one of the two`,
    });
  return after;
}

function checkMentions(to: string, mention: readonly string[]): void {
  const { platform } = parseDestination(to);
  for (const who of mention) {
    const fix = mentionFix(platform, who);
    if (fix !== null) throw new Trouble('usage', `"${who}" means nobody on ${platform}`, { fix });
  }
}

/** When alerts are to come; what a digest leaves open is the destination's own. @throws {Trouble} */
async function readWhen(text: string | undefined, to: string, store: Store): Promise<When> {
  if (text === undefined) return 'now';
  try {
    return parseWhen(text, (await store.settings(to)).all.digestHour);
  } catch (error) {
    if (!(error instanceof BadWhen)) throw error;
    const [what = '', fix = ''] = error.message.split(/: (?=write )/);
    throw new Trouble('usage', what, { fix });
  }
}

/** Removes a subscription. @throws {Trouble} where there is none of that number */
export async function unfollow(id: number, tools: Omit<SubscribeTools, 'language'>): Promise<void> {
  if (!(await tools.store.unfollow(id, tools.clock.now().toString()))) throw unknown(id);
}

/**
 * Stops the alerts of a subscription.
 * @param pausing who does it, and for how long where it is to go on by itself, in the words of `readPause`
 * @throws {Trouble} where there is none of that number, or for no such time
 */
export async function pause(
  id: number,
  pausing: { readonly by: string; readonly for?: string | undefined },
  { store, clock }: Pick<SubscribeTools, 'store' | 'clock'>,
): Promise<Subscription> {
  const time = pausing.for === undefined ? null : readPause(pausing.for);
  if (pausing.for !== undefined && time === null)
    throw new Trouble('usage', `"${pausing.for}" is no time for a pause`, { fix: `write ${PAUSES}` });
  const until = time === null ? null : clock.now().add(time).toString();
  const end = until === null ? '' : ` until ${minute(until)}`;
  const subscription = await store.setState(id, 'paused', `paused by ${pausing.by}${end}`, until);
  if (!subscription) throw unknown(id);
  return subscription;
}

/** Lets a paused or suspended subscription go on. @throws {Trouble} where there is none of that number */
export async function resume(
  id: number,
  { store, wake }: Pick<SubscribeTools, 'store' | 'wake'>,
): Promise<Subscription> {
  const subscription = await store.setState(id, 'active', null);
  if (!subscription) throw unknown(id);
  wake([subscription.to]);
  return subscription;
}

/**
 * Lets a suspended destination be posted to again, with all that follow there; also one where nobody follows, such as the
 * one that hears of incidents.
 * @returns how it was before
 * @throws {BadDestination} @throws {Trouble} where nothing was ever owed or followed there
 */
export async function resumeDestination(
  written: string,
  { store, wake }: Pick<SubscribeTools, 'store' | 'wake'>,
): Promise<DestinationState> {
  const { id } = parseDestination(written);
  const before = await store.resume(id);
  if (before === null)
    throw new Trouble('usage', `nothing was ever owed or followed at ${id}`, {
      fix: 'gwanbo status names the destinations that are suspended',
    });
  wake([id]);
  return before;
}

function unknown(id: number): Trouble {
  return new Trouble('usage', `there is no subscription #${id}`, {
    fix: 'the list of subscriptions shows their numbers',
  });
}
