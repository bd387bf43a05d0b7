import { printable } from '../channels/console/columns.ts';
import { fixOf, type Incident } from '../core/incident.ts';
import { hang } from './layout.ts';
import { painter, type Terminal } from './terminal.ts';

/** An incident that a poll opened, with what to do, or closed. */
export function incidentLines(incident: Incident, look: Pick<Terminal, 'color' | 'columns'>): readonly string[] {
  const { id, source, kind, what, closedAt } = incident;
  const paint = painter(look);
  const name = `incident ${id} of ${source}`;
  if (closedAt !== null) return [`${paint('green', `${name} is over`)} (${kind})`];
  const [first = '', ...rest] = hang(`${name} `, `(${kind}): ${printable(what)}`, look.columns, 2);
  const fix = hang('  ', fixOf(incident), look.columns);
  return [first.replace(name, found => paint('yellow', found)), ...rest, ...fix.map(line => paint('dim', line))];
}
