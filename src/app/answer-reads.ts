import type { Answer, Asker, Command } from '../core/command.ts';
import type { Release } from '../core/release.ts';
import type { Store } from '../ports/store.ts';
import { find } from './archive.ts';
import { archiveLine, becauseLines, heldLine, releaseLines, sparkLine, volumeLines } from './archive-lines.ts';
import type { Clock } from './clock.ts';
import { Trouble } from './errors.ts';
import type { House } from './house.ts';
import type { Language } from './language.ts';
import { PREVIEW_DAYS, preview } from './preview.ts';
import { related } from './ties.ts';
import { releaseNamed, whySubscriptions } from './why.ts';

export interface ReadTools extends Pick<House, 'labelOf' | 'labelsOf'> {
  readonly store: Store;
  readonly language: Language;
  readonly clock: Clock;
}

type Reading = Extract<Command, { readonly verb: 'preview' | 'search' | 'latest' | 'why' | 'show' }>;

/** Releases that fit one message of a chat. */
const LISTED = 10;
/** Titles that a preview shows, each with why. */
const PREVIEWED = 5;

/**
 * Answers what only reads the archive.
 * @throws {QueryError} @throws {Trouble} for a release or a subscription that is none
 */
export async function answerRead(command: Reading, asker: Asker, tools: ReadTools): Promise<Answer> {
  switch (command.verb) {
    case 'preview':
      return said(await previewLines(command.query, command.days ?? PREVIEW_DAYS, tools));
    case 'search':
    case 'latest':
      return said(await listLines(command.query, tools));
    case 'why':
      return said(await whyLines(command.release, command.target, asker, tools));
    case 'show': {
      const release = await releaseNamed(command.release, tools);
      return said(releaseLines(release, tools.labelsOf(release), await related(release, tools)));
    }
  }
}

async function previewLines(text: string, days: number, tools: ReadTools): Promise<readonly string[]> {
  const query = tools.language.parse(text);
  const seen = await preview(query, days, tools);
  const why = (release: Release) => heldLine(tools.language.match(query, release) ?? []);
  return [
    ...volumeLines(seen),
    ...(seen.count === 0 ? [] : [sparkLine(seen)]),
    ...seen.latest.slice(0, PREVIEWED).map(release => `${archiveLine(release)} (${why(release)})`),
    ...seen.hints,
  ];
}

async function listLines(text: string | null, tools: ReadTools): Promise<readonly string[]> {
  const query = text === null || text.trim() === '' ? null : tools.language.parse(text);
  const found = await find(query, { limit: LISTED }, tools);
  const lines = found.map(archiveLine);
  const none = query === null ? 'No release is recorded yet.' : `No recorded release matches ${query.normal}.`;
  return [...(lines.length > 0 ? lines : [none]), ...(query === null ? [] : tools.language.hints(query))];
}

async function whyLines(id: string, target: number | null, asker: Asker, tools: ReadTools): Promise<readonly string[]> {
  const release = await releaseNamed(id, tools);
  const here = await tools.store.subscriptions({ to: asker.here });
  const asked = target === null ? here : here.filter(one => one.id === target);
  if (target !== null && asked.length === 0)
    throw new Trouble('usage', `this channel has no subscription #${target}`, { fix: '"list" shows the ones it has' });
  if (asked.length === 0) return [archiveLine(release), 'This channel follows nothing, so nothing was sent here.'];
  const answers = await whySubscriptions(release, asked, tools);
  return [archiveLine(release), ...answers.flatMap(becauseLines)];
}

const said = (lines: readonly string[]): Answer => ({ ok: true, lines });
