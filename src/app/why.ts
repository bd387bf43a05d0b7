import { replayOf } from '../core/card.ts';
import type { Delivery } from '../core/delivery.ts';
import type { Explained } from '../core/match.ts';
import type { Query } from '../core/query.ts';
import type { Release } from '../core/release.ts';
import type { Subscription } from '../core/subscription.ts';
import type { Turn } from '../core/turns.ts';
import type { Store } from '../ports/store.ts';
import { articleKey } from '../sources/article-address.ts';
import { Trouble } from './errors.ts';
import type { Language } from './language.ts';

/** A release and a query, clause by clause, and what came of it. */
export interface Because {
  /** Release id. */
  readonly release: string;
  /** Number of the subscription; null for a query that nobody need follow. */
  readonly subscription: number | null;
  /** In normal form. */
  readonly query: string;
  readonly match: boolean;
  readonly clauses: readonly Explained[];
  /** The alert that its destination was owed; null where it was owed none. */
  readonly delivery: Delivery | null;
  /** Corrections with which it stopped to match since the alert was planned, or matched again. */
  readonly turns: readonly Turn[];
  /** For people: what became of the alert, or why there is none; null for a query alone. */
  readonly outcome: string | null;
}

interface WhyTools {
  readonly store: Store;
  readonly language: Language;
}

/** By id or alias, or by any address that ever led to an article of the ministry. @throws {Trouble} where there is none */
export async function releaseNamed(id: string, { store }: { readonly store: Store }): Promise<Release> {
  const release = (await store.release(id.trim())) ?? (await releaseAt(id, store));
  if (!release) throw new Trouble('usage', `there is no release ${id}`, { fix: 'search or latest shows their ids' });
  return release;
}

async function releaseAt(address: string, store: Store): Promise<Release | null> {
  const key = articleKey(address);
  if (key === null) return null;
  for (const source of await store.sources()) {
    const release = await store.release(`${source.id}/${key}`);
    if (release) return release;
  }
  return null;
}

/** Holds a release against a query, clause by clause. */
export function whyQuery(release: Release, query: Query, { language }: WhyTools): Because {
  const match = language.match(query, release) !== null;
  const clauses = language.explain(query, release);
  return {
    release: release.id,
    subscription: null,
    query: query.normal,
    match,
    clauses,
    delivery: null,
    turns: [],
    outcome: null,
  };
}

/** Holds a release against subscriptions, and says what became of the alert, in the order of the subscriptions. */
export async function whySubscriptions(
  release: Release,
  subscriptions: readonly Subscription[],
  tools: WhyTools,
): Promise<readonly Because[]> {
  const { store, language } = tools;
  const owed = await store.deliveries({ release: release.id, limit: Number.MAX_SAFE_INTEGER });
  const alerts = new Map(owed.filter(({ kind }) => kind === 'alert').map(one => [one.destination, one]));
  const silence = await silenceOf(release, store);
  const answers: Because[] = [];
  for (const subscription of subscriptions) {
    const query = language.recorded(subscription.normal);
    if (query === null) {
      answers.push(gone(release, subscription));
      continue;
    }
    const delivery = alerts.get(subscription.to) ?? null;
    const whys = delivery === null ? [] : await store.whys(delivery.id);
    const turns = whys.find(why => why.subscription === subscription.id)?.turns ?? [];
    const because = { ...whyQuery(release, query, tools), subscription: subscription.id, delivery, turns };
    const told = delivery
      ? [outcomeOf(delivery, subscription), ...turnOf(because)].join('; ')
      : because.match
        ? (reasonOf(release, subscription) ?? silence)
        : 'it does not match';
    answers.push({ ...because, outcome: told });
  }
  return answers;
}

/** What a correction has changed since the alert was planned. */
function turnOf({ match, turns, subscription, delivery }: Because): readonly string[] {
  if (subscription === null || !delivery?.subscriptions.includes(subscription)) return [];
  const last = turns.at(-1);
  if (match) return last?.match ? [`it matches again since revision ${last.revision} (${last.at})`] : [];
  if (last?.match === false) return [`it matches no more since revision ${last.revision} (${last.at})`];
  return ['it matched by what was known when the alert was planned'];
}

function gone(release: Release, { id, normal }: Subscription): Because {
  const outcome = 'the query is no longer understood: a word of it has left the vocabulary';
  return {
    release: release.id,
    subscription: id,
    query: normal,
    match: false,
    clauses: [],
    delivery: null,
    turns: [],
    outcome,
  };
}

const TOLD: Readonly<Record<Delivery['state'], string>> = {
  queued: 'about to be sent',
  sending: 'being sent',
  waiting: 'waiting to be sent',
  unsure: 'sent, but the answer was lost: the platform is asked whether it arrived',
  held: 'held back',
  sent: 'sent',
  dead: 'never sent',
};

function outcomeOf(delivery: Delivery, { id, state: following }: Subscription): string {
  const { state, reason, sentAt, nextAt, destination, subscriptions, slot, replay } = delivery;
  const owed = state === 'queued' || state === 'waiting';
  const told = owed && following === 'suspended' ? SUSPENDED : TOLD[state];
  const digest = slot?.split('@')[0];
  const until = owed && nextAt !== null && digest === undefined ? ` until ${nextAt}` : '';
  const when = sentAt !== null ? ` ${sentAt}` : until;
  const waits = state === 'waiting' && digest !== undefined ? `: for the digest ${digest}, at ${nextAt}` : '';
  const why = reason === null ? waits : `: ${reason}`;
  const causes = [...subscriptions.map(one => `#${one}`), ...(replay ? [`a ${replayOf(replay)}`] : [])];
  const others = subscriptions.includes(id) || causes.length === 0 ? '' : ` because of ${causes.join(', ')}`;
  return `${told}${others} (${destination})${when}${why}`;
}

const SUSPENDED = 'kept until the destination is mended and the subscription resumed';

/** Why a subscription that matches was sent nothing, where that is its own affair. */
function reasonOf(release: Release, { state, reason, createdAt }: Subscription): string | null {
  if (Temporal.Instant.compare(createdAt, release.firstSeen) > 0) return 'the subscription is younger than the release';
  if (state === 'active') return null;
  return `the subscription is ${state}${reason === null ? '' : `: ${reason}`}`;
}

/** Why nobody was sent a release, as far as that is known. */
async function silenceOf(release: Release, store: Store): Promise<string> {
  const source = (await store.sources()).find(({ id }) => id === release.source);
  const baseline = source?.baselineAt ?? null;
  if (baseline !== null && Temporal.Instant.compare(release.firstSeen, baseline) <= 0)
    return 'the release was there before the source was first read, and such are not alerted';
  return 'no alert was planned: it was imported in silence, came while this was paused, or matches only by what has been learned since';
}
