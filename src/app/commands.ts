import { readNumber } from '../core/command-words.ts';
import type { DeliveryState } from '../core/delivery.ts';
import type { Style } from '../core/subscription.ts';
import { isLocked } from '../store/lock.ts';
import { isZone } from './config-source.ts';
import { EXIT, type ExitCode, Trouble } from './errors.ts';
import { type House, readSettings, TABLES, unknownSource } from './house.ts';
import { incidentLines } from './incident-print.ts';
import { inside } from './inside.ts';
import { hang } from './layout.ts';
import { noteWait } from './operations-commands.ts';
import * as print from './print.ts';
import type { ReadOptions } from './read.ts';
import type { Typed } from './settings.ts';
import type { Edit } from './subscribe.ts';
import type { Terminal } from './terminal.ts';
import { loadVocabulary } from './vocabulary.ts';

/** One function a command: opens what it needs, does one thing of the app, shows the answer, says how it ended. */

export { preview, releases, search, show, why } from './archive-commands.ts';
export { audit, purge, replay, status, test } from './operations-commands.ts';
export { feed, topics } from './vocabulary-commands.ts';

/** Beside a running bot nothing has to be woken: it looks for what is owed every second. */
const unheard = () => {};

const toolsOf = ({ store, clock }: House) => ({ store, clock, wake: unheard });

/** With the language, which is read from its tables by asking for it. */
const wordsOf = (house: House) => ({ ...toolsOf(house), language: house.language });

export async function start(terminal: Terminal): Promise<ExitCode> {
  const { startDaemon } = await import('./daemon.ts');
  const { untilStopped } = await import('./signals.ts');
  const settings = readSettings();
  return untilStopped(() => startDaemon(settings, terminal), settings.log.error);
}

export async function demo(options: { readonly every: string }, terminal: Terminal): Promise<ExitCode> {
  const { openDemoLog, startDemo } = await import('./demo/demo.ts');
  const { untilStopped } = await import('./signals.ts');
  const log = openDemoLog();
  return untilStopped(() => startDemo(options, terminal, log), log.error);
}

export async function check(options: { readonly source?: string }, terminal: Terminal): Promise<ExitCode> {
  const { check: poll } = await import('./check.ts');
  let ill = false;
  await inside(async house => {
    await poll(options.source ?? null, house, polled => {
      ill ||= polled.status === 'unhealthy';
      const text = [
        print.polledLine(polled, terminal),
        ...print.rejectedLines(polled.rejected ?? [], terminal),
        ...(polled.incidents ?? []).flatMap(incident => incidentLines(incident, terminal)),
      ];
      terminal.show(polled, text.join('\n'));
    });
  });
  return ill ? EXIT.source : EXIT.ok;
}

export async function read(inputs: readonly string[], options: ReadOptions, terminal: Terminal): Promise<ExitCode> {
  const { readInputs } = await import('./read.ts');
  if (!isZone(options.zone))
    throw new Trouble('usage', `--zone ${options.zone} is no time zone`, { fix: 'write one such as Asia/Seoul' });
  if (options.base !== undefined && !URL.canParse(options.base))
    throw new Trouble('usage', `--base ${options.base} is no address`, { fix: 'write a whole one: https://...' });
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
  const { applyConfig } = await import('./subscriptions-as-code.ts');
  return inside(async house => {
    const source = house.source(options.source);
    if (!source) throw unknownSource(options.source, house);
    const input = await readForImport(file, source);
    if (options.alert && !isLocked(house.environment.databasePath)) await applyConfig(house);
    const imported = await importItems(input, source, options.alert ?? false, wordsOf(house));
    terminal.show(imported, print.importedPage(imported, input.rejected, terminal));
    return imported.rejected > 0 && imported.recorded + imported.revised + imported.unchanged === 0
      ? EXIT.failure
      : EXIT.ok;
  });
}

export async function backfill(
  options: { readonly source: string; readonly from: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const { backfill: fill } = await import('./backfill.ts');
  const { openProgressBar } = await import('./progress-bar.ts');
  return inside(async house => {
    const source = house.source(options.source);
    if (!source) throw unknownSource(options.source, house);
    const bar = openProgressBar(process.stderr, options.from);
    const done = await fill(source, options.from, house, bar.show).finally(bar.end);
    terminal.show(done, print.backfilledLine(done));
    return EXIT.ok;
  });
}

/** Reads standard input; needs no database and no configuration. */
export async function facets(terminal: Terminal): Promise<ExitCode> {
  const { classifyLines, facetsJson } = await import('./facets.ts');
  const { complain } = await import('./complain.ts');
  let failed = false;
  for await (const line of classifyLines(process.stdin, loadVocabulary(TABLES))) {
    if ('facets' in line) terminal.write(`${JSON.stringify(facetsJson(line.facets))}\n`);
    else complain(line.trouble, { json: terminal.json, stream: process.stderr });
    failed ||= 'trouble' in line;
  }
  return failed ? EXIT.failure : EXIT.ok;
}

export interface FollowOptions {
  readonly to: string;
  readonly style: Style;
  readonly mention?: readonly string[];
  readonly when?: string;
  readonly urgent?: boolean;
  readonly backfill: number;
}

export async function follow(query: string, options: FollowOptions, terminal: Terminal): Promise<ExitCode> {
  const { follow: make } = await import('./subscribe.ts');
  const mention = options.mention ?? [];
  return inside(async house => {
    const followed = await make({ ...options, mention, query, createdBy: 'cli' }, wordsOf(house));
    terminal.show(followed.subscription, print.followedPage(followed, terminal));
    return EXIT.ok;
  });
}

export async function edit(id: number, changes: Edit, terminal: Terminal): Promise<ExitCode> {
  const { edit: change } = await import('./subscribe.ts');
  return inside(async house => {
    const one = await change(id, changes, wordsOf(house));
    terminal.show(one, print.subscriptionLine(one, terminal));
    return EXIT.ok;
  });
}

export async function settings(to: string, typed: Typed, terminal: Terminal): Promise<ExitCode> {
  const { changeSettings, settingsLines } = await import('./settings.ts');
  return inside(async house => {
    const all = await changeSettings(to, typed, house);
    terminal.show(all, settingsLines(all).join('\n'));
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
        : all.filter(one => one.id === readNumber(target));
    if (target !== 'all' && gone.length === 0) throw unfound(target);
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

function unfound(target: string): Trouble {
  const id = readNumber(target);
  return id === null
    ? new Trouble('usage', `"${target}" is no subscription`, { fix: 'write its number, or all' })
    : new Trouble('usage', `there is no subscription #${id}`, { fix: 'gwanbo list shows their numbers' });
}

export async function list(terminal: Terminal): Promise<ExitCode> {
  return inside(async ({ store, config }) => {
    const all = await store.subscriptions();
    for (const one of all) terminal.show(one, print.subscriptionLine(one, terminal));
    if (all.length === 0)
      terminal.note(
        config.subscriptions.length === 0
          ? 'Nothing is followed. Try: gwanbo follow topic:steel --to console'
          : 'Nothing is followed yet: what the configuration asks for is taken up by the next start.',
      );
    return EXIT.ok;
  });
}

export async function pause(id: number, options: { readonly for?: string }, terminal: Terminal): Promise<ExitCode> {
  const { pause: stop } = await import('./subscribe.ts');
  return inside(async house => {
    const one = await stop(id, { by: 'cli', for: options.for }, toolsOf(house));
    terminal.show(one, print.subscriptionLine(one, terminal));
    return EXIT.ok;
  });
}

/** @param target the number of a subscription, or a destination */
export async function resume(target: string, terminal: Terminal): Promise<ExitCode> {
  const { resume: goOn, resumeDestination } = await import('./subscribe.ts');
  const id = readNumber(target);
  return inside(async house => {
    if (id !== null) {
      const one = await goOn(id, toolsOf(house));
      terminal.show(one, print.subscriptionLine(one, terminal));
      return EXIT.ok;
    }
    const before = await resumeDestination(target, toolsOf(house));
    const now = before.suspended ? 'is suspended no more: what it is owed is sent' : 'was not suspended';
    terminal.show(
      { destination: before.id, state: 'active' },
      hang('', `${before.id} ${now}`, terminal.columns).join('\n'),
    );
    if (before.suspended) await noteWait(before.id, house, terminal);
    return EXIT.ok;
  });
}

export async function deliveries(
  options: { readonly state?: DeliveryState; readonly limit: number },
  terminal: Terminal,
): Promise<ExitCode> {
  return inside(async ({ store }) => {
    const found = await store.deliveries(options);
    for (const one of found) terminal.show(print.deliveryJson(one), print.deliveryLine(one, terminal));
    if (found.length === 0)
      terminal.note(options.state ? `No delivery is ${options.state}.` : 'No delivery is recorded.');
    return EXIT.ok;
  });
}

export async function releaseHeld(
  name: string,
  options: { readonly drop?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const { releaseHeld: letGo } = await import('./release-held.ts');
  return inside(async house => {
    const released = await letGo(name, options.drop ? 'drop' : 'send', house);
    for (const one of released) terminal.show(print.deliveryJson(one), print.deliveryLine(one, terminal));
    return EXIT.ok;
  });
}
