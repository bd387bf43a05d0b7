import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What one run of a side cost; less is better unless the comparison says otherwise. */
export type Cost = number | { readonly cost: number; readonly cpu: number };

/** One side of a comparison: runs once and says what it cost, in the unit of the comparison. */
export type Side = () => Cost | Promise<Cost>;

/** What is to be reached: at most, or at least, so much of the other side. */
export type Goal = { readonly most: number } | { readonly least: number };

export interface Comparison {
  /** What is measured ("warm poll, 304"). */
  readonly what: string;
  /** What the other side is ("node:http conditional GET"). */
  readonly against: string;
  /** Of the costs: "us CPU a poll", "requests/s". */
  readonly unit: string;
  readonly ours: Side;
  readonly theirs: Side;
  /** Absent where the comparison only informs. */
  readonly goal?: Goal;
  /** `exponent`: ours did ten times the work of theirs, and the ratio is shown as the power by which the cost grows. */
  readonly form?: 'ratio' | 'exponent';
  /** Whether each side runs once before anything is measured; false where a run is a process of its own. */
  readonly warm?: boolean;
}

export interface Stats {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One line of the answer. */
export type Row =
  | {
      readonly measure: string;
      readonly what: string;
      readonly against: string;
      readonly unit: string;
      readonly pairs: number;
      readonly ours: Stats;
      readonly theirs: Stats;
      readonly form: 'ratio' | 'exponent';
      /** Of each pair: ours through theirs. */
      readonly ratio: Stats;
      /** The same of CPU time, where a side measures both. */
      readonly cpuRatio: Stats | null;
      readonly goal: Goal | null;
      readonly met: boolean | null;
    }
  | { readonly measure: string; readonly what: string; readonly skipped: string };

export interface Bench {
  /** Runs both sides in turn and shows the row. */
  compare(comparison: Comparison): Promise<void>;
  /** Says what is not measured here, and why. */
  skip(what: string, reason: string): void;
  /** Runs `close` when the measure has ended, however it ends; the last one first. */
  defer(close: () => unknown): void;
}

/** One measure: a file in measures/. */
export interface Measure {
  readonly name: string;
  readonly title: string;
  run(bench: Bench): Promise<void>;
}

/** Fewer pairs say nothing about chance. */
export const LEAST_PAIRS = 5;

const collect = garbageCollector();

/** Runs a measure; `show` is given each row when it is there. */
export async function runMeasure(measure: Measure, pairs: number, show: (row: Row) => void): Promise<void> {
  const closers: (() => unknown)[] = [];
  const bench: Bench = {
    async compare(comparison) {
      show({ measure: measure.name, ...(await compare(comparison, pairs)) });
    },
    skip: (what, reason) => show({ measure: measure.name, what, skipped: reason }),
    defer: close => closers.push(close),
  };
  try {
    await measure.run(bench);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** A B, B A, A B, ...: whatever slows the machine down for a while slows both sides down. */
async function compare(comparison: Comparison, pairs: number) {
  const { ours, theirs, form = 'ratio', goal, what, against, unit } = comparison;
  if (comparison.warm !== false) {
    await ours();
    await theirs();
  }
  const taken: { ours: Cost; theirs: Cost }[] = [];
  for (let round = 0; round < pairs; round++) {
    const first = round % 2 === 0 ? await sample(ours) : null;
    const second = await sample(theirs);
    taken.push({ ours: first ?? (await sample(ours)), theirs: second });
  }
  const raw = statsOf(taken.map(pair => costOf(pair.ours) / costOf(pair.theirs)));
  const shown = (stats: Stats) => (form === 'exponent' ? mapStats(stats, Math.log10) : stats);
  const ratio = shown(raw);
  const cpus = taken.flatMap(pair =>
    typeof pair.ours === 'object' && typeof pair.theirs === 'object' ? [pair.ours.cpu / pair.theirs.cpu] : [],
  );
  return {
    what,
    against,
    unit,
    pairs,
    ours: statsOf(taken.map(pair => costOf(pair.ours))),
    theirs: statsOf(taken.map(pair => costOf(pair.theirs))),
    form,
    ratio,
    cpuRatio: cpus.length > 0 ? shown(statsOf(cpus)) : null,
    goal: goal ?? null,
    met: goal ? isMet(ratio.median, goal) : null,
  };
}

/**
 * The garbage of one side is not the other's to clear away: neither its collection nor what the collector's own threads
 * go on with behind it, whose CPU time is counted, too.
 */
async function sample(side: Side): Promise<Cost> {
  collect();
  await setTimeout(SWEEPING_MS);
  return side();
}

const SWEEPING_MS = 200;

const costOf = (cost: Cost): number => (typeof cost === 'number' ? cost : cost.cost);

const isMet = (value: number, goal: Goal): boolean => ('most' in goal ? value <= goal.most : value >= goal.least);

function statsOf(values: readonly number[]): Stats {
  return { median: medianOf(values), min: Math.min(...values), max: Math.max(...values) };
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

const mapStats = ({ median, min, max }: Stats, change: (value: number) => number): Stats => ({
  median: change(median),
  min: change(min),
  max: change(max),
});

/** Milliseconds of CPU time, of all threads of this process, that a piece of work takes. */
export async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Milliseconds that a piece of work takes, and of CPU time. */
export async function timeOf(work: () => unknown): Promise<{ readonly cost: number; readonly cpu: number }> {
  const start = performance.now();
  const cpu = await cpuOf(work);
  return { cost: performance.now() - start, cpu };
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  return typeof gc === 'function' ? () => void gc() : () => {};
}
