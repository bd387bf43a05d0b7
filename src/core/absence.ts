/** What the page of an article says of an article that is not listed where it should be. */
export type Answer =
  /** 404 or 410. */
  | 'gone'
  /** The page is about another article, or of another board. */
  | 'other'
  | 'there'
  /** No page that says anything: trouble, or another layout. */
  | 'unknown';

/** An article that is not listed where it should be. */
export interface Absence {
  readonly source: string;
  readonly key: string;
  /** vanished: it was listed and others around it still are. gap: its number lies between two that are listed. */
  readonly kind: 'vanished' | 'gap';
  /** RFC 3339 UTC. */
  readonly since: string;
  /** The last answer, null before the first. */
  readonly answer: Answer | null;
  /** When its page was first gone, null where it was not, or has been there since. */
  readonly goneAt: string | null;
  /** When its page is asked for again, null for never. */
  readonly nextAt: string | null;
}

/** A wider hole in the numbers is no gap: the source counts differently now. */
const WIDEST = 40;

/**
 * Which articles a listing leaves out.
 * @param before keys of the listing as read before, newest first
 * @param now keys of the listing as read now, newest first
 */
export function findAbsent(
  before: readonly string[],
  now: readonly string[],
): readonly Pick<Absence, 'key' | 'kind'>[] {
  const listed = new Set(now);
  // What stood below the last one that is still listed has only moved on to the next page.
  const lowest = before.findLastIndex(key => listed.has(key));
  const vanished = before.slice(0, Math.max(0, lowest)).filter(key => !listed.has(key));
  return [
    ...vanished.map(key => ({ key, kind: 'vanished' as const })),
    ...findGaps(before, now).map(key => ({ key, kind: 'gap' as const })),
  ];
}

/** Numbers between the highest one listed before and the highest one listed now that are not listed, for each board code. */
function findGaps(before: readonly string[], now: readonly string[]): string[] {
  const last = highest(before);
  const listed = new Set(now);
  return [...highest(now)].flatMap(([code, top]) => {
    const from = last.get(code);
    if (from === undefined || top - from < 2 || top - from > WIDEST + now.length) return [];
    const between = Array.from({ length: top - from - 1 }, (_, at) => `${code}-${from + 1 + at}`);
    return between.filter(key => !listed.has(key));
  });
}

function highest(keys: readonly string[]): ReadonlyMap<string, number> {
  const top = new Map<string, number>();
  for (const key of keys) {
    const [, code, number] = /^(\d+)-(\d{1,12})$/.exec(key) ?? [];
    if (code !== undefined) top.set(code, Math.max(top.get(code) ?? 0, Number(number)));
  }
  return top;
}

/** One 404 can be a fault of the site; the same a day later is its word. */
const AGAIN = Temporal.Duration.from({ hours: 24 });
/** A page that says nothing for a week is not asked any longer. */
const PATIENCE = Temporal.Duration.from({ hours: 24 * 7 });

/** What follows from an answer: the absence as it is now, null where it is none; and whether the release is withdrawn. */
export function judgeAbsence(
  absence: Absence,
  answer: Answer,
  now: string,
): { readonly absence: Absence | null; readonly withdrawn: boolean } {
  const at = Temporal.Instant.from(now);
  const again = at.add(AGAIN).toString();
  const since = (time: string) => at.since(Temporal.Instant.from(time));
  const next = (goneAt: string | null, nextAt: string | null) => ({ ...absence, answer, goneAt, nextAt });
  if (answer === 'unknown') {
    const over = Temporal.Duration.compare(since(absence.since), PATIENCE) > 0;
    return { absence: next(absence.goneAt, over ? null : again), withdrawn: false };
  }
  // A gap needs an explanation, and whatever its page says is one.
  if (absence.kind === 'gap') return { absence: next(answer === 'gone' ? now : null, null), withdrawn: false };
  if (answer !== 'gone') return { absence: null, withdrawn: false };
  // Where our clock went back, nobody can say for how long it has been gone.
  if (absence.goneAt === null || since(absence.goneAt).sign < 0) return { absence: next(now, again), withdrawn: false };
  const twice = Temporal.Duration.compare(since(absence.goneAt), AGAIN) >= 0;
  return { absence: next(absence.goneAt, twice ? null : again), withdrawn: twice };
}
