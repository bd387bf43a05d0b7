import { isLocked, takeLock } from '../store/lock.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { type House, openHouse, readSettings } from './house.ts';
import { inside } from './inside.ts';
import { hang, inShell } from './layout.ts';
import * as print from './print.ts';
import type { ReplayOptions } from './replay.ts';
import type { Terminal } from './terminal.ts';

/** The commands of those who run the bot. */

export async function status(terminal: Terminal): Promise<ExitCode> {
  const { readStatus } = await import('./status.ts');
  return inside(async house => {
    const found = await readStatus(house);
    terminal.show(found, print.statusPage(found, terminal));
    return EXIT.ok;
  });
}

/** `audit`: looks whether what is listed was recorded and what was recorded delivered, and changes nothing. */
export async function audit(terminal: Terminal): Promise<ExitCode> {
  const { audit: look, readLate, readWithheld } = await import('./audit.ts');
  const { nothingWatched } = await import('./unwatched.ts');
  return inside(async house => {
    const { steady } = await house.store.rounds();
    const { sources, doubts: unsure, problems: missing } = await look(steady, house);
    const doubts = [...unsure, ...(await readWithheld(house))];
    const unwatched = await nothingWatched(house);
    const problems = [...(unwatched === null ? [] : [unwatched]), ...missing, ...(await readLate(house))];
    const ok = problems.length === 0;
    const listed = sources.reduce((sum, source) => sum + source.listed, 0);
    terminal.show({ ok, problems, doubts, sources }, print.auditPage({ problems, doubts, listed }, terminal));
    return ok ? EXIT.ok : EXIT.failure;
  });
}

export async function replay(query: string, options: ReplayOptions, terminal: Terminal): Promise<ExitCode> {
  const { replay: send } = await import('./replay.ts');
  return inside(async house => {
    const done = await send(query, options, house, terminal);
    const { matched, before, replayed, destination } = done;
    const had = before === 0 ? '' : `, ${before} of them sent or owed there before`;
    const now = destination === 'console' ? `${replayed} printed` : `${replayed} owed to ${destination} now`;
    terminal.show(done, hang('', `${matched} matches${had}: ${now}`, terminal.columns).join('\n'));
    if (replayed > 0 && destination !== 'console') await noteWait(destination, house, terminal);
    return EXIT.ok;
  });
}

export async function test(id: number, terminal: Terminal): Promise<ExitCode> {
  const { sendTest } = await import('./test-message.ts');
  return inside(async house => {
    const delivery = await sendTest(id, { ...house, language: house.language, wake: () => {} });
    terminal.show(print.deliveryJson(delivery), print.deliveryLine(delivery, terminal));
    await noteWait(delivery.destination, house, terminal);
    return EXIT.ok;
  });
}

/** Says why what is owed to a destination now is not sent at once. */
export async function noteWait(
  destination: string,
  { store, environment }: Pick<House, 'store' | 'environment'>,
  terminal: Terminal,
): Promise<void> {
  const suspended = (await store.destinations()).some(one => one.id === destination && one.suspended);
  if (suspended) terminal.note(`${destination} is suspended: it is sent after gwanbo resume ${inShell(destination)}`);
  else if (!isLocked(environment.databasePath)) terminal.note('The bot is not running: it is sent at the next start.');
}

/** `purge`: forgets what old messages said, which a running bot does once a day. Takes the lock. */
export async function purge(terminal: Terminal): Promise<ExitCode> {
  const { purge: forget } = await import('./purge.ts');
  const settings = readSettings();
  const lock = takeLock(settings.environment.databasePath);
  try {
    const house = await openHouse(settings);
    try {
      const deliveries = await forget(house);
      const words = deliveries === 1 ? '1 delivery' : `${deliveries} deliveries`;
      terminal.show({ purged: deliveries }, `forgot what was said by ${words}; what was sent where is kept`);
      return EXIT.ok;
    } finally {
      await house.close();
    }
  } finally {
    lock.release();
  }
}
