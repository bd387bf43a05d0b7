import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../../src/app/clock.ts';
import { type Language, openLanguage } from '../../src/app/language.ts';
import { loadVocabulary } from '../../src/app/vocabulary.ts';
import { poll } from '../../src/app/watch.ts';
import { openWatched, type Watched } from '../../src/app/watched.ts';
import type { SourceConfig } from '../../src/ports/source.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Readers } from '../../src/sources/open-source.ts';
import { openStore } from '../../src/store/open-store.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
export const SOURCE = 'bench';

/** The written form of a channel that is nobody's. */
export const channelAt = (number: number) => `slack:C${String(number).padStart(9, '0')}`;

/** An empty folder; `remove` deletes it. */
export function openFolder() {
  const path = mkdtempSync(join(tmpdir(), 'gwanbo-bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Nothing is to be logged in a run that counts: what is goes to stderr. */
const log = {
  debug() {},
  info() {},
  warn: (fields: object, message: string) => console.error(message, fields),
  error: (fields: object, message: string) => console.error(message, fields),
};
export const runtime = { now: systemClock.now, log };

/** The language with the tables as they are shipped, read once. */
export const language: Language = openLanguage({ ...loadVocabulary(join(ROOT, 'config')), sources: [SOURCE] }, log);

export const now = () => systemClock.now().toString();

/** A store in a folder of its own, as the bot opens it: WAL, synchronous=FULL. */
export async function openOwnStore(): Promise<Store & { remove(): Promise<void> }> {
  const folder = openFolder();
  const store = await openStore(`sqlite:${join(folder.path, 'gwanbo.db')}`, { authority: 'bench.example', now: now() });
  const remove = async () => {
    await store.close();
    folder.remove();
  };
  return { ...store, remove };
}

export function sourceAt(kind: SourceConfig['kind'], url: string): SourceConfig & { readonly every: number } {
  return {
    id: SOURCE,
    name: 'Bench',
    kind,
    url,
    zone: 'Asia/Seoul',
    every: 1000,
    request: { method: 'GET', headers: {}, body: '' },
    categories: [],
    hosts: [],
    profile: null,
    select: null,
    reach: 'any',
  };
}

/** A source that is watched, with the store its polls are recorded in. */
export interface Watching {
  readonly store: Store;
  readonly watched: Watched;
  readonly wake: (destinations: readonly string[]) => void;
}

export async function watch(
  config: ReturnType<typeof sourceAt>,
  store: Store,
  readers: Readers,
  wake: Watching['wake'] = () => {},
): Promise<Watching> {
  await store.enrol([config.id], now());
  const source = {
    ...config,
    title: null,
    republish: 'full',
    flood: 'off',
    language: 'en',
    floor: 1000,
    pace: 'auto',
  } as const;
  return { store, wake, watched: openWatched(source, readers) };
}

/** One poll as the daemon makes it: asks what is due, and polls it. @throws where it did not end as expected */
export async function pollNow({ store, watched, wake }: Watching, expected: string): Promise<void> {
  const [state] = await store.due('9999-01-01T00:00:00Z');
  if (!state) throw new Error('no source is enrolled');
  const polled = await poll(watched, state, { store, clock: systemClock, language, wake, operations: 'console' });
  if (polled?.status !== expected) throw new Error(`the poll ended as ${JSON.stringify(polled)}, not ${expected}`);
}

/** Makes subscriptions: one for each query and destination. */
export async function followAll(
  store: Store,
  asked: Iterable<{ readonly query: string; readonly to: string }>,
): Promise<void> {
  // By way of the config: one transaction for all of them.
  const wanted = [...asked].map(({ query, to }) => ({
    query,
    normal: language.parse(query).normal,
    to,
    when: 'now' as const,
    urgent: false,
    mention: [],
    style: 'card' as const,
    createdBy: 'config',
  }));
  await store.syncConfig(wanted, now());
}
