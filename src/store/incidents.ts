import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import { type Finding, follow, type Incident } from '../core/incident.ts';
import type { Health, IncidentStore, Told } from '../ports/store.ts';
import { withSubscriptions } from './delivery-rows.ts';
import { letGo } from './held.ts';
import { type Minting, nameOf } from './minting.ts';
import { planNotice, planUpdate } from './notices.ts';
import type { IncidentTable, Tables } from './tables.ts';
import { fromRest, fromRestOrNull, toRest } from './times.ts';

/** Incidents that a listing gives. */
const LISTED = 100;

export function incidentStore(db: Kysely<Tables>, minting: Minting): IncidentStore {
  return {
    async incidents(filter = {}) {
      let query = db.selectFrom('incident').selectAll();
      if (filter.open) query = query.where('closed_at', 'is', null);
      if (filter.source !== undefined) query = query.where('source', '=', filter.source);
      // Of the few that are open there is an index, which an order by number keeps SQLite from.
      const newest = query.orderBy(filter.open ? sql`+id` : 'id', 'desc');
      return (await newest.limit(LISTED).execute()).map(incidentOf);
    },

    letGo: (what, verdict, tell, now) =>
      db.transaction().execute(async trx => {
        const rows = await letGo(trx, what, verdict);
        const told: Told[] = [];
        for (const id of new Set(rows.flatMap(row => row.incident ?? []))) {
          const incident = await readIncident(trx, id);
          if (incident.concern === 'flood')
            told.push(
              await settleFinding(trx, incident.source, { is: 'well', concern: 'flood' }, tell, toRest(now), minting),
            );
        }
        return {
          deliveries: (await withSubscriptions(trx, rows)).toSorted((one, two) => one.id - two.id),
          incidents: told.flatMap(one => one.incidents),
        };
      }),
  };
}

/**
 * Opens, goes on with or closes the incidents of a source, and makes it owed to say so: by a message when one opens,
 * which is changed while it lasts and when it closes. A second run of the same findings changes nothing.
 * @param at milliseconds since 1970 UTC
 */
export async function applyHealth(
  db: Kysely<Tables>,
  source: string,
  { findings, tell }: Health,
  at: number,
  minting: Minting,
): Promise<Told> {
  const told: Told[] = [];
  for (const finding of findings) told.push(await settleFinding(db, source, finding, tell, at, minting));
  return {
    destinations: told.flatMap(one => one.destinations),
    incidents: told.flatMap(one => one.incidents),
  };
}

async function settleFinding(
  db: Kysely<Tables>,
  source: string,
  finding: Finding,
  tell: string,
  at: number,
  minting: Minting,
): Promise<Told> {
  const open = await openIncident(db, source, finding.concern);
  if (finding.is === 'trouble' && open) {
    const before = incidentOf(open);
    const now = await goOn(db, open, finding, at);
    return { destinations: await planUpdate(db, before, now, tell, at, minting), incidents: [] };
  }
  const changed = finding.is === 'well' ? await close(db, open, at) : await begin(db, source, finding, at);
  if (!changed) return { destinations: [], incidents: [] };
  return { destinations: await planNotice(db, changed, tell, at, minting), incidents: [changed] };
}

/** @returns the incident where it is closed by this, null where there was none, or where it still holds something */
async function close(db: Kysely<Tables>, open: Selectable<IncidentTable> | undefined, at: number) {
  if (!open) return null;
  const holding = await db
    .selectFrom('delivery')
    .select('id')
    .where('incident', '=', open.id)
    .where('unsent', '=', 'held')
    .where('kind', '<>', 'notice')
    .limit(1)
    .executeTakeFirst();
  if (holding) return null;
  await db.updateTable('incident').set({ closed_at: at }).where('id', '=', open.id).execute();
  return incidentOf({ ...open, closed_at: at });
}

async function begin(
  db: Kysely<Tables>,
  source: string,
  { concern, kind, what, since, count }: Extract<Finding, { is: 'trouble' }>,
  at: number,
): Promise<Incident> {
  const trail = JSON.stringify([{ since, kind, what, polls: count }]);
  const row: Insertable<IncidentTable> = {
    ...{ source, concern, kind, what, since: toRest(since), last_seen: at, count, trail },
  };
  return incidentOf(await db.insertInto('incident').values(row).returningAll().executeTakeFirstOrThrow());
}

/** @returns the incident as it is now; as it was where this poll was counted before */
async function goOn(
  db: Kysely<Tables>,
  open: Selectable<IncidentTable>,
  { kind, what }: Extract<Finding, { is: 'trouble' }>,
  at: number,
): Promise<Incident> {
  const row = await db
    .updateTable('incident')
    .set({ kind, what, last_seen: at, count: sql`count + 1`, trail: trailOf(open, { kind, what }, at) })
    .where('id', '=', open.id)
    .where('last_seen', '<', at)
    .returningAll()
    .executeTakeFirst();
  return incidentOf(row ?? open);
}

function trailOf({ trail }: Selectable<IncidentTable>, now: { kind: string; what: string }, at: number): string {
  return JSON.stringify(follow(JSON.parse(trail), now, fromRest(at)));
}

/** The open incident of a source that holds deliveries. @throws where there is none: a hold without a reason is a fault of ours */
export async function floodOf(
  db: Kysely<Tables>,
  source: string,
): Promise<{ readonly id: number; readonly name: string }> {
  const open = await openIncident(db, source, 'flood');
  if (!open) throw new Error(`deliveries of ${source} are to be held, but no incident holds them`);
  return { id: open.id, name: nameOf(open.id) };
}

const openIncident = (db: Kysely<Tables>, source: string, concern: Incident['concern']) =>
  db
    .selectFrom('incident')
    .selectAll()
    .where('source', '=', source)
    .where('concern', '=', concern)
    .where('closed_at', 'is', null)
    .executeTakeFirst();

/** @throws where there is none of that number */
export async function readIncident(db: Kysely<Tables>, id: number): Promise<Incident> {
  return incidentOf(await db.selectFrom('incident').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
}

function incidentOf(row: Selectable<IncidentTable>): Incident {
  return {
    id: nameOf(row.id),
    source: row.source,
    concern: row.concern,
    kind: row.kind,
    what: row.what,
    since: fromRest(row.since),
    lastSeen: fromRest(row.last_seen),
    count: row.count,
    closedAt: fromRestOrNull(row.closed_at),
    trail: JSON.parse(row.trail),
  };
}
