import type { AddedSource } from '../ports/added-source.ts';
import { isLocked } from '../store/lock.ts';
import { loadPresets } from './config.ts';
import { printDuration } from './config-source.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { hoursOf } from './habits.ts';
import { openHouse, readSettings, type Settings } from './house.ts';
import type { SourceChange } from './source-config.ts';
import * as print from './source-print.ts';
import type { SourceOptions } from './source-try.ts';
import type { Terminal } from './terminal.ts';

/** The commands under `gwanbo source`. */

export async function presets(terminal: Terminal): Promise<ExitCode> {
  for (const [name, preset] of Object.entries(loadPresets()))
    terminal.show({ preset: name, ...preset }, print.presetPage(name, preset, terminal));
  terminal.note('\ngwanbo source try NAME reads one now; gwanbo source add NAME writes it into the configuration.');
  return EXIT.ok;
}

export async function list(terminal: Terminal): Promise<ExitCode> {
  const house = await openHouse(readSettings());
  try {
    const states = new Map((await house.store.sources()).map(state => [state.id, state]));
    for (const source of house.roster.all) {
      const state = states.get(source.id);
      const { id, kind, name, title, url, zone, language, republish, every, pace } = source;
      const { status = null, polledAt = null, dueAt = null, failures = 0, error = null, move = null } = state ?? {};
      const settings = { id, kind, name, title, url, zone, language, republish, every: printDuration(every), pace };
      const hours = await hoursOf(source, house.clock.now(), house.store);
      const createdBy = house.roster.createdBy(id);
      const record = { ...settings, hours, createdBy, status, polledAt, dueAt, failures, error, move };
      terminal.show(record, print.sourceLine(source, { createdBy, state, hours }, terminal));
    }
    return EXIT.ok;
  } finally {
    await house.close();
  }
}

export async function tryOne(target: string, options: SourceOptions, terminal: Terminal): Promise<ExitCode> {
  const { trySource } = await import('./source-try.ts');
  const tried = await trySource(target, options, readSettings());
  terminal.show(tried, print.triedPage(tried, terminal));
  return tried.verdict === 'ok' ? EXIT.ok : EXIT.source;
}

export async function add(
  target: string,
  options: SourceOptions & { readonly id?: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const { addSource } = await import('./source-config.ts');
  const settings = readSettings();
  return told(await addSource(target, options, settings), settings, terminal);
}

export async function remove(id: string, terminal: Terminal): Promise<ExitCode> {
  const { removeSource } = await import('./source-config.ts');
  const settings = readSettings();
  const removed = settings.config.sources.some(source => source.id === id) ? null : await removeAdded(id, settings);
  if (removed === null) return told(removeSource(id, settings), settings, terminal);
  const { kind, url } = removed;
  const change = { action: 'removed', source: { id, kind, name: id, url } };
  terminal.show(change, `source ${id}, added by ${removed.createdBy}, removed. Its releases stay in the archive.`);
  return EXIT.ok;
}

/** What was added in chat stands in the record, and a running bot sees that it is gone; null where it was not. */
async function removeAdded(id: string, settings: Settings): Promise<AddedSource | null> {
  const house = await openHouse(settings);
  try {
    return await house.store.removeSource(id, 'cli', house.clock.now().toString());
  } finally {
    await house.close();
  }
}

function told(change: SourceChange, { environment }: Settings, terminal: Terminal): ExitCode {
  terminal.show(change, print.changePage(change));
  if (isLocked(environment.databasePath)) terminal.note('The running bot takes it up when it is started anew.');
  return EXIT.ok;
}
