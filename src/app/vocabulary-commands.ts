import { EXIT, type ExitCode, Trouble } from './errors.ts';
import { feedOf } from './feeds.ts';
import { inside } from './inside.ts';
import { hang } from './layout.ts';
import type { Terminal } from './terminal.ts';
import { VALUES, valuesOf } from './values.ts';

/** The commands that say what can be asked for, and where it can be read. */

/** One value a line, the one with most releases first. */
export async function topics(facet: string, terminal: Terminal): Promise<ExitCode> {
  const known = VALUES.find(one => one.plural === facet);
  if (!known) {
    const plurals = VALUES.map(({ plural }) => plural).join(', ');
    throw new Trouble('usage', `there is no list of ${facet}`, { fix: `write one of ${plurals}` });
  }
  return inside(async house => {
    const values = await valuesOf(known.facet, house);
    const widest = Math.max(...values.map(({ id }) => id.length));
    for (const value of values) {
      const { id, label, count, last } = value;
      const head = `${id.padEnd(widest)}  ${String(count).padStart(5)}  ${last ?? '          '}  `;
      terminal.show(value, hang(head, `${label.en} · ${label.ko}`, terminal.columns).join('\n'));
    }
    terminal.note(`Ask for one of them: ${known.facet}:${values[0]?.id ?? 'steel'}`);
    return EXIT.ok;
  });
}

/** The addresses of the feed of a query, of a subscription, or of everything. */
export async function feed(
  text: string,
  options: { readonly subscription?: number },
  terminal: Terminal,
): Promise<ExitCode> {
  if (options.subscription !== undefined && text.trim() !== '')
    throw new Trouble('usage', '--subscription and a query are two questions', { fix: 'write one of them' });
  return inside(async house => {
    const followed = options.subscription === undefined ? null : await house.store.subscription(options.subscription);
    if (options.subscription !== undefined && followed === null)
      throw new Trouble('usage', `there is no subscription #${options.subscription}`, {
        fix: 'gwanbo list shows their numbers',
      });
    const asked = followed?.normal ?? text;
    const query = asked.trim() === '' ? null : house.language.parse(asked);
    const found = feedOf(query, house);
    terminal.show(found, [`Atom  ${found.atom}`, `RSS   ${found.rss}`, `JSON  ${found.json}`].join('\n'));
    for (const hint of query === null ? [] : house.language.hints(query)) terminal.note(hint);
    return EXIT.ok;
  });
}
