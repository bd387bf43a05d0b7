import { createHash } from 'node:crypto';
import { findAbsent } from '../core/absence.ts';
import { nextDue } from '../core/cadence.ts';
import { judgeFlood } from '../core/flood.ts';
import type { Digest } from '../core/identity.ts';
import { type Finding, type Incident, judgeReading } from '../core/incident.ts';
import type { Item } from '../core/item.ts';
import { addressOf } from '../core/move.ts';
import { normalize } from '../core/normalize.ts';
import { type Changes, reconcile } from '../core/reconcile.ts';
import { rekey } from '../core/rekey.ts';
import { NO_FACETS } from '../core/release.ts';
import type { Known, Reading, Rejected, Source } from '../ports/source.ts';
import type { Poll, PollStatus, Recorded, SourceState, Store, Told } from '../ports/store.ts';
import { askAbsent } from './absent.ts';
import type { Clock } from './clock.ts';
import { judgeAddress, judgeOverlap, judgeSilence, learned, pulseOf, validatorsFor } from './habits.ts';
import type { Language } from './language.ts';
import { planFor, turnsFor } from './matching.ts';
import { openTrack } from './track.ts';
import { unhurried } from './unhurried.ts';
import type { Watched } from './watched.ts';

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

/**
 * Reads a source once and records what it found, in one transaction with all that follows from it.
 * Trouble of the source is a result, not an error; the first good reading is the silent baseline.
 * @returns null where the bot was stopped in between
 */
export async function poll(watched: Watched, state: SourceState, tools: WatchTools): Promise<Polled | null> {
  const { store, clock } = tools;
  const address = addressOf(watched.url, state.move, state.failures);
  const source = watched.at(address);
  const quiet = state.baselineAt === null;
  // Before the baseline nothing is known on purpose: the first page is enough to start from.
  const asked = validatorsFor(state, clock.now());
  const meets = quiet ? undefined : knownTo(store, source.id);
  const reading = await source.read(asked.validators, tools.signal, meets, openTrack(source.id, tools));
  if (tools.signal?.aborted) return null;
  const turn: Turn = { watched, state, source, address, inFull: asked.inFull, at: clock.now(), tools };
  if (reading.is !== 'items') return endPoll(reading, turn);

  const changes = await compare(reading.items, source, quiet, turn.at, tools);
  const stale = quiet ? null : await judgeOverlap(reading, changes.listed, turn);
  return stale ? endPoll(stale, turn) : recordPoll(reading, changes, turn);
}

/** One poll of one source: what it is done with. */
interface Turn {
  readonly watched: Watched;
  /** As it was before. */
  readonly state: SourceState;
  readonly source: Source;
  /** Where it was asked. */
  readonly address: string;
  readonly inFull: boolean;
  readonly at: Temporal.Instant;
  readonly tools: WatchTools;
}

type Items = Extract<Reading, { is: 'items' }>;

/** A poll that has nothing to record. */
async function endPoll(reading: Exclude<Reading, Items>, turn: Turn): Promise<Polled> {
  const { state, source, at, tools } = turn;
  const status = reading.is;
  const ill = reading.is === 'unhealthy' ? reading : null;
  // Where nothing changed nothing comes in too fast either.
  const findings: readonly Finding[] = ill
    ? []
    : [{ is: 'well', concern: 'flood' }, await judgeSilence(source, state, at, tools.store)];
  const told = await tools.store.polled(await pollOf(status, reading, findings, turn));
  if (!ill) await askAbsent(source, tools.store, at.toString(), tools.signal);
  tools.wake(told.destinations);
  return { ...nothing(source.id, status), error: ill?.reason ?? null, ...opened(told) };
}

/** A poll that found items. */
async function recordPoll(reading: Items, changes: Compared, turn: Turn): Promise<Polled> {
  const { watched, state, source, at, tools } = turn;
  const { store } = tools;
  const { fresh, revised, adopted } = changes;
  const quiet = state.baselineAt === null;
  const changed = fresh.length + revised.length + adopted.length > 0;
  const status: PollStatus = quiet ? 'baseline' : changed ? 'new' : 'unchanged';
  const deliveries = quiet ? [] : await planFor(changes, tools);
  const flood = quiet
    ? { hold: false, findings: [] }
    : judgeFlood({
        rule: watched.flood,
        fresh: fresh.length,
        rekeyed: changes.rekeyed,
        doubled: changes.doubled,
        restored: await isRestored(state, store),
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
    poll: await pollOf(status, reading, [...flood.findings, silence], turn),
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

/** Whether what is new since the last reading may have been alerted by a bot whose database this no longer is. */
async function isRestored({ readAt }: SourceState, store: Store): Promise<boolean> {
  const to = await store.restoredTo();
  return to !== null && readAt !== null && Temporal.Instant.compare(readAt, to) <= 0;
}

/** How a poll ended, as it is kept. */
async function pollOf(
  status: PollStatus,
  reading: Reading,
  findings: readonly Finding[],
  { watched, state, source, address, inFull, at, tools }: Turn,
): Promise<Poll> {
  const { store, clock, operations } = tools;
  const now = at.toString();
  const ill = reading.is === 'unhealthy' ? reading : null;
  const { move, finding } = judgeAddress(reading, { from: watched.url, asked: address }, state.move, now);
  return {
    source: source.id,
    at: now,
    dueAt: nextDue(at, await pulseOf(reading, watched, state, at, store), clock.chance()).toString(),
    status,
    validators: reading.is === 'unhealthy' ? null : reading.validators,
    fault: ill?.fault ?? null,
    error: ill?.reason ?? null,
    full: inFull || reading.is === 'items',
    move,
    health: {
      findings: [
        ...judgeReading(state, ill && { kind: ill.fault, what: ill.reason }, now),
        ...findings,
        ...(finding ? [finding] : []),
      ],
      tell: operations,
    },
  };
}

/** Changes, how many of the adopted are known releases under new keys, and how many of the new look like known ones. */
export interface Compared extends Changes {
  readonly rekeyed: number;
  readonly doubled: number;
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
  const circumstances = { now: at.toString(), zone: source.zone, quiet, digest: sha256 };
  const found = await unhurried(tools.language.classify, NO_FACETS, classify =>
    reconcile(drafts, known, { ...circumstances, classify }),
  );
  const { changes, ...again } = rekey(found, known);
  return { ...changes, ...again };
}

/** Which keys of a source are recorded already. */
function knownTo(store: Store, source: string): Known {
  return async keys => {
    const found = await store.known(source, keys, []);
    return new Set(found.flatMap(one => one.keys));
  };
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
