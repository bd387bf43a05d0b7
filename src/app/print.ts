import { printable, wrap } from '../channels/console/columns.ts';
import type { Delivery } from '../core/delivery.ts';
import type { Release } from '../core/release.ts';
import type { Subscription } from '../core/subscription.ts';
import { truncate } from '../core/text.ts';
import type { Rejected } from '../ports/source.ts';
import type { Imported } from './import.ts';
import type { ReadLine } from './read.ts';
import type { Status } from './status.ts';
import type { Followed } from './subscribe.ts';
import { painter, type Terminal } from './terminal.ts';
import type { Polled } from './watch.ts';

/** What the outside gets of a release as JSON: the fields of the contract. */
export function releaseJson(release: Release) {
  const { facets: _, html: __, categories: ___, author: ____, published, ...rest } = release;
  return { ...rest, published };
}

/** One line: date, id, title. */
export function releaseLine(release: Release, terminal: Terminal): string {
  const paint = painter(terminal);
  const id = release.id;
  const room = Math.max(20, terminal.columns - id.length - 14);
  return `${release.date ?? 'undated   '}  ${paint('dim', id)}  ${truncate(printable(release.title), room)}`;
}

/** A release whole, for reading. */
export function releasePage(release: Release, labels: readonly string[], terminal: Terminal): string {
  const paint = painter(terminal);
  const facts = [
    release.date ?? 'undated',
    release.id,
    ...(release.revision > 1 ? [`revision ${release.revision}`] : []),
    ...labels,
  ];
  return [
    paint('bold', printable(release.title)),
    paint('dim', facts.join(' · ')),
    ...(release.url === null ? [] : [paint('dim', release.url)]),
    '',
    ...wrap(printable(release.text), terminal.columns),
    ...release.attachments.map(file => `\nAttached: ${file.name}  ${file.url}`),
  ].join('\n');
}

export function subscriptionLine(one: Subscription, terminal: Terminal): string {
  const paint = painter(terminal);
  const state =
    one.state === 'active'
      ? paint('green', 'active')
      : paint('yellow', `${one.state}${one.reason ? ` (${one.reason})` : ''}`);
  const last = one.lastMatch === null ? 'no match yet' : `last match ${one.lastMatch.slice(0, 10)}`;
  return `${paint('bold', `#${one.id}`)}  ${one.normal}  ->  ${one.to}\n     ${state} · by ${one.createdBy} · ${last}`;
}

export function deliveryLine(one: Delivery, terminal: Terminal): string {
  const paint = painter(terminal);
  const colour = {
    sent: 'green',
    dead: 'red',
    held: 'yellow',
    unsure: 'yellow',
    waiting: 'cyan',
    queued: 'cyan',
    sending: 'cyan',
  } as const;
  const why = one.reason ? `\n     ${one.reason}` : '';
  return `${String(one.id).padStart(4)}  ${paint(colour[one.state], one.state.padEnd(7))}  ${one.kind}  ${one.release ?? one.subject}  ->  ${one.destination}${why}`;
}

export function polledLine(polled: Polled, terminal: Terminal): string {
  const paint = painter(terminal);
  if (polled.status === 'unhealthy') return `${polled.source}: ${paint('red', 'unhealthy')}: ${polled.error}`;
  const parts = [
    ...(polled.new > 0 ? [`${polled.new} new`] : []),
    ...(polled.revised > 0 ? [`${polled.revised} revised`] : []),
    ...(polled.adopted > 0 ? [`${polled.adopted} adopted`] : []),
  ];
  const baseline = polled.status === 'baseline' ? ' (first reading: recorded, not alerted)' : '';
  return `${polled.source}: ${parts.length > 0 ? parts.join(', ') : 'nothing new'}${baseline}`;
}

/** What was listed and could not be read, a line each. */
export function rejectedLines(rejected: readonly Rejected[], terminal: Terminal): string[] {
  const paint = painter(terminal);
  return rejected.map(({ at, reason }) => paint('yellow', `not read: ${printable(`${at}: ${reason}`)}`));
}

export function statusPage(status: Status, terminal: Terminal): string {
  const paint = painter(terminal);
  const { tally } = status;
  const owed = tally.deliveries.queued + tally.deliveries.waiting + tally.deliveries.sending;
  return [
    status.ok
      ? paint('green', 'All is well.')
      : paint('yellow', `${status.problems.length === 1 ? 'One problem' : `${status.problems.length} problems`}:`),
    ...status.problems.map(({ what, fix }) => `  ${what}\n    ${paint('dim', fix)}`),
    '',
    `releases       ${tally.releases}`,
    `subscriptions  ${tally.subscriptions} active`,
    `deliveries     ${tally.deliveries.sent} sent, ${owed} owed, ${tally.deliveries.unsure} unsure, ${tally.deliveries.held} held, ${tally.deliveries.dead} dead`,
    ...status.sources.map(
      source =>
        `source ${source.id}: ${source.status ?? 'not polled yet'}${source.polledAt ? `, polled ${source.polledAt}` : ''}, next ${source.dueAt}`,
    ),
  ].join('\n');
}

/** What `read` found in one input. */
export function readPage(line: ReadLine, terminal: Terminal): string {
  const paint = painter(terminal);
  if (line.error !== null) return `${line.input}: ${paint('red', line.error)}`;
  const head = `${line.input}: ${line.items.length} ${line.items.length === 1 ? 'item' : 'items'}${line.title ? ` of ${line.title}` : ''}`;
  const items = line.items.map(
    item =>
      `  ${(item.date ?? 'undated').slice(0, 10).padEnd(10)}  ${truncate(printable(item.title), terminal.columns - 14)}`,
  );
  return [
    paint('bold', head),
    ...items,
    ...line.rejected.map(({ at, reason }) => paint('yellow', `  ${at}: ${reason}`)),
  ].join('\n');
}

export function importedPage(imported: Imported, rejected: readonly Rejected[], terminal: Terminal): string {
  const parts = [`${imported.recorded} recorded`, `${imported.revised} revised`, `${imported.unchanged} unchanged`];
  return [parts.join(', '), ...rejectedLines(rejected, terminal)].join('\n');
}

export function followedPage({ subscription, created, survey, hints }: Followed, terminal: Terminal): string {
  const paint = painter(terminal);
  const { id, normal, to } = subscription;
  return [
    created
      ? `${paint('green', `#${id}`)}  ${normal}  ->  ${to}`
      : `${to} already follows this as ${paint('yellow', `#${id}`)} (${subscription.state})`,
    survey.of === 0
      ? 'No release is recorded yet.'
      : `It matches ${survey.count} of the ${survey.of} releases recorded${survey.since ? ` since ${survey.since}` : ''}.`,
    ...survey.latest.map(release => releaseLine(release, terminal)),
    ...hints.map(hint => paint('yellow', hint)),
  ].join('\n');
}
