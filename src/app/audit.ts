import { type PlannedDelivery, plan } from '../core/plan.ts';
import type { Release } from '../core/release.ts';
import type { Subscription } from '../core/subscription.ts';
import type { Found, Rounds } from '../ports/operations.ts';
import { missingCanary } from './canary.ts';
import type { House } from './house.ts';
import { LATE } from './late.ts';
import { inShell } from './layout.ts';
import type { Problem } from './problem.ts';
import { openBreath } from './unhurried.ts';

/** How far back alerts are looked for. */
const REACH = Temporal.Duration.from({ hours: 48 });
/** More than these are not counted one by one. */
const COUNTED = 1_000;
/** Keys that a line names. */
const NAMED = 5;

export type AuditTools = Pick<House, 'store' | 'clock' | 'config' | 'language'>;

/** Whether what is listed was recorded, and what was recorded delivered. */
export interface Audited extends Found {
  readonly steady: NonNullable<Rounds['steady']>;
  /** Alerts that are missing for sure: nobody changed a subscription since, so that they should have been planned. */
  readonly missing: readonly PlannedDelivery[];
  /** Alerts that may have been left out for a good reason: who follows what was changed since. */
  readonly doubts: readonly Problem[];
}

/** Looks, and changes nothing. @param steady as the last audit left it */
export async function audit(steady: Rounds['steady'], tools: AuditTools): Promise<Audited> {
  const { store, clock, language } = tools;
  const now = clock.now();
  // Asked first: whoever follows, or is found, after this is for the next audit.
  const mark = `${await store.subscriptionsVersion()} ${language.vocabulary.version}`;
  const isSteady = steady?.mark === mark && Temporal.Instant.compare(steady.since, now) <= 0;
  const since = isSteady ? steady.since : now.toString();
  const listings = await store.listings();
  const releases = await store.arrived(now.subtract(REACH).toString(), now.toString());
  const unplanned = await findUnplanned(releases, now, tools);
  const isSure = ({ release }: PlannedDelivery) => {
    const firstSeen = releases.find(one => one.id === release)?.firstSeen ?? since;
    return Temporal.Instant.compare(firstSeen, since) > 0;
  };
  const missing = unplanned.filter(isSure);
  const lost = Map.groupBy(new Set(missing.map(one => one.release)), id => id.slice(0, id.indexOf('/')));
  const sources = new Set([...listings.map(one => one.source), ...lost.keys()]);
  return {
    steady: { mark, since },
    missing,
    sources: [...sources].map(source => {
      const listing = listings.find(one => one.source === source);
      const unaccounted = (listing?.missing.length ?? 0) + (lost.get(source)?.length ?? 0);
      return { source, listed: listing?.listed ?? 0, unaccounted };
    }),
    problems: [
      ...listings.filter(one => one.missing.length > 0).map(unrecorded),
      ...missing.map(({ release, destination }) => ({
        what: `${release} matches what ${destination} follows, and was never owed there`,
        fix: 'a running bot makes it owed at its next audit',
      })),
    ],
    doubts: unplanned
      .filter(one => !isSure(one))
      .map(({ release, destination, why }) => ({
        what: `${release} matches what ${destination} follows now, and was not sent there`,
        fix: `right where that was paused or changed since; else gwanbo why ${release} --subscription ${why[0]?.subscription} says more`,
      })),
  };
}

/** What is wrong now, of what the last audit could not know: owed for too long, and a canary that did not arrive. */
export async function readLate(tools: Pick<House, 'store' | 'clock' | 'config'>): Promise<readonly Problem[]> {
  const { store, clock } = tools;
  const overdue = await store.overdue(clock.now().subtract(LATE).toString());
  const canary = await missingCanary(tools);
  return [
    ...overdue.map(({ platform, count }) => ({
      what: `${count} ${count === 1 ? 'delivery is' : 'deliveries are'} owed to ${platform} for more than 10 minutes`,
      fix: 'gwanbo status says what stands in the way; gwanbo deliveries --state queued, waiting or unsure names them',
    })),
    ...(canary === null ? [] : [canary]),
  ];
}

/** What was recorded and is not delivered since that takes a person: nothing is lost, and nothing is wrong with the bot. */
export async function readWithheld({ store }: Pick<House, 'store'>): Promise<readonly Problem[]> {
  const { held } = (await store.tally()).deliveries;
  const found: Problem[] = [];
  for (const { id, suspended, reason } of await store.destinations()) {
    if (!suspended) continue;
    const owed = [];
    for (const state of ['queued', 'waiting', 'unsure'] as const)
      owed.push(...(await store.deliveries({ destination: id, state, limit: COUNTED })));
    if (owed.length === 0) continue;
    const many = owed.length >= COUNTED ? `${COUNTED} or more` : owed.length;
    found.push({
      what: `${many} ${owed.length === 1 ? 'delivery is' : 'deliveries are'} owed to ${id}, which is suspended: ${reason ?? 'no reason recorded'}`,
      fix: `mend that, then gwanbo resume ${inShell(id)}`,
    });
  }
  if (held > 0)
    found.push({
      what: `${held} ${held === 1 ? 'delivery is' : 'deliveries are'} held until a person decides`,
      fix: 'gwanbo deliveries --state held says why each of them is; gwanbo release-held ID lets one go',
    });
  return found;
}

function unrecorded({ source, missing }: { readonly source: string; readonly missing: readonly string[] }): Problem {
  const named = missing.slice(0, NAMED).join(', ');
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  return {
    what: `source ${source} lists what is not recorded: ${named}${more}`,
    fix: `gwanbo check --source ${source} reads it again; gwanbo verify looks through the database`,
  };
}

/** The alerts for which there is no delivery, of those who followed already when the release was first seen. */
async function findUnplanned(releases: readonly Release[], now: Temporal.Instant, { store, language }: AuditTools) {
  if (releases.length === 0) return [];
  // What is suspended is owed its alerts until its channel is mended.
  const asking = new Map<number, Subscription>(
    (await store.subscriptions()).filter(one => one.state !== 'paused').map(one => [one.id, one]),
  );
  const matcher = language.matcher([...asking.values()]);
  const breathe = openBreath();
  const expected: PlannedDelivery[] = [];
  for (const release of releases) {
    const isOlder = (id: number) => {
      const createdAt = asking.get(id)?.createdAt ?? release.firstSeen;
      // Made while our clock was ahead: since when it has been there is not known, so that it is a doubt at least.
      if (Temporal.Instant.compare(createdAt, now) > 0) return true;
      return Temporal.Instant.compare(createdAt, release.firstSeen) <= 0;
    };
    for (const one of plan([release], matcher)) {
      const why = one.why.filter(({ subscription }) => isOlder(subscription));
      if (why.length > 0) expected.push({ ...one, why });
    }
    await breathe();
  }
  const named = await store.alerted(releases.map(one => one.id));
  const planned = new Set(named.map(({ release, destination }) => `${release} ${destination}`));
  return expected.filter(({ release, destination }) => !planned.has(`${release} ${destination}`));
}
