import { createHash } from 'node:crypto';
import { findAbsent } from '../core/absence.ts';
import { nextDue } from '../core/cadence.ts';
import { type FloodRule, judgeFlood } from '../core/flood.ts';
import type { Digest } from '../core/identity.ts';
import { type Finding, type Incident, judgeReading } from '../core/incident.ts';
import type { Item } from '../core/item.ts';
import { normalize } from '../core/normalize.ts';
import { type Changes, reconcile } from '../core/reconcile.ts';

import { rekey } from '../core/rekey.ts';
import type { Reading, Rejected, Source } from '../ports/source.ts';
import type { Poll, PollStatus, Recorded, SourceState, Store, Told } from '../ports/store.ts';

import { openSource, type Readers } from '../sources/open-source.ts';
import { askAbsent } from './absent.ts';
import type { Clock } from './clock.ts';
import type { SourceConfig } from './config-source.ts';
import { judgeSilence, learned, validatorsFor } from './habits.ts';
import type { Language } from './language.ts';
import { planFor, turnsFor } from './matching.ts';

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
  /** Incidents that this poll opened or closed; absent where there are none. */
  readonly incidents?: readonly Incident[];
  /** What was listed and could not be read as an item; absent where that is not known. */
  readonly rejected?: readonly Rejected[];
}

export interface Watched {
  readonly source: Source;
  /** Milliseconds between polls, as configured. */
  readonly every: number;
  readonly flood: FloodRule;
}

export interface WatchTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly language: Language;
  /** Who hears of incidents: a destination in written form. */
  readonly operations: string;
  /** Called with the destinations that are owed something now, after the commit. */
  readonly wake: (destinations: readonly string[]) => void;
  /** Aborted when the bot stops: a reading that it cut short says nothing about the source. */
  readonly signal?: AbortSignal;
}

/** A configured source, ready to be polled. Nothing is opened before the first poll. */
export function openWatched(config: SourceConfig, readers: Readers): Watched {
  return { source: openSource(config, readers), every: config.every, flood: config.flood };
}

/**
 * Reads a source once and records what it found, in one transaction with all that follows from it.
 * Trouble of the source is a result, not an error; the first good reading is the silent baseline.
 * @returns null where the bot was stopped in between
 */
export async function poll(watched: Watched, state: SourceState, tools: WatchTools): Promise<Polled | null> {
  const { source } = watched;
  const { store, clock } = tools;
  const known = async (keys: readonly string[]) => {
    const found = await store.known(source.id, keys, []);
    return new Set(found.flatMap(one => one.keys));
  };
  // Before the baseline nothing is known on purpose: the first page is enough to start from.
  const asked = validatorsFor(state, clock.now());
  const reading = await source.read(asked.validators, tools.signal, state.baselineAt === null ? undefined : known);
  if (tools.signal?.aborted) return null;
  const at = clock.now();
  const ill = reading.is === 'unhealthy' ? reading : null;
  const end = (status: PollStatus, findings: readonly Finding[] = []): Poll => ({
    source: source.id,
    at: at.toString(),
    dueAt: dueAfter(watched, state, reading, at, clock.chance()),
    status,
    validators: reading.is === 'unhealthy' ? null : reading.validators,
    fault: ill?.fault ?? null,
    error: ill?.reason ?? null,
    full: asked.inFull || reading.is === 'items',
    health: {
      findings: [...judgeReading(state, ill && { kind: ill.fault, what: ill.reason }, at.toString()), ...findings],
      tell: tools.operations,
    },
  });

  if (reading.is !== 'items') {
    const status = reading.is;
    // Where nothing changed nothing comes in too fast either.
    const findings: readonly Finding[] = ill
      ? []
      : [{ is: 'well', concern: 'flood' }, await judgeSilence(source, state, at, store)];
    const told = await store.polled(end(status, findings));
    if (!ill) await askAbsent(source, store, at.toString(), tools.signal);
    tools.wake(told.destinations);
    return { ...nothing(source.id, status), error: ill?.reason ?? null, ...opened(told) };
  }

  const quiet = state.baselineAt === null;
  const changes = await compare(reading.items, { id: source.id, zone: source.zone }, quiet, at, tools);
  const { fresh, revised, adopted } = changes;
  const status: PollStatus = quiet
    ? 'baseline'
    : fresh.length + revised.length + adopted.length > 0
      ? 'new'
      : 'unchanged';
  const deliveries = quiet ? [] : await planFor(changes, tools);
  const flood = quiet
    ? { hold: false, findings: [] }
    : judgeFlood({
        rule: watched.flood,
        fresh: fresh.length,
        rekeyed: changes.rekeyed,
        alerts: deliveries.length,
        ...(await learned(source, state, at, store)),
        now: at.toString(),
      });
  const silence: Finding =
    fresh.length > 0 ? { is: 'well', concern: 'silence' } : await judgeSilence(source, state, at, store);
  const listed = changes.listed.toReversed();
  const recorded = await store.record({
    source: source.id,
    at: at.toString(),
    poll: end(status, [...flood.findings, silence]),
    ...changes,
    deliveries,
    turns: quiet ? [] : await turnsFor(changes, tools),
    hold: flood.hold,
    listed,
    ...(source.look ? { absent: findAbsent(await store.listed(source.id), keysOf(listed)) } : {}),
  });
  tools.wake(recorded.destinations);
  await askAbsent(source, store, at.toString(), tools.signal);
  return { ...nothing(source.id, status), ...counts(recorded), ...opened(recorded), rejected: reading.rejected };
}

/** Changes, and how many of the adopted are known releases that came under new keys. */
export interface Compared extends Changes {
  readonly rekeyed: number;
}

/** What items mean for the record, without recording it. */
export async function compare(
  items: readonly Item[],
  source: { readonly id: string; readonly zone: string },
  quiet: boolean,
  at: Temporal.Instant,
  tools: Pick<WatchTools, 'store' | 'language'>,
): Promise<Compared> {
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
  const { changes, rekeyed } = rekey(reconcile(drafts, known, circumstances), known);
  return { ...changes, rekeyed };
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
    maxAge: ill || reading.maxAge === undefined ? null : reading.maxAge * 1000,
  };
  return nextDue(at, pulse, chance).toString();
}

const keysOf = (listed: Changes['listed']): readonly string[] => listed.map(one => one.key);

function nothing(source: string, status: PollStatus): Polled {
  return { source, status, new: 0, revised: 0, adopted: 0, error: null };
}

function opened({ incidents }: Told): Pick<Polled, 'incidents'> {
  return incidents.length === 0 ? {} : { incidents };
}

function counts(recorded: Recorded): Pick<Polled, 'new' | 'revised' | 'adopted'> {
  return { new: recorded.new, revised: recorded.revised, adopted: recorded.adopted };
}
