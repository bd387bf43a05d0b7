import {
  BadTransition,
  type Delivery,
  type Doubt,
  interrupted,
  type Receipt,
  resolve,
  settle,
} from '../../src/core/delivery.ts';
import type { Release } from '../../src/core/release.ts';
import { GROUP } from '../../src/core/roundup.ts';
import { mergeSettings } from '../../src/core/settings.ts';
import type { Message } from '../../src/ports/channel.ts';
import type { DeliveryStore, Entry, Work } from '../../src/ports/ledger.ts';
import { release } from './store-samples.ts';

/** What a process does with the record while it delivers alerts. */
export type Ledger = Pick<DeliveryStore, 'recover' | 'next' | 'claim' | 'claimAgain' | 'settle' | 'resolve' | 'rest'>;

/** A record, and those who work with it. */
export interface LedgerHouse {
  /** A process that works with the record; the one before may go on, not knowing of it. */
  open(): Promise<Ledger>;
  /** Makes a destination owed an alert for each of so many new releases. */
  owe(destination: string, count: number, at: string): Promise<void>;
  /** A person lets the bot post to a destination again. */
  resume(destination: string): Promise<boolean>;
  /** A person lets a held delivery go. */
  letGo(delivery: number, at: string): Promise<void>;
  /** The oldest first. */
  deliveries(destination: string): Promise<readonly (Delivery & { readonly title: string })[]>;
  /** Every process has ended. */
  close(): Promise<void>;
}

type Row = { -readonly [Field in keyof Delivery]: Delivery[Field] } & { readonly of: Release; asked: number };
interface Kept {
  readonly body: unknown;
  readonly firstAt: string;
  receipt: Receipt | null;
}

const settings = mergeSettings('UTC', {}, {});

/** The rules of the store for alerts, in memory: ten thousand histories are too many for a disk. */
export function openModelLedger(): LedgerHouse {
  const rows: Row[] = [];
  const kept = new Map<string, Kept>();
  const suspended = new Set<string>();
  const epochs = new Map<string, number>();
  const rowOf = (id: number) => {
    const row = rows[id - 1];
    if (!row) throw new BadTransition(`there is no delivery ${id}`);
    return row;
  };
  const isOut = ({ state }: Row) => state === 'sending' || state === 'unsure';
  const carriedBy = (id: number) => rows.filter(row => row.carrier === id);
  const withCarried = (row: Row) => [row, ...carriedBy(row.id)];

  function queueOf(destination: string): Row[] {
    const queued = rows.filter(
      row =>
        row.destination === destination &&
        row.carrier === null &&
        ['queued', 'sending', 'unsure', 'waiting'].includes(row.state),
    );
    return queued.sort((one, two) => Number(isOut(two)) - Number(isOut(one)) || one.id - two.id);
  }

  function next(destination: string, now: string): Work | { readonly at: string } | null {
    if (suspended.has(destination)) return null;
    const queue = queueOf(destination);
    const [head] = queue;
    if (!head || head.state === 'sending') return null;
    if (head.nextAt !== null && Date.parse(head.nextAt) > Date.parse(now)) return { at: head.nextAt };
    if (head.state === 'unsure')
      return { is: 'unsure', delivery: deliveryOf(head), doubt: doubtOf(head), replyTo: null };
    const frozen = head.attempts > 0 && kept.has(head.key);
    const group = queue.filter(row => row.state === 'queued' && row.attempts === 0).slice(0, GROUP.most);
    const carried = frozen ? [] : head.attempts === 0 && group.length > GROUP.above ? group : [head];
    return { is: 'releases', delivery: deliveryOf(head), entries: carried.map(entryOf), frozen, settings };
  }

  const deliveryOf = (row: Row): Delivery => ({ ...row });
  const entryOf = (row: Row): Entry => ({
    delivery: deliveryOf(row),
    release: row.of,
    why: [],
    subscriptions: [],
    correction: null,
  });

  function doubtOf(row: Row): Doubt {
    const started = row.startedAt ?? row.createdAt;
    const { key, nextAt, attempts, asked } = row;
    const firstAt = kept.get(key)?.firstAt ?? started;
    return { key, part: 1, firstAt, lastAt: started, nextAt, attempts, asked, wanted: true };
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
        for (const row of sending) Object.assign(row, { state: interrupted('post'), startedAt: now });
        return sending.length;
      },
      next: async (destination, now) => next(destination, now),
      async claim(id, body, now, rendered) {
        const row = rowOf(id);
        const isFree =
          row.state === 'queued' || (row.state === 'waiting' && Date.parse(row.nextAt ?? '') <= Date.parse(now));
        const isBusy = queueOf(row.destination).some(isOut);
        if (!isFree || isBusy || row.carrier !== null || suspended.has(row.destination)) return null;
        check(row.destination);
        start(row, now);
        const frozen = kept.get(row.key);
        if (frozen) {
          for (const one of carriedBy(id)) if (one.state !== 'sent') start(one, now);
          return messageOf(row);
        }
        kept.set(row.key, { body: JSON.parse(JSON.stringify(body)), firstAt: now, receipt: null });
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
          kept.delete(row.key);
          for (const one of carried) Object.assign(one, { carrier: null, attempts: Math.max(one.attempts, 1) });
        }
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
      async rest(id, at) {
        rowOf(id).nextAt = at;
      },
    };
  }

  function apply(row: Row, settled: Pick<Delivery, 'state' | 'receipt' | 'nextAt' | 'sentAt' | 'reason'>): void {
    const { receipt, ...rest } = settled;
    const message = kept.get(row.key);
    if (message && receipt) message.receipt = receipt;
    for (const one of withCarried(row)) Object.assign(one, rest, receipt && { receipt });
  }

  return {
    open: async () => open(),
    async owe(destination, count, at) {
      for (let nth = 0; nth < count; nth++) {
        const id = rows.length + 1;
        const of = release(String(id));
        rows.push({
          ...{ id, key: `key-${id}`, subject: of.id, release: of.id, revision: 1, destination, of },
          ...{ kind: 'alert', form: 'post', state: 'queued', carrier: null, slot: null, attempts: 0, receipt: null },
          ...{ createdAt: at, startedAt: null, nextAt: null, sentAt: null, reason: null, subscriptions: [1], asked: 0 },
        });
      }
    },
    resume: async destination => suspended.delete(destination),
    async letGo(id) {
      const row = rowOf(id);
      const lead = rowOf(row.carrier ?? id);
      Object.assign(row, { state: 'queued', carrier: null, reason: null });
      if (isOut(lead) || lead.state === 'sent') return;
      kept.delete(lead.key);
      for (const one of withCarried(lead)) if (one.state !== 'dead') Object.assign(one, { carrier: null, attempts: 0 });
    },
    deliveries: async destination =>
      rows.filter(row => row.destination === destination).map(row => ({ ...row, title: row.of.title })),
    async close() {},
  };
}
