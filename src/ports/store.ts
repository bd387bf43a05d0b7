import type { Absence, judgeAbsence } from '../core/absence.ts';
import type { Delivery } from '../core/delivery.ts';
import type { Finding, Incident } from '../core/incident.ts';
import type { Move } from '../core/move.ts';
import type { PlannedDelivery } from '../core/plan.ts';
import type { Adopted, Completed, Fresh, Known, Revised } from '../core/reconcile.ts';
import type { FacetName, Facets, Release } from '../core/release.ts';
import type { PublishingDay } from '../core/rhythm.ts';
import type { NewSubscription, Subscription } from '../core/subscription.ts';
import type { Superset } from '../core/superset.ts';
import type { TurnOf } from '../core/turns.ts';
import type { AddedSourceStore } from './added-source.ts';
import type { DeliveryStore, SettingsStore } from './ledger.ts';
import type { OperationsStore } from './operations.ts';
import type { Fault, KeptPage, Validators } from './source.ts';

/** Everything that is remembered. Times are RFC 3339 in UTC; nothing that matters lives only in memory. */
export interface Store
  extends SourceStore,
    AddedSourceStore,
    ReleaseStore,
    SearchStore,
    VocabularyStore,
    SubscriptionStore,
    DeliveryStore,
    SettingsStore,
    IncidentStore,
    OperationsStore,
    AbsenceStore {
  /** What this database is: minted when it is created, never changed. */
  installation(): Promise<Installation>;
  /** Grows with every committed change of releases: what caches of feeds and pages are keyed by. */
  version(): Promise<number>;
  /** The last moment that a database knew of when it was put back from a backup, RFC 3339 UTC; null where it never was. */
  restoredTo(): Promise<string | null>;
  /** When this installation logged in to Discord of late, RFC 3339 UTC; `saveLogins` replaces them. */
  logins(): Promise<readonly string[]>;
  saveLogins(logins: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface Installation {
  /** Random; part of every delivery key, so that two installations in one channel never share a nonce. */
  readonly id: string;
  /** The authority and the year of every Atom id ("tag:AUTHORITY,YEAR:..."). */
  readonly authority: string;
  readonly year: number;
}

// Sources -------------------------------------------------------------------------------------------------------

export interface SourceStore {
  /** Makes sure a row exists for each, due at once where it is new; sources that are not named are no longer due. */
  enrol(sources: readonly string[], now: string): Promise<void>;
  sources(): Promise<readonly SourceState[]>;
  /** Enrolled sources whose time has come, the longest overdue first. */
  due(now: string): Promise<readonly SourceState[]>;
  /** A poll that found nothing to record, or trouble. `record` does the same for a poll that found items. */
  polled(poll: Poll): Promise<Told>;
  /**
   * Pages that a reading of this mark had since then, and that are not recorded: by page, of one page the latest first.
   * A poll that ends well leaves none.
   */
  keptPages(source: string, mark: string, since: string): Promise<readonly KeptPage[]>;
  keepPage(source: string, mark: string, page: KeptPage, now: string): Promise<void>;
  /** Asks whoever runs the bot to poll now: it finds the source due at its next tick. */
  requestPoll(source: string, now: string): Promise<void>;
}

export interface SourceState {
  readonly id: string;
  /** When the silent first reading was recorded; null before it. */
  readonly baselineAt: string | null;
  readonly polledAt: string | null;
  /** When it was last read without trouble, and when last without asking whether it changed. */
  readonly readAt: string | null;
  readonly fullReadAt: string | null;
  readonly dueAt: string;
  readonly status: PollStatus | null;
  readonly validators: Validators | null;
  /** Unhealthy polls in a row. */
  readonly failures: number;
  readonly fault: Fault | null;
  readonly error: string | null;
  /** Where it lives; null while that is its own address. */
  readonly move: Move | null;
  /** Of the last poll: releases recorded, revised, adopted. */
  readonly counts: Counts;
  readonly enrolled: boolean;
}

export type PollStatus = 'baseline' | 'new' | 'unchanged' | 'unhealthy';
export interface Counts {
  readonly new: number;
  readonly revised: number;
  readonly adopted: number;
}

/** How a poll ended and when the next is due. */
export interface Poll {
  readonly source: string;
  readonly at: string;
  readonly dueAt: string;
  readonly status: PollStatus;
  /** null keeps the stored ones. */
  readonly validators: Validators | null;
  readonly fault: Fault | null;
  readonly error: string | null;
  /** The source was asked for all it has, not whether it changed. */
  readonly full?: boolean;
  /** Absent, what is known stays. */
  readonly move?: Move | null;
  readonly health?: Health;
}

/** What a poll says of the health of its source, and which destination hears of incidents that open or close by it. */
export interface Health {
  readonly findings: readonly Finding[];
  /** Destination in written form. */
  readonly tell: string;
}

/** What followed from a poll: who is owed something now, and the incidents that it opened or closed. */
export interface Told {
  readonly destinations: readonly string[];
  readonly incidents: readonly Incident[];
}

// Releases ------------------------------------------------------------------------------------------------------

export interface ReleaseStore {
  /** The recorded releases of a source that carry one of these keys (or aliases) or fingerprints. */
  known(source: string, keys: readonly string[], fingerprints: readonly string[]): Promise<readonly Known[]>;
  /**
   * Writes what a reading found and all that follows from it in ONE transaction: releases, revisions, adoptions,
   * completions, deliveries, the listing as read, the poll with its validators. A second run of the same batch changes nothing.
   * Later releases of the batch are newer: give them oldest first. What another writer recorded first stays as it is
   * and its deliveries are that writer's; a delivery whose subscriptions have all been removed or paused since it was
   * planned is not made.
   */
  record(batch: Batch): Promise<Recorded>;
  /** By id or by any alias of it ("motir/2-2441" also where the release began as "motir/t-..."). */
  release(id: string): Promise<Release | null>;
  /**
   * Newest first: by civil date (without one: the UTC day it was first seen), then by when it was recorded.
   * `after` is the id of the last one already had; none follow an id that is unknown.
   */
  releases(page: {
    readonly limit: number;
    readonly source?: string;
    readonly after?: string;
  }): Promise<readonly Release[]>;
  /** How many releases of a source have each civil date, from a day (YYYY-MM-DD) on, oldest first. */
  published(source: string, from: string): Promise<readonly PublishingDay[]>;
  /** When releases of a source were first seen by a poll after the baseline, since an instant; each instant once, oldest first. */
  arrivals(source: string, since: string): Promise<readonly string[]>;
  /** The latest civil date (YYYY-MM-DD, `until` at most) on the listing of a source as last read; null where it has none. */
  newestListed(source: string, until: string): Promise<string | null>;
  /** All versions, the first one first. */
  revisions(id: string): Promise<readonly Revision[]>;
  count(): Promise<number>;
  /** The civil date of the oldest release that has one; null where none has. */
  since(): Promise<string | null>;
}

export interface SearchStore {
  /**
   * Releases that a query may match, newest first as in `releases`: all that do match are among them, whatever the
   * engine. `after` is the id of the last one already had.
   */
  candidates(
    superset: Superset,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly Candidate[]>;
  /** The releases of these ids, in their order; those that are none are left out. */
  releasesOf(ids: readonly string[]): Promise<readonly Release[]>;
  /**
   * Makes what an older database, or other rules, left to be made for searching; `candidates` does so by itself.
   * Aborted, it stops where it is and goes on the next time.
   */
  catchUp(signal?: AbortSignal): Promise<void>;
}

export interface Candidate {
  /** Release id. */
  readonly id: string;
  /** The civil date of the release, or the UTC day on which it was first seen. */
  readonly day: string;
  /** Its words and facts as `lineOf` makes them: enough to answer most queries without reading the release. */
  readonly line: string;
}

export interface Revision {
  readonly release: string;
  readonly revision: number;
  readonly title: string;
  readonly text: string;
  readonly date: string | null;
  readonly recordedAt: string;
}

export interface Batch {
  readonly source: string;
  readonly at: string;
  /** The poll this came from; null for an import, which leaves the source's own state alone. */
  readonly poll: Poll | null;
  readonly fresh: readonly Fresh[];
  readonly revised: readonly Revised[];
  readonly adopted: readonly Adopted[];
  readonly completed: readonly Completed[];
  readonly deliveries: readonly PlannedDelivery[];
  /** Kept beside the reasons of the alerts that were planned before. */
  readonly turns?: readonly TurnOf[];
  /** The deliveries are held by the open flood incident of the source, which the poll opens or goes on with. */
  readonly hold?: boolean;
  /** The listing as read, newest first: key and release id of each, for the audit of completeness. Empty for an import. */
  readonly listed: readonly { readonly key: string; readonly release: string }[];
  /** What the listing leaves out; what it lists is absent no more, and not withdrawn either. */
  readonly absent?: readonly Pick<Absence, 'key' | 'kind'>[];
}

export interface Recorded extends Counts, Told {}

// Vocabulary ----------------------------------------------------------------------------------------------------

export interface VocabularyStore {
  /** The releases whose facets another vocabulary than this one found, the longest recorded first, at most `limit`. */
  outdated(version: string, limit: number): Promise<readonly Release[]>;
  /** How many releases have each value of a facet, and the civil day of the newest, in no order. */
  counts(facet: FacetName): Promise<readonly { readonly id: string; readonly count: number; readonly last: string }[]>;
  /**
   * Replaces the facets of releases that still are at the named revision. Nothing else changes and nothing is owed.
   * @returns how many were replaced
   */
  reclassified(
    changes: readonly { readonly release: string; readonly revision: number; readonly facets: Facets }[],
  ): Promise<number>;
}

// Subscriptions -------------------------------------------------------------------------------------------------

export interface SubscriptionStore {
  /**
   * Creates a subscription, or gives back the one that the destination already has for the same normal form
   * (`created` false; if it was paused or suspended it stays so). Where the destination is suspended, so is a new one.
   */
  follow(
    asked: NewSubscription,
    now: string,
  ): Promise<{ readonly subscription: Subscription; readonly created: boolean }>;
  subscription(id: number): Promise<Subscription | null>;
  subscriptions(filter?: {
    readonly to?: string;
    readonly state?: Subscription['state'];
  }): Promise<readonly Subscription[]>;
  /** Grows with every committed change of who follows what, and how: compiled queries are good as long as it stays. */
  subscriptionsVersion(): Promise<number>;
  /**
   * Removes it; deliveries that it alone caused and that have not left become dead("unfollowed"), and what waits for a
   * digest comes when the others want it. False where there is none.
   */
  unfollow(id: number, now: string): Promise<boolean>;
  /**
   * Pauses or resumes; null where there is none. Pausing makes deliveries that have not left and that no other
   * subscription wants dead("paused"). Resuming also lifts the suspension of the destination, for all that follow there.
   * @param until when a pause ends by itself; absent where somebody has to resume it
   */
  setState(
    id: number,
    state: 'active' | 'paused',
    reason: string | null,
    until?: string | null,
  ): Promise<Subscription | null>;
  /** Ends the pauses whose time has come; one whose destination is suspended is so too. @returns those subscriptions */
  endPauses(now: string): Promise<readonly Subscription[]>;
  /**
   * Changes what it asks for, when and how; its number and what it was sent stay. What waits for it comes when it is
   * wanted now by whoever asked for it; what is owed at once stays so. Null where there is none; the number of the other
   * one where its destination asks for the same already.
   */
  edit(
    id: number,
    changes: Partial<Pick<Subscription, 'query' | 'normal' | 'when' | 'urgent' | 'mention' | 'style'>>,
    now: string,
  ): Promise<Subscription | { readonly same: number } | null>;
  /** Makes the config's subscriptions the ones given: adds, updates when and how, removes what is gone; chat's stay. */
  syncConfig(wanted: readonly NewSubscription[], now: string): Promise<void>;
}

// Incidents -----------------------------------------------------------------------------------------------------

export interface IncidentStore {
  /** Newest first, 100 at most. */
  incidents(filter?: { readonly open?: boolean; readonly source?: string }): Promise<readonly Incident[]>;
  /**
   * Lets go of what is held: a delivery with all that its message carries, or all that an incident holds. `send` makes it
   * owed, `drop` dead. A flood that holds nothing more is closed by it, which `tell` hears of.
   * @returns what was let go, oldest first; nothing where nothing of that name is held
   */
  letGo(
    what: { readonly delivery: number } | { readonly incident: string },
    verdict: 'send' | 'drop',
    tell: string,
    now: string,
  ): Promise<{ readonly deliveries: readonly Delivery[]; readonly incidents: readonly Incident[] }>;
}

// Absences ------------------------------------------------------------------------------------------------------

export interface AbsenceStore {
  /** Keys of the listing of a source as last read, newest first. */
  listed(source: string): Promise<readonly string[]>;
  /** The latest first. */
  absences(filter: {
    readonly source?: string;
    readonly kind?: Absence['kind'];
    /** Only those whose page is to be asked for by now. */
    readonly due?: string;
    readonly limit: number;
  }): Promise<readonly Absence[]>;
  /** Keeps what an answer means; a withdrawn release gets that state. */
  saveAnswer(of: Pick<Absence, 'source' | 'key'>, verdict: ReturnType<typeof judgeAbsence>, now: string): Promise<void>;
}
