import type { Finding } from './incident.ts';

/** When alerts are held back, as configured: by what is usual for the source, never, or above so many new items. */
export type FloodRule = 'auto' | 'off' | number;

/** Below this nobody is flooded: what a busy day of a board can bring. */
const LEAST = 20;
/** Three times the usual: a source may be lively, a broken one is not that modest. */
const TIMES = 3;

/** What one poll brought, and what could be expected of it. */
export interface Inflow {
  readonly rule: FloodRule;
  /** New releases, without those that were only given new keys. */
  readonly fresh: number;
  /** Known releases that came under new keys. */
  readonly rekeyed: number;
  /** New releases, each with title and day of a known one that has another key. */
  readonly doubled: number;
  /** Alerts that the new ones cause. */
  readonly alerts: number;
  /** The source is read for the first time since the database was restored from a backup. */
  readonly restored: boolean;
  /** Releases a day, as learned. */
  readonly rate: number;
  /** Days since the source was last read without trouble. */
  readonly away: number;
  /** RFC 3339 UTC. */
  readonly now: string;
}

/** More than half of what looks new: then the source has most likely given known releases new keys. */
export function isMost(matches: number, fresh: number): boolean {
  return matches > fresh * 0.5;
}

/** The most new items that are believed of one poll; products of fractions end a hair below what they stand for. */
export function floodLimit({ rule, rate, away }: Pick<Inflow, 'rule' | 'rate' | 'away'>): number {
  if (rule === 'off') return Number.POSITIVE_INFINITY;
  return rule === 'auto' ? Math.max(LEAST, Math.floor(TIMES * rate * away + 1e-9)) : rule;
}

/** Whether the alerts of a poll are held for a person to look at, and what that says of the source. */
export function judgeFlood(inflow: Inflow): { readonly hold: boolean; readonly findings: readonly Finding[] } {
  const { rule, fresh, rekeyed, doubled, restored, alerts, now } = inflow;
  const most = floodLimit(inflow);
  const again = rule !== 'off' && isMost(doubled, fresh);
  const hold = alerts > 0 && (restored || fresh > most || again || (rekeyed > 0 && rule !== 'off'));
  const trouble = (kind: string, what: string): Finding => ({
    ...{ is: 'trouble', concern: 'flood' },
    ...{ kind, what, since: now, count: 1 },
  });
  const held = `${alerts} ${alerts === 1 ? 'alert is' : 'alerts are'} held`;
  if (rekeyed > 0) {
    const what = `${rekeyed} known releases came under new keys and kept their ids`;
    return { hold, findings: [trouble('rekeyed', hold ? `${what}; of the others ${held}` : what)] };
  }
  if (hold && again) {
    const have = doubled === 1 ? 'has title and day of a known one' : 'have title and day of known ones';
    const what = `${doubled} of ${fresh} new ${have} under another key: ${held}`;
    return { hold, findings: [trouble('doubled', what)] };
  }
  if (hold && restored) {
    const what = `the database was restored from a backup, and these may have been sent since: ${held}`;
    return { hold, findings: [trouble('restored', what)] };
  }
  if (hold) return { hold, findings: [trouble('flood', `${fresh} new at once, where ${most} are the most: ${held}`)] };
  return { hold, findings: [{ is: 'well', concern: 'flood' }] };
}
