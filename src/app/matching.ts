import { type Matcher, type PlannedDelivery, plan, planLate } from '../core/plan.ts';
import type { Changes } from '../core/reconcile.ts';
import { type TurnOf, turnsOf } from '../core/turns.ts';
import type { Store } from '../ports/store.ts';
import type { Language } from './language.ts';
import { openBreath } from './unhurried.ts';

interface MatchingTools {
  readonly store: Store;
  readonly language: Language;
}

/** The compiled queries of a store, and what they were compiled from. */
interface Compiled {
  readonly version: number;
  readonly language: Language;
  readonly matcher: Matcher;
}

const compiled = new WeakMap<Store, Compiled>();

/**
 * The queries of all who ask, compiled again only when somebody has followed, paused or left. What is paused asks for
 * nothing; what is suspended is owed its alerts until its channel is mended.
 */
async function askingMatcher({ store, language }: MatchingTools): Promise<Matcher> {
  // Asked before they are read: what changes in between is compiled the next time.
  const version = await store.subscriptionsVersion();
  const known = compiled.get(store);
  if (known && known.version === version && known.language === language) return known.matcher;
  const asking = (await store.subscriptions()).filter(one => one.state !== 'paused');
  const matcher = language.matcher(asking);
  compiled.set(store, { version, language, matcher });
  return matcher;
}

/** The alerts that follow from what a source has published and corrected. */
export async function planFor(
  { fresh, revised }: Pick<Changes, 'fresh' | 'revised'>,
  tools: MatchingTools,
): Promise<readonly PlannedDelivery[]> {
  if (fresh.length + revised.length === 0) return [];
  const matcher = await askingMatcher(tools);
  const breathe = openBreath();
  const planned: PlannedDelivery[] = [];
  for (const { release } of fresh) {
    planned.push(...plan([release], matcher));
    await breathe();
  }
  for (const one of revised) {
    planned.push(...planLate([one], matcher));
    await breathe();
  }
  return planned;
}

/** Which subscriptions ask for what was corrected no more, or now do. */
export async function turnsFor(
  { revised }: Pick<Changes, 'revised'>,
  tools: MatchingTools,
): Promise<readonly TurnOf[]> {
  return revised.length === 0 ? [] : turnsOf(revised, await askingMatcher(tools));
}
