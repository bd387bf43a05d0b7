import { openConsole } from '../channels/console/console.ts';
import { cardOf, type Replay } from '../core/card.ts';
import { parseDestination } from '../core/destination.ts';
import type { PlannedDelivery } from '../core/plan.ts';
import type { Release } from '../core/release.ts';
import { matchesOf } from './archive.ts';
import { Trouble } from './errors.ts';
import type { House } from './house.ts';
import type { Terminal } from './terminal.ts';

/** More than this is sent only by who says so twice. */
const ASKED_FROM = 20;
/** Releases read at once. */
const PAGE = 100;

export interface ReplayOptions {
  /** Days of the releases, YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
  readonly dest: string;
  readonly yes?: boolean;
}

/** What a replay did: the JSON line after the alerts of `gwanbo replay`. */
export interface Replayed {
  readonly query: string;
  readonly from: string;
  readonly to: string;
  readonly destination: string;
  readonly matched: number;
  /** Of these, so many were sent there, or made owed there, before: they are not sent again. */
  readonly before: number;
  /** So many are owed now, or printed. */
  readonly replayed: number;
}

/**
 * Sends what of the archive matches a query to a destination, oldest first: as the alerts that they would have been, so
 * that each comes once however often it is replayed, and none that was sent before. The console is printed to and keeps
 * no record. Each says which query it is a replay of.
 * @throws {QueryError} @throws {BadDestination} @throws {Trouble} for days that are none, and for many without `yes`
 */
export async function replay(
  text: string,
  options: ReplayOptions,
  house: House,
  terminal: Terminal,
): Promise<Replayed> {
  const { store, language, clock } = house;
  const [from, to] = [readDay('--from', options.from), readDay('--to', options.to)];
  if (from > to) throw new Trouble('usage', `--from ${from} is after --to ${to}`, { fix: 'exchange them' });
  const query = language.parse(text);
  const { id: destination } = parseDestination(options.dest);
  /** Rules may have changed since a release was found, which it is sent for all the same. */
  const replayed = (release: Release): Replay => ({
    query: query.normal,
    clauses: language.match(query, release) ?? [],
  });
  const ids: string[] = [];
  for await (const { id, day } of matchesOf(query, { from }, house)) if (day <= to) ids.unshift(id);
  const done = { query: query.normal, from, to, destination, matched: ids.length };
  if (destination === 'console') {
    for (const release of await releasesOf(ids, house)) await printAlert(release, replayed(release), house, terminal);
    return { ...done, before: 0, replayed: ids.length };
  }
  const there = await store.alerted(ids);
  const had = new Set(there.filter(one => one.destination === destination).map(({ release }) => release));
  const fresh = ids.filter(id => !had.has(id));
  if (fresh.length > ASKED_FROM && !options.yes)
    throw new Trouble('usage', `${fresh.length} of ${ids.length} matches would be sent to ${destination}`, {
      fix: 'add --yes to send them, or name fewer days',
    });
  const releases = await releasesOf(fresh, house);
  const deliveries = releases.map((release): PlannedDelivery => {
    const { id, revision } = release;
    // Nobody in particular asked: who follows there, when and how, has no say in it.
    return { destination, kind: 'alert', subject: id, release: id, revision, why: [], replay: replayed(release) };
  });
  const nothing = { poll: null, fresh: [], revised: [], adopted: [], completed: [], listed: [] };
  await store.record({ source: '', at: clock.now().toString(), ...nothing, deliveries });
  return { ...done, before: had.size, replayed: fresh.length };
}

async function releasesOf(ids: readonly string[], { store }: House): Promise<readonly Release[]> {
  const releases: Release[] = [];
  for (let at = 0; at < ids.length; at += PAGE) releases.push(...(await store.releasesOf(ids.slice(at, at + PAGE))));
  return releases;
}

async function printAlert(
  release: Release,
  replay: Replay,
  { nameOf, labelsOf }: House,
  terminal: Terminal,
): Promise<void> {
  const console = openConsole(terminal);
  const how = { kind: 'alert', why: [], subscriptions: [], replay } as const;
  const card = cardOf(release, { ...how, source: nameOf(release.source), labels: labelsOf(release) });
  await console.send(parseDestination('console'), { key: release.id, part: 1, body: console.render(card, release.id) });
}

function readDay(option: string, text: string): string {
  try {
    return Temporal.PlainDate.from(/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : '').toString();
  } catch {
    throw new Trouble('usage', `${option} ${text} is no day`, { fix: 'write one such as 2025-12-04' });
  }
}
