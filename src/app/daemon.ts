import type { Platform } from '../core/destination.ts';
import { createRests } from '../core/rests.ts';
import { openInProcess } from '../dispatch/in-process.ts';
import type { Channel } from '../ports/channel.ts';
import { createHandler } from '../publish/handler.ts';
import { listen } from '../publish/server.ts';
import type { Fetch } from '../sources/guarded.ts';
import { openReaders, type Readers } from '../sources/open-source.ts';
import { StorageError } from '../store/errors.ts';
import { takeLock } from '../store/lock.ts';
import { announce, tellChannel, tellPolled, tellRejected } from './announce.ts';
import { answer } from './answer.ts';
import { startBackups } from './backups.ts';
import { type Channels, openChannels } from './channels.ts';
import type { SourceConfig } from './config-source.ts';
import { deliver } from './deliver.ts';
import { createElapsed } from './elapsed.ts';
import { type House, headingOf, matchesOf, openHouse, readingOf, type Settings } from './house.ts';
import { openMetrics } from './metrics.ts';
import { createPace } from './pace.ts';
import { reclassify } from './reclassify.ts';
import { startRounds } from './rounds.ts';
import { startSchedule } from './schedule.ts';
import { siteOf } from './site.ts';
import { applyConfig } from './subscriptions-as-code.ts';
import type { Terminal } from './terminal.ts';
import { noting, type Unwritten } from './unwritten.ts';
import { poll } from './watch.ts';
import { openWatched, type Watched } from './watched.ts';

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
 * @param guarded in place of the guarded fetch: tests have no public host to ask
 * @throws {Locked} where another process has the lock @throws {ConfigError} @throws {StorageError}
 */
export async function startDaemon(
  settings: Settings,
  terminal: Terminal,
  open: (house: House, terminal: Terminal) => Channels = openChannels,
  guarded: Fetch | null = null,
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
    return { url: await run(settings, terminal, { open, guarded }, close => closers.push(close)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function run(
  settings: Settings,
  terminal: Terminal,
  { open, guarded }: { readonly open: typeof openChannels; readonly guarded: Fetch | null },
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
  const channels = open(house, terminal);
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
  const readers = openReaders({ ...readingOf(house), guarded });
  onStop(() => readers.close());
  const pace = createPace(clock);
  const tools = { ...house, wake, readers, pace, signal: stopping.signal };

  const metrics = openMetrics(house);
  const unwritten: Unwritten = new Set();
  const watch = startWatch(house, readers, { wake, unwritten }, [
    tellPolled(terminal, log, config.operations.to),
    metrics.polled,
  ]);
  working.push(watch.stop);
  let url = '';
  const site = siteOf(house, {
    url: () => url,
    mounts: new Map([...channels.mounts, ['/metrics', metrics.listener]]),
    ready: () => [
      ...watch.problems(),
      ...(unwritten.size > 0 ? ['nothing can be recorded'] : []),
      ...problemsOf(channels.of),
    ],
  });
  const server = await listen(createHandler(site), { ...environment, limits: { patience: PATIENCE.working } });
  url = server.url;
  working.push(() => server.close());

  const delivering = {
    ...house,
    runtime: { now: clock.now, log },
    channels: channels.of,
    headingOf: headingOf(house),
    matches: matchesOf(house),
    settleMs: environment.settleMs,
    elapsed: createElapsed(() => performance.now()),
    page: environment.baseUrl ?? config.publish.baseUrl,
    unwritten,
    stopping: stopping.signal,
  };
  dispatcher.start(destination => noting(unwritten, destination, () => deliver(destination, delivering)));
  // The vocabulary is read at the start, so once nothing is outdated nothing will be.
  let outdated = true;
  const backups = startBackups(house);
  working.push(() => backups.stop());
  const rounds = startRounds({ ...house, channels: channels.of, wake, signal: stopping.signal });
  working.push(() => rounds.stop());
  const schedule = startSchedule(async () => {
    backups.tick();
    await watch.tick();
    for (const { id, to, state } of await store.endPauses(clock.now().toString()))
      log.info({ subscription: id, destination: to, state }, 'a pause is over');
    wake(await store.ready(clock.now().toString()));
    rounds.tick();
    metrics.tick();
    if (outdated) outdated = (await reclassify(house)) > 0;
  }, log);
  working.push(() => schedule.stop());

  announce({ url, config, sources: house.roster.all, environment, channels: channels.of }, terminal);
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
    house.log.warn(
      { deliveries: unsure },
      'the last process ended while sending: the platforms are asked whether these arrived',
    );
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

interface Watching extends Watched {
  readonly config: SourceConfig;
  /** Aborted when it is removed. */
  readonly stop: AbortController;
  /** That, or that the bot stops. */
  readonly signal: AbortSignal;
}

/** Polls what is due, each source by itself: one that hangs keeps no other from its turn. */
function startWatch(
  house: House,
  readers: Readers,
  { wake, unwritten }: { readonly wake: (destinations: readonly string[]) => void; readonly unwritten: Unwritten },
  tell: readonly ReturnType<typeof tellPolled>[],
) {
  const { store, roster, language, clock, log, config } = house;
  const stopping = new AbortController();
  const watched = new Map<string, Watching>();
  const polling = new Map<string, Promise<void>>();
  const operations = config.operations.to;
  const tools = { store, language, clock, wake, operations };
  const tellings = [...tell, tellRejected(log)];
  /** Until when a source is left alone whose last poll failed on our side. */
  const resting = createRests<string>(clock.now);
  let known: typeof roster.all = [];
  /** What was added is opened, what was removed is stopped in the middle of its reading. */
  const follow = () => {
    if (known === roster.all) return;
    known = roster.all;
    for (const [id, { config, stop }] of watched) {
      if (known.includes(config)) continue;
      stop.abort();
      watched.delete(id);
      unwritten.delete(id);
    }
    for (const config of known) {
      if (watched.has(config.id)) continue;
      const stop = new AbortController();
      const signal = AbortSignal.any([stopping.signal, stop.signal]);
      watched.set(config.id, { ...openWatched(config, readers), config, stop, signal });
    }
  };
  let tickedAt = clock.now();
  return {
    async tick(): Promise<void> {
      await roster.refresh();
      follow();
      for (const state of await store.due(clock.now().toString())) {
        const one = watched.get(state.id);
        if (!one || polling.has(state.id) || resting.until(state.id) !== null) continue;
        const turn = noting(unwritten, state.id, () => poll(one, state, { ...tools, signal: one.signal }))
          .then(polled => {
            for (const tell of tellings) tell(polled);
          })
          .catch(error => {
            log.error({ source: state.id, error }, 'a poll failed');
            // A fault of the disk may be over soon; any other comes back with the same page.
            const wait = error instanceof StorageError ? AFTER_FAILURE : Math.max(AFTER_FAILURE, one.every);
            resting.rest(state.id, clock.now().add({ milliseconds: wait }));
          })
          .finally(() => {
            polling.delete(state.id);
            if (!watched.has(state.id)) unwritten.delete(state.id);
          });
        polling.set(state.id, turn);
      }
      tickedAt = clock.now();
    },
    problems(): readonly string[] {
      const stopped = Temporal.Duration.compare(clock.now().since(tickedAt), SILENCE) > 0;
      return stopped ? ['the schedule has stopped'] : [];
    },
    async stop(): Promise<void> {
      stopping.abort();
      await Promise.all(polling.values());
    },
  };
}

function problemsOf(channels: ReadonlyMap<Platform, Channel>): readonly string[] {
  return [...channels.values()].flatMap(channel => {
    const { state, what } = channel.status();
    return state === 'down' ? [what ?? `${channel.platform} is down`] : [];
  });
}
