import { join } from 'node:path';
import type { ReadTools } from '../../src/app/answer-reads.ts';
import { openLanguage } from '../../src/app/language.ts';
import type { WatchTools } from '../../src/app/watch.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from './folder.ts';
import { vocabulary } from './language.ts';
import { silentLog } from './silent-log.ts';

/** What the use cases work with: a real store, the shipped vocabulary, and a clock that the test moves. */
export async function openTools(at = '2025-12-05T01:00:00Z') {
  let now = Temporal.Instant.from(at);
  const log = silentLog();
  const path = join(temporaryFolder(), 'gwanbo.db');
  const language = openLanguage({ ...vocabulary, sources: ['motir'] }, log);
  const store = await openStore(`sqlite:${path}`, { authority: 'x.example', now: at, lines: language.lines });
  const woken: string[] = [];
  const tools = {
    store,
    language,
    labelOf: (_: string, id: string) => id,
    labelsOf: () => [],
    clock: { now: () => now, chance: () => 0.5 },
    log,
    operations: 'console',
    wake: (destinations: readonly string[]) => void woken.push(...destinations),
  } satisfies WatchTools & ReadTools & { log: unknown };
  return {
    ...tools,
    /** Of the database file. */
    path,
    woken,
    /** Lets time pass. */
    later(duration: Temporal.DurationLike) {
      now = now.add(duration);
    },
  };
}
