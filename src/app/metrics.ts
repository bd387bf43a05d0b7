import type { RequestListener } from 'node:http';
import type { Metric, Registry } from 'prom-client';
import { missingCanary } from './canary.ts';
import type { House } from './house.ts';
import { LATE } from './late.ts';
import { isDue } from './spans.ts';
import type { Polled } from './watch.ts';

/** Seconds from first seen to sent: a poll and a post take a few, a queue or a platform that asks for a pause take minutes. */
const LATENCIES = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
/** What is just being written down is counted the next time. */
const SETTLING = Temporal.Duration.from({ seconds: 5 });
/** How often what was sent is counted in any case, so that who asks first after months waits for no more than the last minutes. */
const COUNT = Temporal.Duration.from({ minutes: 15 });

export type MetricsTools = Pick<House, 'store' | 'clock' | 'config' | 'log'>;

export interface Metrics {
  /** Hears of each poll that ended. */
  polled(polled: Polled | null): void;
  /** Counts what was sent, where that was not done for a while; never throws, and never twice at once. */
  tick(): void;
  /** Answers `GET /metrics` in the text format of Prometheus. */
  readonly listener: RequestListener;
}

interface Polls {
  readonly source: string;
  readonly status: string;
  count: number;
}

/** Latencies of a platform: how many there were, how long they took together, and how many took no longer than each bound. */
interface Latencies {
  count: number;
  sum: number;
  readonly within: number[];
}

/**
 * The figures of a running bot, from its start on. Most are read from the record when they are asked for; labels name
 * sources, platforms and states, never a channel, an address or a person.
 */
export function openMetrics(tools: MetricsTools): Metrics {
  const polls = new Map<string, Polls>();
  const latencies = openLatencies(tools);
  let registry: Promise<Registry> | null = null;
  return {
    polled(polled) {
      if (polled === null) return;
      const { source, status } = polled;
      const name = `${source} ${status}`;
      const known = polls.get(name) ?? { source, status, count: 0 };
      polls.set(name, { ...known, count: known.count + 1 });
    },
    tick() {
      if (!isDue(latencies.countedTo().toString(), COUNT, tools.clock.now())) return;
      latencies.read().catch(error => tools.log.error({ error }, 'the latencies could not be counted'));
    },
    async listener(request, response) {
      const answer = (status: number, type: string, text: string) =>
        void response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
      const plain = 'text/plain; charset=utf-8';
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('Allow', 'GET, HEAD');
        return answer(405, plain, 'These figures can only be read.\n');
      }
      try {
        // Most installations never ask: the library is read for the first who does.
        registry ??= openRegistry(polls, latencies, tools);
        const { contentType, metrics } = await registry.then(async one => ({
          contentType: one.contentType,
          metrics: await one.metrics(),
        }));
        answer(200, contentType, request.method === 'HEAD' ? '' : metrics);
      } catch (error) {
        tools.log.error({ error }, 'the figures could not be read');
        answer(503, plain, 'The figures cannot be read at the moment.\n');
      }
    },
  };
}

async function openRegistry(
  polls: ReadonlyMap<string, Polls>,
  latencies: ReturnType<typeof openLatencies>,
  tools: MetricsTools,
): Promise<Registry> {
  const { Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const { store, clock, config } = tools;
  const registry = new Registry();
  const registers = [registry];

  /** A figure by labels, read anew each time; what is no longer there is told no more. */
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Promise<readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>,
  ) =>
    new Gauge({
      name: `gwanbo_${name}`,
      help,
      labelNames,
      registers,
      async collect() {
        const found = await read();
        this.reset();
        for (const { labels, value } of found) this.set(labels, value);
      },
    });
  const ofSources = (figure: 'listed' | 'unaccounted') => async () =>
    ((await store.rounds()).found?.sources ?? []).map(one => ({ labels: { source: one.source }, value: one[figure] }));
  const alone = (value: number) => [{ labels: {}, value }];

  gauge(
    'listed_items',
    'Items on the listing of a source as last read, at the last audit.',
    ['source'],
    ofSources('listed'),
  );
  gauge(
    'unaccounted_items',
    'Items that were listed and not recorded, or recorded and not made owed to who follows them, at the last audit.',
    ['source'],
    ofSources('unaccounted'),
  );
  gauge('overdue_deliveries', 'Deliveries that are owed for more than ten minutes.', ['platform'], async () => {
    const overdue = await store.overdue(clock.now().subtract(LATE).toString());
    return overdue.map(({ platform, count }) => ({ labels: { platform }, value: count }));
  });
  gauge('last_audit_timestamp_seconds', 'When the last audit was, seconds since 1970.', [], async () => {
    const { auditedAt } = await store.rounds();
    return auditedAt === undefined ? [] : alone(Temporal.Instant.from(auditedAt).epochMilliseconds / 1000);
  });
  if (config.operations.canary !== null)
    gauge('canary_missing', 'Whether the last test message has not arrived within 15 minutes.', [], async () =>
      alone((await missingCanary(tools)) === null ? 0 : 1),
    );
  gauge('deliveries', 'Deliveries on record.', ['platform', 'state'], async () =>
    (await store.deliveryCounts()).map(({ platform, state, count }) => ({ labels: { platform, state }, value: count })),
  );
  gauge('incidents_open', 'Sources in trouble.', ['concern'], async () =>
    [...Map.groupBy(await store.incidents({ open: true }), one => one.concern)].map(([concern, open]) => ({
      labels: { concern },
      value: open.length,
    })),
  );
  new Counter({
    name: 'gwanbo_polls_total',
    help: 'Polls that ended, since the start.',
    labelNames: ['source', 'status'],
    registers,
    collect() {
      this.reset();
      for (const { source, status, count } of polls.values()) this.inc({ source, status }, count);
    },
  });
  const name = 'gwanbo_delivery_latency_seconds';
  const shape = await new Histogram({
    name,
    help: 'From a release being first seen to its alert being sent; without digests, since the start.',
    labelNames: ['platform'],
    buckets: LATENCIES,
    registers: [],
  }).get();
  // A histogram of the library counts what it sees itself; this one was counted before anybody asked for it.
  const counted = { name, get: async () => ({ ...shape, values: samplesOf(name, await latencies.read()) }) };
  registry.registerMetric(counted as unknown as Metric);
  return registry;
}

/** A histogram in the format of Prometheus: how many took up to each bound, the last without one. */
const samplesOf = (name: string, found: ReadonlyMap<string, Latencies>) =>
  [...found].flatMap(([platform, { count, sum, within }]) => [
    ...within.map((value, at) => ({ metricName: `${name}_bucket`, labels: { le: LATENCIES[at], platform }, value })),
    { metricName: `${name}_bucket`, labels: { le: '+Inf', platform }, value: count },
    { metricName: `${name}_sum`, labels: { platform }, value: sum },
    { metricName: `${name}_count`, labels: { platform }, value: count },
  ]);

/** Latencies by platform since the start, each counted once. */
function openLatencies({ store, clock }: MetricsTools) {
  const found = new Map<string, Latencies>();
  let counted = clock.now();
  let reading: Promise<void> | null = null;
  const readOn = async () => {
    const before = clock.now().subtract(SETTLING);
    if (Temporal.Instant.compare(before, counted) <= 0) return;
    const sent = await store.latencies(counted.toString(), before.toString());
    counted = before;
    for (const { platform, seconds } of sent) {
      const known = found.get(platform) ?? { count: 0, sum: 0, within: LATENCIES.map(() => 0) };
      known.count += 1;
      known.sum += seconds;
      for (const [at, bound] of LATENCIES.entries())
        if (seconds <= bound) known.within[at] = (known.within[at] ?? 0) + 1;
      found.set(platform, known);
    }
  };
  return {
    countedTo: () => counted,
    /** Reads what was sent since it was last read. */
    async read(): Promise<ReadonlyMap<string, Latencies>> {
      reading ??= readOn().finally(() => {
        reading = null;
      });
      await reading;
      return found;
    },
  };
}
