import { afterEach, describe, expect, test } from 'vitest';
import type { Dispatcher } from '../../src/ports/dispatcher.ts';

/** What every dispatcher keeps, whatever carries its wake-ups. `open` makes a fresh one. */
export function dispatcherContract(name: string, open: () => Dispatcher): void {
  describe(`dispatcher contract: ${name}`, () => {
    const opened: Dispatcher[] = [];
    const fresh = () => {
      const dispatcher = open();
      opened.push(dispatcher);
      return dispatcher;
    };
    afterEach(async () => {
      for (const dispatcher of opened.splice(0)) await dispatcher.stop(1_000);
    });

    test('a woken destination is worked on', async () => {
      const { promise, resolve } = Promise.withResolvers<string>();
      const dispatcher = fresh();
      dispatcher.start(async destination => {
        resolve(destination);
        return null;
      });
      dispatcher.wake('slack:C1');
      expect(await promise).toBe('slack:C1');
    });

    test('never twice at once for one destination, and a wake-up during the work is not lost', async () => {
      let [now, most, runs] = [0, 0, 0];
      const gate = Promise.withResolvers<void>();
      const second = Promise.withResolvers<void>();
      const dispatcher = fresh();
      dispatcher.start(async () => {
        most = Math.max(most, ++now);
        if (++runs === 2) second.resolve();
        await gate.promise;
        now--;
        return null;
      });
      for (let i = 0; i < 5; i++) dispatcher.wake('slack:C1');
      gate.resolve();
      await second.promise;
      await new Promise(resolve => setTimeout(resolve, 20));
      expect({ most, runs }).toEqual({ most: 1, runs: 2 });
    });

    test('destinations do not wait for each other', async () => {
      const stuck = Promise.withResolvers<null>();
      const other = Promise.withResolvers<void>();
      const dispatcher = fresh();
      dispatcher.start(destination => {
        if (destination === 'slack:C1') return stuck.promise;
        other.resolve();
        return Promise.resolve(null);
      });
      dispatcher.wake('slack:C1');
      dispatcher.wake('slack:C2');
      await other.promise;
      stuck.resolve(null);
    });

    test('work that names its next time is run then without being woken', async () => {
      let runs = 0;
      const second = Promise.withResolvers<void>();
      const dispatcher = fresh();
      dispatcher.start(async () => {
        if (++runs === 2) second.resolve();
        return runs === 1 ? Temporal.Now.instant().add({ milliseconds: 20 }) : null;
      });
      dispatcher.wake('slack:C1');
      await second.promise;
      expect(runs).toBe(2);
    });

    test('stop lets the work under way end and starts none after it', async () => {
      const gate = Promise.withResolvers<void>();
      let [runs, ended] = [0, false];
      const dispatcher = fresh();
      dispatcher.start(async () => {
        runs++;
        await gate.promise;
        ended = true;
        return Temporal.Now.instant();
      });
      dispatcher.wake('slack:C1');
      const stopped = dispatcher.stop(5_000);
      gate.resolve();
      await stopped;
      dispatcher.wake('slack:C2');
      await new Promise(resolve => setTimeout(resolve, 20));
      expect({ runs, ended }).toEqual({ runs: 1, ended: true });
    });

    test('stop does not wait for work that never ends', async () => {
      const dispatcher = fresh();
      dispatcher.start(() => new Promise<null>(() => {}));
      dispatcher.wake('slack:C1');
      await dispatcher.stop(10);
    });

    test('work that fails is tried again and leaves the others alone', async () => {
      const other = Promise.withResolvers<void>();
      const dispatcher = fresh();
      dispatcher.start(async destination => {
        if (destination === 'slack:C1') throw new Error('no such table');
        other.resolve();
        return null;
      });
      dispatcher.wake('slack:C1');
      dispatcher.wake('slack:C2');
      await other.promise;
    });
  });
}
