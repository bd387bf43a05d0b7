import { QueryError } from '../core/query.ts';
import type { NewSubscription } from '../core/subscription.ts';
import { parseWhen } from '../core/when.ts';
import type { Config } from './config.ts';
import { ConfigError, type ConfigFault } from './config-errors.ts';
import type { House } from './house.ts';
import type { Language } from './language.ts';

/**
 * Brings the record in line with the config: what is watched, and who is told. For the one that polls: beside a running
 * bot its config rules.
 * @throws {ConfigError} with the place of every query that is none; nothing is changed then
 */
export async function applyConfig({ store, config, roster, language, clock }: House): Promise<void> {
  const read = readSubscriptions(config, language);
  const now = clock.now().toString();
  await store.enrol(
    roster.all.map(source => source.id),
    now,
  );
  await store.syncSettings(config.sources[0]?.zone ?? 'UTC', config.destinations, now);
  const subscriptions: NewSubscription[] = [];
  for (const { when, ...one } of read)
    subscriptions.push({ ...one, when: parseWhen(when, (await store.settings(one.to)).all.digestHour) });
  await store.syncConfig(subscriptions, now);
}

/** A subscription whose digest may be left to the settings of its destination. */
type Written = Omit<NewSubscription, 'when'> & { readonly when: string };

/**
 * The subscriptions of the config with their queries understood.
 * @throws {ConfigError} with the place of every query that is none
 */
function readSubscriptions(config: Config, language: Language): readonly Written[] {
  const faults: ConfigFault[] = [];
  const read = config.subscriptions.flatMap(({ query, to, ...how }, at): Written[] => {
    try {
      return [{ ...how, query, normal: language.parse(query).normal, to: to.id, createdBy: 'config' }];
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      faults.push(
        config.fault(
          ['subscriptions', at, 'query'],
          error.message,
          'mend the query; docs/queries.md shows the language',
        ),
      );
      return [];
    }
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return read;
}
