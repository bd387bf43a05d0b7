import { createHash } from 'node:crypto';
import { nextDue } from '../core/cadence.ts';
import type { Digest } from '../core/identity.ts';
import type { Item } from '../core/item.ts';
import { normalize } from '../core/normalize.ts';
import { plan } from '../core/plan.ts';
import { type Changes, reconcile } from '../core/reconcile.ts';
import type { Reading, Rejected, Source } from '../ports/source.ts';
import type { Poll, PollStatus, Recorded, SourceState, Store } from '../ports/store.ts';
import { openSource, type Readers } from '../sources/open-source.ts';
import type { Clock } from './clock.ts';
import type { SourceConfig } from './config-source.ts';
import type { Language } from './language.ts';

/** The digest that keys are made with. */
const sha256: Digest = text => createHash('sha256').update(text).digest();

/** What one poll did: the JSON line of `gwanbo check`. */
export interface Polled {
  readonly source: string;
  readonly status: PollStatus;
  readonly new: number;
  readonly revised: number;
  readonly adopted: number;
  readonly error: string | null;
  /** What was listed and could not be read as an item; absent where that is not known. */
  readonly rejected?: readonly Rejected[];
}

export interface Watched {
  readonly source: Source;
  /** Milliseconds between polls, as configured. */
  readonly every: number;
}

export interface WatchTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly language: Language;
  /** Called with the destinations that are owed something now, after the commit. */
  readonly wake: (destinations: readonly string[]) => void;
  /** Aborted when the bot stops: a reading that it cut short says nothing about the source. */
  readonly signal?: AbortSignal;
}

/** A configured source, ready to be polled. Nothing is opened before the first poll. */
export function openWatched(config: SourceConfig, readers: Readers): Watched {
  return { source: openSource(config, readers), every: config.every };
}

/**
 * Reads a source once and records what it found, in one transaction with all that follows from it.
 * Trouble of the source is a result, not an error; the first good reading is the silent baseline.
 * @returns null where the bot was stopped in between
 */
export async function poll(watched: Watched, state: SourceState, tools: WatchTools): Promise<Polled | null> {
  const { source } = watched;
  const { store, clock, language } = tools;
  const known = async (keys: readonly string[]) => {
    const found = await store.known(source.id, keys, []);
    return new Set(found.flatMap(one => one.keys));
  };
  // Before the baseline nothing is known on purpose: the first page is enough to start from.
  const reading = await source.read(state.validators, tools.signal, state.baselineAt === null ? undefined : known);
  if (tools.signal?.aborted) return null;
  const at = clock.now();
  const end = (status: PollStatus, fault: Reading | null): Poll => ({
    source: source.id,
    at: at.toString(),
    dueAt: dueAfter(watched, state, reading, at, clock.chance()),
    status,
    validators: reading.is === 'unhealthy' ? null : reading.validators,
    fault: fault?.is === 'unhealthy' ? fault.fault : null,
    error: fault?.is === 'unhealthy' ? fault.reason : null,
  });

  if (reading.is === 'unhealthy') {
    await store.polled(end('unhealthy', reading));
    return { ...nothing(source.id, 'unhealthy'), error: reading.reason };
  }
  if (reading.is === 'unchanged') {
    await store.polled(end('unchanged', null));
    return nothing(source.id, 'unchanged');
  }

  const quiet = state.baselineAt === null;
  const changes = await compare(reading.items, { id: source.id, zone: source.zone }, quiet, at, tools);
  const { fresh, revised, adopted } = changes;
  const status: PollStatus = quiet
    ? 'baseline'
    : fresh.length + revised.length + adopted.length > 0
      ? 'new'
      : 'unchanged';
  const releases = fresh.map(one => one.release);
  const recorded = await store.record({
    source: source.id,
    at: at.toString(),
    poll: end(status, null),
    ...changes,
    deliveries: quiet ? [] : plan(releases, await store.subscriptions(), language.matcher()),
    listed: changes.listed.toReversed(),
  });
  tools.wake(recorded.destinations);
  return { ...nothing(source.id, status), ...counts(recorded), rejected: reading.rejected };
}

/** What items mean for the record, without recording it. */
export async function compare(
  items: readonly Item[],
  source: { readonly id: string; readonly zone: string },
  quiet: boolean,
  at: Temporal.Instant,
  tools: Pick<WatchTools, 'store' | 'language'>,
): Promise<Changes> {
  const drafts = normalize(items, { source: source.id, zone: source.zone, digest: sha256 });
  const known = await tools.store.known(
    source.id,
    drafts.map(draft => draft.key),
    drafts.map(draft => draft.fingerprint),
  );
  const circumstances = {
    now: at.toString(),
    zone: source.zone,
    quiet,
    digest: sha256,
    classify: tools.language.classify,
  };
  return reconcile(drafts, known, circumstances);
}

function dueAfter(
  watched: Watched,
  state: SourceState,
  reading: Reading,
  at: Temporal.Instant,
  chance: number,
): string {
  const ill = reading.is === 'unhealthy';
  const pulse = {
    every: watched.every,
    failures: ill ? state.failures + 1 : 0,
    retryAfter: ill && reading.retryAfter !== null ? reading.retryAfter * 1000 : null,
  };
  return nextDue(at, pulse, chance).toString();
}

function nothing(source: string, status: PollStatus): Polled {
  return { source, status, new: 0, revised: 0, adopted: 0, error: null };
}

function counts(recorded: Recorded): Pick<Polled, 'new' | 'revised' | 'adopted'> {
  return { new: recorded.new, revised: recorded.revised, adopted: recorded.adopted };
}
