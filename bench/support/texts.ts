import { readSample } from '../../src/app/demo/sample-releases.ts';

/** A release as a source would list it. */
export interface Text {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  /** YYYY-MM-DD. */
  readonly date: string;
}

const sample = readSample().releases;
const sentences = sample.flatMap(({ body }) => body.split(/(?<=\.)\s+/));

/** Characters of a press release, about. */
const USUAL_LENGTH = 2_500;

/**
 * Releases made of the sentences of the sample, all different, oldest first; the same numbers give the same texts.
 * @param from number of the first
 * @param length characters of a body, about
 */
export function writeTexts(count: number, from = 1, length = USUAL_LENGTH): Text[] {
  return Array.from({ length: count }, (_, at) => textOf(from + at, length));
}

function textOf(number: number, length: number): Text {
  const { title } = sample[number % sample.length] ?? { title: '' };
  const words: string[] = [`This is release ${number} of the office.`];
  // A step that shares no factor with the number of sentences visits all of them.
  for (let at = number, size = 0; size < length; at += 7) {
    const sentence = sentences[at % sentences.length] ?? '';
    words.push(sentence);
    size += sentence.length + 1;
  }
  const date = Temporal.PlainDate.from('2020-01-01').add({ days: Math.floor(number / 2) });
  return { number, title: `${title} (${number})`, body: words.join(' '), date: date.toString() };
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** As RSS 2.0, newest first. */
export function rssOf(texts: readonly Text[]): string {
  const items = texts
    .toReversed()
    .map(
      ({ number, title, body, date }) =>
        `<item><guid isPermaLink="false">${number}</guid><title>${escaped(title)}</title>` +
        `<link>https://releases.example/${number}</link><description>${escaped(body)}</description>` +
        `<pubDate>${new Date(`${date}T09:00:00Z`).toUTCString()}</pubDate></item>`,
    );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Releases</title><link>https://releases.example/</link><description>Releases</description>
${items.join('\n')}
</channel></rss>
`;
}
