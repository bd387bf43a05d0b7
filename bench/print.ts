import type { Goal, Row, Stats } from './harness.ts';

/** A row for people. */
export function printRow(row: Row): string {
  if ('skipped' in row) return `  not run: ${row.what}: ${row.skipped}`;
  const head = `  ${row.what}  /  ${row.against}`;
  const sign = row.form === 'exponent' ? 'grows with the power' : 'ratio';
  const verdict = row.goal === null ? 'no goal' : `goal ${goalText(row.goal)}: ${row.met ? 'met' : 'NOT MET'}`;
  const cpu = row.cpuRatio === null ? '' : `; of CPU time ${spread(row.cpuRatio)}`;
  return [
    head,
    `    ${sign} ${spread(row.ratio)}  ${verdict}${cpu}`,
    `    ours ${spread(row.ours)}, theirs ${spread(row.theirs)} ${row.unit}; ${row.pairs} pairs`,
  ].join('\n');
}

/** Median, and in brackets the least and the most. */
const spread = ({ median, min, max }: Stats) => `${number(median)} (${number(min)} to ${number(max)})`;

const goalText = (goal: Goal) => ('most' in goal ? `<= ${number(goal.most)}` : `>= ${number(goal.least)}`);

/** Three digits that count. */
function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
