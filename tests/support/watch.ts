import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/app/config.ts';
import { deliver } from '../../src/app/deliver.ts';
import { createElapsed } from '../../src/app/elapsed.ts';
import { readEnvironment } from '../../src/app/environment.ts';
import { type House, openHouse } from '../../src/app/house.ts';
import { applyConfig } from '../../src/app/subscriptions-as-code.ts';
import { type Polled, poll } from '../../src/app/watch.ts';
import { openWatched } from '../../src/app/watched.ts';
import { openConsole } from '../../src/channels/console/console.ts';
import type { SourceState } from '../../src/ports/store.ts';
import { openReaders } from '../../src/sources/open-source.ts';
import { temporaryFolder } from './folder.ts';
import { silentLog } from './silent-log.ts';

/** The watch without its schedule: a test says when it polls and what time it is. Closed when the test is over. */
export interface Watch {
  readonly house: House;
  /** RFC 3339. */
  now: string;
  /** Lets so many hours pass. */
  pass(hours: number): void;
  /** Polls the first source of the config, or the one named. */
  poll(source?: string): Promise<Polled>;
  state(source?: string): Promise<SourceState>;
  /** Sends all that the console is owed, and gives what it printed for programs, oldest first. */
  sent(): Promise<Record<string, unknown>[]>;
  /** The same database under another config. */
  reopen(config: object): Promise<void>;
}

export async function startWatch(config: object): Promise<Watch> {
  const url = `sqlite:${join(temporaryFolder(), 'gwanbo.db')}`;
  const log = silentLog();
  const clock = { now: () => Temporal.Instant.from(watch.now), chance: () => 0.5 };
  const readers = openReaders({ limits: { total: 5_000, header: 2_000 } });
  let house: House | undefined;
  onTestFinished(async () => {
    await readers.close();
    await house?.close();
  });

  const watch: Watch = {
    now: '2026-03-02T01:00:00Z',
    get house() {
      if (!house) throw new Error('not opened');
      return house;
    },
    pass(hours) {
      watch.now = Temporal.Instant.from(watch.now)
        .add({ seconds: hours * 3600 })
        .toString();
    },
    async state(source = watch.house.config.sources[0]?.id) {
      const state = (await watch.house.store.sources()).find(one => one.id === source);
      if (!state) throw new Error(`no source ${source}`);
      return state;
    },
    async poll(source) {
      const state = await watch.state(source);
      const configured = watch.house.source(state.id);
      if (!configured) throw new Error(`${state.id} is not configured`);
      const tools = { ...watch.house, operations: watch.house.config.operations.to, wake: () => {} };
      const polled = await poll(openWatched(configured, readers), state, tools);
      if (!polled) throw new Error('the poll was stopped');
      return polled;
    },
    async sent() {
      const lines: string[] = [];
      const console = openConsole({ json: true, write: text => void lines.push(text), columns: 80, color: false });
      const tools = {
        ...watch.house,
        runtime: { now: clock.now, log },
        channels: new Map([['console', console]] as const),
        settleMs: 30_000,
        elapsed: createElapsed(() => clock.now().epochMilliseconds),
        matches: () => true,
        headingOf: () => null,
        page: null,
      };
      while ((await deliver('console', tools)) !== null);
      return lines.map(line => JSON.parse(line));
    },
    async reopen(changed) {
      await house?.close();
      house = await openHouse({
        environment: readEnvironment({ DATABASE_URL: url }, path => {
          throw new Error(`no file ${path} in this test`);
        }),
        config: loadConfig('t.yaml', JSON.stringify(changed)),
        log,
        clock,
      });
      await applyConfig(house);
    },
  };
  await watch.reopen(config);
  return watch;
}
