import type { Platform } from '../core/destination.ts';
import { openInProcess } from '../dispatch/in-process.ts';
import type { Channel } from '../ports/channel.ts';
import { createHandler } from '../publish/handler.ts';
import { listen } from '../publish/server.ts';
import { openReaders } from '../sources/open-source.ts';
import { StorageError } from '../store/errors.ts';
import { takeLock } from '../store/lock.ts';
import { announce, tellChannel, tellPolled, tellRejected } from './announce.ts';
import { answer } from './answer.ts';
import { startBackups } from './backups.ts';
import { type Channels, openChannels } from './channels.ts';
import { deliver } from './deliver.ts';
import { type House, openHouse, readingOf, type Settings } from './house.ts';
import { reclassify } from './reclassify.ts';
import { startSchedule } from './schedule.ts';
import { siteOf } from './site.ts';
import { applyConfig } from './subscriptions-as-code.ts';
import type { Terminal } from './terminal.ts';
import { openWatched, poll, type Watched } from './watch.ts';

/**
/**
 * How long a message that is being sent, or a page that is being read, may take when the bot is told to stop,
 * milliseconds; then its request is cut off, and that it is unsure is written down. Together with the good-byes of the
 * channels it stays below the ten seconds that service managers grant.
 */
const PATIENCE = { working: 7_000, settling: 1_000 };

export interface Daemon {
  /** Where it listens, as printed. */
  readonly url: string;
  /** Ends what is under way within ten seconds, takes nothing new, and closes everything. */
  stop(): Promise<void>;
}

/**
 * Everything until it is stopped: watches, publishes, alerts, answers. Takes the exclusive lock of the database.
 * @param open how channels are opened; the demo has its own
 * @throws {Locked} where another process has the lock @throws {ConfigError} @throws {StorageError}
 */
export async function startDaemon(
  settings: Settings,
  terminal: Terminal,
  open: (settings: Settings, terminal: Terminal) => Channels = openChannels,
): Promise<Daemon> {
  const closers: (() => unknown)[] = [];
  const stop = async () => {
    const failures: unknown[] = [];
    // What cannot be closed keeps nothing else open: the lock and the database are the last, and matter most.
    for (const close of closers.splice(0).reverse())
      await Promise.resolve()
        .then(close)
        .catch(error => {
          settings.log.error({ error }, 'something could not be closed');
          failures.push(error);
        });
    if (failures.length > 0) throw failures[0];
  };
  try {
    return { url: await run(settings, terminal, open, close => closers.push(close)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function run(
  settings: Settings,
  terminal: Terminal,
  open: typeof openChannels,
  onStop: (close: () => unknown) => void,
): Promise<string> {
  const { environment, config, clock, log } = settings;
  const lock = takeLock(environment.databasePath);
  onStop(() => lock.release());
  const house = await openHouse(settings);
  onStop(() => house.close());
  const { store } = house;
  await prepare(house);

  onStop(startCatchingUp(house));
  const dispatcher = openInProcess({ now: clock.now, log });
  onStop(() => dispatcher.stop(PATIENCE.settling));
  const channels = open(settings, terminal);
  onStop(() => Promise.all([...channels.of.values()].map(channel => channel.close())));
  // What works ends at the same time: while readers are being served to the end, nothing new is claimed or polled.
  const working: (() => Promise<void>)[] = [];
  onStop(async () => {
    for (const end of await Promise.allSettled(working.map(end => end())))
      if (end.status === 'rejected') throw end.reason;
  });
  const stopping = new AbortController();
  working.push(() => {
    stopping.abort();
    return dispatcher.stop(PATIENCE.working);
  });
  const wake = (destinations: readonly string[]) => {
    for (const destination of destinations) dispatcher.wake(destination);
  };
  const { language, labelOf, labelsOf } = house;
  const tools = { store, language, labelOf, labelsOf, clock, log, wake };

  const watch = startWatch(house, wake, terminal);
  working.push(watch.stop);
  let url = '';
  const site = siteOf(house, {
    url: () => url,
    mounts: channels.mounts,
    ready: () => [...watch.problems(), ...problemsOf(channels.of)],
  });
  const server = await listen(createHandler(site), { ...environment, limits: { patience: PATIENCE.working } });
  url = server.url;
  working.push(() => server.close());

  dispatcher.start(destination =>
    deliver(destination, {
      ...house,
      runtime: { now: clock.now, log },
      channels: channels.of,
      stopping: stopping.signal,
    }),
  );
  // The vocabulary is read at the start, so once nothing is outdated nothing will be.
  let outdated = true;
  const backups = startBackups(house);
  working.push(() => backups.stop());
  const schedule = startSchedule(async () => {
    backups.tick();
    await watch.tick();
    wake(await store.ready(clock.now().toString()));
    if (outdated) outdated = (await reclassify(house)) > 0;
  }, log);
  working.push(() => schedule.stop());

  announce({ url, config, environment, channels: channels.of }, terminal);
  const told = tellChannel(terminal);
  for (const channel of channels.of.values())
    channel
      .listen((command, asker) => answer(command, asker, tools))
      .then(() => told(channel))
      .catch(error => log.error({ platform: channel.platform, error }, 'a channel cannot hear commands'));
  return url;
}

/** Brings the record in line with the config, and calls unsure what the last process did not finish. */
async function prepare(house: House): Promise<void> {
  const unsure = await house.store.recover(house.clock.now().toString());
  if (unsure > 0)
    house.log.warn({ deliveries: unsure }, 'the last process ended while sending: it is unsure whether these arrived');
  await applyConfig(house);
}

/** A first start on an older archive makes it searchable beside its other work. @returns stops that */
function startCatchingUp({ store, log }: House): () => Promise<void> {
  const stopping = new AbortController();
  const done = store.catchUp(stopping.signal).catch(error => log.error({ error }, 'the archive is not searchable yet'));
  return () => {
    stopping.abort();
    return done;
  };
}

/** The schedule ticks every second; silence for this long means that it does not run. */
const SILENCE = Temporal.Duration.from({ seconds: 30 });

/** A poll that could not be written down is not repeated every second: the source is not to suffer for our disk. */
const AFTER_FAILURE = 30_000;

/** Polls what is due, each source by itself: one that hangs keeps no other from its turn. */
function startWatch(house: House, wake: (destinations: readonly string[]) => void, terminal: Terminal) {
  const { store, language, clock, log, config } = house;
  const stopping = new AbortController();
  const readers = openReaders(readingOf(house));
  const watched = new Map<string, Watched>(config.sources.map(source => [source.id, openWatched(source, readers)]));
  const polling = new Map<string, Promise<void>>();
  const operations = config.operations.to;
  const tools = { store, language, clock, wake, operations, signal: stopping.signal };
  const tellings = [tellPolled(terminal, log, operations), tellRejected(log)];
  /** Until when a source is left alone whose last poll failed on our side. */
  const resting = new Map<string, Temporal.Instant>();
  const isResting = (id: string) => {
    const until = resting.get(id);
    return until !== undefined && Temporal.Instant.compare(clock.now(), until) < 0;
  };
  let tickedAt = clock.now();
  /** Whether the database refused the last poll. */
  let refused = false;
  return {
    async tick(): Promise<void> {
      for (const state of await store.due(clock.now().toString())) {
        const one = watched.get(state.id);
        if (!one || polling.has(state.id) || isResting(state.id)) continue;
        const turn = poll(one, state, tools)
          .then(polled => {
            refused = false;
            for (const tell of tellings) tell(polled);
          })
          .catch(error => {
            log.error({ source: state.id, error }, 'a poll failed');
            refused = error instanceof StorageError;
            // A fault of the disk may be over soon; any other comes back with the same page.
            const wait = error instanceof StorageError ? AFTER_FAILURE : Math.max(AFTER_FAILURE, one.every);
            resting.set(state.id, clock.now().add({ milliseconds: wait }));
          })
          .finally(() => polling.delete(state.id));
        polling.set(state.id, turn);
      }
      tickedAt = clock.now();
    },
    problems(): readonly string[] {
      const stopped = Temporal.Duration.compare(clock.now().since(tickedAt), SILENCE) > 0;
      return [...(stopped ? ['the schedule has stopped'] : []), ...(refused ? ['nothing can be recorded'] : [])];
    },
    async stop(): Promise<void> {
      stopping.abort();
      await Promise.all(polling.values());
      await readers.close();
    },
  };
}

function problemsOf(channels: ReadonlyMap<Platform, Channel>): readonly string[] {
  return [...channels.values()].flatMap(channel => {
    const { state, what } = channel.status();
    return state === 'down' ? [what ?? `${channel.platform} is down`] : [];
  });
}
