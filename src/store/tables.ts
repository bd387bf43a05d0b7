import type { ColumnType, Generated, Selectable } from 'kysely';
import type { Absence } from '../core/absence.ts';
import type { DeliveryForm, DeliveryKind, DeliveryState } from '../core/delivery.ts';
import type { Concern } from '../core/incident.ts';
import type { Release } from '../core/release.ts';
import type { Style, Subscription } from '../core/subscription.ts';
import type { Fault, SourceKind } from '../ports/source.ts';
import type { PollStatus } from '../ports/store.ts';

/** Milliseconds since 1970 UTC. */
type Time = number;
/** 0 or 1. */
type Flag = number;
/** JSON text. */
type Json = string;

/** The tables as Kysely sees them; the migrations make them. One word everywhere: the table `delivery` holds Delivery. */
export interface Tables {
  readonly meta: MetaTable;
  readonly source: SourceTable;
  readonly item: ItemTable;
  readonly release: ReleaseTable;
  readonly release_line: ReleaseLineTable;
  readonly alias: AliasTable;
  readonly revision: RevisionTable;
  readonly destination: DestinationTable;
  readonly subscription: SubscriptionTable;
  readonly delivery: DeliveryTable;
  readonly delivery_count: DeliveryCountTable;
  readonly delivery_subscription: DeliverySubscriptionTable;
  readonly message: MessageTable;
  readonly delivery_message: DeliveryMessageTable;
  readonly incident: IncidentTable;
  readonly absence: AbsenceTable;
  readonly added_source: AddedSourceTable;
  readonly kept_page: KeptPageTable;
}

/** One row. */
interface MetaTable {
  id: 1;
  installation: string;
  authority: string;
  year: number;
  /** Grows with every change of releases. */
  version: number;
  /** What made the lines. */
  lines: Generated<string>;
  /** Times of logins to Discord. */
  logins: Generated<Json>;
  restored_to: Time | null;
  restored_at: Time | null;
  /** What the rounds have left behind. */
  rounds: Generated<Json>;
  /** Grows with every change of subscriptions; triggers see to it. */
  subscriptions: Generated<number>;
  /** Of destinations that name none. */
  zone: Generated<string>;
}

export interface SourceTable {
  id: string;
  enrolled: Flag;
  due_at: Time;
  baseline_at: Time | null;
  polled_at: Time | null;
  status: PollStatus | null;
  validators: Json | null;
  failures: number;
  fault: Fault | null;
  error: string | null;
  new: number;
  revised: number;
  adopted: number;
  /** When it was last read without trouble, and when last without asking whether it changed. */
  read_at: Time | null;
  full_read_at: Time | null;
  /** Where it lives; null while that is its own address. */
  move: Json | null;
}

/** What a source has listed; those with a position are on the listing as last read. */
interface ItemTable {
  source: string;
  key: string;
  release: string;
  first_seen: Time;
  last_seen: Time;
  /** 0 is the newest. */
  position: number | null;
}

export interface ReleaseTable {
  /** The order in which releases were recorded. */
  seq: Generated<number>;
  id: string;
  source: string;
  key: string;
  provisional: Flag;
  fingerprint: string;
  url: string | null;
  title: string;
  text: string;
  html: string | null;
  date: string | null;
  /** What it is ordered by: `date`, or the UTC day on which it was first seen where it has none. */
  day: string;
  published: Time | null;
  first_seen: Time;
  updated: Time;
  revision: number;
  state: Release['state'];
  topics: Json;
  countries: Json;
  agencies: Json;
  facets: Json;
  /** The version of the vocabulary that found them. */
  vocabulary: string;
  category: string | null;
  categories: Json;
  author: string | null;
  attachments: Json;
}

/** What a release is searched by. Triggers make the row, and mark it when the release changes. */
interface ReleaseLineTable {
  seq: number;
  /** The row of the full-text index that holds the line; in the order of day and seq. Null before it has one. */
  place: number | null;
  stale: Flag;
  line: string;
}

interface AliasTable {
  source: string;
  key: string;
  release: string;
}

interface RevisionTable {
  release: string;
  revision: number;
  title: string;
  text: string;
  date: string | null;
  recorded_at: Time;
}

interface DestinationTable {
  id: string;
  suspended: Flag;
  reason: string | null;
  /** Raised by each process that takes it. */
  epoch: Generated<number>;
  /** What people set, and what the config says, which wins. */
  settings: Generated<Json>;
  config: Generated<Json>;
}

export type DestinationRow = Selectable<DestinationTable>;

export interface SubscriptionTable {
  id: Generated<number>;
  query: string;
  normal: string;
  destination: string;
  when: Subscription['when'];
  mention: Json;
  style: Style;
  urgent: Generated<Flag>;
  state: Subscription['state'];
  reason: string | null;
  created_by: string;
  created_at: Time;
  last_match: Time | null;
  paused_until: Time | null;
}

export interface DeliveryTable {
  id: Generated<number>;
  key: string;
  subject: string;
  release: string | null;
  revision: number | null;
  destination: string;
  kind: DeliveryKind;
  state: DeliveryState;
  attempts: number;
  created_at: Time;
  started_at: Time | null;
  next_at: Time | null;
  sent_at: Time | null;
  reason: string | null;
  /** What holds it, or what a notice tells of. */
  incident: number | null;
  form: Generated<DeliveryForm>;
  carrier: number | null;
  slot: string | null;
  /** How often the platform's record was asked for in vain. */
  asked: Generated<number>;
  /** How often it was refused or not answered in a row. */
  failures: Generated<number>;
  changes: Json | null;
  /** The query that it was replayed for, and what of it held. */
  replay: Json | null;
  /** The destination while it stands in its queue, and where; computed. */
  lane: ColumnType<string | null, never, never>;
  place: ColumnType<number, never, never>;
  /** The destination while it waits for a digest; computed. */
  parked: ColumnType<string | null, never, never>;
  /** The state unless it is sent; computed. */
  unsent: ColumnType<Exclude<DeliveryState, 'sent'> | null, never, never>;
}

export type DeliveryRow = Selectable<DeliveryTable>;

/** How many deliveries there are; triggers see to it. */
interface DeliveryCountTable {
  platform: string;
  state: DeliveryState;
  count: number;
}

/** Which subscriptions caused a delivery, and why each; kept when the subscription is gone. */
interface DeliverySubscriptionTable {
  delivery: number;
  subscription: number;
  why: Json;
}

export interface IncidentTable {
  id: Generated<number>;
  source: string;
  concern: Concern;
  kind: string;
  what: string;
  since: Time;
  last_seen: Time;
  count: number;
  closed_at: Time | null;
  trail: Json;
}

export interface AbsenceTable {
  source: string;
  key: string;
  kind: Absence['kind'];
  since: Time;
  answer: Absence['answer'];
  gone_at: Time | null;
  next_at: Time | null;
}

export interface AddedSourceTable {
  seq: Generated<number>;
  id: string;
  preset: string | null;
  kind: SourceKind;
  url: string;
  title: string | null;
  created_by: string;
  created_at: Time;
  removed_by: Generated<string | null>;
  removed_at: Generated<Time | null>;
}

interface KeptPageTable {
  seq: Generated<number>;
  source: string;
  mark: string;
  page: number;
  content: Json;
  kept_at: Time;
}

/** A rendered body, frozen when it is first claimed. */
interface MessageTable {
  id: Generated<number>;
  key: string;
  part: number;
  body: Json;
  receipt: Json | null;
  first_at: Time | null;
  /** The same by the platform's clock. */
  first_there: Time | null;
  /** By when the last change of it had left that was not answered. */
  unanswered_at: Time | null;
  reply_to: Json | null;
}

export type Kept = Selectable<MessageTable>;

interface DeliveryMessageTable {
  delivery: number;
  message: number;
}
