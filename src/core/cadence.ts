/** Never longer without a look, whatever a server asks for. */
const LONGEST = Temporal.Duration.from({ hours: 24 });
/** A source in trouble is asked ever more rarely, up to this. */
const LONGEST_BACKOFF = Temporal.Duration.from({ hours: 6 });
/** Polls of many sources drift apart by this share, so that they do not meet. */
const JITTER = 0.1;

/** How a source is doing, as far as the next poll depends on it. */
export interface Pulse {
  /** As configured, milliseconds. */
  readonly every: number;
  /** Unhealthy polls in a row, this one included. */
  readonly failures: number;
  /** What the server asked for, milliseconds, null where it asked for nothing. */
  readonly retryAfter: number | null;
  /** How long the answer stays fresh as the server says, milliseconds; it is not asked for anew before that. */
  readonly maxAge?: number | null;
}

/**
 * When a source is due again.
 * @param chance from 0 up to 1, drawn by the caller
 */
export function nextDue(now: Temporal.Instant, pulse: Pulse, chance: number): Temporal.Instant {
  const patient =
    pulse.failures === 0
      ? pulse.every
      : Math.max(pulse.every, Math.min(pulse.every * 2 ** pulse.failures, ms(LONGEST_BACKOFF)));
  const asked = Math.max(patient, pulse.retryAfter ?? 0, pulse.maxAge ?? 0);
  const wait = Math.min(asked, ms(LONGEST)) * (1 + JITTER * (2 * chance - 1));
  // Chance may make it later than a server asked for, never earlier.
  const earliest = Math.min(pulse.retryAfter ?? 0, ms(LONGEST));
  return now.add({ milliseconds: Math.round(Math.max(wait, earliest)) });
}

const ms = (duration: Temporal.Duration) => duration.total('milliseconds');
