import type { PlannedDelivery } from '../../src/core/plan.ts';
import type { Fresh } from '../../src/core/reconcile.ts';
import { NO_FACETS, type Release } from '../../src/core/release.ts';
import type { NewSubscription } from '../../src/core/subscription.ts';
import type { Batch, Poll } from '../../src/ports/store.ts';

/** The hour at which the stories of the store begin. */
export const T0 = '2026-03-02T00:00:00Z';

/** RFC 3339 UTC, so many seconds after T0. */
export function later(seconds: number): string {
  return Temporal.Instant.from(T0).add({ seconds }).toString();
}

export function release(key: string, changes: Partial<Release> = {}): Release {
  return {
    id: `harbour/${key}`,
    key,
    source: 'harbour',
    url: `https://harbour.example/notes/${key}`,
    title: `Note ${key} of the harbour office`,
    text: `The harbour office explains note ${key}.\n\nShips keep to the east side.`,
    html: null,
    date: '2026-03-01',
    published: null,
    firstSeen: T0,
    updated: T0,
    revision: 1,
    state: 'listed',
    topics: ['shipping'],
    countries: ['kr'],
    agencies: [],
    facets: {
      ...NO_FACETS,
      topics: ['shipping'],
      countries: ['kr'],
      mentions: { topics: [], countries: ['no'] },
      evidence: [{ facet: 'topic', id: 'shipping', where: 'body', words: 'Ships' }],
      lead: `The harbour office explains note ${key}.`,
    },
    category: null,
    categories: ['Notes'],
    author: null,
    attachments: [{ name: 'map.pdf', url: 'https://harbour.example/map.pdf', type: 'application/pdf', bytes: 2048 }],
    ...changes,
  };
}

export function fresh(of: Release, changes: Partial<Fresh> = {}): Fresh {
  return { release: of, fingerprint: `t-${of.key}`, provisional: false, ...changes };
}

export function poll(at: string, changes: Partial<Poll> = {}): Poll {
  return {
    source: 'harbour',
    at,
    dueAt: Temporal.Instant.from(at).add({ minutes: 10 }).toString(),
    status: 'new',
    validators: null,
    fault: null,
    error: null,
    ...changes,
  };
}

export function batch(releases: readonly Release[], changes: Partial<Batch> = {}): Batch {
  return {
    source: 'harbour',
    at: T0,
    poll: null,
    fresh: releases.map(one => fresh(one)),
    revised: [],
    adopted: [],
    completed: [],
    deliveries: [],
    listed: [],
    ...changes,
  };
}

/** An alert for a release, because of these subscriptions. */
export function alert(of: Release, destination: string, subscriptions: readonly number[]): PlannedDelivery {
  return {
    destination,
    kind: 'alert',
    subject: of.id,
    release: of.id,
    revision: of.revision,
    why: subscriptions.map(subscription => ({
      subscription,
      query: 'topic:shipping',
      createdBy: 'cli',
      clauses: [{ clause: 'topic:shipping', evidence: [{ where: 'body', words: 'Ships' }] }],
    })),
  };
}

export function asks(to: string, changes: Partial<NewSubscription> = {}): NewSubscription {
  return {
    query: 'shipping',
    normal: 'topic:shipping',
    to,
    when: 'now',
    urgent: false,
    mention: [],
    style: 'card',
    createdBy: 'cli',
    ...changes,
  };
}
