import type { Card } from './card.ts';

const BEGINNING = 'canary@';

/** What the subject of every canary begins with. */
export const CANARIES = BEGINNING;

/**
 * The subject of the canary that is due: one for each stretch of time.
 * @param now RFC 3339
 * @param every milliseconds
 */
export function canarySubject(now: string, every: number): string {
  const at = Temporal.Instant.from(now).epochMilliseconds;
  return `${BEGINNING}${Temporal.Instant.fromEpochMilliseconds(at - (at % every))}`;
}

/** The message that goes the way of every alert to show that it is open. */
export function canaryCard(subject: string): Card {
  return {
    kind: 'test',
    release: subject,
    revision: 1,
    title: 'Alerts arrive here',
    url: null,
    source: 'gwanbo',
    date: null,
    labels: [],
    lead: 'gwanbo sends this now and then to see that its messages arrive. Nothing has to be done.',
    text: '',
    attachments: [],
    why: [],
    style: 'card',
    mention: [],
  };
}
