import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS as DISCORD } from '../../src/channels/discord/limits.ts';
import { renderContent as renderEmbed } from '../../src/channels/discord/render.ts';
import { LIMITS as SLACK } from '../../src/channels/slack/limits.ts';
import { renderContent as renderBlocks } from '../../src/channels/slack/render.ts';
import type { Card, Content } from '../../src/core/card.ts';
import { faultsOf } from '../support/fake-discord-schema.ts';
import { refuseMessage } from '../support/fake-slack-rules.ts';

const KEY = 'abcdefghij234567abcd';

/** Texts of every length, so that every measure is met at once: plain, Korean, clusters, and marks that are escaped. */
const long = fc
  .tuple(
    fc.constantFrom(
      'word ',
      '보도자료 ',
      '👩‍👩‍👧‍👦',
      'e\u0301\u0323',
      '*',
      '_',
      '[x](y) ',
      '| a ',
      '> b\n',
      '\\',
      '<&>',
      'https://h/a_b ',
    ),
    fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 60, max: 400 }), fc.integer({ min: 1000, max: 9000 })),
  )
  .map(([piece, times]) => piece.repeat(times));
const url = fc.integer({ min: 0, max: 3200 }).map(length => `https://gov.example/${'a'.repeat(length)}`);
const many = <T>(one: fc.Arbitrary<T>, most: number) =>
  fc.array(one, { minLength: Math.floor(most / 2), maxLength: most });
const clauses = many(fc.record({ clause: long, evidence: fc.constant([{ where: 'title' as const, words: 'x' }]) }), 5);
const people = many(fc.integer({ min: 10, max: 99 }), 60);

const cards: fc.Arbitrary<Card> = fc.record({
  kind: fc.constantFrom('alert' as const, 'test' as const),
  release: fc.constant('sample/2-2441'),
  revision: fc.constant(1),
  title: long,
  url,
  source: long,
  date: fc.constant('2025-12-01'),
  labels: many(long, 30),
  figures: many(long, 5),
  lead: long,
  text: long,
  attachments: many(fc.record({ name: long, url, type: long, bytes: fc.nat() }), 12),
  why: many(
    fc.record({ subscription: fc.nat(), query: long, createdBy: fc.constant('discord:900000000000000001'), clauses }),
    12,
  ),
  replay: fc.record({ query: long, clauses }),
  correction: long,
  style: fc.constantFrom('card' as const, 'compact' as const, 'full' as const),
  mention: people.map(ids => ids.flatMap(id => [`role:9000000000000000${id}`, `user:U0ABCDEFGH${id}`])),
});

const line = fc.record({
  release: fc.constant('sample/2-2441'),
  title: long,
  url,
  source: long,
  date: fc.constant('2025-12-01'),
  labels: many(long, 8),
  why: long,
  correction: long,
});
const roundups: fc.Arbitrary<Content> = fc.record({
  kind: fc.constant('digest' as const),
  title: long,
  url,
  mention: people.map(ids => ids.flatMap(id => [`role:9000000000000000${id}`, `user:U0ABCDEFGH${id}`])),
  sections: many(fc.record({ heading: long, lines: many(line, 12) }), 6),
});
const notes: fc.Arbitrary<Content> = fc.record({
  kind: fc.constant('note' as const),
  title: long,
  pieces: many(fc.record({ is: fc.constantFrom('same' as const, 'gone' as const, 'new' as const), words: long }), 14),
});

const contents = [
  ['cards', cards, 60],
  ['roundups', roundups, 15],
  ['notes', notes, 40],
] as const;

test.each(contents)('59. Discord takes %s in which everything is too long at once', (_, content, numRuns) => {
  fc.assert(
    fc.property(content, given => {
      // What a post of a forum is called is no part of a message.
      const { post: _post, ...body } = renderEmbed(given, KEY);
      expect(faultsOf('MessageCreateRequest', body)).toEqual([]);
      const { content: said, embeds, components, allowed_mentions } = body;
      expect(
        faultsOf('MessageEditRequestPartial', { content: said ?? '', embeds, components, allowed_mentions }),
      ).toEqual([]);
      const all = (embeds ?? []).map(({ title = '', description = '' }) => title.length + description.length);
      expect(all.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(DISCORD.embeds);
    }),
    { numRuns },
  );
});

test.each(contents)(
  '59. Slack takes %s in which everything is too long at once, as a change too',
  (_, content, numRuns) => {
    fc.assert(
      fc.property(content, given => {
        const body = JSON.parse(JSON.stringify(renderBlocks(given, KEY))) as Record<string, unknown>;
        expect(refuseMessage(body)).toBeNull();
        // More of it a change would not take.
        expect(String(body.text).length).toBeLessThanOrEqual(SLACK.text);
      }),
      { numRuns },
    );
  },
);

test('a full card on Discord keeps a beginning of its text, however long all the rest is', () => {
  fc.assert(
    fc.property(cards, given => {
      const card: Card = { ...given, style: 'full', text: 'Paragraph. '.repeat(900) };
      const said = renderEmbed(card, KEY).embeds?.[0]?.description ?? '';
      expect(said.split('Paragraph.').length).toBeGreaterThan(DISCORD.text / 13);
    }),
    { numRuns: 20 },
  );
});

test('the text of a card on Slack leaves out the link where mentions and a correction need the room', () => {
  const [given] = fc.sample(cards, 1);
  if (!given) throw new Error('there is a card');
  const card: Card = {
    ...given,
    title: '&'.repeat(1000),
    labels: ['&'.repeat(500)],
    correction: '&'.repeat(300),
    url: `https://gov.example/${'a'.repeat(1670)}`,
    mention: Array.from({ length: 20 }, (_, at) => `group:S${'A'.repeat(18)}${10 + at}`),
  };
  const text = String(renderBlocks(card, KEY).text);
  expect(text.length).toBeLessThanOrEqual(SLACK.text);
  expect(text.match(/<!subteam/g)).toHaveLength(20);
});
