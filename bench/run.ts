import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { LEAST_PAIRS, type Measure, type Row, runMeasure } from './harness.ts';
import { cold } from './measures/cold.ts';
import { fanOut } from './measures/fan-out.ts';
import { growth } from './measures/growth.ts';
import { ingest } from './measures/ingest.ts';
import { latency } from './measures/latency.ts';
import { match } from './measures/match.ts';
import { memory } from './measures/memory.ts';
import { poll } from './measures/poll.ts';
import { serve } from './measures/serve.ts';
import { start } from './measures/start.ts';
import { printRow } from './print.ts';

// npm run bench -- [--only NAME]... [--pairs N] [--json]

const MEASURES: readonly Measure[] = [poll, cold, ingest, latency, fanOut, serve, match, start, memory, growth];

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    pairs: { type: 'string', default: String(LEAST_PAIRS) },
    json: { type: 'boolean', default: false },
  },
});

const names = MEASURES.map(measure => measure.name);
const unknown = values.only.find(name => !names.includes(name));
const pairs = Number(values.pairs);
if (unknown !== undefined) refuse(`there is no measure ${unknown}; write ${names.join(', ')}`);
else if (!Number.isInteger(pairs) || pairs < LEAST_PAIRS)
  refuse(`--pairs takes a whole number from ${LEAST_PAIRS} on, since fewer say nothing about chance`);
else await run(MEASURES.filter(({ name }) => values.only.length === 0 || values.only.includes(name)));

async function run(measures: readonly Measure[]): Promise<void> {
  const say = (text: string) => void (values.json || process.stdout.write(`${text}\n`));
  const rows: Row[] = [];
  const show = (row: Row) => {
    rows.push(row);
    if (values.json) process.stdout.write(`${JSON.stringify(row)}\n`);
    else say(printRow(row));
  };
  say(`Node ${process.version}, ${process.platform}, ${availableParallelism()} cores. Ratios count, times do not.`);
  for (const measure of measures) {
    say(`\n${measure.name}: ${measure.title}`);
    try {
      await runMeasure(measure, pairs, show);
    } catch (error) {
      show({ measure: measure.name, what: measure.title, skipped: `it failed: ${String(error)}` });
      process.exitCode = 1;
    }
  }
  const judged = rows.filter(row => 'met' in row && row.met !== null);
  const met = judged.filter(row => 'met' in row && row.met);
  const skipped = rows.filter(row => 'skipped' in row);
  say(`\n${met.length} of ${judged.length} goals met, ${skipped.length} not run.`);
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
