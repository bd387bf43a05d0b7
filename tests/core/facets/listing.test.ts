import { describe, expect, test } from 'vitest';
import { splitListing } from '../../support/language.ts';
import { sharedText } from '../../support/shared.ts';

const listing = sharedText('data/motir-listing.txt');
const KIM = ['Kim Jung-kwan', 'Minister', 'MOTIR'];
const KIM_DAE_JA = ['Kim Dae-ja', 'President', 'KATS'];
const PARK = ['Park Jung-sung', 'Deputy Minister for Trade', 'MOTIR'];

/** What a reader finds in the eight releases, written down by hand: [name, role, body], [words, value, unit, year]. */
const EXPECTED = [
  {
    people: [KIM_DAE_JA],
    figures: [['60 experts', 60, 'count', null]],
    series: ['korea-us-standards-forum', 5],
    type: 'forum',
    agreements: [],
    events: ['2025-12-03', '2025-12-04'],
  },
  {
    people: [
      ['Ahn Gyu-baek', 'Minister', 'MND'],
      ['Bae Kyung-hoon', 'Minister', 'MSIT'],
      KIM,
      ['Han Seong-sook', 'Minister', 'MSS'],
    ],
    figures: [['500 representatives', 500, 'count', null]],
    series: ['defense-ai-ecosystem-development-forum', 1],
    type: 'forum',
    agreements: [['mou', 'mnd', 'motir', 'msit', 'mss']],
    events: ['2025-12-03'],
  },
  {
    people: [PARK, ['Thomas Courbe', 'Director General for Enterprises', 'French Ministry of Economy and Finance']],
    figures: [['USD 13.7 billion', 13.7e9, 'usd', 2024]],
    series: ['korea-france-industrial-cooperation-committee', 20],
    type: 'talks',
    agreements: [['trq', 'eu', 'kr']],
    events: ['2025-12-03'],
  },
  {
    people: [KIM, ['Na Sung-hwa', 'Director General for Industrial Supply Chain Policy', 'MOTIR']],
    figures: [
      ['46 key tasks', 46, 'count', null],
      ['12 priority fields', 12, 'count', null],
      ['KRW 100 billion', 100e9, 'krw', 2030],
    ],
    series: null,
    type: 'roadmap-or-plan',
    agreements: [],
    events: ['2025-12-03'],
  },
  {
    people: [
      KIM_DAE_JA,
      ['Cho Sung Hwan', 'President', 'ISO'],
      ['Jo Cops', 'President', 'IEC'],
      ['Tomas Lamanauskas', 'Deputy Secretary-General', 'ITU'],
      ['Jean-Marie Paugam', 'Deputy Director General', 'WTO'],
      ['Andrew Staines', 'Assistant Director General', 'WIPO'],
      ['Bjørn Berge', 'Deputy Secretary General', 'Council of Europe'],
      ['Kim Min-seok', 'Prime Minister', null],
    ],
    figures: [['300 C-suite executives', 300, 'count', null]],
    series: ['international-ai-standards-summit', null],
    type: 'forum',
    agreements: [],
    events: [],
  },
  {
    people: [
      KIM,
      PARK,
      ['Lee Dong-eun', 'Principal Researcher', 'KIAT'],
      ['Kim Bum-sung', 'Principal Researcher', 'KITECH'],
      ['Rukhullo Zikrillaev', 'Counsellor', 'Embassy of the Republic of Uzbekistan in the Republic of Korea'],
    ],
    figures: [['50 representatives', 50, 'count', null]],
    series: ['central-asia-policy-forum', 5],
    type: 'forum',
    agreements: [],
    events: ['2025-12-02'],
  },
  {
    people: [
      KIM,
      ['Son Ho-young', 'Acting Director-General for FTA Negotiations', null],
      ['Olivera Jocic', 'Acting Assistant Minister', 'Ministry of Internal and Foreign Trade'],
    ],
    figures: [['60 delegates', 60, 'count', null]],
    series: ['korea-serbia-cepa-negotiations', 1],
    type: 'talks',
    agreements: [['cepa', 'kr', 'rs']],
    events: ['2025-12-01', '2025-12-04'],
  },
  {
    people: [
      PARK,
      KIM,
      ['Alexandra Dostal', 'Senior Assistant Deputy Minister for the Strategy and Innovation Policy Sector', 'ISED'],
    ],
    figures: [
      ['from 100 percent to 75 percent', 75, 'percent', 2024],
      ['25 percent tariff', 25, 'percent', null],
    ],
    series: null,
    type: 'talks',
    agreements: [
      ['fta', 'ca', 'kr'],
      ['trq', 'ca', 'kr'],
    ],
    events: ['2025-11-26', '2025-12-01'],
  },
];

describe.skipIf(listing === null)(
  'the eight whole releases (skipped where SHARED_DIR holds no motir-listing.txt)',
  () => {
    const releases = splitListing(listing ?? '');

    test('are eight', () => expect(releases).toHaveLength(EXPECTED.length));

    test.each(releases.map((release, i) => ({ i, title: release.title })))('$title', ({ i }) => {
      const { facets } = releases[i]!;
      expect({
        people: facets.people.map(({ name, role, body }) => [name, role, body]),
        figures: facets.figures.map(({ words, value, unit, year }) => [words, value, unit, year]),
        series: facets.series && [facets.series.name, facets.series.ordinal],
        type: facets.type,
        agreements: facets.agreements.map(({ type, parties }) => [type, ...parties]).sort(),
        events: facets.events.map(({ date }) => date),
      }).toEqual(EXPECTED[i]);
    });

    test('the short mentions are of those who are named in full', () => {
      const canada = releases[7]!.facets.evidence.filter(({ facet }) => facet === 'person');
      expect(canada).toContainEqual({ facet: 'person', id: 'park-jung-sung', where: 'body', words: 'Park' });
    });
  },
);
