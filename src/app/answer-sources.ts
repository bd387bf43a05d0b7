import type { Answer, Asker, SourceCommand } from '../core/command.ts';
import { truncate } from '../core/text.ts';
import type { Adding, NewSource } from '../ports/added-source.ts';
import { shown, webUrl } from '../sources/http.ts';
import { askingOnce } from '../sources/http-once.ts';
import type { Readers } from '../sources/open-source.ts';
import { loadPresets } from './config.ts';
import { printDuration, type SourceConfig } from './config-source.ts';
import { Trouble } from './errors.ts';
import type { House } from './house.ts';
import { minute } from './layout.ts';
import type { Pace } from './pace.ts';
import { configOf } from './roster.ts';
import { type Brought, findNamed, type Named, readOnce } from './source-find.ts';
import { freeId } from './source-id.ts';

export interface SourceTools extends Pick<House, 'store' | 'clock' | 'roster' | 'config'> {
  readonly readers: Readers;
  /** How often a person may have something read. */
  readonly pace: Pace;
  /** Aborted when the bot stops. */
  readonly signal?: AbortSignal;
}

/** Twenty sources are more than a few channels follow, and each is asked 144 times a day. */
const MOST = 20;
/** Who adds more in an hour is a program, or has lost their way. */
const PER_HOUR = 5;
/** Titles that a trial shows. */
const SHOWN = 5;

const SWITCHED_OFF =
  'Adding sources in chat is switched off. Whoever runs gwanbo can switch it on with the setting operations.sourcesFromChat: managers';

/** Answers what concerns the sources. @throws {Trouble} with what to do instead */
export async function answerSource(command: SourceCommand, asker: Asker, tools: SourceTools): Promise<Answer> {
  switch (command.action) {
    case 'list':
      return said(await listLines(tools));
    case 'presets':
      return said(presetLines());
    case 'try':
    case 'add':
    case 'remove': {
      const barred = barredBy(tools.config.operations.sourcesFromChat, asker);
      if (barred !== null) return { ok: false, lines: [barred] };
      if (command.action === 'remove') return said(await removeLines(command.id, asker, tools));
      const wait = tools.pace.wait(asker.id);
      if (wait !== null)
        throw new Trouble('usage', 'you have had enough read for now', { fix: `try again ${minutesOf(wait)}` });
      // A host is asked once a second at most: what is found is read from the same answer.
      const once = { ...tools, readers: { ...tools.readers, guarded: askingOnce(tools.readers.guarded) } };
      const named = await findNamed(command.target, once.readers, once.signal);
      return said(await (command.action === 'add' ? addLines(named, asker, once) : tryLines(named, once)));
    }
  }
}

/** Why somebody may not have a say in the sources; null where they may. */
function barredBy(allowed: House['config']['operations']['sourcesFromChat'], asker: Asker): string | null {
  if (allowed === 'off') return SWITCHED_OFF;
  const may = allowed === 'managers' ? (asker.manages ?? 'nobody said that you may') : asker.mayChange;
  return may === true ? null : may;
}

async function listLines({ store, roster, config }: SourceTools): Promise<readonly string[]> {
  const states = new Map((await store.sources()).map(state => [state.id, state]));
  const lines = roster.all.map(({ id, kind, url }) => {
    const state = states.get(id);
    const by = roster.createdBy(id);
    const how =
      state?.polledAt == null
        ? 'not read yet'
        : state.status === 'unhealthy'
          ? `cannot be read: ${state.error ?? state.fault}`
          : `read ${minute(state.polledAt)}`;
    return `${id} (${kind}, ${by === 'config' ? 'of the configuration' : `added by ${by}`}; ${how}): ${shownUrl(url)}`;
  });
  const asleep = config.operations.sourcesFromChat === 'off' ? roster.added.map(one => one.id) : [];
  return asleep.length === 0
    ? lines
    : [...lines, `Not read while adding sources in chat is switched off: ${asleep.join(', ')}`];
}

function presetLines(): readonly string[] {
  const lines = Object.entries(loadPresets()).map(
    ([name, { title, name: short, kind, language }]) =>
      `${name}: ${title ?? short ?? name} (${kind}, ${language ?? 'en'})`,
  );
  return [...lines, 'Add one: source add NAME'];
}

async function tryLines(named: Named, tools: SourceTools): Promise<readonly string[]> {
  const brought = await readOnce(configOf({ id: 'tried', ...named }), tools.readers, tools.signal);
  const titles = brought.items.slice(0, SHOWN).map(item => `${item.date?.slice(0, 10) ?? 'undated'}  ${item.title}`);
  return [
    broughtLine(named.url, brought),
    ...titles,
    ...oddLines(brought),
    `Nothing was stored. To watch it: source add ${named.preset ?? named.url}`,
  ];
}

async function addLines(named: Named, asker: Asker, tools: SourceTools): Promise<readonly string[]> {
  const { roster, readers, signal } = tools;
  const known = roster.all.find(one => one.url === named.url);
  if (known) return knownLines(known.id);
  if (roster.added.length >= MOST) throw full();
  const brought = await readOnce(configOf({ id: 'tried', ...named }), readers, signal);
  const asked = { ...named, title: brought.title, createdBy: asker.id };
  const adding = await save(asked, tools);
  switch (adding.is) {
    case 'known':
      return knownLines(adding.source.id);
    case 'full':
      throw full();
    case 'often':
      throw new Trouble('usage', `you have added ${PER_HOUR} sources within an hour`, {
        fix: `add the next one after ${minute(adding.until)}`,
      });
    case 'added':
      return addedLines(configOf(adding.source), brought);
  }
}

const full = () =>
  new Trouble('usage', `${MOST} sources have been added in chat, and no more are watched`, {
    fix: 'remove one first: "source list" shows them',
  });

async function save(asked: Omit<NewSource, 'id'>, tools: SourceTools): Promise<Exclude<Adding, { is: 'taken' }>> {
  const { store, roster, clock } = tools;
  for (;;) {
    const id = await idFor(asked, tools);
    const now = clock.now().toString();
    const adding = await store.addSource({ ...asked, id }, { most: MOST, perHour: PER_HOUR }, now);
    await roster.refresh();
    // Somebody else was first with the id: there is another one.
    if (adding.is !== 'taken') return adding;
  }
}

function addedLines({ id, url, every }: SourceConfig, brought: Brought): readonly string[] {
  return [
    `Now ${id} is watched, every ${printDuration(every)}. ${broughtLine(url, brought)}`,
    ...oddLines(brought),
    'What it lists now goes into the archive and alerts nobody; what is new from now on can be followed.',
    `Next: /gwanbo follow source:${id} for all of it, or with words, as in: /gwanbo follow source:${id} steel`,
    `To take it back: /gwanbo source remove ${id}`,
  ];
}

const knownLines = (id: string) => [
  `It is watched already, as ${id}.`,
  `Next: /gwanbo follow source:${id} for all of it, or with words, as in: /gwanbo follow source:${id} steel`,
];

async function removeLines(id: string, asker: Asker, tools: SourceTools): Promise<readonly string[]> {
  const { store, roster, clock, config } = tools;
  if (config.sources.some(source => source.id === id))
    throw new Trouble('usage', `${id} stands in the configuration file`, {
      fix: 'whoever runs gwanbo can remove it there',
    });
  const removed = await store.removeSource(id, asker.id, clock.now().toString());
  if (!removed)
    throw new Trouble('usage', `nothing of the name ${id} was added in chat`, {
      fix: '"source list" shows what is watched',
    });
  await roster.refresh();
  const names = new RegExp(`source:(?:\\([^)]*)?\\b${id}(?![\\w-])`);
  const asking = (await store.subscriptions()).filter(one => names.test(one.normal)).length;
  return [
    `${id} (${shownUrl(removed.url)}) is watched no more. Its releases stay in the archive.`,
    ...(asking === 0
      ? []
      : [
          `${asking === 1 ? 'One subscription names' : `${asking} subscriptions name`} it: "list" shows those of a channel.`,
        ]),
    `To watch it again: /gwanbo source add ${removed.preset ?? removed.url}`,
  ];
}

/** An id that nothing else has or had: it is part of the id of every release. The same address gets its own again. */
async function idFor(
  { preset, url }: Pick<Named, 'preset' | 'url'>,
  { store, roster, config }: SourceTools,
): Promise<string> {
  const own = new Set(config.sources.map(source => source.id));
  const had = new Set([...(await store.sources()).map(state => state.id), ...roster.ids]);
  return freeId(preset ?? new URL(url).hostname, id => own.has(id) || (had.has(id) && roster.given.get(id) !== url));
}

/** `"Harbor Office" at https://... lists 12 items, the newest of 2025-12-04.` */
function broughtLine(url: string, { title, items }: Brought): string {
  const count = items.length === 1 ? '1 item' : `${items.length} items`;
  const newest = items
    .flatMap(item => item.date?.slice(0, 10) ?? [])
    .toSorted()
    .at(-1);
  return `${title ? `"${truncate(title, 80)}" at ` : ''}${shownUrl(url)} lists ${count}, ${newest ? `the newest of ${newest}` : 'none of them dated'}.`;
}

function oddLines({ items, rejected }: Brought): readonly string[] {
  const count = (missing: number, what: string) =>
    missing === 0 ? [] : [`${missing} of ${items.length} have no ${what}.`];
  return [
    ...count(items.filter(item => item.url === null).length, 'link'),
    ...count(items.filter(item => item.date === null).length, 'date'),
    ...(rejected === 0 ? [] : [`${rejected} more could not be read.`]),
  ];
}

/** An address as everybody may see it: without the values of its query, and nothing of our own disk. */
function shownUrl(text: string): string {
  const url = webUrl(text);
  return url ? shown(url) : 'a file';
}

const said = (lines: readonly string[]): Answer => ({ ok: true, lines });
const minutesOf = (wait: Temporal.Duration) => `in ${Math.max(1, Math.ceil(wait.total('minutes')))} min`;
