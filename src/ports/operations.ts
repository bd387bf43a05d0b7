import type { Delivery, DeliveryState, Receipt } from '../core/delivery.ts';
import type { PlannedDelivery } from '../core/plan.ts';
import type { Release } from '../core/release.ts';

/** What those who run the bot look after: that what should have happened did. Times are RFC 3339 UTC. */
export interface OperationsStore {
  /** What the rounds of the bot have left behind; `{}` before the first. */
  rounds(): Promise<Rounds>;
  /** Replaces the parts that are given. */
  saveRounds(rounds: Partial<Rounds>): Promise<void>;

  /**
   * Looks for what should have happened and did not, and puts right what can be put right.
   * @param since what has not moved since then is stuck
   * @param latest nothing that is unsure rests longer than until then, nor a change that was not tried yet
   */
  sweep(now: string, since: string, latest: string): Promise<Swept>;

  /** What sources list, as last read: how many items, and the keys of those that lead to no release. */
  listings(): Promise<readonly Listing[]>;
  /** What polls have found that began after the baseline, first seen later than a time and not later than another, oldest first. */
  arrived(after: string, until: string): Promise<readonly Release[]>;
  /** Which of these releases were planned for which destinations as alerts that somebody still wanted, in whatever state. */
  alerted(releases: readonly string[]): Promise<readonly { readonly release: string; readonly destination: string }[]>;
  /**
   * What is owed since before a time, by platform; what waits for its digest is not, nor what a suspended destination is
   * owed, nor what goes with the message of another.
   * @param state only what is in this one
   */
  overdue(
    before: string,
    state?: 'queued' | 'sending' | 'unsure' | 'waiting',
  ): Promise<readonly { readonly platform: string; readonly count: number }[]>;

  /** Makes a test message owed; of a subject the one that there is. */
  planTest(test: NewTest, now: string): Promise<Delivery>;
  /** The last test message whose subject begins so; null where there is none. */
  lastTest(beginning: string): Promise<Delivery | null>;

  /** Destinations that were sent something since a time, without the suspended ones. */
  sentTo(since: string): Promise<readonly string[]>;
  /** The posted messages of a destination to which it was sent a reply since a time, each once. */
  repliedTo(destination: string, since: string): Promise<readonly Receipt[]>;
  /** The receipts of messages, by key and part, as far as the record has them. */
  receipts(keys: readonly string[]): Promise<readonly Known[]>;
  /** For each destination the alert that was sent to it last: when, and when its release was first seen. */
  lastSent(): Promise<readonly LastSent[]>;
  /** Alerts at once that were sent from a time on and before another: for each its platform and the seconds since its release was first seen. */
  latencies(from: string, before: string): Promise<readonly { readonly platform: string; readonly seconds: number }[]>;
  /** Deliveries by platform and state. */
  deliveryCounts(): Promise<
    readonly { readonly platform: string; readonly state: DeliveryState; readonly count: number }[]
  >;

  /**
   * Forgets what messages said and why they came, of deliveries that ended before a time. The deliveries stay, with key
   * and receipt, so that nothing is sent again.
   * @param after id of the last delivery that was looked at; 0 to begin
   * @returns how many had anything to forget, and the last one looked at; null where there are no more
   */
  purge(before: string, after: number): Promise<{ readonly stripped: number; readonly last: number | null }>;
}

/** What is kept of the rounds. */
export interface Rounds {
  /** When the last audit was, and what it found. */
  readonly auditedAt?: string;
  readonly found?: Found;
  /** Since when nobody has followed, left, paused or edited, and no table was changed, as far as audits have seen. */
  readonly steady?: { readonly mark: string; readonly since: string };
  /** When what channels show was last looked through for doubled messages. */
  readonly repairedAt?: string;
  /** When old deliveries were last stripped. */
  readonly purgedAt?: string;
}

/** What an audit found. */
export interface Found {
  readonly sources: readonly {
    readonly source: string;
    readonly listed: number;
    readonly unaccounted: number;
  }[];
  readonly problems: readonly { readonly what: string; readonly fix: string }[];
}

export interface Swept {
  /** Were being sent for longer than any request takes: they are unsure now, changes owed again. */
  readonly stuck: number;
  /** Were unsure and not to be looked at for longer than is ever meant. */
  readonly asleep: number;
  /** Waited for a time that a clock set which was ahead. */
  readonly ahead: number;
  /** Stood in no queue, since the message that was to carry them is gone: they are owed by themselves. */
  readonly orphaned: number;
  /** Destinations with something that has been due all the while and was not begun. */
  readonly idle: readonly string[];
}

export interface Listing {
  readonly source: string;
  readonly listed: number;
  /** Keys without a release. */
  readonly missing: readonly string[];
}

export interface NewTest {
  readonly destination: string;
  readonly subject: string;
  /** Shown as an example; null for a message of the bot itself. */
  readonly release: Release | null;
  readonly why: PlannedDelivery['why'];
}

export interface Known {
  readonly key: string;
  readonly part: number;
  /** Of the message as the platform names it; null where that is not known. */
  readonly message: string | null;
}

export interface LastSent {
  readonly destination: string;
  readonly sentAt: string;
  readonly firstSeen: string;
}
