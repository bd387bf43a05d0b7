/** What to write for how long something is paused. */
export const PAUSES = 'a time such as 30m, 12h, 3d or 2w, a year at most';

/** Minutes of each unit: a day is 24 hours, whatever the clocks do. */
const UNITS: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60, w: 7 * 24 * 60 };
const MOST = 366 * 24 * 60;

/** Reads for how long something is paused; null for what is no such time. */
export function readPause(text: string): Temporal.Duration | null {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([mhdw])$/.exec(text.trim().toLowerCase()) ?? [];
  const minutes = Number(count) * (UNITS[unit] ?? 0);
  return minutes > 0 && minutes <= MOST ? Temporal.Duration.from({ minutes }) : null;
}
