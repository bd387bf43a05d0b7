import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceState, Store } from '../ports/store.ts';
import { openReaders } from '../sources/open-source.ts';
import { isLocked } from '../store/lock.ts';
import type { Clock } from './clock.ts';
import { Trouble } from './errors.ts';
import { type House, readingOf, unknownSource } from './house.ts';
import { applyConfig } from './subscriptions-as-code.ts';
import { type Polled, poll } from './watch.ts';
import { openWatched } from './watched.ts';

/** How often the answer of a running bot is looked for, and for how long: longer than a source may take to be read. */
const LOOK = 100;
const PATIENCE = Temporal.Duration.from({ seconds: 90 });

/**
 * Polls sources now: by itself, or where a bot runs on this database by asking it to.
 * Alerts that follow are owed, and sent by a running bot.
 * @param only the one source to poll, null for all
 * @throws {Trouble} for a source that is not configured
 */
export async function check(only: string | null, house: House, done: (polled: Polled) => void): Promise<void> {
  const { config, roster, store, clock, environment } = house;
  const chosen = roster.all.filter(source => only === null || source.id === only);
  if (only !== null && chosen.length === 0) throw unknownSource(only, house);
  if (isLocked(environment.databasePath)) {
    for (const { id } of chosen) done(await askFor(id, store, clock));
    return;
  }
  await applyConfig(house);
  const readers = openReaders(readingOf(house));
  try {
    for (const source of chosen) {
      const polled = await poll(openWatched(source, readers), await stateOf(source.id, store), {
        ...house,
        operations: config.operations.to,
        wake: () => {},
      });
      if (polled) done(polled);
    }
  } finally {
    await readers.close();
  }
}

async function askFor(id: string, store: Store, clock: Clock): Promise<Polled> {
  const asked = clock.now();
  await store.requestPoll(id, asked.toString());
  while (Temporal.Duration.compare(clock.now().since(asked), PATIENCE) < 0) {
    await sleep(LOOK);
    const state = await stateOf(id, store);
    if (state.polledAt === null || state.status === null || Temporal.Instant.compare(state.polledAt, asked) <= 0)
      continue;
    return { source: id, status: state.status, ...state.counts, error: state.error };
  }
  throw new Trouble('failure', `the running bot did not poll ${id} within ${PATIENCE.total('seconds')} seconds`, {
    fix: 'its log says what it is doing',
  });
}

async function stateOf(id: string, store: Store): Promise<SourceState> {
  const state = (await store.sources()).find(source => source.id === id);
  if (!state) throw new Trouble('usage', `there is no source ${id}`, { fix: 'the configuration lists the sources' });
  return state;
}
