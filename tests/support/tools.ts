import { join } from 'node:path';
import type { AnswerTools } from '../../src/app/answer.ts';
import { loadConfig } from '../../src/app/config.ts';
import { createElapsed } from '../../src/app/elapsed.ts';
import { readEnvironment, type Variables } from '../../src/app/environment.ts';
import { openLanguage } from '../../src/app/language.ts';
import { createPace } from '../../src/app/pace.ts';
import { openRoster } from '../../src/app/roster.ts';
import type { WatchTools } from '../../src/app/watch.ts';
import type { Fetch } from '../../src/sources/guarded.ts';
import { openReaders } from '../../src/sources/open-source.ts';
import { openStore } from '../../src/store/open-store.ts';
import { temporaryFolder } from './folder.ts';
import { vocabulary } from './language.ts';
import { silentLog } from './silent-log.ts';

const noFile = (path: string): string => {
  throw new Error(`no variable names a file, so ${path} is none`);
};

/** What the use cases work with: a real store, the shipped vocabulary, and a clock that the test moves. */
export async function openTools(
  at = '2025-12-05T01:00:00Z',
  {
    operations = {},
    guarded = null,
    variables = {},
  }: { readonly operations?: object; readonly guarded?: Fetch | null; readonly variables?: Variables } = {},
) {
  let truth = Temporal.Instant.from(at);
  let wrong = new Temporal.Duration();
  const log = silentLog();
  const path = join(temporaryFolder(), 'gwanbo.db');
  const config = loadConfig('t.yaml', JSON.stringify({ sources: [{ id: 'motir', preset: 'motir' }], operations }));
  const words = {
    ...vocabulary,
    get sources() {
      return roster.ids;
    },
  };
  const language = openLanguage(words, log);
  const store = await openStore(`sqlite:${path}`, { authority: 'x.example', now: at, lines: language.lines });
  const roster = await openRoster(store, config, log);
  const clock = { now: () => truth.add(wrong), chance: () => 0.5 };
  const woken: string[] = [];
  const tools = {
    store,
    language,
    labelOf: (_: string, id: string) => id,
    labelsOf: () => [],
    clock,
    /** The time as others have it, whatever our clock shows. */
    truth: () => truth,
    elapsed: createElapsed(() => truth.epochMilliseconds),
    config,
    environment: readEnvironment({ DATABASE_URL: `sqlite:${path}`, ...variables }, noFile),
    roster,
    readers: openReaders({ limits: { total: 5_000, header: 2_000, pause: 0 }, guarded }),
    pace: createPace(clock),
    log,
    operations: 'console',
    wake: (destinations: readonly string[]) => void woken.push(...destinations),
  } satisfies WatchTools & AnswerTools & { elapsed: unknown; truth: unknown; log: unknown };
  return {
    ...tools,
    /** Of the database file. */
    path,
    woken,
    /** Lets time pass. */
    later(duration: Temporal.DurationLike) {
      truth = truth.add(duration);
    },
    /** Our clock is put forward or back. */
    jump(duration: Temporal.DurationLike) {
      wrong = wrong.add(duration);
    },
  };
}
