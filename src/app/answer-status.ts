import type { Answer, Asker } from '../core/command.ts';
import type { Delivery, DeliveryState } from '../core/delivery.ts';
import type { ReadTools } from './answer-reads.ts';
import { archiveLine } from './archive-lines.ts';
import type { House } from './house.ts';
import { duration, minute } from './layout.ts';

export type StatusTools = ReadTools & Pick<House, 'roster'>;

/** States of what is owed and has not arrived, with what people call them. */
const OWED = [
  ['queued', 'queued'],
  ['sending', 'being sent'],
  ['waiting', 'waiting for their time'],
  ['unsure', 'unsure: the platform is asked whether they arrived'],
  ['held', 'held'],
] as const satisfies readonly (readonly [DeliveryState, string])[];
/** More owed messages than this are not counted one by one. */
const COUNTED = 1_000;
/** Sources in trouble that are named. */
const NAMED = 5;

/** How the sources are, and what this channel has got and is owed. Of other channels nothing is said. */
export async function answerStatus(asker: Asker, tools: StatusTools): Promise<Answer> {
  return { ok: true, lines: [...(await sourceLines(tools)), ...(await hereLines(asker.here, tools))] };
}

async function sourceLines({ store, roster }: StatusTools): Promise<readonly string[]> {
  const states = (await store.sources()).filter(({ id }) => roster.source(id) !== undefined);
  const ill = states.filter(({ status }) => status === 'unhealthy');
  const polled = states.flatMap(({ polledAt }) => polledAt ?? []).toSorted();
  const [newest] = await store.releases({ limit: 1 });
  const count = roster.all.length;
  const trouble = ill.length === 0 ? '' : count === 1 ? ' and in trouble' : `, ${ill.length} of them in trouble`;
  return [
    `${count === 1 ? 'One source is' : `${count} sources are`} watched${trouble}; last read ${polled.at(-1) ? minute(polled.at(-1) ?? '') : 'never'}.`,
    ...ill.slice(0, NAMED).map(({ id, error, fault }) => `${id} cannot be read: ${error ?? fault}`),
    ...(ill.length > NAMED ? [`… and ${ill.length - NAMED} more: source list shows them`] : []),
    newest ? `Newest release: ${archiveLine(newest)}` : 'No release is recorded yet.',
  ];
}

async function hereLines(here: string, { store }: StatusTools): Promise<readonly string[]> {
  const followed = await store.subscriptions({ to: here });
  const active = followed.filter(({ state }) => state === 'active').length;
  const suspended = (await store.destinations()).find(one => one.id === here && one.suspended);
  const first = followed.find(({ state }) => state === 'suspended');
  const owed: string[] = [];
  for (const [state, called] of OWED) {
    const { length } = await store.deliveries({ destination: here, state, limit: COUNTED });
    if (length > 0) owed.push(`${length === COUNTED ? `${COUNTED} and more` : length} ${called}`);
  }
  const [last] = await store.deliveries({ destination: here, state: 'sent', limit: 1 });
  return [
    `This channel follows ${followed.length === 1 ? '1 query' : `${followed.length} queries`}, ${active} active.`,
    ...(suspended
      ? [`Nothing can be posted here: ${suspended.reason}. When that is mended: resume${first ? ` ${first.id}` : ''}`]
      : []),
    owed.length === 0 ? 'Nothing is owed here.' : `Owed here: ${owed.join(', ')}.`,
    last ? lastLine(last) : 'Nothing was sent here yet.',
  ];
}

/** Of what waited for its time or for its turn in a digest the time since it was owed says nothing. */
function lastLine({ sentAt, createdAt, slot }: Delivery): string {
  if (sentAt === null) return 'Nothing was sent here yet.';
  const took = Temporal.Instant.from(sentAt).since(Temporal.Instant.from(createdAt)).total('milliseconds');
  return `Last message here: ${minute(sentAt)}${slot === null ? `, ${duration(Math.max(1_000, took))} after it was found` : ', in a digest'}.`;
}
