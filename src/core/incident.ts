import type { Card } from './card.ts';

/** What about a source is in trouble: it cannot be read, it lists too much at once or nothing new, it lives elsewhere. */
export type Concern = 'reading' | 'flood' | 'silence' | 'address';

/** A source in trouble. At most one is open for each concern of a source. */
export interface Incident {
  /** "i7": what people call it. */
  readonly id: string;
  readonly source: string;
  readonly concern: Concern;
  /** The fault of the last reading ("network", "layout"), or "flood", "rekeyed", "doubled", "restored", "silent", "moved". */
  readonly kind: string;
  /** For people: what was seen last. */
  readonly what: string;
  /** RFC 3339 UTC. */
  readonly since: string;
  readonly lastSeen: string;
  /** Polls that showed it. */
  readonly count: number;
  /** RFC 3339 UTC; null while it lasts. */
  readonly closedAt: string | null;
  /** What was seen while it lasted, the first first; what was seen several times in a row once. */
  readonly trail: readonly Seen[];
}

/** Something that polls in a row have shown. */
export interface Seen {
  /** RFC 3339 UTC. */
  readonly since: string;
  readonly kind: string;
  /** For people. */
  readonly what: string;
  readonly polls: number;
}

/** A trail that is longer tells how it began and how it goes on; `count` counts all the same. */
const LONGEST_TRAIL = 12;

/** The trail of an incident after one more poll. */
export function follow(trail: readonly Seen[], now: Pick<Seen, 'kind' | 'what'>, at: string): readonly Seen[] {
  const last = trail.at(-1);
  if (last && last.kind === now.kind && last.what === now.what)
    return [...trail.slice(0, -1), { ...last, polls: last.polls + 1 }];
  const longer = [...trail, { since: at, kind: now.kind, what: now.what, polls: 1 }];
  return longer.length > LONGEST_TRAIL ? longer.toSpliced(1, 1) : longer;
}

/** What a poll says of one concern: trouble opens an incident or goes on with the open one, well closes it. */
export type Finding =
  | {
      readonly is: 'trouble';
      readonly concern: Concern;
      readonly kind: string;
      readonly what: string;
      /** RFC 3339 UTC; counts where an incident is opened. */
      readonly since: string;
      /** Polls up to this one that showed it; counts where an incident is opened. */
      readonly count: number;
    }
  /** A flood that still holds deliveries stays open all the same: a person has to decide about them. */
  | { readonly is: 'well'; readonly concern: Concern };

/** One failed poll is the weather of the internet; two in a row are trouble. */
const ALARM_AFTER = 2;

/**
 * What a poll says of whether a source can be read.
 * @param before of the source: unhealthy polls in a row up to now, and when the last of them was (RFC 3339 UTC)
 * @param ill the fault of this poll, null where it was read
 * @param now RFC 3339 UTC
 */
export function judgeReading(
  before: { readonly failures: number; readonly polledAt: string | null },
  ill: { readonly kind: string; readonly what: string } | null,
  now: string,
): readonly Finding[] {
  if (ill === null) return [{ is: 'well', concern: 'reading' }];
  const count = before.failures + 1;
  if (count < ALARM_AFTER) return [];
  return [{ is: 'trouble', concern: 'reading', ...ill, since: before.polledAt ?? now, count }];
}

/** The end of the subject of the delivery that says that an incident is over. */
const CLOSED = '/closed';

/** The subject of what is told of an incident: that it opened, how it goes on (as of a time), that it is over. */
export function noticeSubject(
  incident: Pick<Incident, 'id' | 'lastSeen'>,
  tells: 'opened' | 'goes on' | 'closed',
): string {
  const { id, lastSeen } = incident;
  return { opened: id, 'goes on': `${id}@${lastSeen}`, closed: `${id}${CLOSED}` }[tells];
}

/** Whether a subject is that of the end of an incident. */
export const isClosing = (subject: string): boolean => subject.endsWith(CLOSED);

/** The message of an incident that lasts is brought up to date this often, or when its kind or its words change. */
export const NOTICE_AGAIN = 30 * 60_000;

/**
 * What a notice says, for channels to render like any other card: how the incident is, or that it is over.
 * @param name short name of the source
 */
export function noticeCard(incident: Incident, name: string): Card {
  const over = incident.closedAt !== null;
  return {
    kind: 'notice',
    release: incident.id,
    revision: 1,
    title: `${name} ${(HEADS_OF_KIND[incident.kind] ?? HEADS[incident.concern])[over ? 'over' : 'begun']}`,
    url: null,
    source: `gwanbo ${incident.id}`,
    date: null,
    labels: [incident.source, incident.kind],
    lead: over
      ? endOf(incident)
      : [`${incident.what}.`, ...lasting(incident), '', sentence(fixOf(incident))].join('\n'),
    text: '',
    attachments: [],
    why: [],
    style: 'card',
    mention: [],
  };
}

interface Head {
  readonly begun: string;
  readonly over: string;
}

const HEADS: Readonly<Record<Concern, Head>> = {
  reading: { begun: 'cannot be read', over: 'can be read again' },
  flood: { begun: 'listed more than is usual: alerts are held', over: 'has no alerts held any more' },
  silence: { begun: 'has been silent for unusually long', over: 'has published again' },
  address: { begun: 'has moved for good, and is asked there now', over: 'is asked at its own address' },
};

const HEADS_OF_KIND: Readonly<Record<string, Head>> = {
  doubled: { begun: 'lists known releases a second time: alerts are held', over: 'has no alerts held any more' },
  restored: { begun: 'is read again since the restore: alerts are held', over: 'has no alerts held any more' },
  rekeyed: { begun: 'gave its releases new keys', over: 'goes on under its new keys' },
};

/** For each kind of trouble, what a person can do; as an order, without the source's own name. */
const FIXES: Readonly<Record<string, string>> = {
  network: 'see that this machine reaches the host; it is tried again by itself',
  timeout: 'see whether the page opens in a browser; it is tried again by itself',
  tls: 'look at the certificate of the host; a private authority goes into NODE_EXTRA_CA_CERTS',
  status: 'open the address in a browser; if it has moved, change url in the configuration',
  redirect: 'see where it leads; if that host is meant, add it to hosts in the configuration',
  size: 'open the address in a browser; a listing is far smaller than this',
  charset: 'look at the page and its charset; nothing of it was recorded',
  layout: 'open the page: it is being mended, asks for a login, or was rebuilt and needs another reader',
  empty: 'open the page: it lists nothing where there was something before',
  parse: 'open the page: its markup is broken',
  stale: 'open the page: it shows another list or an old copy; it is believed again once it lists something as new',
  file: 'see that the file exists and may be read',
  refused:
    'see whether the site allows programs and has a public address; if it is to be read all the same, the operator can name it in the configuration',
  silent: 'open the page: if there are releases that gwanbo does not have, its reader needs mending',
};

/** What to do about an incident, as an order. */
export function fixOf({ id, source, kind, concern }: Pick<Incident, 'id' | 'source' | 'kind' | 'concern'>): string {
  const letGo = `gwanbo release-held ${id} sends what is held; with --drop it is never sent`;
  if (kind === 'rekeyed') return `see that the source is the one you mean; ${letGo}`;
  if (kind === 'restored')
    return `gwanbo release-held ${id} asks each channel what it shows and sends what is not there; with --drop it is never sent`;
  if (concern === 'flood') return `look at gwanbo deliveries --state held; ${letGo}`;
  if (concern === 'address') return `write that address as url of source ${source} in the configuration`;
  const fix = FIXES[kind] ?? 'its log says more';
  return `${fix}; gwanbo check --source ${source} tries now`;
}

/** How long it lasts, once that is worth a line. */
function lasting({ since, count }: Incident): string[] {
  return count > ALARM_AFTER ? [`Since ${minute(since)}, seen ${count} times.`] : [];
}

function endOf({ since, closedAt, count, concern, trail }: Incident): string {
  const from = `From ${minute(since)} to ${closedAt === null ? 'now' : minute(closedAt)}`;
  if (concern !== 'reading') return `${from}.`;
  const seen = [...Map.groupBy(trail, one => one.kind)].map(
    ([kind, times]) => `${kind} ${times.reduce((sum, { polls }) => sum + polls, 0)}`,
  );
  const why = seen.length > 1 ? ` (${seen.join(', ')})` : '';
  return `${from}; ${count} polls failed${why}. What was published meanwhile is found now.`;
}

/** "2025-12-04T01:23:45Z" as "2025-12-04 01:23 UTC". */
const minute = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
const sentence = (order: string) => `${order.charAt(0).toUpperCase()}${order.slice(1)}.`;
