import type { Answer, Asker, Command } from '../core/command.ts';
import { Trouble } from './errors.ts';
import type { SubscribeTools } from './subscribe.ts';
import { sendTest } from './test-message.ts';

/**
 * Sends a test here.
 * @throws {Trouble} where there is nothing to test
 */
export async function answerTest(
  { target }: Extract<Command, { readonly verb: 'test' }>,
  asker: Asker,
  tools: SubscribeTools,
): Promise<Answer> {
  if (asker.mayChange !== true) return { ok: false, lines: [asker.mayChange] };
  const here = await tools.store.subscriptions({ to: asker.here });
  const chosen = target === null ? here[0] : here.find(({ id }) => id === target);
  if (!chosen) throw nothing(target);
  const { release } = await sendTest(chosen.id, tools);
  const { id, normal } = chosen;
  return { ok: true, lines: [`The latest match of #${id} ${normal} is sent here, marked as a test: ${release}.`] };
}

function nothing(target: number | null): Trouble {
  return target === null
    ? new Trouble('usage', 'this channel follows nothing that could be tested', { fix: 'follow topic:steel' })
    : new Trouble('usage', `this channel has no subscription #${target}`, { fix: '"list" shows the ones it has' });
}
