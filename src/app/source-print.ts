import { printable, wrap } from '../channels/console/columns.ts';
import { quickPace } from '../core/cadence.ts';
import { type Hours, hoursInWords } from '../core/hours.ts';
import type { Move } from '../core/move.ts';
import { truncate } from '../core/text.ts';
import type { SourceState } from '../ports/store.ts';
import { shown, webUrl } from '../sources/http.ts';
import type { Preset, SourceConfig } from './config-source.ts';
import { duration, hang, minute } from './layout.ts';
import type { SourceChange } from './source-config.ts';
import { FIELDS, type Tried } from './source-try.ts';
import { painter, type Terminal } from './terminal.ts';

/** A ready source: what it is, and what is odd about it. */
export function presetPage(name: string, preset: Preset, terminal: Terminal): string {
  const paint = painter(terminal);
  const facts = [preset.kind, preset.language, preset.every && `every ${preset.every}`, preset.republish];
  return [
    `${paint('bold', name.padEnd(20))}  ${preset.title ?? preset.name ?? ''}`,
    ...indented(`${facts.filter(fact => fact).join(' · ')} · ${preset.url ?? ''}`, terminal),
    ...indented(preset.notes ?? '', terminal).map(line => paint('dim', line)),
  ].join('\n');
}

/** A source that is watched: where it is, how it is, how often it is asked, and who asked for it. */
export function sourceLine(
  source: SourceConfig,
  {
    createdBy,
    state,
    hours,
  }: { readonly createdBy: string; readonly state: SourceState | undefined; readonly hours: Hours | null },
  terminal: Terminal,
): string {
  const paint = painter(terminal);
  const below = (text: string) => hang('    ', printable(text), terminal.columns);
  const address = addressIn(source.url);
  const { word, colour, more } = healthOf(state, address);
  const times = state?.polledAt ? [`polled ${minute(state.polledAt)}`, `next ${minute(state.dueAt)}`] : [];
  return [
    `${paint('bold', source.id.padEnd(20))}  ${source.kind.padEnd(7)}  ${printable(source.name)}`,
    ...below(address).map(line => paint('dim', line)),
    ...below(`${word}${more}`).map((line, at) => (at === 0 ? line.replace(word, found => paint(colour, found)) : line)),
    ...below([...times, paceText(source, hours)].join(' · ')),
    ...(createdBy === 'config' ? [] : below(`added by ${createdBy}`)),
    ...(state?.move ? below(moveText(state.move)).map(line => paint('yellow', line)) : []),
  ].join('\n');
}

/** @param address of the source, which the reason need not repeat */
function healthOf(state: SourceState | undefined, address: string) {
  if (!state || state.status === null) return { word: 'not polled yet', colour: 'dim', more: '' } as const;
  if (state.status !== 'unhealthy') return { word: 'ok', colour: 'green', more: '' } as const;
  const times = state.failures === 1 ? 'once' : `${state.failures} times in a row`;
  const reason = (state.error ?? state.fault ?? '').replace(`${address} `, 'it ').replace(`${address}: `, '');
  return { word: 'unhealthy', colour: 'red', more: ` (${times}): ${reason}` } as const;
}

/** "every 1 h, every 15 min in its hours: Mon-Fri 09-18 (Asia/Seoul)" */
function paceText(source: SourceConfig, hours: Hours | null): string {
  const often = `every ${duration(source.every)}`;
  if (hours === null) return often;
  return `${often}, every ${duration(quickPace(source))} in its hours: ${hoursInWords(hours)} (${source.zone})`;
}

function moveText({ from, to, since, polls, switchedAt }: Move): string {
  const there = addressIn(to);
  if (switchedAt !== null) return `moved for good, asked at ${there} since ${minute(switchedAt)}: write that address`;
  return `redirects for good to ${there} since ${minute(since)} (${polls === 1 ? 'once' : `${polls} times`}); still asked at ${new URL(from).host}`;
}

/** An address without the values of its query: what is listed is looked at by others, too. */
function addressIn(text: string): string {
  const url = webUrl(text);
  return url ? shown(url) : text;
}

/** What a trial found: the verdict first, then what each field is like, then the items. */
export function triedPage(tried: Tried, terminal: Terminal): string {
  const paint = painter(terminal);
  const { items, fields } = tried;
  const count = `${items.length} ${items.length === 1 ? 'item' : 'items'}`;
  const verdict =
    tried.verdict === 'ok'
      ? paint('green', `ok: ${count}`)
      : hang('', `${tried.verdict}: ${printable(tried.error ?? '')}`, terminal.columns, 2)
          .map(line => paint('red', line))
          .join('\n');
  const missing = FIELDS.filter(field => fields[field] < items.length);
  return [
    paint('bold', `${tried.kind} ${tried.url}${tried.title ? ` (${printable(tried.title)})` : ''}`),
    verdict,
    ...missing.map(field => paint('yellow', `  ${field}: missing in ${items.length - fields[field]} of ${count}`)),
    ...(tried.moved ? [paint('yellow', `  moved for good to ${addressIn(tried.moved)}: write that address`)] : []),
    ...(tried.maxAge ? [paint('dim', `  fresh for ${tried.maxAge} s: it is not asked again before`)] : []),
    ...tried.warnings.map(({ url, reason }) => paint('yellow', `  ${url}: ${reason}`)),
    ...tried.rejected.map(({ at, reason }) => paint('yellow', `  ${at}: ${reason}`)),
    ...items.flatMap(item => [
      `${(item.date ?? 'undated').slice(0, 10).padEnd(10)}  ${truncate(printable(item.title), Math.max(20, terminal.columns - 12))}`,
      paint(
        'dim',
        `            ${item.url ?? 'no link'}${item.key === null ? ' · no key: known by title and date' : ''}`,
      ),
    ]),
  ].join('\n');
}

export function changePage({ action, file, source }: SourceChange): string {
  return action === 'added'
    ? `${file}: source ${source.id} added, ${source.kind} ${source.url}`
    : `${file}: source ${source.id} removed. Its releases stay in the archive.`;
}

function indented(text: string, terminal: Terminal): string[] {
  return wrap(text, Math.max(40, terminal.columns - 4)).map(line => `    ${line}`);
}
