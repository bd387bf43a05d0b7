import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/core/classify.ts';
import { findTerm } from '../../../src/core/vocabulary.ts';
import { vocabulary } from '../../support/language.ts';
import { sharedText } from '../../support/shared.ts';

const find = (title: string, text = '', date: string | null = '2025-12-04') =>
  classify({ title, text, date }, vocabulary);

describe('people', () => {
  const people = (title: string, text = '', date: string | null = '2025-12-04') =>
    find(title, text, date).people.map(({ name, role, body }) => [name, role, body].join(' / '));

  test.each([
    { text: 'WTO Deputy Director Ana Silva spoke.', people: ['Ana Silva / Deputy Director / WTO'] },
    { text: 'METI’s Director Hiroo Sato spoke.', people: ['Hiroo Sato / Director / METI'] },
    { text: 'The DG for Steel Policy Park Min-soo spoke.', people: ['Park Min-soo / DG for Steel Policy / '] },
    { text: 'Minister Thani bin Ahmed Al Sayed came.', people: ['Thani bin Ahmed Al Sayed / Minister / '] },
    { text: 'Minister JK (Jung-Kwan) Kim came.', people: ['Kim Jung-kwan / Minister / '] },
    {
      text: 'They met Jan Novak, Minister of Industry and Trade of the Czech Republic.',
      people: ['Jan Novak / Minister of Industry and Trade / '],
    },
    { text: 'Trade, Industry and Energy Vice Minister Ro Dae-ho came.', people: ['Ro Dae-ho / Vice Minister / '] },
    {
      text: 'They met Jan Novak, First Deputy Prime Minister of the Republic of Kazakhstan.',
      people: ['Jan Novak / First Deputy Prime Minister / '],
    },
    {
      text: 'Korea Battery Industry Association Chairman Ro Dae-ho and H2KOREA Chairman Ku Min-su spoke.',
      people: ['Ro Dae-ho / Chairman / Korea Battery Industry Association', 'Ku Min-su / Chairman / H2KOREA'],
    },
    { text: 'Inkyo Cheong met the envoys.', people: ['Cheong In-kyo /  / '] },
    { text: 'Minister Lee Chang-yang at KCCI said so.', people: ['Lee Chang-yang / Minister / '] },
    { text: 'The Minister of Trade and the President agreed.', people: [] },
    { text: 'In New York, President Roh Tae-min spoke.', people: ['Roh Tae-min / President / '] },
    { text: 'the chief Executive Vice President of it all', people: [] },
    { text: '정인교 통상교섭본부장은 회의를 열었다.', people: ['Cheong In-kyo /  / '] },
  ])('$text', ({ text, people: expected }) => {
    expect(people('Talks', text)).toEqual(expected);
  });

  test('one person under many spellings is one', () => {
    expect(people('Talks', 'Minister Kim Jung-kwan spoke. JK Kim left. Minister Jung-Kwan Kim came back.')).toEqual([
      'Kim Jung-kwan / Minister / ',
    ]);
  });

  test('in a title a name ends where no Korean name goes on', () => {
    expect(people('Minister Ahn Duk-geun Attends Opening')).toEqual(['Ahn Duk-geun / Minister / ']);
    expect(people('Minister Hope Arrives Late')).toEqual([]);
  });

  test('a family name alone is whoever is named in full, of that office where several are', () => {
    const text =
      'Vice Minister Moon Shin-hak and Minister Moon Tae-il met. Minister Moon spoke first, then Vice Minister Moon.';
    const { people: found, evidence } = find('Talks', text);
    expect(found.map(({ key }) => key)).toEqual(['moon-shinhak', 'moon-teil']);
    expect(evidence.filter(({ facet }) => facet === 'person')).toEqual([
      { facet: 'person', id: 'moon-shinhak', where: 'lead', words: 'Moon Shin-hak' },
      { facet: 'person', id: 'moon-shinhak', where: 'body', words: 'Moon' },
      { facet: 'person', id: 'moon-teil', where: 'lead', words: 'Moon Tae-il' },
      { facet: 'person', id: 'moon-teil', where: 'body', words: 'Moon' },
    ]);
  });

  test('or whoever held the office on that day; nobody where none did or no day is known', () => {
    expect(people('Minister Lee Visits Plant', '', '2023-01-05')).toEqual(['Lee Chang-yang / Minister / ']);
    expect(people('Trade Minister Yeo Visits Cairo', '', '2026-01-19')).toEqual(['Yeo Han-koo / Trade Minister / ']);
    expect(people('Minister Lee Visits Plant', '', '2018-01-05')).toEqual([]);
    expect(people('Minister Lee Visits Plant', '', null)).toEqual([]);
    expect(people('Vice Minister Lee Visits Plant', '', '2023-01-05')).toEqual([]);
  });
});

describe('figures', () => {
  test.each([
    ['Exports reached USD 57.9 billion in 2024.', [['USD 57.9 billion', 57.9e9, 'usd', 2024]]],
    ['They rose 11.4% in August.', [['11.4%', 11.4, 'percent', null]]],
    ['It fell by 0.5 percentage points.', [['0.5 percentage points', 0.5, 'percent', null]]],
    ['By 2030 it takes KRW 1.2 trillion.', [['KRW 1.2 trillion', 1.2e12, 'krw', 2030]]],
    [
      'It costs KRW 3.3 tril, US$ 2 million, $ 7 mln or A$ 9 million.',
      [
        ['KRW 3.3 tril', 3.3e12, 'krw', null],
        ['US$ 2 million', 2e6, 'usd', null],
        ['$ 7 mln', 7e6, 'usd', null],
        ['A$ 9 million', 9e6, 'aud', null],
      ],
    ],
    ['It costs 5 billion won.', [['5 billion won', 5e9, 'krw', null]]],
    [
      'Some 2.8 million tons and 8.2 gigawatts.',
      [
        ['2.8 million tons', 2.8e6, 'ton', null],
        ['8.2 gigawatts', 8.2, 'gw', null],
      ],
    ],
    [
      'a 25 percent tariff from 10 to 20 percent',
      [
        ['25 percent tariff', 25, 'percent', null],
        ['20 percent', 20, 'percent', null],
      ],
    ],
    ['from USD 1 million to USD 2 million', [['from USD 1 million to USD 2 million', 2e6, 'usd', null]]],
    ['On December 4, 2025, at the 20th round of 5 days.', []],
    ['Section 232, COVID-19, 5G, 3 of them, 12:30', []],
    [
      '1,700 companies and 46 key tasks',
      [
        ['1,700 companies', 1700, 'count', null],
        ['46 key tasks', 46, 'count', null],
      ],
    ],
  ] as const)('%s', (text, expected) => {
    const found = find('Talks', text).figures.map(({ words, value, unit, year }) => [words, value, unit, year]);
    expect(found).toEqual(expected);
  });

  test('a sum of the title comes once, however the text spells it', () => {
    expect(find('Fund of $2 Billion', 'The fund holds USD 2 billion.').figures.map(({ words }) => words)).toEqual([
      '$2 Billion',
    ]);
  });
});

describe('series', () => {
  test.each([
    ['12th Round of Korea-India CEPA Negotiations Opens', '', 'korea-india-cepa-negotiations', 12],
    ['Korea and Peru Hold Third Round of FTA Negotiations', '', 'korea-peru-fta-negotiations', 3],
    ['Korea and Peru Open Second Round on an EPA', '', 'korea-peru-epa-negotiations', 2],
    ['Minister Attends 59th Trade Day', '', 'trade-day', 59],
    ['Minister Attends the 5th Korea–U.S. Standards Forum Held in Seoul', '', 'korea-us-standards-forum', 5],
    ['The 2nd Meeting Was Held', '', null, null],
    ['2nd Vice Minister Attends Committee', '', null, null],
    ['First Plant Opens', 'The first plant opened.', null, null],
    ['Retail Sales Grow 9.1% in July', '', 'monthly-retail-sales', 202507],
    ['Exports Rise 3 Percent in December', '', 'monthly-exports', 202412],
    ['ICT Exports Rise in March 2021', '', 'monthly-ict-exports', 202103],
  ])('%s', (title, text, name, ordinal) => {
    const { series } = find(title, text, name === 'monthly-exports' ? '2025-01-01' : '2025-08-01');
    expect(series).toEqual(name === null ? null : { name, ordinal });
  });
});

describe('type', () => {
  test.each([
    ['Exports Rise 3 Percent in May', 'statistics'],
    ['FDI Pledges Amount to $4.7 Billion in Q1', 'statistics'],
    ['KTC Imposes Duties on Steel', 'ruling'],
    ['New Vice Minister Takes Office', 'appointment'],
    ['Korea and Peru Sign MOU', 'agreement'],
    ['Minister Visits Shipyard', 'visit'],
    ['Korea and Peru Hold Business Forum', 'forum'],
    ['Minister Meets Envoy', 'talks'],
    ['Roadmap for Ceramics Unveiled', 'roadmap-or-plan'],
    ['Loans for Small Firms to Be Raised', 'support-programme'],
    ['Firms to Invest in Batteries', 'investment'],
    ['Statement of the Trade Minister', 'statement'],
    ['Trade Day Ceremony Held', 'event'],
    ['Something Else Altogether', 'event'],
  ])('%s: %s', (title, type) => {
    expect(find(title).type).toBe(type);
  });

  test('the lead decides where the title does not, and a weak word of the title after it', () => {
    expect(find('Closer Cooperation', 'The 5th Policy Forum took place.').type).toBe('forum');
    expect(find('Closer Cooperation', 'Nothing was said.').type).toBe('talks');
  });
});

describe('agreements', () => {
  test.each([
    ['Korea and Peru Conclude FTA', [['fta', 'kr', 'pe']]],
    ['RCEP Signed by Korea, Japan and China', [['rcep']]],
    ['Talks on Korea–EU FTA With France', [['fta', 'eu', 'kr']]],
    ['CEPA With UAE, Japan, Peru and Chile', [['cepa']]],
    ['KATS and KEIT Sign MOU', [['mou', 'kats', 'keit']]],
    ['Director-General for FTA Negotiations Speaks', []],
  ])('%s', (title, expected) => {
    expect(find(title).agreements.map(({ type, parties }) => [type, ...parties])).toEqual(expected);
  });
});

describe('days of events', () => {
  const days = (text: string, date: string | null) => find('Talks', text, date).events.map(one => one.date);

  test('the year is the one that brings the day nearest to the release', () => {
    expect(days('on Thursday, December 4, at', '2025-12-04')).toEqual(['2025-12-04']);
    expect(days('on Wednesday, December 31', '2026-01-02')).toEqual(['2025-12-31']);
    expect(days('on Friday, January 2', '2025-12-20')).toEqual(['2026-01-02']);
    expect(days('Thu., Dec. 4 to Fri, Dec 5', '2025-12-01')).toEqual(['2025-12-04', '2025-12-05']);
    expect(days('Tuesday, February 29, 2028', null)).toEqual(['2028-02-29']);
  });

  test('a weekday that does not fit is a mistake of the text: the day is left out', () => {
    expect(days('on Friday, December 4, at', '2025-12-04')).toEqual([]);
    expect(days('Wednesday, February 30', '2025-12-04')).toEqual([]);
    expect(days('Thursday, December 4', null)).toEqual([]);
  });
});

test('the language', () => {
  expect(find('철강 수출 증가', '정부는 밝혔다.').lang).toBe('ko');
  expect(find('Steel', 'It said 철강.').lang).toBe('en');
});

test('every type and every person has an id that a query can carry', () => {
  for (const { id, label } of [...vocabulary.types, ...vocabulary.people]) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(label.ko, id).toMatch(/\p{Script=Hangul}/u);
  }
  expect(findTerm(vocabulary.people, 'JK Kim')?.id).toBe('kim-jung-kwan');
});

const labelled = sharedText('data/facets-dev.jsonl');
describe.skipIf(labelled === null)('labelled releases (skipped where SHARED_DIR holds no facets-dev.jsonl)', () => {
  test('lead, figures, days and evidence are exact substrings of title or body', () => {
    const lines = (labelled ?? '').split('\n').filter(Boolean);
    expect(lines).toHaveLength(129);
    for (const line of lines) {
      const { title, body, date } = JSON.parse(line);
      const { lead, figures, events, evidence } = find(title, body, date);
      expect(body).toContain(lead);
      for (const { words } of [...figures, ...events]) expect(`${title}\n${body}`).toContain(words);
      for (const { words, where } of evidence) expect(where === 'title' ? title : body).toContain(words);
      for (const { words } of evidence) expect(words).not.toBe('');
    }
  });
});
