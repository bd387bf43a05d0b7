import { columnsOf, printable, wrap } from '../channels/console/columns.ts';
import type { Amendment } from '../core/amendment.ts';
import type { Held } from '../core/card.ts';
import { AWAITING } from '../core/correction.ts';
import type { Delivery, DeliveryState } from '../core/delivery.ts';
import type { Release } from '../core/release.ts';
import { shapeOf } from '../core/release-shape.ts';
import type { Subscription } from '../core/subscription.ts';
import type { Related } from '../core/ties.ts';
import type { Rejected } from '../ports/source.ts';
import { barLines, becauseRows, relatedLines, volumeLines } from './archive-lines.ts';
import type { Backfilled } from './backfill.ts';
import type { Imported } from './import.ts';
import { duration, hang, minute } from './layout.ts';
import type { Preview } from './preview.ts';
import type { Problem } from './problem.ts';
import type { ReadLine } from './read.ts';
import type { Status } from './status.ts';
import type { Followed } from './subscribe.ts';
import { painter, type Terminal } from './terminal.ts';
import type { Polled } from './watch.ts';
import type { Because } from './why.ts';

/** What people see of each thing: texts of several lines without one at the end, within the columns of the terminal. */
type Look = Pick<Terminal, 'color' | 'columns'>;

/** Date, title, and the id by which the other commands know it. */
export function releaseLine(release: Pick<Release, 'id' | 'date' | 'title'>, look: Look): string {
  const paint = painter(look);
  const { id } = release;
  const date = (release.date ?? 'undated').padEnd(10);
  const lines = hang(`${date}  `, printable(release.title), look.columns);
  const last = lines.at(-1) ?? '';
  const fits = columnsOf(last) + 2 + columnsOf(id) <= look.columns;
  return fits
    ? [...lines.slice(0, -1), `${last}  ${paint('dim', id)}`].join('\n')
    : [...lines, `${' '.repeat(12)}${paint('dim', id)}`].join('\n');
}

/** A release whole, for reading. */
export function releasePage(
  release: Release,
  around: {
    readonly labels: readonly string[];
    readonly amendments: readonly Amendment[];
    readonly related: readonly Related[];
  },
  look: Look,
): string {
  const paint = painter(look);
  const facts = [
    release.date ?? 'undated',
    release.id,
    ...(release.revision > 1 ? [`revision ${release.revision}`] : []),
    ...(release.state === 'withdrawn' ? ['withdrawn'] : []),
    ...around.labels,
  ];
  return [
    ...hang('', printable(release.title), look.columns).map(line => paint('bold', line)),
    ...hang('', facts.join(' · '), look.columns).map(line => paint('dim', line)),
    ...(release.url === null ? [] : [paint('dim', release.url)]),
    '',
    ...wrap(printable(release.text), look.columns),
    ...release.attachments.flatMap(file => ['', ...hang('Attached: ', printable(file.name), look.columns), file.url]),
    ...around.amendments.flatMap(one => ['', amendmentLine(one, look)]),
    ...(around.related.length === 0 ? [] : ['', paint('bold', 'Related')]),
    ...relatedLines(around.related).flatMap(line => hang('', line, look.columns)),
  ].join('\n');
}

/** What a later version changed, and the words that went and came, marked as wdiff marks them. */
function amendmentLine({ revision, recordedAt, changed, words }: Amendment, look: Look): string {
  const paint = painter(look);
  const pieces = words.map(piece =>
    piece.is === 'gone' ? `[-${printable(piece.words)}-]` : `{+${printable(piece.words)}+}`,
  );
  const head = `Revision ${revision} (${recordedAt.slice(0, 10)}): ${changed.join(', ')}`;
  return [paint('bold', head), ...wrap(pieces.join(' '), look.columns).map(line => `  ${line}`)].join('\n');
}

const STATE_COLOURS = { active: 'green', paused: 'yellow', suspended: 'red' } as const;

export function subscriptionLine(one: Subscription, look: Look): string {
  const paint = painter(look);
  const number = `#${one.id}`.padEnd(4);
  const [first = '', ...rest] = hang(`${number} `, `${one.normal} -> ${one.to}`, look.columns);
  const facts = [
    `${one.state}${one.reason ? ` (${one.reason})` : ''}`,
    `by ${one.createdBy}`,
    ...(one.when === 'now' ? [] : [one.when]),
    ...(one.urgent ? ['urgent'] : []),
    ...(one.style === 'card' ? [] : [one.style]),
    ...(one.mention.length === 0 ? [] : [`mentions ${one.mention.join(', ')}`]),
    one.lastMatch === null ? 'no match yet' : `last match ${one.lastMatch.slice(0, 10)}`,
  ];
  const below = hang('     ', facts.join(' · '), look.columns).join('\n');
  return [
    first.replace(number.trimEnd(), found => paint('bold', found)),
    ...rest,
    below.replace(one.state, found => paint(STATE_COLOURS[one.state], found)),
  ].join('\n');
}

const DELIVERY_COLOURS: Readonly<Record<DeliveryState, 'green' | 'red' | 'yellow' | 'cyan'>> = {
  sent: 'green',
  dead: 'red',
  held: 'yellow',
  unsure: 'yellow',
  waiting: 'cyan',
  queued: 'cyan',
  sending: 'cyan',
};

export function deliveryLine(one: Delivery, look: Look): string {
  const paint = painter(look);
  const head = `${String(one.id).padStart(4)}  ${paint(DELIVERY_COLOURS[one.state], one.state.padEnd(7))}  `;
  const facts = [
    one.sentAt === null ? `since ${minute(one.createdAt)}` : minute(one.sentAt),
    ...(one.attempts > 1 ? [`${one.attempts} attempts`] : []),
    ...(one.nextAt === null ? [] : [`next ${minute(one.nextAt)}`]),
    ...(one.slot === null ? [] : [one.slot === AWAITING ? one.slot : `in the digest ${one.slot.split('@')[0]}`]),
    ...(one.carrier === null ? [] : [`with ${one.carrier}`]),
    ...(one.reason === null ? [] : [printable(one.reason)]),
  ];
  return [
    `${head}${one.kind} ${one.release ?? one.subject} -> ${one.destination}`,
    ...hang(' '.repeat(15), facts.join(' · '), look.columns).map(line => paint('dim', line)),
  ].join('\n');
}

export function polledLine(polled: Polled, look: Look): string {
  const paint = painter(look);
  const { source, error } = polled;
  if (polled.status === 'unhealthy')
    return hang(`${source}: `, `unhealthy: ${printable(error ?? 'no reason given')}`, look.columns, 2)
      .join('\n')
      .replace('unhealthy', found => paint('red', found));
  const parts = [
    ...(polled.new > 0 ? [`${polled.new} new`] : []),
    ...(polled.revised > 0 ? [`${polled.revised} revised`] : []),
    ...(polled.adopted > 0 ? [`${polled.adopted} adopted`] : []),
  ];
  const baseline = polled.status === 'baseline' ? ' (first reading: recorded, not alerted)' : '';
  return `${source}: ${parts.length > 0 ? parts.join(', ') : 'nothing new'}${baseline}`;
}

/** The JSON line of a delivery: the fields of the contract. */
export function deliveryJson(one: Delivery) {
  const { id, release, revision, destination, kind, state, attempts, receipt, sentAt, reason, subscriptions } = one;
  return { id, release, revision, destination, kind, state, attempts, receipt, sentAt, reason, subscriptions };
}

/** Why a number is not among the releases. */
const EXPLAINED = {
  gone: 'there is no such page',
  other: 'its page is of another article or board',
  there: 'it has a page and was never listed',
  unknown: 'its page did not say yet',
} as const;

export function statusPage(status: Status, look: Look): string {
  const paint = painter(look);
  const { releases, subscriptions, deliveries } = status.tally;
  const owed = deliveries.queued + deliveries.waiting + deliveries.sending;
  const row = (label: string, text: string) => hang(label.padEnd(15), text, look.columns);
  return [
    status.ok ? paint('green', 'All is well.') : paint('yellow', problemCount(status.problems.length)),
    ...status.problems.flatMap(problem => problemLines(problem, look)),
    '',
    ...row('bot', status.running ? 'running' : 'not running'),
    ...row('releases', String(releases)),
    ...row('subscriptions', `${subscriptions} active`),
    ...row(
      'deliveries',
      `${deliveries.sent} sent, ${owed} owed, ${deliveries.unsure} unsure, ${deliveries.held} held, ${deliveries.dead} dead`,
    ),
    ...status.sources.flatMap(source => row(`source ${source.id}`.padEnd(13).concat('  '), sourceText(source))),
    ...status.latest.flatMap(one => row('last alert', lastText(one))),
    ...status.gaps.flatMap(gap => row('gap', `${gap.source}/${gap.key}: ${EXPLAINED[gap.answer ?? 'unknown']}`)),
  ].join('\n');
}

/** "slack:C1: 2025-12-04 01:05 UTC, 3 s after it was first seen". */
function lastText({ destination, sentAt, seconds }: Status['latest'][number]): string {
  return `${destination}: ${minute(sentAt)}, ${duration(Math.round(seconds) * 1000)} after it was first seen`;
}

/** What `audit` found. */
export function auditPage(
  found: { readonly problems: readonly Problem[]; readonly doubts: readonly Problem[]; readonly listed: number },
  look: Look,
): string {
  const paint = painter(look);
  const { problems, doubts, listed } = found;
  const but = doubts.length === 0 ? '' : ', but for what follows';
  return [
    problems.length === 0
      ? paint('green', `All ${listed} listed items are recorded, and what was recorded is delivered${but}.`)
      : paint('yellow', problemCount(problems.length)),
    ...problems.flatMap(problem => problemLines(problem, look)),
    ...(doubts.length === 0 ? [] : ['', 'Perhaps right, and worth a look:']),
    ...doubts.flatMap(doubt => problemLines(doubt, look)),
  ].join('\n');
}

const problemCount = (count: number): string => (count === 1 ? 'One problem:' : `${count} problems:`);

function problemLines({ what, fix }: Problem, look: Look): string[] {
  const paint = painter(look);
  return [
    ...hang('  ', printable(what), look.columns),
    ...hang('    ', fix, look.columns).map(line => paint('dim', line)),
  ];
}

function sourceText({ status, polledAt, dueAt, createdBy }: Status['sources'][number]): string {
  const by = createdBy === 'config' ? '' : `, by ${createdBy}`;
  if (status === null || polledAt === null) return `not polled yet${by}`;
  return `${status}, polled ${minute(polledAt)}, next ${minute(dueAt)}${by}`;
}

/** What `read` found in one input. */
export function readPage(line: ReadLine, look: Look): string {
  const paint = painter(look);
  if (line.error !== null)
    return hang(`${line.input}: `, printable(line.error), look.columns, 2)
      .map(each => paint('red', each))
      .join('\n');
  const count = line.items.length === 1 ? '1 item' : `${line.items.length} items`;
  const title = line.title ? ` of ${printable(line.title)}` : '';
  return [
    paint('bold', `${line.input}: ${count}${title}`),
    ...line.items.flatMap(item =>
      hang(`  ${(item.date ?? 'undated').slice(0, 10).padEnd(10)}  `, printable(item.title), look.columns),
    ),
    ...rejectedLines(line.rejected, look),
  ].join('\n');
}

export function importedPage(imported: Imported, rejected: readonly Rejected[], look: Look): string {
  const parts = [`${imported.recorded} recorded`, `${imported.revised} revised`, `${imported.unchanged} unchanged`];
  return [parts.join(', '), ...rejectedLines(rejected, look)].join('\n');
}

/** What was listed and could not be read. */
export function rejectedLines(rejected: readonly Rejected[], look: Look): string[] {
  const paint = painter(look);
  return rejected.flatMap(({ at, reason }) =>
    hang('  not read: ', `${at}: ${printable(reason)}`, look.columns).map(line => paint('yellow', line)),
  );
}

export function backfilledLine({ source, pages, recorded, revised, rejected }: Backfilled): string {
  const parts = [`${recorded} recorded`, `${revised} revised`, ...(rejected > 0 ? [`${rejected} not read`] : [])];
  return `${source}: ${parts.join(', ')} from ${pages} ${pages === 1 ? 'page' : 'pages'}`;
}

export function followedPage({ subscription, created, survey, hints }: Followed, look: Look): string {
  const paint = painter(look);
  const { id, normal, to, state } = subscription;
  const answer = created
    ? hang(`#${id}  `, `${normal} -> ${to}`, look.columns)
    : hang('', `${to} already follows this as #${id} (${state})`, look.columns);
  const past =
    survey.of === 0
      ? 'No release is recorded yet.'
      : `It matches ${survey.count} of the ${survey.of} releases recorded${survey.since ? ` since ${survey.since}` : ''}.`;
  return [
    answer.join('\n').replace(`#${id}`, found => paint(created ? 'green' : 'yellow', found)),
    past,
    ...survey.latest.map(release => releaseLine(release, look)),
    ...hints.flatMap(hint => hang('', hint, look.columns).map(line => paint('yellow', line))),
  ].join('\n');
}

/** What a query would have brought. `why` says for a release which clauses held. */
export function previewPage(preview: Preview, why: (release: Release) => string, terminal: Terminal): string {
  const paint = painter(terminal);
  const [summary = '', ...more] = volumeLines(preview);
  return [
    paint('bold', summary),
    ...more,
    ...(preview.count === 0 ? [] : ['', ...barLines(preview), '']),
    ...preview.latest.flatMap(release => [releaseLine(release, terminal), paint('dim', `            ${why(release)}`)]),
    ...preview.hints.map(hint => paint('yellow', hint)),
  ].join('\n');
}

/** The JSON line of `preview`. `why` says for a release which clauses held. */
export function previewJson({ hints: _, ...preview }: Preview, why: (release: Release) => readonly Held[]) {
  return { ...preview, latest: preview.latest.map(release => ({ ...shapeOf(release), why: why(release) })) };
}

export function becausePage(because: Because, terminal: Terminal): string {
  const paint = painter(terminal);
  const { columns } = terminal;
  const [first = [], ...rest] = becauseRows(because).map(({ head, tail }) =>
    hang(head, tail, columns, Math.min(columnsOf(head), columns >> 1)),
  );
  return [...first.map(line => paint(because.match ? 'green' : 'yellow', line)), ...rest.flat()]
    .map(line => line.trimEnd())
    .join('\n');
}
