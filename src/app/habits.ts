import type { Pulse } from '../core/cadence.ts';
import { dayOf } from '../core/dates.ts';
import { type Hours, learnHours } from '../core/hours.ts';
import type { Finding } from '../core/incident.ts';
import { judgeMove, type Move } from '../core/move.ts';
import { overlapTrouble } from '../core/overlap.ts';
import { dailyRate, findSilence, RHYTHM_DAYS, SILENCE_DAYS } from '../core/rhythm.ts';
import type { Fault, Reading, Source, Validators } from '../ports/source.ts';
import type { SourceState, Store } from '../ports/store.ts';
import { type Unhealthy, unhealthy } from '../sources/fault.ts';
import { shown, webUrl } from '../sources/http.ts';
import { isDue } from './spans.ts';
import type { Watched } from './watched.ts';

/** An ETag that stays the same over a changed page must not hide it for longer than this. */
const FULL_READ = Temporal.Duration.from({ hours: 24 });

/** Faults of a document that came whole: its ETag would make "unchanged" of what was not understood. */
const MISREAD: ReadonlySet<Fault> = new Set(['charset', 'layout', 'empty', 'parse', 'stale']);

/**
 * What a source is asked with: without ETag and date once a day, and after a document that could not be understood, so
 * that only its bytes say whether it changed.
 */
export function validatorsFor(
  { validators, fullReadAt, fault }: Pick<SourceState, 'validators' | 'fullReadAt' | 'fault'>,
  now: Temporal.Instant,
): { readonly validators: Validators | null; readonly inFull: boolean } {
  const inFull =
    validators === null ||
    fullReadAt === null ||
    (fault !== null && MISREAD.has(fault)) ||
    isDue(fullReadAt, FULL_READ, now);
  return { inFull, validators: inFull && validators ? { ...validators, etag: null, lastModified: null } : validators };
}

/** How a source is doing after a reading, as far as the next poll depends on it. */
export async function pulseOf(
  reading: Reading,
  watched: Watched,
  state: SourceState,
  at: Temporal.Instant,
  store: Store,
): Promise<Pulse> {
  const ill = reading.is === 'unhealthy';
  const { every, floor, source } = watched;
  return {
    every,
    floor,
    failures: ill ? state.failures + 1 : 0,
    retryAfter: ill && reading.retryAfter !== null ? reading.retryAfter * 1000 : null,
    maxAge: ill || reading.maxAge === undefined ? null : reading.maxAge * 1000,
    hours: ill ? null : await hoursOf({ ...watched, id: source.id, zone: source.zone }, at, store),
    zone: source.zone,
  };
}

/** The hours in which a source publishes, null where they are not known or change nothing. */
export async function hoursOf(
  source: Pick<Watched, 'every' | 'floor' | 'pace'> & Pick<Source, 'id' | 'zone'>,
  at: Temporal.Instant,
  store: Store,
): Promise<Hours | null> {
  if (source.pace === 'steady' || source.every <= source.floor) return null;
  const since = at.subtract({ hours: 24 * RHYTHM_DAYS }).toString();
  return learnHours(await store.arrivals(source.id, since), source.every, source.zone);
}

/** Where a source lives after a reading, and whether somebody has to write that down. */
export function judgeAddress(
  reading: Reading,
  read: { readonly from: string; readonly asked: string },
  before: Move | null,
  now: string,
): { readonly move: Move | null; readonly finding: Finding | null } {
  if (reading.is === 'unhealthy') return { move: before?.from === read.from ? before : null, finding: null };
  const move = judgeMove(before, { ...read, moved: reading.moved }, now);
  if (move === null || move.switchedAt === null) return { move, finding: { is: 'well', concern: 'address' } };
  const what = `${shownOf(move.from)} redirects for good to ${shownOf(move.to)}`;
  const { since, polls } = move;
  return { move, finding: { is: 'trouble', concern: 'address', kind: 'moved', what, since, count: polls } };
}

const shownOf = (text: string) => {
  const url = webUrl(text);
  return url ? shown(url) : text;
};

/** A listing that does not go on from the one before it, as trouble; null where it may be believed. */
export async function judgeOverlap(
  reading: Extract<Reading, { is: 'items' }>,
  listed: readonly { readonly key: string }[],
  turn: {
    readonly state: SourceState;
    readonly source: Source;
    readonly address: string;
    readonly at: Temporal.Instant;
    readonly tools: { readonly store: Store };
  },
): Promise<Unhealthy | null> {
  const { state, source, address, at, tools } = turn;
  // Another reader or another address may well show another list.
  if (state.validators?.reader !== reading.validators.reader) return null;
  const until = Temporal.Instant.from(state.readAt ?? at.toString()).toZonedDateTimeISO(source.zone);
  const trouble = overlapTrouble({
    before: await tools.store.listed(source.id),
    now: listed.map(one => one.key),
    newestBefore: await tools.store.newestListed(source.id, until.toPlainDate().toString()),
    days: reading.items.flatMap(item => (item.date === null ? [] : [dayOf(item.date, source.zone)])),
  });
  return trouble === null ? null : unhealthy('stale', `${shownOf(address)}: ${trouble}`);
}

/** Whether a source that can be read says nothing for longer than is usual for it. */
export async function judgeSilence(
  source: Source,
  state: SourceState,
  at: Temporal.Instant,
  store: Store,
): Promise<Finding> {
  const { zone } = source;
  const dayOf = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(zone).toPlainDate();
  const today = dayOf(at);
  const watchedFrom = state.baselineAt === null ? today : dayOf(Temporal.Instant.from(state.baselineAt));
  const days = await store.published(source.id, today.subtract({ days: SILENCE_DAYS }).toString());
  const silence = findSilence(days, watchedFrom.toString(), today.toString());
  if (!silence) return { is: 'well', concern: 'silence' };
  return {
    ...{ is: 'trouble', concern: 'silence', kind: 'silent', count: 1 },
    what: `nothing new since ${silence.last}, where ${silence.usual === 1 ? 'a day' : `${silence.usual} days`} without a release are usual at most`,
    since: Temporal.PlainDate.from(silence.last).toZonedDateTime(zone).toInstant().toString(),
  };
}

/** What is usual for a source, and for how many days it was not read. */
export async function learned(source: Source, state: SourceState, at: Temporal.Instant, store: Store) {
  const last = Temporal.Instant.from(state.readAt ?? state.baselineAt ?? at.toString());
  const until = last.toZonedDateTimeISO(source.zone).toPlainDate();
  const days = await store.published(source.id, until.subtract({ days: RHYTHM_DAYS }).toString());
  return { rate: dailyRate(days, until.toString()), away: Math.max(0, at.since(last).total('hours') / 24) };
}
