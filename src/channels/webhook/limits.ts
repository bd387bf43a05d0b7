/** How we deal with receivers of webhooks, in one place; milliseconds unless a line says otherwise. */
export const TIMES = {
  /** The specification advises 15 to 30 seconds: a receiver that works on it longer should answer first. */
  request: 15_000,
  /** Added at random to every pause, as a share of it, so that receivers behind one failure are not all asked at once. */
  jitter: 0.1,
  /** The longest Retry-After that is believed. */
  retryAfterMost: 24 * 3_600_000,
} as const;

/**
 * The pauses after each failed attempt in a row: the schedule that the Standard Webhooks specification proposes. Three
 * days and a half of it: longer than a weekend. Whoever has not answered by then is no longer written to.
 */
export const PAUSES = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map(seconds => seconds * 1000);
