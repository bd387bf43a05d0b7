import { expect, test } from 'vitest';
import { cardOf, figuresLine } from '../../src/core/card.ts';
import { type Figure, NO_FACETS } from '../../src/core/release.ts';
import { buildRelease } from '../support/release-builder.ts';

const context = { kind: 'alert', source: 'MOTIR', why: [], subscriptions: [], labels: [] } as const;
const figure = (words: string, unit = 'usd'): Figure => ({ words, value: 1, unit, year: null });
const cardWith = (figures: readonly Figure[]) => cardOf(buildRelease({ facets: { ...NO_FACETS, figures } }), context);

test('a card shows the figures verbatim: money and percentages before what is counted, four at most, none that is long', () => {
  const card = cardWith([
    figure('60 experts', 'count'),
    figure('USD 1\nbillion'),
    figure(`USD ${'9'.repeat(80)}`),
    figure('5%', 'percent'),
    figure('3 tons', 'ton'),
    figure('4%', 'percent'),
  ]);
  expect(card.figures).toEqual(['USD 1 billion', '5%', '3 tons', '4%']);
  expect(figuresLine(card)).toBe('Figures: USD 1 billion · 5% · 3 tons · 4%');
});

test('a release without figures has no line of them', () => {
  const card = cardWith([]);
  expect(card).not.toHaveProperty('figures');
  expect(figuresLine(card)).toBe('');
});
