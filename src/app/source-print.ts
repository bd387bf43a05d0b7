import { printable, wrap } from '../channels/console/columns.ts';
import { truncate } from '../core/text.ts';
import type { SourceState } from '../ports/store.ts';
import type { Preset, SourceConfig } from './config-source.ts';
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

/** A source that is watched, who asked for it, and how it is. */
export function sourceLine(
  source: SourceConfig,
  createdBy: string,
  state: SourceState | undefined,
  terminal: Terminal,
): string {
  const paint = painter(terminal);
  const status = state?.status ?? null;
  const how =
    status === null
      ? paint('dim', 'not polled yet')
      : status === 'unhealthy'
        ? paint('red', `unhealthy: ${state?.error ?? state?.fault}`)
        : paint('green', 'ok');
  const by = createdBy === 'config' ? '' : ` · added by ${createdBy}`;
  const when = state?.polledAt ? ` · polled ${state.polledAt} · next ${state.dueAt}` : '';
  return `${paint('bold', source.id.padEnd(20))}  ${source.kind.padEnd(7)}  ${source.name}\n${' '.repeat(22)}${source.url}\n${' '.repeat(22)}${how}${when}${by}`;
}

/** What a trial found: the verdict first, then what each field is like, then the items. */
export function triedPage(tried: Tried, terminal: Terminal): string {
  const paint = painter(terminal);
  const { items, fields } = tried;
  const count = `${items.length} ${items.length === 1 ? 'item' : 'items'}`;
  const verdict =
    tried.verdict === 'ok'
      ? paint('green', `ok: ${count}`)
      : paint('red', `${tried.verdict}: ${printable(tried.error ?? '')}`);
  const missing = FIELDS.filter(field => fields[field] < items.length);
  return [
    paint('bold', `${tried.kind} ${tried.url}${tried.title ? ` (${printable(tried.title)})` : ''}`),
    verdict,
    ...missing.map(field => paint('yellow', `  ${field}: missing in ${items.length - fields[field]} of ${count}`)),
    ...(tried.moved ? [paint('yellow', `  moved for good to ${tried.moved}: write that address`)] : []),
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
