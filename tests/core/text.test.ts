import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, fold, oneLine, paragraphs, truncate } from '../../src/core/text.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });
/** Lone surrogates, controls and non-characters, which well-formed generators leave out. */
const roughText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)),
      fc.constantFrom(
        '\ud83d',
        '\ude00',
        '\u0000',
        '\u001b[31m',
        '\u009f',
        '\ufffe',
        '\ufeff',
        '\u202e',
        '\r\n',
        '한국',
        'é',
        'e\u0301',
      ),
    ),
    { maxLength: 120 },
  )
  .map(parts => parts.join(''));

describe('security rule 12: cleanText makes any text safe to keep', () => {
  test('drops C0, C1, non-characters and direction overrides, keeps tab and newline', () => {
    expect(cleanText('a\u0000b\u0007c\u001bd\u007fe\u0085f\tg\nh\ufffe\uffff\u202ei\u2066j\ufeff')).toBe(
      'abcdef\tg\nhij',
    );
    expect(cleanText('a\r\nb\rc')).toBe('a\nb\nc');
  });

  test('a surrogate without its half becomes the replacement character, a whole pair stays', () => {
    expect(cleanText('a\ud83db 😀')).toBe('a\ufffdb 😀');
  });

  test('composes to NFC', () => {
    expect(cleanText('e\u0301 \u1112\u1161\u11ab')).toBe('é 한');
  });

  test('caps at a quarter of a million units without splitting a surrogate pair', () => {
    const cut = cleanText(`${'a'.repeat(249_999)}😀`);
    expect(cut).toBe('a'.repeat(249_999));
    expect(cleanText('a'.repeat(250_001))).toHaveLength(250_000);
    // U+0958 is two characters in NFC.
    expect(cleanText('\u0958'.repeat(200_000)).length).toBeLessThanOrEqual(250_000);
  });

  test('security rule 17: for any text: well-formed, nothing forbidden, and cleaning again changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, roughText), text => {
        const clean = cleanText(text);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff\u202a-\u202e\u2066-\u2069\ufeff]/,
        );
        expect(cleanText(clean)).toBe(clean);
      }),
    );
  });
});

test('oneLine leaves single spaces only', () => {
  expect(oneLine('  Korea \n\t and\u00a0 Canada ')).toBe('Korea and Canada');
});

test('paragraphs keeps single blank lines and folds the rest', () => {
  expect(paragraphs(' a  b \r\n\r\n\r\n c\n d ')).toBe('a b\n\nc\nd');
});

test('fold makes dashes, quotes and widths alike and keeps case', () => {
  expect(fold('Korea–U.S.  “Ｔ１” Korea’s − x')).toBe('Korea-U.S. "T1" Korea\'s - x');
});

describe('truncate', () => {
  test.each([
    { case: 'a text that fits comes back as it is', text: 'steel', most: 5, cut: 'steel' },
    { case: 'the ellipsis counts', text: 'steel quota', most: 6, cut: 'steel…' },
    { case: 'no space before the ellipsis', text: 'steel quota', most: 7, cut: 'steel…' },
    { case: 'Korean is cut between syllables', text: '산업통상부', most: 4, cut: '산업통…' },
    { case: 'a family of emoji is one cluster', text: 'ab👨‍👩‍👧‍👦cd', most: 9, cut: 'ab…' },
    { case: 'a flag is one cluster', text: '🇰🇷🇨🇦!', most: 6, cut: '🇰🇷…' },
    { case: 'a combining accent stays with its letter', text: 'e\u0301e\u0301e\u0301', most: 4, cut: 'e\u0301…' },
    { case: 'nothing fits', text: '😀😀', most: 1, cut: '…' },
    { case: 'not even the ellipsis', text: 'ab', most: 0, cut: '' },
  ])('$case', ({ text, most, cut }) => {
    expect(truncate(text, most)).toBe(cut);
  });

  test('for any text: never longer than asked, never half a surrogate pair, a prefix of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 0, max: 90 }), (text, most) => {
        const cut = truncate(text, most);
        expect(cut.length).toBeLessThanOrEqual(most);
        expect(cut.isWellFormed()).toBe(true);
        if (cut !== text && most > 0) expect(text.startsWith(cut.slice(0, -1))).toBe(true);
      }),
    );
  });
});
