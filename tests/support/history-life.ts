import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Content } from '../../src/core/card.ts';
import type { Delivery, Receipt } from '../../src/core/delivery.ts';
import type { Store } from '../../src/ports/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { markRestored } from '../../src/store/restored.ts';
import { HERE } from './delivering.ts';
import { type Deed, FOLLOWERS, type History } from './histories.ts';
import { type Broken, openLane, START } from './history-lane.ts';
import { openListing } from './history-source.ts';
import type { Fate } from './memory-platform.ts';
import { asks } from './store-samples.ts';

/** What came of a history. */
export interface Ending {
  /** The oldest first. */
  readonly deliveries: readonly Delivery[];
  readonly shown: readonly {
    readonly id: string;
    /** Key and part. */
    readonly part: string;
    readonly replyTo: Receipt | null;
    /** What it says of releases, one each. */
    readonly says: readonly string[];
  }[];
  /** Of each release that the record knows of what was to be said of it at last, and whether somebody wants it still. */
  readonly releases: ReadonlyMap<string, { readonly says: string; readonly wanted: boolean }>;
}

/** What a record knows: who wants each release, who has left and who pauses. */
interface Known {
  readonly wants: Map<string, Set<number>>;
  readonly gone: Set<number>;
  readonly paused: Set<number>;
}

/** A replay is wanted by nobody who follows. */
const REPLAYED = -1;
/** Why a platform refuses, where it never takes it back. */
export const REFUSED = { dead: 'refused for good', closed: 'the edit window has closed' } as const;
/** More than this is waited for by nothing. */
const MOST_ROUNDS = 60;

const says = ({ title, correction }: { readonly title: string; readonly correction?: string }): string =>
  correction?.startsWith('Withdrawn') ? `${title}: withdrawn` : title;
const saysOf = (content: Content): readonly string[] =>
  'sections' in content ? content.sections.flatMap(({ lines }) => lines.map(says)) : [says(content)];

/** A folder in which histories begin with the same record: of followers, and of nothing published yet. */
export async function openHistories(folder: string) {
  const blank = join(folder, 'blank.db');
  const store = await openStore(`sqlite:${blank}`, { authority: 'x.example', now: START });
  const followers: number[] = [];
  for (const [at, how] of FOLLOWERS.entries())
    followers.push((await store.follow(asks(HERE, { normal: `q${at}`, ...how }), START)).subscription.id);
  await store.close();
  let lived = 0;
  /** Lives through a history until nothing is left to do: what is suspended is mended, what is held is let go. */
  return (history: History, broken: Broken = {}): Promise<Ending> => {
    const path = join(folder, `${lived++}.db`);
    copyFileSync(blank, path);
    return live(history, broken, path, followers);
  };
}

async function live({ remembers, deeds }: History, broken: Broken, begun: string, followers: readonly number[]) {
  const lane = openLane({ remembers, broken });
  const { platform, now } = lane;
  const listing = openListing();
  const open = (at: string) => openStore(`sqlite:${at}`, { authority: 'x.example', now: now() });
  let path = begun;
  let store: Store = await open(path);
  let known: Known = { wants: new Map(), gone: new Set(), paused: new Set() };
  let backup: { readonly path: string; readonly known: Known } | null = null;

  const all = () => store.deliveries({ limit: 10_000 });
  const asking = (by: readonly number[]): readonly number[] =>
    by.flatMap(at => followers[at] ?? []).filter(one => !known.gone.has(one) && !known.paused.has(one));

  const fateOf = (as: Extract<Deed, { does: 'answer' }>['as']): Fate => {
    if (as === 'wait') return { is: as, at: lane.later({ seconds: 30 }), reason: 'too much' };
    if (as === 'dead') return { is: as, reason: REFUSED.dead };
    return as === 'hold' || as === 'suspend' || as === 'down' ? { is: as, reason: `refused: ${as}` } : as;
  };

  async function leave(who: number | undefined, does: 'unfollow' | 'pause'): Promise<void> {
    if (who === undefined) return;
    for (const wanting of known.wants.values()) wanting.delete(who);
    known[does === 'pause' ? 'paused' : 'gone'].add(who);
    if (does === 'pause') await store.setState(who, 'paused', null);
    else await store.unfollow(who, now());
  }

  async function letGo(nth: number, verdict: 'send' | 'drop'): Promise<boolean> {
    const held = await store.deliveries({ state: 'held' });
    const one = held.at(nth % Math.max(held.length, 1));
    if (one) await store.letGo({ delivery: one.id }, verdict, 'console', now());
    return one !== undefined;
  }

  function backUp(): void {
    const record = new DatabaseSync(path);
    record.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    record.close();
    backup = { path: `${path}.backup`, known: structuredClone(known) };
    copyFileSync(path, backup.path);
  }

  async function restart(isPutBack = false): Promise<void> {
    lane.restart({ isPutBack });
    await store.recover(now());
  }

  /** What was published, or told of for the first time, since the backup is no part of the history any more. */
  async function putBack(from: { readonly path: string; readonly known: Known }): Promise<void> {
    await store.close();
    path = `${from.path}.back`;
    copyFileSync(from.path, path);
    const record = new DatabaseSync(path);
    markRestored(record, Temporal.Instant.from(now()).epochMilliseconds);
    record.close();
    known = structuredClone(from.known);
    store = await open(path);
    await restart(true);
    const told = new Set((await all()).map(one => one.release));
    const seen = new Set(platform.titles().map(title => title.split(' v')[0]));
    for (const key of known.wants.keys())
      if (seen.has(`Note ${key}`) && !told.has(`harbour/${key}`)) known.wants.delete(key);
      else await listing.read(store, key, now());
  }

  /** What befalls a release, if there is any yet. */
  async function befall(deed: Extract<Deed, { nth: number }>): Promise<void> {
    const key = [...known.wants.keys()].at(deed.nth % Math.max(known.wants.size, 1));
    const wants = known.wants.get(key ?? '');
    if (key === undefined || !wants) return;
    switch (deed.does) {
      case 'join': {
        const by = asking(deed.by);
        for (const one of by) wants.add(one);
        if (by.length > 0 && !broken.forgetful) await listing.join(store, key, by, now());
        return;
      }
      case 'replay':
        if (await listing.replay(store, key, now())) wants.add(REPLAYED);
        return;
      case 'revise':
        return listing.revise(store, key, now());
      case 'withdraw or list again':
        return listing.withdrawOrListAgain(store, key, now());
    }
  }

  async function act(deed: Deed): Promise<unknown> {
    switch (deed.does) {
      case 'publish': {
        const by = asking(deed.by);
        for (const key of await listing.publish(store, deed.count, by, now())) known.wants.set(key, new Set(by));
        return;
      }
      case 'join':
      case 'replay':
      case 'revise':
      case 'withdraw or list again':
        return befall(deed);
      case 'answer':
        return platform.fates.push(fateOf(deed.as));
      case 'look':
        return platform.answers.push({ is: deed.as, at: lane.later({ seconds: 5 }), reason: 'asked in vain' });
      case 'carry out late':
        return lane.carryOutLate();
      case 'let go':
        return letGo(deed.which, deed.verdict);
      case 'restart':
        return restart();
      case 'unfollow':
      case 'pause':
        return leave(asking([deed.who])[0], deed.does);
      case 'go on': {
        const who = followers[deed.who] ?? 0;
        return known.paused.delete(who) && store.setState(who, 'active', null);
      }
      case 'retime':
        return store.edit(followers[deed.who] ?? 0, { when: deed.when }, now());
      case 'set':
        return store.saveSettings(HERE, deed.changes, now());
      case 'mend':
        return store.resume(HERE);
      case 'back up':
        return backUp();
      case 'put back':
        return backup && putBack(backup);
      case 'turn':
        return lane.turn(store, deed.most);
      case 'pass':
        lane.pass(Temporal.Instant.from(lane.later({ seconds: deed.seconds })));
        return lane.turn(store, 50);
    }
  }

  const isOver = ({ state }: Delivery) => state === 'sent' || state === 'dead';
  async function finish(): Promise<void> {
    platform.fates.length = 0;
    platform.answers.length = 0;
    for (let rounds = 0; rounds < MOST_ROUNDS && !(await all()).every(isOver); rounds++) {
      await store.resume(HERE);
      while (await letGo(0, 'send'));
      lane.await(await lane.turn(store, 200));
    }
    lane.carryOutLate();
  }

  try {
    for (const deed of deeds) {
      lane.tick();
      await act(deed);
    }
    await finish();
    return {
      deliveries: (await all()).toReversed(),
      shown: platform.shown.map(({ id, key, part, replyTo = null, body }) => {
        return { id, part: `${key} ${part}`, replyTo, says: replyTo ? [] : saysOf(body as Content) };
      }),
      releases: new Map(
        [...known.wants].map(([key, { size }]) => [key, { says: listing.says(key), wanted: size > 0 }]),
      ),
    };
  } finally {
    await store.close();
  }
}
