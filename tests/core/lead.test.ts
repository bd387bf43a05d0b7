import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardLead, leadOf } from '../../src/core/lead.ts';
import { sentences } from '../../src/core/sentences.ts';

const split = (text: string) => sentences(text).map(({ start, end }) => text.slice(start, end));

describe('sentences', () => {
  test.each([
    { case: 'plain ones', text: 'One ends. Two asks? Three!', parts: ['One ends.', 'Two asks?', 'Three!'] },
    {
      case: 'U.S. within a sentence',
      text: 'The U.S. Department spoke. It left.',
      parts: ['The U.S. Department spoke.', 'It left.'],
    },
    {
      case: 'U.S. at the end of one',
      text: 'It went to the U.S. The plan holds.',
      parts: ['It went to the U.S.', 'The plan holds.'],
    },
    {
      case: 'an abbreviated month',
      text: 'Held on Dec. 4 in Seoul. Next.',
      parts: ['Held on Dec. 4 in Seoul.', 'Next.'],
    },
    { case: 'No. 3', text: 'It is No. 3 worldwide. Good.', parts: ['It is No. 3 worldwide.', 'Good.'] },
    {
      case: 'initials',
      text: 'He met Jose W. Fernandez. They spoke.',
      parts: ['He met Jose W. Fernandez.', 'They spoke.'],
    },
    {
      case: 'a stop within quotation marks',
      text: 'He said, “It works.” She agreed.',
      parts: ['He said, “It works.”', 'She agreed.'],
    },
    { case: 'decimals', text: 'Up 3.5 percent. Down 2.1.', parts: ['Up 3.5 percent.', 'Down 2.1.'] },
    {
      case: 'Co. and Ltd.',
      text: 'Hanwha Ocean Co. Ltd. builds ships. The yard is full.',
      parts: ['Hanwha Ocean Co. Ltd. builds ships.', 'The yard is full.'],
    },
    { case: 'Korean', text: '회의를 열었다. 논의했다.', parts: ['회의를 열었다.', '논의했다.'] },
    { case: 'a paragraph without a stop', text: 'A heading\n\nA text.', parts: ['A heading', 'A text.'] },
  ])('$case', ({ text, parts }) => {
    expect(split(text)).toEqual(parts);
  });

  test('cover every character that is not white space, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab AB.?!"”\n1철。'), maxLength: 80 }), text => {
        expect(split(text).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });
});

describe('leadOf', () => {
  test('is the first sentence', () => {
    expect(leadOf('The ministry held a forum on Dec. 4 with the U.S. side. Experts came.')).toBe(
      'The ministry held a forum on Dec. 4 with the U.S. side.',
    );
  });

  test('passes over background where the next sentence tells a dated event', () => {
    const text =
      'Amid rising protectionism, markets matter. The first round will be held in Seoul from December 1. More.';
    expect(leadOf(text)).toBe('The first round will be held in Seoul from December 1.');
  });

  test('keeps an opening of background that nothing follows up', () => {
    expect(leadOf('Amid rising protectionism, markets matter. They grow.')).toBe(
      'Amid rising protectionism, markets matter.',
    );
  });

  test('leaves out a heading that is glued to it', () => {
    expect(leadOf('[Naming Ceremony of LNG Carriers] The minister attended a ceremony.')).toBe(
      'The minister attended a ceremony.',
    );
    expect(leadOf('➊ Exports rose.')).toBe('Exports rose.');
  });

  test('of a text without words is empty', () => {
    expect(leadOf('')).toBe('');
    expect(leadOf(' … ')).toBe('');
  });

  test('is an exact substring of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        expect(text).toContain(leadOf(text));
      }),
    );
  });
});

describe('cardLead', () => {
  const lead = 'The Ministry (MOTIR, Minister Kim Jung-kwan) held the 5th Forum (KATS) on Dec. 4. It was full.';

  test("leaves out the ministry's formula and nothing else", () => {
    expect(cardLead(lead, 200)).toBe('The Ministry held the 5th Forum (KATS) on Dec. 4. It was full.');
  });

  test('is cut at the end of a sentence where one fits', () => {
    expect(cardLead(lead, 55)).toBe('The Ministry held the 5th Forum (KATS) on Dec. 4.');
  });

  test('is cut after a word otherwise', () => {
    expect(cardLead(lead, 24)).toBe('The Ministry held the…');
  });

  test('cuts a text without spaces between characters', () => {
    expect(cardLead('철'.repeat(50), 10)).toBe(`${'철'.repeat(9)}…`);
  });

  test('never exceeds what was asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.integer({ min: 1, max: 100 }), (text, most) => {
        expect(cardLead(text, most).length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
