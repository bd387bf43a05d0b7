import { QueryError } from '../core/query.ts';
import type { NewSubscription } from '../core/subscription.ts';
import type { Config } from './config.ts';
import { ConfigError, type ConfigFault } from './config-errors.ts';
import type { Language } from './language.ts';

/**
 * The subscriptions of the config with their queries understood.
 * @throws {ConfigError} with the place of every query that is none
 */
export function readSubscriptions(config: Config, language: Language): readonly NewSubscription[] {
  const faults: ConfigFault[] = [];
  const read = config.subscriptions.flatMap(({ query, to, when, mention, style }, at): NewSubscription[] => {
    try {
      return [{ query, normal: language.parse(query).normal, to: to.id, when, mention, style, createdBy: 'config' }];
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
