import type { Clause, Query } from './query-clause.ts';
import { contradictions } from './query-hints.ts';
import { printQuery } from './query-normal.ts';

/** What has to be known beside a query to see that nothing new can match it. */
export interface Circumstances {
  /** YYYY-MM-DD. */
  readonly today: string;
  /** Ids of the sources that are watched. */
  readonly sources: readonly string[];
}

/** Releases are published late, or dated back, by days; not by more than this. */
const LATE = { days: 60 };

/** Why no release that is still to come can match a query, for people; null where one may. */
export function whyNever({ root }: Query, at: Circumstances): string | null {
  return never(root, at);
}

function never(clause: Clause, at: Circumstances): string | null {
  switch (clause.is) {
    case 'all':
      return contradictions(clause)[0] ?? clause.of.map(part => never(part, at)).find(why => why !== null) ?? null;
    case 'any': {
      const whys = clause.of.map(part => never(part, at));
      return whys.includes(null) ? null : whys.join('; ');
    }
    case 'date': {
      const oldest = Temporal.PlainDate.from(at.today).subtract(LATE).toString();
      return clause.op === '<=' && clause.day < oldest ? `${printQuery(clause)} lies in the past` : null;
    }
    case 'field':
      return clause.field === 'source' && !at.sources.includes(clause.value)
        ? `source ${clause.value} is not watched`
        : null;
    default:
      return null;
  }
}
