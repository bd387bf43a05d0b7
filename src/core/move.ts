/** A source that answers from another address for good (301 or 308, RFC 9110 section 15.4). */
export interface Move {
  /** As configured. */
  readonly from: string;
  /** Where its permanent redirects lead. */
  readonly to: string;
  /** When they first led there, RFC 3339 UTC. */
  readonly since: string;
  /** Polls in a row that were led there. */
  readonly polls: number;
  /** Since when it is asked there at once; null while it is asked at its own address. */
  readonly switchedAt: string | null;
}

/** A redirect can be a slip of a day: so many polls, and more than this time, make it good. */
const LEAST_POLLS = 3;
const LEAST_TIME = Temporal.Duration.from({ hours: 24 });

/**
 * What a good reading says of where a source lives.
 * @param before as known up to now
 * @param read where it is configured to be, where it was asked, and where permanent redirects led from there
 * @param now RFC 3339 UTC
 * @returns null where it lives at its own address
 */
export function judgeMove(
  before: Move | null,
  read: { readonly from: string; readonly asked: string; readonly moved: string | undefined },
  now: string,
): Move | null {
  const known = before?.from === read.from ? before : null;
  if (known && read.asked === known.to && read.moved === undefined) return known;
  if (read.moved === undefined || read.moved === read.from) return null;
  if (known?.to !== read.moved) return { from: read.from, to: read.moved, since: now, polls: 1, switchedAt: null };
  const polls = known.polls + 1;
  const passed = Temporal.Instant.from(now).since(Temporal.Instant.from(known.since));
  // Where our clock went back, nobody can say for how long they have led there.
  if (passed.sign < 0) return { ...known, polls, since: now };
  const isGood = polls >= LEAST_POLLS && Temporal.Duration.compare(passed, LEAST_TIME) > 0;
  return { ...known, polls, switchedAt: known.switchedAt ?? (isGood ? now : null) };
}

/**
 * Where a source is asked. In trouble it is asked at its own address: that is the one a person vouched for, and it may
 * know better by now.
 * @param url as configured
 * @param failures unhealthy polls in a row
 */
export function addressOf(url: string, move: Move | null, failures: number): string {
  return move?.switchedAt && move.from === url && failures === 0 ? move.to : url;
}
