import { buttonsOf } from '../../core/button.ts';
import type { Roundup, RoundupLine, RoundupSection } from '../../core/card.ts';
import { oneLine } from '../../core/text.ts';
import { BULLET, COLOURS, type MessageBody, mentionsOf, rowOf, webAddress } from './body.ts';
import { factsOf } from './embeds.ts';
import { LIMITS } from './limits.ts';
import { fitText } from './markdown.ts';

/** "and 1234567 more", with the line break before it. */
const MORE = 20;

/**
 * Several releases in one message: a heading a section, a line a release with its link, context and why. The lines flow
 * over as many embeds as Discord lets a message have text for; those that do not fit are counted. Only the first embed
 * has an address, since of several with the same one Discord shows one.
 * @param key the message key, which the buttons carry
 */
export function renderRoundup(roundup: Roundup, key: string): MessageBody {
  const url = webAddress(roundup.url);
  const { content, allowed } = mentionsOf(roundup.mention);
  const title = fitText(oneLine(roundup.title) || 'Releases', LIMITS.title);
  const [first = '', ...more] = flow(roundup.sections, LIMITS.embeds - title.length);
  const color = COLOURS[roundup.kind];
  return {
    ...(content && { content }),
    allowed_mentions: allowed,
    embeds: [
      {
        title,
        ...(url !== null && url.length <= LIMITS.embedUrl && { url }),
        ...(first && { description: first }),
        color,
      },
      ...more.map(description => ({ description, color })),
    ],
    components: rowOf(url, buttonsOf(roundup), key),
  };
}

/** The lines as descriptions of embeds, none too long, all together within `room`. */
function flow(sections: readonly RoundupSection[], room: number): readonly string[] {
  const descriptions: string[] = [];
  let text = '';
  let left = room - MORE;
  let unsaid = 0;
  for (const { heading, lines } of sections) {
    let above = heading === null || oneLine(heading) === '' ? '' : `**${fitText(oneLine(heading), LIMITS.heading)}**\n`;
    for (const line of lines) {
      const written = `${above}${lineOf(line)}`;
      if (unsaid > 0 || written.length + 1 > left) {
        unsaid++;
        continue;
      }
      if (text.length + 1 + written.length > LIMITS.description - MORE) {
        descriptions.push(text);
        text = '';
      }
      text += text === '' ? written : `\n${written}`;
      left -= written.length + 1;
      above = '';
    }
  }
  return [...descriptions, [text, unsaid > 0 ? `and ${unsaid} more` : ''].filter(Boolean).join('\n')];
}

function lineOf(line: RoundupLine): string {
  const { title, context, why, url: longest } = LIMITS.listed;
  const url = webAddress(line.url);
  const named = fitText(oneLine(line.title) || line.release, title);
  const head = url !== null && url.length <= longest ? `[${named}](${url})` : `**${named}**`;
  const correction = line.correction === undefined ? '' : fitText(oneLine(line.correction), LIMITS.correction);
  const reason = oneLine(line.why);
  const parts = [
    head,
    correction && `**${correction}**`,
    fitText(factsOf(line).join(' · '), context),
    reason && fitText(`Why: ${reason}`, why),
  ];
  return `${BULLET}${parts.filter(Boolean).join(' · ')}`;
}
