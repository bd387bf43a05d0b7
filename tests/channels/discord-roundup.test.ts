import { expect, test } from 'vitest';
import { minimalBody } from '../../src/channels/discord/body.ts';
import { renderContent } from '../../src/channels/discord/render.ts';
import type { RoundupLine } from '../../src/core/card.ts';
import { NOTE, ROUNDUP } from '../contracts/channel-samples.ts';
import { faultsOf } from '../support/fake-discord-schema.ts';
import { KEY } from './discord-setup.ts';

test('a roundup is a heading a section and a line a release, with why and what was corrected', () => {
  expect(renderContent(ROUNDUP, KEY)).toEqual({
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: 'Daily digest, 4 Dec 2025: 2 releases',
        url: 'https://gwanbo.example/',
        description: [
          '**Steel**',
          '• [Korea and Freedonia Discuss Steel](https://gov.example/news/2441) · MOTIR · 1 Dec 2025 · talks · Freedonia · Why: country:fr · #12',
          '• **Exports Rose** · **Corrected 2025-12-04 14:20 KST: number changed** · MOTIR · Why: #3',
        ].join('\n'),
        color: 0x1f5fa8,
      },
    ],
    components: [
      {
        type: 1,
        components: [
          { type: 2, style: 5, label: 'Open', url: 'https://gwanbo.example/' },
          { type: 2, style: 2, label: 'Why?', custom_id: `g1:why:${KEY}` },
          { type: 2, style: 2, label: 'Mute here', custom_id: `g1:mute:${KEY}` },
        ],
      },
    ],
    post: {
      name: 'Daily digest, 4 Dec 2025: 2 releases',
      tags: ['Steel', 'talks', 'Freedonia', 'digest'],
    },
  });
});

test('what does not fit one embed flows over into a second, no two of them with one address, and the rest is counted', () => {
  const [line] = ROUNDUP.sections[0]?.lines ?? [];
  const lines: RoundupLine[] = Array.from({ length: 90 }, (_, at) => ({ ...line!, title: `Release no. ${at}.` }));
  const body = renderContent({ ...ROUNDUP, sections: [{ heading: null, lines }] }, KEY);
  const embeds = body.embeds ?? [];
  expect(embeds.length).toBe(2);
  expect(embeds.filter(({ url }) => url !== undefined)).toHaveLength(1);
  const shown = embeds.flatMap(({ description }) => description?.match(/no\. \d+\./g) ?? []);
  expect(shown).toEqual(lines.slice(0, shown.length).map(({ title }) => title.slice('Release '.length)));
  expect(embeds.at(-1)?.description).toMatch(new RegExp(`\nand ${90 - shown.length} more$`));
  // How a post of a forum is named is told to forums alone.
  const { post: _, ...sent } = body;
  expect(faultsOf('MessageCreateRequest', sent)).toEqual([]);
});

test('the least form of a roundup keeps its releases', () => {
  const least = minimalBody(renderContent(ROUNDUP, KEY));
  expect(least?.content).toMatch(
    /^Daily digest, .*\n<https:\/\/gwanbo.example\/>\n• \[Korea and .*\n• \*\*Exports Rose/,
  );
  expect(faultsOf('MessageCreateRequest', least)).toEqual([]);
});

test('a note strikes out what went and sets what came in bold', () => {
  const body = renderContent(NOTE, KEY);
  expect(body.embeds?.[0]?.description).toBe('… k l m n the minister ~~Kim~~ **Lee** met her counterpart');
  expect(body.components).toEqual([
    { type: 1, components: [{ type: 2, style: 2, label: 'History', custom_id: `g1:history:${KEY}` }] },
  ]);
});

test('words of a note style nothing themselves', () => {
  const body = renderContent({ ...NOTE, pieces: [{ is: 'gone', words: '~~a~~ **b**' }] }, KEY);
  expect(body.embeds?.[0]?.description).toBe('~~\\~\\~a\\~\\~ \\*\\*b\\*\\*~~');
});
