import type { Answer, Asker, Command } from '../core/command.ts';
import type { Subscription } from '../core/subscription.ts';
import { archiveLine } from './archive-lines.ts';
import { Trouble } from './errors.ts';
import { duration, minute } from './layout.ts';
import type { SubscribeTools } from './subscribe.ts';
import { sendTest } from './test-message.ts';

type Asked = Extract<Command, { readonly verb: 'status' | 'test' }>;

/** Deliveries of a channel that are looked through for what is owed there. */
const LOOKED_AT = 1000;

/**
 * Answers how things are here, or sends a test here.
 * @throws {Trouble} where there is nothing to test
 */
export async function answerOperations(command: Asked, asker: Asker, tools: SubscribeTools): Promise<Answer> {
  if (command.verb === 'status') return { ok: true, lines: await statusLines(asker.here, tools) };
  if (asker.mayChange !== true) return { ok: false, lines: [asker.mayChange] };
  const here = await tools.store.subscriptions({ to: asker.here });
  const chosen = command.target === null ? here[0] : here.find(({ id }) => id === command.target);
  if (!chosen) throw nothing(command.target);
  const { release } = await sendTest(chosen.id, tools);
  return { ok: true, lines: [`The latest match of ${titleOf(chosen)} is sent here, marked as a test: ${release}.`] };
}

function nothing(target: number | null): Trouble {
  return target === null
    ? new Trouble('usage', 'this channel follows nothing that could be tested', { fix: 'follow topic:steel' })
    : new Trouble('usage', `this channel has no subscription #${target}`, { fix: '"list" shows the ones it has' });
}

async function statusLines(here: string, { store, clock }: SubscribeTools): Promise<readonly string[]> {
  const now = clock.now();
  const sources = (await store.sources()).filter(({ enrolled }) => enrolled);
  const [newest] = await store.releases({ limit: 1 });
  const owed = (await store.deliveries({ destination: here, limit: LOOKED_AT })).filter(
    ({ state }) => state !== 'sent' && state !== 'dead',
  );
  const last = (await store.lastSent()).find(({ destination }) => destination === here);
  const suspended = (await store.destinations()).find(({ id, suspended }) => id === here && suspended);
  const states = [...Map.groupBy(owed, ({ state }) => state)].map(([state, some]) => `${some.length} ${state}`);
  return [
    ...sources.map(({ id, status, polledAt, error }) =>
      polledAt === null
        ? `${id}: not polled yet`
        : `${id}: ${error ?? status}, polled ${duration(round(now.since(polledAt)))} ago`,
    ),
    newest ? `Last release: ${archiveLine(newest)}` : 'No release is recorded yet.',
    ...(suspended ? [`Nothing can be posted here: ${suspended.reason}`] : []),
    states.length === 0 ? 'Nothing is waiting to be sent here.' : `Waiting to be sent here: ${states.join(', ')}.`,
    last
      ? `Last alert here: ${minute(last.sentAt)}, ${duration(round(Temporal.Instant.from(last.sentAt).since(last.firstSeen)))} after the release was first seen.`
      : 'No alert was sent here yet.',
  ];
}

/** Milliseconds in whole seconds, or minutes where they are many. */
function round(span: Temporal.Duration): number {
  const seconds = Math.max(0, Math.round(span.total('seconds')));
  return (seconds < 120 ? seconds : Math.round(seconds / 60) * 60) * 1000;
}

const titleOf = ({ id, normal }: Subscription) => `#${id} ${normal}`;
