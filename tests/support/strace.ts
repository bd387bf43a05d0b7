import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Where a process can be killed between what it does to the world: each write to the disk and to a socket. */
const CALLS = ['pwrite64', 'fsync', 'fdatasync', 'write', 'writev', 'sendmsg'] as const;
type Call = (typeof CALLS)[number];

/** The `when`-th such call of a thread. */
export interface Point {
  readonly call: Call;
  readonly when: number;
}

export const hasStrace = (() => {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Starts a command under strace, which only writes down its calls, or kills it at a point. */
export function trace(
  command: readonly string[],
  at: { readonly file: string; readonly point: Point | null },
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
) {
  const { file, point } = at;
  const kill = point === null ? [] : ['-e', `inject=${point.call}:signal=KILL:when=${point.when}`];
  const calls = point === null ? CALLS.join(',') : point.call;
  return spawn('strace', ['-f', '-o', file, '-e', `trace=${calls}`, ...kill, '--', ...command], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: strace that is ended by itself lets go of what it traces, which then lives on.
    detached: true,
  });
}

/**
 * The points of a run that was written down: strace counts in each thread for itself, so it is the busiest thread that
 * says how far counting has to go.
 */
export function pointsOf(file: string): readonly Point[] {
  const counts = new Map<Call, Map<string, number>>(CALLS.map(call => [call, new Map()]));
  for (const [, thread = '', call = ''] of readFileSync(file, 'utf8').matchAll(/^(\d+) +(\w+)\(/gm)) {
    const threads = counts.get(call as Call);
    threads?.set(thread, (threads.get(thread) ?? 0) + 1);
  }
  return CALLS.flatMap(call => {
    const most = Math.max(0, ...(counts.get(call)?.values() ?? []));
    return Array.from({ length: most }, (_, index) => ({ call, when: index + 1 }));
  });
}

/** So many of them, spread evenly from the first to the last; all where there are not so many. */
export function sampleOf(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, index) => points[Math.floor(((index + 0.5) * points.length) / most)]!);
}
