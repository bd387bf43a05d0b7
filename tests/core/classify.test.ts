import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byRules, readLabelled, withoutSingles } from '../../bench/facets.ts';
import { classify } from '../../src/core/classify.ts';
import type { Facets } from '../../src/core/release.ts';
import { vocabulary } from '../support/language.ts';
import { difference, type Gold, SCORED, type Scored, scoreFacets } from '../support/score-facets.ts';
import { sharedText } from '../support/shared.ts';

const find = (title: string, text = '') => classify({ title, text }, vocabulary);

describe('topics', () => {
  test.each([
    { title: 'Minister Visits Battery Plant', topics: ['batteries'] },
    { title: 'Exports of Chips Rise 12 Percent in May', topics: ['semiconductors', 'trade-statistics'] },
    { title: 'Government Tightens Export Controls', topics: ['export-controls'] },
    { title: 'Korea to Expand Renewable Energy', topics: ['renewables-climate'] },
    { title: 'Hyundai Steel Chief Speaks', topics: [] },
    { title: 'Standard of Living Improves', topics: [] },
    { title: 'Maintaining Dubai Towers', topics: [] },
    { title: 'Hydrogen Vehicles Reach New Markets', topics: ['automobiles'] },
    { title: 'Korea and Peru Sign Memorandum on Shipbuilding', topics: ['diplomacy', 'shipbuilding'] },
    { title: 'Korea and Peru Discuss Shipbuilding', topics: ['diplomacy', 'shipbuilding'] },
    { title: '반도체 수출 역대 최대', topics: ['semiconductors', 'trade-statistics'] },
  ])('$title: $topics', ({ title, topics }) => {
    expect(find(title).topics).toEqual(topics);
  });

  test("the ministry's own name and offices earn none", () => {
    const facets = find(
      'Ministry Holds Ceremony',
      'The Ministry of Trade, Industry and Energy (MOTIE) met the Minister of Investment and Foreign Trade.',
    );
    expect(facets.topics).toEqual([]);
    expect(facets.mentions.topics).toEqual([]);
  });

  test('what is common in texts earns a topic in the title only, and is no mention by itself', () => {
    expect(find('Fair of Clothing Opens', '').topics).toEqual(['materials-parts']);
    const facets = find('Fair Opens', 'Visitors saw clothing.');
    expect(facets.topics).toEqual([]);
    expect(facets.mentions.topics).toEqual([]);
  });

  test('words side by side are one member of a list, parted words are more', () => {
    expect(find('Officials Meet', 'They spoke of lithium supply chains.').topics).toEqual([
      'critical-minerals',
      'supply-chain',
    ]);
    expect(find('Officials Meet', 'They spoke of lithium, robots, hydrogen.').topics).toEqual([]);
  });

  test('a list of many subjects is about none of them, but mentions them', () => {
    const facets = find(
      'Officials Meet',
      'They noted potential in defense, AI, automobiles, batteries, and critical minerals.',
    );
    expect(facets.topics).toEqual([]);
    expect(facets.mentions.topics).toEqual(['ai', 'automobiles', 'batteries', 'critical-minerals', 'defense']);
  });

  test('a short text says what its title does not; a long one has to say it first or more than once', () => {
    expect(find('Minister Visits Ulsan', 'He toured a petrochemical complex.').topics).toEqual(['petrochemicals']);
    const long = 'The visit went on and people spoke of many things. '.repeat(20);
    expect(find('Minister Visits Ulsan', `He came. ${long} He saw a petrochemical complex.`).topics).toEqual([]);
    expect(
      find('Minister Visits Ulsan', `He came. ${long} He saw a petrochemical complex. Petrochemicals matter.`).topics,
    ).toEqual(['petrochemicals']);
    expect(find('Minister Visits Ulsan', `He saw a petrochemical complex. ${long}`).topics).toEqual(['petrochemicals']);
  });

  test('a common word in the title needs the text to bear it out', () => {
    const vague = find('Ministers Discuss Trade Issues', 'They spoke of growth.');
    expect(vague.topics).toEqual([]);
    expect(vague.mentions.topics).toEqual([]);
    expect(find('Ministers Discuss Trade Issues', 'They spoke of trade barriers.').topics).toEqual(['trade-remedies']);
  });
});

describe('countries', () => {
  test.each([
    { title: 'Korea–U.S. Forum', text: '', countries: ['us'] },
    { title: 'Talks with the UAE and Saudi Arabia', text: '', countries: ['ae', 'sa'] },
    { title: 'South African Trade', text: '', countries: ['za'] },
    { title: 'A polish of words for us', text: '', countries: [] },
    { title: 'Serbia Talks', text: 'Serbia is an EU candidate country.', countries: ['rs'] },
    { title: 'Minister Visits Georgia', text: 'He met in Tbilisi.', countries: ['ge'] },
    { title: 'Minister Visits Georgia', text: 'He met the Georgia Governor in Atlanta.', countries: ['us'] },
    { title: 'Ministers to Gather', text: 'The conference is held in Abu Dhabi.', countries: ['ae'] },
    { title: 'Markets Diversify', text: 'Vietnam, India and Mexico were named.', countries: [] },
    { title: 'Exports Rise 3 Percent', text: 'Exports to China rose.', countries: [] },
    { title: 'North Korea and South Korea', text: '', countries: ['kp'] },
    { title: 'Fund of US$ 3 Million', text: 'The fund of US$3m opens.', countries: [] },
    { title: 'Ministry Convenes Talks on the IRA', text: '', countries: ['us'] },
    { title: 'Strategy Meeting', text: 'The IRA, CBAM and the Russia-Ukraine war were named.', countries: [] },
    { title: '한-캐나다 통상 회담', text: '', countries: ['ca'] },
  ])('$title $text: $countries', ({ title, text, countries }) => {
    expect(find(title, text).countries).toEqual(countries);
  });

  test('what only occurs is mentioned', () => {
    expect(find('Talks with Canada', 'Later they spoke of Japan.').mentions.countries).toEqual(['jp']);
  });
});

describe('agencies', () => {
  test.each([
    { text: 'The Korean Agency for Technology and Standards held it.', agencies: ['kats'] },
    { text: 'KATS and ISO, under MOTIR', agencies: ['iso', 'kats'] },
    { text: 'with the Ministry of National Defense (MND, Minister Ahn)', agencies: ['mnd'] },
    { text: 'the Korea Institute of Bridge Studies (KIBS) and the Bureau of Weights (BOW)', agencies: ['bow', 'kibs'] },
    { text: 'a Memorandum of Understanding (MOU) and a Comprehensive Plan (CPL)', agencies: [] },
    { text: 'ZASS President Phan spoke; the Head of BRKJI too', agencies: ['brkji', 'zass'] },
    { text: 'KORUS and KINTEX', agencies: [] },
    { text: 'They asked ISO, BOFST, and KATS.', agencies: ['bofst', 'iso', 'kats'] },
    { text: 'They asked ISO and POSCO.', agencies: ['iso'] },
    { text: 'JARTO met with FREDS in Seoul.', agencies: ['freds', 'jarto'] },
    { text: 'the Weights, Measures and Scales Canada (WMSC)', agencies: ['wmsc'] },
    { text: 'a New Car Assessment Programme (NCAQ), ISO and NCAQ', agencies: ['iso'] },
    { text: 'They asked ISO, KKO and firms; KATS, DEF tests and K-BOAT.', agencies: ['iso', 'kats', 'kko'] },
    { text: 'the Korea Foundation for Tides (KORIF-RDQ)', agencies: ['korif-rdq'] },
    { text: 'PLEASE NOTE THE NEW DATE', agencies: [] },
    { text: 'ISO/IEC JTC met', agencies: ['iec', 'iso'] },
    { text: 'who said un and iso', agencies: [] },
    { text: '코트라와 한국무역협회', agencies: ['kita', 'kotra'] },
  ])('$text: $agencies', ({ text, agencies }) => {
    expect(find('A title', text).agencies).toEqual(agencies);
  });
});

test('evidence is exact, says where, and every facet value has some', () => {
  const title = 'Korea–Canada Steel Talks';
  const text = 'KATS met officials from Ottawa. Steel was discussed.';
  const facets = find(title, text);
  expect(facets.evidence).toContainEqual({ facet: 'country', id: 'ca', where: 'title', words: 'Canada' });
  expect(facets.evidence).toContainEqual({ facet: 'country', id: 'ca', where: 'lead', words: 'Ottawa' });
  expect(facets.evidence).toContainEqual({ facet: 'topic', id: 'steel', where: 'title', words: 'Steel' });
  expect(facets.evidence).toContainEqual({ facet: 'agency', id: 'kats', where: 'lead', words: 'KATS' });
  expect(facets.lead).toBe('KATS met officials from Ottawa.');
});

test('for any words: sorted ids, evidence for each, exact substrings, the same twice', () => {
  const words = vocabulary.topics.flatMap(({ words: own, inTitle = [], except }) => [...own, ...inTitle, ...except]);
  const word = fc.oneof(
    fc.constantFrom(...words),
    fc.constantFrom('Canada', 'U.S.', 'KATS', 'rise', ',', '.', ';', 'and', '(', ')', 'MOTIR', '한국'),
  );
  const text = fc.array(word, { maxLength: 25 }).map(parts => parts.join(' '));
  fc.assert(
    fc.property(text, text, (title, body) => {
      const facets = find(title, body);
      expect(find(title, body)).toEqual(facets);
      expect(facets.topics).toEqual([...new Set(facets.topics)].sort());
      for (const { where, words: quoted } of facets.evidence)
        expect(where === 'title' ? title : body).toContain(quoted);
      for (const id of facets.topics)
        expect(facets.evidence.some(one => one.facet === 'topic' && one.id === id)).toBe(true);
      for (const id of facets.mentions.topics) expect(facets.topics).not.toContain(id);
    }),
  );
});

/** What the rules have to reach on labelled releases, a little below what they reach. */
const FLOORS: Readonly<Record<string, Readonly<Record<Scored, number>>>> = {
  'facets-dev.jsonl': { topics: 0.97, countries: 0.98, agencies: 0.98 },
  'facets-own.jsonl': { topics: 0.94, countries: 0.96, agencies: 0.98 },
};

const OWN = readFileSync(resolve(import.meta.dirname, '../fixtures/facets-own.jsonl'), 'utf8');
const SETS = [
  { name: 'facets-own.jsonl', lines: OWN, size: 454 },
  { name: 'facets-dev.jsonl', lines: sharedText('data/facets-dev.jsonl'), size: 129 },
];
describe.each(SETS)('labelled releases of $name', ({ name, lines, size }) => {
  const pairs: { found: Facets; gold: Gold; title: string }[] = (lines ?? '')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
    .map(({ title, body, gold }) => ({ found: find(title, body), gold, title }));

  test.skipIf(lines === null).each([...SCORED])(`%s (skipped where SHARED_DIR holds no ${name})`, facet => {
    const wrong = pairs
      .map(({ found, gold, title }) => ({ title, ...difference(found[facet], gold, facet) }))
      .filter(({ extra, missed }) => extra.length + missed.length > 0)
      .map(({ title, extra, missed }) => `${title}: too many [${extra}], missing [${missed}]`);
    expect(pairs).toHaveLength(size);
    expect(scoreFacets(pairs, facet).f1, wrong.join('\n')).toBeGreaterThanOrEqual(FLOORS[name]?.[facet] ?? 1);
  });
});

const DEV = sharedText('data/facets-dev.jsonl');
describe.skipIf(DEV === null)(
  'rules that more than one title needs (skipped where SHARED_DIR holds no facets-dev.jsonl)',
  () => {
    const releases = readLabelled(DEV ?? '');
    const stripped = withoutSingles(vocabulary, releases);
    const pairs = releases.map(release => ({ found: byRules(stripped.vocabulary)(release), gold: release.gold }));

    test.each([
      { facet: 'topics', floor: 0.92 },
      { facet: 'countries', floor: 0.94 },
      { facet: 'agencies', floor: 0.95 },
    ] as const)('$facet', ({ facet, floor }) => {
      expect(stripped.removed).toBeGreaterThan(100);
      expect(scoreFacets(pairs, facet).f1).toBeGreaterThanOrEqual(floor);
    });
  },
);
