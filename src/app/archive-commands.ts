import type { Query } from '../core/query.ts';
import type { Release } from '../core/release.ts';
import { shapeOf } from '../core/release-shape.ts';
import { heldLine } from './archive-lines.ts';
import { EXIT, type ExitCode, Trouble } from './errors.ts';
import type { House } from './house.ts';
import { inside } from './inside.ts';
import * as print from './print.ts';
import type { Terminal } from './terminal.ts';

/** The commands that read the archive. */

interface PageOptions {
  readonly limit: number;
  /** The id of the last release of the page before. */
  readonly cursor?: string;
}

/** `releases`, `latest` and `search`: one release a line, newest first; of no query all. */
export async function releases(text: string, options: PageOptions, terminal: Terminal): Promise<ExitCode> {
  const { find } = await import('./archive.ts');
  return inside(async house => {
    const query = text.trim() === '' ? null : house.language.parse(text);
    const after = options.cursor === undefined ? {} : { after: await cursorOf(options.cursor, house) };
    const found = await find(query, { limit: options.limit, ...after }, house);
    for (const release of found) terminal.show(shapeOf(release), print.releaseLine(release, terminal));
    if (found.length === 0) terminal.note(await nothing(query, options, house));
    const last = found.at(-1);
    if (last && found.length === options.limit) terminal.note(`More, if there is any: --cursor ${last.id}`);
    for (const hint of query === null ? [] : house.language.hints(query)) terminal.note(hint);
    return EXIT.ok;
  });
}

export async function search(text: string, options: PageOptions, terminal: Terminal): Promise<ExitCode> {
  if (text.trim() === '')
    throw new Trouble('usage', 'there is nothing to search for', { fix: 'write a query, or type latest' });
  return releases(text, options, terminal);
}

async function cursorOf(id: string, { store }: House): Promise<string> {
  if (await store.release(id)) return id;
  throw new Trouble('usage', `--cursor ${id} is no release`, { fix: 'write the id of the last release you have' });
}

async function nothing(query: Query | null, { cursor }: PageOptions, { store }: House): Promise<string> {
  if (cursor !== undefined) return 'That was the last page.';
  return query === null || (await store.count()) === 0 ? 'No release is recorded yet.' : 'No recorded release matches.';
}

export async function show(id: string, terminal: Terminal): Promise<ExitCode> {
  const { releaseNamed } = await import('./why.ts');
  const { related } = await import('./ties.ts');
  const { readAmendments } = await import('./history.ts');
  return inside(async house => {
    const release = await releaseNamed(id, house);
    const others = await related(release, house);
    const amendments = await readAmendments(release, house.store);
    const record = {
      ...shapeOf(release),
      amendments,
      related: others.map(({ release: { id, title, date }, because }) => ({ release: id, title, date, because })),
    };
    terminal.show(
      record,
      print.releasePage(release, { labels: house.labelsOf(release), amendments, related: others }, terminal),
    );
    return EXIT.ok;
  });
}

export async function preview(text: string, options: { readonly days: number }, terminal: Terminal): Promise<ExitCode> {
  const { preview: look, MOST_DAYS } = await import('./preview.ts');
  if (options.days < 1 || options.days > MOST_DAYS)
    throw new Trouble('usage', `--days ${options.days} cannot be looked at`, { fix: `write 1 to ${MOST_DAYS}` });
  return inside(async house => {
    const query = house.language.parse(text);
    const seen = await look(query, options.days, house);
    const why = (release: Release) => house.language.match(query, release) ?? [];
    const page = print.previewPage(seen, release => heldLine(why(release)), terminal);
    terminal.show(print.previewJson(seen, why), page);
    return EXIT.ok;
  });
}

export async function why(
  id: string,
  options: { readonly subscription?: number; readonly query?: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const { releaseNamed, whyQuery, whySubscriptions } = await import('./why.ts');
  if (options.query !== undefined && options.subscription !== undefined)
    throw new Trouble('usage', '--subscription and --query are two questions', { fix: 'write one of them' });
  return inside(async house => {
    const { store, language } = house;
    const release = await releaseNamed(id, house);
    terminal.note(print.releaseLine(release, terminal));
    const answers =
      options.query === undefined
        ? await whySubscriptions(release, await asked(options.subscription, house), { store, language })
        : [whyQuery(release, language.parse(options.query), { store, language })];
    for (const one of answers) terminal.show(one, print.becausePage(one, terminal));
    if (answers.length === 0) terminal.note(`Nothing is followed. Try: gwanbo why ${release.id} --query topic:steel`);
    return EXIT.ok;
  });
}

async function asked(id: number | undefined, { store }: House) {
  if (id === undefined) return store.subscriptions();
  const one = await store.subscription(id);
  if (one) return [one];
  throw new Trouble('usage', `there is no subscription #${id}`, { fix: 'gwanbo list shows their numbers' });
}
