import { type Hours, isLively } from './hours.ts';

/** Never longer without a look, whatever a server asks for. */
const LONGEST = Temporal.Duration.from({ hours: 24 });
/** A source in trouble is asked ever more rarely, up to this. */
const LONGEST_BACKOFF = Temporal.Duration.from({ hours: 6 });
/** Polls of many sources drift apart by this share, so that they do not meet. */
const JITTER = 0.1;
/** In its own hours a source is asked so many times as often as configured, as far as its host bears it. */
const QUICKER = 4;

/** How a source is doing, as far as the next poll depends on it. */
export interface Pulse {
  /** As configured, milliseconds: it is never asked more rarely while it is well and no server wants it otherwise. */
  readonly every: number;
  /** Milliseconds below which its host is never asked again. */
  readonly floor: number;
  /** Unhealthy polls in a row, this one included. */
  readonly failures: number;
  /** What the server asked for, milliseconds, null where it asked for nothing. */
  readonly retryAfter: number | null;
  /** How long the answer stays fresh as the server says, milliseconds; it is not asked for anew before that. */
  readonly maxAge: number | null;
  /** When it publishes, null where that is not known or makes no difference. */
  readonly hours: Hours | null;
  /** IANA zone of these hours. */
  readonly zone: string;
}

/**
 * When a source is due again.
 * @param chance from 0 up to 1, drawn by the caller
 */
export function nextDue(now: Temporal.Instant, pulse: Pulse, chance: number): Temporal.Instant {
  const { every, failures } = pulse;
  const patient =
    failures === 0 ? paceAt(now, pulse) : Math.max(every, Math.min(every * 2 ** failures, ms(LONGEST_BACKOFF)));
  const wanted = Math.min(Math.max(pulse.retryAfter ?? 0, pulse.maxAge ?? 0), ms(LONGEST));
  const wait = Math.min(Math.max(patient, wanted), ms(LONGEST)) * (1 + JITTER * (2 * chance - 1));
  // Chance may make it later than a server asked for, never earlier.
  return now.add({ milliseconds: Math.round(Math.max(wait, wanted, pulse.floor)) });
}

/** Milliseconds until a source that is well is asked again: more often in its hours, and once when they begin. */
function paceAt(
  now: Temporal.Instant,
  { every, floor, hours, zone }: Pick<Pulse, 'every' | 'floor' | 'hours' | 'zone'>,
): number {
  const quick = quickPace({ every, floor });
  if (hours === null || quick >= every || isLively(now, hours, zone)) return hours === null ? every : quick;
  const hour = now.toZonedDateTimeISO(zone).round({ smallestUnit: 'hour', roundingMode: 'floor' });
  for (let nth = 1; nth <= Math.ceil(every / 3_600_000); nth++) {
    const begins = hour.add({ hours: nth }).toInstant();
    if (isLively(begins, hours, zone)) return Math.min(every, Math.max(floor, begins.since(now).total('milliseconds')));
  }
  return every;
}

/** Milliseconds between two polls in the hours of a source. */
export function quickPace({ every, floor }: Pick<Pulse, 'every' | 'floor'>): number {
  return Math.min(every, Math.max(floor, Math.round(every / QUICKER)));
}

const ms = (duration: Temporal.Duration) => duration.total('milliseconds');
