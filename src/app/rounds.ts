import type { Found } from '../ports/operations.ts';
import { audit } from './audit.ts';
import { sendCanary } from './canary.ts';
import type { House } from './house.ts';
import type { Problem } from './problem.ts';
import { purge } from './purge.ts';
import { type RepairTools, repair } from './repair.ts';
import { isDue } from './spans.ts';
import { sweep } from './sweep.ts';

/** How often each is done. When it was done last stands in the database. */
const EVERY = {
  audit: Temporal.Duration.from({ minutes: 15 }),
  repair: Temporal.Duration.from({ hours: 6 }),
  purge: Temporal.Duration.from({ hours: 24 }),
};
/** The sweep costs little, and whether something else is due is asked as often. */
const LOOK = Temporal.Duration.from({ minutes: 1 });

const NOTHING = { poll: null, fresh: [], revised: [], adopted: [], completed: [], listed: [] } as const;

export interface RoundTools extends RepairTools, Pick<House, 'config' | 'language'> {
  readonly wake: (destinations: readonly string[]) => void;
}

export interface Rounds {
  /** Makes the rounds that are due; never throws, and never twice at once. */
  tick(): void;
  /** Resolves when those that run have ended. */
  stop(): Promise<void>;
}

/** What a running bot does beside its work to see that the work was done. */
export function startRounds(tools: RoundTools): Rounds {
  const { clock, log } = tools;
  let lookedAt: string | undefined;
  let running: Promise<void> | null = null;
  return {
    tick() {
      if (running !== null || !isDue(lookedAt, LOOK, clock.now())) return;
      lookedAt = clock.now().toString();
      running = makeRounds(tools)
        .catch(error => log.error({ error }, 'a round failed'))
        .finally(() => {
          running = null;
        });
    },
    async stop() {
      await running;
    },
  };
}

/** The rounds that are due now, one after the other. */
export async function makeRounds(tools: RoundTools): Promise<void> {
  const { store, clock, log, signal } = tools;
  const now = clock.now();
  await sweep(tools);
  const { auditedAt, repairedAt, purgedAt } = await store.rounds();
  if (isDue(auditedAt, EVERY.audit, now)) await auditAndHeal(tools);
  if (isDue(repairedAt, EVERY.repair, now) && !signal?.aborted) {
    await repair(tools);
    await store.saveRounds({ repairedAt: now.toString() });
  }
  if (isDue(purgedAt, EVERY.purge, now) && !signal?.aborted) {
    const purged = await purge(tools);
    if (purged > 0) log.info({ deliveries: purged }, 'old messages were forgotten');
    await store.saveRounds({ purgedAt: now.toString() });
  }
}

/** Audits, makes owed what is missing for sure, and keeps what was found. */
async function auditAndHeal(tools: RoundTools): Promise<void> {
  const { store, clock, log, wake } = tools;
  const before = await store.rounds();
  const at = clock.now().toString();
  const { steady, missing, doubts, ...found } = await audit(before.steady, tools);
  for (const { what } of newOf(found, before.found)) log.error({ what }, 'the audit found a problem');
  for (const { what } of doubts) log.debug({ what }, 'the audit is in doubt');
  if (missing.length > 0) wake((await store.record({ source: '', at, ...NOTHING, deliveries: missing })).destinations);
  wake(await sendCanary(tools));
  await store.saveRounds({ auditedAt: at, steady, found });
}

const newOf = ({ problems }: Found, before: Found | undefined): readonly Problem[] =>
  problems.filter(({ what }) => !before?.problems.some(one => one.what === what));
