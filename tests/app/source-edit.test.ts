import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Trouble } from '../../src/app/errors.ts';
import { withoutSource, withSource } from '../../src/app/source-edit.ts';

const SHIPPED = readFileSync(resolve(import.meta.dirname, '../../config/gwanbo.yaml'), 'utf8');
const WTO = { id: 'wto', preset: 'wto' };

const add = (text: string, source: object = WTO) => withSource('g.yaml', text, source);
const remove = (text: string, at: number) => withoutSource('g.yaml', text, at);

describe('a source is added', () => {
  test('behind the last one of the shipped config, and nothing else changes', () => {
    const edited = add(SHIPPED);
    const before = SHIPPED.split('\n');
    const after = edited.split('\n');
    const at = after.indexOf('  - id: wto');
    expect(after.slice(at, at + 2)).toEqual(['  - id: wto', '    preset: wto']);
    expect(after.toSpliced(at, 2)).toEqual(before);
    expect(before[at - 1]).toContain('every: 10m #');
  });

  test.each([
    [
      'at the end of the file',
      'sources:\n  - id: a\n    kind: feed',
      'sources:\n  - id: a\n    kind: feed\n  - id: wto\n    preset: wto',
    ],
    [
      'without indentation',
      'sources:\n- id: a\n\npublish: {}\n',
      'sources:\n- id: a\n- id: wto\n  preset: wto\n\npublish: {}\n',
    ],
    [
      'before the comments of what follows',
      'sources:\n  - id: a # one\n  # two\n\n# three\nx: 1\n',
      'sources:\n  - id: a # one\n  - id: wto\n    preset: wto\n  # two\n\n# three\nx: 1\n',
    ],
    [
      'into a list in brackets',
      'sources: [{id: a}] # all\n',
      'sources: [{id: a}, {"id":"wto","preset":"wto"}] # all\n',
    ],
    ['behind one in braces', 'sources:\n  - {id: a}\n', 'sources:\n  - {id: a}\n  - id: wto\n    preset: wto\n'],
    [
      'into a file of JSON',
      '{"sources": [{"id": "a"}\n], "x": 1}',
      '{"sources": [{"id": "a"}, {"id":"wto","preset":"wto"}\n], "x": 1}',
    ],
  ])('%s', (_, text, expected) => {
    expect(add(text)).toBe(expected);
  });

  test('with its selectors, whatever signs they have', () => {
    const select = { item: 'li:not(.ad) > a[href^="/n"]', title: '#t', date: 'time@datetime' };
    const edited = add('sources:\n  - id: a\n', { id: 'b', kind: 'listing', select });
    expect(parse(edited)).toEqual({ sources: [{ id: 'a' }, { id: 'b', kind: 'listing', select }] });
  });

  test.each(['x: 1\n', 'sources: []\n', 'sources: all of them\n', 'sources:\n  -\n    id: a\n'])(
    'or the file is left alone and the lines to write are said: %j',
    text => {
      expect(() => add(text)).toThrow(Trouble);
    },
  );
});

describe('a source is removed', () => {
  const THREE =
    '# head\nsources:\n  # of a\n  - id: a\n    url: x # here\n\n  - id: b\n    select:\n      item: li\n  # of c\n  - id: c\n# tail\nx: 1\n';

  test.each([
    [0, '# head\nsources:\n  # of a\n\n  - id: b\n    select:\n      item: li\n  # of c\n  - id: c\n# tail\nx: 1\n'],
    [1, '# head\nsources:\n  # of a\n  - id: a\n    url: x # here\n\n  # of c\n  - id: c\n# tail\nx: 1\n'],
    [
      2,
      '# head\nsources:\n  # of a\n  - id: a\n    url: x # here\n\n  - id: b\n    select:\n      item: li\n  # of c\n# tail\nx: 1\n',
    ],
  ])('number %i, comments stay', (at, expected) => {
    expect(remove(THREE, at)).toBe(expected);
  });

  test.each([
    [0, 'sources: [{id: b}, {id: c}]\n'],
    [1, 'sources: [{id: a}, {id: c}]\n'],
    [2, 'sources: [{id: a}, {id: b}]\n'],
  ])('number %i of a list in brackets', (at, expected) => {
    expect(remove('sources: [{id: a}, {id: b}, {id: c}]\n', at)).toBe(expected);
  });

  test('what is added and removed again leaves every byte', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const comment = fc.constantFrom('', ' # why', '\n    # below');
    const item = fc.tuple(word, comment).map(([id, after]) => `  - id: ${id}${after}\n    kind: feed\n`);
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), comment, (items, tail) => {
        const text = `sources:\n${items.join('')}${tail.trim()}\nx: 1\n`;
        expect(remove(add(text), items.length)).toBe(text);
      }),
    );
  });
});
