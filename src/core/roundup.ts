import { type CardContext, cardOf, type Roundup, type RoundupLine, replayOf, type Why } from './card.ts';
import { digestTitle } from './digest.ts';
import type { Release } from './release.ts';

/**
 * Alerts that wait for one destination go as one message when there are more than this, and as many to a message as most.
 * Slack shows about one message a second in a channel and people read none of sixty; ten titles with their links and
 * facets fit the messages of every platform (Discord's 6,000 characters are the least).
 */
export const GROUP = { above: 5, most: 10 } as const;

/** A terminal has no pace to keep, and programs that read it, or a webhook, are told of each release by itself. */
export const isGrouped = (destination: string): boolean => destination !== 'console' && isDigested(destination);

/** What a webhook is to get at some hour it gets then, each release as an event of its own. */
export const isDigested = (destination: string): boolean => !destination.startsWith('webhook:');

/** A release within a roundup, and what has to be known beside it. */
export interface RoundupEntry extends Omit<CardContext, 'kind'> {
  readonly release: Release;
  /** Of its alert. */
  readonly key?: string;
}

/** Alerts that waited, as one message that every channel renders, in the order given. */
export function groupOf(entries: readonly RoundupEntry[], url: string | null): Roundup {
  const sections = [{ heading: null, lines: entries.map(lineOf) }];
  return { kind: 'group', title: `${entries.length} new releases`, sections, url, mention: mentionsOf(entries) };
}

/** A digest: grouped by heading, in the order in which each first comes; what has none comes last. */
export function digestOf(
  entries: readonly RoundupEntry[],
  as: {
    readonly subject: string;
    readonly url: string | null;
    readonly headingOf: (release: Release) => string | null;
  },
): Roundup {
  const groups = [...Map.groupBy(entries, ({ release }) => as.headingOf(release))];
  const sections = groups
    .toSorted(([one], [two]) => Number(one === null) - Number(two === null))
    .map(([heading, grouped]) => ({ heading, lines: grouped.map(lineOf) }));
  const title = digestTitle(as.subject, entries.length);
  return { kind: 'digest', title, sections, url: as.url, mention: mentionsOf(entries) };
}

const mentionsOf = (entries: readonly RoundupEntry[]): string[] => [
  ...new Set(entries.flatMap(entry => entry.subscriptions.flatMap(one => one.mention))),
];

function lineOf({ release, ...context }: RoundupEntry): RoundupLine {
  const { of, title, url, source, date, labels } = cardOf(release, { ...context, kind: 'alert' });
  const replay = context.replay && [...context.replay.clauses.map(one => one.clause), replayOf(context.replay)];
  const why = [...context.why.map(whyLine), ...(replay ? [replay.join(' · ')] : [])].join('; ');
  const { correction } = context;
  return {
    release: release.id,
    title,
    url,
    source,
    date,
    labels,
    why,
    ...(context.key === undefined ? {} : { key: context.key }),
    ...(of === undefined ? {} : { of }),
    ...(correction === undefined ? {} : { correction }),
  };
}

/** "country:ca, steel · #12". */
const whyLine = ({ clauses, subscription, late }: Why): string =>
  [clauses.map(one => one.clause).join(', '), `#${subscription}`, ...(late ? ['late match'] : [])]
    .filter(part => part !== '')
    .join(' · ');
