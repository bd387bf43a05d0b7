import type { Absence } from '../core/absence.ts';
import { fixOf, type Incident } from '../core/incident.ts';
import { whyNever } from '../core/query-never.ts';
import type { DestinationState, Tally } from '../ports/ledger.ts';
import type { SourceState } from '../ports/store.ts';
import { isLocked } from '../store/lock.ts';
import { missingCanary } from './canary.ts';
import type { House } from './house.ts';
import { LATE } from './late.ts';
import { inShell, minute } from './layout.ts';
import type { Problem } from './problem.ts';
import { nothingWatched } from './unwatched.ts';

/** How the bot is, from what is recorded: true beside a running bot and without one. */
export interface Status {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly running: boolean;
  /** With who asked for each: "config", or who added it in chat. */
  readonly sources: readonly (SourceState & { readonly createdBy: string })[];
  readonly suspended: readonly DestinationState[];
  /** The alert that each destination was sent last, and how long that was after its release was first seen. */
  readonly latest: readonly { readonly destination: string; readonly sentAt: string; readonly seconds: number }[];
  /** The open ones, newest first. */
  readonly incidents: readonly Incident[];
  /** Article numbers that were never listed, the latest first, and what their pages say. */
  readonly gaps: readonly Absence[];
  readonly tally: Tally;
}

/** Gaps that are shown: those of the last months. */
const MOST_GAPS = 20;

export type StatusTools = Pick<House, 'store' | 'clock' | 'environment' | 'config' | 'language' | 'roster'>;

export async function readStatus(tools: StatusTools): Promise<Status> {
  const { store, clock, environment } = tools;
  const running = isLocked(environment.databasePath);
  const owed = (one: Tally) => one.deliveries.queued + one.deliveries.waiting;
  const added = (await store.addedSources()).filter(one => one.removedAt === null);
  const sources = (await store.sources())
    .filter(source => source.enrolled)
    .map(state => ({ ...state, createdBy: added.find(one => one.id === state.id)?.createdBy ?? 'config' }));
  // Of a source that is watched no more only what it still holds is anybody's business.
  const incidents = (await store.incidents({ open: true })).filter(
    one => one.concern === 'flood' || sources.some(source => source.id === one.source),
  );
  const gaps = await store.absences({ kind: 'gap', limit: MOST_GAPS });
  const suspended = (await store.destinations()).filter(destination => destination.suspended);
  const tally = await store.tally();
  const late = (await store.overdue(clock.now().subtract(LATE).toString(), 'queued')).reduce(
    (sum, { count }) => sum + count,
    0,
  );
  const latest = (await store.lastSent()).map(({ destination, sentAt, firstSeen }) => ({
    destination,
    sentAt,
    seconds: Math.max(0, Temporal.Instant.from(sentAt).since(firstSeen).total('seconds')),
  }));
  const canary = await missingCanary(tools);
  const { found } = await store.rounds();
  const unwatched = await nothingWatched(tools);
  const problems: Problem[] = [
    ...(unwatched === null ? [] : [unwatched]),
    ...incidents.map(incident => ({ what: incidentText(incident), fix: fixOf(incident) })),
    ...sources.filter(source => source.status === 'unhealthy' && !isKnown(source, incidents)).map(unhealthy),
    ...gaps.filter(gap => gap.answer === 'there').map(missing),
    ...suspended.map(one => ({
      what: `${one.id} is suspended: ${one.reason ?? 'no reason recorded'}`,
      fix: `mend that, then gwanbo resume ${inShell(one.id)}`,
    })),
    ...(await neverMatching(tools)),
    ...(found?.problems ?? []),
    ...(canary === null ? [] : [canary]),
    ...counted(
      tally.deliveries.unsure,
      'got no answer: the platform is asked whether it was posted',
      'nothing, unless it lasts; gwanbo deliveries --state unsure says what stands in the way',
    ),
    ...counted(
      tally.deliveries.held,
      'held',
      'gwanbo deliveries --state held says why each of them is; gwanbo release-held ID lets one go',
    ),
    ...(running
      ? counted(late, 'late', 'the log of the running bot says why; gwanbo deliveries --state queued names them')
      : []),
    ...(running
      ? []
      : counted(owed(tally), 'owed, and the bot is not running', 'start it: npm start, or gwanbo start')),
  ];
  return { ok: problems.length === 0, problems, running, sources, suspended, latest, incidents, gaps, tally };
}

/** Subscriptions that nothing new can match; what pauses is nobody's concern now. */
async function neverMatching({ store, clock, roster, ...tools }: StatusTools): Promise<Problem[]> {
  const subscriptions = (await store.subscriptions()).filter(one => one.state !== 'paused');
  // The tables of the vocabulary are read for queries alone.
  if (subscriptions.length === 0) return [];
  const today = clock.now().toZonedDateTimeISO('UTC').toPlainDate().toString();
  const at = { today, sources: roster.all.map(({ id }) => id) };
  return subscriptions.flatMap(({ id, normal, to, createdBy }) => {
    const query = tools.language.recorded(normal);
    const why = query === null ? 'a word of it is no longer known' : whyNever(query, at);
    const fix =
      createdBy === 'config' ? 'mend it in the configuration file' : `gwanbo edit ${id} --query ..., or unfollow ${id}`;
    return why === null ? [] : [{ what: `subscription #${id} of ${to} can never match (${normal}): ${why}`, fix }];
  });
}

function unhealthy(source: SourceState): Problem {
  const times = source.failures === 1 ? 'once' : `${source.failures} times in a row`;
  return {
    what: `source ${source.id} could not be read ${times}: ${source.error ?? source.fault}`,
    fix: `gwanbo check --source ${source.id} tries again now`,
  };
}

/** Trouble that an incident tells of already is not told twice. */
function isKnown({ id }: SourceState, incidents: readonly Incident[]): boolean {
  return incidents.some(({ source, concern }) => source === id && concern === 'reading');
}

function incidentText({ id, source, kind, what, since, count }: Incident): string {
  return `${id}: source ${source} since ${minute(since)} (${kind}, ${count === 1 ? 'once' : `${count} times`}): ${what}`;
}

function missing({ source, key }: Absence): Problem {
  return {
    what: `${key} of source ${source} has a page and was never listed: it is not recorded`,
    fix: `gwanbo backfill --source ${source} --from DATE reads the older pages too`,
  };
}

function counted(count: number, what: string, fix: string): Problem[] {
  return count === 0 ? [] : [{ what: `${count} ${count === 1 ? 'delivery' : 'deliveries'} ${what}`, fix }];
}
