import type { Card, Content, Why } from '../../core/card.ts';
import type { ReleaseShape } from '../../core/release-shape.ts';

/** The body of a webhook without its id, which is the message's. Plain JSON: what it says never depends on the time. */
export interface Event {
  readonly type: 'release.alert' | 'release.corrected' | 'release.digest' | 'release.note' | 'incident.notice';
  /** RFC 3339 UTC: when this came to be known; absent where nothing says. */
  readonly timestamp?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a receiver gets of a content: data, not text made for people. */
export function renderEvent(content: Content): Event {
  switch (content.kind) {
    case 'note':
      return { type: 'release.note', data: { title: content.title, changes: content.pieces } };
    case 'digest':
    case 'group': {
      const releases = content.sections.flatMap(({ heading, lines }) =>
        lines.map(({ of, release, title, url, why, correction }) => ({
          heading,
          release: of ?? { id: release, title, url },
          why,
          ...(correction === undefined ? {} : { correction }),
        })),
      );
      return { type: 'release.digest', data: { title: content.title, releases } };
    }
    case 'notice':
      return {
        type: 'incident.notice',
        data: { incident: content.release, title: content.title, text: content.lead },
      };
    default:
      return ofRelease(content);
  }
}

function ofRelease(card: Card): Event {
  const { of, correction } = card;
  const told = {
    release: of ?? { id: card.release, title: card.title, url: card.url, date: card.date },
    why: card.why.map(whyOf),
    subscriptions: card.why.map(one => one.subscription),
    ...(card.kind === 'test' ? { test: true } : {}),
    ...(card.replay === undefined ? {} : { replay: card.replay }),
  };
  if (correction !== undefined)
    return { type: 'release.corrected', ...stamp(of, 'updated'), data: { ...told, correction } };
  return { type: 'release.alert', ...stamp(of, 'firstSeen'), data: told };
}

const stamp = (of: ReleaseShape | undefined, which: 'updated' | 'firstSeen') => (of ? { timestamp: of[which] } : {});

/** Who followed stays with us: a receiver is told which subscription, not whose. */
const whyOf = ({ createdBy: _, ...why }: Why) => why;

/** Whether a frozen body is an event, whichever version of the bot froze it. */
export function isEvent(body: unknown): body is Event {
  if (typeof body !== 'object' || body === null) return false;
  const { type, data } = body as Readonly<Record<string, unknown>>;
  return typeof type === 'string' && typeof data === 'object' && data !== null;
}
