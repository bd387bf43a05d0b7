import type { Happening } from '../../src/core/correction.ts';
import {
  BadTransition,
  type Delivery,
  type Doubt,
  interrupted,
  type Receipt,
  resolve,
  settle,
  settleEdit,
} from '../../src/core/delivery.ts';
import type { Release } from '../../src/core/release.ts';
import { GROUP } from '../../src/core/roundup.ts';
import { mergeSettings } from '../../src/core/settings.ts';
import type { Message } from '../../src/ports/channel.ts';
import type { DeliveryStore, Entry, Work } from '../../src/ports/ledger.ts';
import { CLOCK_WENT_BACK } from '../../src/store/times.ts';
import { release } from './store-samples.ts';

/** What a process does with the record while it delivers alerts and corrects them. */
export type Ledger = Pick<
  DeliveryStore,
  | 'recover'
  | 'next'
  | 'claim'
  | 'claimAgain'
  | 'claimEdit'
  | 'restEdit'
  | 'postpone'
  | 'gather'
  | 'drop'
  | 'settle'
  | 'settleEdit'
  | 'resolve'
>;

/** A record, and those who work with it. */
export interface LedgerHouse {
  /** A process that works with the record; the one before may go on, not knowing of it. */
  open(): Promise<Ledger>;
  /** Makes a destination owed an alert for each of so many new releases. @returns their ids */
  owe(destination: string, count: number, at: string): Promise<readonly string[]>;
  /** A release is revised or withdrawn; one that was withdrawn is listed again. */
  befall(release: string, what: 'revised' | 'withdrawn', at: string): Promise<void>;
  /** What should have happened and did not is put right, as `sweep` of the app does. */
  sweep(now: Temporal.Instant): Promise<void>;
  /** A person lets the bot post to a destination again. */
  resume(destination: string): Promise<boolean>;
  /** A person lets a held delivery go. */
  letGo(delivery: number, at: string): Promise<void>;
  /** The oldest first. */
  deliveries(destination: string): Promise<readonly Owed[]>;
  /** Every process has ended. */
  close(): Promise<void>;
}

export type Owed = Delivery & { readonly title: string; readonly says: string };

/** What a message is to say of a release. */
export const saysOf = ({ title, state }: Release): string => (state === 'withdrawn' ? `${title}: withdrawn` : title);

/** The title of the next version. */
export const nextTitle = ({ title, revision }: Release): string =>
  `${title.replace(/,.*/, '')}, version ${revision + 1}`;

type Row = { -readonly [Field in keyof Delivery]: Delivery[Field] } & {
  readonly of: string;
  asked: number;
  /** Of a correction. */
  readonly what: Happening | null;
};
interface Kept {
  readonly body: unknown;
  readonly firstAt: string;
  readonly firstThere: string | null;
  receipt: Receipt | null;
  unansweredAt: string | null;
}

const HOUR = 3_600_000;
/** As the store has it. */
const LONGEST_PAUSE = 27 * HOUR;
const settings = mergeSettings('UTC', {}, {});

/** The rules of the store for alerts and their changes, in memory: ten thousand histories are too many for a disk. */
export function openModelLedger(): LedgerHouse {
  const rows: Row[] = [];
  const kept = new Map<string, Kept>();
  const releases = new Map<string, Release>();
  const suspended = new Set<string>();
  const epochs = new Map<string, number>();
  const rowOf = (id: number) => {
    const row = rows[id - 1];
    if (!row) throw new BadTransition(`there is no delivery ${id}`);
    return row;
  };
  const isOut = ({ state }: Row) => state === 'sending' || state === 'unsure';
  const turnOf = (row: Row) => (isOut(row) ? 0 : row.form === 'edit' && row.state === 'waiting' ? 3 : 1);
  const carriedBy = (id: number) => rows.filter(row => row.carrier === id);
  const withCarried = (row: Row) => [row, ...carriedBy(row.id)];

  function queueOf(destination: string): Row[] {
    const queued = rows.filter(
      row =>
        row.destination === destination &&
        row.carrier === null &&
        (['queued', 'sending', 'unsure'].includes(row.state) || (row.state === 'waiting' && row.slot === null)),
    );
    return queued.sort((one, two) => turnOf(one) - turnOf(two) || one.id - two.id);
  }

  function next(destination: string, now: string): Work | { readonly at: string } | null {
    if (suspended.has(destination)) return null;
    const queue = queueOf(destination);
    const [first] = queue;
    if (!first) return due(destination, now);
    if (first.state === 'sending') return null;
    const dueAt = ({ nextAt }: Row) => (nextAt === null ? 0 : Date.parse(nextAt));
    const waiting = queue
      .filter(row => turnOf(row) === 3)
      .sort((one, two) => dueAt(one) - dueAt(two) || one.id - two.id);
    const [edit] = first.state === 'unsure' ? [] : waiting;
    const head = edit && dueAt(edit) <= Date.parse(now) ? edit : first;
    if (dueAt(head) > Date.parse(now)) {
      const work = head === first && first.form === 'edit' ? due(destination, now) : null;
      if (work) return work;
      const soonest = edit && dueAt(edit) < dueAt(head) ? edit : head;
      return { at: soonest.nextAt ?? now };
    }
    if (head.form === 'edit') return editWork(head);
    if (head.state === 'unsure')
      return { is: 'unsure', delivery: deliveryOf(head), doubt: doubtOf(head), replyTo: null };
    const frozen = head.attempts > 0 && kept.has(head.key);
    const group = queue
      .filter(row => row.kind === 'alert' && ['queued', 'waiting'].includes(row.state) && row.attempts === 0)
      .slice(0, GROUP.most);
    const carried = frozen ? [] : head.attempts === 0 && group.length > GROUP.above ? group : [head];
    return { is: 'releases', delivery: deliveryOf(head), entries: carried.map(entryOf), frozen, settings };
  }

  /** Corrections that waited beside the queue for what becomes of their alert. */
  const parkedUntil = (destination: string, now: string) =>
    rows.filter(
      row =>
        row.destination === destination &&
        row.state === 'waiting' &&
        row.slot !== null &&
        Date.parse(row.nextAt ?? '') <= Date.parse(now),
    );
  function due(destination: string, now: string): Work | null {
    const waiting = parkedUntil(destination, now).map(({ id }) => ({ delivery: id, urgent: false }));
    return waiting.length === 0 ? null : { is: 'due', waiting, settings };
  }

  const deliveryOf = (row: Row): Delivery => ({ ...row });
  const releaseOf = (id: string): Release => {
    const found = releases.get(id);
    if (!found) throw new Error(`there is no release ${id}`);
    return found;
  };
  const entryOf = (row: Row): Entry => ({
    delivery: deliveryOf(row),
    release: releaseOf(row.of),
    why: [],
    subscriptions: [],
    correction: null,
  });
  const toldEntryOf = (row: Row): Entry => {
    const isTold = (one: Row) => one.what !== null && (one.state !== 'dead' || one.attempts > 0);
    const last = rows.findLast(one => isTold(one) && one.of === row.of);
    return { ...entryOf(row), correction: last?.what ? { what: last.what, at: last.createdAt, changes: [] } : null };
  };
  /** Of a message that never left, what was to correct it never leaves either. */
  function forget(lead: Row): void {
    kept.delete(lead.key);
    for (const one of rows)
      if (
        one.what !== null &&
        ['queued', 'waiting'].includes(one.state) &&
        withCarried(lead).some(({ of }) => of === one.of)
      )
        Object.assign(one, { state: 'dead', nextAt: null, slot: null });
  }
  const toldOf = (of: string) => rows.find(row => row.of === of && row.kind === 'alert');
  const leadOf = (row: Row) => rowOf(row.carrier ?? row.id);
  /** The message that tells of the release of a correction. */
  const messageToldBy = ({ of }: Row): Kept | undefined => {
    const told = toldOf(of);
    return told && kept.get(leadOf(told).key);
  };

  function editWork(head: Row): Work {
    const told = toldOf(head.of);
    const message = messageToldBy(head);
    if (!told || !message?.receipt) {
      const pending = told?.state === 'held' || told?.state === 'unsure';
      return { is: 'edit', delivery: deliveryOf(head), posted: null, pending };
    }
    const { receipt, unansweredAt } = message;
    const lead = leadOf(told);
    const entries = [lead, ...carriedBy(lead.id)].map(toldEntryOf);
    return {
      is: 'edit',
      delivery: deliveryOf(head),
      posted: { key: lead.key, part: 1, receipt, unansweredAt },
      shows: { is: 'releases', delivery: deliveryOf(lead), entries, frozen: false, settings },
    };
  }

  const isOpen = (row: Row, now: string): boolean =>
    (row.state === 'queued' || (row.state === 'waiting' && Date.parse(row.nextAt ?? '') <= Date.parse(now))) &&
    row.carrier === null &&
    !queueOf(row.destination).some(isOut) &&
    !suspended.has(row.destination);

  function doubtOf(row: Row): Doubt {
    const started = row.startedAt ?? row.createdAt;
    const { key, attempts, asked } = row;
    const { firstAt, firstThere } = kept.get(key) ?? { firstAt: started, firstThere: null };
    return {
      key,
      part: 1,
      kept: kept.has(key),
      firstAt,
      firstThere,
      attempts,
      asked,
      wanted: true,
    };
  }

  function start(row: Row, now: string): void {
    Object.assign(row, { state: 'sending', attempts: row.attempts + 1, startedAt: now, nextAt: null, reason: null });
  }

  function messageOf({ key }: Row): Message {
    const message = kept.get(key);
    if (!message) throw new Error(`delivery with key ${key} has no message`);
    return { key, part: 1, body: message.body };
  }

  /** As one process does it, which knows the destinations that it has taken. */
  function open(): Ledger {
    const mine = new Map<string, number>();
    const check = (destination: string) => {
      const epoch = epochs.get(destination) ?? 0;
      if ((mine.get(destination) ?? epoch) !== epoch) throw new BadTransition('another process sends there now');
      mine.set(destination, epoch);
    };
    return {
      async recover(now) {
        for (const to of new Set(rows.map(row => row.destination))) epochs.set(to, (epochs.get(to) ?? 0) + 1);
        mine.clear();
        const sending = rows.filter(row => row.state === 'sending');
        for (const row of sending) {
          const message = messageToldBy(row);
          if (row.form === 'edit' && message) message.unansweredAt = now;
          Object.assign(row, { state: interrupted(row.form), startedAt: now });
        }
        return sending.length;
      },
      next: async (destination, now) => next(destination, now),
      async claim(id, body, now, rendered) {
        const row = rowOf(id);
        if (!isOpen(row, now)) return null;
        check(row.destination);
        start(row, now);
        const frozen = kept.get(row.key);
        if (frozen) {
          for (const one of carriedBy(id)) if (one.state !== 'sent') start(one, now);
          return messageOf(row);
        }
        kept.set(row.key, {
          body: JSON.parse(JSON.stringify(body)),
          firstAt: now,
          firstThere: rendered?.there ?? null,
          receipt: null,
          unansweredAt: null,
        });
        for (const { delivery } of rendered?.carries ?? []) {
          if (delivery === id) continue;
          const one = rowOf(delivery);
          start(one, now);
          one.carrier = id;
        }
        return messageOf(row);
      },
      async claimAgain(id, now) {
        const row = rowOf(id);
        if (row.state !== 'unsure' || row.carrier !== null || suspended.has(row.destination)) return null;
        check(row.destination);
        for (const one of withCarried(row)) start(one, now);
        return messageOf(row);
      },
      async settle(id, outcome, now) {
        const row = rowOf(id);
        const carried = carriedBy(id);
        const settled = settle(row.state, outcome, now, 1 + carried.length);
        check(row.destination);
        apply(row, settled);
        if (outcome.is === 'suspend') suspended.add(row.destination);
        if (outcome.is === 'unsure') for (const one of withCarried(row)) one.startedAt = now;
        if (outcome.is === 'dead' && settled.state === 'queued') {
          forget(row);
          for (const one of carried) Object.assign(one, { carrier: null, attempts: Math.max(one.attempts, 1) });
        }
        return deliveryOf(row);
      },
      async claimEdit(id, { key }, now) {
        const row = rowOf(id);
        if (!isOpen(row, now)) return null;
        check(row.destination);
        start(row, now);
        const message = kept.get(key);
        if (message) message.unansweredAt = now;
        return 0;
      },
      async restEdit(id, at) {
        Object.assign(rowOf(id), { state: 'waiting', nextAt: at });
      },
      async postpone(ids, { name, at }) {
        for (const row of ids.map(rowOf))
          if (['queued', 'waiting'].includes(row.state) && row.carrier === null && row.attempts === 0)
            Object.assign(row, { state: 'waiting', nextAt: at, slot: name });
      },
      async gather(destination, now) {
        for (const row of parkedUntil(destination, now))
          Object.assign(row, { state: 'queued', nextAt: null, slot: null });
      },
      async drop(id, reason) {
        const row = rowOf(id);
        Object.assign(row, { state: 'dead', nextAt: null, reason });
        return deliveryOf(row);
      },
      async settleEdit(id, edited, { key }, now) {
        const row = rowOf(id);
        const { receipt: _, ...settled } = settleEdit(row.state, edited, now);
        check(row.destination);
        Object.assign(row, settled);
        const message = kept.get(key);
        if (message) message.unansweredAt = edited.is === 'unsure' ? now : null;
        if (edited.is === 'suspend') suspended.add(row.destination);
        return deliveryOf(row);
      },
      async resolve(id, history, now) {
        const row = rowOf(id);
        const resolved = resolve(row.state, doubtOf(row), history, settings.whenUnsure, now);
        apply(row, resolved);
        row.asked = resolved.asked;
        if (history.is === 'suspend') suspended.add(row.destination);
        return deliveryOf(row);
      },
    };
  }

  function apply(row: Row, settled: Pick<Delivery, 'state' | 'receipt' | 'nextAt' | 'sentAt' | 'reason'>): void {
    const { receipt, ...rest } = settled;
    const message = kept.get(row.key);
    if (message && receipt) message.receipt = receipt;
    for (const one of withCarried(row)) Object.assign(one, rest, receipt && { receipt });
  }

  function owe(of: Pick<Row, 'destination' | 'of' | 'kind' | 'form' | 'what'> & { readonly at: string }): void {
    const { at, ...row } = of;
    const id = rows.length + 1;
    rows.push({
      ...{ ...row, id, key: `key-${id}`, subject: `${row.of}`, release: row.of, revision: releaseOf(row.of).revision },
      ...{ state: 'queued', carrier: null, slot: null, attempts: 0, receipt: null, subscriptions: [1], asked: 0 },
      ...{ createdAt: at, startedAt: null, nextAt: null, sentAt: null, reason: null },
    });
  }

  return {
    open: async () => open(),
    async owe(destination, count, at) {
      return Array.from({ length: count }, () => {
        const of = release(String(releases.size + 1));
        releases.set(of.id, of);
        owe({ destination, of: of.id, at, kind: 'alert', form: 'post', what: null });
        return of.id;
      });
    },
    async befall(id, wanted, at) {
      const before = releaseOf(id);
      const what = before.state === 'withdrawn' ? 'restored' : wanted;
      if (what === 'revised') releases.set(id, { ...before, title: nextTitle(before), revision: before.revision + 1 });
      else releases.set(id, { ...before, state: what === 'withdrawn' ? 'withdrawn' : 'listed' });
      const told = toldOf(id);
      if (!told || told.state === 'dead' || (told.state !== 'unsure' && !kept.has(leadOf(told).key))) return;
      owe({ destination: told.destination, of: id, at, kind: 'correction', form: 'edit', what });
    },
    async sweep(at) {
      const now = at.epochMilliseconds;
      for (const row of rows) {
        const rests = row.nextAt === null ? 0 : Date.parse(row.nextAt) - now;
        if (row.state === 'unsure' && rests > HOUR) row.nextAt = null;
        if (row.state !== 'waiting' || row.slot !== null || row.nextAt === null) continue;
        const began = row.startedAt === null ? null : Date.parse(row.startedAt) - now;
        const isAhead = began !== null && began > CLOCK_WENT_BACK;
        if (!isAhead && rests <= (began === null ? HOUR : LONGEST_PAUSE)) continue;
        const left = isAhead ? Math.min(Math.max(rests - began, 0), LONGEST_PAUSE) : 0;
        row.nextAt = at.add({ milliseconds: left }).toString();
        if (isAhead) row.startedAt = at.toString();
      }
    },
    resume: async destination => suspended.delete(destination),
    async letGo(id) {
      const row = rowOf(id);
      const lead = rowOf(row.carrier ?? id);
      const goes = row.id === lead.id ? withCarried(row) : [row];
      for (const one of goes) if (one.state === 'held') Object.assign(one, { state: 'queued', reason: null });
      row.carrier = null;
      if (row.form === 'edit' || isOut(lead) || lead.state === 'sent') return;
      forget(lead);
      for (const one of withCarried(lead)) if (one.state !== 'dead') Object.assign(one, { carrier: null, attempts: 0 });
    },
    deliveries: async destination =>
      rows
        .filter(row => row.destination === destination)
        .map(row => {
          const of = releaseOf(row.of);
          return { ...row, title: of.title, says: saysOf(of) };
        }),
    async close() {},
  };
}
