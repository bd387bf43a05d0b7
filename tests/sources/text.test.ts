import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseText } from '../../src/sources/text.ts';
import { sharedFile } from '../support/shared.ts';

const parse = (text: string) => parseText(text, { zone: 'Asia/Seoul' });
const short = (text: string) => {
  const { items, rejected } = parse(text);
  return { items: items.map(({ title, text, date, categories }) => [title, text, date, ...categories]), rejected };
};

describe('a listing as plain text', () => {
  test.each([
    [
      'the date glued to the last word',
      '-\nTitle\nThe talks ended.date2025-12-04',
      ['Title', 'The talks ended.', '2025-12-04'],
    ],
    [
      'a space before the label',
      '-\nTitle\nThe talks ended. date2025-12-04\n',
      ['Title', 'The talks ended.', '2025-12-04'],
    ],
    ['CR LF', '-\r\nTitle\r\nBody.\r\nMore.date2025-12-04\r\n', ['Title', 'Body.\nMore.', '2025-12-04']],
    ['blank lines', '\n\n-\n\nTitle\n\nBody.\n\n\nMore.date2025-12-04\n\n', ['Title', 'Body.\n\nMore.', '2025-12-04']],
    ['the label on a line of its own', '-\nTitle\nBody.\ndate2025-12-04', ['Title', 'Body.', '2025-12-04']],
    ['no body', '-\nTitle\ndate2025-12-04', ['Title', '', '2025-12-04']],
    [
      'a category line',
      '-\nTrade/Investment\nTitle\nBody.date2025-12-04',
      ['Title', 'Body.', '2025-12-04', 'Trade/Investment'],
    ],
    ['a title that is a category', '-\nEnergy\nBody.date2025-12-04', ['Energy', 'Body.', '2025-12-04']],
    [
      'a category in another spelling',
      '-\nenergy\nTitle\nBody.date2025-12-04',
      ['energy', 'Title\nBody.', '2025-12-04'],
    ],
    ['no bullet before the first entry', 'Title\nBody.date2025-12-04', ['Title', 'Body.', '2025-12-04']],
    ['a byte order mark', '\ufeff-\nTitle\nBody.date2025-12-04', ['Title', 'Body.', '2025-12-04']],
    ['control characters', '-\nTi\u0000tle\u202e\nBo\u0007dy.date2025-12-04', ['Title', 'Body.', '2025-12-04']],
  ])('%s', (_, listing, item) => {
    expect(short(listing)).toEqual({ items: [item], rejected: [] });
  });

  test('"date" is an ordinary word in a body, also with a day behind it', () => {
    const body = 'To date 12 firms joined; the date2025-11-30 was missed.\nThe update came on the date 2025-12-01.';
    expect(short(`-\nTitle\n${body}date2025-12-04`).items).toEqual([['Title', body, '2025-12-04']]);
  });

  test('what is no entry is rejected with its line, and its neighbours are read', () => {
    const listing = '-\nOne\nBody.date2025-12-04\n-\n\n-\nAlone\n-\nTwo\nBody.date2025-12-03';
    expect(short(listing)).toEqual({
      items: [
        ['One', 'Body.', '2025-12-04'],
        ['Two', 'Body.', '2025-12-03'],
      ],
      rejected: [
        { at: 'line 4', reason: 'an entry without a title' },
        { at: 'line 7', reason: 'a title without a body and a date' },
      ],
    });
  });

  test('27. a listing that ends in the middle of an entry does not give half of it', () => {
    const { items, rejected } = parse('-\nOne\nBody.date2025-12-04\n-\nTwo\nThe ministry announ');
    expect(items.map(item => item.title)).toEqual(['One']);
    expect(rejected).toEqual([{ at: 'line 5', reason: 'the listing ends in the middle of this entry' }]);
  });

  test.each(['', 'date2025-13-40', 'date0000-00-00'])(
    '42. an item with "%s" for a date is kept without one',
    printed => {
      const listing = `-\nOne\nBody.${printed}\n-\nTwo\nBody.date2025-12-03`;
      expect(short(listing).items).toEqual([
        ['One', 'Body.', null],
        ['Two', 'Body.', '2025-12-03'],
      ]);
    },
  );

  test('every line but bullets, dates and blanks is in an item or in a rejected entry', () => {
    const line = fc.constantFrom(
      '-',
      '',
      'Title',
      'Body.',
      'More dat',
      'date2025-12-04',
      'End.date2025-12-04',
      'Energy',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), lines => {
        const { items, rejected } = parse(lines.join('\n'));
        const read = items.flatMap(item => [item.title, ...item.text.split('\n'), ...item.categories]);
        const lost = rejected.flatMap(({ at }) => {
          const from = Number(at.replace('line ', '')) - 1;
          const end = lines.indexOf('-', from + (lines[from] === '-' ? 1 : 0));
          return lines.slice(from, end === -1 ? undefined : end);
        });
        const count = (all: string[], word: string) => all.filter(one => one.includes(word)).length;
        for (const word of ['Title', 'Body.', 'More dat', 'End.', 'Energy']) {
          expect(count([...read, ...lost], word)).toBe(count(lines, word));
        }
      }),
    );
  });
});

const listing = sharedFile('data/motir-listing.txt');
describe.skipIf(listing === null)("the ministry's listing (needs SHARED_DIR)", () => {
  const text = listing ? readFileSync(listing, 'utf8') : '';

  test('holds exactly eight releases', () => {
    const { items, rejected } = parse(text);
    expect(rejected).toEqual([]);
    expect(items.map(item => item.date)).toEqual([
      '2025-12-04',
      ...Array(3).fill('2025-12-03'),
      ...Array(2).fill('2025-12-02'),
      ...Array(2).fill('2025-12-01'),
    ]);
  });

  test('and not a word of them is lost', () => {
    const written = text.split('\n');
    for (const item of parse(text).items) {
      const at = written.indexOf(item.title);
      expect(at, item.title).toBeGreaterThan(0);
      expect(item.text).toBe((written[at + 1] ?? '').replace(/\s*date\d{4}-\d\d-\d\d$/, ''));
    }
  });

  test('with CR LF it is the same', () => {
    expect(parse(text.replaceAll('\n', '\r\n'))).toEqual(parse(text));
  });
});
