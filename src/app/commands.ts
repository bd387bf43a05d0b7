import type { DeliveryState } from '../core/delivery.ts';
import type { Style } from '../core/subscription.ts';
import { EXIT, type ExitCode, Trouble } from './errors.ts';
import { type House, openHouse, readSettings, unknownSource } from './house.ts';
import * as print from './print.ts';
import type { Terminal } from './terminal.ts';

/** One function a command: opens what it needs, does one thing of the app, shows the answer, says how it ended. */

/** Runs `work` on the opened house and closes it whatever happens. Takes no lock: it works beside a running bot. */
async function inside<Result>(work: (house: House) => Promise<Result>): Promise<Result> {
  const house = await openHouse(readSettings());
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}

/** Beside a running bot nothing has to be woken: it looks for what is owed every second. */
const unheard = () => {};

const toolsOf = ({ store, clock }: House) => ({ store, clock, wake: unheard });

/** With the language, which is read from its tables by asking for it. */
const wordsOf = (house: House) => ({ ...toolsOf(house), language: house.language });

export async function start(terminal: Terminal): Promise<ExitCode> {
  const { startDaemon } = await import('./daemon.ts');
  const { untilStopped } = await import('./signals.ts');
  return untilStopped(() => startDaemon(readSettings(), terminal));
}

export async function demo(options: { readonly every: string }, terminal: Terminal): Promise<ExitCode> {
  const { startDemo } = await import('./demo/demo.ts');
  const { untilStopped } = await import('./signals.ts');
  return untilStopped(() => startDemo(options, terminal));
}

export async function check(options: { readonly source?: string }, terminal: Terminal): Promise<ExitCode> {
  const { check: poll } = await import('./check.ts');
  let ill = false;
  await inside(async house => {
    await poll(options.source ?? null, house, polled => {
      ill ||= polled.status === 'unhealthy';
      terminal.show(polled, print.polledLine(polled, terminal));
    });
  });
  return ill ? EXIT.source : EXIT.ok;
}

export interface ReadOptions {
  readonly kind: 'board' | 'feed' | 'text';
  readonly zone: string;
  readonly base?: string;
}

export async function read(inputs: readonly string[], options: ReadOptions, terminal: Terminal): Promise<ExitCode> {
  const { readInputs } = await import('./read.ts');
  let failed = false;
  for await (const line of readInputs(inputs, options)) {
    failed ||= line.error !== null;
    terminal.show(line, print.readPage(line, terminal));
  }
  return failed ? EXIT.source : EXIT.ok;
}

export async function importFile(
  file: string,
  options: { readonly source: string; readonly alert?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const { readForImport } = await import('./read.ts');
  const { importItems } = await import('./import.ts');
  return inside(async house => {
    const source = house.source(options.source);
    if (!source) throw unknownSource(options.source, house);
    const input = await readForImport(file, source);
    const imported = await importItems(input, source, options.alert ?? false, wordsOf(house));
    terminal.show(imported, print.importedPage(imported, input.rejected, terminal));
    return imported.rejected > 0 && imported.recorded + imported.revised + imported.unchanged === 0
      ? EXIT.failure
      : EXIT.ok;
  });
}

export async function releases(
  query: string,
  options: { readonly limit: number },
  terminal: Terminal,
): Promise<ExitCode> {
  const { find } = await import('./archive.ts');
  return inside(async house => {
    const parsed = query.trim() === '' ? null : house.language.parse(query);
    const found = await find(parsed, options.limit, house);
    for (const release of found) terminal.show(print.releaseJson(release), print.releaseLine(release, terminal));
    if (found.length === 0)
      terminal.note(parsed === null ? 'No release is recorded yet.' : 'No recorded release matches.');
    for (const hint of parsed === null ? [] : house.language.hints(parsed)) terminal.note(hint);
    return EXIT.ok;
  });
}

export async function show(id: string, terminal: Terminal): Promise<ExitCode> {
  return inside(async house => {
    const release = await house.store.release(id);
    if (!release) throw new Trouble('usage', `there is no release ${id}`, { fix: 'gwanbo releases lists them' });
    terminal.show(print.releaseJson(release), print.releasePage(release, house.labelsOf(release), terminal));
    return EXIT.ok;
  });
}

export interface FollowOptions {
  readonly to: string;
  readonly style: Style;
  readonly mention?: readonly string[];
  readonly backfill: number;
}

/** The most releases that a new subscription may be sent at once. */
const MOST_BACKFILL = 10;

export async function follow(query: string, options: FollowOptions, terminal: Terminal): Promise<ExitCode> {
  const { follow: make } = await import('./subscribe.ts');
  if (options.backfill > MOST_BACKFILL)
    throw new Trouble('usage', `--backfill ${options.backfill} is too many`, { fix: `write 0 to ${MOST_BACKFILL}` });
  return inside(async house => {
    const asked = { ...options, query, mention: options.mention ?? [], createdBy: 'cli' };
    const followed = await make(asked, wordsOf(house));
    terminal.show(followed.subscription, print.followedPage(followed, terminal));
    return EXIT.ok;
  });
}

export async function unfollow(target: string, terminal: Terminal): Promise<ExitCode> {
  const { unfollow: end } = await import('./subscribe.ts');
  return inside(async house => {
    const all = await house.store.subscriptions();
    const gone =
      target === 'all'
        ? all.filter(one => one.createdBy !== 'config')
        : all.filter(one => String(one.id) === target.replace(/^#/, ''));
    if (target !== 'all' && gone.length === 0)
      throw new Trouble('usage', `there is no subscription ${target}`, { fix: 'gwanbo list shows their numbers' });
    for (const one of gone) {
      await end(one.id, toolsOf(house));
      terminal.show(one, `#${one.id} ${one.normal} -> ${one.to} is gone.`);
    }
    for (const one of gone.filter(one => one.createdBy === 'config'))
      terminal.note(`#${one.id} stands in the configuration file and comes back at the next start: remove it there.`);
    if (gone.length === 0) terminal.note('There was no subscription to remove.');
    return EXIT.ok;
  });
}

export async function list(terminal: Terminal): Promise<ExitCode> {
  return inside(async ({ store }) => {
    const all = await store.subscriptions();
    for (const one of all) terminal.show(one, print.subscriptionLine(one, terminal));
    if (all.length === 0) terminal.note('Nothing is followed. Try: gwanbo follow topic:steel --to console');
    return EXIT.ok;
  });
}

export async function setState(id: number, state: 'active' | 'paused', terminal: Terminal): Promise<ExitCode> {
  const { setState: set } = await import('./subscribe.ts');
  return inside(async house => {
    const one = await set(id, state, 'cli', toolsOf(house));
    terminal.show(one, print.subscriptionLine(one, terminal));
    return EXIT.ok;
  });
}

export async function deliveries(
  options: { readonly state?: DeliveryState; readonly limit: number },
  terminal: Terminal,
): Promise<ExitCode> {
  return inside(async ({ store }) => {
    const found = await store.deliveries(options);
    for (const one of found) terminal.show(one, print.deliveryLine(one, terminal));
    if (found.length === 0) terminal.note('No delivery is recorded.');
    return EXIT.ok;
  });
}

export async function status(terminal: Terminal): Promise<ExitCode> {
  const { readStatus } = await import('./status.ts');
  return inside(async house => {
    const found = await readStatus(house);
    terminal.show(found, print.statusPage(found, terminal));
    return EXIT.ok;
  });
}
