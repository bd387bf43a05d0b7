import type { Delivery } from '../core/delivery.ts';
import { plan } from '../core/plan.ts';
import type { Subscription } from '../core/subscription.ts';
import { find } from './archive.ts';
import { Trouble } from './errors.ts';
import type { SubscribeTools } from './subscribe.ts';

/**
 * Makes the latest match of a subscription owed to its destination as a test: it goes the way of every alert, is marked,
 * calls nobody and counts for nothing else.
 * @throws {Trouble} where there is no such subscription, or nothing recorded matches it
 */
export async function sendTest(id: number, { store, language, clock, wake }: SubscribeTools): Promise<Delivery> {
  const subscription = await store.subscription(id);
  if (!subscription)
    throw new Trouble('usage', `there is no subscription #${id}`, {
      fix: 'the list of subscriptions shows their numbers',
    });
  const now = clock.now().toString();
  const [release, why] = await latestMatch(subscription, { store, language });
  const { to: destination } = subscription;
  const delivery = await store.planTest({ destination, subject: `test/${id}@${now}`, release, why }, now);
  wake([destination]);
  return delivery;
}

async function latestMatch(subscription: Subscription, tools: Pick<SubscribeTools, 'store' | 'language'>) {
  const query = tools.language.recorded(subscription.normal);
  if (query === null)
    throw new Trouble('usage', `${subscription.normal} is no longer understood: a word of it has left the vocabulary`, {
      fix: `edit subscription #${subscription.id}`,
    });
  const [release] = await find(query, { limit: 1 }, tools);
  if (!release)
    throw new Trouble('usage', `nothing recorded matches ${subscription.normal}`, {
      fix: 'backfill fills the archive; preview shows what a query would have brought',
    });
  const [planned] = plan([release], tools.language.matcher([subscription]));
  return [release, planned?.why ?? []] as const;
}
