import { replayOf } from '../core/card.ts';
import type { Answer, Asker, Command } from '../core/command.ts';
import type { Delivery } from '../core/delivery.ts';
import { parseDestination } from '../core/destination.ts';
import type { Piece } from '../core/revision.ts';
import { truncate } from '../core/text.ts';
import type { ReadTools } from './answer-reads.ts';
import { archiveLine, becauseLines, releaseLines } from './archive-lines.ts';
import { Trouble } from './errors.ts';
import { readAmendments } from './history.ts';
import { pause, type SubscribeTools } from './subscribe.ts';
import { related } from './ties.ts';
import { releaseNamed, whyQuery, whySubscriptions } from './why.ts';

type Pressed = Extract<Command, { readonly verb: 'button' }>;

/** Words of a change that fit a line. */
const QUOTED = 200;

/**
 * Answers the press of a button below a message: for the releases that the message is about, and for the subscriptions
 * that made them come.
 * @throws {Trouble} for a message that is not of this channel
 */
export async function answerButton(
  { action, key }: Pressed,
  asker: Asker,
  tools: ReadTools & SubscribeTools,
): Promise<Answer> {
  const carried = await carriedBy(key, asker.here, tools);
  const here = carried[0]?.destination ?? asker.here;
  const releases = [...new Set(carried.flatMap(({ release }) => release ?? []))];
  switch (action) {
    case 'why':
      return said(
        await collect(releases, id => whyLines(id, carried, tools)),
        'This message tells of no release: it is about gwanbo itself.',
      );
    case 'related':
      return said(await collect(releases, id => relatedLines(id, tools)), 'This message tells of no release.');
    case 'history':
      return said(await collect(releases, id => historyLines(id, tools)), 'This message tells of no release.');
    case 'mute': {
      if (asker.mayChange !== true) return { ok: false, lines: [asker.mayChange] };
      return said(
        await mute(carried, { ...asker, here }, tools),
        'Nothing that is followed here made this message come.',
      );
    }
  }
}

/**
 * The deliveries that a message carries, in their order: of a group or a digest all that were posted with it. What opened
 * a post of a forum was owed to the forum, and is shown in a channel that its receipt alone names.
 */
async function carriedBy(key: string, here: string, { store }: ReadTools): Promise<readonly Delivery[]> {
  const { platform, channel } = parseDestination(here);
  const isHere = ({ destination, receipt }: Delivery) =>
    destination === here || (destination.startsWith(`${platform}:`) && receipt?.channel === channel);
  const carried = (await store.deliveries({ message: key })).filter(isHere);
  if (carried.length > 0) return carried.toReversed();
  throw new Trouble('usage', 'gwanbo no longer knows this message', { fix: 'ask with why RELEASE or show RELEASE' });
}

async function collect(releases: readonly string[], linesOf: (id: string) => Promise<readonly string[]>) {
  const lines: string[] = [];
  for (const id of releases) lines.push(...(await linesOf(id)));
  return lines;
}

async function whyLines(id: string, carried: readonly Delivery[], tools: ReadTools): Promise<readonly string[]> {
  const release = await releaseNamed(id, tools);
  const numbers = new Set(carried.filter(one => one.release === id).flatMap(one => one.subscriptions));
  const found = await Promise.all([...numbers].map(number => tools.store.subscription(number)));
  const asked = found.filter(one => one !== null);
  const replay = carried.find(one => one.release === id && one.replay)?.replay;
  const query = replay && tools.language.recorded(replay.query);
  if (replay && query && asked.length === 0)
    return [archiveLine(release), ...becauseLines(whyQuery(release, query, tools)), `It is a ${replayOf(replay)}.`];
  if (asked.length === 0) return [archiveLine(release), 'What made it come is no longer followed here.'];
  return [archiveLine(release), ...(await whySubscriptions(release, asked, tools)).flatMap(becauseLines)];
}

async function relatedLines(id: string, tools: ReadTools): Promise<readonly string[]> {
  const release = await releaseNamed(id, tools);
  const others = await related(release, tools);
  const lines = releaseLines(release, tools.labelsOf(release), others);
  return others.length > 0 ? lines : [...lines, 'No related release is recorded.'];
}

async function historyLines(id: string, tools: ReadTools): Promise<readonly string[]> {
  const release = await releaseNamed(id, tools);
  const amendments = await readAmendments(release, tools.store);
  const first = `First seen ${minute(release.firstSeen)}${release.state === 'withdrawn' ? '; withdrawn since' : ''}`;
  if (amendments.length === 0) return [archiveLine(release), `${first}. Nothing was changed since.`];
  return [
    archiveLine(release),
    `${first}.`,
    ...amendments.map(({ revision, recordedAt, changed, words }) => {
      const [gone, came] = (['gone', 'new'] as const).map(is => quote(words, is));
      const told = [gone && `gone: ${gone}`, came && `new: ${came}`].filter(Boolean).join('; ');
      return `Revision ${revision}, ${minute(recordedAt)}: ${changed.join(', ')}${told && ` (${told})`}`;
    }),
  ];
}

const quote = (words: readonly Piece[], is: Piece['is']): string =>
  truncate(words.flatMap(piece => (piece.is === is ? piece.words : [])).join(' … '), QUOTED);

/** "2025-12-04T01:23:45Z" as "2025-12-04 01:23 UTC". */
const minute = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

async function mute(carried: readonly Delivery[], asker: Asker, tools: SubscribeTools): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const id of new Set(carried.flatMap(one => one.subscriptions))) {
    const subscription = await tools.store.subscription(id);
    if (subscription?.to !== asker.here) continue;
    if (subscription.state === 'active') await pause(id, { by: asker.id }, tools);
    lines.push(`Paused #${id} ${subscription.normal}. "resume ${id}" goes on.`);
  }
  return lines;
}

const said = (lines: readonly string[], none: string): Answer => ({
  ok: true,
  lines: lines.length > 0 ? lines : [none],
});
