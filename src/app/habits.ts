import type { Finding } from '../core/incident.ts';
import { dailyRate, findSilence, RHYTHM_DAYS, SILENCE_DAYS } from '../core/rhythm.ts';
import type { Source, Validators } from '../ports/source.ts';
import type { SourceState, Store } from '../ports/store.ts';

/** An ETag that stays the same over a changed page must not hide it for longer than this. */
const FULL_READ = Temporal.Duration.from({ hours: 24 });

/** What a source is asked with: once a day without ETag and date, so that only its bytes say whether it changed. */
export function validatorsFor(
  { validators, fullReadAt }: SourceState,
  now: Temporal.Instant,
): { readonly validators: Validators | null; readonly inFull: boolean } {
  const inFull =
    validators === null ||
    fullReadAt === null ||
    now.since(Temporal.Instant.from(fullReadAt)).total('hours') >= FULL_READ.total('hours');
  return { inFull, validators: inFull && validators ? { ...validators, etag: null, lastModified: null } : validators };
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
