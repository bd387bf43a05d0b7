import type { Progress } from './backfill.ts';

/** What is needed of stderr. */
interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Characters of the bar itself. */
const WIDTH = 24;

/** A line that is written over by the next one; where nobody looks (no terminal) nothing is written. */
export function openProgressBar(stream: Stream, from: string): { show(so: Progress): void; end(): void } {
  let newest: string | null = null;
  return {
    show(so) {
      newest ??= so.back;
      if (stream.isTTY) stream.write(`\r\u001b[2K${barLine(so, newest, from).slice(0, (stream.columns || 80) - 1)}`);
    },
    end() {
      if (stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}

/** "[######------------------] back to 2026-02-01, page 4: 24 recorded" */
function barLine({ pages, recorded, back }: Progress, newest: string | null, from: string): string {
  const done = Math.round(shareOf(newest, back, from) * WIDTH);
  const day = back === null ? '' : `back to ${back}, `;
  return `[${'#'.repeat(done)}${'-'.repeat(WIDTH - done)}] ${day}page ${pages}: ${recorded} recorded`;
}

/** How much of the way from the newest day back to `from` lies behind. */
function shareOf(newest: string | null, back: string | null, from: string): number {
  if (newest === null || back === null) return 0;
  const days = (day: string) => Temporal.PlainDate.from(day).until(Temporal.PlainDate.from(newest)).total('days');
  return days(from) <= 0 ? 1 : Math.min(1, Math.max(0, days(back) / days(from)));
}
