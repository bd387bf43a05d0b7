import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asPart, type MessageBody, minimalBody } from '../../src/channels/discord/body.ts';
import { renderCard } from '../../src/channels/discord/embeds.ts';
import { LIMITS } from '../../src/channels/discord/limits.ts';
import { escapeText, fitText } from '../../src/channels/discord/markdown.ts';
import type { Card } from '../../src/core/card.ts';
import { STYLES } from '../../src/core/subscription.ts';
import { faultsOf } from '../support/fake-discord-schema.ts';
import { pingsOf } from '../support/fake-discord-world.ts';
import { cardOf, KEY } from './discord-setup.ts';

const embedOf = (card: Card) => renderCard(card, KEY).embeds?.[0];

test('a card shows title, context, lead, why and a button that opens the page', () => {
  expect(renderCard(cardOf(), KEY)).toEqual({
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: 'Ministers agree on a steel quota',
        url: 'https://english.motir.go.kr/eng/article/EATCLdfa319ada/2441/view',
        description: [
          'MOTIR · 1 Dec 2025 · talks · Canada · steel',
          'The two ministers met on Monday.',
          'Why: country:ca (title) · "steel" ×2 (title, body) · #12 followed by <@900000000000000001>',
        ].join('\n\n'),
        color: 0x1f5fa8,
      },
    ],
    components: [
      {
        type: 1,
        components: [
          {
            type: 2,
            style: 5,
            label: 'Open',
            url: 'https://english.motir.go.kr/eng/article/EATCLdfa319ada/2441/view',
          },
          { type: 2, style: 2, label: 'Why?', custom_id: `g1:why:${KEY}` },
          { type: 2, style: 2, label: 'Related', custom_id: `g1:related:${KEY}` },
          { type: 2, style: 2, label: 'History', custom_id: `g1:history:${KEY}` },
          { type: 2, style: 2, label: 'Mute here', custom_id: `g1:mute:${KEY}` },
        ],
      },
    ],
  });
});

const labelsOf = (body: MessageBody) => body.components?.flatMap(row => row.components.map(({ label }) => label));

test('related releases are counted where that was done; none is no button', () => {
  expect(labelsOf(renderCard(cardOf({ related: 3 }), KEY))).toEqual([
    'Open',
    'Why?',
    'Related 3',
    'History',
    'Mute here',
  ]);
  expect(labelsOf(renderCard(cardOf({ related: 0 }), KEY))).toEqual(['Open', 'Why?', 'History', 'Mute here']);
});

test('a part of a message names itself in its buttons', () => {
  expect(JSON.stringify(asPart(renderCard(cardOf(), KEY), 2))).toContain(`"custom_id":"g1:why:${KEY}-2"`);
  expect(asPart(renderCard(cardOf(), KEY), 1)).toEqual(renderCard(cardOf(), KEY));
});

test('a correction is the first line of the message, and of its least form, and mentions nobody', () => {
  const correction = 'Corrected 2025-12-04 14:20 KST: @everyone *changed*';
  const body = renderCard(cardOf({ correction, mention: ['here'] }), KEY);
  const said = 'Corrected 2025-12-04 14:20 KST: \\@\u200beveryone \\*changed\\*';
  expect(body.content).toBe(`${said}\n@here`);
  expect(pingsOf(body.content ?? '', body.allowed_mentions as never)).toEqual(['@here']);
  expect(minimalBody(body)?.content).toMatch(/^Corrected 2025.*\nMinisters agree on a steel quota\n<https/);
});

test('figures stand between the text and the reasons, as text', () => {
  const figures = ['USD 13.7 billion', '25 *percent* tariff'];
  const description = (style: Card['style']) => embedOf(cardOf({ figures, style }))?.description ?? '';
  expect(description('card')).toContain('\n\nFigures: USD 13.7 billion · 25 \\*percent\\* tariff\n\nWhy: ');
  expect(description('compact')).not.toContain('Figures');
});

test('compact is the title and the line of context', () => {
  const body = renderCard(cardOf({ style: 'compact' }), KEY);
  expect(body.embeds?.[0]?.description).toBe('MOTIR · 1 Dec 2025 · talks · Canada · steel');
  expect(labelsOf(body)).toEqual(['Why?']);
});

test('full shows the whole text and names the attachments with type and size', () => {
  const attachments = [
    { name: 'Annex (1).pdf', url: 'https://host/a(1).pdf', type: 'application/pdf', bytes: 1_234_567 },
    { name: 'photo', url: 'javascript:alert(1)', type: null, bytes: null },
  ];
  expect(embedOf(cardOf({ style: 'full', attachments }))?.description).toBe(
    [
      'MOTIR · 1 Dec 2025 · talks · Canada · steel',
      'The two ministers met on Monday.\n\nThey agreed on a quota.',
      '[Annex (1).pdf](https://host/a%281%29.pdf) (application/pdf, 1.2 MB)\nphoto',
      'Why: country:ca (title) · "steel" ×2 (title, body) · #12 followed by <@900000000000000001>',
    ].join('\n\n'),
  );
});

test('a test is marked as one', () => {
  expect(embedOf(cardOf({ kind: 'test' }))?.description).toMatch(/^Test · MOTIR · /);
});

test('without a page there is no link and no button', () => {
  for (const url of [null, 'javascript:alert(1)', 'no address']) {
    const body = renderCard(cardOf({ url }), KEY);
    expect(body.embeds?.[0]?.url).toBeUndefined();
    expect(labelsOf(body)).not.toContain('Open');
  }
});

test('an address too long for a button still links the title', () => {
  const body = renderCard(cardOf({ url: `https://host/${'a'.repeat(600)}` }), KEY);
  expect(body.embeds?.[0]?.url).toHaveLength(613);
  expect(labelsOf(body)).not.toContain('Open');
});

test('mentions are the subscription’s own, of this platform, once each', () => {
  const mention = ['role:111111', 'user:222222', 'role:111111', 'group:S012', 'user:U012', 'here'];
  const body = renderCard(cardOf({ mention }), KEY);
  expect(body.content).toBe('@here <@&111111> <@222222>');
  expect(body.allowed_mentions).toEqual({ parse: ['everyone'], roles: ['111111'], users: ['222222'] });
  expect(pingsOf(body.content ?? '', body.allowed_mentions as never)).toEqual(['@here', 'role:111111', 'user:222222']);
});

test('many subscriptions in one channel leave room for the text, and the rest are counted', () => {
  const [why] = cardOf().why;
  if (!why) throw new Error('the card has a reason');
  const description = embedOf(
    cardOf({ why: Array.from({ length: 60 }, (_, at) => ({ ...why, subscription: at })) }),
  )?.description;
  expect(description).toContain('The two ministers met on Monday.');
  expect(description).toMatch(/Why: \d+ more of this channel's subscriptions$/);
});

describe('59. hostile text mentions nobody, styles nothing and fits', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '@everyone',
      '@here',
      '<@1>',
      '<@&123456789012345678>',
      '<#123>',
      '<t:1:R>',
      '[x](https://evil.example)',
      '```js\n`',
      '||spoiler||',
      '# big\n> quote\n- list\n1. one\n-# small',
      '\\',
      '👩‍👩‍👧‍👦'.repeat(40),
      '관보 보도자료 '.repeat(300),
      'x'.repeat(6001),
      '*_~|`['.repeat(1200),
      'https://host/a_b_c',
    ),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({ unit: 'binary', maxLength: 80 }),
  );
  const text = fc.array(hostile, { maxLength: 8 }).map(parts => parts.join(' '));
  const card = fc.record({
    title: text,
    lead: text,
    whole: text,
    label: text,
    clause: text,
    style: fc.constantFrom(...STYLES),
  });
  const cardFrom = ({ title, lead, whole, label, clause, style }: Record<string, string>) =>
    cardOf({
      title: title ?? '',
      lead: lead ?? '',
      text: whole ?? '',
      labels: [label ?? ''],
      style: STYLES.find(one => one === style) ?? 'card',
      attachments: [{ name: title ?? '', url: 'https://host/file', type: label ?? '', bytes: 12 }],
      why: [
        {
          subscription: 1,
          query: clause ?? '',
          createdBy: 'config',
          clauses: [{ clause: clause ?? '', evidence: [] }],
        },
      ],
    });

  test('in every part of a card', () => {
    fc.assert(
      fc.property(card, parts => {
        const body = renderCard(cardFrom(parts), KEY);
        expect(faultsOf('MessageCreateRequest', body)).toEqual([]);
        expect(pingsOf(JSON.stringify(body.embeds), body.allowed_mentions as never)).toEqual([]);
        const embed = body.embeds?.[0];
        const all = (embed?.title?.length ?? 0) + (embed?.description?.length ?? 0);
        expect(all).toBeLessThanOrEqual(LIMITS.embeds);
        const least = minimalBody(body) as MessageBody;
        expect(faultsOf('MessageCreateRequest', least)).toEqual([]);
        expect(JSON.stringify(least)).toContain(`"custom_id":"g1:why:${KEY}"`);
      }),
      { numRuns: 150 },
    );
  });

  test('security rule 7: what is escaped shows the text itself: without the escapes it is the text', () => {
    fc.assert(
      fc.property(text, written => {
        const escaped = escapeText(written);
        // Discord shows a backslash and a mark as that mark, except inside an address.
        const shown = escaped.replace(
          /(https?:\/\/[^\s<>()[\]|*`~\\]+)|\\([^0-9A-Za-z\s])/g,
          (_, address, mark) => address ?? mark,
        );
        expect(shown).toBe(written);
      }),
    );
  });

  test('nothing that Discord would act on is left bare', () => {
    fc.assert(
      fc.property(text, written => {
        const bare = escapeText(written)
          .replace(/https?:\/\/[^\s<>()[\]|*`~\\]+/g, 'a')
          .replace(/\\[^0-9A-Za-z\s]/g, 'e');
        expect(bare).not.toMatch(/[*_~`|[\]<]|@everyone|@here/);
        expect(bare).not.toMatch(/^\s*(?:#{1,3}|-#|[-+]|\d+\.)\s|^\s*>/m);
      }),
    );
  });

  test('a cut never splits an escape or a cluster', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 500 }), (written, most) => {
        const fitted = fitText(written, most);
        expect(fitted.length).toBeLessThanOrEqual(most);
        expect(fitted.isWellFormed()).toBe(written.isWellFormed() || fitted.isWellFormed());
        expect(/(?<!\\)(?:\\\\)*\\…?$/.test(fitted)).toBe(false);
      }),
    );
    expect(fitText('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 13)).toBe('👩‍👩‍👧‍👦…');
  });

  test.each(['*', '_', '가*', '[x](y) '])('a cut keeps as much of %j as there is room for', piece => {
    const fitted = fitText(piece.repeat(300), 256);
    expect(fitted.length).toBeGreaterThan(256 - 2 * escapeText(piece).length - 2);
    expect(fitted.length).toBeLessThanOrEqual(256);
  });
});

test('many files in style full leave room for the text, and say how many more there are', () => {
  const file = {
    name: '별첨 자료 '.repeat(12),
    url: `https://gov.example/${'a'.repeat(175)}`,
    type: 'application/pdf'.repeat(3),
    bytes: 123_456,
  };
  const why = (subscription: number) => ({
    subscription,
    query: 'x '.repeat(200),
    createdBy: 'discord:900000000000000001',
    clauses: [{ clause: 'y '.repeat(200), evidence: [] }],
  });
  const card = cardOf({
    style: 'full',
    text: 'Paragraph. '.repeat(900),
    labels: Array.from({ length: 30 }, (_, at) => `label-${at}`),
    figures: Array.from({ length: 4 }, () => '100 percent '.repeat(9)),
    attachments: Array.from({ length: 9 }, () => file),
    why: [1, 2, 3, 4, 5].map(why),
  });
  const description = embedOf(card)?.description ?? '';
  expect(description.length).toBeLessThanOrEqual(LIMITS.description);
  expect(description).toMatch(/and [1-9] more/);
  expect(description.split('Paragraph.').length).toBeGreaterThan(80);
  expect(description).toContain('more of this channel');
});

test.each([
  ['topic_steel *bold* ~~gone~~', 'topic\\_steel \\*bold\\* \\~\\~gone\\~\\~'],
  ['[x](https://evil.example) [y](z)', '\\[x\\](https://evil.example) \\[y\\](z)'],
  ['see https://host/a_b_c. Yes', 'see https://host/a_b_c. Yes'],
  ['@everyone and a@example.org', '\\@everyone and a@example.org'],
  ['# 1\n- 2\n1. 3\n> 4\n#5', '\\# 1\n\\- 2\n1\\. 3\n\\> 4\n#5'],
])('%j is escaped as %j', (text, escaped) => {
  expect(escapeText(text)).toBe(escaped);
});
